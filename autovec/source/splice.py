"""Puts edits into a file and proves that nothing else changed.

Comes in: a file's text and edits by span. Goes out: the new text, all of it outside the edits byte for byte as it was, or
AV005. The result is parsed again, and its tree must equal the old one everywhere outside the edits; so a wrong span, a wrong
indentation or a lost bracket cannot reach the disk. What an edit's own text means is not checked here.
"""

from __future__ import annotations

import ast
import tokenize
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeGuard

from autovec.outcome import Edit, Refusal
from autovec.record import dataclass
from autovec.source.layout import Replacement, layout
from autovec.source.position import offsets, text_of
from autovec.source.text import SourceText, from_text
from autovec.source.tree import FunctionNode, parse_tree

_Place = tuple[int, int]  # a line and a column in UTF-8 bytes, as ast counts
_Places = Sequence[tuple[_Place, _Place]]


@dataclass(frozen=True, slots=True)
class _Inside:
    """Stands for whatever is in the text of one edit."""

    edit: int


def splice(text: SourceText, edits: Sequence[Edit]) -> str | Refusal:
    """`text` with all edits applied; they may not overlap."""
    if not edits:
        return text.text
    tree = parse_tree(text.text)
    if isinstance(tree, Refusal):
        return tree
    if any(text_of(edit.span, text) != edit.before for edit in edits):
        return Refusal("AV005", "the file is not the text that the edit was made for")
    try:
        placed = [layout(text, tree).place(edit) for edit in edits]
    except (tokenize.TokenError, SyntaxError) as error:
        return Refusal("AV005", f"the new text cannot be split into tokens: {error}")
    every = sorted({r for own, around in placed for r in (own, *around)})
    if any(a.end > b.start or (a.start, a.end) == (b.start, b.end) for a, b in pairwise(every)):
        return Refusal("AV005", "two edits change the same text")
    return _checked(text, tree, edits, [own for own, _ in placed], every)


def _checked(
    text: SourceText, tree: ast.Module, edits: Sequence[Edit], own: list[Replacement], every: list[Replacement]
) -> str | Refusal:
    result, moved = _applied(text.text, every)
    new = from_text(result)
    new_tree = parse_tree(result)
    if isinstance(new, Refusal) or isinstance(new_tree, Refusal):
        return Refusal("AV005", f"the new text does not parse: {getattr(new_tree, 'message', '')}", span=edits[0].span)
    old_places = [_places(*offsets(edit.span, text), text) for edit in edits]
    new_places = [_places(*moved[replacement], new) for replacement in own]
    changed = ((text, every[0].start), (text, every[-1].end), (new, moved[every[-1]][1]))
    kept = _Kept(*(bisect_right(source.starts, at) for source, at in changed))
    if not _equal_outside((tree, new_tree), kept, old_places, new_places):
        return Refusal("AV005", "the edit would change code outside the loop", span=edits[0].span)
    return result


def _applied(text: str, every: list[Replacement]) -> tuple[str, dict[Replacement, tuple[int, int]]]:
    """The new text, and where in it each replacement lies."""
    parts: list[str] = []
    moved: dict[Replacement, tuple[int, int]] = {}
    done = length = 0
    for replacement in every:
        kept = text[done : replacement.start]
        start = length + len(kept)
        length = start + len(replacement.text)
        moved[replacement] = (start, length)
        parts += [kept, replacement.text]
        done = replacement.end
    return "".join([*parts, text[done:]]), moved


def _places(start: int, end: int, text: SourceText) -> tuple[_Place, _Place]:
    return _place(start, text), _place(end, text)


def _place(offset: int, text: SourceText) -> _Place:
    line = bisect_right(text.starts, offset)
    return line, len(text.text[text.starts[line - 1] : offset].encode())


@dataclass(frozen=True, slots=True)
class _Kept:
    """The text around all changes: lines in front of `first`, and those behind `old` in the old text, `new` in the new one."""

    first: int
    old: int
    new: int

    def holds(self, a: object, b: object) -> bool:
        """Whether two statements surely are equal: they start and end at the same places of text that is the same."""
        if not isinstance(a, ast.stmt) or not isinstance(b, ast.stmt):
            return False
        where, other = _extent(a), _extent(b)
        if where[2] < self.first:
            return where == other
        return where[0] > self.old and other == tuple(x - self.old + self.new for x in where[:3]) + where[3:]


def _extent(s: ast.stmt) -> tuple[int, ...]:
    """The lines on which a statement with its decorators, and it itself, start and end, and the columns."""
    decorators = s.decorator_list if isinstance(s, FunctionNode | ast.ClassDef) else []
    first = min([s.lineno, *(d.lineno for d in decorators)])
    return first, s.lineno, s.end_lineno or s.lineno, s.col_offset, s.end_col_offset or 0


def _equal_outside(trees: tuple[ast.AST, ast.AST], kept: _Kept, old_places: _Places, new_places: _Places) -> bool:
    """Are two trees equal but for the nodes inside the edits? Iterative, for a long file is a deep tree."""
    waiting: list[tuple[object, object]] = [trees]
    while waiting:
        a, b = waiting.pop()
        if kept.holds(a, b):
            continue
        if _is_list(a) and _is_list(b):
            left, right = _matched(_marked(a, old_places), _marked(b, new_places))
            if len(left) != len(right):
                return False
            waiting.extend(zip(left, right, strict=True))
            continue
        a, b = _mark(a, old_places), _mark(b, new_places)
        if isinstance(a, ast.AST) and type(a) is type(b):
            waiting.extend((getattr(a, name, None), getattr(b, name, None)) for name in a._fields)
        elif (type(a), repr(a)) != (type(b), repr(b)):
            return False
    return True


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _mark(node: object, places: _Places) -> object:
    if not isinstance(node, ast.stmt | ast.expr):
        return node
    start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
    return next((_Inside(i) for i, (a, b) in enumerate(places) if a <= start and end <= b), node)


def _marked(nodes: list[object], places: _Places) -> list[object]:
    """The list with each run of nodes inside one edit as one mark."""
    marks = [_mark(node, places) for node in nodes]
    return [m for i, m in enumerate(marks) if not (i and isinstance(m, _Inside) and m == marks[i - 1])]


def _matched(left: list[object], right: list[object]) -> tuple[list[object], list[object]]:
    """Both lists without marks that only one of them has: text that adds or removes statements altogether."""
    common = {m for m in left if isinstance(m, _Inside)} & {m for m in right if isinstance(m, _Inside)}
    return _only(left, common), _only(right, common)


def _only(nodes: list[object], common: set[_Inside]) -> list[object]:
    return [node for node in nodes if not isinstance(node, _Inside) or node in common]
