"""What a command loads: nothing heavy where there is no loop over numbers, and never what only others need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "numba", "libcst", "hypothesis", "pygls", "lsprotocol", "islpy", "rich")
CODE = f"""
import sys
from autovec.cli import run_command
code = run_command(sys.argv[1:])
print(code, *sorted(set({HEAVY!r}) & sys.modules.keys()), file=sys.stderr)
"""
NOT_AT_ONCE = ("json", "hashlib", "tempfile", "tomllib", "traceback", "sqlite3", "multiprocessing")  # some milliseconds each
NOT_TO_LOOK = ("autovec.harness", "autovec.measure", "autovec.verify.check")  # what runs and times code
NAMED = """
import sys
from autovec.cli import run_command
run_command(sys.argv[2:])
print(*[name for name in sys.argv[1].split(",") if name in sys.modules], file=sys.stderr)
"""
PLAIN = "def f(names):\n    for name in names:\n        print(name.upper())\n    return [n for n in names if n]\n"
NUMBERS = "def f(x: list[float]):\n    total = 0.0\n    for v in x:\n        total += v * v\n    return total\n"


def loaded(folder: Path, *words: str) -> str:
    """The exit code and the heavy packages that a command left loaded."""
    run = subprocess.run([sys.executable, "-c", CODE, *words], cwd=folder, capture_output=True, text=True, timeout=120)
    return run.stderr.splitlines()[-1]


def of_these(names: tuple[str, ...], folder: Path, *words: str) -> str:
    """Which modules a command left loaded."""
    run = subprocess.run(
        [sys.executable, "-c", NAMED, ",".join(names), *words], cwd=folder, capture_output=True, text=True, timeout=120
    )
    return run.stderr.splitlines()[-1]


@pytest.mark.parametrize("words", [(), ("-v",), ("--output-format", "json"), ("--statistics",), ("--no-cache",)])
def test_a_file_without_loops_over_numbers_loads_nothing_heavy(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(PLAIN)
    assert loaded(tmp_path, "check", "-q", *words, "m.py") == "0"
    assert loaded(tmp_path, "check", "-q", *words, ".") == "0"


def test_what_is_known_already_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(NUMBERS)
    assert loaded(tmp_path, "check", "-q", "--backend", "numpy", "--output-format", "concise", "m.py").startswith("1")
    assert loaded(tmp_path, "check", "-q", "--backend", "numpy", "--output-format", "concise", "m.py") == "1"


def test_to_look_at_a_loop_takes_no_compiler_and_no_server(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(NUMBERS)
    code, *packages = loaded(tmp_path, "check", "-q", "--no-cache", "m.py").split()
    assert code == "1"
    assert set(packages) <= {"numpy", "islpy"}


def test_a_loop_is_looked_at_without_numpy_once_it_was_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither NumPy nor the rules are loaded again for what earlier runs have learnt of them, whatever files they were about."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "byte code"))
    (tmp_path / "one.py").write_text(NUMBERS)
    (tmp_path / "two.py").write_text(f"import math\n\n\n{NUMBERS.replace('total', 't')}{NUMBERS}")
    check = ("check", "-q", "--no-cache", "--isolated")
    first, second = (of_these(("numpy", "autovec.lift.template"), tmp_path, *check, name) for name in ("one.py", "two.py"))
    assert (first, second) == ("numpy autovec.lift.template", "")
    assert of_these(("numpy", "autovec.lift.template"), tmp_path, "check", "-q", "one.py") == ""


def test_one_file_loads_what_it_needs_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(PLAIN)
    (tmp_path / "sums.py").write_text(NUMBERS)
    assert of_these(NOT_AT_ONCE, tmp_path, "check", "-q", "--no-cache", "--isolated", "plain.py") == ""
    assert of_these(NOT_TO_LOOK, tmp_path, "check", "-q", "--no-cache", "--isolated", "sums.py") == ""


def test_the_data_classes_of_a_run_are_made_when_they_are_used(tmp_path: Path) -> None:
    """The standard library's decorator takes longer than all else that is done for a file without a loop."""
    (tmp_path / "sums.py").write_text(NUMBERS)
    code = (
        "import sys, dataclasses\nmade, real = [], dataclasses._process_class\n"
        "dataclasses._process_class = lambda cls, *rest: made.append(cls.__module__) or real(cls, *rest)\n"
        "from autovec.cli import run_command\nrun_command(sys.argv[1:])\n"
        "print(len([name for name in made if name.startswith('autovec.')]), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code, "check", "-q", "--no-cache", "--isolated", "sums.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert int(run.stderr.splitlines()[-1]) <= 25
