"""Names that a loop sets and that are read behind it, also where only some iterations set them."""

from __future__ import annotations

import copy
import textwrap

import pytest
from program_runs import difference, loaded
from rewriting import function, reasons, rewrite
from test_search import after, inputs

F = "NDArray[np.float64]"

LEFT = {
    "made of what the loop stores": (
        f"x: {F}",
        """
            y = np.zeros(len(x))
            for i in range(len(x)):
                y[i] = x[i] * 2.0
                if x[i] > 0.0:
                    last = y[i]
            return y, last
        """,
        ("AV030", "the test on line 10 reads `x`, which the loop changes"),
    ),
    "read by the next iteration": (
        f"x: {F}, t: float",
        """
            found = -1
            for i in range(len(x)):
                if x[i] > t and found < i - 2:
                    found = i
            return found
        """,
        ("AV021", "`found` carries a value from one iteration of `i` to the next"),
    ),
    "variable of a loop with a step": (
        f"x: {F}",
        """
            y = np.zeros(len(x))
            for i in range(0, len(x), 2):
                y[i] = x[i]
            return y, i
        """,
        ("AV033", "`i` is read behind a loop with a step"),
    ),
    "sum that is remembered": (
        f"x: {F}, t: float",
        """
            s = 0.0
            for v in x:
                s += v
                if v > t:
                    best = s
            return best
        """,
        ("AV033", "`best` keeps a value that the loop changes on the way"),
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_it_is_left_alone(name: str) -> None:
    parameters, text, reason = LEFT[name]
    assert reason in reasons(function(parameters, text))


REWRITTEN = {
    "last hit": (
        f"x: {F}, t: float",
        """
            found = -1
            for i in range(len(x)):
                if x[i] > t:
                    found = i
            return found
        """,
        """
            found = -1
            hits = x > t
            if hits.any():
                found = int(np.flatnonzero(hits)[-1])
            return found
        """,
    ),
    "last hit of a loop that runs backwards": (
        f"x: {F}, t: float",
        """
            found = -1
            for i in range(len(x) - 1, -1, -1):
                if x[i] > t:
                    found = i
            return found
        """,
        """
            found = -1
            hits = x > t
            if hits.any():
                found = int(hits.argmax())
            return found
        """,
    ),
    "flag": (
        f"x: {F}, lo: float, hi: float",
        """
            inside = True
            for v in x:
                if v < lo or v > hi:
                    inside = False
            return inside
        """,
        """
            inside = True
            if ((x < lo) | (x > hi)).any():
                inside = False
            return inside
        """,
    ),
    "variable of the loop": (
        f"x: {F}",
        """
            i = -1
            y = np.zeros(len(x))
            for i in range(len(x)):
                y[i] = x[i] * 2.0
            return y, i
        """,
        """
            i = -1
            y = x * 2.0
            if len(x) > 0:
                i = len(x) - 1
            return y, i
        """,
    ),
    "value of the last iteration beside a sum": (
        f"x: {F}",
        """
            d = 0.0
            s = 0.0
            for i in range(len(x)):
                d = x[i] * 2.0
                s += d * d
            return d, s
        """,
        """
            d = 0.0
            d_values = x * 2.0
            s = np.dot(d_values, d_values)
            if len(x):
                d = d_values[-1]
            return d, s
        """,
    ),
    "one of several, the later one wins": (
        f"x: {F}",
        """
            kind = 0
            for v in x:
                if v > 5.0:
                    kind = 1
                elif v < 0.0:
                    kind = 2
                if v == 2.0:
                    kind = 3
            return kind
        """,
        """
            kind = 0
            hits = ((x > 5.0) | ~(x > 5.0) & (x < 0.0)) | (x == 2.0)
            if hits.any():
                k = int(np.flatnonzero(hits)[-1])
                if x[k] > 5.0:
                    kind = 1
                else:
                    if x[k] < 0.0:
                        kind = 2
                if x[k] == 2.0:
                    kind = 3
            return kind
        """,
    ),
    "place in a table": (
        f"A: {F}, t: float",
        """
            r = c = -1
            for i in range(A.shape[0]):
                for j in range(A.shape[1]):
                    if A[i, j] > t:
                        r = i
                        c = j
            return r, c
        """,
        """
            r = c = -1
            hits = A > t
            if hits.any():
                i, j = np.argwhere(hits)[-1].tolist()
                r = i
                c = j
            return r, c
        """,
    ),
}


@pytest.mark.parametrize("name", REWRITTEN)
def test_it_is_rewritten(name: str) -> None:
    parameters, text, new = REWRITTEN[name]
    assert after(function(parameters, text)) == textwrap.dedent(new).lstrip()


@pytest.mark.parametrize("name", REWRITTEN)
def test_the_rewrite_does_what_the_loop_does(name: str) -> None:
    parameters, text, _ = REWRITTEN[name]
    source = function(parameters, text)
    new = rewrite(source)
    for given in inputs(source):
        assert difference("result", loaded(source)(**copy.deepcopy(given)), loaded(new)(**copy.deepcopy(given))) == ""
