"""Trace: add up the diagonal of a square matrix.

NumPy adds in another order, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Bound, Proposal, Rule, diagonal_of, keeps_type, wide_elements


def before(a):
    total = 0
    for i in range(len(a)):
        total += a[i, i]
    return total


def after(a):
    return np.trace(a)


def match(expr, context):
    """A sum over the whole diagonal: the loop runs over the length of the matrix."""
    matrix = diagonal_of(expr, context)
    if matrix is not None:
        yield Proposal("np.trace(a)", {"a": Bound(matrix, ())}, (), 0.9)


RULE = Rule(
    code="AV310",
    name="trace",
    shapes="a[n, n]",
    before=before,
    after=after,
    match=match,
    needs=[wide_elements("a"), keeps_type()],
    rounding="reassociates",
    also=["t = 0.0\nfor i in range(len(u)):\n    t += u[i][i]\n"],
    refuses={"next-to-it": "t = 0.0\nfor i in range(len(u)):\n    t += u[i, i + 1]\n"},
)
