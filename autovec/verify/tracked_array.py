"""An array of tracked numbers, which remembers the dtype that the loop believes it has.

`cells` holds `Tracked` objects where the dtype is a float or complex one, else it is an ordinary array of whole numbers or
truth values. Views, slices and aliases are those of `cells`, so writes are seen wherever they would be. What is stored is
rounded to the dtype. Reductions add in plain order: the bound of a sum covers every other order. Not handled: structured,
object and string arrays, `out=` and `where=`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any, TypeGuard, cast

import numpy as np

from autovec.verify.tracked_extremes import larger, smaller
from autovec.verify.tracked_format import FORMATS, Scalar, Untracked
from autovec.verify.tracked_number import Tracked, apart, as_tracked, leaf, perturbed, stored
from autovec.verify.tracked_operators import operator
from autovec.verify.tracked_shape import Cells, Shaped

Axis = int | tuple[int, ...] | None
_INEXACT = "fc"


class Array(Shaped):
    """See the module."""

    __slots__ = ()

    @property
    def real(self) -> Array:
        return _parts(self, operator.attrgetter("real"))

    @property
    def imag(self) -> Array:
        return _parts(self, operator.attrgetter("imag"))

    def __iter__(self) -> Iterator[Any]:
        return (wrapped(row, self.dtype) for row in self.cells)

    def item(self, *at: int) -> Any:
        found = self.cells.item(*at)
        return found.item() if isinstance(found, Tracked) else found

    def tolist(self) -> list[Any]:
        if self.ndim > 1:
            return [cast(Array, row).tolist() for row in self]
        return [x.item() if isinstance(x, (Tracked, np.generic)) else x for x in self.cells]

    def astype(self, dtype: Any, copy: bool = True) -> Array:
        return converted(self, np.dtype(dtype))

    def fill(self, value: object) -> None:
        self[...] = value

    # -------------------------------------------------------------- elements

    def __getitem__(self, at: object) -> Any:
        return wrapped(self.cells[plain(at)], self.dtype)

    def __setitem__(self, at: object, value: object) -> None:
        place = plain(at)
        if is_rows(value):
            self.cells[place] = converted(array(value), self.dtype).cells
        elif self.dtype.kind in _INEXACT:
            self.cells[place] = stored(value if isinstance(value, Tracked) else leaf(cast(Scalar, value)), self.dtype)
        else:
            self.cells[place] = _whole(value, self.dtype)

    # -------------------------------------------------------------- arithmetic

    def _applied(self, function: Callable[..., Any], *operands: object) -> Any:
        return contracted(np.matmul, *operands) if function is operator.matmul else elementwise(function, *operands)

    def __bool__(self) -> bool:
        if self.size != 1:
            raise ValueError("The truth value of an array is ambiguous")
        return bool(self.cells.item())

    def _applied_in_place(self, probe: Callable[..., Any], function: Callable[..., Any], other: object) -> Array:
        probe(np.empty(0, self.dtype), _probe(other))  # raises where the result cannot be cast to this dtype
        self[...] = elementwise(function, self, other)
        return self

    # -------------------------------------------------------------- reductions

    def sum(self, axis: Axis = None, **rest: Any) -> Any:
        return folded(self, np.sum, operator.add, 0, axis, rest)

    def prod(self, axis: Axis = None, **rest: Any) -> Any:
        return folded(self, np.prod, operator.mul, 1, axis, rest)

    def max(self, axis: Axis = None, **rest: Any) -> Any:
        return folded(self, np.max, larger, None, axis, rest)

    def min(self, axis: Axis = None, **rest: Any) -> Any:
        return folded(self, np.min, smaller, None, axis, rest)

    def mean(self, axis: Axis = None, **rest: Any) -> Any:
        floats = self if self.dtype.kind in _INEXACT else converted(self, np.dtype(float))
        return floats.sum(axis, **rest) / _count(self, axis)

    def var(self, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
        off = self - self.mean(axis, keepdims=True)
        return (off * off).sum(axis, keepdims=keepdims) / max(_count(self, axis) - ddof, 0)

    def std(self, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Any:
        return square_root(self.var(axis, ddof, keepdims))

    def all(self, axis: Axis = None, **rest: Any) -> Any:
        return (self != 0).cells.all(axis, **rest) if self.ndim else bool(self.cells.item())

    def any(self, axis: Axis = None, **rest: Any) -> Any:
        return (self != 0).cells.any(axis, **rest) if self.ndim else bool(self.cells.item())

    def argmax(self) -> Any:
        return self._place(np.argmax)

    def argmin(self) -> Any:
        return self._place(np.argmin)

    def _place(self, find: Callable[[Cells], Any]) -> Any:
        """Where the best element is, once no other could be it."""
        flat = self.cells.ravel()
        if self.dtype.kind not in _INEXACT:
            return find(flat)
        found = find(np.array([x.value for x in flat]))
        for x in flat:
            apart(x, cast(Tracked, flat[found]))
        return found

    def dot(self, other: object) -> Any:
        return contracted(np.dot, self, other)

    def cumsum(self) -> Array:
        return _running(self, operator.add, np.cumsum)

    def cumprod(self) -> Array:
        return _running(self, operator.mul, np.cumprod)

    def conj(self) -> Any:
        return elementwise(_conjugate, self)

    def clip(self, low: object, high: object) -> Any:
        return elementwise(smaller, elementwise(larger, self, low), high)


# ------------------------------------------------------------------ making them


def is_ndarray(x: object) -> TypeGuard[Cells]:
    """An ordinary NumPy array."""
    return isinstance(x, np.ndarray)


def is_rows(x: object) -> bool:
    """Something that has elements."""
    return isinstance(x, (list, tuple, Array, np.ndarray))


def array(value: object, dtype: Any = None) -> Array:
    """np.asarray of anything that the loop may hold."""
    if isinstance(value, Array):
        found = value
    elif is_ndarray(value):
        found = tracked_cells(value)
    elif isinstance(value, (list, tuple)):
        found = _from_rows(list(cast(list[object], value)))
    else:
        found = _from_rows([value]).reshape(())
    return found if dtype is None else converted(found, np.dtype(dtype))


def tracked_cells(a: Cells) -> Array:
    """A new array of tracked numbers; arrays of whole numbers stay themselves."""
    if a.dtype.kind not in _INEXACT:
        if a.dtype.kind not in "biu":
            raise Untracked(str(a.dtype))
        return Array(a, a.dtype)
    if a.dtype.type not in FORMATS:
        raise Untracked(str(a.dtype))
    return Array(_filled(a.shape, [leaf(v) for v in a.ravel()]), a.dtype)


def converted(a: Array, dtype: np.dtype[Any]) -> Array:
    """A new array of another dtype (or the same)."""
    if dtype.kind not in _INEXACT:
        if a.dtype.kind not in _INEXACT:
            return Array(a.cells.astype(dtype), dtype)
        return Array(np.array([_truncated(x, dtype) for x in a.cells.flat], dtype).reshape(a.shape), dtype)
    if a.dtype.kind not in _INEXACT:
        return tracked_cells(a.cells.astype(dtype))
    return Array(_filled(a.shape, [stored(x, dtype) for x in a.cells.flat]), dtype)


def wrapped(found: Any, dtype: np.dtype[Any]) -> Any:
    """What indexing gave: an array again, or one element."""
    return Array(found, dtype) if is_ndarray(found) else found


def plain(at: object) -> Any:
    """A subscript without tracked arrays in it."""
    if isinstance(at, tuple):
        return tuple(plain(x) for x in cast(tuple[object, ...], at))
    if isinstance(at, Tracked):
        raise IndexError("only integers are valid indices")
    if isinstance(at, Array):
        if at.dtype.kind in _INEXACT:
            raise IndexError("arrays used as indices must be of integer (or boolean) type")
        return at.cells
    return at


def _filled(shape: tuple[int, ...], items: list[Any]) -> Cells:
    cells = np.empty(len(items), object)
    cells[:] = items
    return cells.reshape(shape)


def _from_rows(rows: list[Any]) -> Array:
    parts = [array(x) if is_rows(x) else x for x in rows]
    if parts and isinstance(parts[0], Array):
        dtype = np.result_type(*(x.dtype for x in parts))
        return Array(np.stack([converted(x, dtype).cells for x in parts]), dtype)
    if not any(isinstance(x, Tracked) for x in parts):
        return tracked_cells(np.array(parts))
    dtype = np.array([x.value if isinstance(x, Tracked) else x for x in parts]).dtype
    return Array(_filled((len(parts),), [stored(x if isinstance(x, Tracked) else leaf(x), dtype) for x in parts]), dtype)


def _whole(value: object, dtype: np.dtype[Any]) -> Any:
    """A scalar stored in an array of whole numbers or truth values: NumPy's own rules, once it is certain."""
    if isinstance(value, Tracked):
        bool(value) if dtype.kind == "b" else int(value)
        return value.value
    return value


def _truncated(x: Any, dtype: np.dtype[Any]) -> Any:
    bool(x) if dtype.kind == "b" else int(x)
    return np.asarray(x.value).astype(dtype)


# ------------------------------------------------------------------ operations


def elementwise(function: Callable[..., Any], *operands: object, probe: Callable[..., Any] | None = None) -> Any:
    """Apply to each element, broadcast; the result's dtype is what NumPy's own function `probe` gives for these operands."""
    sides: list[Any] = [array(x) if is_rows(x) else x for x in operands]
    if not any(isinstance(x, Array) for x in sides):
        return function(*sides)
    dtype = cast(np.dtype[Any], (probe or function)(*map(_probe, sides)).dtype)
    if dtype.kind not in _INEXACT and not any(_is_tracked(x) for x in sides):
        return wrapped(function(*(x.cells if isinstance(x, Array) else x for x in sides)), dtype)
    items = np.broadcast(*(_objects(x) for x in sides))
    found = [function(*group) for group in items]
    if dtype.kind in _INEXACT:
        found = [stored(x if isinstance(x, Tracked) else leaf(x), dtype) for x in found]
        return wrapped(_filled(items.shape, found) if items.shape else found[0], dtype)
    return wrapped(np.array(found, dtype).reshape(items.shape), dtype)


def _probe(x: object) -> Any:
    """An empty array, or a scalar, that promotes as `x` does."""
    if isinstance(x, Array):
        return np.empty(0, x.dtype)
    return x.value if isinstance(x, Tracked) else x


def _is_tracked(x: object) -> bool:
    return isinstance(x, Tracked) or (isinstance(x, Array) and x.dtype.kind in _INEXACT)


def _objects(x: object) -> Cells:
    if isinstance(x, Array):
        return x.cells if x.dtype.kind in _INEXACT else _filled(x.shape, list(x.cells.ravel()))
    return _filled((), [x])


def contracted(function: Callable[..., Any], *operands: object) -> Any:
    """Products that are summed: matmul, dot, einsum and their kin."""
    sides = [array(x) for x in operands]
    dtype = np.result_type(*(x.dtype for x in sides))
    if dtype.kind not in _INEXACT:
        return wrapped(function(*(x.cells for x in sides)), dtype)
    if any(0 in x.shape for x in sides):
        return array(function(*(np.empty(x.shape, x.dtype) for x in sides)))
    found = function(*(converted(x, dtype).cells for x in sides))
    return wrapped(found, dtype)


def folded(
    a: Array, numpy: Callable[..., Any], function: Callable[..., Any], start: int | None, axis: Axis, rest: dict[str, Any]
) -> Any:
    """A reduction over all elements, or along axes."""
    if a.dtype.kind not in _INEXACT:
        found = numpy(a.cells, axis=axis, **rest)
        return wrapped(found, found.dtype)
    keepdims = rest.pop("keepdims", False)
    if rest:
        raise Untracked(f"a reduction with {', '.join(rest)}")
    axes = range(a.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = sorted(k % a.ndim for k in axes)
    kept = [k for k in range(a.ndim) if k not in axes]
    shape = tuple(a.shape[k] for k in kept)
    rows = a.cells.transpose(*kept, *axes).reshape(*shape, -1) if a.size else np.empty((*shape, 0), object)
    empty = [] if start is None else [leaf(a.dtype.type(start))]
    found = [reduce(function, rows[at], *empty) for at in np.ndindex(shape)]
    cells = _filled(shape, [stored(x, a.dtype) for x in found])
    if keepdims:
        return Array(cells.reshape(tuple(1 if k in axes else n for k, n in enumerate(a.shape))), a.dtype)
    return Array(cells, a.dtype) if shape else cells.item()


def _running(a: Array, function: Callable[..., Any], numpy: Callable[..., Any]) -> Array:
    flat = a.cells.ravel()
    if a.dtype.kind not in _INEXACT:
        found = cast(Cells, numpy(flat))
        return Array(found, found.dtype)
    out: list[Any] = []
    for x in flat:
        out.append(stored(function(out[-1], x), a.dtype) if out else x)
    return Array(_filled((len(out),), out), a.dtype)


def _parts(a: Array, part: Callable[[Any], Any]) -> Array:
    if a.dtype.kind != "c":
        return Array(part(a.cells), a.dtype) if a.dtype.kind not in _INEXACT else a
    dtype = part(np.empty(0, a.dtype)).dtype
    return Array(_filled(a.shape, [stored(part(x), dtype) for x in a.cells.flat]), dtype)


def _count(a: Array, axis: Axis) -> int:
    axes = range(a.ndim) if axis is None else (axis,) if isinstance(axis, int) else axis
    return int(np.prod([a.shape[k] for k in axes], dtype=np.int64))


def square_root(x: Any) -> Any:
    """np.sqrt."""
    return elementwise(_root_of_one, x, probe=np.sqrt)


def _root_of_one(x: Any) -> Any:
    number = as_tracked(x)
    return perturbed(np.sqrt(number.value), np.sqrt, (number,), rounding=1.0)


def _conjugate(x: Any) -> Any:
    return x.conjugate()
