"""Runs a program and records what its functions are given: `python -m autovec.trace.program OUTPUT ROOT WORD...`.

Comes in: where to write, the directory whose files count, and the words of the program: a script with its arguments, or `-m` and
a module. Goes out: JSON, one list entry a function, and the program's own exit code. It runs in the user's process: it imports
nothing but the standard library, calls nothing of the user's objects, and looks at the first calls of each function only.
Not followed: other processes that the program starts, generators and coroutines.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import threading
from collections.abc import Sequence
from dataclasses import field
from types import CodeType, FrameType, ModuleType
from typing import Any

from autovec.record import dataclass

CALLS = 100  # that are looked at, of each function
_ITEMS = 1_000  # of a list that are looked at
_FUNCTION = 0x1 | 0x2  # CO_OPTIMIZED and CO_NEWLOCALS: no module and no class body
_RESUMED = 0x20 | 0x80 | 0x200  # generators and coroutines
_NUMBERS = (bool, int, float, complex)
_INSTALLED = ("site-packages", "dist-packages")


@dataclass(slots=True)
class Function:
    """What one function was given: for each parameter the descriptions of its values with how often each was seen."""

    file: str
    name: str
    line: int
    calls: int = 0
    given: dict[str, dict[tuple[Any, ...], int]] = field(default_factory=dict[str, dict[tuple[Any, ...], int]])


class Recorder:
    """Takes notes of calls."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root) + os.sep
        self._functions: dict[CodeType, Function | None] = {}

    def start(self) -> None:
        """Watch every call from now on."""
        monitoring: Any = getattr(sys, "monitoring", None)
        if monitoring is None:  # Python 3.11
            threading.setprofile(self._called)
            sys.setprofile(self._called)
            return
        tool = monitoring.PROFILER_ID
        monitoring.use_tool_id(tool, "autovec")
        monitoring.register_callback(tool, monitoring.events.PY_START, self._started)
        monitoring.set_events(tool, monitoring.events.PY_START)

    def stop(self) -> None:
        """Watch no longer."""
        monitoring: Any = getattr(sys, "monitoring", None)
        if monitoring is None:
            sys.setprofile(None)
            threading.setprofile(None)  # pyright: ignore[reportArgumentType]  # None ends it
        elif monitoring.get_tool(monitoring.PROFILER_ID) == "autovec":
            monitoring.set_events(monitoring.PROFILER_ID, 0)
            monitoring.free_tool_id(monitoring.PROFILER_ID)

    def notes(self) -> list[dict[str, Any]]:
        """What was seen, as plain data."""
        found = [f for f in self._functions.values() if f is not None and f.given]
        return [
            {
                "file": f.file,
                "name": f.name,
                "line": f.line,
                "calls": f.calls,
                "given": {name: [[*value, count] for value, count in seen.items()] for name, seen in f.given.items()},
            }
            for f in found
        ]

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            self._note(frame)

    def _started(self, code: CodeType, _: int) -> object:
        frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]  # the caller's own; there is no other way to it
        monitoring: Any = getattr(sys, "monitoring", None)
        return None if self._note(frame) else monitoring.DISABLE

    def _note(self, frame: FrameType) -> bool:
        """Look at one call; False where no other call of this function need be looked at."""
        code = frame.f_code
        if code not in self._functions:
            self._functions[code] = self._function(code)
        function = self._functions[code]
        if function is None or function.calls >= CALLS:
            return False
        function.calls += 1
        for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            seen = function.given.setdefault(name, {})
            what = description(frame.f_locals.get(name))
            seen[what] = seen.get(what, 0) + 1
        return True

    def _function(self, code: CodeType) -> Function | None:
        if code.co_flags & _FUNCTION != _FUNCTION or code.co_flags & _RESUMED or code.co_name.startswith("<"):
            return None
        file = os.path.realpath(code.co_filename)
        if not file.startswith(self._root) or any(part in file for part in _INSTALLED):
            return None
        return Function(file, code.co_qualname.replace(".<locals>", ""), code.co_firstlineno)


def description(value: object) -> tuple[Any, ...]:
    """A value's type; of an array its dtype, number of dimensions and longest extent, of a list the kinds of its items and its
    length, of an integer its size."""
    kind = type(value)
    numpy: ModuleType | None = sys.modules.get("numpy")
    if numpy is not None and kind is getattr(numpy, "ndarray", None):
        array: Any = value
        return "ndarray", array.dtype.name, array.ndim, max(array.shape, default=0)
    if isinstance(value, list) and kind is list:
        items = {type(x).__name__ for x in value[:_ITEMS]}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return "list", "|".join(sorted(items)), 1, len(value)  # pyright: ignore[reportUnknownArgumentType]
    if kind in _NUMBERS:
        return kind.__name__, "", 0, abs(value) if kind is int and abs(value) < 2**53 else 0  # pyright: ignore
    if numpy is not None and issubclass(kind, getattr(numpy, "generic", ())):
        return kind.__name__, "", 0, 0
    return kind.__qualname__, "", 0, 0


def run(words: Sequence[str]) -> None:
    """Run the program as Python itself would."""
    if words[0] == "-m":
        sys.argv = [words[1], *words[2:]]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
        return
    sys.argv = list(words)
    sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
    runpy.run_path(words[0], run_name="__main__")


def main(output: str, root: str, *words: str) -> None:
    """Run it, and write down what was seen, however it ends."""
    recorder = Recorder(root)
    recorder.start()
    try:
        run(words)
    finally:
        recorder.stop()
        with open(output, "w", encoding="utf-8") as file:
            json.dump(recorder.notes(), file)


if __name__ == "__main__":
    main(*sys.argv[1:])
