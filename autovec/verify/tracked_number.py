"""A number that knows how far any legitimate evaluation of it may lie from the truth.

`Tracked` goes through the user's own loop in place of each float. It holds the value exactly as the loop computes it (a Python
float or complex, or a NumPy scalar, so that promotion is Python's and NumPy's own), the value in the widest floats of this
machine, and a first-order bound on its rounding error. Two parts make the bound: `error` grows with each operation, and
`spread * mass` covers a sum whose terms are added in any other order: `mass` is the sum of their magnitudes, `spread` counts
its additions in units of roundoff. Scaling a sum keeps it one; a product of two sums, or a function of one, is a new number
with no more than its own error, so that a formula which cancels where the loop does not is found out. Where Python must choose
by a value that lies closer to the border than its own error (a comparison, int(), //), `Fragile` ends the run. Not handled:
chains of products that over- or underflow in another order only. Where long double is double (Windows, Apple silicon) the
"exact" value is only as good as the loop's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autovec.verify.tracked_exactness import is_even_root, is_exact_power, is_near_difference, is_power_of_two
from autovec.verify.tracked_format import (
    DOUBLE,
    DOUBLES,
    FORMATS,
    INF,
    NARROW,
    SLACK,
    WIDE,
    WIDE_COMPLEX,
    Fragile,
    Scalar,
    Untracked,
    format_of,
    is_complex,
    is_number,
    is_whole,
    python_number,
    widened,
)

Method = Callable[["Tracked", object], Any]


def _both_ways(function: Callable[[Tracked, Tracked], Any]) -> tuple[Method, Method]:
    """An operator and its reflected form."""

    def forward(self: Tracked, other: object) -> Any:
        b = _operand(other)
        return NotImplemented if b is None else function(*_of_one_width(self, b))

    def reflected(self: Tracked, other: object) -> Any:
        b = _operand(other)
        return NotImplemented if b is None else function(*_of_one_width(b, self))

    return forward, reflected


def _comparison(function: Callable[[Scalar, Scalar], Any]) -> Method:
    """A comparison, once rounding cannot change its answer."""

    def method(self: Tracked, other: object) -> Any:
        b = _operand(other)
        if b is None:
            return NotImplemented
        apart(self, b)
        return function(self.value, b.value)

    return method


class Tracked:
    """See the module. Immutable by habit: constants of the program are shared between runs."""

    __slots__ = ("depth", "error", "exact", "grainy", "mass", "spread", "value")
    __array_ufunc__ = None  # NumPy scalars and arrays leave the arithmetic to this class

    def __init__(
        self, value: Scalar, exact: Scalar, error: float, spread: float, depth: float, mass: float, grainy: bool
    ) -> None:
        self.value = value
        self.exact = exact
        self.error = error
        self.spread = spread
        self.depth = depth  # the longest chain of additions, in units of roundoff; limits `spread` where terms are shared
        self.mass = mass
        self.grainy = grainy  # error-free, and a multiple of the format's grain

    def __repr__(self) -> str:
        return f"{self.value!r} ± {self.bound:.3g}"

    @property
    def bound(self) -> float:
        """How far any legitimate evaluation may lie from the exact value."""
        return self.error + self.spread * self.mass

    # -------------------------------------------------------------- arithmetic

    __add__, __radd__ = _both_ways(lambda a, b: _sum(a, b, a.value + b.value, a.exact + b.exact))
    __sub__, __rsub__ = _both_ways(lambda a, b: _sum(a, b, a.value - b.value, a.exact - b.exact))
    __mul__, __rmul__ = _both_ways(lambda a, b: _product(a, b, a.value * b.value))
    __truediv__, __rtruediv__ = _both_ways(lambda a, b: _quotient(a, b))
    __pow__, __rpow__ = _both_ways(lambda a, b: _power(a, b))
    __divmod__, __rdivmod__ = _both_ways(lambda a, b: _floors(a, b))
    __floordiv__, __rfloordiv__ = _both_ways(lambda a, b: _floors(a, b)[0])
    __mod__, __rmod__ = _both_ways(lambda a, b: _floors(a, b)[1])

    def __neg__(self) -> Tracked:
        return Tracked(-self.value, -self.exact, self.error, self.spread, self.depth, self.mass, self.grainy)

    def __pos__(self) -> Tracked:
        return self

    def __abs__(self) -> Tracked:
        if is_complex(self.value):
            return perturbed(abs(self.value), abs, (self,), rounding=2.0)
        return Tracked(abs(self.value), abs(self.exact), self.error, self.spread, self.depth, self.mass, self.grainy)

    # -------------------------------------------------------------- choices

    __lt__ = _comparison(lambda v, w: v < w)
    __le__ = _comparison(lambda v, w: v <= w)
    __gt__ = _comparison(lambda v, w: v > w)
    __ge__ = _comparison(lambda v, w: v >= w)
    __eq__ = _comparison(lambda v, w: v == w)
    __ne__ = _comparison(lambda v, w: v != w)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        apart(self, leaf(0.0))
        return bool(self.value)

    def __int__(self) -> int:
        return step(self, int)

    def __trunc__(self) -> int:
        return step(self, math.trunc)

    def __floor__(self) -> int:
        return step(self, math.floor)

    def __ceil__(self) -> int:
        return step(self, math.ceil)

    def __round__(self, digits: int | None = None) -> Any:
        rounded = step(self, lambda v: round(v, digits))
        return leaf(rounded) if digits is not None or isinstance(rounded, np.floating) else rounded

    # -------------------------------------------------------------- parts

    @property
    def real(self) -> Tracked:
        return Tracked(self.value.real, self.exact.real, self.error, self.spread, self.depth, self.mass, self.grainy)

    @property
    def imag(self) -> Tracked:
        return Tracked(self.value.imag, self.exact.imag, self.error, self.spread, self.depth, self.mass, self.grainy)

    def conjugate(self) -> Tracked:
        conjugate = self.value.conjugate()
        return Tracked(conjugate, self.exact.conjugate(), self.error, self.spread, self.depth, self.mass, self.grainy)

    conj = conjugate

    def is_integer(self) -> bool:
        return step(self, lambda v: bool(np.rint(v) == v))

    def __format__(self, how: str) -> str:
        return format(self.value, how)

    def item(self) -> Tracked:
        return stored(self, None)


# ------------------------------------------------------------------ making them


def leaf(v: Scalar) -> Tracked:
    """A number as it is, free of error, unless it is an integer that no float holds."""
    size = float(abs(v))
    found = FORMATS.get(type(v), DOUBLE)
    if is_whole(v) and size > 1.0 / DOUBLE.unit:
        return Tracked(v, widened(v), DOUBLE.unit * size, 0.0, 0.0, size, False)
    grainy = size < INF and (size * found.grain).is_integer() and found.grain > 0.0
    return Tracked(v, widened(v), 0.0, 0.0, 0.0, size if size < INF else 0.0, grainy)


def inexact(v: Scalar, x: Scalar, error: float) -> Tracked:
    """The result of an operation: a bound on its error, and nothing left of how it came about."""
    size = float(abs(v))
    if size < format_of(v).normal:
        error += format_of(v).least
    return Tracked(v, x, error, 0.0, 0.0, size if size < INF else 0.0, False)


def stored(a: Tracked, dtype: np.dtype[Any] | None) -> Tracked:
    """What is left of a number in an array of `dtype` (None: as a Python number)."""
    v = python_number(a.value) if dtype is None else dtype.type(a.value)
    if type(v) is type(a.value):
        return a
    if widened(v) == widened(a.value) or v != v:  # `v == a.value` would round a Python float first
        return Tracked(v, a.exact, a.error, a.spread, a.depth, a.mass, a.grainy)
    found = format_of(v)
    size = float(abs(v))
    lost = found.unit * size + found.least if size < INF else INF
    return Tracked(v, a.exact, a.error + lost, a.spread, a.depth, a.mass, False)


def as_tracked(x: object) -> Tracked:
    """A tracked number as it is, an ordinary one free of error."""
    found = _operand(x)
    if found is None:
        raise Untracked(type(x).__name__)
    return found


def _operand(other: object) -> Tracked | None:
    if isinstance(other, Tracked):
        return other
    return leaf(other) if is_number(other) else None


def _of_one_width(a: Tracked, b: Tracked) -> tuple[Tracked, Tracked]:
    """A Python float beside a narrow NumPy float is rounded to that first."""
    if type(a.value) is float and type(b.value) in NARROW:
        return stored(a, NARROW[type(b.value)]), b
    if type(b.value) is float and type(a.value) in NARROW:
        return a, stored(b, NARROW[type(a.value)])
    return a, b


# ------------------------------------------------------------------ arithmetic


def _sum(a: Tracked, b: Tracked, v: Scalar, x: Scalar) -> Tracked:
    """a + b, or a - b: the magnitudes add up either way."""
    if not abs(v) < INF:
        return _beyond(v, x, a, b, mass=a.mass + b.mass)
    found = format_of(v)
    mass = a.mass + b.mass
    if not a.bound and not b.bound and _is_exact_sum(a, b, v, x, mass < found.exact):
        grainy = a.grainy and b.grainy
        return Tracked(v, x, 0.0, 0.0, 0.0 if grainy else found.unit, mass, grainy)
    for zero, rest in ((a, b), (b, a)):
        if not zero.mass and not zero.error:
            return Tracked(v, x, rest.error, rest.spread, rest.depth, mass, False)
    unit = found.unit
    depth = (a.depth if a.depth > b.depth else b.depth) + unit
    spread = min(_additions(a) + _additions(b) + unit, depth * depth / unit)
    error = a.error + b.error
    return Tracked(v, x, error if mass <= found.most else INF, spread, depth, mass, False)


def _is_exact_sum(a: Tracked, b: Tracked, v: Scalar, x: Scalar, small: bool) -> bool:
    """Of error-free terms: multiples of the grain that stay small, or a difference between near numbers."""
    if a.grainy and b.grainy:
        return small and (type(v) in DOUBLES or v == x)
    return v == x and not a.depth and not b.depth and is_near_difference(a.value, b.value, v)


def _additions(a: Tracked) -> float:
    """`spread`, also of a difference that happened to be exact: in a longer sum it is one addition like any other."""
    return a.spread or a.depth


def _product(a: Tracked, b: Tracked, v: Scalar) -> Tracked:
    x = a.exact * b.exact
    size = float(abs(v))
    if not size < INF:
        return _beyond(v, x, a, b, uncertain=_nearly_zero(a) or _nearly_zero(b))
    found = format_of(v)
    if a.grainy and b.grainy and size * found.grain < found.exact and (type(v) in DOUBLES or v == x):
        return Tracked(v, x, 0.0, 0.0, 0.0, size, (size * found.grain).is_integer())
    if b.depth and not a.depth:
        a, b = b, a
    size_a, size_b, of_b = float(abs(a.value)), float(abs(b.value)), b.bound
    if not (a.depth or a.bound or of_b) and size >= found.normal and (is_power_of_two(a.value) or is_power_of_two(b.value)):
        return Tracked(v, x, 0.0, 0.0, 0.0, size, False)
    lost = found.unit * size + (found.least if size < found.normal and size_a and size_b else 0.0)
    if not a.depth or b.depth:  # no sum, or a product of two: only what is left of each counts
        of_a = a.bound
        return Tracked(v, x, size_b * of_a + size_a * of_b + of_a * of_b + lost, 0.0, 0.0, size, False)
    error = size_b * a.error + (size_a + a.bound) * of_b + lost
    return Tracked(v, x, error, _additions(a) + found.unit, a.depth + found.unit, a.mass * size_b, False)


def divide(a: Any, b: Any) -> Any:
    """a / b; where both are whole numbers, the quotient is a float that counts from here on."""
    return _quotient(leaf(a), leaf(b)) if is_whole(a) and is_whole(b) else a / b


def _quotient(a: Tracked, b: Tracked) -> Tracked:
    v = a.value / b.value
    x = a.exact / b.exact
    size, size_b, of_b = float(abs(v)), float(abs(b.value)), b.bound
    if not size < INF:
        return _beyond(v, x, a, b, by_zero=size_b == 0.0, uncertain=_nearly_zero(b) or (size_b == 0.0 and _nearly_zero(a)))
    found = format_of(v)
    if a.grainy and b.grainy and (size * found.grain).is_integer() and v * b.value == a.value:
        return Tracked(v, x, 0.0, 0.0, 0.0, size, True)
    if not (a.depth or a.bound or of_b) and size >= found.normal and is_power_of_two(b.value):
        return Tracked(v, x, 0.0, 0.0, 0.0, size, False)
    gap = size_b - of_b
    if not gap > 0.0:
        return inexact(v, x, INF)
    lost = found.unit * size + (found.least if size < found.normal and a.value else 0.0)
    if not a.depth:
        return Tracked(v, x, (a.error + size * of_b) / gap + lost, 0.0, 0.0, size, False)
    error = (a.error + (size + a.bound / gap) * of_b) / gap + lost
    return Tracked(v, x, error, _additions(a) + found.unit, a.depth + found.unit, a.mass / gap, False)


def _power(a: Tracked, b: Tracked) -> Tracked:
    v = a.value**b.value
    if is_whole(v) or (not a.bound and is_exact_power(a.value, b.value, v)):
        return leaf(v)
    count = min(float(abs(b.value)), 1e3) if is_whole(b.value) or b.value == np.rint(b.value) else 0.0
    return perturbed(v, _wide_power, (a, b), rounding=max(4.0, count))


def _wide_power(a: Scalar, b: Scalar) -> Scalar:
    return a**b if a >= 0 or b == np.rint(b) else WIDE_COMPLEX(a) ** b


def _floors(a: Tracked, b: Tracked) -> tuple[Tracked, Tracked]:
    """a // b and a % b; the first is a whole number, so it must be certain."""
    v, rest = divmod(a.value, b.value)
    of_a, of_b, size_b = a.bound, b.bound, float(abs(b.value))
    if not abs(v) < INF:
        return _beyond(v, widened(v), a, b, by_zero=True), _beyond(rest, widened(rest), a, b, by_zero=True)
    error = of_a + float(abs(v)) * of_b
    if error and not SLACK * error < min(float(abs(rest)), size_b - float(abs(rest))):
        raise Fragile("//")
    if not error:
        return leaf(v), leaf(rest) if a.grainy and b.grainy else inexact(rest, widened(rest), format_of(rest).unit * size_b)
    return leaf(v), inexact(rest, a.exact - WIDE(v) * b.exact, error + format_of(rest).unit * size_b)


def _beyond(
    v: Scalar, x: Scalar, a: Tracked, b: Tracked, *, mass: float = 0.0, by_zero: bool = False, uncertain: bool = False
) -> Tracked:
    """NaN or an infinity: certain where it came in as one or is a division by zero, not where it is an overflow."""
    entered = not (abs(a.value) < INF and abs(b.value) < INF)
    known = (entered or by_zero) and not uncertain and a.bound < INF and b.bound < INF and mass < INF
    return Tracked(v, x, 0.0 if known else INF, 0.0, 0.0, mass if known else 0.0, False)


def _nearly_zero(a: Tracked) -> bool:
    return a.bound > 0.0 and not SLACK * a.bound < float(abs(a.value))


# ------------------------------------------------------------------ functions and choices


def perturbed(v: Scalar, function: Callable[..., Scalar], operands: tuple[Tracked, ...], rounding: float = 4.0) -> Tracked:
    """A function's value: the errors of the operands are put through it, and `rounding` units of its own come on top. Of an
    operand that overflows in some order it may be anything: that order may make a NaN of it."""
    exact = tuple(a.exact for a in operands)
    if not all(a.bound < INF for a in operands):
        return inexact(v, function(*exact), INF)
    x = function(*exact)
    ends = [
        function(*exact[:i], exact[i] + shift, *exact[i + 1 :])
        for i, a in enumerate(operands)
        if a.bound
        for shift in (a.bound, -a.bound)
    ]
    if not abs(v) < INF:
        certain = all(str(y) == str(v) for y in (x, *ends))
        return Tracked(v, widened(v), 0.0 if certain else INF, 0.0, 0.0, 0.0, False)
    if not ends and (not rounding or (rounding == 1.0 and operands[0].grainy and is_even_root(operands[0].value, v))):
        return leaf(v)
    shifts = [float(abs(end - x)) for end in ends if end == end]
    if x != x or len(ends) > 2 * len(shifts):
        return inexact(v, widened(v), INF)
    return inexact(v, x, rounding * format_of(v).unit * float(abs(v)) + 1.5 * sum(shifts))


def apart(a: Tracked, b: Tracked) -> None:
    """See that rounding cannot change how `a` compares to `b`."""
    error = a.bound + b.bound
    if not error or a is b:
        return
    if any(x.value != x.value and not x.bound for x in (a, b)):
        return
    if not float(abs(a.value - b.value)) > SLACK * error:
        raise Fragile("a comparison")


def step(a: Tracked, function: Callable[[Scalar], Any]) -> Any:
    """A function with jumps, at a value that lies clear of them."""
    result = function(a.value)
    if a.bound:
        reach = SLACK * a.bound
        if not reach < INF or function(float(a.value) - reach) != result or function(float(a.value) + reach) != result:
            raise Fragile("rounding to a whole number")
    return result
