"""The numbers that inputs are made of: one flat run of elements of one type, of one kind of data.

Comes in: a kind of data (`KINDS`), a dtype or a Python kind, a count, limits, a random generator. Goes out: an ndarray, or a
flat list of Python numbers. Each kind is there because some wrong rewrite is right on all others: ties, NaN between numbers,
sums that cancel, values far from zero, extremes that wrap, sums that a narrower type cannot hold. Python integers have two
limits, both a part of the promise: in a list that may hold floats as well (declared `float`) they stay below 2**53, where a
float holds them, and a scalar on its own stays near 2**31, so that what it is multiplied by fits. In a list of integers they
have none. Not handled: objects, dates.
"""

from __future__ import annotations

import math
from typing import Any, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from autovec.harness.near import doubles_near, integers_near, is_near, texts_near

Array = NDArray[Any]

KINDS = (
    "ordinary", "small", "special", "zeros", "offset", "cancelling", "wide", "constant", "sorted", "extreme", "positive",
    "index", "ties", "special positive", "brim",
)  # fmt: skip
MODERATE = frozenset(("ordinary", "small", "zeros", "sorted", "positive", "index", "ties", "0", "1", "-1"))
# Plain data for the clock, in the order in which it tries them: of arrays, and of scalars beside them.
CLOCK_KINDS = (("even", "modest"), ("unit", "modest"), ("unit", "fraction"), ("above", "modest"), ("rising", "modest"))
# More of it, for a loop that may end early: on some of these it runs to its end, or nearly.
LATE_KINDS = (("even", "large"), ("even", "negative"), ("sorted", "modest"), ("zeros", "modest"))
SCALAR_KINDS = ("0", "1", "-1", "negative", "large", "nan", "huge")

_SPECIAL = np.array([math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 2.0**53, -(2.0**53), 1e16, 0.1,
                     math.nan, 3.0, -3.0, 1e-300, 5e-324])  # fmt: skip
_CONSTANTS = np.array([0.0, 1.0, -2.5, 0.1, 3.0, -1.0, 0.3, 1e10])
_BIG_INTS = (2**63, -(2**63), 2**63 - 1, 2**64 + 1, 2**53 + 1, -(2**53) - 1, 10**20, -(10**20), 2**31, 2**62)
_SCALARS: dict[str, tuple[int, float]] = {
    "0": (0, 0.0), "1": (1, 1.0), "-1": (-1, -1.0), "negative": (-7, -2.5), "large": (1000, 1e6), "nan": (3, math.nan),
    "huge": (2**31 + 5, 1e300),
}  # fmt: skip
_UNIFORM = {"even": (-2.0, 2.0), "unit": (0.1, 0.9), "fraction": (0.1, 0.9), "above": (1.1, 3.0), "modest": (0.5, 1.5)}
_TEXTS = ("", "a", "b", "ab", "Zebra", "0", "ä ß")
_POWERS = (1, 2, 2, 2, 3)
_EXACT = 2**53  # a float holds every integer below


_BITS = np.random.PCG64(0)
_STREAM = 0x5851F42D4C957F2D14057B7EF767814F
_WIDE = (1 << 128) - 1
_NUMBERS = np.random.Generator(_BITS)


def random_numbers(seed: int) -> np.random.Generator:
    """The one generator, wound to where `seed` says; `default_rng` takes ten times as long. Use it up before the next call."""
    x = (seed + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835 & _WIDE
    x = (x ^ x >> 67) * 0xDA942042E4DD58B5C2B2AE3D27D4EB4F & _WIDE
    state = {"state": x ^ x >> 61, "inc": _STREAM}
    cast(Any, _BITS).state = {"bit_generator": "PCG64", "state": state, "has_uint32": 0, "uinteger": 0}
    return _NUMBERS


def is_array(x: object) -> TypeGuard[Array]:
    """Is it an ndarray?"""
    return isinstance(x, np.ndarray)


def is_numpy_scalar(x: object) -> TypeGuard[np.generic[Any]]:
    """Is it a NumPy scalar?"""
    return isinstance(x, np.generic)


def elements(kind: str, dtype: str, count: int, limits: tuple[int | None, int | None], r: np.random.Generator) -> Array:
    """`count` elements of a NumPy dtype; integers within `limits` (low, high), where those are given."""
    want = np.dtype(dtype)
    match want.kind:
        case "b":
            return _bools(kind, count, r)
        case "i" | "u":
            return _ints(kind, want, count, limits, r)
        case "c":
            real, imaginary = _floats(kind, np.dtype("float64"), count, r), _floats(kind, np.dtype("float64"), count, r)
            out = np.empty(count, np.complex128)
            out.real, out.imag = real, imaginary
            with np.errstate(all="ignore"):
                return out.astype(want)
        case _:
            return _floats(kind, want, count, r)


def numbers(
    kind: str, of: str, count: int, limits: tuple[int | None, int | None], r: np.random.Generator, *, as_floats: bool = False
) -> list[Any]:
    """`count` Python numbers of kind int, float, bool, complex, or `mixed` out of int and float; `as_floats` says that the
    list may hold floats. For `str`: short texts."""
    if of == "str":
        texts = _TEXTS + (texts_near(kind) * 3 if is_near(kind) else ())
        return [texts[i] for i in r.integers(0, len(texts), count)]
    if of == "mixed":
        ints, floats = numbers(kind, "int", count, limits, r, as_floats=True), numbers(kind, "float", count, limits, r)
        return [a if pick else b for a, b, pick in zip(ints, floats, r.random(count) < 0.5, strict=True)]
    dtype = {"int": "int64", "float": "float64", "bool": "bool", "complex": "complex128"}[of]
    found = elements(kind, dtype, count, limits, r)
    if of == "int" and as_floats:
        return np.fmod(found, _EXACT).tolist()
    out: list[Any] = found.tolist()
    if of == "int" and limits == (None, None) and kind in ("special", "extreme", "wide"):
        picks = r.integers(0, len(_BIG_INTS) * (1 if kind == "extreme" else 3), count).tolist()
        return [_BIG_INTS[p] if p < len(_BIG_INTS) else value for p, value in zip(picks, out, strict=True)]
    return out


def scalar(kind: str, of: str, limits: tuple[int | None, int | None], r: np.random.Generator) -> object:
    """One number: of a Python kind, or a NumPy scalar where `of` is a dtype's name."""
    python = of in ("int", "float", "bool", "complex", "str")
    if kind in _SCALARS and limits == (None, None) and of not in ("bool", "str"):
        as_int, as_float = _SCALARS[kind]
        if python:
            return {"int": int, "float": float, "complex": complex}[of](as_int if of == "int" else as_float)
        with np.errstate(all="ignore"):
            return _cast(as_int if np.dtype(of).kind in "iu" else as_float, np.dtype(of))
    kind = kind if kind not in _SCALARS else "ordinary"
    if of == "int":
        return elements(kind, "int32" if limits == (None, None) else "int64", 1, limits, r)[0].item()
    return numbers(kind, of, 1, limits, r)[0] if python else elements(kind, of, 1, limits, r)[0]


def _cast(value: float, want: np.dtype[Any]) -> object:
    if want.kind in "iu":
        info = np.iinfo(want)
        value = min(max(int(value), int(info.min)), int(info.max))
    return want.type(value)


def _bools(kind: str, count: int, r: np.random.Generator) -> Array:
    match kind:
        case "constant":
            return np.full(count, r.random() < 0.5)
        case "sorted":
            return np.sort(r.random(count) < 0.5)
        case "wide":
            return r.random(count) < 0.1
        case _:
            return r.random(count) < 0.5


def _floats(kind: str, want: np.dtype[Any], count: int, r: np.random.Generator) -> Array:
    if kind == "extreme":
        info = np.finfo(want)
        pool = np.array([info.max, info.min, info.tiny, info.smallest_subnormal, 0.0, -0.0, 1.0, -info.tiny, info.eps], want)
        return pool[r.integers(0, len(pool), count)]
    if kind == "brim":  # sums, or products of two or three, are just above the largest number or just below
        return r.uniform(0.3, 0.9, count).astype(want) * want.type(float(np.finfo(want).max) ** (1 / _POWERS[r.integers(5)]))
    found = _doubles(kind, count, r)
    if want == found.dtype:
        return found
    with np.errstate(all="ignore"):
        return found.astype(want)


def _doubles(kind: str, n: int, r: np.random.Generator) -> Array:
    if is_near(kind):
        return doubles_near(kind, n, r)
    match kind:
        case "small":
            return r.integers(-3, 4, n).astype(np.float64)
        case "ties":
            return r.integers(0, 3, n) * 0.5
        case "index":
            return r.integers(0, 3, n).astype(np.float64)
        case "zeros":
            return np.array([0.0, -0.0, 1.0])[r.integers(0, 3, n)]
        case "special":
            return _sprinkled(r.standard_normal(n), r)
        case "special positive":
            return np.abs(_sprinkled(r.random(n) + 1e-3, r))
        case "offset":
            return r.choice((1e4, 1e8)) + r.standard_normal(n)
        case "cancelling":
            return _cancelling(n, r)
        case "wide":
            return r.standard_normal(n) * 10.0 ** r.integers(-12, 13, n)
        case "constant":
            return np.full(n, _CONSTANTS[r.integers(len(_CONSTANTS))])
        case "sorted":
            x = np.sort(r.standard_normal(n) if r.random() < 0.5 else r.integers(-5, 6, n) * 0.5)
            return x if r.random() < 0.5 else x[::-1]
        case "positive":
            return r.random(n) + 1e-3
        case "rising":
            return np.arange(n) + r.uniform(0.1, 0.9, n)
        case _ if kind in _UNIFORM:
            return r.uniform(*_UNIFORM[kind], n)
        case _:
            return r.standard_normal(n) * (1.0 if r.random() < 0.7 else 30.0)


def _sprinkled(x: Array, r: np.random.Generator) -> Array:
    """Special values among ordinary ones: in most runs many, in some only NaN or only one."""
    style = r.random()
    n = len(x)
    if style < 0.2:
        x[r.random(n) < 0.3] = math.nan
    elif style < 0.35 and n:
        x[r.integers(n)] = _SPECIAL[r.integers(len(_SPECIAL))]
    elif style > 0.75:
        x[:] = _SPECIAL[(int(r.integers(len(_SPECIAL))) + 3 * np.arange(n)) % len(_SPECIAL)]
    else:
        hit = r.random(n) < 0.35
        x[hit] = _SPECIAL[r.integers(0, len(_SPECIAL), int(hit.sum()))]
    return x


def _cancelling(n: int, r: np.random.Generator) -> Array:
    x = r.standard_normal(n) * 1e8
    half = len(x[1::2])
    x[1::2] = -x[::2][:half] + r.standard_normal(half)
    return x


def _ints(kind: str, want: np.dtype[Any], n: int, limits: tuple[int | None, int | None], r: np.random.Generator) -> Array:
    if is_near(kind):
        return integers_near(kind, want, n, limits, r)
    info = np.iinfo(want)
    least, most = int(info.min), int(info.max)
    if limits != (None, None):
        low, high = limits
        low = max(least, -abs(high or 0) if low is None else low)
        return _limited(kind, want, n, low, min(most + 1, 2**63, max(low, 0) + 10 if high is None else high), r)
    match kind:
        case "special":
            pool = np.array([least, most, 0, 1, 2, 3, 7, 100, most - 1, most // 2 + 1] + ([-1, -2, -7] if least else [5]), want)
            return pool[r.integers(0, len(pool), n)]
        case "extreme":
            return np.array([least, most, 0], want)[r.integers(0, 3, n)]
        case "wide":
            return r.integers(least, most, n, dtype=want, endpoint=True)
        case "index":
            return r.integers(0, 3, n).astype(want)
        case "zeros":
            return r.integers(0, 2, n).astype(want)
        case "positive" | "unit" | "above":
            return r.integers(1, 10, n).astype(want)
        case "rising":
            return np.arange(n).astype(want)
        case "modest" | "fraction":
            return r.integers(1, 4, n).astype(want)
        case "offset":
            return r.integers(most - 20, most, n, dtype=want)
        case _:
            reach = 3 if kind in ("small", "ties") else 100 if kind == "cancelling" else 9
            return _limited(kind, want, n, -reach if least else 0, reach + 1, r)


def _limited(kind: str, want: np.dtype[Any], n: int, low: int, high: int, r: np.random.Generator) -> Array:
    """Integers of low <= value < high; the caller sees to it that there is one, or that n is 0."""
    if high <= low:
        return np.zeros(n, want)
    match kind:
        case "constant":
            return np.full(n, r.integers(low, high), want)
        case "extreme":
            return np.array([low, high - 1], want)[r.integers(0, 2, n)]
        case "sorted":
            return np.sort(r.integers(low, high, n)).astype(want)
        case "special" | "zeros" | "ties":
            return np.array([low, high - 1, (low + high) // 2], want)[r.integers(0, 3, n)]
        case _:
            return r.integers(low, high, n).astype(want)
