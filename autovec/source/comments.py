"""The user's comments: found in a span, and carried from the text that goes to the text that comes.

Comes in: source text. Goes out: its comments, or the new text with every comment that the old one had: those with a line of
their own above the new statement, one at the end of a line at the end of the line where old and new allow it, else above.
What the new text has already (a guard keeps the loop as its fallback) is not repeated. Pure `# type: int` comments go, as the
statement they describe does.
"""

from __future__ import annotations

import re
import tokenize
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autovec.outcome import Span
from autovec.source.position import Located, indentation, offsets, span_between, span_of, text_of, tokens, with_plain_newlines
from autovec.source.text import SourceText

_PURE_TYPE = re.compile(r"#\s*type:\s*(?!ignore\b)[\w.]+(\[[\w\[\], .]*\])?\s*")
_REST_OF_LINE = re.compile(r"[ \t\f]*(#[^\r\n]*)?")
_OWN_LINE = re.compile(r"(?:\r\n|\r|\n)([ \t\f]*)#[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its place; `own_line`: nothing but blanks stands before it."""

    text: str
    line: int
    column: int
    own_line: bool


def comments_in(where: Span, text: SourceText) -> tuple[Comment, ...]:
    """The comments in a span, in order, by line and column of the file."""
    found = _comments(with_plain_newlines(text_of(where, text)))
    return tuple(_moved(comment, where, text) for comment in found)


def region(nodes: Sequence[Located], text: SourceText) -> Span:
    """The span of statements with the comments that belong to them: behind the last one, and below it where indented deeper."""
    where = span_of(nodes, text)
    start, end = offsets(where, text)
    margin = len(indentation(text.line(where.line)))
    behind = _REST_OF_LINE.match(text.text, end)
    if behind is None or not _ends_line(text.text, behind.end()):
        return where
    end = behind.end() if behind[1] else end
    below = _OWN_LINE.match(text.text, behind.end())
    while below and len(below[1]) > margin:
        end = below.end()
        below = _OWN_LINE.match(text.text, end)
    return span_between(start, end, text)


def carry(before_text: str, after_text: str) -> str:
    """`after_text` (at column 0) with the comments of `before_text` that it lacks."""
    old = [c for c in _comments(with_plain_newlines(before_text)) if c.own_line or not _PURE_TYPE.fullmatch(c.text)]
    present = Counter(c.text for c in _comments(after_text))
    lacking: list[Comment] = []
    for comment in old:
        present[comment.text] -= 1
        if present[comment.text] < 0:
            lacking.append(comment)
    if len([c for c in lacking if not c.own_line]) == 1 and _takes_a_comment(after_text):
        last = next(c for c in lacking if not c.own_line)
        above = [c.text for c in lacking if c.own_line]
        return "\n".join([*above, f"{after_text.rstrip()}  {last.text}"])
    return "\n".join([*(c.text for c in lacking), after_text])


def _takes_a_comment(after_text: str) -> bool:
    return "\n" not in after_text.strip() and not _comments(after_text) and bool(after_text.strip())


def _comments(text: str) -> tuple[Comment, ...]:
    """Columns are those in `text`."""
    if "#" not in text:
        return ()
    lines = text.split("\n")
    found: list[Comment] = []
    for token in tokens(text):
        if token.type != tokenize.COMMENT:
            continue
        line = token.start[0]
        column = token.start[1] - (line == 1)
        found.append(Comment(token.string, line, column, not lines[line - 1][:column].strip()))
    return tuple(found)


def _moved(comment: Comment, where: Span, text: SourceText) -> Comment:
    line = comment.line + where.line - 1
    column = comment.column + (where.column if comment.line == 1 else 0)
    return Comment(comment.text, line, column, not text.line(line)[:column].strip())


def _ends_line(text: str, offset: int) -> bool:
    return offset == len(text) or text[offset] in "\r\n"
