"""Statements about whole rows: which are refused, what the others become, and that old and new agree on corner cases."""

from __future__ import annotations

import copy
import itertools
import textwrap
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autovec.facts.ranks import implied_ranks
from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.pipeline import analyse_file
from autovec.source.read import read_text

HEAD = "import numpy as np\nfrom numpy.typing import NDArray\n\n\n"
F = "NDArray[np.float64]"

DENSE = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    m, _ = w.shape
    k, = b.shape
    out = np.zeros((n, m))
    for i in range(n):
        out[i] = np.tanh(w @ x[i] + b)
    return out
"""
SOFTMAX = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    out = np.empty((n, d))
    for i in range(n):
        e = np.exp(x[i] - x[i].max())
        out[i, :] = e / e.sum()
    return out
"""
GRADIENT = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    m, _ = w.shape
    g = np.zeros((d, d))
    for i in range(n):
        g += np.outer(x[i], x[i])
    return g
"""
GRAM = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    m, _ = w.shape
    out = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            out[i, j] = np.dot(x[i], w[j])
    return out
"""
STATES = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    m, _ = w.shape
    h = np.zeros((n, m))
    for t in range(3):
        for s in range(n):
            h[s] = np.tanh(w @ x[s] + h[s] + b)
    return h
"""
CENTRED = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    for i in range(n):
        row = x[i] - x[i].mean()
        x[i] = row / np.linalg.norm(row)
    return x
"""
PATCHES = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    out = np.zeros((max(n - 1, 0), max(d - 1, 0)))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = np.sum(x[i : i + 2, j : j + 2])
    return out
"""
PLACES = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    out = np.zeros(n, dtype=int)
    for i in range(n):
        out[i] = np.argmin(x[i])
    return out
"""
HITS = f"""
def f(x: {F}, w: {F}, b: {F}):
    n, d = x.shape
    hits = 0
    for i in range(n):
        if x[i].argmax() == 1:
            hits += 1
    return np.array(hits)
"""
REWRITTEN = {"dense": DENSE, "softmax": SOFTMAX, "gradient": GRADIENT, "gram": GRAM, "states": STATES, "centred": CENTRED,
             "patches": PATCHES, "places": PLACES, "hits": HITS}  # fmt: skip
REFUSED = {
    "a slice over the end": (f"def f(x: {F}, out: {F}):\n    for i in range(len(out)):\n"
                             "        out[i] = np.sum(x[i : i + 3])\n", "AV041"),
    "slices of many lengths": (f"def f(x: {F}, out: {F}):\n    for i in range(len(out)):\n"
                               "        out[i] = x[:i].sum()\n", "AV041"),
    "narrow integers": ("def f(x: NDArray[np.int8], out: NDArray[np.int64]):\n    n, d = x.shape\n    for i in range(n):\n"
                        "        out[i] = x[i].sum()\n", "AV010"),
    "a decomposition": (f"def f(x: {F}, out: {F}):\n    n, d, e = x.shape\n    for i in range(n):\n"
                        "        out[i] = np.linalg.det(x[i])\n", "AV041"),
    "the place in a matrix": (f"def f(x: {F}, out: {F}):\n    n, d, e = x.shape\n    for i in range(n):\n"
                              "        out[i] = np.argmax(x[i])\n", "AV041"),
    "rows that need the last one": (f"def f(x: {F}, w: {F}):\n    n, d = x.shape\n    a, c = w.shape\n    for i in range(1, n):\n"
                                    "        x[i] = w @ x[i - 1]\n", "AV020"),
}  # fmt: skip


def findings(function: str) -> tuple[str, tuple[Rewrite | Left, ...]]:
    report = analyse_file((HEAD + textwrap.dedent(function)).encode(), "a.py", Options(verify=False), None)
    return report.after, report.findings


@pytest.mark.parametrize("name", REFUSED)
def test_these_rows_are_left_alone(name: str) -> None:
    function, code = REFUSED[name]
    (found,) = findings(function)[1]
    assert isinstance(found, Left) and found.refusal.code == code


def test_ranks_that_fit_nothing_are_not_implied() -> None:
    _, body = read_text("def f(a, b):\n    for i in range(3):\n        if a @ b:\n            a[i, 0] = b @ b + a.T[0]\n")
    assert implied_ranks(body, {"a": 1}, {"b": 0}) == {}


def test_ranks_follow_from_products() -> None:
    source = (
        "def f(X, W, b, lr):\n    h = np.zeros((3, 4))\n    for i in range(3):\n"
        "        h[i] = lr * np.tanh(W @ X[i] + b)\n    return h\n"
    )
    _, body = read_text(source)
    found = implied_ranks(body, {}, {"X": 1, "W": 0, "b": 0, "lr": 0})
    assert found == {"h": 2, "X": 2, "W": 2, "b": 1, "lr": 0}


def test_ranks_follow_from_conditions_and_bounds() -> None:
    _, body = read_text("def f(p, y):\n    for i in range(3):\n        if np.argmax(p[i]) == y[i]:\n            y[i] = 0.0\n")
    assert implied_ranks(body, {}, {"p": 1, "y": 1}) == {"p": 2, "y": 1}
    _, body = read_text("def f(p, y):\n    for i in range(3):\n        for j in range(p[i].argmax()):\n            y[j] = 0.0\n")
    assert implied_ranks(body, {}, {"p": 1, "y": 1}) == {"p": 2, "y": 1}


def call(source: str) -> Callable[..., Any]:
    names: dict[str, Any] = {}
    exec(source, names)
    return names["f"]


def outcome(f: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]] | None:
    given = copy.deepcopy(args)  # one memo: the same array given twice stays one array
    try:
        return f(*given), given
    except (ValueError, IndexError, FloatingPointError):
        return None


def arguments() -> list[tuple[np.ndarray, ...]]:
    """Empty, single and equal sizes, sizes of one beside others, NaN and infinities, other layouts, an array given twice."""
    pick = np.random.default_rng(5)
    out: list[tuple[np.ndarray, ...]] = []
    for n, d, m in itertools.product((0, 1, 2, 3), (0, 1, 3), (0, 1, 3)):
        out.append((pick.normal(size=(n, d)), pick.normal(size=(m, d)), pick.normal(size=m)))
    x, w, b = out[-1]
    odd = x.copy()
    odd[0, 1], odd[1, 0] = np.nan, np.inf
    out += [(odd, w, b), (x, x, b), (x[::-1], w.T, b), (x, w, b[:1]), (x, w[:, :1], b), (x, w[:1], b)]
    return out


@pytest.mark.parametrize("name", REWRITTEN)
def test_old_and_new_agree(name: str) -> None:
    after, found = findings(REWRITTEN[name])
    assert all(isinstance(f, Rewrite) for f in found)
    old, new = call(HEAD + REWRITTEN[name]), call(after)
    compared = 0
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for args in arguments():
            before = outcome(old, args)
            if before is None:
                continue
            compared += 1
            behind = outcome(new, args)
            assert behind is not None, args
            for a, c in zip((before[0], *before[1]), (behind[0], *behind[1]), strict=True):
                assert a.dtype == c.dtype and a.shape == c.shape
                np.testing.assert_allclose(a, c, rtol=1e-4 if a.dtype == np.float32 else 1e-11, atol=1e-6)
    assert compared > 20


def test_a_batch_has_no_loop_left() -> None:
    after, _ = findings(SOFTMAX)
    fast = after.split("    else:\n")[0]
    assert fast.endswith(
        "    if x.shape[1] > 0:\n        e = np.exp(x - x.max(axis=1)[:, None])\n        out = e / e.sum(axis=1)[:, None]\n"
    )
