"""Absolute value by a branch.

`-x if x < 0 else x` is np.abs for every real number, but for the sign of a zero; unsigned and smallest integers wrap alike.
"""

import numpy as np

from autovec.rule import Rule, real_elements


def before(x):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = -x[i] if x[i] < 0 else x[i]
    return out


def after(x):
    return np.abs(x)


RULE = Rule(
    code="AV131",
    name="absolute-value",
    shapes="x[n]",
    before=before,
    after=after,
    needs=[real_elements("x")],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    w[i] = -u[i] if 0.0 > u[i] else u[i]\n"],
    refuses={"shifted": "for i in range(len(u)):\n    w[i] = -u[i] if u[i] < 1 else u[i]\n"},
)
