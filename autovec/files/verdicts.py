"""Verdicts of earlier comparisons, so that `rewrite` compares the same two texts once.

Comes in: what the sandbox is asked. Goes out: what it answered the last time, where that rests on the same texts, the same
contract and budget, the same state of autovec's own files, and the same versions of Python, NumPy and Numba on the same kind of
machine. Only verdicts are kept, evidence or a difference: what got no answer is asked again. Timings are always taken anew.
"""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

from autovec.files.cache import Cache
from autovec.outcome import Counterexample, Evidence
from autovec.verify.check import TRIAL
from autovec.versions import installed

_LIBRARIES = ("numpy", "numba")


class Verdicts:
    """What was found, in the store of one directory."""

    def __init__(self, directory: Path) -> None:
        self._cache = Cache(directory)
        self._versions = repr((platform.machine(), platform.system(), *map(installed, _LIBRARIES)))

    def recall(self, function: str, payload: object) -> object | None:
        """The verdict that is known."""
        found = self._cache.recall(self._key(payload)) if function == TRIAL else None
        return found if isinstance(found, Evidence | Counterexample) else None

    def keep(self, function: str, payload: object, value: object) -> None:
        """Remember a verdict."""
        if function == TRIAL and isinstance(value, Evidence | Counterexample):
            self._cache.keep(self._key(payload), value)

    def close(self) -> None:
        """Drop what nobody asks for any more."""
        self._cache.close()

    def _key(self, payload: object) -> bytes:
        text = f"{self._cache.state}\n{self._versions}\n{payload!r}"
        return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=24).digest()
