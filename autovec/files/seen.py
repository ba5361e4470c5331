"""What `autovec trace` saw, kept beside the cache: which types and sizes the parameters of functions had in a real run.

Comes in: a directory with notes (`noting` writes them). Goes out: for a file, the `Seen` of each parameter. A note is kept with a
fingerprint of its function's code, and no longer counts when that changes. It is a hint for analysis, which asks in the new text
whether it holds, and the size that a rewrite has to pay at. What cannot be read is as if it were not there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from autovec.options import Seen
from autovec.record import dataclass
from autovec.settings.model import CACHE_DIRECTORY, Settings

NAME = "trace.json"
FORMAT = "autovec trace 1"


@dataclass(frozen=True, slots=True)
class Traced:
    """The notes of one directory, by file."""

    root: Path
    files: Mapping[str, tuple[Seen, ...]]

    def of(self, path: str) -> tuple[Seen, ...]:
        """What was seen in a file."""
        return self.files.get(relative(path, self.root), ()) if self.files else ()


def traced(settings: Settings, cache: Path | None = None) -> Traced:
    """The notes that hold where these settings do; `cache` is the directory to look in, where it was given."""
    return read_traced(cache or settings.root / (settings.cache_dir or CACHE_DIRECTORY), settings.root)


def read_traced(directory: Path, root: Path) -> Traced:
    """What is stored in a cache's directory about the files below `root`."""
    try:
        text = (directory / NAME).read_text("utf-8")
    except (OSError, ValueError):
        return Traced(root, {})
    import json  # few directories have notes

    try:
        document: dict[str, Any] = json.loads(text)
        files: dict[str, list[dict[str, Any]]] = document["files"] if document["format"] == FORMAT else {}
        return Traced(root, {str(file): tuple(Seen(**_tuples(note)) for note in notes) for file, notes in files.items()})
    except (ValueError, TypeError, KeyError, AttributeError):
        return Traced(root, {})


def forget_traced(directory: Path) -> bool:
    """Drop all notes; False where there are none."""
    try:
        (directory / NAME).unlink()
    except OSError:
        return False
    return True


def relative(path: str, root: Path) -> str:
    """How a file is called in the notes."""
    return os.path.relpath(os.path.realpath(path), os.path.realpath(root))


def _tuples(note: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(cast("list[object]", value)) if isinstance(value, list) else value for name, value in note.items()}
