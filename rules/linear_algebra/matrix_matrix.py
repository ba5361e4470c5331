"""Matrix product: the dot product of every row of one matrix with every column of another.

The product runs in the linear algebra library, so the last bits of a float result may differ from the loop's.
A factor that is stored the other way round is transposed, which costs nothing.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a, b):
    out = np.zeros((a.shape[0], b.shape[1]), a.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            for k in range(b.shape[0]):
                out[i, j] += a[i, k] * b[k, j]
    return out


def after(a, b):
    return a @ b


RULE = Rule(
    code="AV303",
    name="matrix-product",
    shapes="a[n, k] b[k, m]",
    before=before,
    after=after,
    needs=[real_or_finite("a", "b"), keeps_type()],
    rounding="reassociates",
    also=[
        "for i in range(u.shape[0]):\n    for j in range(v.shape[0]):\n        for k in range(u.shape[1]):\n"
        "            w[i, j] += u[i, k] * v[j, k]\n",
    ],
    refuses={
        "elementwise": "for i in range(u.shape[0]):\n    for j in range(u.shape[1]):\n        w[i, j] += u[i, j] * v[i, j]\n",
        "batch": "for i in range(u.shape[0]):\n    for j in range(u.shape[1]):\n        for k in range(u.shape[2]):\n"
        "            w[i, j] += u[i, j, k] * v[i, j, k]\n",
    },
)
