"""The code cells of a notebook as one Python text, and back.

Comes in: the sources of the code cells. Goes out: a `Joined` text, in which a comment line heads each cell and each magic is a
call that quotes it, so that the text parses, and a loop with a magic in it is refused as for any unknown call. Back come the
sources that a rewrite changed. A cell in another language, or that does not parse with its magics quoted, is quoted whole and
never changed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from autovec.outcome import Cell, Refusal
from autovec.record import dataclass
from autovec.source.tree import parse_tree

_PYTHON_MAGICS = frozenset({"capture", "debug", "prun", "time", "timeit"})  # whose cells hold Python
_NAME = "__ipython__"
_QUOTED = re.compile(rf"{_NAME}\((?P<text>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")\)")
_MAGIC = re.compile(r"(?P<before>[ \t]*(?:[\w., \t]+=[ \t]*(?=[%!]))?)(?P<magic>[%!?].*|[\w.]+\?\??[ \t]*)")
_HEAD = "# %% cell "
_SPLIT = re.compile(rf"^{_HEAD}(\d+)\n", re.MULTILINE)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Joined:
    """The text of all code cells, and which lines are whose; `cells` are those that can be changed."""

    text: str
    cells: tuple[Cell, ...]


def join(sources: Mapping[int, str]) -> Joined:
    """The code cells by their numbers among all cells, in their order."""
    parts, cells, line = list[str](), list[Cell](), 1
    for number, source in sources.items():
        body = _readable(source)
        part = _call(source) if body is None else body
        part = f"{_HEAD}{number}\n{part}" + ("" if part.endswith("\n") or not part else "\n")
        end = line + part.count("\n")
        if body is not None:
            cells.append(Cell(number, line + 1, end))
        parts.append(part)
        line = end
    return Joined("".join(parts), tuple(cells))


def split(after: str, joined: Joined, sources: Mapping[int, str]) -> dict[int, str] | Refusal:
    """The new sources of the cells that `after` changes."""
    if sorted(_QUOTED.findall(after)) != sorted(_QUOTED.findall(joined.text)):
        return Refusal("AV005", "the rewrite would move a magic of the notebook")
    old, new = parts_of(joined.text), parts_of(after)
    if [number for number, _ in old] != [number for number, _ in new]:
        return Refusal("AV005", "the rewrite would move code from one cell of the notebook to another")
    both = zip(old, new, strict=True)
    changed = {number: part for (_, before), (number, part) in both if part != before}
    return {number: _ending_like(sources[number], unquoted(part)) for number, part in changed.items()}


def parts_of(text: str) -> list[tuple[int, str]]:
    """The cells of a joined text, by number."""
    parts = _SPLIT.split(text)
    return [(int(number), part) for number, part in zip(parts[1::2], parts[2::2], strict=True)]


def unquoted(text: str) -> str:
    """The text with its magics as the user wrote them."""
    return _QUOTED.sub(lambda match: str(ast.literal_eval(match["text"])), text)


def _call(text: str) -> str:
    return f"{_NAME}({text!r})\n"


def _ending_like(source: str, text: str) -> str:
    return text if source.endswith("\n") else text.removesuffix("\n")


def _readable(source: str) -> str | None:
    """The cell with its magics quoted, None where it cannot be read."""
    if _NAME in source or _HEAD in source or "\r" in source:
        return None
    if not isinstance(parse_tree(source), Refusal):
        return source
    lines = list(_LINES.findall(source))
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%") and not _holds_python(lines[first]):
        return None
    quoted = "".join(_quoted(lines))
    return None if isinstance(parse_tree(quoted), Refusal) else quoted


def _holds_python(line: str) -> bool:
    words = line[2:].split()
    return bool(words) and words[0] in _PYTHON_MAGICS


def _quoted(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        body = line.removesuffix("\n")
        match = _MAGIC.fullmatch(body)
        if match is None:
            yield line
            continue
        yield f"{match['before']}{_NAME}({match['magic']!r}){line[len(body) :]}"
