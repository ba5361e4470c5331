"""Batch of matrix products: one product for each index of the first axis.

The product runs in the linear algebra library, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a, b):
    out = np.zeros((a.shape[0], a.shape[1], b.shape[2]), a.dtype)
    for s in range(a.shape[0]):
        for i in range(a.shape[1]):
            for j in range(b.shape[2]):
                for k in range(b.shape[1]):
                    out[s, i, j] += a[s, i, k] * b[s, k, j]
    return out


def after(a, b):
    return a @ b


RULE = Rule(
    code="AV304",
    name="batched-matrix-product",
    shapes="a[s, n, k] b[s, k, m]",
    before=before,
    after=after,
    needs=[real_or_finite("a", "b"), keeps_type()],
    rounding="reassociates",
    also=[
        "for s in range(p):\n    for i in range(n):\n        for j in range(m):\n"
        "            for k in range(q):\n                w[s, i, j] += u[s, i, k] * v[s, j, k]\n",
    ],
    refuses={
        "row-dots": "for s in range(p):\n    for i in range(n):\n        for k in range(q):\n"
        "            w[s, i] += u[s, i, k] * v[s, i, k]\n",
    },
)
