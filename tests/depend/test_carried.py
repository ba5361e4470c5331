"""Scalars that one iteration hands to the next, and what each is recognised as."""

from __future__ import annotations

import pytest
from nest_text import body

from autovec.depend import Carried, Use, scalar_carried
from autovec.expression import show
from autovec.loops.statement import For, While
from autovec.outcome import Span


def carried(text: str) -> dict[str, str]:
    """What is said of each carried scalar, in short."""
    (loop,) = body(text)
    assert isinstance(loop, For | While)
    return {c.name: _short(c) for c in scalar_carried(loop)}


def _short(c: Carried) -> str:
    parts = [c.use, c.op, c.reads, *(f"{k} = {show(v)}" for k, v in c.companions), "" if c.strict else "last"]
    return " ".join(p for p in parts if p)


LOOP = "for i in range(n):\n"
OTHER = {
    "    s = s * 2 + x[i]": "other",
    "    s += x[i] * s": "other",
    "    s += x[i]\n    s *= 2": "other",
    "    t = s * 2\n    s += t": "other",  # what is added depends on the sum
    "    y[i] = s\n    s += y[i]": "other",
    "    if x[i] > 0:\n        s += 1\n    y[i] = s": "other",  # a scan under a condition
    "    if s > 0:\n        continue\n    s += 1\n": "other",
    "    s /= 2": "other",
    "    y[i] = s\n    if x[i] > 0:\n        s = x[i]": "other",
    "    if x[i] > s:\n        s = x[i]\n        y[i] = i": "other",
    "    if x[i] > s:\n        s = x[i]\n        w = i\n    y[i] = w": "other",
    "    if x[i] > s:\n        s = i": "other",
    "    if x[i] > s:\n        s = x[i]\n    else:\n        s = 0": "other",
    "    unknown(s)": "other",
    "    y[i] = s\n    s = x[i] + s": "other",
}
KNOWN = {
    "    s += x[i]\n    s -= y[i]": "reduction +",
    "    if x[i] > 0:\n        s += x[i]": "reduction +",
    "    for j in range(m):\n        s *= x[i, j]": "reduction *",
    "    if x[i] > s:\n        s = x[i]": "minmax max",
    "    if s > x[i]:\n        s = x[i]": "minmax min",
    "    if x[i] >= s:\n        s = x[i]\n        w = i": "argminmax max w = i last",
    "    for j in range(m):\n        if x[i, j] < s:\n            s = x[i, j]\n            p = i\n            q = j": (
        "argminmax min p = i q = j"
    ),
    "    if x[i] > x[s]:\n        s = i": "argminmax max s = i",
    "    if x[s] > x[i]:\n        s = i": "argminmax min s = i",
    "    s += x[i]\n    y[i] = s": "scan + after",
    "    y[i] = s\n    s += x[i]": "scan + before",
    "    y[i] = s\n    s += x[i]\n    z[i] = s": "scan + both",
    "    if x[i] > s:\n        s = x[i]\n    y[i] = s": "scan max after",
    "    y[i] = x[i] - s\n    s = x[i]": "last before",
}


@pytest.mark.parametrize("text", OTHER)
def test_not_recognised(text: str) -> None:
    assert carried(LOOP + text)["s"] == OTHER[text]


@pytest.mark.parametrize("text", KNOWN)
def test_recognised(text: str) -> None:
    assert carried(LOOP + text) == {"s": KNOWN[text]}


@pytest.mark.parametrize(
    "text",
    [
        "    t = x[i]\n    y[i] = t",
        "    if x[i] > 0:\n        t = 1\n    else:\n        t = 2\n    y[i] = t",
        "    if x[i] > 0:\n        continue\n    else:\n        t = 2\n    y[i] = t",
        "    y[i] = c * x[i]",
        "    last = x[i]",
    ],
)
def test_not_carried(text: str) -> None:
    assert carried(LOOP + text) == {}


def test_a_value_set_in_an_inner_loop_only_may_be_an_older_one() -> None:
    assert carried(LOOP + "    for j in range(m):\n        t = x[j]\n    y[i] = t") == {"t": "other"}


def test_what_a_while_tests_is_carried() -> None:
    assert carried("while s > 1:\n    s = s - x[k]\n    k += 1") == {"s": "other", "k": "scan + before"}


def test_both_statements_are_named() -> None:
    (loop,) = body(LOOP + "    y[i] = x[i] - s\n    s = x[i]")
    assert isinstance(loop, For)
    (c,) = scalar_carried(loop)
    assert (c.use, c.read, c.write) == (Use.LAST, Span(2, 4, 2, 19), Span(3, 4, 3, 12))
