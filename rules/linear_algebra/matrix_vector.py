"""Matrix times vector: the dot product of every row with one vector.

The product runs in the linear algebra library, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a, x):
    out = np.zeros(len(a), a.dtype)
    for i in range(len(a)):
        for k in range(len(x)):
            out[i] += a[i, k] * x[k]
    return out


def after(a, x):
    return a @ x


RULE = Rule(
    code="AV301",
    name="matrix-vector-product",
    shapes="a[n, k] x[k]",
    before=before,
    after=after,
    needs=[real_or_finite("a", "x"), keeps_type()],
    rounding="reassociates",
    also=["for i in range(len(u)):\n    for k in range(len(v)):\n        w[i] += v[k] * u[i, k]\n"],
    refuses={"row-sums": "for i in range(len(u)):\n    for k in range(len(v)):\n        w[i] += c * u[i, k]\n"},
)
