"""Larger of two, the first of which cannot be NaN.

`max(a, b)` passes over a NaN in `b`, as np.fmax does; a NaN in `a` it keeps, which np.fmax does not.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, no_nan, same_kind


def before(a, b):
    out = np.empty_like(b)
    for i in range(len(a)):
        out[i] = max(a[i], b[i])
    return out


def after(a, b):
    return np.fmax(a, b)


RULE = Rule(
    code="AV112",
    name="fmax",
    shapes="a[n] b[n]",
    before=before,
    after=after,
    needs=[same_kind("a", "b"), no_nan("a")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = max(0.0, u[i])\n"],
    refuses={"nan-comes-first": "for i in range(len(u)):\n    w[i] = max(u[i] / u[i], 0.0)\n"},
    cost=1.1,
)
