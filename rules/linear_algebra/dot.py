"""Dot product: add up the products of two equally long vectors.

np.dot adds in blocks, so the last bits of a float result may differ from the loop's. Integers wrap as they do in the loop.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a, b):
    total = 0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


def after(a, b):
    return np.dot(a, b)


RULE = Rule(
    code="AV201",
    name="dot-product",
    shapes="a[n] b[n]",
    before=before,
    after=after,
    needs=[real_or_finite("a", "b"), keeps_type()],
    rounding="reassociates",
    also=[
        "t = 0.0\nfor x, y in zip(u, v):\n    t += x * y\n",
        "t = 0.0\nfor i in range(len(u)):\n    t += c * u[i] * v[i]\n",
    ],
    refuses={
        "scalar-operand": "t = 0.0\nfor x in u:\n    t += c * x\n",
        "quotient": "t = 0.0\nfor x, y in zip(u, v):\n    t += x / y\n",
    },
)
