"""The three functions for programs: what they give back, and that importing the package loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import autovec
from autovec.options import Options
from autovec.outcome import Counterexample, Evidence, Left, Refusal, Rewrite

LOOP = """import math
import numpy as np


def f(a: np.ndarray) -> np.ndarray:
    return np.array([math.exp(-v) for v in a])
"""
CARRIED = """def f(xs: list[float]):
    for i in range(1, len(xs)):
        xs[i] = 0.5 * xs[i - 1] + xs[i] * xs[i]
    return xs
"""


def test_check_names_the_reason_of_a_refusal() -> None:
    report = autovec.check(CARRIED)
    assert report.after == CARRIED
    (finding,) = report.findings
    assert isinstance(finding, Left)
    assert finding.refusal.code == "AV020"


def test_check_says_what_is_no_python() -> None:
    assert autovec.check("for x in :\n").error.startswith("AV001 ")


def test_check_gives_the_new_text_unchecked() -> None:
    report = autovec.check(LOOP, path="loop.py")
    assert report.path == "loop.py"
    (finding,) = report.findings
    assert isinstance(finding, Rewrite)
    assert finding.evidence is None
    assert "    return np.exp(-a, dtype=np.float64)\n" in report.after


def test_rewrite_brings_evidence_and_speed() -> None:
    report = autovec.rewrite(LOOP)
    (finding,) = report.findings
    assert isinstance(finding, Rewrite), finding
    assert finding.evidence and finding.speed
    assert "np.exp(-a" in report.after


def test_options_hold() -> None:
    (finding,) = autovec.rewrite(LOOP, options=Options(verify=False, rounding="exact")).findings
    assert isinstance(finding, Left)
    assert finding.refusal.code == "AV062"


def test_verify_compares_two_functions(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text("def f(xs: list[float]):\n    return [x + x for x in xs]\n")
    (tmp_path / "new.py").write_text(
        "def f(xs: list[float]):\n    return [2.0 * x for x in xs]\ndef g(xs: list[float]):\n    return xs\n"
    )
    old, new = f"{tmp_path / 'old.py'}:f", f"{tmp_path / 'new.py'}"
    assert isinstance(autovec.verify(old, f"{new}:g").answer, Counterexample)
    assert isinstance(autovec.verify(old, f"{new}:h").answer, Refusal)
    same = autovec.verify(old, old).answer
    assert isinstance(same, Evidence), same


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, autovec; print([m for m in ('numpy', 'numba', 'islpy', 'ast', 'click') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
