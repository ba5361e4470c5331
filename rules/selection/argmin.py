"""Position of the first smallest element.

In the loop a NaN never wins, in np.argmin it always does: floats are tested for NaN first.
"""

import numpy as np

from autovec.rule import Rule, no_nan, real_elements


def before(a):
    best = np.inf
    at = 0
    for i in range(len(a)):
        if a[i] < best:
            best = a[i]
            at = i
    return at


def after(a):
    return np.argmin(a)


def along(a, axis):
    return np.argmin(a, axis=axis)


RULE = Rule(
    code="AV207",
    name="argmin",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[real_elements("a"), no_nan("a")],
    also=["best = u[0]\nt = 0\nfor i, x in enumerate(u):\n    if x < best:\n        best = x\n        t = i\n"],
    refuses={
        "the-other": "best = u[0]\nt = 0\nfor i, x in enumerate(u):\n    if x > best:\n        best = x\n        t = i\n",
    },
)
