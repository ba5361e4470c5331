"""Largest element of whole numbers.

Integers of a fixed width have no NaN, so the order does not matter and the result is exact.
"""

import numpy as np

from autovec.rule import Rule, integer_elements


def before(a):
    best = -np.inf
    for i in range(len(a)):
        if a[i] > best:
            best = a[i]
    return best


def after(a):
    return a.max()


def along(a, axis):
    return a.max(axis=axis)


RULE = Rule(
    code="AV212",
    name="max-of-integers",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[integer_elements("a")],
    also=["best = u[0]\nfor x in u:\n    best = max(best, x)\n"],
    refuses={"the-other": "best = u[0]\nfor x in u:\n    if x < best:\n        best = x\n"},
)
