"""What a real run shows of a function's parameters: noted, found again, asked for in the new text, and no longer believed
once the code is another."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autovec.cli.trace import traced_words
from autovec.files.seen import NAME, Traced, read_traced
from autovec.lsp.configuration import Configuration
from autovec.options import Options, Seen
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file
from autovec.settings.model import CACHE_DIRECTORY as DIRECTORY

MODEL = """\
import numpy as np


def score(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


class Grid:
    def step(self, u):
        return u


def later():
    yield 1
"""
PROGRAM = """\
import sys
import numpy as np
from model import Grid, later, score

print(score(np.arange(4.0), np.ones(4)), sys.argv[1:])
score(np.ones(9), np.ones(9))
Grid().step([1, 2.0])
list(later())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "model.py").write_text(MODEL)
    (tmp_path / "pyproject.toml").write_text('[tool.autovec]\nbackend = "numpy"\n')
    (tmp_path / "run.py").write_text(PROGRAM)
    return tmp_path


def autovec(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "autovec", *words], cwd=project, capture_output=True, text=True, timeout=120)


def notes(project: Path) -> Traced:
    return read_traced(project / DIRECTORY, project)


def found(text: str, *seen: Seen) -> FileReport:
    return analyse_file(text.encode(), "model.py", Options(verify=False, backend="numpy", seen=seen), None)


def test_a_run_is_noted_and_then_known(project: Path) -> None:
    assert "nothing but subscripts" in autovec(project, "check", "-v", "model.py").stdout
    run = autovec(project, "trace", "--", "python", "run.py", "--fast", "7")
    assert (run.returncode, run.stdout) == (0, "6.0 ['--fast', '7']\n"), run.stderr
    assert run.stderr == f"noted what 2 functions in 1 file were given in {project / DIRECTORY / NAME}\n"
    seen = {(s.function, s.parameter): s for s in notes(project).of(str(project / "model.py"))}
    a = seen["score", "a"]
    assert (a.types, a.dtypes, a.ranks, a.least, a.most) == (("ndarray",), ("float64",), (1,), 4, 9)
    u = seen["Grid.step", "u"]
    assert (u.types, u.dtypes, u.least, u.most) == (("list",), ("float|int",), 2, 2)
    assert ("score", "total") not in seen
    assert ":5: AV20" in autovec(project, "check", "--output-format", "concise", "model.py").stdout
    assert autovec(project, "check", "--isolated", "--backend", "numpy", "model.py").returncode == 0


def test_the_program_ends_as_it_would(project: Path) -> None:
    (project / "run.py").write_text("import sys\nfrom model import Grid\nGrid().step(1)\nsys.exit(5)\n")
    run = autovec(project, "trace", "run.py")
    assert run.returncode == 5
    assert "noted what 1 function in 1 file" in run.stderr
    (project / "run.py").write_text("from model import Grid\nGrid().step(1)\nraise ValueError('no')\n")
    run = autovec(project, "trace", "run.py")
    assert run.returncode == 1
    assert "ValueError: no" in run.stderr
    assert autovec(project, "trace", "--forget").stderr == "the notes of earlier runs are gone\n"
    assert notes(project).files == {}


@pytest.mark.parametrize(
    "words, message",
    [
        ((), "error: which program? As in `autovec trace -- script.py` (see `autovec trace --help`)"),
        (("nowhere.py",), "error: nowhere.py: no such script or command"),
        (("pyproject.toml",), "error: pyproject.toml: not a Python script"),
        (("python", "-c", "1"), "error: python -c 1: of Python's own options only -m can be traced"),
        (("-m",), "error: -m: which module?"),
    ],
)
def test_what_cannot_be_run_is_said(words: tuple[str, ...], message: str, project: Path) -> None:
    run = autovec(project, "trace", *(("--", *words) if words else ()))
    assert (run.returncode, run.stderr.strip()) == (2, message)


def test_modules_and_scripts_are_run_as_python_runs_them(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    assert traced_words(["-m", "run", "x"]) == ["-m", "run", "x"]
    assert traced_words(["python3", "run.py"]) == ["run.py"]
    run = autovec(project, "trace", "-m", "run")
    assert run.stdout == "6.0 []\n", run.stderr


def test_notes_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    for text in ("", "[]", '{"format": "autovec trace 1", "files": {"a.py": [{"x": 1}]}}', '{"format": "autovec trace 9"}'):
        (tmp_path / NAME).write_text(text)
        assert read_traced(tmp_path, tmp_path).files == {}


# ------------------------------------------------------------------ what analysis makes of it


def seen(parameter: str, *types: str, dtypes: tuple[str, ...] = ("float64",), rank: int = 1, text: str = MODEL) -> Seen:
    from autovec.source.fingerprint import fingerprint

    (function,) = (f for f in ast.parse(text).body if isinstance(f, ast.FunctionDef) and f.name == "score")
    return Seen("score", fingerprint(function), parameter, types, dtypes, (rank,), 4, 9)


def test_what_was_seen_is_asked_for_in_the_new_text() -> None:
    report = found(MODEL, seen("a", "ndarray"), seen("b", "ndarray"))
    (rewrite,) = (f for f in report.findings if isinstance(f, Rewrite))
    assert rewrite.conditions[0] == "all(isinstance(v, np.ndarray) for v in (a, b))"
    space: dict[str, object] = {}
    exec(compile(report.after, "model.py", "exec"), space)
    score = space["score"]
    assert callable(score)
    assert score(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 11.0
    assert score([1, 2], {0: 3, 1: 4}) == 11.0  # never seen, and right still


@pytest.mark.parametrize("change", ["total = 0.0", "range(len(a))"])
def test_other_code_was_not_seen(change: str) -> None:
    text = MODEL.replace(change, f"{change[:-1]}5)" if change.endswith(")") else "total = 1.0")
    text = text.replace("range(len(a)5)", "range(1, len(a))")
    (left,) = (f for f in found(text, seen("a", "ndarray"), seen("b", "ndarray")).findings if isinstance(f, Left))
    assert left.refusal.code == "AV010"


def test_comments_and_lines_above_do_not_make_other_code() -> None:
    text = "# new\n\n" + MODEL.replace("total = 0.0", "total = 0.0  # start")
    assert any(isinstance(f, Rewrite) for f in found(text, seen("a", "ndarray"), seen("b", "ndarray")).findings)


def test_a_loop_over_what_is_no_array_is_left_alone_with_what_was_seen() -> None:
    (left,) = (f for f in found(MODEL, seen("a", "ndarray"), seen("b", "dict", dtypes=())).findings if isinstance(f, Left))
    assert left.refusal.message == (
        "it is not known that `b` is an array: it was a dict in the runs that `autovec trace` watched"
    )


def test_one_type_among_others_is_no_reason_to_refuse() -> None:
    report = found(MODEL, seen("a", "list", "ndarray"), seen("b", "ndarray"))
    assert any(isinstance(f, Rewrite) for f in report.findings)


def test_bench_and_the_editor_read_the_notes(project: Path) -> None:
    assert autovec(project, "bench", "model.py::score").returncode == 1
    autovec(project, "trace", "run.py")
    timed = autovec(project, "bench", "model.py::score")
    assert timed.returncode == 0, timed.stdout  # also where it pays only for more than the nine elements that were seen
    assert "(a, b)" in timed.stdout
    configuration = Configuration()
    assert {s.parameter for s in configuration.seen(project / "model.py")} == {"a", "b", "self", "u"}
    (project / DIRECTORY / NAME).unlink()
    assert configuration.seen(project / "model.py")
    configuration.forget()
    assert configuration.seen(project / "model.py") == ()
