"""How sure is a speedup? The times of both versions in turns in, the range in which their ratio lies out.

Each turn gives a ratio, because what slows a machine down for a while slows both versions down. The range is that of the median
ratio, from one of them in their order to another, whatever the noise is like: of nine turns from the second to the eighth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_AT_THE_ENDS = {6: 0, 7: 0, 8: 0, 9: 1}  # by the number of turns, ratios at either end that 95% can do without
TURNS = min(_AT_THE_ENDS)  # fewer say nothing


def interval(before: Sequence[float], after: Sequence[float], ratio: float) -> tuple[float, float]:
    """Where before / after lies with a confidence of 95%, widened to the ratio that is told, which is that of the least times;
    (0, 0) where there are too few turns, or one of them failed."""
    pairs = list(zip(before, after, strict=False))[: max(_AT_THE_ENDS)]
    if len(pairs) not in _AT_THE_ENDS or not all(0.0 < t < math.inf for pair in pairs for t in pair):
        return 0.0, 0.0
    ratios = sorted(a / b for a, b in pairs)
    end = _AT_THE_ENDS[len(pairs)]
    return min(ratios[end], ratio), max(ratios[-1 - end], ratio)
