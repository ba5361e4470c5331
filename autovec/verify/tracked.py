"""May these floats differ? The original loop runs once more on numbers that know their own error.

Comes in: the original text, its contract, fresh arguments, and what a rewrite made of equal arguments. Goes out: WITHIN where
each float lies within four bounds of the exact value, OUTSIDE where one does not (or a whole number, a truth value, a length
differs), INCONCLUSIVE where the loop's own course hangs on its last bits, where an overflow depends on the order, or where
the text uses what is not followed. No fixed tolerance: the bound is that of the loop on this very input, in any order of its
sums. dtypes, shapes and kinds of container are compared elsewhere; so is the sign of zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from enum import Enum
from itertools import chain
from typing import Any, NamedTuple, cast

import numpy as np

from autovec.harness.region import Outcome
from autovec.outcome import Contract
from autovec.verify.tracked_array import Array
from autovec.verify.tracked_format import SLACK, Fragile, Untracked, format_of, is_complex, is_number, python_number, widened
from autovec.verify.tracked_number import Tracked
from autovec.verify.tracked_text import lifted, tracked_region

_NEARLY = 1e-6  # floats whose history is unknown: closer than this, there is no telling
_MARGIN = 1024.0  # numbers this close to an overflow may overflow in another order


class Verdict(Enum):
    """What became of the floats."""

    WITHIN = "within"
    OUTSIDE = "outside"
    INCONCLUSIVE = "inconclusive"


class Weighed(NamedTuple):
    """A verdict, with the largest difference that it allowed: between both versions in units in the last place, and from the
    exact value in units of the loop's error bound."""

    verdict: Verdict
    ulps: float = 0.0
    bounds: float = 0.0


def judge(old_text: str, contract: Contract, args: dict[str, object], outcome: Outcome, mutated: dict[str, object]) -> Verdict:
    """Whether `outcome` and `mutated`, which a rewrite left, lie within the original's own rounding error on `args`."""
    return weigh(old_text, contract, args, outcome, mutated).verdict


def weigh(old_text: str, contract: Contract, args: dict[str, object], outcome: Outcome, mutated: dict[str, object]) -> Weighed:
    """The same, with how far they lie away."""
    try:
        with np.errstate(all="ignore"):
            region, tracked = tracked_region(old_text, contract), lifted(args)
            original = region.run(tracked)
            if original.how == "raised":
                return Weighed(Verdict.INCONCLUSIVE)
            return _worst(_verdicts(original, tracked, outcome, mutated))
    except (Fragile, Untracked, Exception):  # the prelude is the user's text too
        return Weighed(Verdict.INCONCLUSIVE)


def _worst(found: Iterator[Weighed]) -> Weighed:
    verdict, ulps, bounds = Verdict.WITHIN, 0.0, 0.0
    for one in found:
        if one.verdict is Verdict.OUTSIDE:
            return one
        if one.verdict is Verdict.INCONCLUSIVE:
            verdict = one.verdict
        ulps, bounds = max(ulps, one.ulps), max(bounds, one.bounds)
    return Weighed(verdict, ulps, bounds)


def _verdicts(
    original: Outcome, tracked: Mapping[str, object], outcome: Outcome, mutated: Mapping[str, object]
) -> Iterator[Weighed]:
    if original.how != outcome.how or original.outputs.keys() != outcome.outputs.keys():
        return iter((Weighed(Verdict.OUTSIDE),))
    return chain(
        _compared(original.value, outcome.value),
        *(_compared(value, outcome.outputs[name]) for name, value in original.outputs.items()),
        *(_compared(value, mutated[name]) for name, value in tracked.items()),
    )


def _compared(old: object, new: object) -> Iterator[Weighed]:
    match old:
        case Tracked():
            yield _number(old, new)
        case Array():
            yield from _arrays(old, np.asarray(new))
        case list() | tuple():
            yield from _sequences(list(cast(list[object], old)), new)
        case dict():
            yield from _sequences(list(cast(dict[object, object], old).values()), list(cast(dict[object, object], new).values()))
        case np.ndarray():
            yield _same(np.array_equal(cast(Any, old), cast(Any, new)))
        case float() | complex() | np.inexact():
            yield _of_unknown_history(old, new)
        case _:
            yield _same(type(old).__eq__ is object.__eq__ or bool(old == new))


def _same(same: bool) -> Weighed:
    return Weighed(Verdict.WITHIN if same else Verdict.OUTSIDE)


def _sequences(old: list[object], new: object) -> Iterator[Weighed]:
    if not isinstance(new, (list, tuple)) or len(old) != len(cast(list[object], new)):
        yield Weighed(Verdict.OUTSIDE)
        return
    for a, b in zip(old, cast(list[object], new), strict=True):
        yield from _compared(a, b)


def _arrays(old: Array, new: Any) -> Iterator[Weighed]:
    if old.shape != new.shape:
        yield Weighed(Verdict.OUTSIDE)
    elif old.dtype.kind not in "fc":
        yield _same(np.array_equal(old.cells, new))
    else:
        for a, b in zip(old.cells.flat, new.ravel(), strict=True):
            yield _number(a, b)


def _number(old: Tracked, new: Any) -> Weighed:
    if not is_number(new):
        return Weighed(Verdict.OUTSIDE)
    if python_number(new) == python_number(old.value) or (new != new and old.value != old.value):
        return Weighed(Verdict.WITHIN)  # a Python float beside a float32 would be rounded to that first
    if (is_complex(new) or is_complex(old.value)) and not abs(new) < math.inf and not abs(old.value) < math.inf:
        return Weighed(Verdict.WITHIN)  # NumPy leaves open which part of a complex infinity is a NaN: it depends on the machine
    bound = old.bound
    if not bound < math.inf:
        return Weighed(Verdict.INCONCLUSIVE)
    if not abs(new) < math.inf and old.mass * _MARGIN > format_of(old.value).most:
        return Weighed(Verdict.INCONCLUSIVE)
    if not abs(old.value) < math.inf or not abs(new) < math.inf:
        return _same(str(complex(new)) == str(complex(old.value)))
    found = format_of(old.value)
    if not bound:
        return Weighed(Verdict.OUTSIDE)
    last = found.unit * float(abs(old.value)) + found.least  # half a unit in the last place
    bounds = float(abs(widened(new) - old.exact)) / (bound + last)
    ulps = float(abs(widened(new) - widened(old.value))) / float(np.spacing(abs(old.value)))
    return Weighed(Verdict.WITHIN, ulps, bounds) if bounds <= SLACK else Weighed(Verdict.OUTSIDE)


def _of_unknown_history(old: Any, new: Any) -> Weighed:
    if python_number(new) == python_number(old) or (new != new and old != old):
        return Weighed(Verdict.WITHIN)
    return Weighed(Verdict.INCONCLUSIVE if abs(new - old) <= _NEARLY * abs(old) else Verdict.OUTSIDE)
