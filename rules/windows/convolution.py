"""Convolution: a weighted sum of the elements in every window, the weights taken from the last to the first.

np.convolve needs no array for the windows.
It takes the shorter operand as the weights, so that there are no more weights than elements is proved or tested.
The last bits of a float result may differ from the loop's; correlate conjugates complex numbers, so those are left out.
"""

import numpy as np

from autovec.rule import Bound, Proposal, Rule, filter_of, keeps_type, real_elements


def before(x, k):
    out = np.zeros(max(len(x) - len(k) + 1, 0), x.dtype)
    for i in range(len(x) - len(k) + 1):
        for j in range(len(k)):
            out[i] += x[i + j] * k[len(k) - 1 - j]
    return out


def after(x, k):
    return np.convolve(x, k, "valid")


def match(expr, context):
    """A sum over `x[i + j]` times weights, all of them in reverse."""
    found = filter_of(expr, context, flipped=True)
    if found is not None:
        bindings = {"x": Bound(found.signal, ()), "k": Bound(found.weights, ())}
        yield Proposal('np.convolve(x, k, "valid")', bindings, found.axes, 1.0, found.guards)


RULE = Rule(
    code="AV403",
    name="convolution",
    shapes="x[n] k[m]",
    before=before,
    after=after,
    match=match,
    needs=[real_elements("x", "k"), keeps_type()],
    rounding="reassociates",
    also=[
        "for i in range(len(u) - len(v) + 1):\n    for j in range(len(v)):\n        w[i] += u[i + j] * v[len(v) - 1 - j]\n",
    ],
    refuses={
        "dilated": "for i in range(n):\n    for j in range(len(v)):\n        w[i] += u[i + 2 * j] * v[len(v) - 1 - j]\n",
    },
)
