"""Loops with an else clause, with assertions in them, and in `with` and `try`: left alone first, then what they become."""

from __future__ import annotations

import copy
import textwrap

import pytest
from rewriting import function, reasons, rewrite
from search_cases import F, L
from test_search import after, inputs, outcome

ONCE = "    for v in x:\n        s += v * v\n"
LEFT = {
    "a try with handlers": ("s = 0.0\ntry:\n" + ONCE + "except ValueError:\n    s = -1.0\nreturn s", "AV014"),
    "a with that may swallow": ("s = 0.0\nwith lock:\n" + ONCE + "return s", "AV014"),
    "a with of which nothing is known": ("s = 0.0\nwith suppress(ValueError):\n" + ONCE + "return s", "AV014"),
    "the else clause stores": ("for v in x:\n    if v > 1.0:\n        break\nelse:\n    x[0] = 2.0\n", "AV030"),
    "the else clause reads the variable": (
        "k = 0\nfor i in range(len(x)):\n    if x[i] > 1.0:\n        k = 1\n        break\nelse:\n    k = i\nreturn k",
        "AV030",
    ),
    "the else clause reads a sum": (
        "s = k = 0.0\nfor v in x:\n    if v > 1.0:\n        k = 1.0\n        break\n    s += v\nelse:\n    k = s\nreturn k",
        "AV030",
    ),
    "the else clause updates": ("s = 0.0\nfor v in x:\n    s += v\nelse:\n    s += 1.0\nreturn s", "AV030"),
    "an assertion on what is stored": (
        "out = np.zeros(len(x))\nfor i in range(len(x)):\n    out[i] = x[i] * 2.0\n    assert out[i] < 9.0\nreturn out",
        "AV030",
    ),
    "an assertion that is not understood": ("s = 0.0\nfor v in x:\n    assert v is not s\n    s += v\nreturn s", "AV015"),
}

REWRITTEN = {
    "else without anything before": (
        f"x: {F}",
        """
            for v in x:
                if v < 0.0:
                    break
            else:
                return True
            return False
        """,
        """
            if not (x < 0.0).any():
                return True
            return False
        """,
    ),
    "place or a default": (
        f"x: {F}, t: float",
        """
            for i in range(len(x)):
                if x[i] > t:
                    where = i
                    break
            else:
                where = -1
            return where
        """,
        """
            hits = x > t
            if hits.any():
                where = int(hits.argmax())
            else:
                where = -1
            return where
        """,
    ),
    "nothing found is an error": (
        f"x: {L}, t: float",
        """
            for i, v in enumerate(x):
                if v > t:
                    found = i, True
                    break
            else:
                raise ValueError(f"nothing over {t}")
            return found
        """,
        """
            hits = x > t
            if hits.any():
                i = int(hits.argmax())
                found = (i, True)
            else:
                raise ValueError(f"nothing over {t}")
            return found
        """,
    ),
    "work on the way": (
        f"x: {F}, t: float",
        """
            out = np.zeros(len(x))
            whole = False
            for i in range(len(x)):
                if x[i] > t:
                    break
                out[i] = x[i] * 2.0
            else:
                whole = True
            return out, whole
        """,
        """
            out = np.zeros(len(x))
            whole = False
            stop = len(x)
            hits = x > t
            if hits.any():
                stop = int(hits.argmax())
            np.multiply(x[:stop], 2.0, out=out[:stop])
            if stop >= len(x):
                whole = True
            return out, whole
        """,
    ),
    "else behind a loop that returns": (
        f"x: {F}, t: float",
        """
            for i in range(len(x)):
                if x[i] > t:
                    return i
            else:
                return -1
        """,
        """
            hits = x > t
            if hits.any():
                return int(hits.argmax())
            return -1
        """,
    ),
    "assertions stand in front": (
        f"x: {F}",
        """
            out = np.zeros(len(x))
            for i in range(len(x)):
                assert x[i] >= 0.0, "negative"
                out[i] = x[i] * 2.0
            return out
        """,
        """
            assert (x >= 0.0).all(), "negative"
            out = x * 2.0
            return out
        """,
    ),
    "an assertion that tells the place": (
        f"x: {F}",
        """
            n = 0
            for i in range(len(x)):
                assert x[i] < 7.0, f"too much at {i}"
                if x[i] > 1.0:
                    n += 1
            return n
        """,
        """
            hits = ~(x < 7.0)
            if hits.any():
                i = int(hits.argmax())
                assert False, f"too much at {i}"
            n = int(np.count_nonzero(x > 1.0))
            return n
        """,
    ),
    "in a with that hands exceptions on": (
        f"x: {F}",
        """
            with np.errstate(all="ignore"):
                out = np.zeros(len(x))
                for i in range(len(x)):
                    out[i] = x[i] / 2.0
            return out
        """,
        """
            with np.errstate(all="ignore"):
                out = x / 2.0
            return out
        """,
    ),
    "in a try without handlers": (
        f"x: {F}, t: float",
        """
            try:
                n = 0
                for v in x:
                    if v > t:
                        n += 1
            finally:
                t = 0.0
            return n, t
        """,
        """
            try:
                n = int(np.count_nonzero(x > t))
            finally:
                t = 0.0
            return n, t
        """,
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_it_is_left_alone(name: str) -> None:
    text, code = LEFT[name]
    assert code in dict(reasons(function(f"x: {F}, lock", text)))


@pytest.mark.parametrize("name", REWRITTEN)
def test_it_is_rewritten(name: str) -> None:
    parameters, text, new = REWRITTEN[name]
    assert after(function(parameters, text)) == textwrap.dedent(new).lstrip()


@pytest.mark.parametrize("name", REWRITTEN)
def test_the_rewrite_does_what_the_loop_does(name: str) -> None:
    parameters, text, _ = REWRITTEN[name]
    source = function(parameters, text)
    new = rewrite(source)
    assert new != source
    for given in inputs(source):
        assert told(source, given) == told(new, given)


def told(source: str, given: dict[str, object]) -> str:
    """What the function gives, or how it ends."""
    try:
        return outcome(source, copy.deepcopy(given))
    except (AssertionError, UnboundLocalError) as error:
        return f"{type(error).__name__}: {error}"


def test_what_finally_reads_is_not_certain() -> None:
    source = function(
        f"x: {F}, n: int",
        """
            m = 3
            try:
                m = len(x)
            finally:
                for i in range(m):
                    x[i] = 2.0
            return x
        """,
    )
    new = rewrite(source)
    assert "x[:] = 2.0" not in new
