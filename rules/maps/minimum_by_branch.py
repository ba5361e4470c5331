"""A upper bound set by a branch: `b if a > b else a`, where `b` cannot be NaN.

A NaN in `a` stays, as with np.minimum, which is 6 times faster than np.where on unpredictable data.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, no_nan, same_kind


def before(a, b):
    out = np.empty_like(a)
    for i in range(len(a)):
        out[i] = b[i] if a[i] > b[i] else a[i]
    return out


def after(a, b):
    return np.minimum(a, b)


RULE = Rule(
    code="AV117",
    name="minimum-by-branch",
    shapes="a[n] b[n]",
    before=before,
    after=after,
    needs=[same_kind("a", "b"), no_nan("b")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = 0.0 if u[i] > 0 else u[i]\n"],
    refuses={
        "both-may-be-nan": "for i in range(len(u)):\n    w[i] = v[i] / u[0] if u[i] / u[0] > v[i] / u[0] else u[i] / u[0]\n",
    },
)
