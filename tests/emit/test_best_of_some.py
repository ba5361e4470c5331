"""The best among some elements with its place: what is compared is computed once, and has a name."""

from __future__ import annotations

import textwrap

import numpy as np
from program_runs import loaded

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file

NEAREST = """\
import numpy as np
from numpy.typing import NDArray


def f(cost: NDArray[np.float64], done: NDArray[np.bool_]) -> int:
    best, where = np.inf, -1
    for i in range(len(cost)):
        if not done[i] and cost[i] < best:
            best = cost[i]
            where = i
    return where
"""
NEW = """\
candidates = np.where(~done[:len(cost)], cost, np.inf)
lowest = np.fmin.reduce(candidates)
if lowest < best:
    where = int(np.nanargmin(candidates))
    best = lowest
"""


def test_the_nearest_that_is_not_done() -> None:
    report = analyse_file(NEAREST.encode(), "m.py", Options(verify=False, backend="numpy"), None)
    (rewrite,) = (f for f in report.findings if isinstance(f, Rewrite))
    assert rewrite.code == "AV207"
    assert textwrap.indent(NEW, " " * 8) in report.after
    old, new = loaded(NEAREST), loaded(report.after)
    nan, inf = float("nan"), float("inf")
    for cost in ([3.0, 1.0, 2.0, 1.0], [nan, 2.0, nan, 1.0], [nan] * 4, [inf] * 4, [-inf, nan, 0.0, -inf], []):
        for done in (0b0000, 0b0010, 0b1010, 0b1111):
            given = np.array(cost), np.array([bool(done >> k & 1) for k in range(len(cost))], dtype=bool)
            assert old(*given) == new(*given)


FIRST = """\
import numpy as np


def f(scores: np.ndarray) -> int:
    best = 0
    for i in range(1, len(scores)):
        if scores[i] > scores[best]:
            best = i
    return best
"""
FIRST_NEW = """\
if scores.ndim == 1 and scores.dtype.kind == "f" and len(scores) - 1 > 0:
    if np.fmax.reduce(scores[1:]) > scores[best]:
        best = int(np.nanargmax(scores[1:]) + 1)
else:
"""


def test_the_place_alone_of_numbers_that_may_be_nan_is_asked_of_floats() -> None:
    report = analyse_file(FIRST.encode(), "m.py", Options(verify=False, backend="numpy"), None)
    assert textwrap.indent(FIRST_NEW, " " * 4) in report.after
    old, new = loaded(FIRST), loaded(report.after)
    nan, inf = float("nan"), float("inf")
    for scores in ([1.0, 3.0, 3.0], [nan, 2.0], [1.0, nan, nan], [nan] * 3, [-inf, nan, -inf, 0.0], [2.0], []):
        for dtype in ("float64", "float32"):
            given = np.array(scores, dtype=dtype)
            assert old(given) == new(given)
    assert new(np.array([1, 5, 5])) == 1
