"""Reading and writing whole files, so that no file is ever half written or overwritten unseen.

Bytes come in and go out; every way in which that can fail is a `FileProblem` of one line. A new text is written beside
the file, forced to disk and moved over it in one step, with the old mode. What is not kept: hard links (the other names
keep the old text) and extended attributes.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

NOTEBOOK = ".ipynb"  # the suffix of notebooks


class FileProblem(Exception):
    """Why a file could not be read or was not written, as one line without the file's name."""


@contextmanager
def _described(doing: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise FileProblem(f"cannot be {doing}: {error.strerror or error}") from None


def read_file(path: Path) -> bytes:
    """The bytes of a regular file of text."""
    with _described("read"):
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileProblem("cannot be read: not a regular file")
        data = path.read_bytes()
    if b"\0" in data:
        raise FileProblem("cannot be read: binary, or text in UTF-16 (it holds NUL bytes)")
    return data


def replace_file(path: Path, before: bytes, after: bytes) -> None:
    """Replace the content of `path`, or of the file that it links to, but only if it still is `before`."""
    target = Path(os.path.realpath(path))
    with _described("written"):
        status = target.stat()
        if not os.access(target, os.W_OK):  # what the system would let us do: to root nothing is read-only
            raise FileProblem("cannot be written: it is read-only")
        with _written_beside(target, after, status) as temporary:
            if target.read_bytes() != before:
                raise FileProblem("not written: it changed while autovec was working on it")
            os.replace(temporary, target)


@contextmanager
def _written_beside(target: Path, data: bytes, status: os.stat_result) -> Generator[str]:
    """A temporary file in the same directory that holds `data`; it is gone afterwards, whatever happens."""
    import tempfile  # it takes a while, and most runs write nothing

    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".autovec", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            _keep_ownership(temporary, status)
            os.fsync(stream.fileno())
        yield temporary
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)


def _keep_ownership(temporary: str, status: os.stat_result) -> None:
    """The old file's owner, where that is allowed, and then its mode (a change of owner clears bits of the mode)."""
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
    os.chmod(temporary, stat.S_IMODE(status.st_mode))
