"""Vector times matrix: a weighted sum of the rows.

The product runs in the linear algebra library, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(x, a):
    out = np.zeros(a.shape[1], a.dtype)
    for j in range(a.shape[1]):
        for k in range(len(x)):
            out[j] += x[k] * a[k, j]
    return out


def after(x, a):
    return x @ a


RULE = Rule(
    code="AV302",
    name="vector-matrix-product",
    shapes="x[k] a[k, m]",
    before=before,
    after=after,
    needs=[real_or_finite("x", "a"), keeps_type()],
    rounding="reassociates",
    also=["for k in range(len(v)):\n    for j in range(u.shape[1]):\n        w[j] += u[k, j] * v[k]\n"],
    refuses={"column-sums": "for k in range(len(u)):\n    for j in range(u.shape[1]):\n        w[j] += c * u[k, j]\n"},
)
