"""Count: how many elements fulfil a condition.

np.count_nonzero is the fastest way to count, 2 to 3 times faster than a sum.
"""

import numpy as np

from autovec.rule import Rule, bool_elements


def before(m):
    count = 0
    for i in range(len(m)):
        if m[i]:
            count += 1
    return count


def after(m):
    return np.count_nonzero(m)


def along(m, axis):
    return np.count_nonzero(m, axis=axis)


RULE = Rule(
    code="AV206",
    name="count",
    shapes="m[n]",
    before=before,
    after=after,
    along=along,
    needs=[bool_elements("m")],
    also=["t = 0\nfor x in u:\n    if x > 0:\n        t += 1\n", "t = 0\nfor x in u:\n    t += 1 if x > c else 0\n"],
    refuses={"weights": "t = 0\nfor x in u:\n    if x > 0:\n        t += 2\n"},
)
