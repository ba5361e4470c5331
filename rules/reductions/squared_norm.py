"""Squared norm: add up the squares.

np.dot of the vector with itself needs no array for the squares. It adds in blocks, so the last bits may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a):
    total = 0
    for i in range(len(a)):
        total += a[i] * a[i]
    return total


def after(a):
    return np.dot(a, a)


RULE = Rule(
    code="AV209",
    name="squared-norm",
    shapes="a[n]",
    before=before,
    after=after,
    needs=[real_or_finite("a"), keeps_type()],
    rounding="reassociates",
    cost=0.9,
    also=["t = 0.0\nfor x in u:\n    t += x ** 2\n", "t = 0.0\nfor x, y in zip(u, v):\n    t += (x - y) * (x - y)\n"],
    refuses={"cubes": "t = 0.0\nfor x in u:\n    t += x ** 3\n"},
)
