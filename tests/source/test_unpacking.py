"""Shapes taken apart: which lengths the targets get."""

from __future__ import annotations

import ast

import pytest

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file
from autovec.source.unpacking import first_dimension

SLICES = {
    ("x[:2]", 2): 0,
    ("x[1:]", 3): 1,
    ("x[0:2]", 2): 0,
    ("x[1:3]", 2): 1,
    ("x[:3]", 2): None,
    ("x[-2:]", 2): None,
    ("x[:-1]", 2): None,
    ("x[k:]", 2): None,
    ("x[:k]", 2): None,
}
HEAD = "import numpy as np\nfrom numpy.typing import NDArray\n\n\n"


@pytest.mark.parametrize(("text", "count"), SLICES)
def test_where_a_part_of_a_shape_begins(text: str, count: int) -> None:
    node = ast.parse(text, mode="eval").body
    assert isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)
    assert first_dimension(node.slice.lower, node.slice.upper, count) == SLICES[text, count]


def program(shape: str) -> str:
    return (
        f"{HEAD}def f(x: NDArray[np.float64], y: NDArray[np.float64]):\n    h, w = x.shape{shape}\n"
        "    out = np.zeros((h, w))\n    for i in range(h):\n        for j in range(w):\n            out[i, j] = 2.0 * y[i, j]\n"
        "    return out, len(x), x[0, 0, 0]\n"
    )


@pytest.mark.parametrize("shape", ["[:2]", "[1:]", "[1:3]"])
def test_the_lengths_are_known(shape: str) -> None:
    report = analyse_file(program(shape).encode(), "a.py", Options(verify=False, backend="numpy"), None)
    assert [type(f) for f in report.findings] == [Rewrite]


def test_a_loop_over_all_places_of_a_shape() -> None:
    loop = "    for i, j in np.ndindex(*x.shape):\n        x[i, j] = 2.0 * x[i, j] + 1.0\n"
    source = f"{HEAD}def f(x: NDArray[np.float64]):\n{loop}"
    report = analyse_file(source.encode(), "a.py", Options(verify=False, backend="numpy"), None)
    assert [f.edit.after.strip() for f in report.findings if isinstance(f, Rewrite)] == ["np.add(2.0 * x, 1.0, out=x)"]
