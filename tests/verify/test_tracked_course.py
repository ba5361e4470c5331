"""Where the loop's course hangs on its last bits, where values are not finite, and what is not followed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autovec.harness.region import Outcome
from autovec.outcome import ArrayInput, Contract, Symbol
from autovec.verify.tracked import Verdict, judge

WITHIN, OUTSIDE, INCONCLUSIVE = Verdict.WITHIN, Verdict.OUTSIDE, Verdict.INCONCLUSIVE
TENTHS = np.full(10, 0.1)
SUM = "s = 0.0\nfor v in x:\n    s += v\n"


def verdict(old: str, s: object, *, after: dict[str, object] | None = None, **args: Any) -> Verdict:
    inputs = tuple(ArrayInput(name, "ndarray", ("float64",), ("n",)) for name in args)
    contract = Contract((Symbol("n"),), inputs, ("s",))
    return judge(old, contract, dict(args), Outcome("fell", outputs={"s": s}), dict(args) | (after or {}))


# ------------------------------------------------------------------ inconclusive


@pytest.mark.parametrize(
    "border",
    [
        "s = 1.0 if s < 1.0 else 2.0",  # ten tenths are a little less than one
        "s = 1.0 if s == 1.0 else 2.0",
        "s = int(s)",
        "s = math.floor(s)",
        "s = round(s - 0.5)",
        "s = s // 1.0",
        "s = s % 1.0",
        "s = 2.0 if s - 1.0 else 1.0",
        "s = np.sign(s - 1.0)",
        "s = np.where(s < 1.0, 1.0, 2.0)",
        "s = np.argmax(np.array([s, 1.0]))",
        "s = sorted([s, 1.0])",
        "k = np.zeros(1, dtype=int)\nk[0] = s\ns = 1.0",
        "while s < 1.0:\n    s += 1.0",
    ],
)
def test_a_choice_that_rounding_decides_is_inconclusive(border: str) -> None:
    assert verdict(SUM + border, 1.0, x=TENTHS) is INCONCLUSIVE


@pytest.mark.parametrize(
    "unfollowed",
    [
        "s = np.fft.fft(x)",
        "s = np.random.random()",
        "import os\ns = os.urandom(1)",
        "s = x.view(int)",
        "match s:\n    case 0.0:\n        pass",
    ],
)
def test_what_is_not_followed_is_inconclusive(unfollowed: str) -> None:
    assert verdict(SUM + unfollowed, 1.0, x=TENTHS) is INCONCLUSIVE


@pytest.mark.parametrize(
    "prelude",
    [
        "import numpy as np\nimport numpy as np",
        "import numpy as np\nfrom math import ldexp, sqrt",
        "from numpy.fft import fft",
        "import scipy.special as sp, numba.core.types as nt\nfrom scipy import linalg",
        "import random\nimport numpy as np\ndef helper(x):\n    return random.random()",
    ],
)
def test_an_import_that_is_not_used_does_no_harm(prelude: str) -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", ("float64",), ("n",)),), ("s",), prelude=prelude)
    assert judge(SUM, contract, {"x": TENTHS}, Outcome("fell", outputs={"s": 1.0}), {"x": TENTHS}) is WITHIN
    assert judge(SUM, contract, {"x": TENTHS}, Outcome("fell", outputs={"s": 1.1}), {"x": TENTHS}) is OUTSIDE


def test_an_original_that_raises_is_inconclusive() -> None:
    assert verdict("s = x[10]", 0.0, x=TENTHS) is INCONCLUSIVE
    assert verdict("s = math.sqrt(-x[0])", 0.0, x=TENTHS) is INCONCLUSIVE
    assert verdict("s = 1.0\nfor v in x:\n    s /= v - v", 0.0, x=[1.0]) is INCONCLUSIVE


def test_an_overflow_that_depends_on_the_order_is_inconclusive() -> None:
    x = np.array([1e308, 1e308, -1e308, -1e308])
    assert verdict(SUM, 0.0, x=x) is INCONCLUSIVE
    assert verdict(SUM, math.inf, x=x[[0, 2, 1, 3]]) is INCONCLUSIVE
    assert verdict("s = 1.0 / (sum(x) - 1.0)", 1.0, x=TENTHS) is INCONCLUSIVE


def test_a_function_of_an_overflow_that_depends_on_the_order_is_inconclusive() -> None:
    assert verdict("s = np.tanh(x[0] * 17.0 + x[1] * 44.0)", 1.0, x=np.array([1.7e308, -1.7e308])) is INCONCLUSIVE
    large = np.array([-1e308, -1e308, -1e308, 1e308, 1e308])  # -inf in this order, NaN where the last two are added up first
    assert verdict(SUM + "s = math.tanh(s)", math.nan, x=large) is INCONCLUSIVE
    assert verdict(SUM + "s = math.tanh(s)", math.nan, x=np.array([-math.inf, 1.0])) is OUTSIDE


def test_an_overflow_in_another_order_of_factors_is_inconclusive_only_near_the_largest_float() -> None:
    old = "s = 0.0\nfor v in x:\n    s += 0.3 * v\n"
    assert verdict(old, math.inf, x=np.array([1.7e308, 1.7e308])) is INCONCLUSIVE
    assert verdict(old, math.inf, x=np.array([1.7e300, 1.7e300])) is OUTSIDE


# ------------------------------------------------------------------ certain all the same


@pytest.mark.parametrize(
    "far",
    [
        "s = 1.0 if s > 0.9 else 2.0",
        "s = float(int(s + 0.5))",
        "s = (s + 0.5) // 1.0",
        "s = round(s)",
        "s = max(s, 1.0)",
        "s = abs(-s)",
    ],
)
def test_a_choice_far_from_its_border_is_judged(far: str) -> None:
    assert verdict(SUM + far, 1.0, x=TENTHS) is WITHIN
    assert verdict(SUM + far, 1.001, x=TENTHS) is OUTSIDE


def test_ties_between_error_free_numbers_are_decided() -> None:
    count = "s = 0.0\nfor v in x:\n    if v == 0.5:\n        s += 1.0\nif s == 3.0:\n    s = 7.0\n"
    assert verdict(count, 7.0, x=np.array([0.5, 0.25, 0.5, 0.5])) is WITHIN
    assert verdict(count, 3.0, x=np.array([0.5, 0.25, 0.5, 0.5])) is OUTSIDE
    assert (
        verdict("s = 0\nfor v in x:\n    if v * v + v == 6.0 and math.sqrt(v * 2) == 2.0:\n        s += 1\n", 1, x=[2.0, 3.0])
        is WITHIN
    )
    assert verdict("s = x[0] - x[1] == 0.0", True, x=[0.1, 0.1]) is WITHIN


def test_a_sum_that_was_exact_by_luck_may_be_inexact_in_another_order() -> None:
    x = np.array([0.9426493208392132, -1.7825412010240047, 0.6659491638142929])
    assert verdict(SUM, (x[0] + x[2]) + x[1], x=x) is WITHIN
    assert (x[0] + x[2]) + x[1] != (x[0] + x[1]) + x[2]


@pytest.mark.parametrize("kind", [list, np.array])
def test_every_addition_counts_however_exact_it_happens_to_be(kind: Callable[[list[float]], Any]) -> None:
    x = [-1.6450688248333862, 1.0171524707969553, -0.5480438732146474]
    assert verdict("s = 1.0\nfor v in x:\n    s += v", 1.0 + np.sum(x), x=kind(x)) is WITHIN
    assert 1.0 + np.sum(x) != ((1.0 + x[0]) + x[1]) + x[2]
    assert verdict("s = 1.0\nfor v in x:\n    s += abs(v)", 1.0 + np.abs(x).sum(), x=kind(x)) is WITHIN
    r = np.random.default_rng(0)
    for _ in range(300):
        y = r.standard_normal(4) * 2.0 ** r.integers(-2, 3, 4)
        start = float(r.choice([0.1, 1.0, y[0]]))
        assert verdict(f"s = {start!r}\nfor v in x:\n    s -= v", start - y.sum(), x=kind(y.tolist())) is WITHIN


def test_a_python_float_beside_a_narrow_one_is_rounded_first() -> None:
    x, c = np.array([0.19417859613895416], np.float32), -29.222865047014043
    assert verdict("s = x[0] ** c[0]", x[0] ** c, x=x, c=[c]) is WITHIN
    assert verdict("s = x[0] ** c[0]", (x**c)[0], x=x, c=[c]) is WITHIN
    assert verdict("s = x[0] ** c[0]", x[0] ** c * np.float32(1.0001), x=x, c=[c]) is OUTSIDE


def test_error_free_sums_must_be_equal() -> None:
    x = np.array([0.5, 3.0, -1.25, 1024.0])
    assert verdict(SUM, 1026.25, x=x) is WITHIN
    assert verdict(SUM, np.nextafter(1026.25, 2000), x=x) is OUTSIDE


def test_whole_numbers_and_truth_values_must_be_equal() -> None:
    assert verdict("s = 0\nfor v in x:\n    s += v > 0\n", np.int64(10), x=TENTHS) is WITHIN
    assert verdict("s = 0\nfor v in x:\n    s += v > 0\n", 9, x=TENTHS) is OUTSIDE
    assert verdict("s = len(x) > 3", False, x=TENTHS) is OUTSIDE
    assert verdict("s = [len(x), 2.5]", [10, 2.5], x=TENTHS) is WITHIN
    assert verdict("s = [len(x), 2.5]", [10], x=TENTHS) is OUTSIDE


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_keeps_its_kind(value: float) -> None:
    x = np.array([1.0, value, 2.0])
    others = {math.inf, -math.inf, 3.0} - {value}
    assert verdict(SUM, value, x=x) is WITHIN
    assert {verdict(SUM, other, x=x) for other in others} == {OUTSIDE}
    if value == value:
        assert verdict(SUM, math.nan, x=x) is OUTSIDE


@pytest.mark.parametrize("whole", [complex(math.nan, math.inf), complex(-math.inf, math.inf), complex(math.inf, 1.5)])
def test_which_part_of_a_complex_infinity_is_nan_is_left_open(whole: complex) -> None:
    x = np.array([complex(math.inf, 1.0), complex(0.5, 2.0)])
    assert verdict("s = 0j\nfor v in x:\n    s += v * v", whole, x=x) is WITHIN
    assert verdict("s = 0j\nfor v in x:\n    s += v * v", 1.0 + 2.0j, x=x) is OUTSIDE


def test_a_division_by_an_exact_zero_is_certain() -> None:
    old = "s = np.zeros(len(x))\nfor i in range(len(x)):\n    s[i] = x[i] / (x[i] - x[i])\n"
    assert verdict(old, np.array([math.inf, math.nan]), x=np.array([1.0, 0.0])) is WITHIN
    assert verdict(old, np.array([math.nan, math.nan]), x=np.array([1.0, 0.0])) is OUTSIDE


# ------------------------------------------------------------------ speed


def test_a_sum_of_65_terms_is_judged_in_a_millisecond_or_so() -> None:
    x = np.random.default_rng(0).standard_normal(65)
    verdict(SUM, x.sum(), x=x)
    took: list[float] = []
    for _ in range(10):
        began = time.perf_counter()
        assert verdict(SUM, x.sum(), x=x) is WITHIN
        took.append(time.perf_counter() - began)
    assert min(took) < 0.005
