"""Absolute value by a branch on positive numbers.

`x if x > 0 else -x` is np.abs for every real number, but for the sign of a zero.
"""

import numpy as np

from autovec.rule import Rule, real_elements


def before(x):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = x[i] if x[i] > 0 else -x[i]
    return out


def after(x):
    return np.abs(x)


RULE = Rule(
    code="AV132",
    name="absolute-value-of-positive",
    shapes="x[n]",
    before=before,
    after=after,
    needs=[real_elements("x")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = u[i] if 0 < u[i] else -u[i]\n"],
    refuses={"shifted": "for i in range(len(u)):\n    w[i] = u[i] if u[i] > 1 else -u[i]\n"},
)
