"""Contraction: a sum of products over any axes, written as einsum.

einsum needs no array for the products. With `optimize=True` it hands what it can to the linear algebra library and chooses the
order; that costs 10 microseconds, so it is left out where there are two operands and no large product.
The last bits of a float result may differ from the loop's.
"""

import numpy as np

from autovec.rule import Bound, Proposal, Rule, contraction_of, keeps_type, real_or_finite


def before(a, b):
    out = np.zeros((a.shape[0], b.shape[2]), a.dtype)
    for i in range(a.shape[0]):
        for j in range(b.shape[2]):
            for k in range(a.shape[1]):
                for m in range(a.shape[2]):
                    out[i, j] += a[i, k, m] * b[k, m, j]
    return out


def after(a, b):
    return np.einsum("ikm,kmj->ij", a, b, optimize=True)


def match(expr, context):
    """Any sum of two or more factors: a letter for each axis."""
    found = contraction_of(expr)
    if found is None:
        return
    names = [f"operand{n}" for n in range(len(found.operands))]
    how = ", optimize=True" if found.pays_to_optimize else ""
    template = f'np.einsum("{found.subscripts}", {", ".join(names)}{how})'
    bindings = {n: Bound(e, axes) for n, (e, axes) in zip(names, found.operands, strict=True)}
    yield Proposal(template, bindings, found.axes, 3.0)


RULE = Rule(
    code="AV311",
    name="contraction",
    shapes="a[n, k, p] b[k, p, m]",
    before=before,
    after=after,
    match=match,
    needs=[real_or_finite(), keeps_type()],
    rounding="reassociates",
    also=[
        "for i in range(n):\n    for j in range(m):\n        for k in range(q):\n"
        "            w[i, j] += u[i, k] * v[j, k] * x[k]\n",
    ],
    refuses={"one-operand": "for i in range(n):\n    for j in range(m):\n        w[i] += c * u[i, j]\n"},
)
