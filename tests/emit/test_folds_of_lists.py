"""Sums and extremes of whole lists by Python's own functions, which do what the loop does whatever the elements are."""

from __future__ import annotations

import math
from typing import cast

import pytest

from autovec.options import Options
from autovec.pipeline import analyse_file

SUM = "t = 0.0\nfor v in x:\n    t += v\nreturn t\n"
FROM_ONE = "t = 1\nfor i in range(1, len(x)):\n    t += x[i]\nreturn t\n"
EVERY_OTHER = "t = 0\nfor i in range(1, len(x) - 1, 2):\n    t += x[i]\nreturn t\n"
LARGEST = "b = x[0]\nfor i in range(1, len(x)):\n    if x[i] > b:\n        b = x[i]\nreturn b\n"
SMALLEST = "b = x[0]\nfor v in x:\n    if v < b:\n        b = v\nreturn b\n"
LISTS: list[list[float]] = [
    [], [1.5], [3, 1, 2], [True, 2.5, 1], [0.1] * 9, [math.nan, 1.0, 2.0], [1.0, math.nan, 2.0], [math.inf, -math.inf],
    [-0.0, 0.0], [2**60, 2**60, 0.5], [1, 1.0, True],
]  # fmt: skip


def function(text: str) -> str:
    return "def f(x: list[float]):\n" + "".join(f"    {line}\n" for line in text.splitlines())


def outcome(source: str, x: list[float]) -> tuple[str, str] | None:
    names: dict[str, object] = {}
    exec(source, names)
    try:
        value = cast("object", names["f"](list(x)))  # type: ignore[operator]
    except (IndexError, ValueError):
        return None
    return type(value).__name__, f"{value:.12g}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SUM, "t = sum(x, 0.0)"),
        (FROM_ONE, "t = sum(x[1:], t)"),
        (EVERY_OTHER, "t = sum(x[1:-1:2])"),
        (LARGEST, "b = max(x)"),
        (SMALLEST, "b = min(x)"),
    ],
)
def test_a_fold_of_a_list_is_a_builtin(text: str, line: str) -> None:
    source = function(text)
    after = analyse_file(source.encode(), "f.py", Options(verify=False), None).after
    assert line in after and "for " not in after
    compared = [x for x in LISTS if outcome(source, x) is not None]
    assert len(compared) >= len(LISTS) - 1
    assert [outcome(after, x) for x in compared] == [outcome(source, x) for x in compared]


@pytest.mark.parametrize(
    "text",
    [
        "sum = 0.0\nfor v in x:\n    sum += v\nreturn sum\n",  # the name is taken
        "t = 0.0\nfor i in range(len(x)):\n    x[i] = 1.0\n    t += x[i]\nreturn t\n",
        "b = x[0]\nfor i in range(2, len(x)):\n    if x[i] > b:\n        b = x[i]\nreturn b\n",
        "t = 0.0\nfor v in x:\n    if v > 0:\n        t += v\nreturn t\n",
    ],
)
def test_what_is_no_fold_of_the_whole_list(text: str) -> None:
    after = analyse_file(function(text).encode(), "f.py", Options(verify=False, backend="numpy"), None).after
    assert " = sum(" not in after and "max(x)" not in after
