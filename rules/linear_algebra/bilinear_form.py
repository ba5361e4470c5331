"""Bilinear form: a matrix between two vectors.

The products run in the linear algebra library, so the last bits of a float result may differ from the loop's.
"""

from autovec.rule import Rule, keeps_type, real_or_finite


def before(x, a, y):
    total = 0
    for i in range(len(x)):
        for j in range(len(y)):
            total += x[i] * a[i, j] * y[j]
    return total


def after(x, a, y):
    return x @ a @ y


RULE = Rule(
    code="AV309",
    name="bilinear-form",
    shapes="x[n] a[n, m] y[m]",
    before=before,
    after=after,
    needs=[real_or_finite("x", "a", "y"), keeps_type()],
    rounding="reassociates",
    also=["t = 0.0\nfor i in range(n):\n    for j in range(m):\n        t += u[i, j] * v[i] * w[j]\n"],
    refuses={"one-vector": "t = 0.0\nfor i in range(n):\n    for j in range(m):\n        t += u[i, j] * c * w[j]\n"},
)
