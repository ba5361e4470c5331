"""Loops that end early: what is left alone, what they become, and that the two give the same on inputs where it matters."""

from __future__ import annotations

import copy
import re
import textwrap

import numpy as np
import pytest
from program_runs import difference, loaded
from rewriting import HEAD, function, reasons, rewrite
from search_cases import LEFT, REWRITTEN, L


def after(source: str) -> str:
    """The body of the function after a run that checks nothing; of a form under a test of the rank, the fast path."""
    new = rewrite(source)
    body = textwrap.dedent(new.removeprefix(HEAD).split("\n", 1)[1])
    parts = re.fullmatch(r"(.*?)if [^\n]*\.ndim == [12]:\n((?:    [^\n]*\n)+)else:\n(?:    [^\n]*\n)+(.*)", body, re.DOTALL)
    return body if parts is None else f"{parts[1]}{textwrap.dedent(parts[2])}{parts[3]}"


@pytest.mark.parametrize("name", LEFT)
def test_it_is_left_alone(name: str) -> None:
    parameters, text, reason = LEFT[name]
    source = function(parameters, text)
    assert reason in reasons(source)


@pytest.mark.parametrize("name", REWRITTEN)
def test_it_is_rewritten(name: str) -> None:
    parameters, text, new = REWRITTEN[name]
    assert after(function(parameters, text)) == textwrap.dedent(new).lstrip()


def inputs(source: str) -> list[dict[str, object]]:
    """Arguments on which the loop ends at once, late, or not at all; with NaN, and with nothing to search."""
    nan = float("nan")
    rows = ([], [5.0], [nan], [0.5], [0.5, 1.0, 2.0, 7.0], [9.0, 0.0, 9.0], [0.0, nan, 8.0, -1.0], [1.0, 1.0], [-1.0, 2.0, 2.0])
    out: list[dict[str, object]] = []
    for row in rows:
        x = np.array(row)
        whole = np.nan_to_num(x).astype(np.int64)
        table = np.array([row, row[::-1]]) if row else np.zeros((2, 0))
        every: dict[str, object] = {"x": whole if f"x: {L}" in source else x, "A": table, "a": np.nan_to_num(x)}
        every |= {"t": 6.0, "lo": 0.0, "hi": 6.0, "n": len(row) + 1 if "n: int" in source else 0}
        names = source.split("def f(")[1].split("):")[0].split(", ")
        out.append({n: copy.deepcopy(every[n]) for n in (p.split(":")[0] for p in names)})
    return out


@pytest.mark.parametrize("name", REWRITTEN)
def test_the_rewrite_does_what_the_loop_does(name: str) -> None:
    parameters, text, _ = REWRITTEN[name]
    source = function(parameters, text)
    new = rewrite(source)
    for given in inputs(source):
        first, second = copy.deepcopy(given), copy.deepcopy(given)
        assert outcome(source, first) == outcome(new, second) or difference("result", *_both(source, new, given)) == ""
        if "raise" not in source:
            assert difference("arguments", first, second) == ""


def outcome(source: str, given: dict[str, object]) -> str:
    """What the function gives, or raises, as text."""
    try:
        return repr(loaded(source)(**given))
    except (ValueError, IndexError) as error:
        return f"{type(error).__name__}: {error}"


def _both(old: str, new: str, given: dict[str, object]) -> tuple[object, object]:
    return loaded(old)(**copy.deepcopy(given)), loaded(new)(**copy.deepcopy(given))
