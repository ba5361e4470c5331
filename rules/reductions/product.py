"""Product: multiply the elements.

NumPy multiplies in blocks, so the last bits of a float result may differ from the loop's.
"""

from autovec.rule import Rule, keeps_type, wide_elements


def before(a):
    total = 1
    for i in range(len(a)):
        total *= a[i]
    return total


def after(a):
    return a.prod()


def along(a, axis):
    return a.prod(axis=axis)


RULE = Rule(
    code="AV205",
    name="product",
    shapes="a[n]",
    before=before,
    after=after,
    along=along,
    needs=[wide_elements("a"), keeps_type()],
    rounding="reassociates",
    also=["t = 1.0\nfor x in u:\n    t *= x\n"],
    refuses={"sum": "t = 0.0\nfor x in u:\n    t += x\n"},
)
