"""How many threads a kernel that runs in parallel gets in a trial: more than there are cores, which is how a race shows, and
as many as cores on the clock.

Numba asks the environment once, when it is imported, how many threads there may ever be; the worker has it ask for the most.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
MOST = max(4, 2 * CORES)


def are_wanted(text: str) -> bool:
    """Whether a kernel in the text runs in parallel."""
    return "parallel=True" in text


def use(count: int) -> None:
    """Let kernels that run in parallel use so many threads, as far as the process may have as many. Starts them: a process that
    called this must not fork."""
    numba: Any = importlib.import_module("numba")
    numba.set_num_threads(min(count, numba.config.NUMBA_NUM_THREADS))
