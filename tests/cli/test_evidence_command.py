"""`autovec rewrite --report evidence.json` and `autovec verify evidence.json`: the same inputs once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from autovec.cli import run_command

SOURCE = """import numpy as np
from numpy.typing import NDArray


def total(x: NDArray[np.float64], y: NDArray[np.float64]):
    s = 0.0
    for i in range(len(x)):
        s += x[i] - y[i]
    return s
"""


@pytest.fixture
def evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.py").write_text(SOURCE)
    assert run_command(["rewrite", "-q", "--min-speedup", "0", "--backend", "numpy", "--report", "e.json", "m.py"]) == 0
    capfd.readouterr()
    return tmp_path / "e.json"


def test_the_same_inputs_are_compared_again(evidence: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["verify", "e.json"]) == 0
    out = capfd.readouterr().out
    assert out.startswith("m.py:6:5: AV") and ": no difference found on the same inputs: " in out


def test_a_difference_is_found_again(evidence: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = evidence.read_text()
    assert '"numpy": "' in text
    evidence.write_text(text.replace(".sum()", ".max()").replace('"numpy": "', '"numpy": "old '))
    assert run_command(["verify", "e.json"]) == 1
    out = capfd.readouterr().out
    assert out.startswith("numpy was old ") and ": differ: " in out and "def before(" in out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["m.py:total"], "give two functions, as OLD.py:f NEW.py:g, or a file of evidence that ends in .json"),
        (["none.json"], "none.json cannot be read: "),
        (["--strict", "e.json"], "options go with two functions"),
    ],
)
def test_what_cannot_be_compared_is_said(words: list[str], why: str, evidence: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["verify", *words]) == 2
    assert why in capfd.readouterr().err
