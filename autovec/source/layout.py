"""How new text sits in a file: indentation, newlines, and lines shared with a header or with other statements.

Comes in: an edit whose text starts at column 0 with \\n newlines. Goes out: `Replacement`s by offset that put it where the
old text was, in the file's own newlines and indentation. `if c: x = 1; y = 2` is unfolded into lines where the new text needs
lines of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from autovec.outcome import Edit, Refusal
from autovec.record import dataclass
from autovec.source.position import Located, indentation, lines_inside_strings, offsets, span, with_plain_newlines
from autovec.source.text import SourceText
from autovec.source.tree import blocks, parse_tree

_BLANK = r"(?:[ \t\f]|\\(?:\r\n|\r|\n))*"
_SEMICOLON = re.compile(rf"{_BLANK};{_BLANK}")
_LAST_SEMICOLON = re.compile(r"[ \t\f]*;(?=[ \t\f]*(?:#|\r|\n|$))")


@dataclass(frozen=True, slots=True, order=True)
class Replacement:
    """Put `text` where the offsets start to end are now."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Line:
    """The statements that share a logical line with those replaced, and what stands before the first of them."""

    before: tuple[ast.stmt, ...]
    run: tuple[ast.stmt, ...]
    after: ast.stmt | None
    header: bool  # `if c:` stands before them


@dataclass(frozen=True, slots=True)
class Layout:
    """A file and its tree, for placing edits in it."""

    text: SourceText
    tree: ast.Module
    unit: str  # one level of indentation

    def place(self, edit: Edit) -> tuple[Replacement, tuple[Replacement, ...]]:
        """The replacement of the edit's own span, and those of the blanks and semicolons around it."""
        start, end = offsets(edit.span, self.text)
        run = self._run(start, end) if start < end else None
        if run is None:
            margin = indentation(self.text.line(edit.span.line)) if start < end else ""
            return Replacement(start, end, self._indented(edit, edit.after, margin)), ()
        line = self._line(*run)
        alone = not line.before and line.after is None and not line.header
        if not alone and _fits_in_line(edit.after):
            return Replacement(start, end, edit.after), ()
        first = line.before[0] if line.before else line.run[0]
        margin = indentation(self.text.line(first.lineno)) + (self.unit if line.header else "")
        after = self._indented(edit, _in_units(edit.after, self._unit_below(margin)), margin)
        newline = self.text.newline_at(edit.span.line) + margin
        return Replacement(start, end, after), tuple(self._unfolded(line, end, newline))

    def _unit_below(self, margin: str) -> str:
        """One level more than `margin`: the file's unit, unless the lines around are indented by other characters."""
        if margin[:1] in ("", self.unit[0]):
            return self.unit
        return "\t" if margin[0] == "\t" else "    "

    def _unfolded(self, line: _Line, end: int, newline: str) -> Iterator[Replacement]:
        if line.header:
            first = self._start(line.before[0] if line.before else line.run[0])
            yield Replacement(len(self.text.text[:first].rstrip(" \t\f")), first, newline)
        row = [*line.before, line.run[0]]
        for left, right in pairwise(row):
            yield Replacement(self._end(left), self._start(right), newline)
        if line.after is not None:
            yield Replacement(end, self._start(line.after), newline)
        elif match := _LAST_SEMICOLON.match(self.text.text, end):
            yield Replacement(end, match.end(), "")

    def _run(self, start: int, end: int) -> tuple[list[ast.stmt], int, int] | None:
        """The block and the indexes of the statements that make up a span; None where it is less than a statement."""
        waiting: list[list[ast.stmt]] = [self.tree.body]
        while waiting:
            block = waiting.pop()
            inside = [i for i, s in enumerate(block) if start <= self._start(s) and self._end(s) <= end]
            if inside:
                return (block, inside[0], inside[-1]) if self._start(block[inside[0]]) == start else None
            around = (s for s in block if self._start(s) <= start and end <= self._end(s))
            waiting.extend(part for s in around for part in blocks(s))
        return None

    def _line(self, block: list[ast.stmt], first: int, last: int) -> _Line:
        begin = first
        while begin > 0 and self._joined(block[begin - 1], block[begin]):
            begin -= 1
        follows = last + 1 < len(block) and self._joined(block[last], block[last + 1])
        where = span(block[begin], self.text)
        prefix = self.text.line(where.line)[: where.column]
        after = block[last + 1] if follows else None
        return _Line(tuple(block[begin:first]), tuple(block[first : last + 1]), after, bool(prefix.strip(" \t\f")))

    def _joined(self, left: ast.stmt, right: ast.stmt) -> bool:
        return _SEMICOLON.fullmatch(self.text.text, self._end(left), self._start(right)) is not None

    def _start(self, node: Located) -> int:
        return offsets(span(node, self.text), self.text)[0]

    def _end(self, node: Located) -> int:
        return offsets(span(node, self.text), self.text)[1]

    def _indented(self, edit: Edit, after: str, margin: str) -> str:
        """Lines below the first moved to `margin`, lines inside strings as they are, with the newlines of the place."""
        lines = with_plain_newlines(after).split("\n")
        inside = lines_inside_strings(after) if len(lines) > 1 else frozenset[int]()
        moved = [line if n in inside or not line.strip() else margin + line for n, line in enumerate(lines[1:], 2)]
        return self.text.newline_at(edit.span.line).join([lines[0], *moved])


def layout(text: SourceText, tree: ast.Module) -> Layout:
    """The layout of a file that was parsed to `tree`."""
    return Layout(text, tree, _unit(text, tree))


def _unit(text: SourceText, tree: ast.Module) -> str:
    """The indentation of the first block that has lines of its own."""
    for statement in tree.body:
        outer = indentation(text.line(statement.lineno))
        for block in blocks(statement):
            inner = indentation(text.line(block[0].lineno))
            if len(inner) > len(outer):
                return inner[len(outer) :]
    return "    "


def _fits_in_line(after: str) -> bool:
    tree = parse_tree(after)
    simple = not isinstance(tree, Refusal) and not any(True for s in tree.body for _ in blocks(s))
    return simple and "\n" not in after.strip() and "#" not in after


def _in_units(after: str, unit: str) -> str:
    """`after` with `unit` for every four blanks at the start of a line, where that means the same."""
    if unit == "    ":
        return after
    changed = re.sub(r"^[ \t]+", lambda m: m[0].replace("    ", unit), after, flags=re.MULTILINE)
    old, new = parse_tree(after), parse_tree(changed)
    same = isinstance(old, ast.Module) and isinstance(new, ast.Module) and ast.dump(old) == ast.dump(new)
    return changed if same else after
