"""A log-log plot of time over size as inline SVG, with the size from which the rewrite pays.

The timings of one rewrite come in, an `<svg>` element goes out; its colours are the page's. Hand-written, because one picture of
three lines needs no library, and the page may not load one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from html import escape

from autovec.outcome import Speed
from autovec.record import dataclass
from autovec.report.figures import seconds

_WIDTH, _HEIGHT = 560, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 82, 36, 28, 48
_SHORT = 24  # pixels that two labels of one axis need between them

Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """The two axes: what gives the place of a size and of a time, and the decades to mark."""

    across: Scale
    up: Scale
    sizes: tuple[int, int]
    times: tuple[int, int]


def plot(speed: Speed, new: str, other: str = "") -> str:
    """The picture; `new` names the rewrite's line, as "NumPy", and `other` that of the form that ran beside it."""
    frame = _frame(speed)
    first, last = speed.timings[0], speed.timings[-1]
    words = f"Time over size: the loop from {seconds(first.before)} to {seconds(last.before)}, "
    words += f"{new} from {seconds(first.after)} to {seconds(last.after)}"
    if speed.other:
        words += f", {other} from {seconds(speed.other[0][1])} to {seconds(speed.other[-1][1])}"
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(words)}">',
        *_grid(frame),
        *_break_even(speed, frame),
        _line(frame, [(t.size, t.before) for t in speed.timings], "before"),
        *([_line(frame, list(speed.other), "other")] if speed.other else []),
        _line(frame, [(t.size, t.after) for t in speed.timings], "after"),
        *_legend([("before", "loop"), ("after", new), *([("other", f"{other}, not taken")] if speed.other else [])]),
        "</svg>",
    ]
    return "\n".join(parts)


def _frame(speed: Speed) -> _Frame:
    sizes = _decades([max(t.size, 1) for t in speed.timings])
    every = [*(value for t in speed.timings for value in (t.before, t.after)), *(value for _, value in speed.other)]
    times = _decades([value for value in every if value > 0])
    across = _scale(sizes, _LEFT, _WIDTH - _RIGHT)
    return _Frame(across, _scale(times, _HEIGHT - _BOTTOM, _TOP), sizes, times)


def _decades(values: list[float] | list[int]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _scale(decades: tuple[int, int], start: float, end: float) -> Scale:
    low, high = decades
    return lambda value: start + (math.log10(value) - low) / (high - low) * (end - start)


def _grid(frame: _Frame) -> Iterator[str]:
    low, high = frame.sizes
    for power in range(low, high + 1):
        x = frame.across(10.0**power)
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_HEIGHT - _BOTTOM}"/>'
        yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 17}" text-anchor="middle">{10**power:,}</text>'
    low, high = frame.times
    step = max(1, math.ceil((high - low) * _SHORT / (_HEIGHT - _TOP - _BOTTOM)))
    for power in range(low, high + 1, step):
        y = frame.up(10.0**power)
        yield f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_time(power)}</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle:.1f}" y="{_HEIGHT - 8}" text-anchor="middle">size n of every dimension</text>'


def _time(power: int) -> str:
    unit, exponent = next((u, e) for u, e in (("s", 0), ("ms", -3), ("µs", -6), ("ns", -9)) if power >= e or e == -9)
    return f"{10.0 ** (power - exponent):g} {unit}"


def _line(frame: _Frame, points: list[tuple[int, float]], name: str) -> str:
    places = [(frame.across(max(n, 1)), frame.up(value)) for n, value in points if value > 0]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in places)
    return f'<polyline class="{name}" points="{path}"/>{dots}'


def _break_even(speed: Speed, frame: _Frame) -> Iterator[str]:
    if speed.pays_from is None:
        return
    x = min(max(frame.across(max(speed.pays_from, 1)), _LEFT), _WIDTH - _RIGHT)
    anchor, gap = ("end", -6) if x > _WIDTH * 0.6 else ("start", 6)
    yield f'<line class="pays" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{_HEIGHT - _BOTTOM}"/>'
    yield f'<text class="pays" x="{x + gap:.1f}" y="{_TOP - 8}" text-anchor="{anchor}">pays from n = {speed.pays_from:,}</text>'


def _legend(lines: list[tuple[str, str]]) -> Iterator[str]:
    longest = max(len(text) for _, text in lines)
    yield f'<rect class="plate" x="{_LEFT + 4}" y="{_TOP + 2}" width="{44 + 9 * longest}" height="{8 + 22 * len(lines)}"/>'
    for k, (name, text) in enumerate(lines):
        y = _TOP + 20 + 22 * k
        yield f'<line class="{name}" x1="{_LEFT + 10}" y1="{y - 4}" x2="{_LEFT + 34}" y2="{y - 4}"/>'
        yield f'<text x="{_LEFT + 40}" y="{y}">{escape(text)}</text>'
