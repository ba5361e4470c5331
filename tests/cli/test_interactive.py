"""`rewrite --interactive` and `--patch`: what lands is what the user says, and a patch is what git applies."""

from __future__ import annotations

import subprocess
from pathlib import Path

import click
import pytest
from conftest import MODEL, REWRITTEN, Run

NAMES = ("a.py", "b.py", "c.py")
DONE = {"y": REWRITTEN, "n": MODEL}


@pytest.fixture(autouse=True)
def models(run: Run) -> None:
    """Three files with a loop each."""
    for name in NAMES:
        Path(name).write_text(MODEL)


@pytest.mark.parametrize(
    ("answers", "became"),
    [
        ("y\nn\ny\n", "yny"),
        ("n\na\n", "nyy"),
        ("y\nq\n", "ynn"),
        ("", "nnn"),
        ("what\n\nyes\nNo\nN\n", "ynn"),
    ],
)
def test_what_lands_is_what_the_user_says(run: Run, answers: str, became: str) -> None:
    ran = run("rewrite", "-i", "-j1", *NAMES, stdin=answers.encode())
    assert ran.code == 0
    assert [Path(name).read_text() for name in NAMES] == [DONE[answer] for answer in became]
    assert ran.out == ""
    assert f"{became.count('y') or 'no'} loop" in ran.err.splitlines()[-1]


def test_explain_shows_the_rule_and_asks_again(run: Run) -> None:
    ran = run("rewrite", "-i", "a.py", stdin=b"e\ny\n")
    assert "\n  +     out[:] = a * 2\n" in ran.err
    assert "AV101 elementwise-map\n" in ran.err
    assert ran.err.count("rewrite this loop? ") == 2
    assert Path("a.py").read_text() == REWRITTEN


def test_an_edited_rewrite_lands_as_edited(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "edit", lambda text, extension: text.replace("a * 2", "2 * a") + "\n")
    assert run("rewrite", "-i", "a.py", stdin=b"d\n").code == 0
    assert Path("a.py").read_text() == REWRITTEN.replace("a * 2", "2 * a")


def test_an_edit_that_does_not_parse_is_asked_about_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "edit", lambda text, extension: "out[:] = (")
    ran = run("rewrite", "-i", "a.py", stdin=b"d\nn\n")
    assert "that cannot land: " in ran.err
    assert Path("a.py").read_text() == MODEL


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("-i", "--diff", "a.py"), "--interactive cannot be combined with --diff or standard input"),
        (("-i", "-"), "--interactive cannot be combined with --diff or standard input"),
        (("--patch", "p", "--diff", "a.py"), "--diff and --patch exclude each other"),
    ],
)
def test_words_that_do_not_go_together(run: Run, words: tuple[str, ...], line: str) -> None:
    ran = run("rewrite", *words)
    assert (ran.code, line in ran.err) == (2, True)


def test_a_patch_is_what_git_applies(run: Run) -> None:
    Path("a.py").write_bytes(("# -*- coding: latin-1 -*-\n# caf\xe9\n" + MODEL).replace("\n", "\r\n").encode("latin-1"))
    before = {name: Path(name).read_bytes() for name in NAMES}
    ran = run("rewrite", "--patch", "all.patch", ".")
    assert ran.code == 0
    assert {name: Path(name).read_bytes() for name in NAMES} == before
    subprocess.run(["git", "apply", "all.patch"], check=True)
    assert Path("b.py").read_text() == REWRITTEN
    assert Path("a.py").read_bytes() == before["a.py"].replace(
        MODEL.replace("\n", "\r\n").encode(), REWRITTEN.replace("\n", "\r\n").encode()
    )
