"""Notebooks on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import MODEL, REWRITTEN, Run

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# A title"]},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["%matplotlib inline\n", "x = 1"]},
        {
            "cell_type": "code",
            "execution_count": 2,
            "metadata": {},
            "outputs": [{"data": {"text/plain": ["7"]}}],
            "source": ["%time x\n", *MODEL.splitlines(keepends=True)],
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(autouse=True)
def notebook(run: Run) -> None:
    """The notebook that these tests are about."""
    Path("m.ipynb").write_text(json.dumps(NOTEBOOK, indent=1) + "\n")


def test_a_message_names_the_cell(run: Run) -> None:
    ran = run("check", "--output-format", "concise", ".")
    assert (ran.code, ran.out) == (1, "m.ipynb:cell 3:6:5: AV101 elementwise-map: out[:] = a * 2\n")


def test_the_diff_is_a_cell_s(run: Run) -> None:
    ran = run("rewrite", "--diff", "-q", "m.ipynb")
    assert ran.out.startswith("--- m.ipynb:cell 3\n+++ m.ipynb:cell 3\n@@ -3,6 +3,5 @@\n")


def test_only_the_cell_s_source_is_written(run: Run) -> None:
    before = Path("m.ipynb").read_text()
    assert run("rewrite", "m.ipynb").code == 0
    after = Path("m.ipynb").read_text()
    expected = json.loads(before)
    expected["cells"][2]["source"] = ["%time x\n", *REWRITTEN.splitlines(keepends=True)]
    assert after == json.dumps(expected, indent=1) + "\n"
    assert run("rewrite", "m.ipynb").err == "no loops rewritten\n"


def test_what_is_no_notebook_is_skipped(run: Run) -> None:
    Path("bad.ipynb").write_text("{}")
    ran = run("check", "bad.ipynb")
    assert (ran.code, ran.err.splitlines()[0]) == (1, "bad.ipynb: error: not a notebook: it has no list of cells")


def test_a_notebook_on_standard_input(run: Run) -> None:
    data = Path("m.ipynb").read_bytes()
    ran = run("rewrite", "-", "--stdin-filename", "m.ipynb", stdin=data)
    assert json.loads(ran.out)["cells"][2]["source"][-2:] == ["    out[:] = a * 2\n", "    return out\n"]
