"""The edits of one rewrite as programs apply them: whole lines that go, and the text that comes in their place.

A file's text and a rewrite come in. `Change`s go out, in the order of the text: the loop's own lines, and the import that the
new text needs where the file lacks it. Applied together they give the very file that the rewrite alone would give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from autovec.outcome import Edit, Refusal
from autovec.source.find import parse
from autovec.source.insertion import with_additions
from autovec.source.splice import splice
from autovec.source.text import from_text

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `line` to before `end_line` (from 1) become `text`, line endings included; equal numbers insert."""

    line: int
    end_line: int
    text: str


def changes(before: str, edit: Edit) -> tuple[Change, ...]:
    """What to do to the lines of `before` for this edit alone; nothing where the edit no longer fits it."""
    after = edited(before, edit)
    return () if isinstance(after, Refusal) else tuple(line_changes(before, after))


def edited(before: str, edit: Edit) -> str | Refusal:
    """The text with this edit and its imports alone."""
    source = from_text(before)
    module = source if isinstance(source, Refusal) else parse(source)
    if isinstance(source, Refusal) or isinstance(module, Refusal) or edit.span.end_line > len(source.starts):
        return Refusal("AV005", "the file is not the text that the edit was made for")
    return splice(source, with_additions(source, module.tree, [edit]))


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
