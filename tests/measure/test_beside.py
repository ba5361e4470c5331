"""Sizes that a loop does not run over stay small on the clock."""

from __future__ import annotations

import pytest

from autovec.harness.region import compile_region
from autovec.measure.beside import beside
from autovec.measure.inputs import Sizing
from autovec.outcome import ArrayInput, Contract, Symbol

ROWS = Contract(
    (Symbol("n"), Symbol("d")),
    (ArrayInput("x", "ndarray", ("float64",), ("n", "d")), ArrayInput("w", "ndarray", ("float64",), ("d",))),
    (),
)
PAIRS = Contract(
    (Symbol("n"), Symbol("m")),
    (ArrayInput("x", "ndarray", ("float64",), ("n",)), ArrayInput("y", "ndarray", ("float64",), ("m",))),
    (),
)


def small(contract: Contract, text: str) -> dict[str, str]:
    sizing = Sizing(contract, tuple(x.dtypes[0] if isinstance(x, ArrayInput) else "int" for x in contract.inputs))
    return dict(beside(compile_region(text, contract), sizing, (4, 16, 64)).others)


@pytest.mark.parametrize(
    ("contract", "text", "expected"),
    [
        (ROWS, "for i in range(len(x)):\n    x[i] *= w\n", {"d": "row"}),
        (ROWS, "for i in range(len(x)):\n    for j in range(len(w)):\n        x[i, j] *= w[j]\n", {}),
        (ROWS, "for j in range(len(w)):\n    w[j] = x[:, j].sum()\n", {"n": "row"}),
        (ROWS, "s = [v @ w for v in x]\n", {"d": "row"}),
        (PAIRS, "for i in range(len(x) - len(y) + 5):\n    x[i:i + len(y)].sum()\n", {"m": "few"}),
        (PAIRS, "for a, b in zip(x, y):\n    a + b\n", {}),  # either alone could be short, and then the loop would not grow
        (PAIRS, "for a in x:\n    y[9]\n", {}),  # raises
        (PAIRS, "for a in x:\n    y[99 if len(x) == 64 and len(y) < 64 else 0]\n", {}),  # raises, if kept small
        (PAIRS, "x + y[0]\n", {}),
    ],
)
def test_what_a_loop_does_not_run_over_is_small(contract: Contract, text: str, expected: dict[str, str]) -> None:
    assert small(contract, text) == expected


def test_what_is_small_does_not_follow_n() -> None:
    text = "for i in range(len(x)):\n    x[i] *= w\n"
    region = compile_region(text, ROWS)
    found = beside(region, Sizing(ROWS, ("float64", "float64")), (4,))
    shapes = [{k: getattr(v, "shape", v) for k, v in (found.arguments(n) or {}).items()} for n in (4, 5000)]
    assert shapes == [{"x": (4, 32), "w": (32,)}, {"x": (5000, 32), "w": (32,)}]


def test_a_size_that_follows_another_stays_so() -> None:
    symbols = (Symbol("n"), Symbol("m", at_least="n"))
    contract = Contract(symbols, PAIRS.inputs, ())
    assert small(contract, "for a in x:\n    a + 1\n") == {}
