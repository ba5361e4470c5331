"""What is left alone before its dependences are looked at, and why."""

from __future__ import annotations

import pytest

from autovec.options import Options
from autovec.outcome import Left
from autovec.pipeline import analyse_file

HEAD = "import numpy as np\n\n\n"

LEFT = {
    "another number in each call": (
        "def f(out: np.ndarray, r: float):\n    for i in range(len(out)):\n        out[i] = r * np.random.randn()\n",
        ("AV013", "`np.random.randn()`: the call of np.random.randn does more than compute a value from its arguments"),
    ),
    "a call that stores": (
        "def f(x: np.ndarray, v: np.ndarray):\n    for i in range(len(v)):\n        np.put(x, i, v[i])\n",
        ("AV031", "`np.put(x, i, v[i])`: the call of np.put() may do anything"),
    ),
    "text": (
        "def f(n: int):\n    s = ''\n    for i in range(n):\n        s += ' '\n    return s\n",
        ("AV015", "the loop computes with the text ' '"),
    ),
    "declared to be lists": (
        "def f(graph: list[list[int | None]], v: np.ndarray):\n    out = np.zeros(len(v))\n    for i in range(len(v)):\n"
        "        for j in range(3):\n            out[i] += v[graph[i][j]]\n    return out\n",
        ("AV010", "it is not known that `graph` is an array: annotated list[list[int|None]]"),
    ),
    "a name that stands for two loops": (
        "def f(n: int):\n    for i in range(n):\n        pass\n    return [i * i * i for i in range(n)]\n",
        ("AV012", "`i * i * i` may pass 64 bits, Python's integers have no limit"),
    ),
}


@pytest.mark.parametrize("body, refusal", LEFT.values(), ids=LEFT)
def test_left_alone(body: str, refusal: tuple[str, str]):
    report = analyse_file((HEAD + body).encode(), "f.py", Options(verify=False), None)
    assert report.after == report.before
    assert [(f.refusal.code, f.refusal.message) for f in report.findings if isinstance(f, Left)][-1] == refusal
