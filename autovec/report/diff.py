"""Unified diffs that `patch -p0` and `git apply -p0` take. Two texts come in, the diff goes out, "" where they are equal."""

from __future__ import annotations

import difflib

from autovec.report.ink import Ink

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def unified_diff(before: str, after: str, path: str, ink: Ink) -> str:
    """The diff of one file; line endings stay as they are in the texts."""
    lines = difflib.unified_diff(_lines(before), _lines(after), fromfile=path, tofile=path)
    return "".join(_painted(line if line.endswith("\n") else line + _NO_NEWLINE, ink) for line in lines)


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
