"""Expressions as values: equality of literals, substitution, what is free, and the text that people read."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autovec.expression import (
    Apply,
    Axis,
    Const,
    Expr,
    Lanes,
    Length,
    Name,
    Opaque,
    Read,
    Reduce,
    Slice,
    children,
    free_axes,
    free_names,
    rebuild,
    show,
    substitute,
    walk,
)  # fmt: skip

a, b, i, n = Name("a"), Name("b"), Name("i"), Name("n")
SIGNS = {"neg": "-", "pos": "+"}
UNARY = ("neg", "pos", "~", "not")
BINARY = ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@")


@pytest.mark.parametrize(("one", "other"), [(1, 1.0), (1, True), (0, False), (0.0, -0.0), (1.0, 1 + 0j), ("1", 1)])
def test_literals_of_another_type_or_sign_are_not_equal(one: object, other: object) -> None:
    assert Const(one) != Const(other)  # type: ignore[arg-type]
    assert len({Const(one), Const(other)}) == 2  # type: ignore[arg-type]


def test_nan_equals_itself_as_a_literal() -> None:
    assert Const(float("nan")) == Const(float("nan"))


def test_a_read_is_not_its_array() -> None:
    assert Read("a", ()) != Name("a")
    assert Name("i") != Axis("i")


TEXTS: list[tuple[Expr | Slice, str]] = [
    (Apply("-", (a, Apply("-", (b, n)))), "a - (b - n)"),
    (Apply("-", (Apply("-", (a, b)), n)), "a - b - n"),
    (Apply("**", (Apply("**", (a, b)), n)), "(a ** b) ** n"),
    (Apply("**", (a, Apply("**", (b, n)))), "a ** b ** n"),
    (Apply("neg", (Apply("**", (a, b)),)), "-a ** b"),
    (Apply("**", (Apply("neg", (a,)), b)), "(-a) ** b"),
    (Apply("neg", (Apply("+", (a, b)),)), "-(a + b)"),
    (Apply("not", (Apply("and", (a, b)),)), "not (a and b)"),
    (Apply("and", (Apply("or", (a, b)), n)), "(a or b) and n"),
    (Apply("where", (Apply("<", (a, b)), a, b)), "a if a < b else b"),
    (Apply("*", (Apply("where", (a, b, n)), b)), "(b if a else n) * b"),
    (Apply("math.exp", (Apply("+", (a, b)),)), "math.exp(a + b)"),
    (Apply(".real", (Apply("+", (a, b)),)), "(a + b).real"),
    (Apply(".sum()", (a, Const(0))), "a.sum(0)"),
    (Read("x", (i, Slice(None, n, Const(2)))), "x[i, :n:2]"),
    (Read("x", (Slice(Const(1), None, None),)), "x[1:]"),
    (Length("x", 0), "len(x)"),
    (Length("x", 1), "x.shape[1]"),
    (Reduce("+", ("i", "j"), Read("x", (Axis("i"), Axis("j"))), Apply(">", (Axis("i"), n))), "+[i, j](x[i, j] if i > n)"),
    (Reduce("max", ("i",), Read("x", (Axis("i"),)), None, Const(0.0)), "max[i](x[i] from 0.0)"),
    (Lanes("t", ("i", "j")), "t<i, j>"),
    (Opaque("f(x)", frozenset("x"), "a call"), "f(x)"),
    (Const("é"), "'é'"),
]


@pytest.mark.parametrize(("e", "text"), TEXTS, ids=[t for _, t in TEXTS])
def test_text(e: Expr | Slice, text: str) -> None:
    assert show(e) == text


def expressions() -> st.SearchStrategy[Expr]:
    """Arithmetic on names and literals."""
    leaf: st.SearchStrategy[Expr] = st.sampled_from([a, b, i, n]) | st.integers(0, 9).map(Const)

    def larger(e: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        one = st.builds(lambda fn, x: Apply(fn, (x,)), st.sampled_from(UNARY), e)
        two = st.builds(lambda fn, x, y: Apply(fn, (x, y)), st.sampled_from(BINARY), e, e)
        three = st.builds(lambda x, y, z: Apply("where", (x, y, z)), e, e, e)
        return one | two | three | e.map(lambda x: Read("x", (x,)))

    return st.recursive(leaf, larger, max_leaves=8)


@given(expressions())
def test_the_text_means_the_expression(e: Expr) -> None:
    """With all parentheses that Python's grammar needs, the text parses to the same tree."""
    assert ast.dump(ast.parse(show(e), mode="eval")) == ast.dump(ast.parse(bracketed(e), mode="eval"))


def bracketed(e: Expr | Slice) -> str:
    """`e` with parentheses around everything."""
    match e:
        case Apply("where", (c, x, y)):
            return f"({bracketed(x)} if {bracketed(c)} else {bracketed(y)})"
        case Apply(fn, (x, y)):
            return f"({bracketed(x)} {fn} {bracketed(y)})"
        case Apply(fn, (x,)):
            return f"({SIGNS.get(fn, fn)} {bracketed(x)})"
        case Read(name, (at,)):
            return f"{name}[{bracketed(at)}]"
        case _:
            return show(e)


@given(expressions())
def test_rebuilding_with_nothing_changed_gives_the_same(e: Expr) -> None:
    assert rebuild(e, lambda part: part) == e


@given(expressions(), expressions())
def test_a_substituted_name_is_gone(e: Expr, other: Expr) -> None:
    out = substitute(e, {"a": Const(7), "b": other})
    assert "a" not in free_names(out) - free_names(other)
    assert substitute(e, {}) == e


@given(expressions())
def test_walking_meets_every_part_once_parents_first(e: Expr) -> None:
    met = list(walk(e))
    assert met[0] is e
    assert len(met) == 1 + sum(len(list(walk(c))) for c in children(e))


def test_substitution_is_simultaneous_and_leaves_array_names() -> None:
    e = Apply("+", (Read("a", (Name("a"),)), Name("b")))
    assert show(substitute(e, {"a": Name("b"), "b": Name("a")})) == "a[b] + a"


def test_free_names() -> None:
    e = Apply("+", (Read("x", (Slice(i, Length("y", 0), None), Axis("k"))), Opaque("f(z)", frozenset(("f", "z")), "")))
    assert free_names(e) == {"x", "i", "y", "f", "z"}


def test_free_axes() -> None:
    body = Apply("*", (Read("x", (Axis("i"), Axis("j"))), Lanes("t", ("k",))))
    assert free_axes(body) == {"i", "j", "k"}
    assert free_axes(Reduce("+", ("j",), body, Apply(">", (Axis("j"), Axis("m"))))) == {"i", "k", "m"}
