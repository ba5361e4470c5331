"""Ranges of lines that are left alone."""

from __future__ import annotations

import ast
import json

import pytest

from autovec import check
from autovec.files.notebook import read_notebook
from autovec.options import Options
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file
from autovec.source.notebook import join
from autovec.source.suppress import Suppressions, suppressions
from autovec.source.text import SourceText, from_text

LOOP = "for i in range(len(x)):\n    y[i] = x[i] + 1.0\n"
NUMPY_ONLY = Options(verify=False, backend="numpy")


def quiet(text: str) -> Suppressions:
    source = from_text(text)
    assert isinstance(source, SourceText)
    return suppressions(source)


def silenced(text: str, code: str = "AV101") -> list[int]:
    """The lines of the loops of `text` for which `code` is silenced."""
    directives = quiet(text)
    loops = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.For)]
    return sorted(node.lineno for node in loops if directives.silences(node, code))


def problems(text: str) -> list[tuple[int, str]]:
    return [(warning.span.line, warning.message) for warning in quiet(text).warnings if warning.span]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("# autovec: disable[AV1] why\nfor i in x: s\n# autovec: enable[AV1]\nfor i in x: s\n", [2]),
        ("for i in x: s\n# autovec: disable\nfor i in x: s\nfor i in x: s\n", [3, 4]),  # to the end of the file
        ("# autovec: disable[AV2]\nfor i in x: s\n", []),
        ("# AutoVec:Disable[av2, AV1]\r\nfor i in x: s\r\n# autovec: enable[AV1 AV2]\r\nfor i in x: s\r\n", [2]),
        ("if a:\n    # autovec: disable\n    for i in x: s\nelse:\n    for i in x: s\n", [3]),  # to the end of the block
        ("def f():\n\tif a:\n\t\t# autovec: disable\n\t\tfor i in x: s\n\tfor i in x: s\n", [4]),
        ("if a:\n    # autovec: disable\n    g(\n1)\n    for i in x: s\n", [5]),  # a bracket is no dedent
        ("if a:\n    # autovec: disable\n    '''\n'''\n\n# a comment is none, either\n    for i in x: s\n", [7]),
        ("# autovec: disable\nif a:\n    # autovec: enable\n    for i in x: s\n", [4]),  # another indentation
        ("# autovec: disable[AV1]\n# autovec: enable[AV10]\nfor i in x: s\n", [3]),  # other codes
        ("# autovec: disable\n# autovec: disable\n# autovec: enable\nfor i in x: s\n", [4]),  # the last one is closed first
        ("for i in x:\n    # autovec: disable\n    s\n    # autovec: enable\nfor i in x: s\n", [1]),  # a part of the loop
        ("# autovec: enable\nfor i in x: s\n# autovec: disable\n", []),
        ("a  # autovec: disable\nfor i in x: s\n", []),
        ("'''\n# autovec: disable\n'''\nfor i in x: s\n", []),
    ],
)
def test_a_range_holds_from_its_comment_to_where_it_is_closed_or_its_block_ends(text: str, lines: list[int]) -> None:
    assert silenced(text) == lines


def test_comments_that_open_or_close_nothing_are_told() -> None:
    alone = "has to stand on a line of its own"
    assert problems("a  # autovec: disable[AV1]\nb  # autovec: enable\n") == [(1, f"`disable` {alone}"), (2, f"`enable` {alone}")]
    assert problems("# autovec: disable[AV1]\n# autovec: enable[AV2]\n") == [(2, "`enable` ends no `disable`")]
    assert problems("if a:\n    # autovec: disable\n    b\nc\n    # autovec: enable\n") == [(5, "`enable` ends no `disable`")]
    assert problems("# autovec: disable[E501]\n# autovec: enable[E501]\n")[0] == (1, "`E501` is no code of autovec's")
    assert problems("# autovec: disable[AV1] why\n# autovec: enable[AV1]\n") == []


def function(body: str) -> str:
    head = "import numpy as np\n\n\ndef f(x: np.ndarray, y: np.ndarray):\n"
    return head + "".join(f"    {line}\n" for line in body.splitlines())


def lines_of(report: FileReport) -> list[tuple[str, int]]:
    assert not report.error
    found = ((f.code, f.edit.span.line) if isinstance(f, Rewrite) else (f.refusal.code, f.span.line) for f in report.findings)
    return sorted(found, key=lambda one: one[1])


DISABLED = f"# autovec: disable[AV1] why\n{LOOP}# autovec: enable[AV1]\n{LOOP}# autovec: disable[AV2]\n"


def test_check_leaves_a_range_alone_and_names_one_without_effect() -> None:
    report = check(function(DISABLED), options=NUMPY_ONLY)
    assert lines_of(report) == [("AV103", 9), ("AV008", 11)]
    (idle,) = [f.refusal for f in report.findings if isinstance(f, Left)]
    assert (idle.message, idle.hint) == ("`AV2` silences nothing here", "take it out, or put it above a loop")


def test_rewriting_leaves_a_range_byte_for_byte() -> None:
    text = function(DISABLED)
    after = check(text, options=NUMPY_ONLY).after  # the text that all rewrites together give
    start, end = text.index("    # autovec: disable"), text.index("    # autovec: enable")
    assert text[start:end] in after[: after.index("    # autovec: enable")]
    assert after.count("np.add(") == 1
    assert check(after, options=NUMPY_ONLY).after == after


def test_a_range_runs_on_through_the_cells_of_a_notebook() -> None:
    cells = ["import numpy as np\n# autovec: disable[AV1]\n", function(LOOP), "# autovec: enable[AV1]\n", function(LOOP)]
    notebook = {"cells": [{"cell_type": "code", "source": c.splitlines(keepends=True), "outputs": []} for c in cells],
                "metadata": {}, "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    joined = join(read_notebook(json.dumps(notebook).encode()).sources)
    report = analyse_file(joined.text.encode(), "n.ipynb", NUMPY_ONLY, None)
    assert len([f for f in report.findings if isinstance(f, Rewrite)]) == 1
    assert report.after.index("for i in") < report.after.index("enable[AV1]")
