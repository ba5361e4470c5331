"""Every kind of bad input: one clear line, the right exit code, and nothing touched that was not asked for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import LIE, MODEL, REWRITTEN, Run

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["rewrite"], "error: Missing argument 'PATH...' (see `autovec rewrite --help`)\n"),
        (["rewrit", "x.py"], None),
        (["rewrite", "gone.py"], "error: gone.py: no such file or directory\n"),
        (["check", "gone.py", "lost"], "error: gone.py: no such file or directory\nerror: lost: no such file or directory\n"),
        (["rewrite", "--min-speedup", "fast", "m.py"], "'fast' is not a number of at least 0 (see `autovec rewrite --help`)\n"),
        (["rewrite", "--min-speedup", "nan", "m.py"], "'nan' is not a number of at least 0 (see `autovec rewrite --help`)\n"),
        (["rewrite", "--max-temporary", "lots", "m.py"], "'lots' is not a number of bytes or a text such as \"256MB\""),
        (["rewrite", "--rounding", "sloppy", "m.py"], "'sloppy' is not one of 'bounded', 'exact'"),
        (["rewrite", "--jobs", "0", "m.py"], "0 is not in the range x>=1"),
        (["check", "--diff", "m.py"], "--diff"),
        (["rewrite", "--select", "AV7", "m.py"], "error: no rule or refusal code starts with 'AV7' (see `autovec rule --all`)\n"),
        (
            ["rewrite", "--ignore", "E501", "m.py"],
            "error: no rule or refusal code starts with 'E501' (see `autovec rule --all`)\n",
        ),
        (["rewrite", "-", "m.py"], "`-` (standard input) cannot be combined with other paths"),
        (["rewrite", "--config", "none.toml", "m.py"], "error: none.toml: cannot be read: No such file or directory\n"),
        (["rewrite", "--config", "c.toml", "--isolated", "m.py"], "--config FILE and --isolated exclude each other"),
        (["check", "--config", "a.toml", "--config", "b.toml", "m.py"], "--config takes one file only"),
        (["check", "--config", "select=1", "m.py"], "error: --config 'select=1': `select` must be a list of strings, not 1\n"),
        (["check", "--config", "x = ", "m.py"], "error: --config 'x = ': neither a file nor KEY=VALUE in TOML: "),
        (["check", "--per-file-ignores", "tests/", "m.py"], "'tests/' is not a list of PATTERN:CODE pairs"),
        (["check", "--since", "main", "m.py"], "m.py: not in a git repository, so nothing is known of its changes\n"),
        (["check", "--baseline", "none.json", "m.py"], "error: none.json: cannot be read: No such file or directory\n"),
        (["check", "--watch", "-"], "--watch is for files, not for standard input"),
        (["rewrite", "-o", "no/such/place", "m.py"], "error: no/such/place: cannot be written: No such file or directory\n"),
        (["rule"], "give one CODE, or --all"),
    ],
)
def test_bad_usage_is_told_before_anything_is_touched(run: Run, words: list[str], line: str | None) -> None:
    Path("m.py").write_text(MODEL)
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert line is None or line in ran.err
    assert ran.err.startswith("error: ") and all(text.startswith("error: ") for text in ran.err.splitlines())
    assert Path("m.py").read_text() == MODEL


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[tool.autovec", "pyproject.toml: not valid TOML: "),
        ("[tool.autovec]\nmin-speedp = 2\n", "unknown key `tool.autovec.min-speedp`; did you mean `min-speedup`?\n"),
        ("[tool.autovec]\nselect = 'AV1'\n", "`tool.autovec.select` must be a list of strings, not 'AV1'\n"),
        ("[tool.autovec]\nselect = ['AV9']\n", "error: no rule or refusal code starts with 'AV9' (see `autovec rule --all`)\n"),
    ],
)
def test_broken_configuration(run: Run, text: str, line: str) -> None:
    Path("m.py").write_text(MODEL)
    Path("pyproject.toml").write_text(text)
    ran = run("rewrite", "m.py")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert line in ran.err
    assert Path("m.py").read_text() == MODEL
    assert run("rewrite", "--isolated", "m.py").code == 0


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"def broken(\n", "does not parse: line 1"),
        (b"x = '\xff'\n", "the file cannot be decoded: "),
        (b"\x7fELF\0\0", "cannot be read: binary, or text in UTF-16 (it holds NUL bytes)"),
        (b"# die\n", "the process that worked on it ended with exit code 9"),
    ],
)
def test_a_bad_file_is_skipped_and_the_others_go_on(run: Run, content: bytes, error: str) -> None:
    Path("a.py").write_text(MODEL)
    Path("bad.py").write_bytes(content)
    Path("c.py").write_text(MODEL)
    ran = run("rewrite", "-j2", ".")
    assert ran.code == 1
    assert f"bad.py: error: {error}" in ran.err
    assert ran.err.endswith("2 loops rewritten in 2 files (geometric mean 41x), 1 file skipped\n")
    assert [Path(name).read_text() for name in ("a.py", "c.py")] == [REWRITTEN, REWRITTEN]
    assert Path("bad.py").read_bytes() == content


@pytest.fixture(params=["said by the system", "by permissions"])
def read_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Makes files read-only: as the system answers, which holds to root as well, and by their permissions."""
    if request.param == "said by the system":

        def refuse_writing(*names: str) -> None:
            monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK or Path(path).name not in names)

        return refuse_writing
    if AS_ROOT:
        pytest.skip("nothing is read-only to root")
    return lambda *names: [Path(name).chmod(0o444) for name in names]


def test_a_read_only_file_is_reported_only_when_there_is_something_to_write(run: Run, read_only: Callable[..., object]) -> None:
    for name, text in (("a.py", MODEL), ("b.py", "x = 1\n"), ("c.py", MODEL)):
        Path(name).write_text(text)
    read_only("a.py", "b.py")
    ran = run("rewrite", "--output-format", "concise", ".")
    assert ran.code == 1
    assert ran.err.splitlines() == [
        "a.py: error: cannot be written: it is read-only",
        "1 loop rewritten in 1 file (geometric mean 41x), 1 file skipped",
    ]
    assert Path("a.py").read_text() == MODEL
    assert Path("c.py").read_text() == REWRITTEN
    assert run("rewrite", "--diff", "-q", "a.py").out.startswith("--- a.py\n+++ a.py\n")


def test_a_file_that_another_program_changed_meanwhile_is_left_alone(run: Run) -> None:
    Path("m.py").write_text(MODEL + "# meddle\n")
    ran = run("rewrite", "m.py")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("m.py: error: not written: it changed while autovec was working on it\n")
    assert Path("m.py").read_text() == MODEL + "# meddle\n# by another program\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_read(run: Run) -> None:
    os.mkfifo("pipe.py")
    ran = run("check", "pipe.py")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "pipe.py: error: cannot be read: not a regular file")


def test_a_directory_without_python_files_is_worth_a_line(run: Run) -> None:
    Path("empty").mkdir()
    assert (
        run("check", "empty").err == "warning: empty: no Python files found in this directory\nno loops that can be rewritten\n"
    )
    assert run("check", "-q", "empty").err == ""


def test_a_failed_verification_has_an_exit_code_of_its_own(run: Run) -> None:
    Path("lie.py").write_text(LIE)
    Path("bad.py").write_text("def broken(\n")
    ran = run("rewrite", "--exit-zero", ".")
    assert ran.code == 3
    assert "lie.py:2:5: AV090 counterexample: the versions differ for a = [1]\n" in ran.out
    assert "\n\nimport numpy as np\nf(np.array([1]))\n\n" in ran.out
    assert ran.err.endswith("no loops rewritten, 1 verification failed, 1 file skipped\n")
