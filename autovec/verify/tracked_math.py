"""`math`, `cmath` and some builtins, as the tracked loop sees them.

What takes or gives floats works on tracked numbers; what concerns only whole numbers is the real thing; what is not followed
raises `Untracked`. A library function counts four units of roundoff, because `np.exp` and `math.exp` differ in the last bits.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable
from functools import reduce
from types import ModuleType
from typing import Any, cast

import numpy as np

from autovec.verify.tracked_array import Array
from autovec.verify.tracked_extremes import python_max, python_min, value_of
from autovec.verify.tracked_format import INF, Fragile, Untracked, is_complex, widened
from autovec.verify.tracked_number import Tracked, as_tracked, leaf, perturbed, step, stored

Function = Callable[..., Any]
LIBRARY = 4.0  # units of roundoff
ROUNDING = {"sqrt": 1.0, "fabs": 0.0, "copysign": 0.0, "degrees": 2.0, "radians": 2.0}  # those that are better than LIBRARY
_WIDE: dict[str, Function] = {
    "acos": np.arccos, "acosh": np.arccosh, "asin": np.arcsin, "asinh": np.arcsinh, "atan": np.arctan, "atan2": np.arctan2,
    "atanh": np.arctanh, "pow": np.power, "cbrt": np.cbrt, "copysign": np.copysign, "cos": np.cos, "cosh": np.cosh,
    "degrees": np.degrees, "exp": np.exp, "exp2": np.exp2, "expm1": np.expm1, "fabs": np.fabs, "fmod": np.fmod,
    "hypot": np.hypot, "log10": np.log10, "log1p": np.log1p, "log2": np.log2, "radians": np.radians, "sin": np.sin,
    "sinh": np.sinh, "sqrt": np.sqrt, "tan": np.tan, "tanh": np.tanh,
}  # fmt: skip
_NARROW = ("erf", "erfc", "gamma", "lgamma")  # NumPy has them not, so their exact values are only as good as doubles
_NARROW_ROUNDING = 8.0
_COMPLEX = ("cos", "cosh", "exp", "log10", "sin", "sinh", "sqrt", "tan", "tanh")


class Unfollowed:
    """A name that came in with an import and is not followed. It may lie there unused; whoever uses it ends the run."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Unfollowed:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unfollowed(f"{self._name}.{name}")

    def _used(self, *_: object, **__: object) -> Any:
        raise Untracked(self._name)

    __call__ = __getitem__ = __iter__ = __len__ = __bool__ = __float__ = __index__ = __contains__ = _used
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = __rpow__ = _used
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = __neg__ = __abs__ = _used  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


class Namespace(ModuleType):
    """A stand-in for a module: what is not in it is not followed."""

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        super().__init__(name)
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unfollowed(f"{self.__name__}.{name}")


def smooth(actual: Function, wide: Function, rounding: float) -> Function:
    """A function without jumps, of tracked or ordinary scalars. `actual` is what the loop calls, `wide` gives exact values."""

    def call(*operands: Any) -> Tracked:
        sides = tuple(as_tracked(x) for x in operands)
        v = actual(*(x.value for x in sides))
        return perturbed(v, wide, sides, rounding)

    return call


def signed(actual: Function) -> Function:
    """copysign: of a NaN that was computed, the sign depends on the machine and on the order."""
    plain = smooth(actual, np.copysign, ROUNDING["copysign"])

    def call(size: Any, sign: Any) -> Tracked:
        number = as_tracked(sign)
        if number.value != number.value:
            raise Fragile("the sign of a NaN")
        return plain(size, number)

    return call


def stepped(actual: Function) -> Function:
    """A function with jumps, such as floor."""

    def call(x: Any, *rest: Any) -> Any:
        return followed(step(as_tracked(x), lambda v: actual(v, *rest)))

    return call


def tested(actual: Function) -> Function:
    """isnan and its kin: certain unless the number overflowed in one order of several."""

    def call(x: Any) -> Any:
        number = as_tracked(x)
        if not number.bound < INF:
            raise Untracked("a test of an overflow")
        return actual(number.value)

    return call


def followed(x: Any) -> Any:
    """Any scalar that comes in from outside; floats are always tracked."""
    return leaf(x) if isinstance(x, (float, np.inexact)) or is_complex(x) else x


def total(values: Iterable[Any]) -> Any:
    """math.fsum: the bound of a plain sum covers a better one."""
    return reduce(lambda a, b: a + b, values, leaf(0.0))


# ------------------------------------------------------------------ builtins


def tracked_float(x: Any = 0.0) -> Tracked:
    """The builtin float."""
    return stored(x, None) if isinstance(x, Tracked) else leaf(float(x))


def tracked_complex(real: Any = 0.0, imaginary: Any = 0.0) -> Tracked:
    """The builtin complex."""
    a, b = as_tracked(real), as_tracked(imaginary)
    v = complex(a.value, b.value)
    size = abs(v) if abs(v) < INF else 0.0
    return Tracked(v, a.exact + b.exact * widened(1j), a.bound + b.bound, 0.0, 0.0, size, False)


def _isinstance(x: Any, kind: Any) -> bool:
    kinds = cast(tuple[Any, ...], kind) if isinstance(kind, tuple) else (kind,)
    real: tuple[Any, ...] = tuple(_REAL_TYPES.get(k, getattr(k, "type", k)) for k in kinds)
    return issubclass(np.ndarray, real) if isinstance(x, Array) else isinstance(value_of(x), real)


_REAL_TYPES: dict[Any, Any] = {tracked_float: float, tracked_complex: complex, Array: np.ndarray}
BUILTINS: dict[str, Any] = {
    "max": python_max,
    "min": python_min,
    "float": tracked_float,
    "complex": tracked_complex,
    "isinstance": _isinstance,
}


# ------------------------------------------------------------------ math


def _logarithm(x: Any, base: Any = None) -> Any:
    natural = smooth(math.log, np.log, LIBRARY)
    return natural(x) if base is None else natural(x) / natural(base)


def _product(values: Iterable[Any], *, start: Any = 1) -> Any:
    return reduce(lambda a, b: a * b, values, start)


def _distance(p: Iterable[Any], q: Iterable[Any]) -> Any:
    return smooth(math.sqrt, np.sqrt, LIBRARY)(total((a - b) * (a - b) for a, b in zip(p, q, strict=True)))


def _whole_only(actual: Function) -> Function:
    def call(*operands: Any) -> Any:
        if any(isinstance(x, Tracked) for x in operands):
            raise Untracked(actual.__name__)
        return followed(actual(*operands))

    return call


def _narrow(actual: Function) -> Function:
    def wide(x: Any) -> Any:
        return np.longdouble(actual(float(x)))

    return smooth(actual, wide, _NARROW_ROUNDING)


def _math() -> Namespace:
    names: dict[str, Any] = {
        name: smooth(getattr(math, name, wide), wide, ROUNDING.get(name, LIBRARY)) for name, wide in _WIDE.items()
    }
    names |= {name: _narrow(getattr(math, name)) for name in _NARROW}
    names |= {name: stepped(getattr(math, name)) for name in ("floor", "ceil", "trunc")}
    names |= {name: tested(getattr(math, name)) for name in ("isnan", "isinf", "isfinite")}
    names |= {name: _whole_only(getattr(math, name)) for name in ("comb", "factorial", "gcd", "isqrt", "lcm", "perm")}
    names |= {name: leaf(getattr(math, name)) for name in ("e", "inf", "nan", "pi", "tau")}
    names |= {"copysign": signed(math.copysign), "log": _logarithm, "fsum": total, "dist": _distance, "prod": _product}
    return Namespace("math", names)


def _cmath() -> Namespace:
    names: dict[str, Any] = {name: smooth(getattr(cmath, name), getattr(np, name), LIBRARY) for name in _COMPLEX}
    return Namespace("cmath", names | {"log": smooth(cmath.log, np.log, LIBRARY), "pi": leaf(math.pi), "e": leaf(math.e)})


MATH = _math()
CMATH = _cmath()
