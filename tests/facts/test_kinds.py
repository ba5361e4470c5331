"""Kinds against Python and NumPy themselves: what an operation gives on values of many sizes and signs is among what is said."""

from __future__ import annotations

import operator
import warnings
from itertools import product

import numpy as np
import pytest

from autovec.facts import kinds as kind
from autovec.facts.kinds import FLOATS, INTEGERS, OPERATORS, PYTHON, apply, constant, holds, interchangeable
from autovec.facts.samples import kind_of

ALL = sorted(PYTHON | kind.EVERY_ARRAY | kind.INTEGERS)
VALUES = (0, 1, 2, -1, -8, 0.5, -0.5)


def values(name: str) -> list[object]:
    """Numbers of a kind, of several sizes and signs."""
    out: list[object] = []
    for v in VALUES:
        if name in ("int", "bool"):
            out.append(int(v) if name == "int" else bool(v))
        elif name in ("float", "complex"):
            out.append(float(v) if name == "float" else complex(v, 1))
        else:
            with np.errstate(all="ignore"):
                out.append(np.asarray(v).astype(name.rstrip("_"))[()])
    return out


def test_what_is_no_number_has_no_kind() -> None:
    assert apply("np.linspace", [frozenset(("int",))] * 3) == frozenset()
    assert apply("divmod", [frozenset(("int",))] * 2) == frozenset()
    assert apply("+", [frozenset(("object",)), frozenset(("int",))]) == frozenset()
    assert apply("no.such", [frozenset(("int",))]) == frozenset()
    assert (constant("np.newaxis"), constant("np.no_such"), constant("math.pi")) == (
        frozenset(),
        frozenset(),
        frozenset(("float",)),
    )


def test_nothing_comes_of_what_raises() -> None:
    assert apply("<<", [frozenset(("float",)), frozenset(("int",))]) == frozenset()
    assert apply("<", [frozenset(("complex",)), frozenset(("int",))]) == frozenset()


@pytest.mark.parametrize("fn", sorted(f for f in OPERATORS if f != "@"))
def test_operators_on_values(fn: str) -> None:
    f = OPERATORS[fn]
    count = 1 if fn in ("neg", "pos", "~", "not") else 2
    missed: set[tuple[str, ...]] = set()
    for names in product(ALL, repeat=count):
        said = apply(fn, [frozenset((n,)) for n in names])
        for operands in product(*map(values, names)):
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                try:
                    got = kind_of(f(*operands))
                except (ArithmeticError, TypeError, ValueError):
                    continue
            if got not in said:
                missed.add((*names, got))
    assert not missed


def test_the_power_of_a_natural_exponent_stays_an_int() -> None:
    assert apply("**", [frozenset(("int",))] * 2, any_sign=False) == {"int"}
    assert apply("**", [frozenset(("int",))] * 2) == {"int", "float"}
    assert kind_of(operator.pow(-8.0, 0.5)) == "complex"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("int", "int64", False),
        ("bool", "bool_", False),
        ("float", "float32", False),
        ("int", "float", False),
        ("float", "float64", True),
        ("complex", "complex128", True),
        ("uint8", "uint8", True),
    ],
)
def test_interchangeable(a: str, b: str, same: bool) -> None:
    assert interchangeable(frozenset((a,)), frozenset((b,))) is same


NUMBERS = (0, 1, True, -1, 127, 128, 255, 256, 2**31, 2**53 + 1, 2**60, 2**63 - 1, 2**63, 2**64, 10**400, 0.5, 0.1, 1.5, -0.0,
           65504.0, 65520.0, 1e-8, 3.4028235e38, 1e39, 2.0**63, 300.0, float("inf"), float("nan"))  # fmt: skip


@pytest.mark.parametrize("name", sorted(INTEGERS | FLOATS))
def test_a_type_holds_what_numpy_gives_back_unchanged(name: str) -> None:
    for value in NUMBERS:
        try:
            with np.errstate(all="ignore"):
                same = bool(np.dtype(name).type(value).item() == value)
        except (OverflowError, ValueError):
            same = False
        assert holds(name, value) is same, value
