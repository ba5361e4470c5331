"""Ruff with all its rules and Black, run over what autovec wrote: they may wrap it otherwise, and change nothing else of it."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from autovec.options import Options
from autovec.pipeline import analyse_file

TEXT = '''\
"""A module."""

import numpy as np
from numpy.typing import NDArray


def scaled(x: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """Scale."""
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = x[i] * factor + 1.0  # one more
    return out


def clipped(x: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Clip."""
    result = np.zeros(x.shape[0])
    for index in range(x.shape[0]):
        if x[index] < low:
            result[index] = low
        elif x[index] > high:
            result[index] = high
        else:
            result[index] = x[index]
    return result


def smooth(x: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """Smooth."""
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = alpha * x[i] + (1 - alpha) * y[i - 1]
    return y


def kept(x: NDArray[np.float64]) -> float:
    """Left alone by name."""
    total = 0.0
    for v in x:  # autovec: ignore[AV2] measured: short
        total += v
    return total


def kept_by_noqa(x: NDArray[np.float64]) -> float:
    """Left alone by another comment."""
    total = 0.0
    for v in x:  # noqa: AV202
        total += v
    return total
'''
RUFF = ("ruff", "--isolated")
ALL = ("check", "--select", "ALL", "--fix", "--quiet", "--exit-zero", "--config", 'lint.external = ["AV"]')


def rewritten() -> str:
    report = analyse_file(TEXT.encode(), "model.py", Options(verify=False), None)
    assert report.after != TEXT
    return report.after


def after(words: Sequence[str], text: str, folder: Path) -> str:
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    path = folder / "model.py"
    path.write_text(text)
    run = subprocess.run([*words, str(path)], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return path.read_text()


def bodies(text: str) -> dict[str, str]:
    """What each function does, whatever its layout."""
    functions = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return {f.name: "\n".join(map(ast.unparse, f.body)) for f in functions}


@pytest.mark.parametrize(
    "words", [(*RUFF, *ALL), ("black", "--quiet"), (*RUFF, "format", "--quiet")], ids=["ruff ALL", "black", "ruff format"]
)
def test_they_leave_output_and_directives_alone(words: Sequence[str], tmp_path: Path) -> None:
    before = rewritten()
    text = after(words, before, tmp_path)
    assert bodies(text) == bodies(before)
    assert "@njit(" in text and "import njit" in text
    for directive in ("# autovec: ignore[AV2] measured: short", "# noqa: AV202", "# one more"):
        assert text.count(directive) == before.count(directive)
    again = analyse_file(text.encode(), "model.py", Options(verify=False), None)
    assert again.findings == ()


def test_ours_survives_where_ruff_does_not_know_our_codes(tmp_path: Path) -> None:
    text = after((*RUFF, *ALL[:-2]), rewritten(), tmp_path)
    assert re.findall(r"# autovec: .*", text) == ["# autovec: ignore[AV2] measured: short"]
