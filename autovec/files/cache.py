"""What was found the last time, so that a file that did not change costs a look-up.

A file's bytes and the options come in, its report goes out where one is stored. The key is made of the content, the options, the
versions of autovec and Python, and the state of autovec's own files, and of nothing else: a finding rests on its own file alone.
One SQLite file holds all entries; what cannot be read or written is as if it were not there. What comes back is data of
autovec's own classes, whoever wrote the file. Entries that nobody asked for in a month are dropped.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sqlite3
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import cast

from autovec import outcome
from autovec.files.content import NOTEBOOK
from autovec.options import Options
from autovec.outcome import FileReport
from autovec.precomputed import state_of_autovec

_DAY = 86_400
_KEPT = 30 * _DAY
_SCHEMA = "CREATE TABLE IF NOT EXISTS found (key BLOB PRIMARY KEY, report BLOB NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID"
_STORE = "INSERT OR REPLACE INTO found VALUES (?, ?, ?)"
_FILE = "found.sqlite3"
_CACHEDIR_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n"


class Cache:
    """The store of one directory."""

    def __init__(self, directory: Path) -> None:
        self._now = int(time.time())
        self.state = state_of_autovec()
        self._connection = _opened(directory)

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop entries that nobody asked for, and close the file."""
        if self._connection is None:
            return
        try:
            self._connection.execute("DELETE FROM found WHERE used < ?", (self._now - _KEPT,))
            self._connection.commit()
            self._connection.close()
        except sqlite3.Error:
            return

    def key(self, data: bytes, path: str, options: Options) -> bytes:
        """What the answer for a file depends on."""
        parts = (self.state, repr(options), path.endswith(NOTEBOOK), len(data))
        return hashlib.blake2b(repr(parts).encode() + data, digest_size=24).digest()

    def find(self, key: bytes, path: str) -> FileReport | None:
        """The report that is stored, under the file's present name."""
        report = self.recall(key)
        return replace(report, path=path) if isinstance(report, FileReport) else None

    def store(self, key: bytes, report: FileReport) -> None:
        """Keep a report."""
        self._execute(_STORE, (key, pickle.dumps(report, protocol=5), self._now))

    def recall(self, key: bytes) -> object | None:
        """Whatever is stored."""
        row = self._row(key)
        found = _loaded(row[0]) if row else None
        if row is not None and found is not None and row[1] < self._now - _DAY:
            self._execute(_STORE, (key, row[0], self._now))
        return found

    def keep(self, key: bytes, value: object) -> None:
        """Keep anything that is made of autovec's shared words, for others to see at once."""
        self._execute(_STORE, (key, pickle.dumps(value, protocol=5), self._now))
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.commit()

    def _row(self, key: bytes) -> tuple[bytes, int] | None:
        if self._connection is None:
            return None
        try:
            found = self._connection.execute("SELECT report, used FROM found WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error:
            return None
        return cast("tuple[bytes, int] | None", found)

    def _execute(self, statement: str, values: tuple[object, ...]) -> None:
        if self._connection is None:
            return
        try:
            self._connection.execute(statement, values)
        except sqlite3.Error:
            return


def _opened(directory: Path) -> sqlite3.Connection | None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _CACHEDIR_TAG), (".gitignore", "*\n")):
            if not (directory / name).exists():
                (directory / name).write_text(text, encoding="utf-8")
        connection = sqlite3.connect(directory / _FILE, timeout=1.0)
        connection.execute("PRAGMA synchronous = OFF")  # a lost entry is found again
        connection.execute(_SCHEMA)
    except (OSError, sqlite3.Error):
        return None
    return connection


def forget(directory: Path) -> bool:
    """Delete what is stored in a directory, and the directory too where nobody else keeps anything in it; False where there is
    nothing. Raises OSError."""
    stored = [path for name in (_FILE, f"{_FILE}-journal") if (path := directory / name).exists()]
    for path in stored:
        path.unlink()
    marks = {"CACHEDIR.TAG", ".gitignore"}
    if stored and {entry.name for entry in directory.iterdir()} <= marks:
        for name in marks:
            (directory / name).unlink(missing_ok=True)
        directory.rmdir()
    return bool(stored)


class _Reports(pickle.Unpickler):
    """Anybody may have written the file: it may hold reports, not calls."""

    def find_class(self, module_name: str, global_name: str, /) -> object:
        found = getattr(outcome, global_name, None) if module_name == outcome.__name__ else None
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no part of a report")
        return found


def _loaded(data: bytes) -> object | None:
    try:
        return _Reports(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError, ImportError):
        return None
