"""Any: whether one of the elements fulfils a condition.

The loop may stop early; NumPy looks at all elements and is still faster unless the answer comes within the first few.
"""

from autovec.rule import Rule, bool_elements


def before(m):
    found = False
    for i in range(len(m)):
        found |= m[i]
    return found


def after(m):
    return m.any()


def along(m, axis):
    return m.any(axis=axis)


RULE = Rule(
    code="AV216",
    name="any",
    shapes="m[n]",
    before=before,
    after=after,
    along=along,
    needs=[bool_elements("m")],
    also=["t = False\nfor x in u:\n    t |= x > c\n"],
    refuses={"the-other": "t = False\nfor x in u:\n    t &= x > c\n"},
)
