"""Smallest element of whole numbers.

Integers of a fixed width have no NaN, so the order does not matter and the result is exact.
"""

import numpy as np

from autovec.rule import Rule, integer_elements


def before(a):
    best = np.inf
    for i in range(len(a)):
        if a[i] < best:
            best = a[i]
    return best


def after(a):
    return a.min()


def along(a, axis):
    return a.min(axis=axis)


RULE = Rule(
    code="AV213",
    name="min-of-integers",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[integer_elements("a")],
    also=["best = u[0]\nfor x in u:\n    best = min(best, x)\n"],
    refuses={"the-other": "best = u[0]\nfor x in u:\n    if x > best:\n        best = x\n"},
)
