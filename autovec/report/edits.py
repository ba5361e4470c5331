"""The edits of one rewrite as programs apply them: whole lines that go, and the text that comes in their place.

A file's text and a rewrite come in. `Change`s go out, in the order of the text: the loop's own lines, and the import that the
new text needs where the file lacks it. Applied together they give the very file that the rewrite alone would give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from autovec.outcome import Finding, Refusal, Rewrite
from autovec.pipeline import with_rewrites
from autovec.record import dataclass
from autovec.source.find import parse
from autovec.source.text import from_text

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `line` to before `end_line` (from 1) become `text`, line endings included; equal numbers insert."""

    line: int
    end_line: int
    text: str


def changes(before: str, finding: Rewrite) -> tuple[Change, ...]:
    """What to do to the lines of `before` for this rewrite alone; nothing where it no longer fits."""
    after = rewritten(before, [finding])
    return () if isinstance(after, Refusal) else tuple(line_changes(before, after))


def rewritten(before: str, findings: Sequence[Finding]) -> str | Refusal:
    """The text with these rewrites and all that they need elsewhere in the file."""
    source = from_text(before)
    module = source if isinstance(source, Refusal) else parse(source)
    last = max((f.edit.span.end_line for f in findings if isinstance(f, Rewrite)), default=0)
    if isinstance(source, Refusal) or isinstance(module, Refusal) or last > len(source.starts):
        return Refusal("AV005", "the file is not the text that the edit was made for")
    return with_rewrites(module, findings)


def line_changes(before: str, after: str) -> Iterator[Change]:
    """The runs of lines in which two texts differ."""
    old, new = _LINES.findall(before), _LINES.findall(after)
    head = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - head
    tail = next((i for i in range(most) if old[-1 - i] != new[-1 - i]), most)
    middle, became = old[head : len(old) - tail], new[head : len(new) - tail]
    for kind, start, stop, new_start, new_stop in SequenceMatcher(None, middle, became, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Change(head + start + 1, head + stop + 1, "".join(became[new_start:new_stop]))
