"""From which size on does a rewrite pay? Timings at several sizes in, one round number out.

Between two measured sizes the ratio of the times is taken to be a power of the size.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from autovec.outcome import Timing


def pays_from(timings: Sequence[Timing]) -> int | None:
    """The size from which the rewrite is at least as fast, up to the largest measured; None where it is not even there."""
    slower = [k for k, t in enumerate(timings) if t.after > t.before]
    if not slower:
        return timings[0].size if timings else None
    last = slower[-1]
    if last == len(timings) - 1:
        return None
    return _rounded(_crossing(timings[last], timings[last + 1]))


def _crossing(slow: Timing, fast: Timing) -> float:
    gain_slow, gain_fast = (math.log(t.before / t.after) for t in (slow, fast))
    part = gain_slow / (gain_slow - gain_fast)
    return slow.size * (fast.size / slow.size) ** part


def _rounded(size: float) -> int:
    """Two significant digits, the second a 0 or a 5 from 100 on: more would be noise."""
    if size < 10:
        return math.ceil(size)
    step = 10 ** (math.floor(math.log10(size)) - 1)
    if size >= 100:
        step *= 5
    return math.ceil(size / step) * step
