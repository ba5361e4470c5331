"""The user's comments: found in a span, and carried from the text that goes to the text that comes.

Comes in: source text. Goes out: its comments, or the new text with every comment that the old one had. A comment stays with the
value that it spoke of: those with a line of their own above the new statement that gives it, one at the end of a line at the end
of that statement's line where it is the only one, else above.
What the new text has already (a guard keeps the loop as its fallback) is not repeated. Pure `# type: int` comments go, as the
statement they describe does.
"""

from __future__ import annotations

import re
import tokenize
from collections import Counter
from collections.abc import Sequence

from autovec.outcome import Span
from autovec.record import dataclass
from autovec.source.position import Located, indentation, offsets, span_between, span_of, text_of, tokens, with_plain_newlines
from autovec.source.text import SourceText

_PURE_TYPE = re.compile(r"#\s*type:\s*(?!ignore\b)[\w.]+(\[[\w\[\], .]*\])?\s*")
_REST_OF_LINE = re.compile(r"[ \t\f]*(#[^\r\n]*)?")
_GIVES_A_VALUE = re.compile(
    r"\s*(?:([^\W\d]\w*)\s*(?:\[.*?\]\s*)*(?:[-+*/%&|^@]|//|\*\*|<<|>>)?=(?!=)|([^\W\d]\w*)\.(?:append|extend)\()"
)
_INTO = re.compile(r"\bout=([^\W\d]\w*)")
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
    return _placed(lacking, with_plain_newlines(before_text).split("\n"), after_text.split("\n")) if lacking else after_text


def _placed(lacking: list[Comment], before: list[str], after: list[str]) -> str:
    """Each comment with the line that now gives a value to what the line it spoke of did; the others with the next such one."""
    alone = sum(bool(line.strip()) for line in after) == 1
    places = list(zip(lacking, _lines_for([_spoken_of(c, before) for c in lacking], after), strict=True))
    out: list[str] = []
    for k, line in enumerate(after):
        here = [c for c, p in places if p == k]
        ends = [c for c in here if not c.own_line and (alone or _spoken_of(c, before))]
        end = ends[0] if len([c for c in here if not c.own_line]) == len(ends) == 1 and _takes_a_comment(line) else None
        out += [f"{indentation(line)}{c.text}" for c in here if c is not end]
        out.append(line if end is None else f"{line.rstrip()}  {end.text}")
    return "\n".join(out)


def _lines_for(names: list[str], after: list[str]) -> list[int]:
    """For each name in turn the line that gives it a value, never above that of an earlier one; for "" that of the next name."""
    last = max((k for k, line in enumerate(after) if line.strip()), default=0)
    found: list[int] = []
    for name in reversed(names):
        last = _line_for(name, after, last)
        found.insert(0, last)
    spoken = [line for name, line in zip(names, found, strict=True) if name]
    without_next = next((k for k in range(len(names)) if not any(names[k:])), len(names))
    return found[:without_next] + [spoken[-1] if spoken else 0] * (len(names) - without_next)


def _spoken_of(comment: Comment, lines: list[str]) -> str:
    """The name that the comment's line, or the next line of code, gives a value to; "" where it gives none."""
    following = [lines[comment.line - 1]] if not comment.own_line else lines[comment.line :]
    code = next((line for line in following if line.strip() and not line.lstrip().startswith("#")), "")
    found = _GIVES_A_VALUE.match(code)
    return found[1] or found[2] if found else ""


def _line_for(name: str, lines: list[str], last: int) -> int:
    """The last line up to `last` that gives `name` a value; `last` where none does."""
    for k in range(last, -1, -1):
        found, into = _GIVES_A_VALUE.match(lines[k]), _INTO.search(lines[k])
        if name and name in ((found[1] or found[2]) if found else "", into[1] if into else ""):
            return k
    return last


def _takes_a_comment(line: str) -> bool:
    return bool(line.strip()) and not _comments(line.strip()) and not line.rstrip().endswith(("(", "[", "{", ",", "\\"))


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
