"""Calls of the file's own functions: which are not followed and why, and what loops become that call the others."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from program_runs import difference, loaded

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.pipeline import analyse_file

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\nRATE = 0.25\n\n"
LOOP = """
def f(a: NDArray[np.float64], w: float):
    out = np.zeros(len(a))
    for i in range(len(a)):
        out[i] = g(a[i])
    return out
"""

LEFT = {
    "a loop": (
        "def g(x):\n    for k in range(3):\n        x = x * x\n    return x\n",
        "the call of g(), which has a for statement",
    ),
    "recursion": (
        "def g(x):\n    return 1.0 if x < 1 else x * g(x - 1)\n",
        "the call of g(), in which `g(x - 1)` is the call of g(), which calls itself",
    ),
    "an effect": ("def g(x):\n    print(x)\n    return x\n", "the call of g(), which has a expr statement"),
    "an exception": (
        "def g(x):\n    if x < 0:\n        raise ValueError\n    return x\n",
        "the call of g(), which has a raise statement",
    ),
    "no value": ("def g(x):\n    if x > 0:\n        return x\n", "the call of g(), which may return nothing"),
    "a decorator": ("@trace\ndef g(x):\n    return 2.0 * x\n", "the call of g"),
    "two definitions": ("def g(x):\n    return 2.0 * x\ndef g(x):\n    return 3.0 * x\n", "the call of g"),
    "a definition under a condition": ("if DEBUG:\n    def g(x):\n        return 2.0 * x\n", "the call of g"),
    "a definition that is replaced": ("def g(x):\n    return x\ndef h():\n    global g\n    g = math.exp\n", "the call of g"),
    "a name read before it is set": (
        "def g(x):\n    if x > 0:\n        y = x\n    return y\n",
        "the call of g(), in which `y` is it may be read before it is set",
    ),
    "a default that is made once": ("def g(x, y=[]):\n    return x\n", "the call of g(), which has a default that is no number"),
    "an unknown function": ("def g(x):\n    return h(x)\n", "the call of g(), in which `h(x)` is the call of h"),
    "other arguments": ("def g(x, y):\n    return x\n", "the call of g(), which is called with other arguments than it takes"),
    "an argument that is changed": (
        "def g(x):\n    x += 1\n    return x\n",
        "the call of g(), which may change the array `x`",
    ),
    "a name that means something else here": (
        "w = 2.0\ndef g(x):\n    return w * x\n",
        "the call of g(), whose `w` is not what it is here",
    ),
}


def left(source: str) -> str:
    report = analyse_file(source.encode(), "f.py", Options(verify=False, backend="numpy"), None)
    assert report.after == report.before
    (finding,) = [f for f in report.findings if f.function == "f"]
    assert isinstance(finding, Left)
    assert finding.refusal.code == "AV013"
    return finding.refusal.message


@pytest.mark.parametrize("name", LEFT)
def test_a_call_that_is_not_followed_says_why(name: str) -> None:
    definition, why = LEFT[name]
    assert left(f"{HEAD}{definition}{LOOP}") == f"`g(a[i])`: {why}"


NEW = {
    "one line": ("def g(x):\n    return RATE * x\n", "RATE * a"),
    "lambda": ("g = lambda x: x - RATE\n", "a - RATE"),
    "steps": ('def g(x):\n    """Doc."""\n    y = x - 1.0\n    y *= 2.0\n    return y\n', "(a - 1.0) * 2.0"),
    "several returns": (
        "def g(x):\n    if x < 0.0:\n        return 0.0\n    elif x > 1.0:\n        return 1.0\n    return x\n",
        "np.clip(a, 0.0, 1.0)",
    ),
    "default and keyword": ("def g(x, *, y=3.0):\n    return x - y\n", "a - 3.0"),
    "another one inside": (
        "def h(x):\n    return x - 1.0\ndef g(x):\n    return 2.0 * h(x)\n",
        "2.0 * (a - 1.0)",
    ),
    "tuple of names": ("def g(x):\n    u, v = x, x - 1.0\n    return u * v\n", "a * (a - 1.0)"),
}


@pytest.mark.parametrize("name", NEW)
def test_becomes(name: str) -> None:
    definition, line = NEW[name]
    source = f"{HEAD}{definition}{LOOP}"
    after = analyse_file(source.encode(), "f.py", Options(verify=False, backend="numpy"), None).after
    assert f"    out = {line}\n    return out\n" in after
    a = np.array([-2.0, 0.0, 0.5, 3.0])
    assert difference("result", loaded(source)(a, 2.0), loaded(after)(a, 2.0)) == ""


LOCAL = {
    "closure": ("    g = lambda x: w * x\n    for i in range(len(a)):\n        a[i] = g(a[i])\n", "a *= w"),
    "closure over the variable of the loop": (
        "    def g(x):\n        return x * i\n    for i in range(len(a)):\n        a[i] = g(a[i])\n",
        "a[i]",
    ),
    "closure, and a comprehension with its name": (
        "    def g(x):\n        return x * w\n    for i in range(len(a)):\n        a[i] = sum([g(w) for w in [1.0, 2.0]])\n",
        "g(w)",
    ),
    "array and place": (
        "    g = lambda x, k: x[k] - x[k - 1]\n    t = 0.0\n    for i in range(1, len(a)):\n        t += g(a, i)\n    return t\n",
        "a[1:] - a[:-1]",
    ),
}


@pytest.mark.parametrize("name", LOCAL)
def test_functions_in_functions(name: str) -> None:
    body, part = LOCAL[name]
    source = f"{HEAD}def f(a: NDArray[np.float64], w: float):\n{body}"
    after = analyse_file(source.encode(), "f.py", Options(verify=False, backend="numpy"), None).after
    assert part in after
    first = np.array([-2.0, 0.25, 3.0])
    second = copy.deepcopy(first)
    results = loaded(source)(first, 2.0), loaded(after)(second, 2.0)
    assert (difference("result", *results) or difference("argument", first, second)) == ""


def test_stands_the_check_and_pays() -> None:
    source = f"{HEAD}def h(x):\n    return x - RATE\n\n\ndef g(x):\n    return math.exp(-h(x))\n\n{LOOP}"
    with Sandbox() as sandbox:
        report = analyse_file(source.encode(), "f.py", Options(verify=True), sandbox)
    (finding,) = report.findings
    assert isinstance(finding, Rewrite), finding
    assert finding.evidence and finding.evidence.cases > 20
