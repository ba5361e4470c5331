"""Random cases without end, near those that turned out to tell something.

Comes in: a `Contract`, the `History` of the cases tried so far, a seed. Goes out: `Case`s. Where the original raises on many
inputs, most draws are small changes of cases on which it returned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field, replace

import numpy as np

from autovec.harness.cases import HOW, Alias, Case, alias_pairs, choices, fitted, focus, put
from autovec.harness.data import KINDS, SCALAR_KINDS
from autovec.harness.layout import LAYOUTS
from autovec.outcome import ArrayInput, Contract, ScalarInput
from autovec.record import dataclass

_SMALL = (0, 1, 2, 3, 3, 4, 5, 5, 7, 8, 9, 12, 16, 17)
_LARGE = (31, 33, 64, 65, 129)


@dataclass(slots=True)
class History:
    """Which cases the original returned on; random cases are drawn near those."""

    liked: list[Case] = field(default_factory=list[Case])
    tried: int = 0
    failed: int = 0

    def record(self, case: Case, returned: bool) -> None:
        """Note whether the original returned on a case."""
        self.tried += 1
        if not returned:
            self.failed += 1
        elif len(self.liked) < 400:
            self.liked.append(case)

    def prefer(self, case: Case) -> None:
        """Draw the next cases near this one more often than near any other."""
        self.liked += [case] * (1 + len(self.liked) // 4)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of data to draw from."""

    arrays: tuple[str, ...]
    scalars: tuple[str, ...]
    dtypes: tuple[str, ...] = ()  # of the inputs, in order


def draws(
    contract: Contract,
    history: History,
    seed: int = 0,
    overlaps: bool = False,
    near: tuple[str, ...] = (),
    dtypes: tuple[str, ...] = (),
) -> Iterator[Case]:
    """Random cases without end (unless the contract allows none); where many fail, small changes of cases that did not.

    `near` are kinds of data beside the usual ones; one that is there several times is drawn more often. Of the
    element types, half of the inputs have some that are among `dtypes`, where there are any.
    """
    r = np.random.default_rng(seed)
    kinds = Kinds(KINDS + near, SCALAR_KINDS + KINDS + 3 * near, focus(contract, dtypes) if dtypes else ())
    sharing = HOW if overlaps else HOW[:2]
    misses = 0
    while misses < 1000:
        liked = history.liked if r.random() < max(0.3, history.failed / max(1, history.tried)) else []
        case = _varied(contract, liked[int(r.integers(len(liked)))], kinds, r) if liked else _random(contract, sharing, kinds, r)
        fit = fitted(contract, replace(case, seed=int(r.integers(1 << 40))))
        misses = misses + 1 if fit is None else 0
        if fit is not None:
            yield fit


def _random(contract: Contract, sharing: tuple[str, ...], known: Kinds, r: np.random.Generator) -> Case:
    inputs = contract.inputs
    focused = known.dtypes and r.random() < 0.5
    dtypes = known.dtypes if focused else tuple(_pick(choices(x), r) for x in inputs)
    kinds = tuple(_kind(x, known, r) for x in inputs)
    layouts = tuple(_pick(LAYOUTS, r) if r.random() < 0.25 else "C" for _ in inputs)
    case = Case(_sizes(contract, r), dtypes, kinds, layouts)
    return _aliased(contract, case, _pick(sharing, r), r) if r.random() < 0.15 else case


def _varied(contract: Contract, case: Case, known: Kinds, r: np.random.Generator) -> Case:
    """Another seed, and one thing changed."""
    if not contract.inputs:
        return case
    i = int(r.integers(len(contract.inputs)))
    match int(r.integers(5)):
        case 0:
            step = int(r.integers(-2, 9))
            return replace(case, sizes=tuple((name, max(0, n + step) if n else n) for name, n in case.sizes))
        case 1:
            return replace(case, dtypes=put(case.dtypes, i, _pick(choices(contract.inputs[i]), r)))
        case 2:
            return replace(case, kinds=put(case.kinds, i, _kind(contract.inputs[i], known, r)))
        case 3:
            return replace(case, layouts=put(case.layouts, i, _pick(LAYOUTS, r)))
        case _:
            return case


def _aliased(contract: Contract, case: Case, how: str, r: np.random.Generator) -> Case:
    pairs = alias_pairs(contract)
    if not pairs:
        return case
    i, j = pairs[r.integers(len(pairs))]
    shared = [t for t in choices(contract.inputs[i]) if t in choices(contract.inputs[j])]
    dtype = shared[r.integers(len(shared))]
    return replace(case, dtypes=put(put(case.dtypes, i, dtype), j, dtype), alias=Alias(i, j, how))


def _sizes(contract: Contract, r: np.random.Generator) -> tuple[tuple[str, int], ...]:
    equal = r.random() < 0.35
    large = -1 if r.random() < 0.92 or not contract.symbols else int(r.integers(len(contract.symbols)))
    one = int(_SMALL[r.integers(len(_SMALL))])
    found: list[tuple[str, int]] = []
    for k, s in enumerate(contract.symbols):
        n = one if equal else int(_SMALL[r.integers(len(_SMALL))])
        if s.window:
            n = int(r.integers(1, 5)) if r.random() < 0.9 else n
        elif k == large:
            n = int(_LARGE[r.integers(len(_LARGE))])
        found.append((s.name, n))
    return tuple(found)


def _kind(x: ArrayInput | ScalarInput, known: Kinds, r: np.random.Generator) -> str:
    if r.random() < 0.25:
        return "ordinary"
    return _pick(known.scalars if isinstance(x, ScalarInput) else known.arrays, r)


def _pick(options: tuple[str, ...], r: np.random.Generator) -> str:
    return options[int(r.integers(len(options)))]
