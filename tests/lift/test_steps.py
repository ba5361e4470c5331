"""Loops that count down or by steps that only the run knows, and lists of integers made of floats: left alone, then rewritten."""

from __future__ import annotations

import copy
import textwrap

import numpy as np
import pytest
from program_runs import difference, loaded
from rewriting import HEAD, function, reasons, rewrite
from search_cases import F

from autovec.options import Options

UNGUARDED = Options(verify=False, backend="numpy", guards=False)

LEFT = {
    "stored by unknown steps": (f"x: {F}, k: int", "for i in range(0, len(x), k):\n    x[i] = 1.0", "AV022"),
    "a step that the data knows": (
        f"x: {F}, k: int",
        "s = 0.0\nfor j in range(len(x)):\n    for i in range(0, len(x), int(x[j])):\n        s += x[i]\nreturn s",
        "AV014",
    ),
    "a step that may be 0 where nothing runs": (
        f"x: {F}, n: int, k: int",
        "s = 0.0\nfor j in range(n):\n    for i in range(0, len(x), k):\n        s += x[i] * j\nreturn s",
        "AV014",
    ),
    "the variable is read behind": (f"x: {F}, k: int", "s = 0.0\nfor i in range(9, 0, -k):\n    s += x[i]\nreturn s, i", "AV014"),
    "arithmetic on what was a float": (f"x: {F}", "return [int(v) % 10 for v in x]", "AV012"),
    "decimals of Python's floats": ("x: list[float]", "return [round(v, 2) for v in x]", "AV012"),
    "positions that the steps make large": ("n: int, k: int", "return [i * i for i in range(n, 0, -k)]", "AV012"),
    "nested integers": (f"A: {F}", "return [[int(A[i, j]) for j in range(3)] for i in range(len(A))]", "AV012"),
}

REWRITTEN = {
    "down by two": (
        f"x: {F}, n: int, m: int",
        "out = []\nfor i in range(n, m, -2):\n    out.append(x[i])\nreturn out",
        "positions = np.arange(n, m, -2)\nout = x[positions].tolist()\nreturn out",
    ),
    "down by one into a list": (
        f"x: {F}",
        "out = []\nfor i in range(len(x) - 1, -1, -1):\n    out.append(x[i] * 2.0)\nreturn out",
        "positions = np.arange(len(x) - 1, -1, -1)\nout = (x[positions] * 2.0).tolist()\nreturn out",
    ),
    "unknown steps": (
        f"x: {F}, k: int",
        "s = 0.0\nfor i in range(0, len(x), k):\n    s += x[i] * i\nreturn s",
        "positions = np.arange(0, len(x), k)\ns = (x[positions] * positions).sum()\nreturn s",
    ),
    "unknown steps in a comprehension": (
        f"x: {F}, n: int, k: int",
        "return [x[i] + i for i in range(n, 0, -k)]",
        "positions = np.arange(n, 0, -k)\nreturn (x[positions] + positions).tolist()",
    ),
    "rows by unknown steps": (
        f"A: {F}, k: int",
        "s = 0.0\nfor i in range(0, A.shape[0], k):\n    for j in range(A.shape[1]):\n        s += A[i, j]\nreturn s",
        "positions = np.arange(0, len(A), k)\ns = A[positions].T.sum()\nreturn s",
    ),
    "rounded": (f"x: {F}", "return [round(v) for v in x]", "return list(map(int, np.rint(x).tolist()))"),
    "rounded to decimals": (f"x: {F}", "return [round(v, 2) for v in x]", "return np.round(x, 2).tolist()"),
    "floors": (f"x: {F}", "return [math.floor(v) for v in x]", "return list(map(int, np.floor(x).tolist()))"),
    "cut, and chosen": (
        f"x: {F}",
        "out = []\nfor v in x:\n    if v > 1.0:\n        out.append(int(v * 10.0))\nreturn out",
        "out = list(map(int, (x * 10.0)[x > 1.0].tolist()))\nreturn out",
    ),
    "ceilings of a list": (
        "x: list[float]",
        "out = []\nfor v in x:\n    out.append(math.ceil(v / 2.0))\nreturn out",
        "x_array = np.fromiter(x, float, count=len(x))\nout = list(map(int, np.ceil(x_array / 2.0).tolist()))\nreturn out",
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_it_is_left_alone(name: str) -> None:
    parameters, text, code = LEFT[name]
    source = function(parameters, text)
    assert code in dict(reasons(source, UNGUARDED))


def fast(source: str) -> str:
    """The body of the function after a run that checks nothing; of a form under a test, the fast path."""
    new = rewrite(source)
    body = textwrap.dedent(new.removeprefix(HEAD).split("\n", 1)[1])
    head, _, rest = body.partition("if x.ndim == 1:\n") if "if x.ndim == 1:\n" in body else body.partition("if A.ndim == 2:\n")
    if not rest:
        return body.strip()
    arm, _, other = rest.partition("else:\n")
    behind = "".join(f"{line}\n" for line in other.splitlines() if not line.startswith(" "))
    return (head + textwrap.dedent(arm) + behind).strip()


@pytest.mark.parametrize("name", REWRITTEN)
def test_it_is_rewritten(name: str) -> None:
    parameters, text, new = REWRITTEN[name]
    assert fast(function(parameters, text)) == new


BIG = np.array([0.5, -1.5, 2.5, 1e300, -(2.0**63), 2.675, 1e19, -0.0])


@pytest.mark.parametrize("name", REWRITTEN)
def test_the_rewrite_does_what_the_loop_does(name: str) -> None:
    parameters, text, _ = REWRITTEN[name]
    source = function(parameters, text)
    new = rewrite(source)
    assert new != source
    for n, m, k in ((5, -1, 1), (5, 1, 2), (2, -4, 3), (-2, -6, 2), (1, 3, 5), (0, 0, 1), (7, 0, -1), (9, 0, 1)):
        every: dict[str, object] = {"x": BIG.tolist() if "x: list" in parameters else BIG, "n": n, "m": m, "k": k}
        every["A"] = BIG.reshape(4, 2)
        given = {p.split(":")[0]: every[p.split(":")[0]] for p in parameters.split(", ")}
        found = [_run(s, copy.deepcopy(given)) for s in (source, new)]
        assert difference("result", *found) == "", (given, new)


def _run(source: str, given: dict[str, object]) -> object:
    try:
        return loaded(source)(**given)
    except IndexError:
        return "IndexError"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_raises_as_before(value: float) -> None:
    for name in ("rounded", "floors"):
        source = function(*REWRITTEN[name][:2])
        new = rewrite(source)
        for text in (source, new):
            with pytest.raises((ValueError, OverflowError)):
                loaded(text)(x=np.array([1.0, value]))
