"""Where a node is: from `ast`'s lines and UTF-8 byte columns to characters and offsets of the text.

Comes in: nodes and the `SourceText` they were parsed from. Goes out: `Span`s in characters, offsets, and the text in them;
also the text of a statement moved to column 0, which is what the checker runs and what a guard keeps as its fallback.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from autovec.outcome import Span
from autovec.source.text import SourceText

Located = ast.stmt | ast.expr | ast.excepthandler

_STRING_STARTS = {tokenize.STRING, getattr(tokenize, "FSTRING_START", -1), getattr(tokenize, "TSTRING_START", -1)}
_STRING_ENDS = {tokenize.STRING, getattr(tokenize, "FSTRING_END", -1), getattr(tokenize, "TSTRING_END", -1)}


def span(node: Located, text: SourceText) -> Span:
    """Where `node` is, decorators included."""
    line = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    column = _column(text, node.lineno, node.col_offset)
    end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
    return Span(line, column, end_line, _column(text, end_line, end_column))


def span_of(nodes: Sequence[Located], text: SourceText) -> Span:
    """From the start of the first node to the end of the last."""
    first, last = span(nodes[0], text), span(nodes[-1], text)
    return Span(first.line, first.column, last.end_line, last.end_column)


def offsets(where: Span, text: SourceText) -> tuple[int, int]:
    """Start and end of a span as offsets into the text."""
    return text.starts[where.line - 1] + where.column, text.starts[where.end_line - 1] + where.end_column


def span_between(start: int, end: int, text: SourceText) -> Span:
    """The span from one offset to another."""
    return Span(*_place(start, text), *_place(end, text))


def text_of(where: Span, text: SourceText) -> str:
    """The text in a span, newlines as they are."""
    start, end = offsets(where, text)
    return text.text[start:end]


def indentation(line: str) -> str:
    """The blanks that a line starts with; a form feed sets Python's count back to 0, so only what follows it counts."""
    blanks = line[: len(line) - len(line.lstrip(" \t\f"))]
    return blanks.rpartition("\f")[2]


def dedented(where: Span, text: SourceText) -> str:
    """The text in a span as a statement at column 0 with \\n newlines; lines inside a string stay as they are."""
    margin = indentation(text.line(where.line))
    lines = with_plain_newlines(text_of(where, text)).split("\n")
    inside = lines_inside_strings("\n".join(lines))
    moved = [line if number in inside else _without(margin, line) for number, line in enumerate(lines[1:], 2)]
    return "\n".join([lines[0], *moved])


def with_plain_newlines(text: str) -> str:
    """`text` with \\n for every newline that Python knows."""
    return re.sub(r"\r\n?", "\n", text)


def lines_inside_strings(text: str) -> frozenset[int]:
    """The numbers (from 1) of the lines of `text` that begin inside a string: their blanks are part of its value."""
    inside: set[int] = set()
    depth, start = 0, 0
    for token in tokens(text):
        if token.type in _STRING_STARTS:
            start = token.start[0] if depth == 0 else start
            depth += 1
        if token.type in _STRING_ENDS:
            depth -= 1
            inside.update(range(start + 1, token.end[0] + 1))
    return frozenset(inside)


def tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of any balanced piece of source with \\n newlines; columns of line 1 are too large by one.

    The piece is read inside parentheses, where indentation means nothing and cannot be wrong.
    """
    yield from tokenize.generate_tokens(io.StringIO(f"({text}\n)").readline)


def _column(text: SourceText, line: int, byte: int) -> int:
    start = text.starts[line - 1]
    if text.text[start : start + byte].isascii():
        return byte
    return len(text.line(line).encode()[:byte].decode())


def _place(offset: int, text: SourceText) -> tuple[int, int]:
    line = bisect_right(text.starts, offset)
    return line, offset - text.starts[line - 1]


def _without(margin: str, line: str) -> str:
    """`line` less as much of `margin` as it starts with (a comment or a bracket's inside may be indented less)."""
    shared = 0
    while shared < min(len(margin), len(line)) and margin[shared] == line[shared]:
        shared += 1
    return line[shared:]
