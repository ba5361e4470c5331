"""Writes down what `autovec trace` saw, for `seen` to find.

Comes in: the notes of a run, by function. Goes out: one file beside the cache, in which the last run of each function counts.
Functions that are not in their file as it is now are left out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autovec.files.content import FileProblem, read_file
from autovec.files.seen import FORMAT, NAME, read_traced, relative
from autovec.options import Seen
from autovec.outcome import Refusal
from autovec.source.fingerprint import fingerprints
from autovec.source.text import decode


def write_traced(directory: Path, root: Path, notes: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Keep the notes of a run: those of files that it did not touch stay. How many functions and files they are about."""
    files: dict[str, list[Mapping[str, Any]]] = {}
    for note in notes:
        files.setdefault(note["file"], []).append(note)
    kept = dict(read_traced(directory, root).files)
    found = {relative(file, root): tuple(_seen(file, own)) for file, own in files.items()}
    kept |= {file: _merged(kept.get(file, ()), seen) for file, seen in found.items() if seen}
    directory.mkdir(parents=True, exist_ok=True)
    document = {"format": FORMAT, "files": {file: [_record(s) for s in seen] for file, seen in sorted(kept.items())}}
    temporary = directory / f"{NAME}.{os.getpid()}"
    temporary.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    os.replace(temporary, directory / NAME)
    return len({(file, s.function) for file, seen in found.items() for s in seen}), sum(bool(seen) for seen in found.values())


def _seen(file: str, notes: Iterable[Mapping[str, Any]]) -> Iterable[Seen]:
    """The notes about a file whose functions are found in it."""
    try:
        text = decode(read_file(Path(file)))
    except FileProblem:
        return
    known = {} if isinstance(text, Refusal) else fingerprints(text)
    for note in notes:
        mark = known.get((note["name"], note["line"]))
        if mark is None:
            continue
        for parameter, values in note["given"].items():
            yield _of_values(note["name"], mark, parameter, values)


def _of_values(function: str, mark: str, parameter: str, values: Sequence[Sequence[Any]]) -> Seen:
    """One parameter over all calls that were looked at; each value is a type, a dtype, a rank, an extent and a count."""
    return Seen(
        function,
        mark,
        parameter,
        types=tuple(sorted({value[0] for value in values})),
        dtypes=tuple(sorted({value[1] for value in values} - {""})),
        ranks=tuple(sorted({value[2] for value in values})),
        least=min(value[3] for value in values),
        most=max(value[3] for value in values),
    )


def _merged(old: Sequence[Seen], new: Sequence[Seen]) -> tuple[Seen, ...]:
    """Of a function that ran again the new notes alone: the last run counts."""
    again = {s.function for s in new}
    return (*(s for s in old if s.function not in again), *new)


def _record(seen: Seen) -> dict[str, Any]:
    return {name: getattr(seen, name) for name in Seen.__slots__}
