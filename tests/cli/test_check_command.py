"""What only `check` has: the cache, baselines, changed lines, comments that are added, watching."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import fake_pipeline
import pytest
from conftest import MODEL, RECURRENCE, Run

FOUND = "m.py:5:5: AV101 elementwise-map: out[:] = a * 2\n"
CONCISE = ("check", "--output-format", "concise")
SECOND = "\n\ndef g(a, out):\n    for i in range(len(a)):\n        out[i] = a[i] * 2\n"


@pytest.fixture(autouse=True)
def model(run: Run) -> None:
    """The file that these tests are about."""
    Path("m.py").write_text(MODEL)


def git(*words: str) -> None:
    """A git command in the current directory, as nobody in particular."""
    who = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


# ------------------------------------------------------------------ the cache


def test_a_file_that_did_not_change_is_not_looked_at_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = run(*CONCISE, ".")
    monkeypatch.setattr(fake_pipeline, "analyse_file", lambda *_: pytest.fail("looked at again"))
    assert run(*CONCISE, ".") == first
    Path("m.py").rename("n.py")
    assert run(*CONCISE, ".").out == FOUND.replace("m.py", "n.py")


@pytest.mark.parametrize("style", ["full", "json", "sarif"])
def test_what_is_remembered_prints_the_same(run: Run, style: str) -> None:
    Path("r.py").write_text(RECURRENCE)
    words = ("check", "-v", "--output-format", style, ".")
    assert run(*words) == run(*words) == run(*words, "--no-cache")


def test_other_content_other_options_and_no_cache_are_looked_at(run: Run) -> None:
    run(*CONCISE, ".")
    assert run(*CONCISE, "--ignore", "AV101", ".").out == ""
    Path("m.py").write_text(MODEL.replace("* 2", "* 3"))
    assert run(*CONCISE, ".").out == ""
    Path("m.py").write_text(MODEL)
    assert run(*CONCISE, ".").out == FOUND


def test_the_cache_hides_itself_and_can_lie_elsewhere(run: Run) -> None:
    run(*CONCISE, "--cache-dir", "elsewhere", ".")
    assert Path("elsewhere", ".gitignore").read_text() == "*\n"
    assert not Path(".autovec_cache").exists()
    run(*CONCISE, "--no-cache", ".")
    assert not Path(".autovec_cache").exists()


@pytest.mark.parametrize("damage", [b"", b"this is no database" * 100])
def test_a_damaged_cache_is_as_if_it_were_not_there(run: Run, damage: bytes) -> None:
    run(*CONCISE, ".")
    Path(".autovec_cache", "found.sqlite3").write_bytes(damage)
    assert run(*CONCISE, ".").out == FOUND


def test_a_place_that_cannot_hold_a_cache_is_no_error(run: Run) -> None:
    Path(".autovec_cache").write_text("a file")
    assert run(*CONCISE, "m.py").out == FOUND


# ------------------------------------------------------------------ only what is new


def test_a_baseline_hides_what_it_holds(run: Run) -> None:
    written = run("check", "--write-baseline", "known.json", ".")
    assert (written.code, written.err.splitlines()[-2:]) == (
        0,
        ["1 finding written to known.json", "1 loop can be rewritten in 1 file"],
    )
    assert run(*CONCISE, "--baseline", "known.json", ".").code == 0
    Path("m.py").write_text("# moved down\n" + MODEL + SECOND)
    ran = run(*CONCISE, "--baseline", "known.json", ".")
    assert (ran.code, ran.out) == (1, "m.py:12:5: AV101 elementwise-map: out[:] = a * 2\n")


def test_a_baseline_can_be_configured_and_is_readable(run: Run) -> None:
    Path("pyproject.toml").write_text('[tool.autovec]\nbaseline = "known.json"\n')
    assert run("check", "--write-baseline", "known.json", ".").code == 0
    (entry,) = json.loads(Path("known.json").read_text())["findings"]
    assert {key: entry[key] for key in ("path", "code", "function")} == {"path": "m.py", "code": "AV101", "function": "f"}
    assert run("check", ".").code == 0
    Path("known.json").write_text("{}")
    ran = run("check", ".")
    assert (ran.code, "known.json: not a baseline" in ran.err) == (2, True)


def test_since_looks_at_changed_lines_only(run: Run) -> None:
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    assert run(*CONCISE, "--since", "main", ".").out == ""
    Path("m.py").write_text("\n" + MODEL + SECOND)
    Path("new.py").write_text(MODEL)
    ran = run(*CONCISE, "--since", "main", ".")
    assert ran.out == "m.py:12:5: AV101 elementwise-map: out[:] = a * 2\nnew.py:5:5: AV101 elementwise-map: out[:] = a * 2\n"
    unknown = run(*CONCISE, "--since", "no-such-branch", ".")
    assert (unknown.code, unknown.err.startswith("error: git merge-base: fatal: ")) == (2, True)


def test_a_profile_leaves_the_functions_that_take_time(run: Run) -> None:
    here = Path.cwd()
    Path("a.py").write_text(MODEL)
    Path("b.py").write_text(MODEL)
    line = next(n for n, text in enumerate(MODEL.splitlines(), 1) if "out[i]" in text)
    Path("hot.txt").write_text(f"f ({here}/a.py:{line}) 10\nf ({here}/b.py:{line}) 89\nf (elsewhere.py:1) 1\n")
    assert [text.split(":")[0] for text in run(*CONCISE, "--profile", "hot.txt", ".").out.splitlines()] == ["b.py", "a.py"]
    Path("hot.txt").write_text(f"f ({here}/a.py:{line}) 10\n")
    assert [text.split(":")[0] for text in run(*CONCISE, "--profile", "hot.txt", ".").out.splitlines()] == ["a.py"]
    Path("hot.txt").write_text("f (elsewhere.py:1) 10\n")
    cold = run("check", "--profile", "hot.txt", ".")
    assert (cold.code, "hot.txt: no function with a loop in these files took 1% of the time" in cold.err) == (0, True)
    Path("hot.txt").write_text("nothing")
    assert run(*CONCISE, "--profile", "hot.txt", ".").code == 2


# ------------------------------------------------------------------ comments that are added


def test_add_ignore_marks_every_loop_and_changes_nothing_else(run: Run) -> None:
    Path("m.py").write_text((MODEL + SECOND).replace("(len(a)):", "(len(a)):  # here", 1))
    ran = run("check", "-q", "--add-ignore", "too small", "m.py")
    assert ran.code == 0
    marked = "# autovec: ignore[AV101] too small\n"
    assert Path("m.py").read_text() == (MODEL + SECOND).replace("(len(a)):\n", f"(len(a)):  {marked}").replace(
        f"(len(a)):  {marked}", f"(len(a)):  # here  {marked}", 1
    )


def test_add_ignore_needs_no_reason(run: Run) -> None:
    run("check", "m.py", "--add-ignore")
    assert "range(len(a)):  # autovec: ignore[AV101]\n" in Path("m.py").read_text()


# ------------------------------------------------------------------ watching


@pytest.mark.skipif(sys.platform == "win32", reason="ends the watch with SIGINT")
def test_watch_checks_again_when_a_file_changes(tmp_path: Path) -> None:
    (tmp_path / "w.py").write_text("x = 1\n")
    program = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); from autovec.cli import main; main()"
    command = [sys.executable, "-c", program, "check", "--watch", "--statistics", "--no-cache", "w.py"]
    watching = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert watching.stderr is not None
    assert watching.stderr.readline() == "no loops that can be rewritten\n"
    assert watching.stderr.readline() == "watching for changes (Ctrl-C ends it)\n"
    (tmp_path / "next").write_text("for x in (\n")
    os.replace(tmp_path / "next", tmp_path / "w.py")
    assert watching.stderr.readline().startswith("w.py: error: AV001 syntax error on line 1")
    watching.send_signal(2)
    assert watching.wait(20) == 0


def test_findings_go_to_the_file_that_is_named(run: Run) -> None:
    ran = run(*CONCISE, "--output-file", "out.txt", "m.py")
    assert (ran.code, ran.out, Path("out.txt").read_text()) == (1, "", FOUND)
    assert (
        run(*CONCISE, "-o", "nowhere/out.txt", "m.py").err
        == "error: nowhere/out.txt: cannot be written: No such file or directory\n"
    )
