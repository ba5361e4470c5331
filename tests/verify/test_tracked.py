"""The judge against legitimate reassociations, which it may never reject, and subtly wrong rewrites, which it must."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import accumulate
from typing import Any

import numpy as np
import pytest

from autovec.harness.region import Outcome
from autovec.outcome import ArrayInput, Contract, Symbol
from autovec.verify.tracked import Verdict, judge

Array = np.ndarray[Any, Any]
WITHIN, OUTSIDE, INCONCLUSIVE = Verdict.WITHIN, Verdict.OUTSIDE, Verdict.INCONCLUSIVE

SUM = "s = 0.0\nfor i in range(len(x)):\n    s += x[i]\n"
DOT = "s = 0.0\nfor i in range(len(x)):\n    s += x[i] * y[i]\n"
MEAN = "s = 0.0\nfor v in x:\n    s += v\ns = s / len(x)\n"
VARIANCE = (
    "n = len(x)\nm = 0.0\nfor i in range(n):\n    m += x[i]\nm = m / n\n"
    "s = 0.0\nfor i in range(n):\n    d = x[i] - m\n    s += d * d\ns = s / n\n"
)
NORM = "s = 0.0\nfor i in range(len(x)):\n    d = x[i] - y[i]\n    s += d * d\ns = math.sqrt(s)\n"
LOGSUMEXP = "s = 0.0\nfor i in range(len(x)):\n    s += math.exp(x[i])\ns = math.log(s)\n"
FILTER = "s = 0.0\nfor i in range(len(x)):\n    s = 0.9 * s + x[i]\n"
SCALED = "s = 0.0\nfor i in range(len(x)):\n    s += 0.37 * x[i]\n"
POLYNOMIAL = "s = 0.0\nfor i in range(len(x) - 1, -1, -1):\n    s = s * 1.1 + x[i]\n"
SPREAD = "s = 0.0\nfor i in range(len(x)):\n    for j in range(len(y)):\n        s += x[i] * y[j]\n"
PRODUCT = "s = 1.0\nfor v in x:\n    s *= 1.0 + 0.001 * (v / 1e9)\n"

DATA: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "normal": lambda r, n: r.standard_normal(n),
    "cancelling": lambda r, n: _cancelling(r.standard_normal(n) * 1e6),
    "offset": lambda r, n: 1e6 + r.standard_normal(n) * 1e-2,
    "wide": lambda r, n: r.standard_normal(n) * 10.0 ** r.integers(-12, 13, n),
    "positive": lambda r, n: r.random(n),
}


def _cancelling(x: Array) -> Array:
    half = len(x) // 2
    x[len(x) - half :] = -x[:half][::-1] * (1 + 1e-13)
    return x


def contract(*names: str, dtype: str = "float64") -> Contract:
    return Contract((Symbol("n"),), tuple(ArrayInput(name, "ndarray", (dtype,), ("n",)) for name in names), ("s",))


def verdict(old: str, s: object, **args: Any) -> Verdict:
    """What the judge says of a rewrite that leaves `s` and does not touch its arguments."""
    return judge(old, contract(*args), dict(args), Outcome("fell", outputs={"s": s}), dict(args))


def _iir(x: Array, coefficient: float) -> Any:
    return list(accumulate(x, lambda s, v: coefficient * s + v, initial=0.0))[-1]


WRONG: list[tuple[str, Callable[..., Any], tuple[str, ...]]] = [
    (SUM, lambda x: float(x.astype("f4").sum(dtype="f4")), ("normal", "offset", "positive", "wide", "cancelling")),
    (SUM, lambda x: float(x.astype("f4").sum(dtype="f4")), ("normal", "offset", "positive", "wide")),
    (SUM, lambda x: float(x.astype("f4").sum(dtype="f8")), ("normal", "offset", "positive", "wide")),
    (SUM, lambda x: np.delete(x, np.abs(x).argmin()).sum(), ("normal", "offset", "positive")),
    (SUM, lambda x: np.add.accumulate(x)[-1] * (1 + 1e-12), ("offset", "positive")),
    (MEAN, lambda x: x.sum() / (len(x) + 1e-9), ("offset", "positive")),
    (VARIANCE, lambda x: (x * x).mean() - x.mean() ** 2, ("offset",)),
    (VARIANCE, lambda x: x.var(ddof=1), ("normal", "cancelling", "offset", "wide", "positive")),
    (NORM, lambda x, y: math.sqrt(max(0.0, x @ x + y @ y - 2 * (x @ y))), ("offset",)),
    (DOT, lambda x, y: float(x.astype("f4") @ y.astype("f4")), ("normal", "offset", "positive")),
    (FILTER, lambda x: _iir(x, 0.9 + 1e-12), ("normal", "offset", "positive")),
    (SCALED, lambda x: 0.37 * (x.sum() + 1e-9), ("normal", "positive")),
]
LEGITIMATE: list[tuple[str, Callable[..., Any]]] = [
    (SUM, lambda x: x.sum()),
    (SUM, lambda x: math.fsum(x)),
    (SUM, lambda x: np.add.accumulate(x[::-1])[-1]),
    (SUM, lambda x: np.sort(x).sum()),
    (SUM, lambda x: sum(x[k::4].sum() for k in range(4))),
    (SUM, lambda x: x @ np.ones(len(x))),
    (DOT, lambda x, y: x @ y),
    (DOT, lambda x, y: np.einsum("i,i->", x, y)),
    (DOT, lambda x, y: (x * y).sum()),
    (MEAN, lambda x: x.mean()),
    (MEAN, lambda x: (x / len(x)).sum()),
    (VARIANCE, lambda x: x.var()),
    (NORM, lambda x, y: math.sqrt((x - y) @ (x - y))),
    (NORM, lambda x, y: np.linalg.norm(x - y)),
    (FILTER, lambda x: x @ 0.9 ** np.arange(len(x) - 1, -1, -1)),
    (SCALED, lambda x: 0.37 * x.sum()),
    (SCALED, lambda x: (0.37 * x) @ np.ones(len(x))),
    (POLYNOMIAL, lambda x: np.polyval(x[::-1], 1.1)),
    (POLYNOMIAL, lambda x: x @ 1.1 ** np.arange(len(x))),
    (SPREAD, lambda x, y: x.sum() * y.sum()),
    (SPREAD, lambda x, y: np.outer(x, y).sum()),
    (PRODUCT, lambda x: np.exp(np.log1p(0.001 * (x / 1e9)).sum())),
    (PRODUCT, lambda x: np.prod(1.0 + 1e-12 * x)),
]


@pytest.mark.parametrize(("old", "new", "kinds"), WRONG)
def test_a_wrong_rewrite_is_outside(old: str, new: Callable[..., Any], kinds: tuple[str, ...]) -> None:
    names = ("x", "y") if "y[" in old else ("x",)
    for kind in kinds:
        found: set[Verdict] = set()
        for seed in range(6):
            r = np.random.default_rng(seed)
            args = {name: DATA[kind](r, 64) for name in names}
            found.add(verdict(old, new(**args), **args))
        assert OUTSIDE in found, kind


@pytest.mark.parametrize(("old", "new"), LEGITIMATE)
@pytest.mark.parametrize("kind", DATA)
def test_a_legitimate_rewrite_is_within(old: str, new: Callable[..., Any], kind: str) -> None:
    names = ("x", "y") if "y[" in old else ("x",)
    for seed, n in enumerate((1, 2, 3, 5, 8, 17, 64, 65)):
        r = np.random.default_rng(seed)
        args = {name: DATA[kind](r, n) for name in names}
        assert verdict(old, new(**args), **args) is WITHIN, (kind, n)


def test_a_shifted_logsumexp_is_within() -> None:
    for seed in range(10):
        x = np.random.default_rng(seed).standard_normal(40) * 20
        assert verdict(LOGSUMEXP, x.max() + np.log(np.exp(x - x.max()).sum()), x=x) is WITHIN


def test_a_double_that_became_single_is_outside() -> None:
    x = np.array([0.1, 0.2])
    exact = float(x.sum())
    assert verdict(SUM, exact, x=x) is WITHIN
    assert verdict(SUM, np.float32(exact), x=x) is OUTSIDE
    assert verdict("s = 0.1\nfor v in x:\n    s = s * 1.0\n", np.float32(0.1), x=x) is OUTSIDE
