"""What the findings of one function can depend on, so that a keystroke elsewhere in the file does not cost it a new look.

A module comes in. For each of its functions a key goes out that is the same as long as everything is the same that its analysis
may see: the text of the outermost function around it; all lines outside functions (imports, constants, attributes of classes);
the functions of the file that it names, and those that these name; and, of the other functions, the lines that name it, share
attributes with it or declare globals. Line numbers are no part of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from autovec.record import dataclass
from autovec.source.find import Function, Module
from autovec.source.position import span
from autovec.source.text import SourceText
from autovec.source.tree import outermost_functions

_WORD = re.compile(r"\.?[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of an outermost function; `first` and `last` count from 1."""

    name: str
    first: int
    last: int
    text: str


def keys(module: Module) -> dict[int, str]:
    """The key of every candidate function, by its first line."""
    blocks = _blocks(module)
    outside = _outside(module.text, blocks)
    named: dict[str, list[Block]] = {}
    for block in blocks:
        named.setdefault(block.name, []).append(block)
    mentioned = _mentions(blocks)
    found: dict[int, str] = {}
    for function in module.functions:
        block = _around(function, blocks)
        seen = [outside, *_relevant(block, named, mentioned)] if block else [module.text.text]
        found[function.line] = _digest([function.name, *seen])
    return found


def _blocks(module: Module) -> list[Block]:
    found: list[Block] = []
    for node in outermost_functions(module.tree):
        where = span(node, module.text)
        found.append(Block(node.name, where.line, where.end_line, _lines(module.text, where.line, where.end_line)))
    return found


def _around(function: Function, blocks: Sequence[Block]) -> Block | None:
    return None if function.is_module else next((b for b in blocks if b.first <= function.line <= b.last), None)


def _outside(text: SourceText, blocks: Sequence[Block]) -> str:
    pieces: list[str] = []
    line = 1
    for block in blocks:
        pieces.append(_lines(text, line, block.first - 1))
        line = block.last + 1
    return "\0".join([*pieces, _lines(text, line, len(text.starts))])


def _lines(text: SourceText, first: int, last: int) -> str:
    """The lines from `first` to `last`, both included."""
    stop = text.starts[last] if last < len(text.starts) else len(text.text)
    return text.text[text.starts[first - 1] : stop] if first <= last else ""


def _relevant(block: Block, named: Mapping[str, Sequence[Block]], mentioned: Mapping[str, str]) -> Iterator[str]:
    """The texts of a block, of all that it names, and what stands for the lines anywhere that may bear on it."""
    reached = {block}
    waiting = [block]
    while waiting:
        current = waiting.pop()
        yield current.text
        words = {word.lstrip(".") for word in _words(current.text)}
        fresh = [other for name in sorted(words & named.keys()) for other in named[name] if other not in reached]
        reached.update(fresh)
        waiting += fresh
    asked = {block.name, f".{block.name}", "global", "nonlocal", *(w for w in _words(block.text) if w.startswith("."))}
    yield from (mentioned[word] for word in sorted(asked & mentioned.keys()))


def _mentions(blocks: Sequence[Block]) -> dict[str, str]:
    """For each attribute, function name and declaration of globals a digest of the lines that hold it, wherever they are."""
    names = {"global", "nonlocal", *(block.name for block in blocks)}
    found: dict[str, list[str]] = {}
    for block in blocks:
        lines = block.text.splitlines()
        for word, numbers in _words(block.text).items():
            if word.startswith(".") or word in names:
                found.setdefault(word, []).extend(lines[number] for number in numbers)
    return {word: _digest(sorted(lines)) for word, lines in found.items()}


@lru_cache(maxsize=4096)
def _words(text: str) -> dict[str, tuple[int, ...]]:
    """The words of a text, attributes with their dot, and the lines that hold them, from 0."""
    found: dict[str, list[int]] = {}
    for number, line in enumerate(text.splitlines()):
        for word in _WORD.findall(line):
            found.setdefault(word, []).append(number)
    return {word: tuple(lines) for word, lines in found.items()}


def _digest(texts: Sequence[str]) -> str:
    whole = hashlib.blake2b(digest_size=16)
    for text in texts:
        whole.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return whole.hexdigest()
