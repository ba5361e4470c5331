"""What the code itself mentions: sizes to be tried around, and constants that a condition may hang on.

Comes in: the texts of both versions. Goes out: whole numbers for sizes, and the name of a kind of data near all constants.
"""

from __future__ import annotations

import ast
import math
from typing import TypeGuard

from autovec.harness.near import near

_LARGEST = 4096  # a size
_FEW = 4  # sizes that are tried around
_MOST = 12  # constants
_OF_KIND = {"f": ("float64", "float32", "float16"), "i": ("int64", "int8"), "u": ("uint8",), "b": ("bool",), "c": ("complex128",)}
_DTYPES = frozenset((
    "float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8", "bool_",
    "complex128", "complex64",
))  # fmt: skip
_USUAL = (0, 1, -1)  # in the data anyway


def sizes_in(*texts: str) -> tuple[int, ...]:
    """Whole numbers that a size could be compared with."""
    found = {value for value in _constants(texts) if type(value) is int}
    return tuple(sorted(n for n in found if 5 < n <= _LARGEST))[:_FEW]


def kind_near(*texts: str) -> str:
    """The kind of data near the constants that stand in the texts; "" where there is none to speak of."""
    values = constants_in(*texts)
    return near(values) if values else ""


def constants_in(*texts: str) -> tuple[int | float | str, ...]:
    """The constants that stand in the texts, apart from those that are in the data anyway."""
    numbers = [v for v in _constants(texts) if _is_number(v) and v not in _USUAL and math.isfinite(v)]
    words = [v for v in _constants(texts) if isinstance(v, str) and len(v) < 20]
    return tuple(dict.fromkeys((*numbers, *words)))[:_MOST]


def dtypes_in(*texts: str) -> tuple[str, ...]:
    """The dtypes that a text compares those of its arrays with, as np.float64 or the kind "f"."""
    found: dict[str, None] = {}
    for node in (n for text in texts for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Compare)):
        if any(isinstance(n, ast.Attribute) and n.attr == "dtype" for n in ast.walk(node)):
            for n in (n for side in (node.left, *node.comparators) for n in ast.walk(side)):
                found |= dict.fromkeys(_dtypes_named(n))
    return tuple(found)


def _dtypes_named(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Attribute(attr=name) if name in _DTYPES:
            return (name.removesuffix("_"),)
        case ast.Constant(value=str(text)):
            return tuple(name for kind in text for name in _OF_KIND.get(kind, ())) if len(text) < 4 else (text,)
        case _:
            return ()


def _is_number(v: object) -> TypeGuard[int | float]:
    return isinstance(v, (int, float)) and not isinstance(v, bool)


def _constants(texts: tuple[str, ...]) -> list[object]:
    trees = map(ast.parse, texts)
    return [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
