"""Two differences that verdicts on whole functions leave out by default, where the old function's own result is out of bounds.

Comes in: both runs. Goes out: why the case is not compared, or "". Where the old function itself divided a float by zero (NumPy
warned of it), an infinity and a NaN are not told apart. Where an array of 64 bits holds the smallest integer, whose negative has
no 64 bits, a result that has none either is not asked for. `--strict` asks for both, and so does `rewrite`, always.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

import numpy as np

from autovec.harness.data import is_array
from autovec.harness.region import Outcome
from autovec.outcome import Contract
from autovec.verify.compare import difference

_LEAST, _MOST = -(2**63), 2**64
Run = tuple[Outcome, dict[str, object]]


def excused(contract: Contract, given: Mapping[str, object], old: Run, new: Run) -> str:
    """Why a case on which both differ is not compared."""
    if any("divide by zero" in w for w in old[0].warned):
        if difference(contract, old, new, signed_zeros=False, finite_only=True) is None:
            return "divided by zero"
    elif _holds_least(given.values()) and _is_too_wide((old[0].value, *old[0].outputs.values())):
        return "made an integer of more than 64 bits from the smallest one"
    return ""


def _holds_least(values: Iterable[object]) -> bool:
    return any(is_array(x) and x.dtype == np.int64 and bool((x == _LEAST).any()) for x in values)


def _is_too_wide(value: object) -> bool:
    match value:
        case bool():
            return False
        case int():
            return not _LEAST <= value < _MOST or value == -_LEAST
        case list() | tuple():
            return any(map(_is_too_wide, cast("list[object]", value)))
        case _:
            return False
