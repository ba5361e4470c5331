"""What the patterns match, and above all what they do not."""

from __future__ import annotations

import pytest
from facts import Facts
from raiser import raise_small

from autovec.expression import show
from autovec.rule.book import load_book

DOUBLES = Facts(dict.fromkeys("uvwxcd", "float64"))


def best(loop: str, facts: Facts = DOUBLES) -> str:
    """The best spelling of a loop, its operands written out with their axes."""
    return spelled(load_book(raise_template=raise_small).best(raise_small(loop, "")[0], facts))


def spelled(match) -> str:
    if match is None:
        return "nothing"
    operands = "; ".join(f"{n}={show(b.expr)}<{','.join(b.axes)}>" for n, b in match.bindings.items())
    return f"{match.rule.name}: {match.template} <{','.join(match.axes)}> with {operands}"


@pytest.mark.parametrize(
    "loop",
    [
        "t = 0.0\nfor x in u:\n    t += c * x\n",
        "t = 0.0\nfor x in u:\n    t += x * c\n",
        "t = 0.0\nfor x in u:\n    t += x * (c * d)\n",
    ],
)
def test_a_scalar_operand_is_no_vector_of_a_dot_product(loop):
    assert best(loop).startswith("sum: a.sum() <> with a=")


def test_the_loop_variable_alone_is_not_a_scalar_operand():
    assert best("t = 0.0\nfor i in range(n):\n    t += c ** i\n") == "sum: a.sum() <> with a=c ** i<i>"


def test_a_dot_product_takes_a_scalar_into_one_operand():
    assert (
        best("t = 0.0\nfor i in range(n):\n    t += u[i] * c * v[i]\n")
        == "dot-product: np.dot(a, b) <> with a=u[i] * c<i>; b=v[i]<i>"
    )


def test_a_square_is_the_same_operand_twice():
    assert (
        best("t = 0.0\nfor i in range(n):\n    t += (u[i] - v[i]) ** 2\n")
        == "squared-norm: np.dot(a, a) <> with a=u[i] - v[i]<i>"
    )


def test_the_same_metavariable_does_not_stand_for_two_things():
    assert best("t = 0.0\nfor i in range(n):\n    t += (u[i] - v[i]) * (v[i] - u[i])\n").startswith("dot-product")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("u[i, k] * v[k, j]", "matrix-product: a @ b <i,j> with a=u[i, k]<i,k>; b=v[k, j]<k,j>"),
        ("u[i, k] * v[j, k]", "matrix-product: a @ b <i,j> with a=u[i, k]<i,k>; b=v[j, k]<k,j>"),
        ("u[k, i] * v[k, j]", "matrix-product: a @ b <i,j> with a=u[k, i]<i,k>; b=v[k, j]<k,j>"),
        ("v[k, j] * u[i, k]", "matrix-product: a @ b <i,j> with a=u[i, k]<i,k>; b=v[k, j]<k,j>"),
    ],
)
def test_a_matrix_product_in_every_orientation(term, expected):
    loop = f"for i in range(n):\n    for j in range(m):\n        for k in range(q):\n            w[i, j] += {term}\n"
    assert best(loop) == expected


def test_a_factor_that_is_not_summed_over_is_left_in_front():
    loop = (
        "for i in range(n):\n    for j in range(m):\n        for k in range(q):\n            w[i, j] += u[k] * v[k, j] * x[i]\n"
    )
    assert best(loop) == "nothing"


def test_more_than_two_operands_are_a_contraction():
    loop = "for i in range(n):\n    for j in range(m):\n        for k in range(q):\n            "
    loop += "w[i] += u[i, k] * v[k, j] * x[i, j]\n"
    assert best(loop) == (
        'contraction: np.einsum("ik,kj,ij->i", operand0, operand1, operand2, optimize=True) <i> '
        "with operand0=u[i, k]<i,k>; operand1=v[k, j]<k,j>; operand2=x[i, j]<i,j>"
    )


def test_a_sum_over_some_axes_names_their_positions():
    loop = "for j in range(m):\n    for i in range(n):\n        w[j] += u[i, j]\n"
    assert best(loop) == "sum: a.sum(axis=0) <j> with a=u[i, j]<i,j>"


def test_an_extreme_over_all_axes():
    loop = "best = u[0, 0]\nfor i in range(n):\n    for j in range(m):\n        if u[i, j] > best:\n            best = u[i, j]\n"
    assert best(loop) == "max: np.fmax.reduce(a, axis=None) <> with a=u[i, j]<i,j>"


def test_minimum_and_maximum_do_not_commute():
    assert best("for i in range(n):\n    w[i] = max(u[i], 0.0)\n") == "maximum: np.maximum(a, b) <i> with a=u[i]<i>; b=0.0<>"
    assert best("for i in range(n):\n    w[i] = max(0.0, u[i])\n") == "fmax: np.fmax(a, b) <i> with a=0.0<>; b=u[i]<i>"
    assert best("for i in range(n):\n    w[i] = max(v[i], u[i])\n") == "nothing"


def test_a_mirrored_comparison_and_another_zero_are_the_same_test():
    assert (
        best("for i in range(n):\n    w[i] = -u[i] if 0.0 > u[i] else u[i]\n") == "absolute-value: np.abs(x) <i> with x=u[i]<i>"
    )


def test_an_elementwise_rule_takes_any_rank_but_no_narrower_operand():
    nest = "for i in range(n):\n    for j in range(m):\n        w[i, j] = max(u[i, j], {})\n"
    assert best(nest.format("0.0")) == "maximum: np.maximum(a, b) <i,j> with a=u[i, j]<i,j>; b=0.0<>"
    assert best(nest.format("v[j]"), Facts({"u": "int64", "v": "int64"})) == "nothing"


def test_a_masked_sum_is_not_a_sum():
    loop = "t = 0.0\nfor i in range(n):\n    if v[i] > c:\n        t += u[i]\n"
    assert best(loop) == "masked-sum: a[m].sum() <> with a=u[i]<i>; m=v[i] > c<i>"


@pytest.mark.parametrize("kinds", [("int8", "int8", "float64"), ("float64", "float32", "float32")])
def test_three_factors_of_different_types_are_not_regrouped(kinds):
    loop = "t = 0.0\nfor i in range(n):\n    t += u[i] * v[i] * w[i]\n"
    assert best(loop, Facts(dict(zip("uvw", kinds, strict=True)), "float64")) in (
        "nothing",
        "sum: a.sum() <> with a=u[i] * v[i] * w[i]<i>",
    )
