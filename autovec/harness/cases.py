"""What a region is tried on: a `Case` is a recipe for its arguments, `build` makes them, always the same from the same recipe.

Comes in: a `Contract` and a case (sizes, dtypes, data, layouts, aliasing, a seed). Goes out: the arguments by input name.
`sized` makes ordinary inputs of one size for the clock. Which cases are worth trying is told by `corners.py` and `draws.py`.
Not handled: arrays whose own elements overlap.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from types import CodeType
from typing import TypeVar, cast

import numpy as np

from autovec.harness.data import MODERATE, elements, is_array, numbers, random_numbers, scalar
from autovec.harness.layout import arranged
from autovec.outcome import ArrayInput, Contract, ScalarInput
from autovec.record import dataclass

Limits = tuple[int | None, int | None]
Value = TypeVar("Value")
HOW = ("same", "view", "ahead", "behind")
PART = "part"


@dataclass(frozen=True, slots=True)
class Alias:
    """Two inputs that share memory. `how`: "same" object; "view", a new object over the same memory; "ahead" or "behind", the
    second starts one element after or before the first; "part", the second is a row in the middle of the first."""

    first: int
    second: int
    how: str


@dataclass(frozen=True, slots=True)
class Case:
    """A recipe for one set of arguments; `dtypes`, `kinds` and `layouts` run parallel to the contract's inputs."""

    sizes: tuple[tuple[str, int], ...]
    dtypes: tuple[str, ...]
    kinds: tuple[str, ...]
    layouts: tuple[str, ...]
    alias: Alias | None = None
    seed: int = 0

    @property
    def moderate(self) -> bool:
        """Only finite values of everyday size, so that a warning means something."""
        return MODERATE.issuperset(self.kinds)


def build(contract: Contract, case: Case) -> dict[str, object]:
    """The arguments of a case, by input name; every call makes new ones."""
    r = random_numbers(case.seed)
    sizes = dict(case.sizes)
    args: dict[str, object] = {}
    for i, x in enumerate(contract.inputs):
        args[x.name] = _make(x, case.dtypes[i], case.kinds[i], case.layouts[i], sizes, r)
    if case.alias is not None:
        _share(args, contract.inputs[case.alias.first].name, contract.inputs[case.alias.second].name, case.alias.how)
    return args


def sized(contract: Contract, n: int, seed: int = 0, dtypes: Mapping[str, str] | None = None) -> dict[str, object]:
    """Ordinary contiguous arguments with every size `n` (windows 3); `dtypes` overrides the first choice by input name."""
    chosen = tuple((dtypes or {}).get(x.name, choices(x)[0]) for x in contract.inputs)
    count = len(contract.inputs)
    sizes = tuple((s.name, 3 if s.window else n) for s in contract.symbols)
    case = Case(sizes, chosen, ("ordinary",) * count, ("C",) * count, seed=seed)
    return build(contract, replace(case, sizes=_raised(contract, dict(sizes))))


def choices(x: ArrayInput | ScalarInput) -> tuple[str, ...]:
    """The element types that an input may have; a list of ints and floats may also mix them."""
    if isinstance(x, ScalarInput):
        return x.kinds
    mixed = ("mixed",) if x.container == "list" and {"int", "float"} <= set(x.dtypes) else ()
    return x.dtypes + mixed


def focus(contract: Contract, dtypes: tuple[str, ...]) -> tuple[str, ...]:
    """For each input the first of its element types that is one of `dtypes`, else the first."""
    return tuple(next((t for t in dtypes if t in choices(x)), choices(x)[0]) for x in contract.inputs)


def evaluate(expression: str, sizes: Mapping[str, int]) -> object:
    """A Python expression of the contract over its symbols."""
    return eval(_compiled(expression), {"__builtins__": {}, "min": min, "max": max, "abs": abs, "len": len}, dict(sizes))


def shape_of(x: ArrayInput, sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The shape of an input at these sizes."""
    return tuple(sizes[s] if s in sizes else _integer(s, sizes) for s in x.shape)


def alias_pairs(contract: Contract) -> list[tuple[int, int]]:
    """Positions of the inputs that may be the same memory, as far as kind and rank go."""
    able = [i for i, x in enumerate(contract.inputs) if isinstance(x, ArrayInput) and x.name not in contract.fresh]

    def alike(i: int, j: int) -> bool:
        a, b = contract.inputs[i], contract.inputs[j]
        if not isinstance(a, ArrayInput) or not isinstance(b, ArrayInput):
            return False
        return a.container == b.container and len(a.shape) == len(b.shape) and bool(set(choices(a)) & set(choices(b)))

    return [(i, j) for i, j in combinations(able, 2) if alike(i, j)]


def part_pairs(contract: Contract) -> list[tuple[int, int]]:
    """Positions of inputs of which the second may be a row of the first."""
    arrays = [(i, x) for i, x in enumerate(contract.inputs) if isinstance(x, ArrayInput) and x.container == "ndarray"]
    able = [(i, x) for i, x in arrays if x.name not in contract.fresh]
    return [(i, j) for i, x in able for j, y in able if len(x.shape) == len(y.shape) + 1 and set(choices(x)) & set(choices(y))]


def put(values: tuple[Value, ...], at: int, value: Value) -> tuple[Value, ...]:
    """`values` with one of them replaced."""
    return (*values[:at], value, *values[at + 1 :])


# ------------------------------------------------------------------ what the contract allows


def fitted(contract: Contract, case: Case) -> Case | None:
    """`case` with its sizes raised to what the contract asks; None where no such input exists (or a size is divided by zero)."""
    try:
        return _fitted(contract, case)
    except ZeroDivisionError:
        return None


def _fitted(contract: Contract, case: Case) -> Case | None:
    sizes = _raised(contract, dict(case.sizes))
    bound = dict(sizes)
    for x in contract.inputs:
        if isinstance(x, ArrayInput):
            shape = shape_of(x, bound)
            if min(shape, default=0) < 0:
                return None
            if 0 in shape:
                continue
        elif x.value:
            evaluate(x.value, bound)
        low, high = _limits(x, bound)
        if low is not None and high is not None and low >= high:
            return None
    if case.alias is not None and not _same_shape(contract, case, bound):
        return None
    return replace(case, sizes=sizes)


def _same_shape(contract: Contract, case: Case, sizes: Mapping[str, int]) -> bool:
    assert case.alias is not None
    i, j = case.alias.first, case.alias.second
    a, b = contract.inputs[i], contract.inputs[j]
    if not isinstance(a, ArrayInput) or not isinstance(b, ArrayInput) or case.dtypes[i] != case.dtypes[j]:
        return False
    if case.alias.how == PART:
        return shape_of(a, sizes)[1:] == shape_of(b, sizes) and shape_of(a, sizes)[0] > 0
    return shape_of(a, sizes) == shape_of(b, sizes) and _limits(a, sizes) == _limits(b, sizes)


def _raised(contract: Contract, sizes: dict[str, int]) -> tuple[tuple[str, int], ...]:
    for _ in contract.symbols:
        for s in contract.symbols:
            if s.at_least:
                sizes[s.name] = max(sizes[s.name], _integer(s.at_least, sizes))
    return tuple(sizes.items())


def _limits(x: ArrayInput | ScalarInput, sizes: Mapping[str, int]) -> Limits:
    if not x.low and not x.high:
        return None, None
    low = _integer(x.low, sizes) if x.low else None
    return low, _integer(x.high, sizes) if x.high else None


def _integer(expression: str, sizes: Mapping[str, int]) -> int:
    value = evaluate(expression, sizes)
    assert isinstance(value, int)
    return value


@lru_cache(maxsize=512)
def _compiled(expression: str) -> CodeType:
    return compile(expression.strip(), "<contract>", "eval")


# ------------------------------------------------------------------ arguments


def _share(args: dict[str, object], first: str, second: str, how: str) -> None:
    source = args[first]
    args[second] = source
    if not is_array(source) or how == "same":
        return
    if how == PART:
        args[second] = source[len(source) // 2]
        return
    if how == "view":
        args[second] = source.view()
        return
    long = np.concatenate((source, source[:1]))
    ends = (long[: len(source)], long[len(long) - len(source) :])
    args[first], args[second] = ends if how == "ahead" else ends[::-1]


def _make(
    x: ArrayInput | ScalarInput, dtype: str, kind: str, layout: str, sizes: Mapping[str, int], r: np.random.Generator
) -> object:
    limits = _limits(x, sizes)
    if isinstance(x, ScalarInput):
        return _exactly(x.value, dtype, sizes) if x.value else scalar(kind, dtype, limits, r)
    shape = shape_of(x, sizes)
    count = math.prod(shape)
    if x.container == "list":
        as_floats = not {"float", "complex"}.isdisjoint(x.dtypes)
        rows = _nested(numbers(kind, dtype, count, limits, r, as_floats=as_floats), shape)
        return _cut(rows, r) if x.ragged and layout != "C" else rows
    return arranged(elements(kind, dtype, count, limits, r).reshape(shape), layout)


def _exactly(expression: str, kind: str, sizes: Mapping[str, int]) -> object:
    value = evaluate(expression, sizes)
    if not isinstance(value, (int, float, complex)):
        return value
    python = {"int": int, "float": float, "bool": bool, "complex": complex}
    return python[kind](value) if kind in python else np.dtype(kind).type(value)  # type: ignore[arg-type]


def _nested(flat: list[object], shape: tuple[int, ...]) -> list[object]:
    if len(shape) <= 1:
        return flat
    row = len(flat) // shape[0] if shape[0] else 0
    return [_nested(flat[k * row : (k + 1) * row], shape[1:]) for k in range(shape[0])]


def _cut(rows: list[object], r: np.random.Generator) -> list[object]:
    """The innermost lists cut to lengths of their own."""
    return [_cut(cast("list[object]", x), r) if isinstance(x, list) else x for x in rows[: _length(rows, r)]]


def _length(rows: list[object], r: np.random.Generator) -> int:
    return len(rows) if rows and isinstance(rows[0], list) else int(r.integers(len(rows) + 1))
