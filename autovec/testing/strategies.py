"""Hypothesis strategies for what loops over numbers take: sizes, arrays in any layout, nested lists, numbers.

Comes in: dtypes or Python kinds, shapes, limits, constants near which something may change. Goes out: strategies. Elements are
small integers (which tie and cancel), everyday numbers, and whatever the type holds: NaN, infinities, -0.0, subnormals. Of large
arrays only the kind of data and a seed are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from autovec.harness.data import KINDS, elements, is_array
from autovec.harness.layout import LAYOUTS, arranged

_DRAWN = 24  # elements of an array that are drawn one by one
Numbers = Sequence[float | int | str]
_KINDS: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int": st.integers(-3, 3) | st.integers(-(2**31), 2**31),
    "float": st.integers(-3, 3).map(float) | st.floats(-10.0, 10.0) | st.floats(),
    "complex": st.complex_numbers(max_magnitude=10.0) | st.complex_numbers(),
    "str": st.sampled_from(("", "a", "b", "ab", "0")),
}


def sizes(low: int = 0, *, small: bool = False) -> st.SearchStrategy[int]:
    """A size of at least `low`; `small` for those of windows."""
    if small:
        return st.integers(max(low, 1), max(low, 1) + 2)
    return st.integers(low, low + 4) | st.just(low + 9)


def arrays(
    dtypes: str, shape: tuple[int, ...], low: int | None = None, high: int | None = None, *, near: Numbers = (),
    same: Sequence[object] = (),
) -> st.SearchStrategy[NDArray[Any]]:  # fmt: skip
    """Arrays of one of the dtypes, as "float64 float32"; integers of low <= value < high. May also be one of `same` that fits."""
    names = dtypes.split()
    fitting = [x for x in same if is_array(x) and x.shape == shape and x.dtype.name in names]
    fresh = st.sampled_from(names).flatmap(lambda name: _laid_out(name, shape, (low, high), near))
    return fresh | st.sampled_from(fitting) if fitting else fresh


@st.composite
def _laid_out(
    draw: st.DrawFn, name: str, shape: tuple[int, ...], limits: tuple[int | None, int | None], near: Numbers
) -> NDArray[Any]:
    assume(all(n >= 0 for n in shape))
    count, dtype = math.prod(shape), np.dtype(name)
    low, high = limits
    assume(not count or low is None or high is None or low < high)
    if not count:
        plain = np.empty(shape, dtype)
    elif count <= _DRAWN:
        plain = draw(hnp.arrays(dtype, shape, elements=_elements(dtype, limits, near), fill=st.nothing()))
    else:
        r = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
        plain = elements(draw(st.sampled_from(KINDS)), name, count, limits, r).reshape(shape)
    return arranged(plain, draw(st.just("C") | st.sampled_from(LAYOUTS)))


def _elements(dtype: np.dtype[Any], limits: tuple[int | None, int | None], near: Numbers) -> st.SearchStrategy[Any]:
    match dtype.kind:
        case "b":
            return st.booleans()
        case "i" | "u":
            info = np.iinfo(dtype)
            low, high = _within(limits, int(info.min), int(info.max))
            return _integers(low, high, near)
        case "c":
            width = 8 * dtype.itemsize
            return st.complex_numbers(max_magnitude=10.0, width=width) | st.complex_numbers(width=width)  # pyright: ignore
        case _:
            width: Any = 8 * dtype.itemsize
            close = _close_to(near, dtype)
            usual = st.integers(-3, 3).map(float) | st.floats(-10.0, 10.0, width=width) | st.floats(width=width)
            return usual | st.sampled_from(close) if close else usual


def _within(limits: tuple[int | None, int | None], least: int, most: int) -> tuple[int, int]:
    low, high = limits
    return max(least, least if low is None else low), min(most, most if high is None else high - 1)


def _integers(low: int, high: int, near: Numbers) -> st.SearchStrategy[int]:
    assume(low <= high)
    usual = st.integers(max(low, min(-3, high)), min(high, max(3, low))) | st.integers(low, high)
    close = [int(v) + d for v in near if not isinstance(v, str) for d in (-1, 0, 1) if low <= int(v) + d <= high]
    return usual | st.sampled_from(close) if close else usual


def _close_to(near: Numbers, dtype: np.dtype[Any]) -> list[float]:
    """The constants that the dtype holds, and their neighbours."""
    found: list[float] = []
    for v in near:
        with np.errstate(all="ignore"):
            x = dtype.type(v) if not isinstance(v, str) else dtype.type(math.nan)
            found += [float(y) for y in (x, np.nextafter(x, dtype.type(-np.inf)), np.nextafter(x, dtype.type(np.inf)), -x)]
    return [x for x in found if math.isfinite(x)]


def lists(
    kinds: str, shape: tuple[int, ...], low: int | None = None, high: int | None = None, *, near: Numbers = (),
    ragged: bool = False,
) -> st.SearchStrategy[list[Any]]:  # fmt: skip
    """Lists of Python numbers of these kinds, as "int float", nested where the shape has several dimensions."""
    size, *inner = shape
    if size < 0:
        return st.nothing()
    if not size:
        return st.builds(list[Any])
    items = lists(kinds, tuple(inner), low, high, near=near, ragged=ragged) if inner else numbers(kinds, low, high, near=near)
    return st.lists(items, min_size=0 if ragged and not inner else size, max_size=size)


def numbers(kinds: str, low: int | None = None, high: int | None = None, *, near: Numbers = ()) -> st.SearchStrategy[Any]:
    """A number (or a text) of one of the kinds: Python's, or a NumPy scalar where a dtype is named."""
    return st.sampled_from(kinds.split()).flatmap(lambda kind: _number(kind, (low, high), near))


def _number(kind: str, limits: tuple[int | None, int | None], near: Numbers) -> st.SearchStrategy[Any]:
    if kind not in _KINDS:
        dtype = np.dtype(kind)
        return _elements(dtype, limits, near).map(dtype.type)
    if kind == "int" and limits != (None, None):
        return _integers(*_within(limits, -(2**31), 2**31), near)
    close = [v for v in near if isinstance(v, str) is (kind == "str") and (kind != "int" or isinstance(v, int))]
    return _KINDS[kind] | st.sampled_from(close).map(_PYTHON[kind]) if close and kind in _PYTHON else _KINDS[kind]


_PYTHON: dict[str, Any] = {"int": int, "float": float, "str": str}
