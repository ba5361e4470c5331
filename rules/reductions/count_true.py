"""Count of truth values that are added up as numbers.

`0 + True` is 1 in the loop; np.count_nonzero counts without turning each truth value into a number.
"""

import numpy as np

from autovec.rule import Rule, bool_elements


def before(m):
    count = 0
    for i in range(len(m)):
        count += m[i]
    return count


def after(m):
    return np.count_nonzero(m)


def along(m, axis):
    return np.count_nonzero(m, axis=axis)


RULE = Rule(
    code="AV215",
    name="count-true",
    shapes="m[n]",
    before=before,
    after=after,
    along=along,
    needs=[bool_elements("m")],
    also=["t = 0\nfor x in u:\n    t += x > c\n"],
    refuses={"product": "t = 1\nfor x in u:\n    t *= x > c\n"},
)
