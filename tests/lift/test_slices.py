"""Slices of a width that only the run knows: left alone where they may reach over an end, else windows under a test."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from program_runs import difference, loaded
from rewriting import function, reasons, rewrite
from search_cases import F

LEFT = {
    "over the end": ("out = np.zeros(len(x))\nfor i in range(len(x)):\n    out[i] = x[i:i + k].sum()\nreturn out", "AV041"),
    "in front of the beginning": (
        "out = np.zeros(len(x))\nfor i in range(len(x)):\n    out[i] = x[i - 1:i + 1].sum()\nreturn out",
        "AV041",
    ),
    "of different widths": ("out = np.zeros(len(x))\nfor i in range(len(x)):\n    out[i] = x[:i].sum()\nreturn out", "AV041"),
}

REWRITTEN = {
    "means": (
        "m = max(0, len(x) - k + 1)\nout = np.zeros(m)\nfor i in range(m):\n    out[i] = x[i:i + k].mean()\nreturn out",
        (
            "if x.ndim == 1 and k > 0 and m > 0:",
            "out = np.lib.stride_tricks.sliding_window_view(x, k)[:m].sum(axis=1) / k",
        ),
    ),
    "maxima": (
        "out = np.empty(len(x) - k + 1)\nfor i in range(len(x) - k + 1):\n    out[i] = x[i:i + k].max()\nreturn out",
        (
            "if x.ndim == 1 and k > 0 and len(x) - k + 1 > 0:",
            "out = np.lib.stride_tricks.sliding_window_view(x, k).max(axis=1)",
        ),
    ),
    "sums in a list": (
        "return [x[i:i + k].sum() for i in range(len(x) - k + 1)]",
        ("return np.lib.stride_tricks.sliding_window_view(x, k).sum(axis=1).tolist()",),
    ),
    "means of what came before": (
        "out = np.zeros(len(x))\nfor i in range(k, len(x)):\n    out[i] = x[i - k:i].mean()\nreturn out",
        ("if x.ndim == 1 and k > 0:",),
    ),
    "the same slice each time": (
        "out = np.zeros(len(x))\nfor i in range(len(x)):\n    out[i] = x[i] * x[2:5].sum()\nreturn out",
        (),
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_it_is_left_alone(name: str) -> None:
    text, code = LEFT[name]
    source = function(f"x: {F}, k: int", text)
    assert code in dict(reasons(source))


@pytest.mark.parametrize("name", REWRITTEN)
def test_it_is_rewritten(name: str) -> None:
    text, lines = REWRITTEN[name]
    new = rewrite(function(f"x: {F}, k: int", text))
    assert [line for line in lines if line not in new] == [], new


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", REWRITTEN)
@pytest.mark.parametrize("k", [-7, -2, -1, 0, 1, 2, 5, 6, 9])
def test_the_rewrite_does_what_the_loop_does(name: str, k: int) -> None:
    source = function(f"x: {F}, k: int", REWRITTEN[name][0])
    new = rewrite(source)
    for n in (0, 1, 2, 6, 7):
        found = [_run(s, {"x": np.arange(n) * 0.5 + 1.0, "k": k}) for s in (source, new)]
        assert isinstance(found[0], str) or difference("result", *found) == "", (n, new)


def _run(source: str, given: dict[str, object]) -> object:
    with np.errstate(all="ignore"):
        try:
            return loaded(source)(**copy.deepcopy(given))
        except (IndexError, ValueError) as error:
            return type(error).__name__
