"""Calls that give an array: first those of which that must not be concluded, then what is known of the others."""

from __future__ import annotations

import pytest
from test_flow import LOOP, facts, shown

EVERY = "bool_|complex128|float16|float32|float64|int32|int64|int8|uint8"

UNKNOWN = [
    "np.random.rand()",
    "np.random.normal(0.0, 1.0)",
    "np.random.normal(loc=0.0)",
    "np.random.normal(size=None)",
    "np.random.choice(n)",
    "np.linspace(0.0, 1.0, n, retstep=True)",
    "np.unique(x, return_counts=True)",
    "np.interp(n, x, y)",
    "np.dot(x, y)",
    "np.meshgrid(x, y)",
    "np.histogram(x)",
    "np.where(x > 0.0)",
    "np.array(['a', 'b'])",
    "np.nonzero(x)",
    "np.atleast_1d(x, y)",
    "rng.normal(size=n)",
    "frame.reshape(-1)",
    "x.sort()",
    "np.load(path)",
    "np.linspace(*limits)",
    "np.linspace(0.0, 1.0, n, True, True)",
    "np.linspace(0.0, 1.0, n, retstep=True) * 2.0",
]

KNOWN = [
    ("np.linspace(0.0, 1.0, n)", "ndarray[n] float64 proved fresh"),
    ("np.linspace(0.0, 1.0, n, dtype=np.float32)", "ndarray[len(z)] float32 proved fresh"),
    ("np.linspace(x[0], x[-1], 2 * n)", "ndarray[2 * n] float64 proved fresh"),
    ("np.linspace(0.0, 1.0)", "ndarray[len(z)] float64 proved fresh"),
    ("np.random.rand(n)", "ndarray[n] float64 proved fresh"),
    ("np.random.randn(n, 3)", "ndarray[n, 3] float64 proved fresh"),
    ("np.random.normal(0.0, 1.0, n)", "ndarray[n] float64 proved fresh"),
    ("np.random.normal(size=(n, 2))", "ndarray[n, 2] float64 proved fresh"),
    ("np.random.uniform(0.0, 1.0, size=sizes)", "ndarray[len(z)] float64 proved fresh"),
    ("np.random.randint(0, 9, n)", "ndarray[n] int32|int64 proved fresh"),
    ("np.array([1.0, 2.0, 3.0])", "ndarray[3] float64 proved fresh"),
    ("np.array([1, 2])", "ndarray[2] int64 proved fresh"),
    ("np.array([1, 2.5])", "ndarray[2] float64 proved fresh"),
    ("np.array([[1, 2], [3, 4]], dtype=np.int16)", "ndarray[2, 2] int16 proved fresh"),
    ("np.array([x, y])", "ndarray[len(z)] float64 proved fresh"),
    ("np.array([x[0], 1.0])", "ndarray[len(z)] float64 proved fresh"),
    ("np.array([[0.0] * n for _ in range(n)])", f"ndarray[len(z)] {EVERY} proved fresh"),
    ("np.eye(n)", "ndarray[n, n] float64 proved fresh"),
    ("np.loadtxt(path)", "ndarray[len(z)] float64 proved fresh"),
    ("np.loadtxt(path, delimiter=',')", "ndarray[len(z)] float64 proved fresh"),
    ("np.genfromtxt(path)", f"ndarray[len(z)] {EVERY} proved fresh"),
    ("np.linalg.inv(x)", f"ndarray[len(z)] {EVERY} proved fresh"),
    ("np.sort(x)", "ndarray[len(z)] float64 proved fresh"),
    ("np.concatenate([x, y])", f"ndarray[len(z)] {EVERY} proved fresh"),
    ("x.flatten()", "ndarray[len(z)] float64 proved fresh"),
    ("x.reshape(-1)", "ndarray[len(z)] float64 proved"),
    ("np.ravel(x)", "ndarray[len(z)] float64 proved"),
    ("np.sin(np.linspace(0.0, 1.0, n)) * 2.0", f"ndarray[len(z)] {EVERY} proved fresh"),
    ("np.random.permutation(x)", f"ndarray[len(z)] {EVERY} proved fresh"),
]


@pytest.mark.parametrize("call", UNKNOWN)
def test_it_may_be_something_else(call: str) -> None:
    assert not shown(facts(f"z = {call}\n{LOOP}\nw = z[0]"), "z").startswith("ndarray")


@pytest.mark.parametrize(("call", "fact"), KNOWN)
def test_it_is_an_array(call: str, fact: str) -> None:
    assert shown(facts(f"z = {call}\n{LOOP}\nw = z[0]"), "z") == fact


@pytest.mark.parametrize("call", ["x.reshape(-1)", "np.ravel(x)", "np.asarray(x)", "np.diag(x)", "x.view()"])
def test_a_view_has_the_memory_of_its_array(call: str) -> None:
    table = facts(f"z = {call}\n{LOOP}\nw = z[0]")
    one, other = table.array("x"), table.array("z")
    assert one is not None and other is not None
    assert one.base == other.base != ""
    assert not one.fresh and not other.fresh
