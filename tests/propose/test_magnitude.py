"""Whole numbers of Python's that lanes of 64 bits may not hold: what is left alone, and what is known to fit."""

from __future__ import annotations

import pytest

from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.pipeline import analyse_file

HEAD = "import numpy as np\n\n\n"

TOO_LARGE = {
    "factorial": ("r = 1\nfor i in range(1, n + 1):\n    r *= i\nreturn r", "`*[i](i)`"),
    "sum of squares": ("s = 0\nfor i in range(n):\n    s += i ** 2\nreturn s", "`+[i](i ** 2)`"),
    "a parameter of any size": ("s = 1.0\nfor i in range(1, n):\n    s *= (k + 1 - i) / i\nreturn s", "`k + 1 - i`"),
    "a list of cubes": ("return [i * i * i for i in range(n)]", "`i * i * i`"),
    "in a condition": ("c = 0\nfor i in range(n):\n    if i * i * i > k:\n        c += 1\nreturn c", "`i * i * i`"),
    "before a remainder": ("return [i * i * i % 7 for i in range(n)]", "`i * i * i`"),
    "a shift by a variable": ("return [1 << i for i in range(n)]", "`1 << i`"),
    "floats made of it": ("out = np.zeros(n)\nfor i in range(n):\n    out[i] = i * i * i\nreturn out", "`i * i * i`"),
    "a distance of extremes": ("return [int(x[i]) - i for i in range(n)]", "`int(x[i])`"),
}

FITS = {
    "sum": ("s = 0\nfor i in range(n):\n    s += i\nreturn s", "int(np.arange(n).sum())"),
    "count": ("c = 0\nfor v in x:\n    if v > k:\n        c += 3\nreturn c", "np.where(x > k, 3, 0)"),
    "squares": ("return [i * i for i in range(n)]", "np.arange(n) * np.arange(n)"),
    "a remainder": ("return [i * i % 7 * i for i in range(n)]", "% 7"),
    "a place": ("out = np.zeros(n)\nfor i in range(n):\n    out[i] = x[(i + k) % n]\nreturn out", "% n"),
    "elements of an integer array": (
        "out = np.zeros(n, dtype=np.int64)\nfor i in range(n):\n    out[i] = i * i * i + k\nreturn out",
        "i = np.arange(n)\n    out = i * i * i + k",
    ),
}


def source(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.split("\n"))
    return f"{HEAD}def f(x: np.ndarray, n: int, k: int):\n{lines}"


@pytest.mark.parametrize("body, named", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_may_pass_64_bits_is_left_alone(body: str, named: str):
    report = analyse_file(source(body).encode(), "f.py", Options(verify=False, backend="numpy"), None)
    assert [f.refusal.code for f in report.findings if isinstance(f, Left)] == ["AV012"]
    (left,) = report.findings
    assert isinstance(left, Left) and left.refusal.message == f"{named} may pass 64 bits, Python's integers have no limit"


@pytest.mark.parametrize("body, text", FITS.values(), ids=FITS)
def test_what_fits_is_rewritten(body: str, text: str):
    report = analyse_file(source(body).encode(), "f.py", Options(verify=False, backend="numpy"), None)
    assert [type(f) for f in report.findings] == [Rewrite]
    assert report.after is not None and text in report.after
