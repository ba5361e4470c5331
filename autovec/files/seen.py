"""What `autovec trace` saw, kept beside the cache: which types and sizes the parameters of functions had in a real run.

Comes in: the notes of a run. Goes out: for a file, the `Seen` of each parameter. A note is kept with a fingerprint of its
function's code, and no longer counts when that changes. It is a hint for analysis, which asks in the new text whether it holds,
and the size that a rewrite has to pay at. What cannot be read is as if it were not there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from autovec.files.cache import DIRECTORY
from autovec.files.content import FileProblem, read_file
from autovec.options import Seen
from autovec.outcome import Refusal
from autovec.settings.model import Settings
from autovec.source.fingerprint import fingerprints
from autovec.source.text import decode

NAME = "trace.json"
_FORMAT = "autovec trace 1"


@dataclass(frozen=True, slots=True)
class Traced:
    """The notes of one directory, by file."""

    root: Path
    files: Mapping[str, tuple[Seen, ...]]

    def of(self, path: str) -> tuple[Seen, ...]:
        """What was seen in a file."""
        return self.files.get(_relative(path, self.root), ()) if self.files else ()


def traced(settings: Settings, cache: Path | None = None) -> Traced:
    """The notes that hold where these settings do; `cache` is the directory to look in, where it was given."""
    return read_traced(cache or settings.root / (settings.cache_dir or DIRECTORY), settings.root)


def read_traced(directory: Path, root: Path) -> Traced:
    """What is stored in a cache's directory about the files below `root`."""
    try:
        document: dict[str, Any] = json.loads((directory / NAME).read_text("utf-8"))
        files: dict[str, list[dict[str, Any]]] = document["files"] if document["format"] == _FORMAT else {}
        return Traced(root, {str(file): tuple(Seen(**_tuples(note)) for note in notes) for file, notes in files.items()})
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Traced(root, {})


def write_traced(directory: Path, root: Path, notes: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Keep the notes of a run: those of files that it did not touch stay. How many functions and files they are about."""
    files: dict[str, list[Mapping[str, Any]]] = {}
    for note in notes:
        files.setdefault(note["file"], []).append(note)
    kept = dict(read_traced(directory, root).files)
    found = {_relative(file, root): tuple(_seen(file, own)) for file, own in files.items()}
    kept |= {file: _merged(kept.get(file, ()), seen) for file, seen in found.items() if seen}
    directory.mkdir(parents=True, exist_ok=True)
    document = {"format": _FORMAT, "files": {file: [_record(s) for s in seen] for file, seen in sorted(kept.items())}}
    temporary = directory / f"{NAME}.{os.getpid()}"
    temporary.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    os.replace(temporary, directory / NAME)
    return len({(file, s.function) for file, seen in found.items() for s in seen}), sum(bool(seen) for seen in found.values())


def forget_traced(directory: Path) -> bool:
    """Drop all notes; False where there are none."""
    try:
        (directory / NAME).unlink()
    except OSError:
        return False
    return True


def _relative(path: str, root: Path) -> str:
    return os.path.relpath(os.path.realpath(path), os.path.realpath(root))


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


def _tuples(note: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(cast("list[object]", value)) if isinstance(value, list) else value for name, value in note.items()}
