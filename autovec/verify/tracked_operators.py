"""Python's operators, each handed on to one method: what an array class needs so that it can be computed with."""

from __future__ import annotations

import operator as typed_operator
from collections.abc import Callable
from typing import Any

from autovec.verify.tracked_number import divide

operator: Any = typed_operator  # its stubs leave some types unknown


class Operators:
    """Subclasses say what it means to apply a function to operands, of which one at least is theirs."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def _applied(self, function: Callable[..., Any], *operands: object) -> Any:
        raise NotImplementedError

    def _applied_in_place(self, probe: Callable[..., Any], function: Callable[..., Any], other: object) -> Any:
        raise NotImplementedError

    def __add__(self, other: object) -> Any:
        return self._applied(operator.add, self, other)

    def __radd__(self, other: object) -> Any:
        return self._applied(operator.add, other, self)

    def __sub__(self, other: object) -> Any:
        return self._applied(operator.sub, self, other)

    def __rsub__(self, other: object) -> Any:
        return self._applied(operator.sub, other, self)

    def __mul__(self, other: object) -> Any:
        return self._applied(operator.mul, self, other)

    def __rmul__(self, other: object) -> Any:
        return self._applied(operator.mul, other, self)

    def __truediv__(self, other: object) -> Any:
        return self._applied(divide, self, other)

    def __rtruediv__(self, other: object) -> Any:
        return self._applied(divide, other, self)

    def __floordiv__(self, other: object) -> Any:
        return self._applied(operator.floordiv, self, other)

    def __rfloordiv__(self, other: object) -> Any:
        return self._applied(operator.floordiv, other, self)

    def __mod__(self, other: object) -> Any:
        return self._applied(operator.mod, self, other)

    def __rmod__(self, other: object) -> Any:
        return self._applied(operator.mod, other, self)

    def __pow__(self, other: object) -> Any:
        return self._applied(operator.pow, self, other)

    def __rpow__(self, other: object) -> Any:
        return self._applied(operator.pow, other, self)

    def __and__(self, other: object) -> Any:
        return self._applied(operator.and_, self, other)

    def __or__(self, other: object) -> Any:
        return self._applied(operator.or_, self, other)

    def __xor__(self, other: object) -> Any:
        return self._applied(operator.xor, self, other)

    def __lshift__(self, other: object) -> Any:
        return self._applied(operator.lshift, self, other)

    def __rshift__(self, other: object) -> Any:
        return self._applied(operator.rshift, self, other)

    def __matmul__(self, other: object) -> Any:
        return self._applied(operator.matmul, self, other)

    def __rmatmul__(self, other: object) -> Any:
        return self._applied(operator.matmul, other, self)

    def __neg__(self) -> Any:
        return self._applied(operator.neg, self)

    def __abs__(self) -> Any:
        return self._applied(abs, self)

    def __invert__(self) -> Any:
        return self._applied(operator.invert, self)

    def __lt__(self, other: object) -> Any:
        return self._applied(operator.lt, self, other)

    def __le__(self, other: object) -> Any:
        return self._applied(operator.le, self, other)

    def __gt__(self, other: object) -> Any:
        return self._applied(operator.gt, self, other)

    def __ge__(self, other: object) -> Any:
        return self._applied(operator.ge, self, other)

    def __eq__(self, other: object) -> Any:
        return self._applied(operator.eq, self, other)

    def __ne__(self, other: object) -> Any:
        return self._applied(operator.ne, self, other)

    def __iadd__(self, other: object) -> Any:
        return self._applied_in_place(operator.iadd, operator.add, other)

    def __isub__(self, other: object) -> Any:
        return self._applied_in_place(operator.isub, operator.sub, other)

    def __imul__(self, other: object) -> Any:
        return self._applied_in_place(operator.imul, operator.mul, other)

    def __itruediv__(self, other: object) -> Any:
        return self._applied_in_place(operator.itruediv, divide, other)
