"""Statements as they are read, whole trees compared: first what is not understood, then how the many spellings become one."""

from __future__ import annotations

import textwrap

import pytest

from autovec.loops.statement import show_statements
from autovec.source.read import read_text, reads_opaque


def read(body: str) -> str:
    """The tree of a function's body as text."""
    source = f"def f(a, b, c, A, n, m, w):\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}"
    return show_statements(read_text(source)[1])


OBSTACLES = [
    ("a.sort()", "? a.sort()  # the call of a.sort() may do anything"),
    ("print(w)", "? print(w)  # the call of print() may do anything"),
    ("del a[0]", "? del a[0]  # a delete statement"),
    ("w: float", "? w: float  # a annassign statement"),
    ("self.y = w", "? self.y  # an attribute is set"),
    ("a[0].append(w)", "? a[0].append(w)  # an append to an expression"),
    ("a[1:][0] = 1", "? a[1:][0]  # the target of an assignment"),
    ("x, (y, z) = a", "? a  # a tuple that cannot be taken apart"),
    ("x = y = a[0]", "? a[0]  # an assignment to several targets"),
    ("w = (n := 2)", "? w = (n := 2)  # an assignment inside an expression"),
    ("if (n := 2) > w:\n    w = 1", "? if (n := 2) > w:  # an assignment inside an expression"),
    ("while (n := n - 1):\n    w += 1", "? while (n := (n - 1)):  # an assignment inside an expression"),
    ("try:\n    w = a[0]\nexcept IndexError:\n    w = 0", "? try:  # an exception handler"),
    ("while w:\n    w = w - 1\nelse:\n    w = 1", "? while w:  # a loop with an else clause"),
    ("with a:\n    w = 1", "? with a:  # a with statement"),
    ("with a.lock(), open(w):\n    w = 1", "? with a.lock(), open(w):  # a with statement"),
    ("assert w is a", "? assert w is a  # a assert statement"),
    ("for i in range(n):\n    i += 1", "? for i in range(n):  # the loop variable i is assigned in the loop"),
    (
        "for i in range(n):\n    for i in range(m):\n        a[i] = 1",
        "? for i in range(n):  # the loop variable i is assigned in the loop",
    ),
    ("for x in a:\n    a = b", "? for x in a:  # a is bound anew while the loop runs over it"),
    (
        "for i, x in enumerate(a[:-1]):\n    a[i + 1] = x",
        "? for i, x in enumerate(a[:-1]):  # enumerate(a[:-1]) changes in the loop, which sees it only where it is an array",
    ),
    ("for x in {1, 2}:\n    w += x", "? for x in {1, 2}:  # the iteration over {1, 2} has no positions"),
]


@pytest.mark.parametrize(("body", "tree"), OBSTACLES, ids=[o[0] for o in OBSTACLES])
def test_what_is_not_understood_says_why(body: str, tree: str) -> None:
    assert read(body) == tree


def test_what_a_statement_that_is_not_understood_may_change() -> None:
    (s,) = read_text("def f(a, n, w):\n    match a:\n        case [n, *rest]:\n            w = 1")[1]
    assert s == reads_opaque((s,))
    assert s.writes == {"n", "rest", "w"}  # type: ignore[union-attr]


TREES = [
    ("x, y = 1, 2", "x = 1\ny = 2"),
    ("x, y = y, x", "_·1 = y\n_·2 = x\nx = _·1\ny = _·2"),
    ("a[0], w = 1.0, b[0]", "_·1 = 1.0\n_·2 = b[0]\na[0] = _·1\nw = _·2"),
    ("a[0], a[1] = a[1], a[0]", "_·1 = a[1]\n_·2 = a[0]\na[0] = _·1\na[1] = _·2"),
    ("x, y = a", "x = a[0]\ny = a[1]"),
    ("n, m = A.shape", "n = len(A)\nm = A.shape[1]"),
    ("q, r = divmod(n, m)", "q = n // m\nr = n % m"),
    ("x = y = 0", "x = 0\ny = 0"),
    ("w: float = 0.0", "w = 0.0"),
    ("a[0][1] += 1", "a[0, 1] += 1"),
    ("w = w + a[0]", "w += a[0]"),
    ("w = a[0] + w", "w += a[0]"),
    ("w = a[0] - w", "w = a[0] - w"),
    ("w = w - a[0]", "w -= a[0]"),
    ("w = max(w, a[0])", "w max= a[0]"),
    ("w = max(a[0], w)", "w = max(a[0], w)"),
    ("if a[0] > w:\n    w = a[0]", "w max= a[0]"),
    ("if w < a[0]:\n    w = a[0]", "w max= a[0]"),
    ("if a[0] < w:\n    w = a[0]", "w min= a[0]"),
    ("if a[0] >= w:\n    w = a[0]", "if a[0] >= w:\n    w = a[0]"),
    ("if a[0] > 0 and a[0] > w:\n    w = a[0]", "if a[0] > 0:\n    w max= a[0]"),
    ("if a[0] > w:\n    w = a[0]\nelse:\n    n = 1", "if a[0] > w:\n    w = a[0]\nelse:\n    n = 1"),
    ("if a[0] > w:\n    w = a[0]\n    n = 1", "if a[0] > w:\n    w = a[0]\n    n = 1"),
    ("a.append(w)", "a.append(w)"),
    ("return a, w", "return tuple(a, w)"),
    ("for i in range(n):\n    w = a[i]\nelse:\n    w = 1", "for i in 0 .. n:\n    w = a[i]\nif else:\n    w = 1"),
    ("assert w > 0, 'low'", "if not w > 0:\n    raise"),
    ("with np.errstate(all='ignore'):\n    w = a[0]", "? with np.errstate(all='ignore'):  # a with statement\nw = a[0]"),
    (
        "try:\n    w = a[0]\nfinally:\n    n = 1",
        "w = a[0]\n? try: ... finally: ...  # an exception may have ended it\nn = 1",
    ),
    ("'text'\npass", ""),
]


@pytest.mark.parametrize(("body", "tree"), TREES, ids=[t[0] for t in TREES])
def test_statements(body: str, tree: str) -> None:
    assert read(body) == tree


CONTINUES = [
    ("if a[i] > 0:\n    continue\nb[i] = 1", "if not a[i] > 0:\n    b[i] = 1"),
    (
        "if a[i] > 0:\n    b[i] = 2\n    continue\nelse:\n    c[i] = 1\nb[i] = 1",
        "if a[i] > 0:\n    b[i] = 2\nelse:\n    c[i] = 1\n    b[i] = 1",
    ),
    ("if a[i] > 0:\n    b[i] = 2\nelse:\n    continue\nb[i] += 1", "if a[i] > 0:\n    b[i] = 2\n    b[i] += 1"),
    ("if a[i] > 0:\n    break", "if a[i] > 0:\n    break"),
]


@pytest.mark.parametrize(("body", "tree"), CONTINUES, ids=[c[0] for c in CONTINUES])
def test_continue_becomes_a_branch(body: str, tree: str) -> None:
    assert read(f"for i in range(n):\n{textwrap.indent(body, '    ')}") == f"for i in 0 .. n:\n{textwrap.indent(tree, '    ')}"


WHILES = [
    ("i = 0\nwhile i < n:\n    a[i] = 1\n    i += 1", "i = 0\nfor i·2 in i .. n:\n    a[i·2] = 1\ni = max(i, n)"),
    ("while i <= n:\n    a[i] = 1\n    i += 1", "for i·2 in i .. n + 1:\n    a[i·2] = 1\ni = max(i, n + 1)"),
    ("while i < n:\n    n = n - 1\n    i += 1", "while i < n:\n    n -= 1\n    i += 1"),
    ("while i < n:\n    if a[i]:\n        break\n    i += 1", "while i < n:\n    if a[i]:\n        break\n    i += 1"),
    ("while i < n:\n    w += 1\n    i += 2", "while i < n:\n    w += 1\n    i += 2"),
    ("while i < n:\n    i += 1", "while i < n:\n    i += 1"),
    ("while a[0] > 1:\n    a[0] -= 1", "while a[0] > 1:\n    a[0] -= 1"),
]


@pytest.mark.parametrize(("body", "tree"), WHILES, ids=[w[0] for w in WHILES])
def test_while(body: str, tree: str) -> None:
    assert read(body) == tree


def test_loops_of_one_name_are_told_apart() -> None:
    body = "for i in range(n):\n    a[i] = 1\nfor i in range(m):\n    a[i] = 2"
    assert read(body) == "for i in 0 .. n:\n    a[i] = 1\nfor i·2 in 0 .. m:\n    a[i·2] = 2"
