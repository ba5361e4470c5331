"""Inner product of two matrices: add up the products of all their entries.

np.vdot needs no array for the products. It conjugates complex numbers, so those are left out.
It adds in blocks, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_elements


def before(a, b):
    total = 0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            total += a[i, j] * b[i, j]
    return total


def after(a, b):
    return np.vdot(a, b)


RULE = Rule(
    code="AV308",
    name="inner-product-of-matrices",
    shapes="a[n, m] b[n, m]",
    before=before,
    after=after,
    needs=[real_elements("a", "b"), keeps_type()],
    rounding="reassociates",
    also=["t = 0.0\nfor i in range(n):\n    for j in range(m):\n        t += u[i, j] * v[j, i]\n"],
    refuses={"scaled": "t = 0.0\nfor i in range(n):\n    for j in range(m):\n        t += c * u[i, j]\n"},
)
