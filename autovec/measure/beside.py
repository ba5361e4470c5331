"""Which sizes does a loop not run over? The clock keeps them small: rows are short, tables are narrow, windows are few.

Comes in: a compiled region and a `Sizing` on which it runs. Goes out: the sizing with fixed sizes for symbols and scalars that do
not make the region execute more lines when they are doubled: 32 where it executes as many, 3 where it executes fewer (windows).
Found by counting lines, not by reading the text; what NumPy does inside one line is not counted.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

from autovec.harness.region import FILE, Region
from autovec.measure.inputs import Sizing

if TYPE_CHECKING:
    from _typeshed import TraceFunction

_SIZE = 4  # enough for a loop to run more than once, and for a window of 3
_QUICK_SECONDS = 2e-3  # more data are more that may be out of range, but only quick calls can be made in vain
_FOLLOWS = ("", "half", "square")


def beside(old: Region, sizing: Sizing, sizes: tuple[int, ...]) -> Sizing:
    """The sizing with what the loop does not run over kept small, as long as the region still returns at all of `sizes`, and
    executes more lines for a larger n."""
    lines = _lines(old, sizing, _SIZE)
    found = fewest = sizing
    for name in _growing(sizing) if lines is not None else ():
        more = _lines(old, _with(sizing, name, "double"), _SIZE)
        if more is None or more > (lines or 0):
            continue
        small, few = _with(found, name, "row" if more == lines else "few"), _with(fewest, name, "few")
        if grows(old, few) and reach(old, small, sizes)[1] is None:
            found, fewest = small, few
    return found


def _growing(sizing: Sizing) -> list[str]:
    """The names that follow n."""
    others, bounds = dict(sizing.others), dict(sizing.bounds)
    free = [s for s in sizing.contract.symbols if not s.window and not s.at_least]  # the others follow one of these
    symbols = [s.name for s in free if others.get(s.name, "") in _FOLLOWS]
    return [*symbols, *(name for name, how in bounds.items() if how in _FOLLOWS)]


def grows(old: Region, sizing: Sizing) -> bool:
    """Whether more lines are executed for a larger n: of two lists that are gone through side by side, one has to follow it."""
    few, many = (_lines(old, sizing, n) for n in (_SIZE, 2 * _SIZE))
    return few is not None and many is not None and many > few


def _with(sizing: Sizing, name: str, how: str) -> Sizing:
    if name in dict(sizing.bounds):
        return replace(sizing, bounds=tuple((k, how if k == name else old) for k, old in sizing.bounds))
    return replace(sizing, others=tuple((dict(sizing.others) | {name: how}).items()))


def reach(old: Region, sizing: Sizing, sizes: tuple[int, ...]) -> tuple[int, Exception | None]:
    """The last of the sizes on which the region returns (0: none), and what it raises on the next; the later ones are only tried
    where it is quick."""
    reached = 0
    for n in sizes:
        args = sizing.arguments(n)
        if args is None:
            continue
        began = time.perf_counter()
        outcome = old.run(args)
        if outcome.error is not None:
            return reached, outcome.error
        reached = n
        if time.perf_counter() - began > _QUICK_SECONDS:
            break
    return reached, None


def _lines(old: Region, sizing: Sizing, n: int) -> int | None:
    """How many lines the region executes at size n; None where it raises there."""
    args = sizing.arguments(n)
    if args is None:
        return None
    count = 0

    def traced(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal count
        if frame.f_code.co_filename != FILE:
            return None
        count += event == "line"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        outcome = old.run(args)
    finally:
        sys.settrace(before)
    return None if outcome.error is not None else count
