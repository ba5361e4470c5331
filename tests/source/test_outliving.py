"""A target of `for x in a` stands for `a[k]`, except where somebody may see its last value, or change it."""

from __future__ import annotations

import textwrap

import pytest

from autovec.loops.statement import show_statements
from autovec.source.read import read_text

VARIABLE = "for _·1 in 0 .. len(a):\n    x = a[_·1]\n    "
ELEMENT = "for _·1 in 0 .. len(a):\n    "


@pytest.mark.parametrize(
    ("body", "start"),
    [
        ("for x in a:\n    w = x\nw += x", VARIABLE + "w = x"),
        ("for x in a:\n    w = x\nreturn x", VARIABLE + "w = x"),
        ("for x in a:\n    x += 1", VARIABLE + "x += 1"),
        ("for x in a:\n    a[0] = x", VARIABLE + "a[0] = x"),
        ("for x in a:\n    w = x\nfor x in b:\n    w = x\nreturn x", VARIABLE + "w = x"),
        ("for x in a:\n    w = x\nfor x in x:\n    w = x", VARIABLE + "w = x"),
        ("for x in a:\n    w = x\nreturn [y for y in x]", VARIABLE + "w = x"),
        ("for x in a:\n    w = x\nreturn lambda: x", VARIABLE + "w = x"),
        ("for x in a:\n    w = x\nfor x in b:\n    w = x", ELEMENT + "w = a[_·1]"),
        ("for x in a:\n    w = x\nreturn [x for x in b]", ELEMENT + "w = a[_·1]"),
        ("for x in a:\n    w = x\nreturn w", ELEMENT + "w = a[_·1]"),
    ],
)
def test_target(body: str, start: str) -> None:
    tree = show_statements(read_text(f"def f(a, b, w):\n{textwrap.indent(body, '    ')}")[1])
    assert tree.startswith(start + "\n") or tree == start


def test_inside_another_loop() -> None:
    body = "for i in range(n):\n    for x in a:\n        w += x\n    b[i] = x"
    tree = "for i in 0 .. n:\n    for _·1 in 0 .. len(a):\n        x = a[_·1]\n        w += x\n    b[i] = x"
    assert show_statements(read_text(f"def f(a, b, n, w):\n{textwrap.indent(body, '    ')}")[1]) == tree
