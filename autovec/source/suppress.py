"""The user's word that a loop is to be left alone.

Comes in: a file's text and a loop. Goes out: whether `# autovec: ignore[AV101] reason`, `# noqa: AV101` on the loop's header
or `# autovec: skip-file` anywhere silences a code. Codes are prefixes as in Ruff: `AV2` means all of AV2xx. A directive that
is not understood is reported as AV006, because a typing mistake would otherwise silence nothing without a word; one that
silenced nothing, when all loops were asked for, as AV008.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from autovec.outcome import Refusal, Span
from autovec.source.comments import Comment, comments_in
from autovec.source.position import offsets, span, span_between, text_of, tokens, with_plain_newlines
from autovec.source.text import SourceText

_MENTION = re.compile(r"#\s*(?:autovec\s*:|noqa\b)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"#\s*autovec\s*:\s*([\w-]*)\s*(?:\[([^\]]*)\])?", re.IGNORECASE)
_NOQA = re.compile(r"#\s*noqa\b(?:\s*:\s*([A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*)|(?!\s*:))", re.IGNORECASE)  # as Ruff has it
_ARRAY_FORM = re.compile(r"AV[1-8]")
_CODE = re.compile(r"AV[A-Z]{0,8}\d{0,3}")  # packs have letters of their own


@dataclass(frozen=True, slots=True)
class Suppressions:
    """What a file says about itself; `warnings` are directives that mean nothing."""

    text: SourceText
    skip_file: bool
    mentioned: bool  # some comment looks like a directive: most files have none, and no loop need be asked
    warnings: tuple[Refusal, ...]
    directives: tuple[Comment, ...] = ()
    _used: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])  # line and code prefix of what silenced something

    def silences(self, node: ast.stmt | ast.expr, code: str) -> bool:
        """Is `code` to be left unsaid for the loop (its header) or expression (all its lines) `node`?"""
        if self.skip_file:
            return True
        if not self.mentioned or not _MENTION.search(_lines(node, self.text)):
            return False
        comments = _header_comments(node, self.text)
        return sum(self._covers(comment, code) for comment in comments) > 0  # all are asked: each that covers is of use

    def unused(self, allowed: Callable[[str], bool]) -> Iterator[Refusal]:
        """The `ignore` directives that silenced nothing so far; `allowed` says which codes are looked for at all."""
        for comment in self.directives:
            match = _DIRECTIVE.match(comment.text)
            if match is None or match[1].lower() != "ignore" or any(True for _ in _misunderstood(comment)):
                continue
            idle = [code for code in _codes(match[2]) or [""] if (comment.line, code) not in self._used and allowed(code)]
            if idle:
                named = ", ".join(f"`{code}`" for code in idle if code)
                message = f"{named} silences nothing here" if named else "the directive silences nothing here"
                yield Refusal("AV008", message, "take it out, or put it on the first line of a loop", _span(comment))

    def _covers(self, comment: Comment, code: str) -> bool:
        hits = [prefix for prefix in _silenced(comment) if _is_meant(code, prefix)]
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
    warnings = tuple(warning for comment in found for warning in _misunderstood(comment))
    return Suppressions(text, any(_word(c) == "skip-file" for c in found), True, warnings, tuple(found))


def _directives(text: SourceText) -> Iterator[Comment]:
    whole = span_between(0, len(text.text), text)
    try:
        found = comments_in(whole, text)
    except (tokenize.TokenError, SyntaxError):  # the file's own error is reported by the parser
        return
    yield from (comment for comment in found if _DIRECTIVE.match(comment.text))


def _word(comment: Comment) -> str:
    match = _DIRECTIVE.match(comment.text)
    return match[1].lower() if match else ""


def _misunderstood(comment: Comment) -> Iterator[Refusal]:
    match = _DIRECTIVE.match(comment.text)
    where = _span(comment)
    if match is None:
        return
    if match[1].lower() not in ("ignore", "skip-file"):
        message = f"unknown directive `autovec: {match[1]}`"
        yield Refusal("AV006", message, "write `# autovec: ignore[CODE] reason` or `# autovec: skip-file`", where)
    for code in _codes(match[2]):
        if not _CODE.fullmatch(code):
            yield Refusal("AV006", f"`{code}` is no code of autovec's", "codes look like AV201, or AV2 for all of AV2xx", where)


def _codes(text: str | None) -> list[str]:
    return [code.upper() for code in re.split(r"[,\s]+", text or "") if code]


def _span(comment: Comment) -> Span:
    return Span(comment.line, comment.column, comment.line, comment.column + len(comment.text))


def _silenced(comment: Comment) -> Iterator[str]:
    """The code prefixes that a comment silences; the empty one is all."""
    for match in _NOQA.finditer(comment.text):
        yield from _codes(match[1]) or [""]
    for match in _DIRECTIVE.finditer(comment.text):
        if match[1].lower() == "ignore":
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
