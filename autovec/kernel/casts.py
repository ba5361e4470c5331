"""Writes conversions into a kernel's text: NumPy keeps float32 and narrow integers where Numba widens them.

Comes in: the statements, and what has to be converted. Goes out: their text at column 0, `np.float32(...)` around operands and
results, `min(max(...))` around floats that become integers, and `total = np.float32(total) + x` for `total += x`. Not handled:
an update whose operator stands on a line of its own.
"""

from __future__ import annotations

import ast

from autovec.kernel.expressions import CLAMP, Reader
from autovec.kernel.number import Mismatch
from autovec.outcome import Span
from autovec.record import dataclass
from autovec.source.position import dedented, indentation, lines_inside_strings, span
from autovec.source.text import SourceText

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|",
    ast.BitXor: "^",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Put `text` where the columns `column` to `end` of a line are; of two in one place, the outer one first."""

    line: int
    column: int
    end: int
    rank: int
    text: str


def converted(where: Span, text: SourceText, reader: Reader, numpy: str, more: tuple[Change, ...] = ()) -> str:
    """The text in a span at column 0, with the conversions that the reader asks for, and with more changes."""
    plain = dedented(where, text).rstrip("\n")
    changes = [*more]
    changes += [c for e, k in reader.casts.items() for c in _around(span(e, text), *_words(k, numpy))]
    for s, (left, result) in reader.updates.items():
        changes += _update(s, text, f"{numpy}.{left}" if left else "", f"{numpy}.{result}" if result else "")
    if not changes:
        return plain
    if lines_inside_strings(plain):
        raise Mismatch("a text of several lines stands beside numbers that have to be converted")
    margin = len(indentation(text.line(where.line)))
    lines = plain.split("\n")
    for c in sorted(changes, reverse=True):
        shift = where.column if c.line == where.line else margin
        line = lines[c.line - where.line]
        lines[c.line - where.line] = line[: c.column - shift] + c.text + line[c.end - shift :]
    return "\n".join(lines)


def in_parallel(loop: ast.For, text: SourceText, prange: str) -> tuple[Change, ...]:
    """What makes `for i in range(n)` a `for i in prange(0, n)`; of one without a start Numba makes the variable unsigned, so that
    `-i` would be a large number."""
    assert isinstance(loop.iter, ast.Call)
    call = span(loop.iter.func, text)
    inside = text.line(call.line).index("(", call.end_column) + 1
    name = Change(call.line, call.column, call.end_column, 0, prange)
    start = Change(call.line, inside, inside, -(1 << 40), "0, ")
    return (name,) if len(loop.iter.args) > 1 else (name, start)


def _words(kind: str, numpy: str) -> tuple[str, str]:
    """What goes in front of an expression and behind it."""
    return ("min(max(", ", -(2.0**63)), 2.0**63 - 1024)") if kind == CLAMP else (f"{numpy}.{kind}(", ")")


def _around(place: Span, before: str, after: str) -> list[Change]:
    size = (place.end_line - place.line) * 1000 + place.end_column - place.column
    return [
        Change(place.line, place.column, place.column, -size, before),
        Change(place.end_line, place.end_column, place.end_column, size, after),
    ]


def _update(s: ast.AugAssign, text: SourceText, left: str, result: str) -> list[Change]:
    target, value = span(s.target, text), span(s.value, text)
    head = text.line(target.line)[target.end_column : value.column] if target.line == value.line else ""
    brackets = head.count("(")
    if not head or brackets:
        raise Mismatch(f"`{ast.unparse(s)}` cannot be written with a conversion")
    name = ast.unparse(s.target)
    own = f"{left}({name})" if left else name
    new = f" = {result}({own} {_SIGNS[type(s.op)]} (" if result else f" = {own} {_SIGNS[type(s.op)]} ("
    close = "))" if result else ")"
    simple = isinstance(s.value, ast.Name | ast.Subscript | ast.Call | ast.Constant)
    if simple:
        new, close = new.removesuffix("("), close.removesuffix(")")
    size = 1 << 30
    return [
        Change(target.line, target.end_column, value.column, -size, new),
        Change(value.end_line, value.end_column, value.end_column, size, close),
    ]
