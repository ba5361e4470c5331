"""The best among some elements with its place: what is compared is computed once, and has a name."""

from __future__ import annotations

import textwrap

import numpy as np

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file

NEAREST = """\
import numpy as np
from numpy.typing import NDArray


def nearest(cost: NDArray[np.float64], done: NDArray[np.bool_]) -> int:
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
    old, new = dict[str, object](), dict[str, object]()
    exec(compile(NEAREST, "old.py", "exec"), old)
    exec(compile(report.after, "new.py", "exec"), new)
    nan, inf = float("nan"), float("inf")
    for cost in ([3.0, 1.0, 2.0, 1.0], [nan, 2.0, nan, 1.0], [nan] * 4, [inf] * 4, [-inf, nan, 0.0, -inf], []):
        for done in (0b0000, 0b0010, 0b1010, 0b1111):
            given = np.array(cost), np.array([bool(done >> k & 1) for k in range(len(cost))], dtype=bool)
            assert old["nearest"](*given) == new["nearest"](*given)  # type: ignore[operator]
