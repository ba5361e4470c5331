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


def _is_number(v: object) -> TypeGuard[int | float]:
    return isinstance(v, (int, float)) and not isinstance(v, bool)


def _constants(texts: tuple[str, ...]) -> list[object]:
    trees = map(ast.parse, texts)
    return [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
