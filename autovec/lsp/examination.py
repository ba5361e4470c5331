"""Verdicts on loops whose rewrite the user wants: compared and timed in the sandbox, in a thread, one after another.

A text, options and the lines of interest come in; the findings there go out, or a `Refusal` where the text cannot be read.
Whoever waits can be cancelled at any time: the sandbox's worker is killed, and the thread ends at its next step. The sandbox
stays warm between examinations, and is not started before the first.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, replace

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Finding, Refusal, Span
from autovec.pipeline import Work, analyse_function
from autovec.record import dataclass
from autovec.source.find import parse
from autovec.source.suppress import suppressions
from autovec.source.text import from_text

Told = Callable[[str], None]
Verdicts = tuple[Finding, ...]


@dataclass(slots=True)
class _Case:
    """One examination; `sandbox` is there from when it runs."""

    text: str
    options: Options
    tell: Told
    sandbox: Sandbox | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)

    def cancel(self) -> None:
        """Let it end, from another thread."""
        self.cancelled.set()
        if self.sandbox is not None:
            self.sandbox.interrupt()


class Examiner:
    """Examines one loop, or one file, at a time."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="examiner")
        self._sandbox: Sandbox | None = None

    async def examine(self, text: str, options: Options, near: Span | None, tell: Told) -> Verdicts | Refusal:
        """The findings near some lines (None: everywhere), run and timed; `tell` hears which function is looked at."""
        loop = asyncio.get_running_loop()

        def told(name: str) -> None:
            loop.call_soon_threadsafe(tell, name)

        lines = None if near is None else ((near.line, near.end_line),)
        case = _Case(text, replace(options, verify=True, lines=lines), told)
        future = loop.run_in_executor(self._thread, self._examine, case)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.cancel()
            loop.run_in_executor(None, case.cancel)  # to kill a process can take a moment
            raise

    def close(self) -> None:
        """End what runs, and the warm worker."""
        if self._sandbox is not None:
            self._sandbox.interrupt()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _examine(self, case: _Case) -> Verdicts | Refusal:
        source = from_text(case.text)
        module = source if isinstance(source, Refusal) else parse(source)
        if isinstance(module, Refusal):
            return module
        if self._sandbox is None or self._sandbox.interrupted:
            self._sandbox = Sandbox()
        case.sandbox = self._sandbox
        work = Work(module, suppressions(module.text), case.options, case.sandbox)
        found: list[Finding] = []
        for function in module.functions:
            if case.cancelled.is_set():
                break
            case.tell(function.name)
            found += analyse_function(work, function)
        return tuple(found)
