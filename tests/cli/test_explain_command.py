"""`explain FILE:LINE`, with the real analysis."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = """\
import numpy as np


def scaled(x: np.ndarray, k: float):
    out = np.empty(len(x))
    for i in range(len(x)):
        out[i] = x[i] * k
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    for name in names():
        print(name)
    return out


for i in range(3):
    scaled(i, i)
"""


def explain(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    (directory / "m.py").write_text(SOURCE)
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "%time x"}
    notebook = {"cells": [cell, {**cell, "source": SOURCE}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (directory / "m.ipynb").write_text(json.dumps(notebook))
    command = [sys.executable, "-m", "autovec", "explain", *words]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=120)


def test_a_loop_that_becomes_an_array(tmp_path: Path) -> None:
    ran = explain(tmp_path, "m.py:7", "--no-run")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("m.py:6:5: loop in scaled\n\nfacts\n")
    assert "  - `out`: ndarray of float64 with shape (len(x)), proved by the code\n" in ran.stdout
    assert "  - `k`: " in ran.stdout
    assert "\ndependences\n  - the loop over `i` becomes an array axis\n" in ran.stdout
    _, _, tried = ran.stdout.partition("\nforms tried\n")
    assert "np.multiply(x, k, out=out)\n" in tried.partition("\nverdict\n")[0]
    assert "\nverdict\nm.py:5:5: AV103 in-place-update: " in ran.stdout


def test_a_loop_that_stays_names_its_dependence(tmp_path: Path) -> None:
    record = json.loads(explain(tmp_path, "m.py:8", "--no-run", "--output-format", "json").stdout)
    sentence = "`x[i - 1]` on line 9 reads what the previous iteration of `i` wrote to `x[i]` on line 9"
    assert f"in the way of all loops as axes: {sentence}" in record["dependences"]
    assert record["function"] == "scaled"


def test_a_cell_of_a_notebook(tmp_path: Path) -> None:
    ran = explain(tmp_path, "m.ipynb:cell 2:7", "--no-run")
    assert ran.stdout.startswith("m.ipynb:cell 2:6:5: loop in scaled\n")


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("m.py:3", "there is no loop on this line"),
        ("m.py:10", "the loop does something that loops over numbers do not do"),
    ],
)
def test_where_there_is_nothing_to_explain(tmp_path: Path, place: str, line: str) -> None:
    ran = explain(tmp_path, place)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"{place}: {line}")


@pytest.mark.parametrize(("place", "line"), [("m.py", "'m.py' is not FILE:LINE"), ("gone.py:3", "gone.py: cannot be read")])
def test_bad_usage(tmp_path: Path, place: str, line: str) -> None:
    ran = explain(tmp_path, place)
    assert (ran.returncode, line in ran.stderr) == (2, True)
