"""What the editor shows at one moment: a file, or the code cells of a notebook joined to one text.

Texts and versions come in as the client sent them. Out go places: `Span`s of the joined text become positions of the file or cell
in the client's own units (UTF-16 unless it asked for others), and back. Lines end as the protocol says, with \\n, \\r\\n or \\r.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from autovec.outcome import Finding, Span
from autovec.report.sentence import place

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_BOM = "\ufeff"
_LOOP = re.compile(r"[ \t\f]*(?:for|while)\b")


@dataclass(frozen=True)
class Part:
    """A text that the client edits under an address of its own; `first` is its first line in the joined text, from 0."""

    uri: str
    version: int | None
    first: int
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines with their ends; an empty text has none."""
        return tuple(_LINE.findall(self.text))

    @property
    def open_end(self) -> bool:
        """Whether no newline ends its last line."""
        return bool(self.lines) and not self.lines[-1].endswith(("\n", "\r"))


@dataclass(frozen=True)
class Place:
    """A line and a column of a part, both from 0, the column in the client's units."""

    line: int
    column: int


@dataclass(frozen=True)
class Stretch:
    """From one place to another in one part."""

    part: Part
    start: Place
    end: Place


@dataclass(frozen=True)
class Snapshot:
    """`uri` is the file's or the notebook's, `text` what is analysed, `unread` the cells that cannot be read."""

    uri: str
    path: Path
    text: str
    parts: tuple[Part, ...]
    encoding: Encoding
    unread: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the client may ask about."""
        return (*(part.uri for part in self.parts), *self.unread)

    @cached_property
    def digest(self) -> str:
        """The same for the same text: by it a client's later question shows what it was about."""
        return hashlib.blake2b(self.text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of what is analysed, with their ends."""
        return tuple(_LINE.findall(self.text.removeprefix(_BOM)))

    def part_at(self, line: int) -> Part:
        """The part that holds a line of the joined text, from 1."""
        return self.parts[max(0, bisect_right([p.first for p in self.parts], line - 1) - 1)]

    def stretch(self, span: Span) -> Stretch:
        """Where a span is for the client; what lies beyond its part is cut off."""
        part = self.part_at(span.line)
        if span.line - 1 < part.first:  # the line above the first cell
            return Stretch(part, Place(0, 0), Place(0, 0))
        end_line, end_column = span.end_line, span.end_column
        if end_line - 1 - part.first >= len(part.lines) and part.open_end:
            end_line, end_column = part.first + len(part.lines), len(part.lines[-1])
        return Stretch(part, self._place(part, span.line, span.column), self._place(part, end_line, end_column))

    def position(self, uri: str, place: Place) -> tuple[int, int] | None:
        """A client's place as a line of the joined text, from 1, and a column in characters."""
        part = next((p for p in self.parts if p.uri == uri), None)
        if part is None:
            return None
        text = _line(part, place.line)
        return part.first + place.line + 1, _characters(text, place.column, self.encoding) - text.startswith(_BOM)

    def _place(self, part: Part, line: int, column: int) -> Place:
        number = line - 1 - part.first
        text = _line(part, number)
        return Place(number, units(text[: column + text.startswith(_BOM)], self.encoding))


def units(text: str, encoding: Encoding) -> int:
    """How long a text is in the client's units."""
    match encoding:
        case "utf-32":
            return len(text)
        case "utf-16":
            return len(text) + sum(character > "\uffff" for character in text)
        case "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))


def header_span(snapshot: Snapshot, finding: Finding) -> Span:
    """The line on which a loop starts. What goes with a loop may start above it, as the statement that makes its array."""
    span = place(finding)
    lines = snapshot.lines
    for number in range(span.line, span.end_line + 1):
        if _LOOP.match(lines[number - 1]):
            text = lines[number - 1].rstrip()
            return Span(number, len(text) - len(text.lstrip()), number, len(text))
    end = span.end_column if span.end_line == span.line else len(lines[span.line - 1].rstrip())
    return Span(span.line, span.column, span.line, end)


def file_snapshot(uri: str, path: Path, version: int | None, text: str, encoding: Encoding) -> Snapshot:
    """A file as the editor shows it."""
    return Snapshot(uri, path, text, (Part(uri, version, 0, text),), encoding)


def _line(part: Part, number: int) -> str:
    return part.lines[number] if 0 <= number < len(part.lines) else ""


def _characters(text: str, column: int, encoding: Encoding) -> int:
    """How many characters make up so many units; a place inside a character counts as behind it."""
    seen = 0
    for index, character in enumerate(text.rstrip("\r\n")):
        if seen >= column:
            return index
        seen += units(character, encoding)
    return len(text.rstrip("\r\n"))
