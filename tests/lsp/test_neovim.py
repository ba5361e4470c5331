"""All the way in a real Neovim without a screen: squiggle, light bulb, checked edit, hover, the file on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from doubled import REWRITTEN, TEXT

pytest.importorskip("pygls", reason="pygls is not installed")
SCRIPT = Path(__file__).parent / "neovim.lua"


@pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")
def test_a_loop_is_rewritten_in_neovim(tmp_path: Path) -> None:
    (tmp_path / "demo.py").write_text(TEXT)
    (tmp_path / "pyproject.toml").write_text('[tool.autovec]\nbackend = "numpy"\n')
    command = ["nvim", "--headless", "-u", "NONE", "-c", f"luafile {SCRIPT}"]
    environment = {**os.environ, "SERVER_PYTHON": sys.executable, "XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    said = dict(line.split(": ", 1) for line in run.stdout.splitlines() if ": " in line)
    assert said["diagnostics"] == "1 in-place-update: could become `x *= 2.0`", run.stdout + run.stderr
    assert said["action"] == "Rewrite into NumPy: in-place-update"
    assert "equal bit for bit" in said["hover"]
    assert (tmp_path / "demo.py").read_text() == REWRITTEN
