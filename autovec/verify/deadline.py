"""A limit on the wall time of one call, by the interval timer; it interrupts Python code, not a long call into C.

Where there is no such timer (Windows), and outside the main thread, nothing is limited: the sandbox kills the process then.
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager

_hung: list[bool] = []  # whether the bells are


class TooSlow(BaseException):
    """The time is over. Not an `Exception`, so that the code on trial cannot swallow it by accident."""


@contextmanager
def bells() -> Generator[None, None, None]:
    """For many deadlines in a row: what rings is set up once, which takes longer than to wind the clock."""
    if not _can_ring():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    _hung.append(True)
    try:
        yield
    finally:
        _hung.pop()
        signal.signal(signal.SIGALRM, before)


@contextmanager
def deadline(seconds: float) -> Generator[None, None, None]:
    """Raise `TooSlow` in the block when it runs longer than `seconds`; infinity is no limit."""
    if seconds == math.inf or not _can_ring():
        yield
        return
    if not _hung:
        with bells(), deadline(seconds):
            yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _can_ring() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def _ring(number: int, frame: object) -> None:
    raise TooSlow
