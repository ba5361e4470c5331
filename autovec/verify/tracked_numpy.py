"""`numpy`, as the tracked loop sees it: the functions that scalar loops call, on tracked numbers and arrays of them.

What is not here raises `Untracked`, which leaves the case inconclusive. Not handled: `out=` and `where=`, random numbers,
decompositions, sorting, FFT.
"""

from __future__ import annotations

import operator as typed_operator
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from autovec.verify.tracked_array import Array, array, contracted, converted, elementwise, is_rows, square_root, tracked_cells
from autovec.verify.tracked_extremes import larger, smaller, value_of
from autovec.verify.tracked_format import Untracked
from autovec.verify.tracked_math import (
    LIBRARY,
    ROUNDING,
    Namespace,
    signed,
    smooth,
    stepped,
    tested,
    tracked_complex,
    tracked_float,
)
from autovec.verify.tracked_number import Tracked, divide, leaf, step, stored

Function = Callable[..., Any]
operator: Any = typed_operator  # its stubs leave some types unknown
_INEXACT = "fc"
_SMOOTH = (
    "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "cbrt", "copysign", "cos", "cosh", "deg2rad",
    "degrees", "exp", "exp2", "expm1", "fabs", "fmod", "hypot", "log", "log10", "log1p", "log2", "logaddexp", "rad2deg",
    "radians", "sin", "sinc", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
_STEPS = ("ceil", "fix", "floor", "rint", "sign", "trunc")
_TESTS = ("isfinite", "isinf", "isnan", "signbit")
_METHODS = {
    name: name
    for name in ("sum", "prod", "max", "min", "mean", "var", "std", "all", "any", "argmax", "argmin", "cumsum", "cumprod", "copy")
} | {"amax": "max", "amin": "min"}
_VIEWS = ("reshape", "transpose", "ravel", "broadcast_to", "squeeze", "expand_dims", "flip", "roll", "atleast_1d", "diag")
_MAKERS = ("zeros", "ones", "empty", "arange", "linspace", "eye", "identity", "zeros_like", "ones_like", "empty_like")
_JOINERS = ("concatenate", "stack", "hstack", "vstack", "column_stack")
_CONTRACTIONS = ("dot", "matmul", "inner", "outer", "vdot", "tensordot", "kron")
_TYPES = (
    "float64", "float32", "float16", "complex128", "complex64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
    "uint64", "intp", "bool_", "double", "single",
)  # fmt: skip


class DType:
    """np.float32 and its kin: a dtype where one is wanted, a conversion where it is called."""

    def __init__(self, type_: type[Any]) -> None:
        self.type = type_
        self.dtype = np.dtype(type_)

    def __call__(self, value: Any = 0) -> Any:
        if is_rows(value):
            return converted(array(value), self.dtype)
        inexact = self.dtype.kind in _INEXACT
        if not isinstance(value, Tracked):
            return leaf(self.type(value)) if inexact else self.type(value)
        return stored(value, self.dtype) if inexact else self.type(step(value, int))


def _dtype(x: Any) -> Any:
    """A dtype as the loop names it."""
    if isinstance(x, DType):
        return x.dtype
    return _REAL_TYPES.get(x, x) if callable(x) else x


_REAL_TYPES: dict[Any, type] = {tracked_float: float, tracked_complex: complex}


# ------------------------------------------------------------------ making arrays


def _maker(actual: Function) -> Function:
    """np.zeros and its kin: the array is a real one first, then tracked."""

    def call(*operands: Any, **rest: Any) -> Any:
        return tracked_cells(actual(*map(_argument, operands), **{name: _argument(x) for name, x in rest.items()}))

    return call


def _argument(x: Any) -> Any:
    if isinstance(x, Array):
        return np.zeros(x.shape, x.dtype)
    if isinstance(x, Tracked) and x.bound:
        raise Untracked("a size with an error")
    return _dtype(value_of(x))


def _array(value: Any, dtype: Any = None, copy: bool = True) -> Any:
    return array(value, None if dtype is None else _dtype(dtype)).copy()


def _asarray(value: Any, dtype: Any = None) -> Any:
    kept = isinstance(value, Array) and (dtype is None or np.dtype(_dtype(dtype)) == value.dtype)
    return value if kept else _array(value, dtype)


def _full(shape: Any, value: Any, dtype: Any = None) -> Any:
    cells: Any = np.full(shape, value_of(value), None if dtype is None else _dtype(dtype))
    out = tracked_cells(cells)
    out[...] = value
    return out


def _full_like(like: Any, value: Any, dtype: Any = None) -> Any:
    return _full(array(like).shape, value, array(like).dtype if dtype is None else dtype)


def _joiner(actual: Function) -> Function:
    def call(parts: Iterable[Any], *operands: Any, **rest: Any) -> Any:
        sides = [array(x) for x in parts]
        dtype = np.result_type(*(x.dtype for x in sides))
        return Array(actual([converted(x, dtype).cells for x in sides], *operands, **rest), dtype)

    return call


# ------------------------------------------------------------------ functions


def _spread(function: Function, actual: Function) -> Function:
    """A function of scalars, also over arrays; `actual` is NumPy's own, which knows the dtype of the result."""

    def call(*operands: Any) -> Any:
        return elementwise(function, *operands, probe=actual)

    return call


def _where(condition: Any, a: Any, b: Any) -> Any:
    return elementwise(_picked, array(condition), a, b, probe=np.where)


def _picked(condition: Any, a: Any, b: Any) -> Any:
    return a if condition else b


def _clip(x: Any, low: Any, high: Any) -> Any:
    found = x if low is None else elementwise(larger, x, low)
    return found if high is None else elementwise(smaller, found, high)


def _round(x: Any, digits: int = 0) -> Any:
    def rounded(v: Any) -> Any:
        return np.asarray(v).round(digits)[()]

    return elementwise(stepped(rounded), x, probe=np.round)


def _method(name: str) -> Function:
    def call(x: Any, *operands: Any, **rest: Any) -> Any:
        return getattr(array(x), name)(*operands, **rest)

    return call


def _view(actual: Function) -> Function:
    def call(x: Any, *operands: Any, **rest: Any) -> Any:
        side = array(x)
        return Array(actual(side.cells, *operands, **rest), side.dtype)

    return call


def _contraction(actual: Function) -> Function:
    def call(a: Any, b: Any, **rest: Any) -> Any:
        def product(*sides: Any) -> Any:
            return actual(*sides, **rest)

        return contracted(product, a, b)

    return call


def _einsum(spec: str, *operands: Any) -> Any:
    def product(*sides: Any) -> Any:
        return np.einsum(spec, *sides)

    return contracted(product, *operands)


def _norm(x: Any, axis: Any = None) -> Any:
    size = elementwise(abs, array(x))
    return square_root((size * size).sum(axis))


def _trace(x: Any) -> Any:
    diagonal = np.arange(min(array(x).shape))
    return array(x)[diagonal, diagonal].sum()


def _diff(x: Any) -> Any:
    side = array(x)
    return side[1:] - side[:-1]


def _shape(x: Any) -> tuple[int, ...]:
    return array(x).shape


def _errstate(**_: str) -> AbstractContextManager[None]:
    return nullcontext()


# ------------------------------------------------------------------ operators by name


def _conjugate(a: Any) -> Any:
    return a.conjugate()


def _square(a: Any) -> Any:
    return a * a


def _reciprocal(a: Any) -> Any:
    return 1 / a


def _not(a: Any) -> Any:
    return np.bool_(not a)


def _both(a: Any, b: Any) -> Any:
    return np.bool_(bool(a) and bool(b))


def _any(a: Any, b: Any) -> Any:
    return np.bool_(bool(a) or bool(b))


_OPERATORS: dict[str, Function] = {
    "absolute": abs, "abs": abs, "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "divide": divide, "true_divide": divide, "power": operator.pow, "negative": operator.neg, "positive": operator.pos,
    "square": _square, "floor_divide": operator.floordiv, "mod": operator.mod, "remainder": operator.mod,
    "maximum": larger, "minimum": smaller, "greater": operator.gt, "less": operator.lt,
    "greater_equal": operator.ge, "less_equal": operator.le, "equal": operator.eq,
    "not_equal": operator.ne, "conj": _conjugate, "conjugate": _conjugate,
    "reciprocal": _reciprocal, "logical_not": _not,
    "logical_and": _both, "logical_or": _any,
    "bitwise_and": operator.and_, "bitwise_or": operator.or_, "bitwise_xor": operator.xor,
}  # fmt: skip


# ------------------------------------------------------------------ the module


def _numpy() -> Namespace:
    names: dict[str, Any] = {name: DType(getattr(np, name)) for name in _TYPES}
    for name in _SMOOTH:
        actual = getattr(np, name)
        names[name] = _spread(smooth(actual, actual, ROUNDING.get(name, LIBRARY)), actual)
    names["copysign"] = _spread(signed(np.copysign), np.copysign)
    names |= {name: _spread(stepped(getattr(np, name)), getattr(np, name)) for name in _STEPS}
    names |= {name: _spread(tested(getattr(np, name)), getattr(np, name)) for name in _TESTS}
    names |= {name: _spread(function, getattr(np, name)) for name, function in _OPERATORS.items()}
    names |= {name: _method(method) for name, method in _METHODS.items()}
    names |= {name: _view(getattr(np, name)) for name in _VIEWS}
    names |= {name: _maker(getattr(np, name)) for name in _MAKERS}
    names |= {name: _joiner(getattr(np, name)) for name in _JOINERS}
    names |= {name: _contraction(getattr(np, name)) for name in _CONTRACTIONS}
    names |= {name: leaf(getattr(np, name)) for name in ("inf", "nan", "pi", "e")}
    names |= {
        "array": _array, "asarray": _asarray, "ascontiguousarray": _asarray, "full": _full, "full_like": _full_like,
        "where": _where, "clip": _clip, "round": _round, "around": _round, "einsum": _einsum, "trace": _trace,
        "diff": _diff, "shape": _shape, "errstate": _errstate, "linalg": Namespace("numpy.linalg", {"norm": _norm}),
        "ndarray": Array, "newaxis": None, "dtype": np.dtype, "iinfo": np.iinfo, "ndindex": np.ndindex,
    }  # fmt: skip
    return Namespace("numpy", names)


NUMPY = _numpy()
