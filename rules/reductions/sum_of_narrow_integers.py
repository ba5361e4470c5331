"""Sum of integers that NumPy would widen: the total keeps the elements' type, and wraps as the loop's does.

`a.sum()` of int8 elements is an int64; in the loop `0 + int8` stays an int8. `dtype=` says so.
"""

from autovec.rule import Rule, keeps_type, short


def before(a):
    total = 0
    for i in range(len(a)):
        total += a[i]
    return total


def after(a):
    return a.sum(dtype=a.dtype)


def along(a, axis):
    return a.sum(axis=axis, dtype=a.dtype)


RULE = Rule(
    code="AV210",
    name="sum-of-narrow-integers",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[short("a"), keeps_type()],
    rounding="reassociates",
    cost=1.1,
    also=["t = 0\nfor x in u:\n    t += x\n"],
    refuses={"product": "t = 1\nfor x in u:\n    t *= x\n"},
)
