"""Timings in a real worker: few, and compared only where the ratio is large."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from autovec.harness.sandbox import Sandbox
from autovec.measure.choose import fastest
from autovec.measure.clock import measure
from autovec.outcome import ArrayInput, Contract, Refusal, ScalarInput, Speed, Symbol

VECTORS = Contract(
    (Symbol("n"),),
    (
        ArrayInput("x", "ndarray", ("float64",), ("n",)),
        ArrayInput("y", "ndarray", ("float64",), ("n",)),
        ScalarInput("a", ("float",)),
    ),
    ("s",),
)
ONE = (Symbol("n"),)
X = ArrayInput("x", "ndarray", ("float64",), ("n",))
LOOP = "for i in range(len(x)):\n    y[i] += a * x[i]\n"
DOT = "s = 0.0\nfor i in range(len(x)):\n    s += x[i] * y[i]\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as box:
        yield box


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("1 / 0", "y += 1", "the loop raised ZeroDivisionError: division by zero"),
        (LOOP, "1 / 0", "it raised, where the loop did not"),
        (LOOP, "y +=", "it raised, where the loop did not"),
        ("y +=", "y += 1", "the loop could not be run by itself (SyntaxError: invalid syntax (<unknown>, line 1))"),
        (LOOP, "if len(x) > 2:\n    import os\n    os._exit(3)\n", "ended without an answer (exit status 3)"),
    ],
)
def test_what_cannot_be_timed_is_refused(sandbox: Sandbox, old: str, new: str, why: str) -> None:
    assert measure(old, new, VECTORS, sandbox=sandbox) == Refusal("AV094", f"the rewrite could not be timed: {why}")


def test_a_fast_rewrite_pays_and_is_timed_up_to_twenty_milliseconds(sandbox: Sandbox) -> None:
    began = time.perf_counter()
    found = measure(LOOP, "y += a * x\n", VECTORS, sandbox=sandbox)
    took = time.perf_counter() - began
    assert isinstance(found, Speed)
    assert found.speedup > 10 and found.pays_from is not None and found.pays_from < 30
    sizes = [t.size for t in found.timings]
    assert sizes[0] == 4 and len(sizes) > 6 and sizes == sorted(sizes)
    assert 0.005 < found.timings[-1].before < 0.08
    assert took < 2.0  # 0.3 on a quiet machine


def test_a_slow_rewrite_pays_nowhere(sandbox: Sandbox) -> None:
    found = measure(DOT, DOT + DOT + DOT, VECTORS, sandbox=sandbox)
    assert isinstance(found, Speed)
    assert found.pays_from is None and found.speedup < 0.8


def test_arguments_are_new_for_every_call(sandbox: Sandbox) -> None:
    once = "assert x[0] != 7.0\nx[0] = 7.0\n"
    found = measure(once + DOT, once + "s = x @ y\n", VECTORS, sandbox=sandbox)
    assert isinstance(found, Speed) and len(found.timings) > 3


def test_sizes_that_the_loop_asks_for_are_found(sandbox: Sandbox) -> None:
    contract = Contract(
        (Symbol("n"), Symbol("m")),
        (ArrayInput("x", "ndarray", ("float64",), ("n",)), ArrayInput("w", "ndarray", ("float64",), ("m",))),
        ("s",),
    )
    old = "s = 0.0\nfor i in range(len(x) - len(w)):\n    s += x[i] * w[0]\nif s == 0.0:\n    raise ValueError\n"
    found = measure(old, "s = x[:len(x) - len(w)].sum() * w[0]\n", contract, sandbox=sandbox)
    assert isinstance(found, Speed) and found.speedup > 5


def test_deep_nests_stop_at_small_sizes(sandbox: Sandbox) -> None:
    contract = Contract(
        tuple(Symbol(s) for s in "abcd"), (ArrayInput("x", "ndarray", ("float64",), ("a", "b", "c", "d")),), ("s",)
    )
    old = (
        "s = 0.0\nfor i in range(x.shape[0]):\n    for j in range(x.shape[1]):\n        for k in range(x.shape[2]):\n"
        "            for l in range(x.shape[3]):\n                s += x[i, j, k, l]\n"
    )
    found = measure(old, "s = x.sum()\n", contract, sandbox=sandbox)
    assert isinstance(found, Speed) and found.timings[-1].size < 40 and found.speedup > 20


def test_the_fastest_of_several_is_chosen_and_those_that_raise_are_not(sandbox: Sandbox) -> None:
    slow = "s = 0.0\nfor p, q in zip(x, y):\n    s += p * q\n"
    found = fastest(DOT, [slow, "s = 1 / 0\n", "s = float(np.dot(x, y))\n", "s = "], VECTORS, sandbox=sandbox)
    assert not isinstance(found, Refusal)
    assert found[0] == 2 and found[1].speedup > 10


def test_a_text_with_a_handicap_must_be_that_much_faster(sandbox: Sandbox) -> None:
    fast, same = "s = float(np.dot(x, y))\n", "s = float(np.dot(y, x))\n"
    found = fastest(DOT, [fast, same], VECTORS, sandbox=sandbox, handicaps=[100.0, 1.0])
    assert not isinstance(found, Refusal) and found[0] == 1


def test_the_form_of_the_other_kind_is_timed_beside_it_at_every_size(sandbox: Sandbox) -> None:
    body = "    s = 0.0\n    for i in range(len(x)):\n        s += x[i] * y[i]\n    return s\n"
    kernel = f"from numba import njit\n@njit\ndef total(x, y):\n{body}"
    texts = ["s = float(np.dot(x, y))\n", "s = sum(p * q for p, q in zip(x, y))\n", "s = total(x, y)\n"]
    found = fastest(DOT, texts, VECTORS, sandbox=sandbox, handicaps=[1, 1, 1000], definitions=["", "", kernel])
    assert not isinstance(found, Refusal) and found[0] == 0
    assert [size for size, _ in found[1].other] == [t.size for t in found[1].timings]


@pytest.mark.parametrize("test", ["a < 0.7", "a > 1.2", "a < 1.0 - a"])
def test_data_that_pass_the_tests_of_a_rewrite_are_found(sandbox: Sandbox, test: str) -> None:
    texts = [f"if {test}:\n    y += a * x\nelse:\n    for i in range(len(x)):\n        y[i] += a * x[i]\n"]
    found = fastest(LOOP, texts, VECTORS, sandbox=sandbox, tests=[test, "of_its_own > 0"])
    assert not isinstance(found, Refusal) and found[1].speedup > 10


def test_numbers_in_the_order_that_a_rewrite_asks_for_are_found(sandbox: Sandbox) -> None:
    contract = Contract((Symbol("n"),), (ScalarInput("high", ("float",)), ScalarInput("low", ("float",)), X), ())
    loop = "for i in range(len(x)):\n    x[i] = low if x[i] < low else high if x[i] > high else x[i]\n"
    for test in ("low <= high", "high <= low"):
        texts = [f"if {test}:\n    np.clip(x, low, high, out=x)\nelse:\n    for p in x:\n        p + 1\n"]
        found = fastest(loop, texts, contract, sandbox=sandbox, tests=[test])
        assert not isinstance(found, Refusal) and found[1].speedup > 10


def test_a_number_is_what_it_is_by_default(sandbox: Sandbox) -> None:
    texts = ["assert a == 0.125\ny += a * x\n"]
    assert isinstance(fastest(LOOP, texts, VECTORS, sandbox=sandbox), Refusal)
    assert not isinstance(fastest(LOOP, texts, VECTORS, sandbox=sandbox, usual={"a": 0.125, "other": 1}), Refusal)


def test_a_default_on_which_the_loop_does_not_work_is_left(sandbox: Sandbox) -> None:
    contract = replace(VECTORS, inputs=(*VECTORS.inputs[:2], ScalarInput("n", ("int",))))
    loop = "for i in range(n):\n    y[i] += 2.0 * x[i]\n"
    found = fastest(loop, ["y[:n] += 2.0 * x[:n]\n"], contract, sandbox=sandbox, usual={"n": 0})
    assert not isinstance(found, Refusal) and found[1].speedup > 10


def test_rewrites_of_a_loop_that_is_slow_on_little_data_are_told_apart_on_more_of_it(sandbox: Sandbox) -> None:
    old = "s = 0.0\nfor p in x:\n    for q in x:\n        for r in x:\n            s += p * q * r\n"
    texts = ["time.sleep(3e-3)\n", "time.sleep(1.5e-4 * len(x))\n"]  # the second is faster up to n = 20
    found = fastest(old, texts, replace(VECTORS, prelude="import time\n"), sandbox=sandbox)
    assert not isinstance(found, Refusal) and found[0] == 0
    assert found[1].timings[-1].size < 80 and found[1].timings[-1].before > 0.0


def test_the_dtype_asked_for_is_timed(sandbox: Sandbox) -> None:
    contract = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", ("float64", "float32"), ("n",)),), ())
    loop = "assert x.dtype == np.float32\nfor i in range(len(x)):\n    x[i] = 1\n"
    assert isinstance(measure(loop, "x[:] = 1\n", contract, sandbox=sandbox), Refusal)
    assert isinstance(measure(loop, "x[:] = 1\n", contract, sandbox=sandbox, dtypes={"x": "float32"}), Speed)


LOG = "s = 0.0\nfor i in range(len(x)):\n    s += math.log({})\n"


@pytest.mark.parametrize("inner", ["x[i]", "1.0 - x[i]", "x[i] - 1.0"])
def test_data_on_which_the_loop_returns_are_found(sandbox: Sandbox, inner: str) -> None:
    contract = Contract(ONE, (X,), ("s",))
    found = measure(LOG.format(inner), f"s = np.log({inner.replace('[i]', '')}).sum()\n", contract, sandbox=sandbox)
    assert isinstance(found, Speed) and found.timings[-1].size > 10_000


def test_a_loop_without_arrays_is_timed_up_to_twenty_milliseconds(sandbox: Sandbox) -> None:
    contract = Contract((), (ScalarInput("n", ("int",)),), ("w",))
    old = "w = []\nfor i in range(n):\n    w.append(math.cos(i / (n - 1)))\n"
    found = measure(old, "w = np.cos(np.arange(n) / (n - 1)).tolist()\n", contract, sandbox=sandbox)
    assert isinstance(found, Speed) and found.timings[-1].before > 0.005


def test_a_loop_on_which_no_size_has_an_effect_is_timed_once(sandbox: Sandbox) -> None:
    contract = Contract((), (ScalarInput("c", ("float",)),), ("s",))
    found = measure("s = 0.0\nfor i in range(100):\n    s += c\n", "s = 100 * c\n", contract, sandbox=sandbox)
    assert isinstance(found, Speed) and len(found.timings) == 1


def test_a_flat_matrix_has_the_square_of_the_size(sandbox: Sandbox) -> None:
    symbols = (Symbol("n"), Symbol("d"), Symbol("k"))
    arrays = (X, ArrayInput("w", "ndarray", ("float64",), ("k",)), ArrayInput("out", "ndarray", ("float64",), ("d",)))
    old = (
        "for i in range(len(out)):\n    s = 0.0\n    for j in range(len(x)):\n        s += w[i * len(x) + j] * x[j]\n"
        "    out[i] = s\n"
    )
    new = "out[:] = w[:len(out) * len(x)].reshape(len(out), len(x)) @ x\n"
    found = measure(old, new, Contract(symbols, arrays, ()), sandbox=sandbox)
    assert isinstance(found, Speed) and found.timings[-1].before > 0.005 and found.speedup > 20
