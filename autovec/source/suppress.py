"""The user's word that a loop is to be left alone.

Comes in: a file's text and a loop. Goes out: whether a code is silenced, by `# autovec: ignore[AV101] reason` or `# noqa: AV101`
on the loop's header, by `# autovec: disable[AV101] reason` above it (`disabling`), or by `# autovec: skip-file` anywhere. Codes
are prefixes as in Ruff: `AV2` means all of AV2xx. A directive that is not understood is reported as AV006, because a typing
mistake would otherwise silence nothing without a word; one that silenced nothing, when all loops were asked for, as AV008.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING

from autovec.outcome import Refusal, Span
from autovec.record import dataclass
from autovec.source.comments import Comment, comments_in
from autovec.source.position import offsets, span, span_between, text_of, tokens, with_plain_newlines
from autovec.source.text import SourceText

if TYPE_CHECKING:
    from autovec.source.disabling import Range

_MENTION = re.compile(r"#\s*(?:autovec\s*:|noqa\b)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*autovec\s*:\s*([\w-]*)\s*(?:\[([^\]]*)\])?", re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\b(?:\s*:\s*([A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)|(?!\s*:))", re.IGNORECASE)  # as Ruff has it
_ARRAY_FORM = re.compile(r"AV[1-8]")
_WORDS = ("ignore", "disable", "enable", "skip-file")
_WAYS = "write `# autovec: ignore[CODE] reason`, `disable[CODE]` ... `enable[CODE]` on own lines, or `skip-file`"
_CODE = re.compile(r"AV[A-Z]{0,8}\d{0,3}")  # packs have letters of their own


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What a file says about itself; `warnings` are directives that mean nothing."""

    text: SourceText
    skip_file: bool
    mentioned: bool  # some comment looks like a directive: most files have none, and no loop need be asked
    warnings: tuple[Refusal, ...]
    directives: tuple[Comment, ...] = ()
    ranges: tuple[Range, ...] = ()  # where `disable` holds
    _used: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])  # line and code prefix of what silenced something

    def silences(self, node: ast.stmt | ast.expr, code: str) -> bool:
        """Is `code` to be left unsaid for the loop (its header) or expression (all its lines) `node`?"""
        if self.skip_file:
            return True
        if not self.mentioned:
            return False
        own = _header_comments(node, self.text) if _MENTION.search(_lines(node, self.text)) else ()
        where = span(node, self.text)
        around = [one.comment for one in self.ranges if one.touches(where.line, where.end_line)]
        covered = [self._covers(c, "ignore", code) for c in own] + [self._covers(c, "disable", code) for c in around]
        return any(covered)  # all are asked: each that covers is of use

    def around(self, first: int, last: int) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
        """Where `disable` holds on these lines, counted from the first of them."""
        near = (one for one in self.ranges if one.touches(first, last))
        return tuple((max(one.comment.line - first, 0), min(one.last, last) - first, one.codes) for one in near)

    def unused(self, allowed: Callable[[str], bool]) -> Iterator[Refusal]:
        """The directives that silenced nothing so far; `allowed` says which codes are looked for at all."""
        opening = {one.comment for one in self.ranges}
        for comment in self.directives:
            word, codes = _read(comment)
            if not (word == "ignore" or comment in opening) or any(True for _ in _misunderstood(comment)):
                continue
            idle = [code for code in codes or ("",) if (comment.line, code) not in self._used and allowed(code)]
            if idle:
                named = ", ".join(f"`{code}`" for code in idle if code)
                message = f"{named} silences nothing here" if named else "the directive silences nothing here"
                place = "above a loop" if comment in opening else "on the first line of a loop"
                yield Refusal("AV008", message, f"take it out, or put it {place}", _span(comment))

    def _covers(self, comment: Comment, word: str, code: str) -> bool:
        hits = [prefix for prefix in _silenced(comment, word) if _is_meant(code, prefix)]
        self._used.update((comment.line, prefix) for prefix in hits)
        return bool(hits)


def _is_meant(code: str, prefix: str) -> bool:
    """Whether a directive with `prefix` speaks of `code`: who wants no array form of a loop does not want it compiled, either."""
    return code.startswith(prefix) or (code.startswith("AV9") and _ARRAY_FORM.match(prefix) is not None)


def suppressions(text: SourceText) -> Suppressions:
    """The directives of a file; only a file that mentions one is looked at closely."""
    if not _MENTION.search(text.text):
        return Suppressions(text, False, False, ())
    found = list(_directives(text)) if _DIRECTIVE.search(text.text) else []
    if not found:
        return Suppressions(text, False, True, ())
    from autovec.source.disabling import ranges  # few files have a directive

    disabled, problems = ranges(found, _read, text)
    warnings = (*(warning for comment in found for warning in _misunderstood(comment)), *problems)
    return Suppressions(text, any(_read(c)[0] == "skip-file" for c in found), True, warnings, tuple(found), disabled)


def _directives(text: SourceText) -> Iterator[Comment]:
    whole = span_between(0, len(text.text), text)
    try:
        found = comments_in(whole, text)
    except (tokenize.TokenError, SyntaxError):  # the file's own error is reported by the parser
        return
    yield from (comment for comment in found if _DIRECTIVE.match(comment.text))


def _read(comment: Comment) -> tuple[str, tuple[str, ...]]:
    """The word of a directive and its codes."""
    match = _DIRECTIVE.match(comment.text)
    return (match[1].lower(), tuple(_codes(match[2]))) if match else ("", ())


def _misunderstood(comment: Comment) -> Iterator[Refusal]:
    match = _DIRECTIVE.match(comment.text)
    where = _span(comment)
    if match is None:
        return
    if match[1].lower() not in _WORDS:
        yield Refusal("AV006", f"unknown directive `autovec: {match[1]}`", _WAYS, where)
    for code in _codes(match[2]):
        if not _CODE.fullmatch(code):
            yield Refusal("AV006", f"`{code}` is no code of autovec's", "codes look like AV201, or AV2 for all of AV2xx", where)


def _codes(text: str | None) -> list[str]:
    return [code.upper() for code in re.split(r"[,\s]+", text or "") if code]


def _span(comment: Comment) -> Span:
    return Span(comment.line, comment.column, comment.line, comment.column + len(comment.text))


def _silenced(comment: Comment, word: str) -> Iterator[str]:
    """The code prefixes that a comment silences by a directive `word` or by `noqa`; the empty one is all."""
    for match in _NOQA.finditer(comment.text):
        yield from _codes(match[1]) or [""]
    for match in _DIRECTIVE.finditer(comment.text):
        if match[1].lower() == word:
            yield from _codes(match[2]) if match[2] is not None else [""]


def _header_comments(node: ast.stmt | ast.expr, text: SourceText) -> tuple[Comment, ...]:
    where = span(node, text)
    last = header_end(where, text) if isinstance(node, ast.For | ast.AsyncFor | ast.While) else where.end_line
    whole = Span(where.line, where.column, last, len(text.line(last).rstrip("\r\n")))
    return _comments_if_balanced(whole, text)


def _comments_if_balanced(where: Span, text: SourceText) -> tuple[Comment, ...]:
    """The comments of whole lines, which may hold one end of a bracket or a string that began before."""
    found: list[Comment] = []
    lines = with_plain_newlines(text_of(where, text)).split("\n")
    try:
        return comments_in(where, text)
    except (tokenize.TokenError, SyntaxError):
        for number, line in enumerate(lines, where.line):
            match = _MENTION.search(line)
            if match:
                found.append(Comment(line[match.start() :], number, match.start(), False))
    return tuple(found)


def header_end(where: Span, text: SourceText) -> int:
    """The line of the colon that ends a loop's header."""
    depth = 0
    for token in tokens(with_plain_newlines(text_of(where, text))):
        if token.type != tokenize.OP:
            continue
        if token.string == ":" and depth == 1:
            return where.line + token.start[0] - 1
        depth += (token.string in "([{") - (token.string in ")]}")
    return where.end_line


def _lines(node: ast.stmt | ast.expr, text: SourceText) -> str:
    where = span(node, text)
    start, end = offsets(Span(where.line, 0, where.end_line, where.end_column), text)
    stop = end + len(text.line(where.end_line)) - where.end_column
    return text.text[start:stop]
