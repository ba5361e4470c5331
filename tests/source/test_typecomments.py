"""Types in comments: first those that say nothing, then those that count."""

from __future__ import annotations

import ast

import pytest

from autovec.source.text import SourceText, decode
from autovec.source.typecomments import commented_types

NOTHING = [
    "def f(x, y):\n    return x",
    "def f(x, y): return x  # type: (int, int) -> int",
    "def f(x, y):\n    # type: (int) -> int\n    return x",
    "def f(x, y):\n    # type: (int, **Any) -> int\n    return x",
    "def f(x, y):\n    # kind: (int, int) -> int\n    return x",
    "def f(x, y):  # type: ignore\n    return x",
    "def f(x, y='# type: int'):\n    return x",
    "def f(x, y):\n    return x\n    # type: (int, int) -> int",
    "def f():\n    # type: () -> int\n    return 1",
]

TYPES = [
    ("def f(x, y):\n    # type: (np.ndarray, int) -> List[float]\n    return x", {"x": "np.ndarray", "y": "int"}),
    ("def f(x, y):  # type: (NDArray[np.float64], float) -> None\n    return x", {"x": "NDArray[np.float64]", "y": "float"}),
    ("def f(x,\n      y):\n    #type: (Dict[str, int], int) -> int\n    return x", {"x": "Dict[str, int]", "y": "int"}),
    ("def f(self, x):\n    # type: (np.ndarray) -> float\n    return x", {"x": "np.ndarray"}),
    ("def f(x,  # type: np.ndarray\n      y,  # type: int  # the size\n      ):\n    return x", {"x": "np.ndarray", "y": "int"}),
]


def types(source: str) -> dict[str, str]:
    """What the comments of the only function say."""
    text = decode(f"{source}\n".encode())
    node = ast.parse(source).body[0]
    assert isinstance(text, SourceText) and isinstance(node, ast.FunctionDef)
    return commented_types(node, text)


@pytest.mark.parametrize("source", NOTHING)
def test_comments_that_say_nothing(source: str) -> None:
    assert types(source) == {}


@pytest.mark.parametrize(("source", "found"), TYPES)
def test_types_of_parameters(source: str, found: dict[str, str]) -> None:
    assert types(source) == found
