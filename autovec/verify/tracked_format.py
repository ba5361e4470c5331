"""Floating point formats, and the two ways in which a tracked run ends early.

A format says how large one rounding is and from where on sums are no longer exact. `WIDE` is the widest float of this machine.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autovec.record import dataclass

Scalar = Any  # float, complex, int or a NumPy scalar: whatever the loop itself would hold

INF = math.inf
SLACK = 4.0  # how many bounds a rewrite may lie away from the truth
WIDE = np.longdouble
WIDE_COMPLEX = np.clongdouble


class Fragile(BaseException):
    """The loop's course depends on the last bits of a float. Not an Exception, so that user code cannot swallow it."""


class Untracked(BaseException):
    """The loop uses something that is not followed here."""


@dataclass(frozen=True, slots=True)
class Format:
    """A floating point format. Sums of multiples of 1/grain are exact while their mass stays below `exact`."""

    unit: float  # the relative error of one rounding
    least: float  # the smallest number above zero
    normal: float
    most: float
    grain: float  # 0: no sum counts as exact
    exact: float


def _format(dtype: type[np.floating[Any]], grain: float) -> Format:
    info: Any = np.finfo(dtype)
    unit = float(info.eps) / 2
    return Format(unit, float(info.smallest_subnormal), float(info.tiny), float(info.max), grain, 1 / (unit * grain))


def _complex(part: Format) -> Format:
    """One operation on complex numbers is several on their parts."""
    return Format(4 * part.unit, part.least, part.normal, part.most, 0.0, 0.0)


DOUBLE = _format(np.float64, 1024.0)
_SINGLE = _format(np.float32, 16.0)
FORMATS: dict[Any, Format] = {
    float: DOUBLE,
    np.float64: DOUBLE,
    np.float32: _SINGLE,
    np.float16: _format(np.float16, 1.0),
    complex: _complex(DOUBLE),
    np.complex128: _complex(DOUBLE),
    np.complex64: _complex(_SINGLE),
}
DOUBLES = (float, np.float64)
NARROW: dict[Any, np.dtype[Any]] = {np.float32: np.dtype(np.float32), np.float16: np.dtype(np.float16)}


def format_of(v: Scalar) -> Format:
    """The format of a float or complex number."""
    found = FORMATS.get(type(v))
    if found is None:
        raise Untracked(type(v).__name__)
    return found


def is_whole(v: Scalar) -> bool:
    """An integer or a truth value, Python's or NumPy's."""
    return isinstance(v, (int, np.integer, np.bool_))


def is_complex(v: Scalar) -> bool:
    """A complex number, Python's or NumPy's."""
    return isinstance(v, (complex, np.complexfloating))


def is_number(v: object) -> bool:
    """A number that can be computed with as it is: no array, no tracked number."""
    return isinstance(v, (int, float, complex, np.number, np.bool_))


def widened(v: Scalar) -> Scalar:
    """The same value in the widest format."""
    return WIDE_COMPLEX(v) if is_complex(v) else WIDE(v)


def python_number(v: Scalar) -> Scalar:
    """The same value without NumPy's type."""
    return v.item() if isinstance(v, np.generic) else v  # pyright: ignore[reportUnknownVariableType]
