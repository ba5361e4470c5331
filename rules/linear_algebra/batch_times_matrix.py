"""Batch times matrix: the same matrix is applied to every vector of a batch.

The product runs in the linear algebra library, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a, b):
    out = np.zeros((a.shape[0], a.shape[1], b.shape[1]), a.dtype)
    for s in range(a.shape[0]):
        for i in range(a.shape[1]):
            for j in range(b.shape[1]):
                for k in range(b.shape[0]):
                    out[s, i, j] += a[s, i, k] * b[k, j]
    return out


def after(a, b):
    return a @ b


RULE = Rule(
    code="AV305",
    name="batch-times-matrix",
    shapes="a[s, n, k] b[k, m]",
    before=before,
    after=after,
    needs=[real_or_finite("a", "b"), keeps_type()],
    rounding="reassociates",
    also=[
        "for s in range(p):\n    for i in range(n):\n        for j in range(m):\n"
        "            for k in range(q):\n                w[s, i, j] += v[k, j] * u[s, i, k]\n",
    ],
    refuses={
        "scaled": "for s in range(p):\n    for i in range(n):\n        for k in range(q):\n"
        "            w[s, i] += c * u[s, i, k]\n",
    },
)
