"""A file's bytes as text and back, byte for byte.

Comes in: the bytes of a Python file (or its text, for an editor's buffer). Goes out: a `SourceText` that remembers encoding,
byte order mark and newlines, or a `Refusal`. Newlines stay in the text as they are, so that an edit elsewhere cannot change
them. A file whose encoding does not survive the way there and back is refused rather than risked.
"""

from __future__ import annotations

import io
import re
import tokenize
from itertools import accumulate

from autovec.outcome import Refusal
from autovec.record import dataclass

MAX_BYTES = 5_000_000
_BOM = b"\xef\xbb\xbf"
_NEWLINE = re.compile(r"\r\n|\r|\n")  # what ends a line for Python; str.splitlines knows several more
_TWO_LINES = re.compile(rb"(?:[^\r\n]*(?:\r\n|\r|\n)){0,2}")


@dataclass(frozen=True, slots=True)
class SourceText:
    """Decoded text without its byte order mark; `newline` is the most frequent one, `starts` the offset of each line."""

    text: str
    encoding: str
    bom: bool
    newline: str
    starts: tuple[int, ...]

    def line(self, number: int) -> str:
        """The line `number` (from 1) with its newline."""
        stop = self.starts[number] if number < len(self.starts) else len(self.text)
        return self.text[self.starts[number - 1] : stop]

    def newline_at(self, number: int) -> str:
        """The newline that ends the line `number`, the usual one where it has none."""
        match = _NEWLINE.search(self.line(number))
        return match[0] if match else self.newline


def decode(data: bytes) -> SourceText | Refusal:
    """The text of a file, by its byte order mark or PEP 263 cookie, else UTF-8."""
    if len(data) > MAX_BYTES:
        return Refusal("AV004", f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        encoding = _encoding(data)
        bom = encoding == "utf-8-sig"
        name = "utf-8" if bom else encoding
        text = (data[len(_BOM) :] if bom else data).decode(name)
    except (SyntaxError, LookupError, ValueError) as error:  # UnicodeError is a ValueError
        return Refusal("AV002", f"the file cannot be decoded: {error}")
    source = _checked(text, name, bom)
    if isinstance(source, SourceText) and encode(text, source) != data:
        return Refusal("AV002", f"the encoding {name} does not give the same bytes back")
    return source


def from_text(text: str) -> SourceText | Refusal:
    """The same for text that is decoded already, as an editor's buffer."""
    if len(text) > MAX_BYTES:
        return Refusal("AV004", f"the text is longer than {MAX_BYTES // 1_000_000} million characters")
    return _checked(text.removeprefix("\ufeff"), "utf-8", text.startswith("\ufeff"))


def encode(text: str, like: SourceText) -> bytes | Refusal:
    """`text` in the encoding of `like`, with its byte order mark."""
    try:
        data = text.encode(like.encoding)
    except ValueError as error:
        return Refusal("AV002", f"the new text cannot be written: {error}")
    return _BOM + data if like.bom else data


def _encoding(data: bytes) -> str:
    head = _TWO_LINES.match(data)
    length = head.end() if head else 0
    first_two = (data[:length] or data).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return tokenize.detect_encoding(io.BytesIO(first_two).readline)[0]


def _checked(text: str, encoding: str, bom: bool) -> SourceText | Refusal:
    if "\0" in text:
        return Refusal("AV002", "the file holds a NUL character")
    return SourceText(text, encoding, bom, _usual_newline(text), _line_starts(text))


def _usual_newline(text: str) -> str:
    pairs = text.count("\r\n")
    counts = {"\n": text.count("\n") - pairs, "\r\n": pairs, "\r": text.count("\r") - pairs}
    return max(counts, key=lambda newline: counts[newline])


def _line_starts(text: str) -> tuple[int, ...]:
    if "\r" in text:
        return (0, *(m.end() for m in _NEWLINE.finditer(text)))
    return (0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1]))
