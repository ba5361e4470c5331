"""`verify` as it is typed: exit codes, what is printed, and the test that it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autovec.cli import run_command

OLD = "def f(x: list[float]) -> float:\n    t = 0.0\n    for v in x:\n        t += v\n    return t\n"
RIGHT = "def g(x):\n    return sum(reversed(x), 0.0)\n"
WRONG = "def g(x):\n    return sum(x[1:], 0.0)\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("old.py", OLD), ("right.py", RIGHT), ("wrong.py", WRONG)):
        (tmp_path / name).write_text(text)
    return tmp_path


def test_no_difference_is_exit_code_0(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["verify", "old.py:f", "right.py:g"]) == 0
    out = capfd.readouterr().out
    assert out.startswith("old.py:f and right.py:g: no difference found\n")
    assert "equal within the old version's own rounding error" in out and "contract: x: float|int[x_0]" in out


def test_a_difference_is_exit_code_1_and_its_test_fails(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["verify", "old.py:f", "wrong.py:g", "--write-test", "test_it.py"]) == 1
    assert capfd.readouterr().out.startswith("old.py:f and wrong.py:g differ: result: ")
    pytest_run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"]
    assert subprocess.run(pytest_run, capture_output=True, cwd=here).returncode == 1
    (here / "wrong.py").write_text(RIGHT)
    assert subprocess.run(pytest_run, capture_output=True, cwd=here).returncode == 0


def test_what_was_seen_is_what_it_takes_until_the_code_changes(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "pyproject.toml").write_text("[tool.autovec]\n")
    old = "def f(x, k):\n    return [v * k for v in x]\n"
    (here / "old.py").write_text(old)
    (here / "new.py").write_text("def g(x, k):\n    return [k * v for v in x]\n")
    (here / "run.py").write_text("import numpy as np\nimport old\nold.f(np.ones(3, np.float32), 2.0)\nold.f([1, 2], 2.0)\n")
    run = [sys.executable, "-m", "autovec", "trace", "--", sys.executable, "run.py"]
    assert subprocess.run(run, capture_output=True, cwd=here).returncode == 0
    assert run_command(["verify", "old.py:f", "new.py:g"]) == 0
    assert "contract: x: int[x_0], k: float\n  dtypes: x: int; x: float32\n" in capfd.readouterr().out
    assert run_command(["verify", "old.py:f", "new.py:g", "--contract", "x: int8[n], k: int"]) == 0
    assert "contract: x: int8[n], k: int\n" in capfd.readouterr().out
    (here / "old.py").write_text(old.replace("v * k", "v * k + 0"))
    assert run_command(["verify", "old.py:f", "new.py:g"]) == 0
    assert "contract: x: float64[x_0], k: float|int\n" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["old.py", "right.py:g"], "no answer: `old.py` is not FILE.py:function\n"),
        (["old.py:h", "right.py:g"], "no answer: old.py has no function `h` (a plain `def`)\n"),
        (["none.py:f", "right.py:g"], "no answer: none.py cannot be read: No such file or directory\n"),
    ],
)
def test_no_answer_is_exit_code_2(here: Path, capfd: pytest.CaptureFixture[str], words: list[str], why: str) -> None:
    assert run_command(["verify", *words]) == 2
    assert capfd.readouterr().err == why
