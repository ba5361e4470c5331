"""The JSON of a notebook: the sources of its code cells come out, changed ones go in, and every other byte stays as it is.

The value of a cell's `source` is replaced in the text of the file, with the line breaks and blanks that its list had and with the
old spelling of every line that stays. What is not handled: notebooks older than format 4, and kernels of other languages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from autovec.files.content import FileProblem
from autovec.record import dataclass

_DECODE: Callable[[str, int], tuple[object, int]] = json.JSONDecoder().raw_decode
_BLANKS = re.compile(r"[ \t\r\n]*")
_LINES = re.compile(r"[^\n]*\n|[^\n]+\Z")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the JSON text, and where it is."""

    content: object
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notebook:
    """The file's text and the `source` of each code cell, by the cell's number among all cells (from 1)."""

    text: str
    values: Mapping[int, Value]

    @property
    def sources(self) -> dict[int, str]:
        """The code of each cell."""
        return {number: _joined(value.content) for number, value in self.values.items()}

    def replaced(self, sources: Mapping[int, str]) -> bytes:
        """The file with new sources for some cells."""
        text = self.text
        for number, source in sorted(sources.items(), reverse=True):
            value = self.values[number]
            text = text[: value.start] + _spelt(source, value, self.text) + text[value.end :]
        return text.encode("utf-8")


def read_notebook(data: bytes) -> Notebook:
    """The notebook in a file's bytes; a `FileProblem` where it is none."""
    try:
        text = data.decode("utf-8")
        values = dict(_code_cells(text))
    except (ValueError, RecursionError, IndexError) as error:
        raise FileProblem(f"not a notebook: {error}") from None
    return Notebook(text, values)


def _code_cells(text: str) -> Iterator[tuple[int, Value]]:
    start = _skip(text, len(_BOM) if text.startswith(_BOM) else 0)
    top = {str(key): value for key, value in _members(text, start)}
    cells = top.get("cells")
    if cells is None or not isinstance(cells.content, list):
        raise ValueError("it has no list of cells")
    if not _is_python(top.get("metadata")):
        return
    for number, cell in enumerate(_elements(text, cells.start), 1):
        members = {str(key): value for key, value in _members(text, cell.start)}
        kind, source = members.get("cell_type"), members.get("source")
        if kind is not None and kind.content == "code" and source is not None and _is_text(source.content):
            yield number, source


def _is_python(metadata: Value | None) -> bool:
    content = _table(metadata.content if metadata else None)
    names = (_table(content.get("kernelspec")).get("language"), _table(content.get("language_info")).get("name"))
    return all(name is None or str(name).lower() in ("python", "ipython") for name in names)


def _table(content: object) -> dict[str, object]:
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _is_text(content: object) -> bool:
    lines = cast("list[object]", content) if isinstance(content, list) else [content]
    return all(isinstance(line, str) for line in lines)


def _joined(content: object) -> str:
    return "".join(cast("list[str]", content)) if isinstance(content, list) else str(content)


# ------------------------------------------------------------------ places in the JSON text


def _skip(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _members(text: str, start: int) -> Iterator[tuple[object, Value]]:
    """Key and value of each member of the object that starts there."""
    if text[start] != "{":
        raise ValueError("an object is missing")
    at = _skip(text, start + 1)
    while text[at] != "}":
        key, end = _DECODE(text, at)
        value = _value(text, _skip(text, end) + 1)
        yield key, value
        at = _next(text, value.end)


def _elements(text: str, start: int) -> Iterator[Value]:
    """Each element of the list that starts there."""
    at = _skip(text, start + 1)
    while text[at] != "]":
        value = _value(text, at)
        yield value
        at = _next(text, value.end)


def _value(text: str, at: int) -> Value:
    start = _skip(text, at)
    content, end = _DECODE(text, start)
    return Value(content, start, end)


def _next(text: str, end: int) -> int:
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


# ------------------------------------------------------------------ writing


def _spelt(source: str, value: Value, text: str) -> str:
    """The JSON for `source`, laid out as the value that it replaces."""
    ascii_only = text.isascii()
    if not isinstance(value.content, list):
        return json.dumps(source, ensure_ascii=ascii_only)
    elements = list(_elements(text, value.start))
    known = {str(e.content): text[e.start : e.end] for e in elements}
    lines = [known.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in _LINES.findall(source)]
    if not elements or not lines:
        return f"[{', '.join(lines)}]"
    opening, closing = text[value.start : elements[0].start], text[elements[-1].end : value.end]
    between = text[elements[0].end : elements[1].start] if len(elements) > 1 else "," + (opening[1:] or " ")
    return opening + between.join(lines) + closing
