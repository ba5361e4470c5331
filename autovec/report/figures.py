"""Numbers as people read them: times with a unit, speedups, counts. Numbers come in, short texts go out."""

from __future__ import annotations

import math
from collections.abc import Iterable

from autovec.outcome import Timing

_UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))


def seconds(value: float) -> str:
    """A duration with three significant digits: 1.23 µs."""
    unit, size = next(((u, s) for u, s in _UNITS if value >= s), _UNITS[-1])
    scaled = value / size
    return f"{scaled:.{max(0, 2 - _digits(scaled))}f} {unit}"


def _digits(value: float) -> int:
    return int(math.log10(value)) if value >= 1 else 0


def factor(value: float) -> str:
    """A speedup: 0.8x, 2.3x, 41x, 1,234x."""
    return f"{value:.1f}x" if value < 9.95 else f"{value:,.0f}x"


def gain(timing: Timing) -> str:
    """The speedup at one size, and where it lies with a confidence of 95%: 41x, 39x to 44x."""
    told = factor(timing.before / timing.after)
    return f"{told}, {factor(timing.low)} to {factor(timing.high)}" if timing.high else told


def count(number: int, noun: str) -> str:
    """A count with its noun: 1 loop, 1,204 cases."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def geometric_mean(values: Iterable[float]) -> float | None:
    """The geometric mean of positive values, None of none."""
    logarithms = [math.log(value) for value in values if value > 0]
    return math.exp(sum(logarithms) / len(logarithms)) if logarithms else None
