"""How sure a speedup is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from autovec.measure.confidence import interval


def test_steady_times_leave_no_doubt() -> None:
    assert interval([2.0] * 6, [1.0] * 6, 2.0) == (2.0, 2.0)


def test_the_range_holds_the_ratio_that_is_told_and_grows_with_the_noise() -> None:
    noise = np.random.default_rng(1).exponential(size=(2, 9))
    widths: list[float] = []
    for size in (0.01, 0.1, 1.0):
        before, after = 10.0 + size * noise[0], 1.0 + size * noise[1] / 10.0
        low, high = interval(list(before), list(after), min(before) / min(after))
        assert low <= min(before) / min(after) <= high
        widths.append(high - low)
    assert widths == sorted(widths) and widths[0] < widths[-1] / 10


@pytest.mark.parametrize("turns", [6, 7, 9])
def test_the_range_holds_the_true_ratio_nineteen_times_in_twenty(turns: int) -> None:
    random, held = np.random.default_rng(2), 0
    for _ in range(400):
        machine = 1.0 + random.exponential(1.0, turns)  # what else it does slows both down
        before, after = (t * machine * (1.0 + random.exponential(0.05, turns)) for t in (3.0, 1.0))
        low, high = interval(list(before), list(after), float(np.median(before / after)))
        held += low <= 3.0 <= high
    assert held >= 370


@pytest.mark.parametrize(("before", "after"), [([1.0] * 5, [1.0] * 5), ([1.0] * 6, [1.0, math.inf, *[1.0] * 4]), ([], [])])
def test_of_few_turns_or_failed_ones_nothing_is_said(before: list[float], after: list[float]) -> None:
    assert interval(before, after, 1.0) == (0.0, 0.0)


def test_the_same_times_give_the_same_range() -> None:
    times = [1.0, 1.1, 1.3, 1.0, 1.2, 1.1], [0.5, 0.6, 0.5, 0.7, 0.6, 0.5]
    assert interval(*times, 2.0) == interval(*times, 2.0)
