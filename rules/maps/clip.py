"""Clip: keep the values between two bounds, the upper one applied last.

`min(max(x, lo), hi)` keeps a NaN, as np.clip does. The bounds are proved or tested to be numbers in the right order.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, ordered, same_kind


def before(x, lo, hi):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = min(max(x[i], lo[i]), hi[i])
    return out


def after(x, lo, hi):
    return np.clip(x, lo, hi)


RULE = Rule(
    code="AV121",
    name="clip",
    shapes="x[n] lo[n] hi[n]",
    before=before,
    after=after,
    needs=[same_kind("x", "lo", "hi"), ordered("lo", "hi")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = min(max(u[i], 0.0), 1.0)\n"],
    refuses={"nan-becomes-bound": "for i in range(len(u)):\n    w[i] = min(1.0, max(0.0, u[i]))\n"},
    cost=0.9,
)
