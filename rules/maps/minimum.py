"""Smaller of two, the second of which cannot be NaN.

`min(a, b)` keeps a NaN in `a`, as np.minimum does; of a NaN in `b` it keeps `a`, which np.minimum does not.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, no_nan, same_kind


def before(a, b):
    out = np.empty_like(a)
    for i in range(len(a)):
        out[i] = min(a[i], b[i])
    return out


def after(a, b):
    return np.minimum(a, b)


RULE = Rule(
    code="AV115",
    name="minimum",
    shapes="a[n] b[n]",
    before=before,
    after=after,
    needs=[same_kind("a", "b"), no_nan("b")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = min(u[i], 0.0)\n"],
    refuses={"nan-comes-second": "for i in range(len(u)):\n    w[i] = min(0.0, u[i] / u[i])\n"},
)
