"""Arguments for the clock: ordinary data of growing size, and cheap new copies of it for every call.

Comes in: a contract. Goes out: a `Sizing`, which says how the other symbols follow the size n, and arguments at a size. All
sizes are n at first; where the original raises on that, some symbols are 3 or n // 2. Windows are always 3.
Not handled: arguments that share memory (no copy of them would).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from autovec.harness.cases import Case, build, choices, fitted, shape_of
from autovec.outcome import ArrayInput, Contract

_WINDOW = 3
_LIST_ITEM_BYTES = 40
Arguments = dict[str, object]


@dataclass(frozen=True, slots=True)
class Sizing:
    """How a contract's symbols follow n: `fixed` ones are 3, `half` ones n // 2, the others n."""

    contract: Contract
    dtypes: tuple[str, ...]
    fixed: frozenset[str] = frozenset()
    half: frozenset[str] = frozenset()
    seed: int = 0

    def case(self, n: int) -> Case | None:
        """The recipe at size n; None where the contract rules it out."""
        sizes = tuple((s.name, _WINDOW if s.window else self._size(s.name, n)) for s in self.contract.symbols)
        count = len(self.contract.inputs)
        return fitted(self.contract, Case(sizes, self.dtypes, ("ordinary",) * count, ("C",) * count, seed=self.seed))

    def arguments(self, n: int) -> Arguments | None:
        case = self.case(n)
        return None if case is None else build(self.contract, case)

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

    def _size(self, name: str, n: int) -> int:
        return _WINDOW if name in self.fixed else n // 2 if name in self.half else n


def sizings(contract: Contract, dtypes: Mapping[str, str]) -> Iterator[Sizing]:
    """The ways to size the arguments, the likeliest to work first."""
    chosen = tuple(dtypes.get(x.name, choices(x)[0]) for x in contract.inputs)
    free = [s.name for s in contract.symbols if not s.window]
    for seed in (0, 1):
        yield Sizing(contract, chosen, seed=seed)
    if len(free) < 2:
        return
    groups = (frozenset(free[1:]), frozenset(free[-1:]), frozenset(free[:1]), frozenset(free[:-1]))
    for some in dict.fromkeys(groups):
        yield Sizing(contract, chosen, half=some)
        yield Sizing(contract, chosen, fixed=some)


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
