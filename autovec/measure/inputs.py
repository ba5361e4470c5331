"""Arguments for the clock: ordinary data of growing size, and cheap new copies of it for every call.

Comes in: a contract, and the names that bound a loop. Goes out: `Sizing`s, the likeliest to work first. Each says how symbols
follow the size n (all are n at first; where the original raises on that, some are n // 2, 3 or n * n; windows are always 3),
and what the data is like: between -2 and 2, then positive below one, then above one. Integers that bound a loop are n, others
are 1, 2 or 3. Not handled: arguments that share memory (no copy of them would).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from autovec.harness.bounds import lone_integers
from autovec.harness.cases import Case, build, choices, fitted, shape_of
from autovec.harness.data import CLOCK_KINDS, LATE_KINDS
from autovec.outcome import ArrayInput, Contract, ScalarInput

_WINDOW = 3
_LIST_ITEM_BYTES = 40
_MOST_SYMBOLS = 6  # of more, only single ones get a size of their own
_OTHERS = ("half", "few", "square")
Arguments = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sizing:
    """One way to make arguments. `others` are the symbols that are not n, with how they follow it; `bounds` are scalars that
    are n; `data` are the kinds of data in arrays and scalars."""

    contract: Contract
    dtypes: tuple[str, ...]
    data: tuple[str, str] = CLOCK_KINDS[0]
    others: tuple[tuple[str, str], ...] = ()
    bounds: tuple[str, ...] = ()
    seed: int = 0

    @property
    def grows(self) -> bool:
        """Whether anything depends on n."""
        return bool(self.bounds) or any(not s.window for s in self.contract.symbols)

    def case(self, n: int) -> Case | None:
        """The recipe at size n; None where the contract rules it out."""
        others = dict(self.others)
        sizes = tuple((s.name, _size("few" if s.window else others.get(s.name, ""), n)) for s in self.contract.symbols)
        kinds = tuple(self.data[not isinstance(x, ArrayInput)] for x in self.contract.inputs)
        return fitted(self.contract, Case(sizes, self.dtypes, kinds, ("C",) * len(kinds), seed=self.seed))

    def arguments(self, n: int) -> Arguments | None:
        """New arguments of size n; None where the contract rules it out."""
        case = self.case(n)
        return None if case is None else build(self.contract, case) | dict.fromkeys(self.bounds, n)

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
        case "square":
            return n * n
        case _:
            return n


def sizings(contract: Contract, dtypes: Mapping[str, str], names: frozenset[str] = frozenset()) -> Iterator[Sizing]:
    """The ways to make arguments; `names` bound a loop."""
    chosen = tuple(dtypes.get(x.name, choices(x)[0]) for x in contract.inputs)
    first = Sizing(contract, chosen, bounds=tuple(sorted(names.intersection(lone_integers(contract)))))
    whole = replace(first, dtypes=_whole(contract, chosen, dtypes))
    kinds = dict.fromkeys((first, whole))
    for others in _patterns([s.name for s in contract.symbols if not s.window]):
        for some in kinds:
            for data in CLOCK_KINDS:
                yield replace(some, others=others, data=data)
        yield replace(first, others=others, seed=1)


def late(sizing: Sizing) -> Iterator[Sizing]:
    """The same sizes with other data, on which a loop that may end early may run longer."""
    return (replace(sizing, data=data) for data in (*CLOCK_KINDS, *LATE_KINDS))


def _whole(contract: Contract, chosen: tuple[str, ...], told: Mapping[str, str]) -> tuple[str, ...]:
    """The chosen types, but integers for scalars that may be such: they may be positions."""
    pairs = zip(contract.inputs, chosen, strict=True)
    return tuple("int" if isinstance(x, ScalarInput) and "int" in x.kinds and x.name not in told else t for x, t in pairs)


def _patterns(symbols: list[str]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Which symbols are not n: none, one, two (always the later ones first), and all but one."""
    yield ()
    later = symbols[::-1]
    groups = [(s,) for s in later]
    if len(symbols) <= _MOST_SYMBOLS:
        groups += [*combinations(later, 2), *(tuple(s for s in later if s != one) for one in symbols)]
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
