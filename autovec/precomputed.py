"""What autovec has worked out about itself and its libraries, kept between runs beside its byte code.

A name and a value of JSON come in; the value goes out again in a later run, as long as autovec's own files, Python, and what else
the value is `about` are the very same. Who can write beside the byte code can change the code as well, so this is trusted as the
code is; a project's cache would not be, because whoever wrote the project may have filled it. Where Python writes no byte code
nothing is written, and what cannot be read is as if it were not there: a value is worked out again then.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from autovec import __version__

_PACKAGE = Path(__file__).parent


def recall(name: str, about: str = "") -> Any:
    """The value that was kept under a name; None where there is none."""
    import json  # some milliseconds, which a file without loops over numbers need not pay

    path = _path(name)
    try:
        kept = json.loads(path.read_bytes()) if path else None
    except (OSError, ValueError, RecursionError):
        return None
    match kept:
        case {"of": of, "value": value} if of == _of(about):
            return value
        case _:
            return None


def keep(name: str, value: object, about: str = "") -> None:
    """Keep a value; it is there as a whole or not at all. Raises TypeError where it is none of JSON."""
    import json

    path = _path(name)
    if path is None or sys.dont_write_bytecode:
        return
    text = json.dumps({"of": _of(about), "value": value}, separators=(",", ":"))
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()


@cache
def state_of_autovec() -> str:
    """Versions, and the sizes and times of autovec's files: who works on autovec sees its changes at once."""
    import hashlib

    files = sorted((path, s.st_size, s.st_mtime_ns) for folder in _homes() for path, s in _sources(folder))
    return hashlib.blake2b(repr((__version__, sys.version, files)).encode(), digest_size=16).hexdigest()


def _of(about: str) -> list[str]:
    return [state_of_autovec(), about]


def _path(name: str) -> Path | None:
    try:
        beside = Path(cache_from_source(str(_PACKAGE / "__init__.py"))).parent
    except NotImplementedError:  # a Python without byte code
        return None
    return beside / f"{name}.{sys.implementation.cache_tag}.json"


def _homes() -> tuple[str, ...]:
    beside = _PACKAGE.parent / "rules"  # where it lies in a checkout
    return (str(_PACKAGE), *((str(beside),) if beside.is_dir() else ()))


def _sources(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    for entry in os.scandir(folder):
        if entry.name.endswith(".py"):
            yield entry.path, entry.stat()
        elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
            yield from _sources(entry.path)
