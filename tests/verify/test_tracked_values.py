"""Tracked runs hold the very values that the loop itself holds: promotion, stores, arrays, aliases, complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autovec.harness.region import Outcome, compile_region
from autovec.outcome import ArrayInput, Contract, Symbol
from autovec.verify.tracked import Verdict, judge
from autovec.verify.tracked_array import Array
from autovec.verify.tracked_number import Tracked
from autovec.verify.tracked_text import lifted, tracked_region

WITHIN, OUTSIDE = Verdict.WITHIN, Verdict.OUTSIDE


def contract(*names: str) -> Contract:
    return Contract((Symbol("n"),), tuple(ArrayInput(name, "ndarray", ("float64",), ("n",)) for name in names), ("s",))


def verdict(old: str, s: object, after: dict[str, object] | None = None, **args: Any) -> Verdict:
    return judge(old, contract(*args), dict(args), Outcome("fell", outputs={"s": s}), dict(args) | (after or {}))


def _plain(x: Any) -> Any:
    if isinstance(x, Tracked):
        return x.value
    if isinstance(x, Array):
        return [_plain(row) for row in x] if x.ndim else _plain(x.item())
    return [_plain(v) for v in x] if isinstance(x, (list, tuple)) else x


F4 = np.linspace(-3, 3, 7, dtype=np.float32)
F8 = np.linspace(-0.3, 2, 7)
I8 = np.arange(7)


@pytest.mark.parametrize(
    "text",
    [
        "s = [v * 0.1 for v in x]",
        "s = [v * np.float64(0.1) for v in x]",
        "s = [v + w for v, w in zip(x, y)]",
        "s = [k / 3 for k in n]",
        "s = [2 ** v for v in x]",
        "s = [float(v) * 0.1 for v in x]",
        "s = [v // 0.7 for v in y] + [v % 0.7 for v in y] + [divmod(v, 2)[1] for v in x]",
        "s = [math.exp(v) for v in x] + [np.exp(v) for v in x]",
        "s = np.zeros(7, dtype=np.float32)\nfor i in range(7):\n    s[i] = y[i] / 3",
        "s = np.zeros(7, dtype=np.int8)\nfor i in range(7):\n    s[i] = y[i] * 57.7",
        "s = np.zeros_like(x)\ns[1:] = y[1:] - y[:-1]\ns[0] += 1",
        "s = x * y + n / 2 - 1j",
        "s = np.where(x > 0, x, 0.5)",
        "s = np.maximum(x, 0) + np.minimum(y, 0.5)",
        "W = np.outer(x, y)\ns = W[2:4].T + np.float32(1)",
        "s = [max(0, v) for v in y] + [min(x), max(y)]",
        "s = np.sqrt(np.abs(x)) ** 2 + np.arange(7)[::-1]",
        "s = np.full((2, 2), 0.1)\ns[0] *= 3\ns[:, 1] = 7",
        "s = []\nfor k, v in enumerate(reversed(y)):\n    s.append(round(v, 2) + k)",
        "s = [complex(a, b) * (1 + 2j) for a, b in zip(x, y)]\ns = [z.real - z.imag for z in s] + [abs(z) for z in s]",
        "s = np.cumsum(y) + np.array([1, 2, 3, 4, 5, 6, 7], dtype=np.float32)",
        "y[n[1:3]] += 1.5\ns = y[y > 1].tolist()",
        "s = x.astype(np.float16) * 3 + np.float16(0.1)",
        "s = n * 0.5 + n.mean()",
        "s = [isinstance(x[0], float), isinstance(y[0], float), isinstance(1.5, (int, float)), len(x), x.shape[0]]",
    ],
)
def test_values_are_those_of_the_loop(text: str) -> None:
    args = {"x": F4, "y": F8, "n": I8}
    real = compile_region(text, contract(*args)).run({k: v.copy() for k, v in args.items()})
    with np.errstate(all="ignore"):
        tracked = tracked_region(text, contract(*args)).run(lifted({k: v.copy() for k, v in args.items()}))
    assert (tracked.error, real.error) == (None, None)
    want, got = real.outputs["s"], tracked.outputs["s"]
    if isinstance(want, np.ndarray):
        assert np.asarray(_plain(got), want.dtype).tolist() == want.tolist()
        assert (got.dtype if isinstance(got, (Array, np.ndarray)) else None) == want.dtype
    else:
        assert [(type(v), v) for v in _plain(got)] == [(type(v), v) for v in want]


# ------------------------------------------------------------------ what the formats mean


def test_a_float32_loop_may_be_off_by_its_own_rounding_only() -> None:
    x = np.random.default_rng(1).random(40).astype(np.float32)
    old = "s = np.float32(0)\nfor v in x:\n    s += v\n"
    assert verdict(old, x.sum(), x=x) is WITHIN
    assert verdict(old, np.float32(float(x.sum()) * (1 + 1e-4)), x=x) is OUTSIDE


def test_a_store_into_a_narrower_array_is_a_rounding() -> None:
    x = np.random.default_rng(1).random(9)
    old = "s = np.zeros(len(x), dtype=np.float32)\nfor i in range(len(x)):\n    s[i] = x[i] * 3.7\n"
    assert verdict(old, np.nextafter((x * 3.7).astype(np.float32), np.float32(9)), x=x) is WITHIN
    assert verdict(old, (x * 3.7).astype(np.float16).astype(np.float32), x=x) is OUTSIDE


def test_float64_data_in_a_float64_loop_may_not_pass_through_float32() -> None:
    x = np.random.default_rng(1).random(9)
    assert verdict("s = []\nfor v in x:\n    s.append(math.exp(v))\n", list(np.exp(x)), x=x) is WITHIN
    assert verdict("s = []\nfor v in x:\n    s.append(math.exp(v))\n", list(np.exp(x.astype("f4")).astype(float)), x=x) is OUTSIDE


def test_complex_sums() -> None:
    r = np.random.default_rng(2)
    x = r.standard_normal(30) + 1j * r.standard_normal(30)
    old = "s = 0j\nfor v in x:\n    s += v * v.conjugate() * 1j\n"
    assert verdict(old, np.vdot(x, x) * 1j, x=x) is WITHIN
    assert verdict(old, np.vdot(x, x) * 1j * (1 + 1e-11), x=x) is OUTSIDE


# ------------------------------------------------------------------ what is compared


def test_changed_arguments_are_compared() -> None:
    x = np.random.default_rng(3).random(6)
    old = "for i in range(1, len(x)):\n    x[i] = x[i - 1] + x[i]\ns = 0\n"
    assert verdict(old, 0, {"x": np.cumsum(x)}, x=x) is WITHIN
    assert verdict(old, 0, {"x": x}, x=x) is OUTSIDE


@pytest.mark.parametrize("view", [False, True])
def test_aliased_arguments_stay_aliased(view: bool) -> None:
    x = np.array([0.1, 0.2, 0.7])
    y = x[::-1] if view else x
    old = "for i in range(len(x)):\n    y[i] = x[0] + 0.1 * x[i]\ns = 0\n"
    a, b = x.copy(), None
    b = a[::-1] if view else a
    for i in range(3):
        b[i] = a[0] + 0.1 * a[i]
    assert verdict(old, 0, {"x": a, "y": b}, x=x, y=y) is WITHIN
    assert verdict(old, 0, {"x": x, "y": x[0] + 0.1 * x}, x=x, y=y) is OUTSIDE


def test_a_returned_value_is_compared() -> None:
    x = np.random.default_rng(4).random(50)
    old = "t = 0.0\nfor v in x:\n    t += v\nreturn t / len(x)\n"
    given = {"x": x}
    assert judge(old, contract("x"), dict(given), Outcome("returned", value=x.mean()), dict(given)) is WITHIN
    assert judge(old, contract("x"), dict(given), Outcome("returned", value=x.mean() * (1 + 1e-10)), dict(given)) is OUTSIDE
    assert judge(old, contract("x"), dict(given), Outcome("fell", outputs={"s": x.mean()}), dict(given)) is OUTSIDE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("s = np.zeros(4)\nfor i in range(4):\n    s[i] = A[i] @ v\n", lambda a, v: np.einsum("ij,j->i", a, v)),
        ("s = np.zeros(4)\nfor i in range(4):\n    s[i] = A[i].sum() / A[i].mean()\n", lambda a, v: a.sum(1) / a.mean(1)),
        (
            "s = np.zeros((4, 5))\nfor i in range(4):\n    s[i] = A[i] - A[i].max() + np.dot(v, v)\n",
            lambda a, v: a - a.max(1)[:, None] + v @ v,
        ),
        (
            "s = 0.0\nfor i in range(4):\n    s += np.linalg.norm(A[i] - v) + A[i].std()\n",
            lambda a, v: (np.linalg.norm(a - v, axis=1) + a.std(1)).sum(),
        ),
        ("s = np.einsum('ij,j->i', A, v) + np.outer(v, v).sum()", lambda a, v: a @ v + v.sum() ** 2),
    ],
)
def test_array_valued_statements(old: str, new: Any) -> None:
    r = np.random.default_rng(5)
    a, v = r.standard_normal((4, 5)), r.standard_normal(5)
    assert verdict(old, new(a, v), A=a, v=v) is WITHIN
    assert verdict(old, new(a, v) * (1 + 1e-9), A=a, v=v) is OUTSIDE


def test_the_prelude_helpers_are_tracked_too() -> None:
    prelude = (
        "import numpy as np\nfrom math import exp as e\ndef soft(v: 'float', k: float = 0.1) -> float:\n    return k * e(v)\n"
    )
    x = np.random.default_rng(6).random(20)
    full = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", ("float64",), ("n",)),), ("s",), prelude=prelude)
    old = "s = 0.0\nfor v in x:\n    s += soft(v)\n"
    assert judge(old, full, {"x": x}, Outcome("fell", outputs={"s": 0.1 * np.exp(x).sum()}), {"x": x}) is WITHIN
    assert judge(old, full, {"x": x}, Outcome("fell", outputs={"s": 0.1001 * np.exp(x).sum()}), {"x": x}) is OUTSIDE


def test_attributes_of_self_are_followed() -> None:
    x = np.random.default_rng(7).random(20)
    full = Contract((Symbol("n"),), (ArrayInput("self.x", "ndarray", ("float64",), ("n",)),), ("self.total",))
    old = "self.total = 0.0\nfor v in self.x:\n    self.total += v\n"
    assert judge(old, full, {"self.x": x}, Outcome("fell", outputs={"self.total": x.sum()}), {"self.x": x}) is WITHIN
    assert judge(old, full, {"self.x": x}, Outcome("fell", outputs={"self.total": x.sum() + 1e-9}), {"self.x": x}) is OUTSIDE
