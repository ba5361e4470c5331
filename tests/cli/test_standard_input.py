"""`-`: text in, text out, and nothing else on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import MODEL, REWRITTEN, Run


def test_rewrite_passes_the_new_text_on(run: Run) -> None:
    ran = run("rewrite", "-", "--stdin-filename", "src/m.py", "--output-format", "concise", stdin=MODEL.encode())
    assert (ran.code, ran.out) == (0, REWRITTEN)
    assert ran.err.startswith("src/m.py:5:5: AV101 elementwise-map: 41x faster")


@pytest.mark.parametrize("text", ["x = 1\n", "def broken(\n", ""])
def test_text_without_rewrites_comes_back_as_it_was(run: Run, text: str) -> None:
    ran = run("rewrite", "-", stdin=text.encode())
    assert (ran.code, ran.out) == (1 if "broken" in text else 0, text)


def test_diff_and_check(run: Run) -> None:
    assert run("rewrite", "--diff", "-", stdin=MODEL.encode()).out.startswith("--- -\n+++ -\n")
    ran = run("check", "-", "--output-format", "concise", stdin=MODEL.encode())
    assert (ran.code, ran.out) == (1, "-:5:5: AV101 elementwise-map: out[:] = a * 2\n")


def test_the_name_finds_the_settings(run: Run) -> None:
    Path("pyproject.toml").write_text('[tool.autovec]\nextend-exclude = ["gen"]\nper-file-ignores = { "m.py" = ["AV1"] }\n')
    assert run("check", "-", "--stdin-filename", "m.py", stdin=MODEL.encode()).code == 0
    assert run("check", "-", "--stdin-filename", "n.py", stdin=MODEL.encode()).code == 1
    ran = run("rewrite", "-", "--stdin-filename", "gen/n.py", "--force-exclude", stdin=MODEL.encode())
    assert (ran.code, ran.out, ran.err) == (0, MODEL, "")
