"""Where a program spends its time, as a profiler saw it.

A profile and the files of the run come in; for each file in which time was spent the share of the whole goes out, and the ranges
of lines in which it was. Read are cProfile's binary files, Scalene's JSON, and py-spy's `raw` and `speedscope` formats. cProfile
knows functions only: their lines are looked up in the files. Time counts where it was spent, not in those that called. Not
handled: notebooks, and profiles of other machines, in which files have other paths.
"""

from __future__ import annotations

import json
import marshal
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from autovec.files.content import FileProblem, read_file
from autovec.files.source_text import python_of
from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.source.find import parse
from autovec.source.position import span
from autovec.source.text import decode
from autovec.source.tree import FunctionNode

WORTH = 0.01  # of all time: less than that in one place is not worth a rewrite
_RAW = re.compile(r"\((?P<file>[^()]+):(?P<line>\d+)\)$")

Place = tuple[str, int]  # a file and a line of it


@dataclass(frozen=True, slots=True)
class Hot:
    """Where time is spent in a file: its share of all time, and the lines that matter."""

    share: float
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Profile:
    """The time that was spent in each place, in whatever unit; `functions`: a place is the first line of a function."""

    times: Mapping[Place, float]
    functions: bool


def hot_lines(profile: Path, paths: Sequence[Path]) -> dict[Path, Hot]:
    """What is hot in those of `paths` in which something is; a `FileProblem` where the profile cannot be read."""
    read = _read(profile)
    total = sum(read.times.values())
    if total <= 0:
        raise FileProblem(f"{profile}: no time was spent in it")
    places: dict[str, dict[int, float]] = {}
    for (file, line), time in read.times.items():
        places.setdefault(os.path.realpath(file), {})[line] = time / total
    found = {path: _hot(path, places.get(os.path.realpath(path), {}), read.functions) for path in paths}
    return {path: hot for path, hot in found.items() if hot.lines}


def _hot(path: Path, shares: Mapping[int, float], functions: bool) -> Hot:
    """The functions with loops that took long enough; where lines are known, those lines of theirs."""
    extents = _extents(path) if shares else []
    around: dict[tuple[int, int], float] = {}
    for line, share in shares.items():
        fits = [(first, last) for first, last in extents if first <= line <= last]
        if fits:
            around[max(fits)] = around.get(max(fits), 0.0) + share
    hot = {extent: share for extent, share in around.items() if share >= WORTH}
    lines = [(line, line) for line in sorted(shares) if any(first <= line <= last for first, last in hot)]
    return Hot(sum(hot.values()), tuple(sorted(hot) if functions else lines))


def _extents(path: Path) -> list[tuple[int, int]]:
    """The lines of the file's functions with loops, decorators included."""
    try:
        text = decode(python_of(read_file(path), str(path)).data)
    except FileProblem:
        return []
    module = text if isinstance(text, Refusal) else parse(text)
    if isinstance(module, Refusal):
        return []
    nodes = (function.node for function in module.functions)
    spans = (span(node, module.text) for node in nodes if isinstance(node, FunctionNode))
    return [(where.line, where.end_line) for where in spans]


# ------------------------------------------------------------------ formats


def _read(path: Path) -> _Profile:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read: {error.strerror}") from None
    try:
        document: object = json.loads(data)
    except ValueError:
        found = _of_cprofile(data) or _of_raw(data)
    else:
        found = _of_json(document)
    if found is None:
        raise FileProblem(f"{path}: not a profile of cProfile, Scalene or py-spy (--format raw or speedscope)")
    return found


def _of_cprofile(data: bytes) -> _Profile | None:
    """Statistics as `python -m cProfile -o` and `pstats` write them: own time by function."""
    try:
        table: object = marshal.loads(data)
        rows = cast("dict[tuple[str, int, str], tuple[Any, ...]]", table).items()
        return _Profile({(file, line): float(row[2]) for (file, line, _), row in rows}, functions=True)
    except (ValueError, EOFError, TypeError, AttributeError, IndexError):
        return None


def _of_json(document: object) -> _Profile | None:
    try:
        found = cast("dict[str, Any]", document)
        if "files" in found:
            return _Profile(_added(_of_scalene(found)), functions=False)
        return _Profile(_added(_of_speedscope(found)), functions=False)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return None


def _of_scalene(document: Mapping[str, Any]) -> Iterator[tuple[Place, float]]:
    for file, found in document["files"].items():
        for line in found["lines"]:
            yield (file, int(line["lineno"])), float(line["n_cpu_percent_python"]) + float(line["n_cpu_percent_c"])


def _of_speedscope(document: Mapping[str, Any]) -> Iterator[tuple[Place, float]]:
    frames = document["shared"]["frames"]
    for profile in document["profiles"]:
        for stack, weight in zip(profile["samples"], profile["weights"], strict=True):
            frame: dict[str, Any] = frames[stack[-1]] if stack else {}
            yield (frame.get("file") or "", int(frame.get("line") or 0)), float(weight)


def _of_raw(data: bytes) -> _Profile | None:
    """A line a stack: frames with semicolons between them, the innermost last, and how often it was seen."""
    found: list[tuple[Place, float]] = []
    for line in data.decode("utf-8", "replace").splitlines():
        stack, _, times = line.rpartition(" ")
        frame = _RAW.search(stack.rpartition(";")[2])
        if not times.isdigit():
            return None
        found.append(((frame["file"], int(frame["line"])) if frame else ("", 0), float(times)))
    return _Profile(_added(found), functions=False) if found else None


def _added(times: Iterable[tuple[Place, float]]) -> Mapping[Place, float]:
    total: dict[Place, float] = {}
    for place, time in times:
        total[place] = total.get(place, 0.0) + time
    return total
