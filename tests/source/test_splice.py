"""Putting edits into a file."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autovec.outcome import Edit, Refusal, Span
from autovec.source.position import dedented, span_between, span_of, text_of
from autovec.source.splice import splice
from autovec.source.text import SourceText, from_text


def source(text: str) -> SourceText:
    result = from_text(text)
    assert isinstance(result, SourceText)
    return result


def edit(text: SourceText, old: str, new: str) -> Edit:
    start = text.text.index(old)
    where = span_between(start, start + len(old), text)
    return Edit(where, text_of(where, text), new)


def spliced(text: str, *changes: tuple[str, str]) -> str | Refusal:
    file = source(text)
    return splice(file, [edit(file, old, new) for old, new in changes])


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        ("x = 1\n", "x = 1", "x = (", "the new text does not parse: syntax error on line 1: '(' was never closed"),
        ("x = 1\n", "x = 1", "'''\n", "the new text cannot be split into tokens: ('EOF in multi-line string', (1, 1))"),
        ("y = a * b\n", "a", "c + d", "the edit would change code outside the loop"),
        ("if c:\n    x\n    y\n", "x\n", "x\nif d:\n    ", "the edit would change code outside the loop"),
        ("x\ny\n", "x", "z +\\", "the edit would change code outside the loop"),
    ],
)
def test_refusals(text: str, old: str, new: str, message: str) -> None:
    result = spliced(text, (old, new))
    assert isinstance(result, Refusal), result
    assert (result.code, result.message) == ("AV005", message)


def test_a_changed_file_is_refused() -> None:
    assert splice(source("x = 1\n"), [Edit(Span(1, 0, 1, 5), "y = 1", "z")]) == Refusal(
        "AV005", "the file is not the text that the edit was made for"
    )


def test_overlapping_edits_are_refused() -> None:
    assert spliced("x = a + b\n", ("a + b", "c"), ("b", "d")) == Refusal("AV005", "two edits change the same text")


CASES = {
    "deeper": ("if c:\n    for i in x:\n        s += i  # add\n", "for i in x:\n        s += i", "t = 0\ns += t",
               "if c:\n    t = 0\n    s += t  # add\n"),
    "tabs": ("if c:\n\tfor i in x:\n\t\ts\n", "for i in x:\n\t\ts", "if d:\n    y\nelse:\n    z",
             "if c:\n\tif d:\n\t\ty\n\telse:\n\t\tz\n"),
    "two blanks": ("if c:\n  x = 1\n", "x = 1", "if d:\n    y", "if c:\n  if d:\n    y\n"),
    "a unit that is there already": ("if c:\n  x = 1\n", "x = 1", "if d:\n  for i in j:\n    y",
                                     "if c:\n  if d:\n    for i in j:\n      y\n"),
    "carriage returns": ("if c:\r\n    x = 1\r\ny = 2\n", "x = 1", "a\nb", "if c:\r\n    a\r\n    b\r\ny = 2\n"),
    "mostly carriage returns": ("if c:\r\n    x = 1\r\n", "x = 1", "a\nb", "if c:\r\n    a\r\n    b\r\n"),
    "lone carriage returns": ("if c:\r    x = 1\r", "x = 1", "a\nb", "if c:\r    a\r    b\r"),
    "form feed": ("\f\nif c:\n\f    x = 1\n", "x = 1", "a\nb", "\f\nif c:\n\f    a\n    b\n"),
    "no newline at the end": ("x = 1", "x = 1", "a\nb", "a\nb"),
    "header, short": ("if c: x = 1\n", "x = 1", "x = 2", "if c: x = 2\n"),
    "header, long": ("if c: x = 1; y = 2; z = 3  # c\nelse: w\n", "y = 2", "a\nb",
                     "if c:\n    x = 1\n    a\n    b\n    z = 3  # c\nelse: w\n"),
    "header in tabs": ("def f():\n\tif c: x = 1\n", "x = 1", "a\nb", "def f():\n\tif c:\n\t\ta\n\t\tb\n"),
    "semicolon before": ("x = 1; y = 2\n", "y = 2", "a\nb", "x = 1\na\nb\n"),
    "semicolon after": ("x = 1 ; y = 2; z\n", "x = 1", "a\nb", "a\nb\ny = 2; z\n"),
    "last semicolon": ("x = 1;  # c\n", "x = 1", "a\nb", "a\nb  # c\n"),
    "a comment before a semicolon": ("x = 1; y = 2\n", "x = 1", "x = 2  # c", "x = 2  # c\ny = 2\n"),
    "continued line": ("x = 1; \\\n  y = 2\n", "y = 2", "a\nb", "x = 1\na\nb\n"),
    "expression": ("é = f(sum(i for i in x), 2)\n", "sum(i for i in x)", "np.sum(x)", "é = f(np.sum(x), 2)\n"),
    "string with lines": ("if c:\n    x = 1\n", "x = 1", "y = '''a\nb'''\nz = 1", "if c:\n    y = '''a\nb'''\n    z = 1\n"),
    "elif": ("if a:\n    x\nelif b: y\n", "y", "p\nq", "if a:\n    x\nelif b:\n    p\n    q\n"),
    "removed": ("t = 0\nx = 1\n", "t = 0\n", "", "x = 1\n"),
    "inserted": ("import os\r\nx = 1\r\n", "", "import re\n", "import re\r\nimport os\r\nx = 1\r\n"),
    "handler": ("try:\n    a\nexcept E:\n    for i in x: b\n", "for i in x: b", "c\nd", "try:\n    a\nexcept E:\n    c\n    d\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_splices(name: str) -> None:
    text, old, new, expected = CASES[name]
    assert spliced(text, (old, new)) == expected


def test_several_edits_on_one_line() -> None:
    text = "if c: x = 1; y = 2; z = 3\n"
    assert spliced(text, ("x = 1", "a\nb"), ("z = 3", "p\nq")) == "if c:\n    a\n    b\n    y = 2\n    p\n    q\n"
    assert spliced(text, ("y = 2", "b"), ("z = 3", "q")) == "if c: x = 1; b; q\n"


def test_a_statement_at_column_0() -> None:
    file = source("if c:\r\n\tfor i in x:\r\n\t\ty = f('''a\r\n\tb''',\r\n1)\r\n  # c\r\n\t\tz\r\n")
    loop = ast.parse(file.text).body[0].body[0]  # type: ignore[attr-defined]
    assert dedented(span_of([loop], file), file) == "for i in x:\n\ty = f('''a\n\tb''',\n1)\n  # c\n\tz"


FILES = [Path(ast.__file__).parent / name for name in ("bisect.py", "cmd.py", "colorsys.py", "copy.py", "cgitb.py")]


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(FILES), st.data(), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_statement_replaced_by_itself_changes_nothing(path: Path, data: st.DataObject, newline: str) -> None:
    file = source(path.read_text(encoding="utf-8").replace("\n", newline))
    statements = [n for n in ast.walk(ast.parse(file.text)) if isinstance(n, ast.stmt)]
    where = span_of([data.draw(st.sampled_from(statements))], file)
    result = splice(file, [Edit(where, text_of(where, file), dedented(where, file))])
    assert isinstance(result, str)
    assert ast.dump(ast.parse(result)) == ast.dump(ast.parse(file.text))
    assert splice(file, []) == file.text


def test_new_blocks_are_indented_as_the_lines_around_them() -> None:
    text = "def f():\n\tx\n\n\ndef g():\n  y\n"
    assert spliced(text, ("x", "if c:\n    x"), ("y", "if c:\n    y")) == (
        "def f():\n\tif c:\n\t\tx\n\n\ndef g():\n  if c:\n      y\n"
    )
