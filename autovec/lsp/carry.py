"""Findings that stay true when text around them changes.

Findings of an earlier text come in, those of a later one go out: moved with the lines they are on, and dropped where a line of
theirs is not the same. So the squiggles stay where they are while a line is being typed, or does not parse yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from autovec.outcome import Edit, Finding, Refusal, Rewrite, Span
from autovec.report.sentence import place

_LINE = re.compile(r"\r\n|\r|\n")
_SAID = re.compile(r"\bon line (-?\d+)\b")  # negative where a finding's place is relative to its function


def moved(finding: Finding, lines: int) -> Finding:
    """The finding, so many lines further down."""
    if not lines:
        return finding
    if isinstance(finding, Rewrite):
        return replace(finding, edit=_moved_edit(finding.edit, lines))
    return replace(finding, refusal=_moved_refusal(finding.refusal, lines), span=_moved_span(finding.span, lines))


def carried(findings: Iterable[Finding], old: str, new: str) -> Iterator[Finding]:
    """The findings of `old` that hold in `new`: those on lines above or below all that changed."""
    before, after = _LINE.split(old), _LINE.split(new)
    most = min(len(before), len(after))
    head = next((i for i in range(most) if before[i] != after[i]), most)
    tail = next((i for i in range(most - head) if before[-1 - i] != after[-1 - i]), most - head)
    for finding in findings:
        where = place(finding)
        if where.end_line <= head:
            yield finding
        elif where.line > len(before) - tail:
            yield moved(finding, len(after) - len(before))


def _moved_edit(edit: Edit, lines: int) -> Edit:
    return replace(edit, span=_moved_span(edit.span, lines))


def _moved_refusal(refusal: Refusal, lines: int) -> Refusal:
    message = _SAID.sub(lambda said: f"on line {int(said[1]) + lines}", refusal.message)
    return replace(refusal, message=message, span=refusal.span and _moved_span(refusal.span, lines))


def _moved_span(span: Span, lines: int) -> Span:
    return Span(span.line + lines, span.column, span.end_line + lines, span.end_column)
