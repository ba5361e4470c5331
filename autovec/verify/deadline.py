"""A limit on the wall time of one call, by the interval timer; it interrupts Python code, not a long call into C.

Where there is no such timer (Windows), and outside the main thread, nothing is limited: the sandbox kills the process then.
"""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager


class TooSlow(BaseException):
    """The time is over. Not an `Exception`, so that the code on trial cannot swallow it by accident."""


@contextmanager
def deadline(seconds: float) -> Generator[None, None, None]:
    """Raise `TooSlow` in the block when it runs longer than `seconds`; infinity is no limit."""
    if seconds == math.inf or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def _ring(number: int, frame: object) -> None:
    raise TooSlow
