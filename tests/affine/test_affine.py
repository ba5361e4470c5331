"""Linear forms against the arithmetic that they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovec.affine import Affine, affine, build
from autovec.expression import Apply, Const, Expr, Length, Name, Read, Slice

NAMES = ("i", "j", "n")
VALUES = st.fixed_dictionaries({name: st.integers(-50, 50) for name in NAMES})


def linear() -> st.SearchStrategy[Expr]:
    """Sums, differences, signs and products of names and integer literals."""
    leaf: st.SearchStrategy[Expr] = st.sampled_from(NAMES).map(Name) | st.integers(-9, 9).map(Const)

    def larger(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        two = st.builds(lambda fn, x, y: Apply(fn, (x, y)), st.sampled_from("+-*"), e, e)
        return two | e.map(lambda x: Apply("neg", (x,))) | e.map(lambda x: Apply("pos", (x,)))

    return st.recursive(leaf, larger, max_leaves=8)


def value(e: Expr | Slice, names: dict[str, int]) -> int:
    """`e` computed."""
    match e:
        case Const(int() as x):
            return x
        case Name(id):
            return names[id]
        case Apply("neg", (x,)):
            return -value(x, names)
        case Apply("pos", (x,)):
            return value(x, names)
        case Apply(fn, (x, y)):
            p, q = value(x, names), value(y, names)
            return p + q if fn == "+" else p - q if fn == "-" else p * q
        case _:
            raise AssertionError(e)


def total(form: Affine, names: dict[str, int]) -> int:
    """The form computed; its atoms may be products."""
    return form.constant + sum(c * value(atom, names) for atom, c in form.terms)


@pytest.mark.parametrize(
    "e", [Const(1.5), Const(True), Const("a"), Apply("+", (Name("i"), Const(1.0))), Apply("*", (Const(2.0), Name("i")))]
)
def test_floats_and_booleans_have_no_form(e: Expr) -> None:
    assert affine(e) is None


@given(linear(), VALUES)
def test_a_form_has_the_expressions_value(e: Expr, names: dict[str, int]) -> None:
    form = affine(e)
    assert form is not None and total(form, names) == value(e, names)


@given(linear(), linear())
def test_a_form_is_unique(x: Expr, y: Expr) -> None:
    """Equal forms are equal values: sums in another order are the same form, so differences cancel."""
    assert affine(Apply("+", (x, y))) == affine(Apply("+", (y, x)))
    assert affine(Apply("-", (x, x))) == build([], 0)


@given(linear(), linear(), st.integers(-5, 5), VALUES)
def test_arithmetic_on_forms(x: Expr, y: Expr, k: int, names: dict[str, int]) -> None:
    p, q = affine(x), affine(y)
    assert p is not None and q is not None
    assert total(p.plus(q), names) == value(x, names) + value(y, names)
    assert total(p.minus(q), names) == value(x, names) - value(y, names)
    assert total(p.times(k), names) == k * value(x, names)


@given(linear(), VALUES)
def test_a_known_name_is_looked_through(e: Expr, names: dict[str, int]) -> None:
    known: dict[str, Expr] = {"n": Apply("+", (Name("i"), Const(3)))}
    form = affine(e, known)
    names["n"] = names["i"] + 3
    assert form is not None and total(form, names) == value(e, names)


def test_names_that_stand_for_each_other_end() -> None:
    assert str(affine(Name("n"), {"n": Name("m"), "m": Name("n")})) == "n + 0"


def test_what_is_not_linear_is_one_atom() -> None:
    half = Apply("//", (Name("n"), Const(2)))
    e = Apply("+", (Apply("*", (Const(2), half)), Apply("-", (Length("x", 0), Read("k", (Name("i"),))))))
    form = affine(e)
    assert form is not None
    assert str(form) == "-1*k[i] + len(x) + 2*n // 2 + 0"
    assert form.atoms() == {half, Length("x", 0), Read("k", (Name("i"),))}


def test_parts_of_a_form() -> None:
    form = build([(Name("i"), 2), (Name("n"), 1), (Name("i"), 1), (Name("j"), 0)], -4)
    assert str(form) == "3*i + n + -4"
    assert (form.coefficient(Name("i")), form.coefficient(Name("j"))) == (3, 0)
    assert str(form.without(Name("i"))) == "n + -4"
    assert (form.as_int(), build([], 5).as_int()) == (None, 5)
