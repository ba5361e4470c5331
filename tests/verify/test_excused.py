"""What verdicts on whole functions leave out by default, and `--strict` and `rewrite` do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from autovec.outcome import Counterexample, Evidence
from autovec.verify.whole.question import Terms
from autovec.verify.whole.verdict import compared

HEAD = "import numpy as np\nfrom math import gcd\n\n\n"
QUOTIENTS = "def f(x):\n    out = np.zeros(len(x))\n    for i, v in enumerate(x):\n        out[i] = 1.0 / v\n    return out\n"
DIVISOR = "def f(x):\n    g = 0\n    for v in x:\n        g = gcd(g, int(v))\n    return g\n"


@pytest.mark.parametrize(
    ("old", "new", "contract"),
    [
        (QUOTIENTS, "def f(x):\n    return np.where(x == 0, np.nan, 1.0 / np.where(x == 0, 1.0, x))\n", "x: float64[n]"),
        (DIVISOR, "def f(x):\n    return int(np.gcd.reduce(x)) if len(x) else 0\n", "x: int64[n]"),
    ],
)
def test_what_is_left_out(tmp_path: Path, old: str, new: str, contract: str) -> None:
    (tmp_path / "old.py").write_text(HEAD + old)
    (tmp_path / "new.py").write_text(HEAD + new)
    names = f"{tmp_path / 'old.py'}:f", f"{tmp_path / 'new.py'}:f"
    assert isinstance(compared(*names, Terms(contract=contract), False).answer, Evidence)
    assert isinstance(compared(*names, Terms(contract=contract, strict=True), False).answer, Counterexample)


def test_what_is_left_out_is_not_judged(tmp_path: Path) -> None:
    """A comparison that hangs on its last bits leaves the judge no answer; an infinity that became a NaN needs none."""
    loop = "def f(x, tol):\n    out = np.zeros(len(x))\n    for i, v in enumerate(x):\n        r = v if v > 1.0 else 1.0\n"
    loop += "        for _ in range(3):\n            if abs(r * r - v) > tol:\n                r = 0.5 * (r + v / r)\n"
    (tmp_path / "old.py").write_text(HEAD + loop + "        out[i] = r\n    return out\n")
    new = loop.replace("(r + v / r)", "(r + v / r) if r != 0.0 else np.nan")
    (tmp_path / "new.py").write_text(HEAD + new + "        out[i] = r\n    return out\n")
    names = f"{tmp_path / 'old.py'}:f", f"{tmp_path / 'new.py'}:f"
    assert isinstance(compared(*names, Terms(contract="x: float64[n], tol: float"), False).answer, Evidence)


def test_a_finite_number_is_no_infinity(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text(HEAD + QUOTIENTS)
    (tmp_path / "new.py").write_text(HEAD + "def f(x):\n    return np.where(x == 0, 0.0, 1.0 / np.where(x == 0, 1.0, x))\n")
    names = f"{tmp_path / 'old.py'}:f", f"{tmp_path / 'new.py'}:f"
    assert isinstance(compared(*names, Terms(contract="x: float64[n]"), False).answer, Counterexample)
