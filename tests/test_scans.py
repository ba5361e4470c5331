"""Running folds and values kept from the iteration before: what is refused, what is printed, and that both agree."""

from __future__ import annotations

import copy
import textwrap

import numpy as np
import pytest
from program_runs import difference, loaded

from autovec.options import Options
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file

HEAD = """
import math
import numpy as np
from numpy.typing import NDArray
F = NDArray[np.float64]


"""
PARAMETERS = "x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.int8], g: NDArray[np.float32], w: float"


def program(lines: str) -> str:
    """The function: `each i:` runs over x, `new out` is an array as long."""
    lines = lines.replace("each i:", "for i in range(len(x)):").replace("new out", "out = np.zeros(len(x))")
    return f"{HEAD}def f({PARAMETERS}):\n{textwrap.indent(lines, '    ')}\n"


def analysed(lines: str) -> FileReport:
    return analyse_file(program(lines).encode(), "program.py", Options(verify=False, backend="numpy"), None)


REFUSED = {
    "a recurrence": ("r = 0.0\neach i:\n    r = r * 0.5 + x[i]\n    y[i] = r", "AV021"),
    "an update under a condition": ("r = 0.0\neach i:\n    if x[i] > 0:\n        r += x[i]\n    y[i] = r", "AV021"),
    "two updates": ("r = 0.0\neach i:\n    r += x[i]\n    r *= y[i]\n    y[i] = r", "AV021"),
    "what is taken in depends on it": ("r = 0.0\neach i:\n    t = x[i] - r\n    r += t * 0.5\n    y[i] = r", "AV021"),
    "two names swap": ("a = 0.0\nb = w\neach i:\n    t = a\n    a = b\n    b = t\n    x[i] = a", "AV021"),
    "a product of Python's integers": ("r = 1\neach i:\n    r *= 3\n    y[i] = r", "AV012"),
    "a start that is not of the elements' type": ("r = w\nfor i in range(len(g)):\n    y[i] = r\n    r += g[i]", "AV010"),
    "an array that the iteration changed before": ("r = 0.0\neach i:\n    y[i] = r\n    x[i] = y[i]\n    r += x[i]", "AV021"),
    "types that differ": ("r = 1\nfor i, v in enumerate(z):\n    r = max(r, v)\n    y[i] = r\nreturn r", "AV033"),
}  # fmt: skip

WRITTEN = {
    "a sum": ("new out\nr = 0.0\neach i:\n    r += x[i]\n    out[i] = r\nreturn out",
              "out = np.cumsum(x)"),
    "a sum in the type of small integers": (
        "out = np.zeros(len(z), np.int8)\nr = 0\nfor i in range(len(z)):\n    r += z[i]\n    out[i] = r\nreturn out",
        "out = np.cumsum(z, dtype=np.int8)"),
    "a sum with a start": (
                           "new out\nr = w\nfor i, v in enumerate(x):\n    r += v\n    out[i] = r\nreturn out",
                           "out = np.cumsum(np.concatenate(([w], x)))[1:]"),
    "a difference": ("new out\nr = w\nfor i, v in enumerate(x):\n    r -= v\n    out[i] = r\nreturn out",
                     "out = np.subtract.accumulate(np.concatenate(([w], x)))[1:]"),
    "read before its update": ("new out\nr = 0.0\neach i:\n    out[i] = r\n    r += x[i]\nreturn out",
                               "out = np.cumsum(np.concatenate(([0.0], x)))[:-1]"),
    "backwards": ("new out\nr = 0.0\nfor i in range(len(x) - 1, -1, -1):\n    r += x[i]\n    out[i] = r\nreturn out",
                  "out = np.zeros(len(x))\nout[::-1] = np.cumsum(x[::-1])"),
    "the last value": ("new out\nr = 0.0\neach i:\n    r += x[i]\n    out[i] = r\nreturn out, r",
                       "r = 0.0\nr_values = np.cumsum(x)\nout = r_values.copy()\nif len(x):\n    r = r_values[-1]"),
    "a counter": ("new out\nk = 3\neach i:\n    k += 2\n    out[i] = x[i] * k\nreturn out",
                  "out = x * (3 + (np.arange(len(x)) + 1) * 2)"),
    "a sign": ("new out\ns = 1.0\neach i:\n    out[i] = s * x[i]\n    s = -s\nreturn out",
               "out = np.where(np.arange(len(x)) % 2 == 0, 1.0, -1.0) * x"),
    "a maximum": ("new out\nr = -math.inf\neach i:\n    r = max(r, x[i])\n    out[i] = r\nreturn out",
                  "out = np.fmax.accumulate(np.concatenate(([-math.inf], x)))[1:]"),
    "the element before": ("new out\np = w\neach i:\n    out[i] = x[i] - p\n    p = x[i]\nreturn out",
                           "out = x - np.concatenate(([w], x))[:-1]"),
    "the element before, which is at hand": (
        "new out\np = x[0]\nfor i in range(1, len(x)):\n    out[i] = x[i] - p\n    p = x[i]\nreturn out",
        "out = np.zeros(len(x))\nnp.subtract(x[1:], x[:-1], out=out[1:])"),
    "around a circle": ("new out\np = x[-1]\neach i:\n    out[i] = x[i] - p\n    p = x[i]\nreturn out",
                        "out = x - np.roll(x, 1)"),
}  # fmt: skip
ARRAYS = {"empty": 0, "one": 1, "some": 5}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_left_alone(name: str) -> None:
    lines, code = REFUSED[name]
    assert [f.refusal.code for f in analysed(lines).findings if isinstance(f, Left)] == [code]


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_written(name: str) -> None:
    lines, after = WRITTEN[name]
    assert [f.edit.after for f in analysed(lines).findings if isinstance(f, Rewrite)] == [after]


@pytest.mark.parametrize("size", ARRAYS)
@pytest.mark.parametrize("name", WRITTEN)
def test_it_does_what_the_loop_does(name: str, size: str) -> None:
    n = ARRAYS[size]
    x = np.array([1.5, np.nan, -0.25, 3.0, 2.0])[:n]
    inputs = {"x": x, "y": x[::-1].copy(), "z": np.array([100, 100, -3, 7, 0], np.int8)[:n], "g": x.astype(np.float32), "w": 0.1}
    first, second = copy.deepcopy(inputs), copy.deepcopy(inputs)
    with np.errstate(all="ignore"):
        try:
            expected = loaded(program(WRITTEN[name][0]))(**first)
        except IndexError:
            return  # nothing is promised there
        found = loaded(analysed(WRITTEN[name][0]).after)(**second)
    assert (difference("result", expected, found) or difference("arguments", first, second)) == ""
