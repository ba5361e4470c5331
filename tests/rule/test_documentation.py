"""What `autovec rule` prints."""

from __future__ import annotations

from autovec.rule import codes, documentation

DOT = """AV201 dot-product

Dot product: add up the products of two equally long vectors.

np.dot adds in blocks, so the last bits of a float result may differ from the loop's. Integers wrap as they do in the loop.

Before:

    def before(a, b):
        total = 0
        for i in range(len(a)):
            total += a[i] * b[i]
        return total

After:

    def after(a, b):
        return np.dot(a, b)

It needs:

  - the elements of a and b are real numbers, or finite complex ones
  - the total has the type of what is added to it

Rounding: the same operations in another order, so the last bits of floats and the sign of a zero may differ.
"""


def test_no_such_rule():
    assert documentation("AV999") is None


def test_the_page_of_a_rule():
    assert documentation("AV201") == DOT


def test_generic_forms_have_pages_too():
    assert {"AV101", "AV102", "AV103", "AV104", "AV105", "AV200", "AV401", "AV501"} <= set(codes())
    assert all(documentation(c).startswith(c) for c in codes())
