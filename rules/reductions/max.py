"""Largest element, NaN passed over.

`if x > best` is false for a NaN, so in the loop no NaN ever wins: np.fmax does the same, np.max would return it.
Whole numbers have no NaN: where the elements are known to be such, the rewrite is `a.max()`.
Of a zero and a negative zero the loop keeps the first, NumPy either.
"""

import numpy as np

from autovec.rule import Rule, real_elements


def before(a):
    best = -np.inf
    for i in range(len(a)):
        if a[i] > best:
            best = a[i]
    return best


def after(a):
    return np.fmax.reduce(a)


def along(a, axis):
    return np.fmax.reduce(a, axis=axis)


RULE = Rule(
    code="AV203",
    name="max",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[real_elements("a")],
    rounding="reassociates",
    also=["best = u[0]\nfor x in u:\n    best = max(best, x)\n"],
    refuses={"the-other": "best = u[0]\nfor x in u:\n    if x < best:\n        best = x\n"},
)
