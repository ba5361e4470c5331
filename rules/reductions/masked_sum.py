"""Masked sum: add up the elements that fulfil a condition.

The elements are picked first, so a NaN among the others does no harm; `a @ m` would be faster and wrong.
NumPy adds in blocks, so the last bits of a float result may differ from the loop's.
"""

from autovec.rule import Rule, bool_elements, keeps_type, wide_elements


def before(a, m):
    total = 0
    for i in range(len(a)):
        if m[i]:
            total += a[i]
    return total


def after(a, m):
    return a[m].sum()


def along(a, m, axis):
    return a.sum(axis=axis, where=m)


RULE = Rule(
    code="AV212",
    name="masked-sum",
    shapes="a[n] m[n]",
    before=before,
    after=after,
    along=along,
    needs=[wide_elements("a"), bool_elements("m"), keeps_type()],
    rounding="reassociates",
    also=["t = 0.0\nfor x in u:\n    if x > 0:\n        t += x\n", "t = 0.0\nfor x in u:\n    t += x if x > c else 0.0\n"],
    refuses={"unmasked": "t = 0.0\nfor x in u:\n    t += x\n"},
)
