"""The lines of one rewrite among several in a file."""

from __future__ import annotations

from autovec.outcome import Edit, Span
from autovec.report.hunk import DiffLine, hunk

TEXT = "def f(x, y):\n    for i in x:\n        a\n    for j in y:\n        b\n        # why\n        c\n"


def test_only_the_lines_of_the_edit() -> None:
    assert hunk(TEXT, Edit(Span(2, 4, 3, 9), "for i in x:\n        a", "A")) == [
        DiffLine("-", 2, "    for i in x:"),
        DiffLine("-", 3, "        a"),
        DiffLine("+", None, "    A"),
    ]


def test_line_endings_do_not_matter_and_new_lines_are_indented() -> None:
    edit = Edit(Span(2, 4, 3, 9), "for j in y:\r\n        b", "if c:\n    B\nelse:\n    b")
    assert hunk("def g(y):\r\n    for j in y:\r\n        b\r\n", edit) == [
        DiffLine("-", 2, "    for j in y:"),
        DiffLine("+", None, "    if c:"),
        DiffLine("+", None, "        B"),
        DiffLine("+", None, "    else:"),
        DiffLine(" ", 3, "        b"),
    ]


def test_an_edit_that_does_not_fit_shows_the_loop() -> None:
    assert hunk(TEXT, Edit(Span(2, 4, 3, 9), "for i in z:\n        a", "A")) == [
        DiffLine(" ", 2, "    for i in x:"),
        DiffLine(" ", 3, "        a"),
    ]
