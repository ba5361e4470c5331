"""`math`, `numpy` and some builtins, as the tracked loop sees them.

What takes or gives floats works on tracked numbers; what concerns only whole numbers is the real thing; what is not followed
raises `Untracked`. A library function counts four units of roundoff, because `np.exp` and `math.exp` differ in the last bits.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import reduce
from types import ModuleType
from typing import Any, cast

import numpy as np

from autovec.verify.tracked_array import (
    Array,
    array,
    contracted,
    converted,
    divide,
    either,
    elementwise,
    larger,
    smaller,
    tracked_cells,
)
from autovec.verify.tracked_number import Scalar, Tracked, Untracked, leaf, perturbed, step, stored

Function = Callable[..., Any]
_EXACTLY_ROUNDED = {"sqrt", "fabs", "copysign", "degrees", "radians"}
_MATH_TO_NUMPY = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2",
    "atanh": "arctanh", "pow": "power",
} | {
    name: name
    for name in (
        "cbrt", "copysign", "cos", "cosh", "degrees", "exp", "exp2", "expm1", "fabs", "fmod", "hypot", "log10", "log1p", "log2",
        "radians", "sin", "sinh", "sqrt", "tan", "tanh",
    )
}  # fmt: skip
_SPECIAL = ("erf", "erfc", "gamma", "lgamma")
_NUMPY_SMOOTH = (
    "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "cbrt", "copysign", "cos", "cosh", "deg2rad",
    "degrees", "exp", "exp2", "expm1", "fabs", "fmod", "hypot", "log", "log10", "log1p", "log2", "logaddexp", "rad2deg",
    "radians", "reciprocal", "sin", "sinc", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
_NUMPY_STEPS = ("ceil", "fix", "floor", "rint", "sign", "trunc")
_NUMPY_TESTS = ("isfinite", "isinf", "isnan", "signbit")
_NUMPY_OPERATORS: dict[str, Function] = {
    "absolute": abs, "abs": abs, "add": lambda a, b: a + b, "subtract": lambda a, b: a - b, "multiply": lambda a, b: a * b,
    "divide": divide, "true_divide": divide, "power": lambda a, b: a**b, "negative": lambda a: -a, "positive": lambda a: +a,
    "square": lambda a: a * a, "floor_divide": lambda a, b: a // b, "mod": lambda a, b: a % b, "remainder": lambda a, b: a % b,
    "maximum": larger, "minimum": smaller, "greater": lambda a, b: a > b, "less": lambda a, b: a < b,
    "greater_equal": lambda a, b: a >= b, "less_equal": lambda a, b: a <= b, "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b, "conj": lambda a: a.conjugate(), "conjugate": lambda a: a.conjugate(),
    "logical_not": lambda a: np.logical_not(_truth(a)), "logical_and": lambda a, b: np.logical_and(_truth(a), _truth(b)),
    "logical_or": lambda a, b: np.logical_or(_truth(a), _truth(b)),
}  # fmt: skip
_NUMPY_REDUCTIONS = ("sum", "prod", "max", "min", "mean", "var", "all", "any", "argmax", "argmin", "cumsum", "cumprod")
_NUMPY_TYPES = (
    "float64", "float32", "float16", "complex128", "complex64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
    "uint64", "intp", "bool_", "double", "single",
)  # fmt: skip
_NUMPY_VIEWS = ("reshape", "transpose", "ravel", "broadcast_to", "squeeze", "expand_dims", "flip", "roll", "atleast_1d", "diag")


class Namespace(ModuleType):
    """A stand-in for a module: what is not in it is not followed."""

    def __init__(self, name: str, names: dict[str, Any]) -> None:
        super().__init__(name)
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Untracked(f"{self.__name__}.{name}")


class DType:
    """np.float32 and its kin: a dtype where one is wanted, a conversion where it is called."""

    def __init__(self, type_: type[Any]) -> None:
        self.type = type_
        self.dtype = np.dtype(type_)

    def __call__(self, value: object = 0) -> Any:
        if isinstance(value, (Array, list, tuple)):
            return converted(array(value), self.dtype)
        if not isinstance(value, Tracked):
            found = self.type(value)
            return leaf(found) if self.dtype.kind in "fc" else found
        return stored(value, self.dtype) if self.dtype.kind in "fc" else self.type(step(value, int))


# ------------------------------------------------------------------ functions of tracked numbers


def smooth(actual: Function, wide: Function, rounding: float) -> Function:
    """A function without jumps, of tracked or ordinary scalars."""

    def call(*operands: Any) -> Tracked:
        sides = tuple(_number(x) for x in operands)
        v = actual(*(x.value for x in sides))
        if not isinstance(v, (float, complex, np.inexact)):
            raise Untracked(f"a whole number from {actual.__name__}")
        return perturbed(v, wide, sides, rounding)

    return call


def _number(x: Any) -> Tracked:
    if isinstance(x, Tracked):
        return x
    if not isinstance(x, (int, float, complex, np.number, np.bool_)):
        raise Untracked(type(x).__name__)
    return leaf(x)


def stepped(actual: Function) -> Function:
    def call(x: Any) -> Any:
        return _lifted(step(_number(x), actual))

    return call


def _lifted(x: Any) -> Any:
    """Floats are always tracked."""
    return leaf(x) if isinstance(x, (float, complex, np.inexact)) else x


def tested(actual: Function) -> Function:
    """isnan and its kin: certain unless the number's error is unbounded."""

    def call(x: Any) -> Any:
        number = _number(x)
        if not number.bound < math.inf:
            raise Untracked("a test of an overflow")
        return actual(number.value)

    return call


def spread_over(function: Function, numpy: Function) -> Function:
    """The same function for scalars and for arrays; `numpy` is the real one, which knows the dtype of the result."""

    def call(*operands: Any, **rest: Any) -> Any:
        if rest:
            raise Untracked("keyword arguments of a ufunc")
        return elementwise(function, *operands, probe=numpy)

    return call


def _truth(x: Any) -> Any:
    return bool(x) if isinstance(x, Tracked) else x


# ------------------------------------------------------------------ builtins


def _extreme(keep: Function, real: Function) -> Function:
    """max and min: no jump, but which of two equals is kept is Python's choice."""

    def call(*values: Any, **rest: Any) -> Any:
        items = list(cast(Iterable[Any], values[0])) if len(values) == 1 else list(values)
        if rest or not items or not any(isinstance(x, Tracked) for x in items):
            return real(items, **rest)
        return reduce(keep, items)

    return call


def _python_larger(a: Any, b: Any) -> Any:
    return _python_choice(a, b, _value(b) > _value(a))


def _python_smaller(a: Any, b: Any) -> Any:
    return _python_choice(a, b, _value(b) < _value(a))


def _python_choice(a: Any, b: Any, second: bool) -> Any:
    if not isinstance(a, Tracked) and not isinstance(b, Tracked):
        return b if second else a
    p, q = _number(a), _number(b)
    one = q if second else p
    if not (p.bound or q.bound):
        return b if second else a
    return either(p, q, one.value, one.exact)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Tracked) else x


def _float(x: Any = 0.0) -> Tracked:
    return stored(x, None) if isinstance(x, Tracked) else leaf(float(x))


def _complex(real: Any = 0.0, imaginary: Any = 0.0) -> Tracked:
    return _number(real) + _number(imaginary) * leaf(1j)


def _isinstance(x: Any, kind: Any) -> bool:
    kinds = cast(tuple[Any, ...], kind) if isinstance(kind, tuple) else (kind,)
    real = tuple({_float: float, _complex: complex, Array: np.ndarray}.get(k, k.type if isinstance(k, DType) else k) for k in kinds)
    if isinstance(x, Array):
        return any(issubclass(np.ndarray, k) for k in real)
    return isinstance(_value(x), real)


BUILTINS: dict[str, Any] = {
    "max": _extreme(_python_larger, builtins.max),
    "min": _extreme(_python_smaller, builtins.min),
    "float": _float,
    "complex": _complex,
    "isinstance": _isinstance,
}


# ------------------------------------------------------------------ math


def _logarithm(x: Any, base: Any = None) -> Any:
    natural = smooth(math.log, np.log, 4.0)
    return natural(x) if base is None else natural(x) / natural(base)


def _isclose(*operands: Any, **rest: Any) -> Any:
    raise Untracked("isclose")


def _fsum(values: Iterable[Any]) -> Any:
    return reduce(lambda a, b: a + b, values, leaf(0.0))


def _whole_only(function: Function) -> Function:
    def call(*operands: Any) -> Any:
        if any(isinstance(x, (Tracked, Array)) for x in operands):
            raise Untracked(function.__name__)
        return _lifted(function(*operands))

    return call


def _dist(p: Any, q: Any) -> Any:
    return smooth(math.sqrt, np.sqrt, 4.0)(_fsum((a - b) * (a - b) for a, b in zip(p, q, strict=True)))


def _math() -> Namespace:
    names: dict[str, Any] = {}
    for name, wide in _MATH_TO_NUMPY.items():
        rounding = 1.0 if name in _EXACTLY_ROUNDED else 4.0
        names[name] = smooth(getattr(math, name, getattr(np, wide)), getattr(np, wide), rounding)
    for name in _SPECIAL:
        actual = getattr(math, name)
        names[name] = smooth(actual, _through_doubles(actual), 8.0)
    for name in ("floor", "ceil", "trunc"):
        names[name] = stepped(getattr(math, name))
    for name in ("isnan", "isinf", "isfinite"):
        names[name] = tested(getattr(math, name))
    for name in ("comb", "factorial", "gcd", "isqrt", "lcm", "perm"):
        names[name] = _whole_only(getattr(math, name))
    for name in ("e", "inf", "nan", "pi", "tau"):
        names[name] = leaf(getattr(math, name))
    names |= {"log": _logarithm, "fsum": _fsum, "isclose": _isclose, "dist": _dist}
    names["prod"] = lambda values, *, start=1: reduce(lambda a, b: a * b, values, start)
    return Namespace("math", names)


def _through_doubles(function: Function) -> Function:
    """A function that NumPy lacks, for the wide numbers: as good as doubles."""
    return lambda x: np.longdouble(function(float(x)))


# ------------------------------------------------------------------ numpy


def _made(function: Function) -> Function:
    """np.zeros and its kin: the array is real first, then tracked."""

    def call(*operands: Any, dtype: Any = None, **rest: Any) -> Any:
        rest |= {} if dtype is None else {"dtype": _dtype(dtype)}
        return tracked_cells(function(*(_dtype(_argument(x)) for x in operands), **rest))

    return call


def _argument(x: Any) -> Any:
    if isinstance(x, Array):
        return np.zeros(x.shape, x.dtype)
    if isinstance(x, Tracked):
        if x.bound:
            raise Untracked("a size or filling with an error")
        return x.value
    return x


def _dtype(x: Any) -> Any:
    return {_float: float, _complex: complex}.get(x, x) if callable(x) and not isinstance(x, DType) else getattr(x, "dtype", x)


def _array(value: Any, dtype: Any = None, **rest: Any) -> Any:
    found = array(value, None if dtype is None else _dtype(dtype))
    return found.copy()


def _asarray(value: Any, dtype: Any = None) -> Any:
    kept = isinstance(value, Array) and (dtype is None or np.dtype(_dtype(dtype)) == value.dtype)
    return value if kept else _array(value, dtype)


def _full(shape: Any, value: Any, dtype: Any = None) -> Any:
    filling = value.value if isinstance(value, Tracked) else value
    out = tracked_cells(np.full(shape, filling, None if dtype is None else _dtype(dtype)))
    out[...] = value
    return out


def _full_like(like: Any, value: Any, dtype: Any = None) -> Any:
    return _full(array(like).shape, value, array(like).dtype if dtype is None else dtype)


def _where(condition: Any, a: Any, b: Any) -> Any:
    return elementwise(lambda c, x, y: x if c else y, array(condition), a, b, probe=np.where)


def _method(name: str) -> Function:
    def call(x: Any, *operands: Any, **rest: Any) -> Any:
        return getattr(array(x), name)(*operands, **rest)

    return call


def _std(x: Any, *operands: Any, **rest: Any) -> Any:
    return _NUMPY_SQRT(array(x).var(*operands, **rest))


def _view(function: Function) -> Function:
    def call(x: Any, *operands: Any, **rest: Any) -> Any:
        side = array(x)
        return Array(function(side.cells, *operands, **rest), side.dtype)

    return call


def _joined(function: Function) -> Function:
    def call(parts: Any, *operands: Any, **rest: Any) -> Any:
        sides = [array(x) for x in parts]
        dtype = np.result_type(*(x.dtype for x in sides))
        return Array(function([converted(x, dtype).cells for x in sides], *operands, **rest), dtype)

    return call


def _clip(x: Any, low: Any, high: Any) -> Any:
    found = x if low is None else elementwise(larger, x, low)
    return found if high is None else elementwise(smaller, found, high)


def _einsum(spec: str, *operands: Any) -> Any:
    return contracted(lambda *sides: np.einsum(spec, *sides), *operands)


def _norm(x: Any, axis: Any = None) -> Any:
    size = elementwise(abs, array(x))
    return _NUMPY_SQRT((size * size).sum(axis))


def _diff(x: Any) -> Any:
    side = array(x)
    return side[1:] - side[:-1]


_NUMPY_SQRT = spread_over(smooth(np.sqrt, np.sqrt, 1.0), np.sqrt)


def _numpy() -> Namespace:
    names: dict[str, Any] = {name: DType(getattr(np, name)) for name in _NUMPY_TYPES}
    for name in _NUMPY_SMOOTH:
        actual = getattr(np, name)
        names[name] = spread_over(smooth(actual, actual, 1.0 if name in _EXACTLY_ROUNDED else 4.0), actual)
    for name in _NUMPY_STEPS:
        names[name] = spread_over(stepped(getattr(np, name)), getattr(np, name))
    for name in _NUMPY_TESTS:
        names[name] = spread_over(tested(getattr(np, name)), getattr(np, name))
    for name, function in _NUMPY_OPERATORS.items():
        names[name] = spread_over(function, getattr(np, name))
    for name in _NUMPY_REDUCTIONS:
        names[name] = _method(name)
    for name in _NUMPY_VIEWS:
        names[name] = _view(getattr(np, name))
    for name in ("zeros", "ones", "empty", "arange", "linspace", "eye", "identity", "zeros_like", "ones_like", "empty_like"):
        names[name] = _made(getattr(np, name))
    for name in ("concatenate", "stack", "hstack", "vstack", "column_stack"):
        names[name] = _joined(getattr(np, name))
    for name in ("dot", "matmul", "inner", "outer", "vdot", "tensordot", "kron"):
        names[name] = _contraction(getattr(np, name))
    for name in ("inf", "nan", "pi", "e"):
        names[name] = leaf(getattr(np, name))
    names |= {
        "array": _array, "asarray": _asarray, "ascontiguousarray": _asarray, "full": _full, "full_like": _full_like,
        "where": _where, "std": _std, "clip": _clip, "einsum": _einsum, "diff": _diff, "ndarray": Array, "newaxis": None,
        "copy": lambda x: array(x).copy(), "shape": lambda x: array(x).shape, "size": lambda x: array(x).size, "ndim": lambda x: array(x).ndim,
        "trace": lambda x: array(x)[tuple(np.arange(min(array(x).shape)) for _ in "ij")].sum(), "amax": _method("max"),
        "amin": _method("min"), "linalg": Namespace("numpy.linalg", {"norm": _norm}), "ix_": np.ix_, "dtype": np.dtype,
        "errstate": lambda **_: nullcontext(), "ndindex": np.ndindex, "iinfo": np.iinfo, "bitwise_xor": np.bitwise_xor,
    }  # fmt: skip
    return Namespace("numpy", names)


def _contraction(function: Function) -> Function:
    def call(a: Any, b: Any, **rest: Any) -> Any:
        return contracted(lambda x, y: function(x, y, **rest), a, b)

    return call


MATH = _math()
NUMPY = _numpy()


def scalar_of(value: Scalar) -> Any:
    """A scalar that comes in from outside."""
    return _lifted(value)
