"""`fixable` and `unfixable`: what may be written. Other rewrites are reported, and stay the user's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import MODEL, REWRITTEN, Run

FOUND = "m.py:5:5: AV101 elementwise-map: 41x faster at n = 10,000, pays from n = 4; 1,204 cases equal bit for bit\n"
REPORTED = FOUND.replace("map: ", "map: unfixable: ")


@pytest.fixture(autouse=True)
def model(run: Run) -> None:
    """The file that these tests are about."""
    Path("m.py").write_text(MODEL)


@pytest.mark.parametrize(
    ("configured", "words", "written"),
    [
        ("", (), True),
        ("", ("--unfixable", "AV2"), True),
        ("", ("--unfixable", "AV1"), False),
        ("", ("--fixable", "AV2"), False),
        ("", ("--fixable", "AV101", "--unfixable", "AV1"), True),
        ("", ("--fixable", "AV1", "--unfixable", "AV101"), False),
        ("", ("--fixable", "AV101", "--unfixable", "AV101"), False),
        ('unfixable = ["AV101"]', (), False),
        ('unfixable = ["AV1"]', ("--fixable", "AV1"), True),  # the command line's word is the last one
        ('unfixable = ["AV1"]', ("--unfixable", "AV2"), False),
        ('fixable = ["AV2"]', (), False),
        ('fixable = ["AV2"]', ("--fixable", "AV1"), True),
    ],
)
def test_only_what_is_fixable_is_written(run: Run, configured: str, words: tuple[str, ...], written: bool) -> None:
    Path("pyproject.toml").write_text(f"[tool.autovec]\n{configured}\n")
    ran = run("rewrite", "--output-format", "concise", *words, "m.py")
    assert (ran.code, Path("m.py").read_text()) == (0, REWRITTEN if written else MODEL)
    assert ran.out == (FOUND if written else REPORTED)
    assert ran.err.splitlines()[-1] == (
        "1 loop rewritten in 1 file (geometric mean 41x)" if written else "no loops rewritten, 1 reported only (unfixable)"
    )


def test_check_reports_it_and_says_that_it_stays(run: Run) -> None:
    ran = run("check", "--unfixable", "AV1", "m.py")
    assert ran.code == 1
    assert ran.out.startswith("m.py:5:5: AV101 elementwise-map: unfixable: out[:] = a * 2\n")
    assert "  = unfixable: reported only, as `fixable` and `unfixable` say of AV101\n" in ran.out
    assert ran.err == "no loops that can be rewritten, 1 reported only (unfixable)\n"


def test_there_is_no_difference_to_write(run: Run) -> None:
    ran = run("rewrite", "--diff", "--unfixable", "AV1", "m.py")
    assert (ran.code, ran.out) == (0, "")
    assert run("rewrite", "--unfixable", "AV1", "--exit-non-zero-on-fix", "m.py").code == 0
    assert run("rewrite", "--unfixable", "AV1", "--patch", "p.diff", "m.py").code == 0
    assert (Path("p.diff").read_text(), Path("m.py").read_text()) == ("", MODEL)


def test_nobody_is_asked_about_it(run: Run) -> None:
    ran = run("rewrite", "-i", "--unfixable", "AV1", "m.py", stdin=b"y\n")
    assert (ran.code, Path("m.py").read_text()) == (0, MODEL)
    assert "rewrite this loop?" not in ran.err


def test_programs_are_given_no_fix(run: Run) -> None:
    found = json.loads(run("check", "--output-format", "json", "--unfixable", "AV1", "m.py").out)
    ((finding,), summary) = (found["files"][0]["findings"], found["summary"])
    assert (finding["code"], finding["fix"]) == ("AV101", None)
    assert (summary["rewrites"], summary["unfixable"]) == (0, 1)
    assert json.loads(run("check", "--output-format", "json", "m.py").out)["files"][0]["findings"][0]["fix"] is not None
    (result,) = json.loads(run("check", "--output-format", "sarif", "--unfixable", "AV1", "m.py").out)["runs"][0]["results"]
    assert "fixes" not in result


def test_settings_show_it_and_codes_are_looked_up(run: Run) -> None:
    shown = run("check", "--show-settings", "--fixable", "AV1", "--unfixable", "AV101").out
    assert 'fixable = ["AV1"]\nunfixable = ["AV101"]\n' in shown
    ran = run("check", "--unfixable", "AV1,AV7", "m.py")
    assert (ran.code, "no rule or refusal code starts with 'AV7'" in ran.err) == (2, True)
