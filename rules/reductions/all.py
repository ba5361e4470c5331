"""All: whether every element fulfils a condition.

The loop may stop early; NumPy looks at all elements and is still faster unless the answer comes within the first few.
"""

from autovec.rule import Rule, bool_elements


def before(m):
    found = True
    for i in range(len(m)):
        found &= m[i]
    return found


def after(m):
    return m.all()


def along(m, axis):
    return m.all(axis=axis)


RULE = Rule(
    code="AV217",
    name="all",
    shapes="m[n]",
    before=before,
    after=after,
    along=along,
    needs=[bool_elements("m")],
    also=["t = True\nfor x in u:\n    t &= x > c\n"],
    refuses={"the-other": "t = True\nfor x in u:\n    t |= x > c\n"},
)
