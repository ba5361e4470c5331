"""Sum: add up the elements.

np.sum adds in blocks, which is faster and rounds less; the last bits of a float result may differ from the loop's.
Narrow integers are another rule (AV210): NumPy would widen them, the loop does not.
"""

from autovec.rule import Rule, keeps_type, wide_elements


def before(a):
    total = 0
    for i in range(len(a)):
        total += a[i]
    return total


def after(a):
    return a.sum()


def along(a, axis):
    return a.sum(axis=axis)


RULE = Rule(
    code="AV202",
    name="sum",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[wide_elements("a"), keeps_type()],
    rounding="reassociates",
    also=["t = 0.0\nfor x in u:\n    t += x\n", "t = 0.0\nfor i in range(len(u)):\n    t = t + u[i]\n"],
    refuses={"product": "t = 1.0\nfor x in u:\n    t *= x\n", "difference": "t = 0.0\nfor x in u:\n    t = x - t\n"},
)
