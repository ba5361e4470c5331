"""What the needs answer where a kind is known, unknown or mixed."""

from __future__ import annotations

import pytest
from facts import Facts

from autovec.expression import Apply, Axis, Const, Name, Read, Reduce
from autovec.rule import needs
from autovec.rule.model import Bound, Case, Guard, Proved, Refused

A, B = Read("a", (Axis("i"),)), Read("b", (Axis("i"),))


class Several(Facts):
    """Names that may be of several kinds."""

    def kinds(self, expr):
        return self.kinds_of.get(getattr(expr, "array", getattr(expr, "id", "total")), frozenset({"float64"}))


def ask(need, expr=None, **kinds):
    bound = {"a": Bound(A, ("i",)), "b": Bound(B, ("i",))}
    return need.ask(Case(expr or Reduce("+", ("i",), A), bound, Several({k: frozenset(v) for k, v in kinds.items()})))


@pytest.mark.parametrize(
    ("kinds", "answer"),
    [
        (set(), Refused("the elements of a are unknown, not floats")),
        ({"int64"}, Refused("the elements of a are int64, not floats")),
        ({"float", "int"}, Refused("the elements of a are int, not floats")),
        ({"float64", "int8"}, Guard('{a}.dtype.kind == "f"')),
        ({"float32", "float64"}, Proved()),
        ({"float"}, Proved()),
    ],
)
def test_the_elements_are_floats(kinds, answer):
    assert ask(needs.float_elements("a"), a=kinds) == answer


def test_python_integers_have_no_fixed_width():
    assert ask(needs.real_elements("a"), a={"int"}) == Refused("the elements of a are int, not real numbers of a fixed width")


def test_several_kinds_are_tested_together():
    assert ask(needs.real_elements("a"), a={"bool_", "int8", "uint8", "float64"}) == Guard('{a}.dtype.kind in "fiu"')


def test_infinite_complex_numbers_are_tested_for():
    answer = ask(needs.real_or_finite("a", "b"), a={"complex128"}, b={"float64"})
    assert answer == Guard("np.isfinite({a}).all() and np.isfinite({b}).all()")



def test_nan():
    assert ask(needs.no_nan("a"), a={"float64"}) == Guard("not np.isnan({a}).any()")
    assert ask(needs.no_nan("a"), a={"int64"}) == Proved()
    computed = {"a": Bound(Apply("/", (A, B)), ("i",))}
    assert needs.no_nan("a").ask(Case(A, computed, Several({}))) == Refused("a is computed, and may be NaN")


def test_elements_of_one_array_are_of_one_type():
    both = {"a": Bound(A, ("i",)), "b": Bound(Read("a", (Axis("j"),)), ("j",))}
    kinds = Several({"a": frozenset({"float64", "uint8"})})
    assert needs.same_kind("a", "b").ask(Case(A, both, kinds)) == Proved()
    assert ask(needs.same_kind("a", "b"), a={"float64", "uint8"}, b={"float64", "uint8"}) == Guard("{a}.dtype == {b}.dtype")


@pytest.mark.parametrize(
    ("total", "answer"),
    [
        ({"int8"}, Proved()),
        ({"float64"}, Refused("the total is float64, what is added to it int8")),
        ({"int64"}, Refused("the total is int64, what is added to it int8")),
    ],
)
def test_the_total_keeps_the_type_of_its_elements(total, answer):
    assert ask(needs.keeps_type(), a={"int8"}, total=total) == answer


def test_a_total_that_keeps_some_types_is_tested():
    assert ask(needs.keeps_type(), a={"int8", "float64"}, total={"float64"}, b={"float64"}) == Guard('{a}.dtype.kind == "f"')


def test_an_operand_that_is_computed_is_not_short():
    bound = {"a": Bound(Apply("+", (A, A)), ("i",))}
    answer = needs.short("a").ask(Case(A, bound, Facts({})))
    assert answer == Refused("a is computed, and the rewrite would name it twice")


@pytest.mark.parametrize(
    ("low", "high", "answer"),
    [
        (Const(0.0), Const(1.0), Proved()),
        (Apply("neg", (Const(1),)), Const(1), Proved()),
        (Const(2), Const(1), Refused("low is above high")),
        (Const(float("nan")), Const(1), Refused("low is above high")),
        (Name("lo"), Const(1), Guard("{low} <= {high}")),
        (A, Const(1), Guard("np.all({low} <= {high})")),
    ],
)
def test_the_order_of_two_bounds(low, high, answer):
    bound = {n: Bound(e, ("i",) if e == A else ()) for n, e in (("low", low), ("high", high))}
    assert needs.ordered("low", "high").ask(Case(A, bound, Facts({}))) == answer


@pytest.mark.parametrize(
    ("kind", "literal", "answer"),
    [
        ("float64", Const(0.1), Proved()),
        ("float32", Const(0.0), Proved()),
        ("float32", Const(0.1), Refused("a and b are of different types")),
        ("int8", Const(3), Proved()),
        ("int8", Const(300), Refused("a and b are of different types")),
        ("uint8", Const(-1), Refused("a and b are of different types")),
        ("int8", Const(0.5), Refused("a and b are of different types")),
        ("bool_", Const(1), Refused("a and b may be other than real numbers")),
    ],
)
def test_a_literal_has_the_others_type_where_that_holds_it_exactly(kind, literal, answer):
    bound = {"a": Bound(A, ("i",)), "b": Bound(literal, ())}
    assert needs.same_kind("a", "b").ask(Case(A, bound, Facts({"a": kind}))) == answer
