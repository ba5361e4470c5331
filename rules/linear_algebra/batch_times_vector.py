"""Batch times vector: the last axis of a batch of matrices is folded with one vector.

The product runs in the linear algebra library, so the last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Rule, keeps_type, real_or_finite


def before(a, x):
    out = np.zeros((a.shape[0], a.shape[1]), a.dtype)
    for s in range(a.shape[0]):
        for i in range(a.shape[1]):
            for k in range(len(x)):
                out[s, i] += a[s, i, k] * x[k]
    return out


def after(a, x):
    return a @ x


RULE = Rule(
    code="AV306",
    name="batch-times-vector",
    shapes="a[s, n, k] x[k]",
    before=before,
    after=after,
    needs=[real_or_finite("a", "x"), keeps_type()],
    rounding="reassociates",
    also=[
        "for s in range(p):\n    for i in range(n):\n        for k in range(q):\n            w[s, i] += v[k] * u[s, i, k]\n",
    ],
    refuses={
        "scaled": "for s in range(p):\n    for i in range(n):\n        for k in range(q):\n"
        "            w[s, i] += c * u[s, i, k]\n",
    },
)
