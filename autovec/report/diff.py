"""Unified diffs that `patch -p0` and `git apply -p0` take. Two texts come in, the diff goes out, "" where they are equal.

A notebook is shown cell by cell, as its user sees it; no program applies that.
"""

from __future__ import annotations

import difflib

from autovec.outcome import FileReport
from autovec.report.ink import Ink
from autovec.source.notebook import parts_of, unquoted

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def file_diff(report: FileReport, ink: Ink) -> str:
    """The diff of one report's texts."""
    if report.before == report.after:
        return ""
    if not report.cells:
        return unified_diff(report.before, report.after, report.path, ink)
    cells = zip(parts_of(report.before), parts_of(report.after), strict=True)
    return "".join(unified_diff(unquoted(a), unquoted(b), f"{report.path}:cell {n}", ink) for (n, a), (_, b) in cells)


def unified_diff(before: str, after: str, path: str, ink: Ink) -> str:
    """The diff of one file; line endings stay as they are in the texts."""
    lines = difflib.unified_diff(_lines(before), _lines(after), fromfile=path, tofile=path)
    return "".join(_painted(line if line.endswith("\n") else line + _NO_NEWLINE, ink) for line in lines)


def patch(before: bytes, after: bytes, path: str) -> bytes:
    """The change of one file as `git apply` reads it, byte for byte in whatever encoding the file has."""
    name = path.replace("\\", "/")
    text = unified_diff(before.decode("latin-1"), after.decode("latin-1"), "-", Ink(False))
    body = text.split("\n", 2)[2] if text else ""
    return f"--- a/{name}\n+++ b/{name}\n".encode() + body.encode("latin-1") if body else b""


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one, as for patch."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _painted(line: str, ink: Ink) -> str:
    body, end = (line[:-1], "\n") if line.endswith("\n") else (line, "")
    if line.startswith(("--- ", "+++ ")):
        return ink.bold(body) + end
    if line.startswith("@@"):
        return ink.faint(body) + end
    if line.startswith("+"):
        return ink.added(body) + end
    return (ink.removed(body) if line.startswith("-") else body) + end
