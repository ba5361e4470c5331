"""Ranges of lines in which the user wants loops left alone.

Come in: a file's comments and its text. Go out: the ranges between `# autovec: disable[AV2] reason` and `# autovec: enable[AV2]`,
each on a line of its own, and the comments that open or close none. An `enable` closes the last `disable` with the same codes and
the same indentation; a range that nothing closes ends with the block that it stands in, at the top level with the file.
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from autovec.outcome import Refusal, Span
from autovec.record import dataclass
from autovec.source.comments import Comment
from autovec.source.position import indentation, with_plain_newlines
from autovec.source.text import SourceText

_NO_CODE = {
    tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.ENCODING,
}  # fmt: skip

Read = Callable[[Comment], tuple[str, tuple[str, ...]]]  # a directive's word and its codes


@dataclass(frozen=True, slots=True)
class Range:
    """Lines from that of the comment to the `last`, both included."""

    comment: Comment
    codes: tuple[str, ...]
    last: int

    def touches(self, first: int, last: int) -> bool:
        """Whether any of these lines is in the range."""
        return self.comment.line <= last and first <= self.last


def ranges(directives: Sequence[Comment], read: Read, text: SourceText) -> tuple[tuple[Range, ...], tuple[Refusal, ...]]:
    """The ranges of a file, in order, and what is wrong with the comments that should open or close one."""
    found: list[Range] = []
    closed: set[int] = set()
    problems: list[Refusal] = []
    starts: list[tuple[int, int]] | None = None
    for comment in directives:
        word, codes = read(comment)
        if word in ("disable", "enable") and not comment.own_line:
            hint = "`ignore` is for the line of one loop"
            problems.append(_problem(comment, f"`{word}` has to stand on a line of its own", hint))
        elif word == "disable":
            starts = list(_code_lines(text)) if starts is None else starts
            found.append(Range(comment, codes, _end_of_block(comment, starts, text)))
        elif word == "enable":
            at = _opened(comment, codes, [(k, one) for k, one in enumerate(found) if k not in closed], text)
            if at is None:
                hint = "write it below the `disable`, with the same codes and the same indentation"
                problems.append(_problem(comment, "`enable` ends no `disable`", hint))
                continue
            closed.add(at)
            found[at] = replace(found[at], last=comment.line)
    return tuple(found), tuple(problems)


def _opened(comment: Comment, codes: Sequence[str], opened: Sequence[tuple[int, Range]], text: SourceText) -> int | None:
    """Which of the open ranges an `enable` closes."""
    for index, one in reversed(opened):
        alike = set(one.codes) == set(codes) and _margin(one.comment.line, text) == _margin(comment.line, text)
        if alike and comment.line <= one.last:
            return index
    return None


def _end_of_block(comment: Comment, starts: Sequence[tuple[int, int]], text: SourceText) -> int:
    margin = _margin(comment.line, text)
    below = (line - 1 for line, column in starts if line > comment.line and column < margin)
    return next(below, len(text.starts))


def _code_lines(text: SourceText) -> Iterator[tuple[int, int]]:
    """The first line of each statement and clause, with its indentation."""
    fresh = True
    for token in tokenize.generate_tokens(io.StringIO(with_plain_newlines(text.text)).readline):
        if token.type == tokenize.NEWLINE:
            fresh = True
        elif fresh and token.type not in _NO_CODE:
            fresh = False
            yield token.start[0], _margin(token.start[0], text)


def _margin(line: int, text: SourceText) -> int:
    return len(indentation(text.line(line)).expandtabs())


def _problem(comment: Comment, message: str, hint: str) -> Refusal:
    return Refusal("AV006", message, hint, Span(comment.line, comment.column, comment.line, comment.column + len(comment.text)))
