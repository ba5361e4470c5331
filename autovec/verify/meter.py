"""Processor time, for loops that ask for it thousands of times a second: some systems take longer to tell it than a case takes.

Comes in: nothing. Goes out: seconds of processor time of this process, a few milliseconds old at most.
"""

from __future__ import annotations

import time

from autovec.record import dataclass

_FRESH = 0.004  # seconds on the wall


@dataclass(slots=True)
class Meter:
    """The last reading, and when it was taken."""

    seconds: float = 0.0
    read: float = -1.0

    def now(self) -> float:
        """Seconds of processor time."""
        wall = time.perf_counter()
        if not 0.0 <= wall - self.read < _FRESH:
            self.seconds, self.read = time.process_time(), wall
        return self.seconds
