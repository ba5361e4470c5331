"""Sum in double precision: the total starts as a float while the elements are whole numbers or narrower floats.

`0.0 + int8` is a double, so the loop adds in doubles; NumPy is told to. It adds in blocks, so the last bits may differ.
"""

import numpy as np

from autovec.rule import Rule, real_elements, totals_in_double


def before(a):
    total = np.float64(0)
    for i in range(len(a)):
        total += a[i]
    return total


def after(a):
    return a.sum(dtype=np.float64)


def along(a, axis):
    return a.sum(axis=axis, dtype=np.float64)


RULE = Rule(
    code="AV211",
    name="sum-in-double",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[real_elements("a"), totals_in_double()],
    rounding="reassociates",
    cost=1.2,
    also=["t = 0.0\nfor x in u:\n    t += x\n"],
    refuses={"product": "t = 1.0\nfor x in u:\n    t *= x\n"},
)
