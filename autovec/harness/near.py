"""Numbers near those that the code itself mentions: a threshold, just below it, just above it, its negative and its multiples.

Comes in: the values, which become the name of a kind of data (`near: (0.35, 1000)`), so that a case stays plain text.
Goes out: that name, and elements made from it. Not handled: complex constants.
"""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

_PREFIX = "near: "
_OTHERS = 0.3  # of the elements are ordinary
_SCALED = 0.25  # of the inputs are somewhat larger or smaller


def near(values: tuple[object, ...]) -> str:
    """The kind of data near these constants."""
    return f"{_PREFIX}{values!r}"


def is_near(kind: str) -> bool:
    """Whether a kind of data is one of these."""
    return kind.startswith(_PREFIX)


@lru_cache(maxsize=64)
def _values(kind: str) -> tuple[object, ...]:
    return cast("tuple[object, ...]", ast.literal_eval(kind.removeprefix(_PREFIX)))


@lru_cache(maxsize=64)
def _pool(kind: str) -> NDArray[np.float64]:
    found: list[float] = []
    for v in _values(kind):
        if isinstance(v, (int, float)) and abs(v) < 1e300:
            x = float(v)
            found += [x, x, x, *np.nextafter(x, (-np.inf, np.inf)).tolist(), x - 1.0, x + 1.0, -x, 0.5 * x, 2.0 * x]
    return np.array(found or [0.0])


def doubles_near(kind: str, n: int, r: np.random.Generator) -> NDArray[np.float64]:
    """Near the constants, with some ordinary numbers among them."""
    pool = _pool(kind)
    found = pool[r.integers(0, len(pool), n)]
    if r.random() < _SCALED:
        found = found * r.choice((1.0, 0.9, 1.1, 3.0), n)
    return np.where(r.random(n) < _OTHERS, r.standard_normal(n), found)


def integers_near(
    kind: str, want: np.dtype[Any], n: int, limits: tuple[int | None, int | None], r: np.random.Generator
) -> NDArray[Any]:
    """The same as integers of a dtype, within limits low <= value < high."""
    info = np.iinfo(want)
    low = max(int(info.min), limits[0] if limits[0] is not None else int(info.min))
    high = min(int(info.max), limits[1] - 1 if limits[1] is not None else int(info.max))
    if high < low:
        return np.zeros(n, want)
    whole = sorted({min(max(int(v), low), high) for v in (*_pool(kind), 0, 1, 2)})
    return np.array(whole, want)[r.integers(0, len(whole), n)]


def texts_near(kind: str) -> tuple[str, ...]:
    """The texts among the constants."""
    return tuple(v for v in _values(kind) if isinstance(v, str))
