"""Arguments for the clock: ordinary data of growing size, and cheap new copies of it for every call.

Comes in: a contract, and the names that bound a loop. Goes out: `Sizing`s, the likeliest to work first. Each says how symbols
follow the size n (all are n at first; where the original raises on that, or does not take longer for a larger n, some are 3,
n // 2 or n * n; windows are always 3), and what the data is like: between -2 and 2, then positive below one, then above one.
Integers that bound a loop are n, then 3 or n // 2; those that a loop steps by are 64, others 1, 2 or 3. What a loop does not run
over is 32 or 3 in the end: see `beside`.
Not handled: arguments that share memory (no copy of them would).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from autovec.harness.bounds import lone_integers
from autovec.harness.cases import Case, build, choices, fitted, shape_of
from autovec.harness.data import CLOCK_KINDS, LATE_KINDS
from autovec.outcome import ArrayInput, Contract, ScalarInput
from autovec.record import dataclass

_WINDOW = 3
_CHUNK = 64  # what a loop steps by
_ROW = 32  # what a loop does not run over
_LIST_ITEM_BYTES = 40
_MOST_BYTES = 1 << 28  # of all arguments: where several sizes are squares, a small n asks for far more
_MOST_SYMBOLS = 6  # of more, only single ones and neighbours get a size of their own
_MOST_BOUNDS = 3  # of more, no single one gets a size of its own
_OTHERS = ("half", "few", "square")
_WORD = re.compile(r"\w+")
Arguments = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sizing:
    """One way to make arguments. `others` are the symbols that are not n, with how they follow it; `bounds` are scalars, and
    how these do; `data` are the kinds of data in arrays and scalars; `usual` are scalars that are what they are by default."""

    contract: Contract
    dtypes: tuple[str, ...]
    data: tuple[str, str] = CLOCK_KINDS[0]
    others: tuple[tuple[str, str], ...] = ()
    bounds: tuple[tuple[str, str], ...] = ()
    seed: int = 0
    usual: tuple[tuple[str, object], ...] = ()

    @property
    def grows(self) -> bool:
        """Whether anything depends on n."""
        others = dict(self.others)
        follow = [others.get(s.name, "") for s in self.contract.symbols if not s.window] + [how for _, how in self.bounds]
        return any(how not in ("few", "chunk", "row") for how in follow)

    def case(self, n: int) -> Case | None:
        """The recipe at size n; None where the contract rules it out."""
        others = dict(self.others)
        sizes = tuple((s.name, _size("few" if s.window else others.get(s.name, ""), n)) for s in self.contract.symbols)
        kinds = tuple(self.data[not isinstance(x, ArrayInput)] for x in self.contract.inputs)
        return fitted(self.contract, Case(sizes, self.dtypes, kinds, ("C",) * len(kinds), seed=self.seed))

    def arguments(self, n: int) -> Arguments | None:
        """New arguments of size n; None where the contract rules it out, or they would take too much memory."""
        case = self.case(n)
        if case is None or self.bytes(n) > _MOST_BYTES:
            return None
        return build(self.contract, case) | {name: _size(how, n) for name, how in self.bounds} | dict(self.usual)

    def pinned(self, n: int) -> Sizing:
        """The same with the floats that it has at size n at all sizes."""
        scalars = {x.name for x in self.contract.inputs if isinstance(x, ScalarInput)}
        floats = {k: v for k, v in (self.arguments(n) or {}).items() if k in scalars and isinstance(v, float)}
        return replace(self, usual=tuple((floats | dict(self.usual)).items()))

    def bytes(self, n: int) -> int:
        """About how much memory the arguments take at size n."""
        case = self.case(n)
        return 0 if case is None else sum(self._bytes(k, dict(case.sizes)) for k in range(len(self.contract.inputs)))

    def _bytes(self, k: int, sizes: Mapping[str, int]) -> int:
        x = self.contract.inputs[k]
        if not isinstance(x, ArrayInput):
            return 0
        item = _LIST_ITEM_BYTES if x.container == "list" else np.dtype(self.dtypes[k]).itemsize
        return item * math.prod(shape_of(x, sizes))


def _size(how: str, n: int) -> int:
    match how:
        case "half":
            return n // 2
        case "few":
            return _WINDOW
        case "chunk":
            return _CHUNK
        case "row":
            return _ROW
        case "double":
            return 2 * n
        case "square":
            return n * n
        case _:
            return n


def sizings(
    contract: Contract,
    dtypes: Mapping[str, str],
    names: frozenset[str] = frozenset(),
    steps: frozenset[str] = frozenset(),
    usual: Mapping[str, object] | None = None,
) -> Iterator[Sizing]:
    """The ways to make arguments; `names` bound a loop, `steps` are what one steps by, `usual` what scalars are by default."""
    scalars = {x.name for x in contract.inputs if isinstance(x, ScalarInput) and not x.value}
    known = {name: value for name, value in (usual or {}).items() if name in scalars}
    if known:
        free = frozenset(known)
        yield from (replace(s, usual=tuple(known.items())) for s in sizings(contract, dtypes, names - free, steps - free))
    yield from _sizings(contract, dtypes, names, steps)


def _sizings(contract: Contract, dtypes: Mapping[str, str], names: frozenset[str], steps: frozenset[str]) -> Iterator[Sizing]:
    chosen = tuple(dtypes.get(x.name, choices(x)[0]) for x in contract.inputs)
    lone = frozenset(lone_integers(contract))
    first = Sizing(contract, chosen)
    whole = replace(first, dtypes=_whole(contract, chosen, dtypes))
    kinds = dict.fromkeys((first, whole))
    for others in (*_narrow(contract), *_patterns([s.name for s in contract.symbols if not s.window])):
        for bounds in _bounded(sorted(names & lone), sorted((steps & lone) - names)):
            for some in kinds:
                for data in CLOCK_KINDS:
                    yield replace(some, others=others, data=data, bounds=bounds)
            yield replace(first, others=others, seed=1, bounds=bounds)


def _bounded(names: list[str], steps: list[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """How scalars that bound loops follow n: all do, none does, or one is half of it (a loop runs between two)."""
    chunks = tuple((name, "chunk") for name in steps)
    yield (*((name, "") for name in names), *chunks)
    if names:
        yield (*((name, "few") for name in names), *chunks)
    if len(names) <= _MOST_BOUNDS:
        for one in names:
            yield (*((name, "half" if name == one else "few") for name in names), *chunks)


def _narrow(contract: Contract) -> Iterator[tuple[tuple[str, str], ...]]:
    """All symbols as n, then those that no array has as a dimension as 3: more likely the widths of windows."""
    sizes = " ".join(size for x in contract.inputs if isinstance(x, ArrayInput) for size in x.shape)
    lone = [s.name for s in contract.symbols if not s.window and s.name not in _WORD.findall(sizes)]
    yield ()
    if lone and len(lone) < len(contract.symbols):
        yield tuple((name, "few") for name in lone)


def late(sizing: Sizing) -> Iterator[Sizing]:
    """The same sizes with other data, on which a loop that may end early may run longer."""
    return (replace(sizing, data=data) for data in (*CLOCK_KINDS, *LATE_KINDS))


def _whole(contract: Contract, chosen: tuple[str, ...], told: Mapping[str, str]) -> tuple[str, ...]:
    """The chosen types, but integers for scalars that may be such: they may be positions."""
    pairs = zip(contract.inputs, chosen, strict=True)
    return tuple("int" if isinstance(x, ScalarInput) and "int" in x.kinds and x.name not in told else t for x, t in pairs)


def _patterns(symbols: list[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Which symbols are not n: one, two (always the later ones first), and all but one."""
    later = symbols[::-1]
    groups: list[tuple[str, ...]] = [(s,) for s in later]
    if len(symbols) <= _MOST_SYMBOLS:
        groups += [*combinations(later, 2), *(tuple(s for s in later if s != one) for one in symbols)]
    else:
        groups += list(pairwise(later))
    for group in dict.fromkeys(groups):
        if len(group) < len(symbols):
            yield from (tuple((s, how) for s in group) for how in _OTHERS)


def copied(args: Arguments) -> Arguments:
    """New arguments of the same values and layout."""
    return {name: _copy(value) for name, value in args.items()}


def _copy(value: object) -> object:
    if isinstance(value, np.ndarray):
        return cast("NDArray[Any]", value).copy(order="K")
    if not isinstance(value, list):
        return value
    items = cast(list[object], value)
    return [_copy(x) for x in items] if items and isinstance(items[0], (list, np.ndarray)) else items.copy()
