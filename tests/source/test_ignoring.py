"""Comments that are added beside loops."""

from __future__ import annotations

import pytest

from autovec.outcome import Span
from autovec.source.ignoring import with_ignores
from autovec.source.text import SourceText, from_text

MARK = "  # autovec: ignore[AV101] why"


@pytest.mark.parametrize(
    ("before", "where", "after"),
    [
        ("for i in x:\n    s\n", Span(1, 4, 2, 9), "for i in x:  # autovec: ignore[AV101] why\n    s\n"),
        ("for i in x:  # c\r\n    s\r\n", Span(1, 4, 2, 9), "for i in x:  # c  # autovec: ignore[AV101] why\r\n    s\r\n"),
        ("for i in f(\n    x\n):\n    s\n", Span(1, 4, 4, 9), f"for i in f(\n    x\n):{MARK}\n    s\n"),
        ("t = 0\nfor i in x:\n    s\n", Span(1, 4, 3, 9), f"t = 0\nfor i in x:{MARK}\n    s\n"),
        ("t = [\n    i for i in x\n]\n", Span(1, 4, 3, 5), f"t = [\n    i for i in x\n]{MARK}\n"),
        ("for i in x: s = f(\n    1)\n", Span(1, 4, 2, 10), f"for i in x: s = f({MARK}\n    1)\n"),
    ],
)
def test_the_comment_ends_the_header(before: str, where: Span, after: str) -> None:
    assert with_ignores(in_function(before), [(where_in_function(where), "AV101")], "why") == (in_function(after).text, 1)


@pytest.mark.parametrize("before", ["for i in x: s = \\\n    1\n", 'for i in x: s = """\n    1"""\n'])
def test_a_line_that_cannot_take_a_comment_stays(before: str) -> None:
    text = in_function(before)
    assert with_ignores(text, [(Span(2, 4, 3, 99), "AV101")], "why") == (text.text, 0)


def in_function(text: str) -> SourceText:
    """The statements as the body of a function."""
    newline = "\r\n" if "\r\n" in text else "\n"
    body = "".join(f"    {line}" for line in text.splitlines(keepends=True))
    result = from_text(f"def f():{newline}{body}")
    assert isinstance(result, SourceText)
    return result


def where_in_function(where: Span) -> Span:
    """A place in those statements as one of the function."""
    return Span(where.line + 1, where.column, where.end_line + 1, where.end_column)
