"""Clip: keep the values between two bounds, the lower one applied last.

The order counts only where the bounds are in the wrong order, then np.clip gives the upper one: so the order is proved or tested.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, ordered, same_kind


def before(x, lo, hi):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = max(min(x[i], hi[i]), lo[i])
    return out


def after(x, lo, hi):
    return np.clip(x, lo, hi)


RULE = Rule(
    code="AV122",
    name="clip-lower-last",
    shapes="x[n] lo[n] hi[n]",
    before=before,
    after=after,
    needs=[same_kind("x", "lo", "hi"), ordered("lo", "hi")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = max(min(u[i], 1.0), 0.0)\n"],
    refuses={"wrong-order": "for i in range(len(u)):\n    w[i] = max(min(u[i], 0.0), 1.0)\n"},
    cost=0.9,
)
