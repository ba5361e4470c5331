"""Whoever does not want kernels, or only looks, never imports Numba."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = """\
import numpy as np


def smooth(x: np.ndarray, a: float) -> np.ndarray:
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = a * x[i] + y[i - 1]
    return y
"""
RUN = """\
import sys
from autovec.cli import main
sys.argv[1:] = {arguments!r}
try:
    main()
except SystemExit:
    pass
assert "numba" not in sys.modules and "llvmlite" not in sys.modules
"""


@pytest.mark.parametrize("arguments", [["check"], ["rewrite", "--diff", "--backend", "numpy"], ["--version"]])
def test_numba_is_not_imported(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "smoothing.py"
    file.write_text(SOURCE)
    words = [*arguments, *([str(file)] if arguments != ["--version"] else [])]
    done = subprocess.run([sys.executable, "-c", RUN.format(arguments=words)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_check_offers_a_kernel_without_running_anything(tmp_path: Path) -> None:
    file = tmp_path / "smoothing.py"
    file.write_text(SOURCE)
    code = "import sys; from autovec.cli import main; sys.exit(main())"
    words = [sys.executable, "-c", code, "check", "--output-format", "concise", str(file)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert "AV901 compiled-loop: _smooth_loop(x, y, float(a))" in done.stdout, done.stdout + done.stderr
