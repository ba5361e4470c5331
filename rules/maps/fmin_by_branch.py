"""The smaller of two by a branch: `a if a < b else b`, where `b` cannot be NaN.

A NaN in `a` gives `b`, as with np.fmin; np.minimum would keep it. 6 times faster than np.where on unpredictable data.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, no_nan, same_kind


def before(a, b):
    out = np.empty_like(a)
    for i in range(len(a)):
        out[i] = a[i] if a[i] < b[i] else b[i]
    return out


def after(a, b):
    return np.fmin(a, b)


RULE = Rule(
    code="AV118",
    name="fmin-by-branch",
    shapes="a[n] b[n]",
    before=before,
    after=after,
    needs=[same_kind("a", "b"), no_nan("b")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = u[i] if u[i] < 0 else 0.0\n"],
    refuses={
        "both-may-be-nan": "for i in range(len(u)):\n    w[i] = u[i] / u[0] if u[i] / u[0] < v[i] / u[0] else v[i] / u[0]\n",
    },
)
