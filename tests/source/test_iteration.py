"""Forms of iteration as counted loops, whole trees compared: first those that have no positions."""

from __future__ import annotations

import textwrap

import pytest

from autovec.loops.statement import show_statements
from autovec.source.read import read_text


def read(body: str) -> str:
    """The tree of a function's body as text."""
    return show_statements(read_text(f"def f(a, b, c, A, n, m, w):\n{textwrap.indent(body, '    ')}")[1])


@pytest.mark.parametrize(
    "head",
    [
        "x in {1, 2}", "x in a.keys()", "x in g(a)", "x in a[:3]", "x in a[n:]", "x in a[::2]", "x in a[-2:]", "x in a + b",
        "i in range(0, n, 0)", "i in range()", "i in reversed(range(0, n, 2))", "x, y in zip(a, b, strict=True)",
        "x, y in zip(a)",
        "x in zip(a, b)", "i, x in enumerate(g(a))", "x, y in a.items()", "x in iter(a)", "i, j in np.ndindex(*n)", "*x, y in A",
        "x, i in zip(a, range(0, n, 2))", "a[0] in b",
    ],
)  # fmt: skip
def test_without_positions(head: str) -> None:
    (line,) = read(f"for {head}:\n    w += 1").splitlines()
    assert line.startswith(f"? for {head}:  # the iteration over ") and line.endswith(" has no positions")


FORMS = [
    ("for i in range(n):\n    a[i] = 1", "for i in 0 .. n:\n    a[i] = 1"),
    ("for i in range(2, n, -1):\n    a[i] = 1", "for i in 2 .. n by -1:\n    a[i] = 1"),
    ("for i in range(0, n, m):\n    a[i] = 1", "for i in 0 .. n by m:\n    a[i] = 1"),
    ("for i in np.arange(n):\n    a[i] = 1", "for i in 0 .. n:\n    a[i] = 1"),
    ("for i in reversed(range(1, n)):\n    a[i] = 1", "for i in n - 1 .. 0 by -1:\n    a[i] = 1"),
    ("for x in a:\n    w += x", "for _·1 in 0 .. len(a):\n    w += a[_·1]"),
    ("for x in reversed(a):\n    w += x", "for _·1 in 0 .. len(a):\n    w += a[len(a) - 1 - _·1]"),
    ("for x in a[::-1]:\n    w += x", "for _·1 in 0 .. len(a):\n    w += a[len(a) - 1 - _·1]"),
    ("for x in a[1:]:\n    w += x", "for _·1 in 0 .. len(a) - 1:\n    w += a[_·1 + 1]"),
    ("for x in a[:-1]:\n    w += x", "for _·1 in 0 .. len(a) - 1:\n    w += a[_·1]"),
    ("for i, x in enumerate(a):\n    b[i] = x", "for i in 0 .. len(a):\n    b[i] = a[i]"),
    ("for i, x in enumerate(a, 1):\n    b[i] = x", "for _·1 in 0 .. len(a):\n    b[_·1 + 1] = a[_·1]"),
    ("for i, x in enumerate(a, start=n):\n    b[i] = x", "for _·1 in 0 .. len(a):\n    b[_·1 + n] = a[_·1]"),
    ("for i, x in enumerate(a[1:]):\n    b[i] = x", "for i in 0 .. len(a) - 1:\n    b[i] = a[i + 1]"),
    ("for x, y in zip(a, b):\n    w += x * y", "for _·1 in 0 .. min(len(a), len(b)):\n    w += a[_·1] * b[_·1]"),
    ("for x, y in zip(a, a):\n    w += x * y", "for _·1 in 0 .. len(a):\n    w += a[_·1] * a[_·1]"),
    ("for x, y in zip(a, a[1:]):\n    w += x - y", "for _·1 in 0 .. min(len(a), len(a) - 1):\n    w += a[_·1] - a[_·1 + 1]"),
    ("for i, (x, y) in enumerate(zip(a, b)):\n    c[i] = x * y", "for i in 0 .. min(len(a), len(b)):\n    c[i] = a[i] * b[i]"),
    ("for (i, x), y in zip(enumerate(a), b):\n    c[i] = x * y", "for i in 0 .. min(len(a), len(b)):\n    c[i] = a[i] * b[i]"),
    ("for x, i in zip(a, range(2, n)):\n    c[i] = x", "for _·1 in 0 .. min(len(a), n - 2):\n    c[2 + _·1] = a[_·1]"),
    ("for x, y in A:\n    w += x * y", "for _·1 in 0 .. len(A):\n    w += A[_·1, 0] * A[_·1, 1]"),
    ("for row in A:\n    for x in row:\n        w += x",
     "for _·1 in 0 .. len(A):\n    for _·2 in 0 .. A.shape[1]:\n        w += A[_·1, _·2]"),
    ("for i in range(len(A)):\n    for j in range(len(A[i])):\n        A[i][j] = 0",
     "for i in 0 .. len(A):\n    for j in 0 .. A.shape[1]:\n        A[i, j] = 0"),
    ("for i, j in np.ndindex(A.shape):\n    A[i, j] = 0",
     "for i in 0 .. len(A):\n    for j in 0 .. A.shape[1]:\n        A[i, j] = 0"),
    ("for i, j in np.ndindex(*A.shape):\n    A[i, j] = 0",
     "for i in 0 .. len(A):\n    for j in 0 .. A.shape[1]:\n        A[i, j] = 0"),
    ("for i, j in np.ndindex(n, m):\n    A[i, j] = 0", "for i in 0 .. n:\n    for j in 0 .. m:\n        A[i, j] = 0"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "tree"), FORMS, ids=[f[0].split("\n")[0] for f in FORMS])
def test_counted(body: str, tree: str) -> None:
    assert read(body) == tree
