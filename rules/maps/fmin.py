"""Smaller of two, the first of which cannot be NaN.

`min(a, b)` passes over a NaN in `b`, as np.fmin does; a NaN in `a` it keeps, which np.fmin does not.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, no_nan, same_kind


def before(a, b):
    out = np.empty_like(b)
    for i in range(len(a)):
        out[i] = min(a[i], b[i])
    return out


def after(a, b):
    return np.fmin(a, b)


RULE = Rule(
    code="AV116",
    name="fmin",
    shapes="a[n] b[n]",
    before=before,
    after=after,
    needs=[same_kind("a", "b"), no_nan("a")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = min(0.0, u[i])\n"],
    refuses={"nan-comes-first": "for i in range(len(u)):\n    w[i] = min(u[i] / u[i], 0.0)\n"},
    cost=1.1,
)
