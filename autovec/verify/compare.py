"""Are two outcomes the same? Values, types, shapes, kinds of container, changes to the arguments, who shares memory with whom.

Comes in: the outcome and the arguments after the run, of the original and of the rewrite. Goes out: None, or the gravest
`Difference`, with its place in the user's names. A difference of sort FLOATS is in nothing but the bits of floats, and one of
sort VALUES in other values that may follow from such bits (a count, an index): a judge may allow those. The rest is never
allowed. `float` and `np.float64` are the same kind, as are `complex` and `np.complex128`; `int` and `np.int64`, `bool` and
`np.bool_` are not. Not compared: memory order and flags of arrays, text of exceptions.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from enum import IntEnum
from typing import cast

import numpy as np

from autovec.harness.data import Array, is_array, is_numpy_scalar
from autovec.harness.region import Outcome
from autovec.outcome import Contract
from autovec.record import dataclass

_RESULT = "the result"


class Sort(IntEnum):
    """How grave a difference is."""

    FLOATS = 1
    VALUES = 2
    STRUCTURE = 3


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same, and where."""

    where: str
    what: str  # "0.5 became 0.25"
    sort: Sort
    gap: float = math.inf  # between floats: how far apart, relative to the larger

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(slots=True)
class _Comparison:
    """The walk over both sides at once. `twins` pairs mutable objects by identity, `arrays` are those seen, in order."""

    signed_zeros: bool
    finite_only: bool = False
    found: list[Difference] = field(default_factory=list[Difference])
    twins: dict[int, int] = field(default_factory=dict[int, int])
    back: dict[int, int] = field(default_factory=dict[int, int])
    arrays: list[tuple[str, Array, Array]] = field(default_factory=list[tuple[str, Array, Array]])

    def add(self, where: str, what: str, sort: Sort, gap: float = math.inf) -> None:
        self.found.append(Difference(where, what, sort, gap))


def difference(
    contract: Contract,
    old: tuple[Outcome, Mapping[str, object]],
    new: tuple[Outcome, Mapping[str, object]],
    *,
    signed_zeros: bool,
    finite_only: bool = False,
) -> Difference | None:
    """The gravest difference between two runs, each given as its outcome and its arguments afterwards; with `finite_only` two
    floats that are not finite are the same."""
    before, after = old[0], new[0]
    if before.how != after.how:
        return Difference(_RESULT, f"the loop {_ending(before)}, the rewrite {_ending(after)}", Sort.STRUCTURE)
    if type(before.error) is not type(after.error):
        return Difference(_RESULT, f"the loop {_ending(before)}, the rewrite {_ending(after)}", Sort.STRUCTURE)
    walk = _Comparison(signed_zeros, finite_only)
    for x in contract.inputs:
        if before.error is not None and x.name in contract.lost:
            continue
        _pair(walk, x.name, old[1][x.name], new[1][x.name], loose=False)
    inputs = len(walk.arrays)
    if before.how == "returned":
        _pair(walk, _RESULT, before.value, after.value, loose=False)
    for name in contract.outputs if before.how == "fell" else ():
        _output(walk, name, before.outputs, after.outputs, name in contract.loose, name in contract.exact)
    _sharing(walk, inputs)
    return max(walk.found, key=lambda d: (d.sort, d.gap), default=None)


def _ending(outcome: Outcome) -> str:
    if outcome.error is not None:
        return f"raised {type(outcome.error).__name__}: {str(outcome.error)[:120]}"
    return "returned" if outcome.how == "returned" else "ran to its end"


def _output(walk: _Comparison, name: str, old: Mapping[str, object], new: Mapping[str, object], loose: bool, exact: bool) -> None:
    if (name in old) != (name in new):
        walk.add(name, "bound by the loop only" if name in old else "bound by the rewrite only", Sort.STRUCTURE)
    elif name in old and exact and type(old[name]) is not type(new[name]):
        walk.add(name, f"{_shown(old[name])} became a {_named(new[name])} where it is divided", Sort.STRUCTURE)
    elif name in old:
        _pair(walk, name, old[name], new[name], loose and not exact)


def _pair(walk: _Comparison, where: str, a: object, b: object, loose: bool) -> None:
    if is_array(a) and is_array(b):
        _arrays(walk, where, a, b)
    elif _kind(a) is not _kind(b) and not (loose and _is_number(a) and _is_number(b)):
        walk.add(where, f"{_shown(a)} ({_named(a)}) became {_shown(b)} ({_named(b)})", Sort.STRUCTURE)
    elif _is_number(a):
        _numbers(walk, where, a, b)
    elif isinstance(a, (list, tuple)):
        _sequences(walk, where, cast(Sequence[object], a), cast(Sequence[object], b), loose)
    elif isinstance(a, dict):
        _dicts(walk, where, cast(dict[object, object], a), cast(dict[object, object], b), loose)
    elif type(a).__eq__ is not object.__eq__ and a != b:  # an object without == of its own is taken as equal
        walk.add(where, f"{_shown(a)} became {_shown(b)}", Sort.VALUES)


def _kind(x: object) -> type:
    if isinstance(x, (np.float64, np.complex128)):
        return float if isinstance(x, np.float64) else complex
    return type(x)


def _is_number(x: object) -> bool:
    return isinstance(x, (bool, int, float, complex, np.generic))


def _twins(walk: _Comparison, where: str, a: object, b: object) -> bool:
    """Note that `a` and `b` stand for each other; False where both are seen already (they need no second look)."""
    met, known = walk.twins.get(id(a)), walk.back.get(id(b))
    if met is None and known is None:
        walk.twins[id(a)], walk.back[id(b)] = id(b), id(a)
        return True
    if met != id(b) or known != id(a):
        who = "loop" if known is None else "rewrite"
        walk.add(where, f"the same object as another one in the {who} only", Sort.STRUCTURE)
    return False


def _sequences(walk: _Comparison, where: str, a: Sequence[object], b: Sequence[object], loose: bool) -> None:
    if isinstance(a, list) and not _twins(walk, where, a, b):
        return
    if len(a) != len(b):
        walk.add(where, f"length {len(a)} became {len(b)}", Sort.STRUCTURE)
        return
    kinds = {type(x) for values in (a, b) for x in values}
    if kinds == {float}:
        p, q = np.array(a), np.array(b)
        if p.tobytes() != q.tobytes():
            _elements(walk, where, p, q)
        return
    if kinds == {int} and a == b:
        return
    for i, (x, y) in enumerate(zip(a, b, strict=True)):
        _pair(walk, f"{where}[{i}]", x, y, loose)


def _dicts(walk: _Comparison, where: str, a: dict[object, object], b: dict[object, object], loose: bool) -> None:
    if not _twins(walk, where, a, b):
        return
    if len(a) != len(b) or not all(map(_is_same_key, a, b)):
        walk.add(where, f"keys {_shown(list(a))} became {_shown(list(b))}", Sort.STRUCTURE)
        return
    for key, x, y in zip(a, a.values(), b.values(), strict=True):
        _pair(walk, f"{where}[{key!r}]", x, y, loose)


def _is_same_key(a: object, b: object) -> bool:
    """Keys are looked up by ==: a NumPy number and the Python number of the same value are one key."""
    if repr(a) == repr(b):
        return True
    return is_numpy_scalar(a) and type(a.item()) is type(b) and a == b


def _numbers(walk: _Comparison, where: str, a: object, b: object) -> None:
    """Two numbers of one kind, or of any kinds where the output is loose."""
    x, y = _plain(a), _plain(b)
    floats = isinstance(x, (float, complex)) and isinstance(y, (float, complex))
    same = _same_floats(x, y, walk.signed_zeros) if floats else x == y
    if not same and floats and walk.finite_only:
        same = not (cmath.isfinite(cast(complex, x)) or cmath.isfinite(cast(complex, y)))
    if not same:
        gap = float(_gaps(np.array([x]), np.array([y]))[0]) if floats else math.inf
        walk.add(where, f"{_shown(a)} became {_shown(b)}", Sort.FLOATS if floats else Sort.VALUES, gap)


def _plain(x: object) -> object:
    """A NumPy scalar as a Python number."""
    return x.item() if is_numpy_scalar(x) else x


def _same_floats(a: object, b: object, signed_zeros: bool) -> bool:
    if isinstance(a, complex) or isinstance(b, complex):
        x, y = complex(cast(complex, a)), complex(cast(complex, b))
        return _same_floats(x.real, y.real, signed_zeros) and _same_floats(x.imag, y.imag, signed_zeros)
    p, q = cast(float, a), cast(float, b)
    if p != p or q != q:
        return p != p and q != q
    return p == q and (not signed_zeros or p != 0.0 or math.copysign(1.0, p) == math.copysign(1.0, q))


def _arrays(walk: _Comparison, where: str, a: Array, b: Array) -> None:
    if not _twins(walk, where, a, b):
        return
    walk.arrays.append((where, a, b))
    if a.dtype != b.dtype or type(a) is not type(b):
        walk.add(where, f"dtype {a.dtype} became {b.dtype}", Sort.STRUCTURE)
    elif a.shape != b.shape:
        walk.add(where, f"shape {a.shape} became {b.shape}", Sort.STRUCTURE)
    elif a.dtype.hasobject:
        for at in np.ndindex(a.shape):
            _pair(walk, f"{where}{list(at)}", a[at], b[at], loose=False)
    elif a.tobytes() != b.tobytes():
        _elements(walk, where, a, b)


def _elements(walk: _Comparison, where: str, a: Array, b: Array) -> None:
    floats = a.dtype.kind in "fc"
    differ = ~_same_elements(a, b, walk.signed_zeros) if floats else a != b
    if floats and walk.finite_only:
        differ &= np.isfinite(a) | np.isfinite(b)
    if not differ.any():
        return
    gaps = _gaps(a[differ], b[differ]) if floats else np.zeros(1)
    at = tuple(int(i) for i in np.argwhere(differ)[int(gaps.argmax())])
    place = f"{where}[{', '.join(map(str, at))}]" if at else where
    gap = float(gaps.max()) if floats else math.inf
    walk.add(place, f"{_shown(a[at])} became {_shown(b[at])}", Sort.FLOATS if floats else Sort.VALUES, gap)


def _gaps(a: Array, b: Array) -> Array:
    """How far apart, relative to the larger; infinite where one is not finite."""
    with np.errstate(all="ignore"):
        gaps = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
    return np.where(np.isnan(gaps), math.inf, gaps)


def _same_elements(a: Array, b: Array, signed_zeros: bool) -> Array:
    if a.dtype.kind == "c":
        real = _same_elements(np.real(a), np.real(b), signed_zeros)
        return real & _same_elements(np.imag(a), np.imag(b), signed_zeros)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return same & ((np.signbit(a) == np.signbit(b)) | np.isnan(a)) if signed_zeros else same


def _sharing(walk: _Comparison, inputs: int) -> None:
    """Every array that is not an input shares memory with the same inputs and outputs on both sides."""
    for k in range(inputs, len(walk.arrays)):
        where, a, b = walk.arrays[k]
        for other, p, q in walk.arrays[:k]:
            shares = np.may_share_memory(a, p)
            if shares != np.may_share_memory(b, q):
                who = "loop" if shares else "rewrite"
                walk.add(where, f"shares memory with {other} in the {who} only", Sort.STRUCTURE)


def _named(x: object) -> str:
    """The name of the type; NumPy calls its own bool so too."""
    return f"np.{type(x).__name__}" if is_numpy_scalar(x) else type(x).__name__


def _shown(x: object) -> str:
    text = repr(_plain(x))
    return text if len(text) <= 60 else text[:57] + "..."
