"""What one rewrite changed, line by line.

A text and one edit come in, the lines of the diff go out. The edit is spliced in alone: its indentation, comments and line
endings are settled only there, and a diff of all edits together would run neighbours into one.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from autovec.outcome import Edit, Refusal, Span
from autovec.record import dataclass
from autovec.report.location import NEWLINE
from autovec.source.splice import splice
from autovec.source.text import from_text


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a diff: "-", "+" or " ", its number in the text before (None for a new one), and the text."""

    sign: str
    number: int | None
    text: str


def hunk(before: str, edit: Edit) -> list[DiffLine]:
    """The lines of the edit's span and what becomes of them, also where it changes lines around it."""
    source = from_text(before)
    after = source if isinstance(source, Refusal) else splice(source, [edit])
    old = NEWLINE.split(before)
    new = old if isinstance(after, Refusal) else NEWLINE.split(after)
    return list(_compared(old, new, edit.span))


def _compared(old: list[str], new: list[str], span: Span) -> Iterator[DiffLine]:
    same = min(_common(old, new), span.line - 1)
    tail = min(_common(old[same:][::-1], new[same:][::-1]), len(old) - span.end_line)
    middle, became = old[same : len(old) - tail], new[same : len(new) - tail]  # else a long file would be compared line by line
    for kind, old_start, old_stop, new_start, new_stop in SequenceMatcher(None, middle, became, autojunk=False).get_opcodes():
        sign = " " if kind == "equal" else "-"
        yield from (DiffLine(sign, same + i + 1, middle[i]) for i in range(old_start, old_stop))
        if kind != "equal":
            yield from (DiffLine("+", None, text) for text in became[new_start:new_stop])


def _common(a: list[str], b: list[str]) -> int:
    """How many lines the two have in common at their beginning."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
