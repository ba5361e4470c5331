"""The table of corner cases: what wrong rewrites break on, each once, those likely to tell most first.

Comes in: a `Contract`. Goes out: some hundred `Case`s: every size from none to 65, equal and unequal; every element type; every
kind of data, together and input by input; the same array twice; every memory layout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, islice, product

import numpy as np

from autovec.harness.cases import HOW, PART, Alias, Case, alias_pairs, choices, fitted, focus, part_pairs, put
from autovec.harness.data import KINDS, SCALAR_KINDS
from autovec.harness.layout import LAYOUTS
from autovec.outcome import ArrayInput, Contract, ScalarInput

Sizes = tuple[tuple[str, int], ...]
_MOST_COMBINATIONS = 48
_MOST_SMALL = 33
_MOST_PAIRED = 6
_MOST_EQUAL = 70  # from here on, all sizes at once are too many elements


def table(
    contract: Contract, overlaps: bool = False, mentioned: tuple[int, ...] = (), near: str = "", dtypes: tuple[str, ...] = ()
) -> Iterator[Case]:
    """The corner cases, each once, those likely to tell most first; cases that the contract rules out are left out.

    `overlaps` adds arrays that overlap in part, which the default promise leaves out; `mentioned` are sizes of the code's own,
    `near` is the kind of data near its constants, `dtypes` are those that it is mainly for.
    """
    seen: set[Case] = set()
    for seed, case in enumerate(_corners(contract, HOW if overlaps else HOW[:2], (mentioned, near, dtypes))):
        fit = fitted(contract, case)
        if fit is not None and fit not in seen:
            seen.add(fit)
            yield replace(fit, seed=seed)


def _corners(contract: Contract, sharing: tuple[str, ...], said: tuple[tuple[int, ...], str, tuple[str, ...]]) -> Iterator[Case]:
    mentioned, near, dtypes = said
    kinds = _combinations(contract)
    count = len(contract.inputs)
    plain = Case((), focus(contract, dtypes), ("ordinary",) * count, ("C",) * count)
    patterns = _patterns(contract)
    yield from _by_size(plain, _small(patterns), kinds)
    yield from _by_dtype(contract, plain, patterns, kinds)
    yield from _by_width(contract, plain, patterns, dtypes)
    yield from _by_data(contract, plain, patterns, kinds)
    if near:
        yield from _by_constants(plain, patterns, kinds, near)
    yield from _by_alias(contract, plain, patterns, sharing)
    if len(sharing) > 2:
        yield from _by_part(contract, plain, patterns)
    yield from _by_layout(contract, plain, patterns, kinds)
    yield from _around(contract, plain, mentioned)
    yield from _by_size(plain, {name: sizes for name, sizes in patterns.items() if name not in _small(patterns)}, kinds)


def _small(patterns: Mapping[str, Sizes]) -> dict[str, Sizes]:
    """The patterns without a large size, which cost most: those come last."""
    return {name: sizes for name, sizes in patterns.items() if max((n for _, n in sizes), default=0) <= _MOST_SMALL}


def _by_size(plain: Case, patterns: Mapping[str, Sizes], dtypes: list[tuple[str, ...]]) -> Iterator[Case]:
    for sizes in patterns.values():
        yield replace(plain, sizes=sizes)
    alone = [sizes for name, sizes in patterns.items() if not name.endswith(("above", "below", "alone"))]
    for data in ("ordinary", "small", "special"):
        for k, sizes in enumerate(alone):
            yield replace(plain, sizes=sizes, kinds=(data,) * len(plain.kinds), dtypes=dtypes[k % len(dtypes)])


def _by_dtype(contract: Contract, plain: Case, patterns: Mapping[str, Sizes], dtypes: list[tuple[str, ...]]) -> Iterator[Case]:
    for combination in dtypes:
        for sizes, data in (("down", "ordinary"), ("equal 5", "special"), ("equal 17", "small"), ("equal 17", "brim")):
            yield replace(plain, sizes=patterns[sizes], dtypes=combination, kinds=(data,) * len(plain.kinds))
    for combination in _singles(contract):
        for sizes in ("equal 0", "equal 1", "equal 5"):
            yield replace(plain, sizes=patterns[sizes], dtypes=combination)
        yield replace(plain, sizes=patterns["equal 17"], dtypes=combination, kinds=("extreme",) * len(plain.kinds))


def _by_width(contract: Contract, plain: Case, patterns: Mapping[str, Sizes], dtypes: tuple[str, ...]) -> Iterator[Case]:
    """Each input in its turn of another of the element types that are named than all others are."""
    pairs = ((base, i, t) for base in dtypes for i in range(len(plain.dtypes)) for t in dtypes if t != base)
    found = (put(focus(contract, (base,)), i, t) for base, i, t in pairs if t in choices(contract.inputs[i]))
    for combination in islice(dict.fromkeys(found), _MOST_COMBINATIONS):
        for repeat in range(3):  # the data of each array is near the brim in another way
            yield replace(plain, sizes=patterns["equal 17"], dtypes=combination, kinds=("brim",) * len(plain.kinds), seed=repeat)


def _by_data(contract: Contract, plain: Case, patterns: Mapping[str, Sizes], dtypes: list[tuple[str, ...]]) -> Iterator[Case]:
    count = len(plain.kinds)
    for k, data in enumerate(KINDS):
        for sizes in ("equal 5", "up", "equal 17"):
            yield replace(plain, sizes=patterns[sizes], kinds=(data,) * count, dtypes=dtypes[k % len(dtypes)])
    for repeat in range(6):
        for data in ("special", "special positive"):
            for sizes in ("equal 5", "down", "equal 17"):
                yield replace(plain, sizes=patterns[sizes], kinds=(data,) * count, seed=repeat)
    for i, x in enumerate(contract.inputs):
        if isinstance(x, ScalarInput) and x.value:
            continue
        for data in SCALAR_KINDS if isinstance(x, ScalarInput) else KINDS[1:]:
            yield replace(plain, sizes=patterns["equal 5"], kinds=put(plain.kinds, i, data))


def _by_constants(plain: Case, patterns: Mapping[str, Sizes], dtypes: list[tuple[str, ...]], near: str) -> Iterator[Case]:
    """Data near the constants of the code, together and input by input."""
    count = len(plain.kinds)
    for k, sizes in enumerate(("equal 5", "down", "equal 17", "equal 3")):
        yield replace(plain, sizes=patterns[sizes], kinds=(near,) * count, dtypes=dtypes[k % len(dtypes)])
    for i in range(count):
        yield replace(plain, sizes=patterns["equal 5"], kinds=put(plain.kinds, i, near))


def _by_alias(contract: Contract, plain: Case, patterns: Mapping[str, Sizes], sharing: tuple[str, ...]) -> Iterator[Case]:
    for i, j in alias_pairs(contract):
        for data in ("ordinary", "small", "special"):
            for shared in [t for t in choices(contract.inputs[i]) if t in choices(contract.inputs[j])][:3]:
                for how in sharing:
                    dtypes = put(put(plain.dtypes, i, shared), j, shared)
                    sizes = patterns["equal 5" if data != "small" else "equal 3"]
                    yield replace(plain, sizes=sizes, dtypes=dtypes, kinds=(data,) * len(plain.kinds), alias=Alias(i, j, how))


def _by_part(contract: Contract, plain: Case, patterns: Mapping[str, Sizes]) -> Iterator[Case]:
    """An array, and one of its rows."""
    for i, j in part_pairs(contract):
        shared = next(t for t in (plain.dtypes[i], *choices(contract.inputs[i])) if t in choices(contract.inputs[j]))
        dtypes = put(put(plain.dtypes, i, shared), j, shared)
        for data, size in (("ordinary", "equal 5"), ("small", "equal 3")):
            kinds = (data,) * len(plain.kinds)
            yield replace(plain, sizes=patterns[size], dtypes=dtypes, kinds=kinds, alias=Alias(i, j, PART))


def _by_layout(contract: Contract, plain: Case, patterns: Mapping[str, Sizes], dtypes: list[tuple[str, ...]]) -> Iterator[Case]:
    arrays = [i for i, x in enumerate(contract.inputs) if isinstance(x, ArrayInput) and x.container == "ndarray"]
    for k, layout in enumerate(LAYOUTS[1:]):
        for sizes in ("down", "up", "equal 5"):
            yield replace(plain, sizes=patterns[sizes], layouts=(layout,) * len(plain.layouts), dtypes=dtypes[k % len(dtypes)])
        if layout == "read-only":  # and nothing to store
            yield replace(plain, sizes=patterns["equal 0"], layouts=(layout,) * len(plain.layouts))
        for i in arrays:
            yield replace(plain, sizes=patterns["down"], layouts=put(plain.layouts, i, layout))


def _around(contract: Contract, plain: Case, mentioned: tuple[int, ...]) -> Iterator[Case]:
    """Sizes just below, at and just above those that the code mentions, one symbol at a time and all together."""
    for n in (k for m in mentioned for k in (m - 1, m, m + 1)):
        small = tuple((s.name, min(n, 5)) for s in contract.symbols)
        for k in range(len(small)):
            yield replace(plain, sizes=put(small, k, (small[k][0], n)))
        if n <= _MOST_EQUAL:
            yield replace(plain, sizes=tuple((s.name, n) for s in contract.symbols))


def _patterns(contract: Contract) -> dict[str, Sizes]:
    """Sizes by name: all equal, rising, falling, one empty, all but one empty, one large, two that are equal by chance."""
    symbols = contract.symbols
    window = {s.name for s in symbols if s.window}

    def spread(values: list[int]) -> Sizes:
        pairs = zip(symbols, values, strict=True)
        return tuple((s.name, (v if v < 1 else min(v, 1 + v % 4)) if s.name in window else v) for s, v in pairs)

    count = len(symbols)
    found = {f"equal {n}": spread([n] * count) for n in (3, 2, 5, 1, 0, 17)}
    found["up"] = spread(list(range(2, 2 + count)))
    found["down"] = spread(list(range(3 + count, 3, -1)))
    found["far up"] = spread([2 + 5 * k for k in range(count)])
    found["far down"] = spread([2 + 5 * k for k in reversed(range(count))])
    for k in range(count):
        found[f"{symbols[k].name} 65"] = spread([65 if i == k else 2 + i for i in range(count)])
        found[f"{symbols[k].name} 0"] = spread([0 if i == k else 4 + i for i in range(count)])
        found[f"{symbols[k].name} 1"] = spread([1 if i == k else 3 + i for i in range(count)])
        if count > 1:
            found[f"{symbols[k].name} alone"] = spread([5 if i == k else 0 for i in range(count)])
            found[f"{symbols[k].name} roomy alone"] = spread([17 if i == k else 5 for i in range(count)])
    for i, j in combinations(range(count), 2) if 2 < count <= _MOST_PAIRED else ():
        found[f"{symbols[i].name} {symbols[j].name} above"] = spread([5 if k in (i, j) else 4 - k % 3 for k in range(count)])
        found[f"{symbols[i].name} {symbols[j].name} below"] = spread([3 if k in (i, j) else 4 + k for k in range(count)])
    if count <= 2:
        found["equal 65"] = spread([65] * count)
    return found


def _combinations(contract: Contract) -> list[tuple[str, ...]]:
    """All products of element types where they are few; else each uniform choice and a spread of the others."""
    options = [choices(x) for x in contract.inputs]
    total = int(np.prod([float(len(o)) for o in options], dtype=float))
    if total <= _MOST_COMBINATIONS:
        return list(product(*options))
    uniform = [tuple(t if t in o else o[0] for o in options) for t in dict.fromkeys(t for o in options for t in o)]
    r = np.random.default_rng(0)
    mixed = [tuple(o[r.integers(len(o))] for o in options) for _ in range(_MOST_COMBINATIONS)]
    return list(dict.fromkeys((*uniform, *mixed)))[:_MOST_COMBINATIONS]


def _singles(contract: Contract) -> Iterator[tuple[str, ...]]:
    """Every element type of every input once, the other inputs at their first choice."""
    first = tuple(choices(x)[0] for x in contract.inputs)
    for i, x in enumerate(contract.inputs):
        for t in choices(x)[: 1 if i else None] if len(choices(x)) == 1 else choices(x):
            yield put(first, i, t)
