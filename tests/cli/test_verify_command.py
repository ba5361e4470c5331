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
