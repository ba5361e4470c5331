"""The larger and the smaller of tracked numbers: NumPy's (NaN wins) and Python's (the first of equals stays).

Neither has a jump, so two numbers may lie close together: the result then has the error of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, cast

import numpy as np

from autovec.verify.tracked_format import Fragile, Scalar
from autovec.verify.tracked_number import Tracked, apart, as_tracked

Function = Callable[..., Any]


def larger(a: Any, b: Any) -> Any:
    """np.maximum. It has no jump, so two numbers may lie close together: the result has the error of both."""
    return _chosen(a, b, np.maximum)


def smaller(a: Any, b: Any) -> Any:
    """np.minimum."""
    return _chosen(a, b, np.minimum)


def _chosen(a: Any, b: Any, function: Callable[..., Any]) -> Any:
    if not isinstance(a, Tracked) and not isinstance(b, Tracked):
        return function(a, b)
    p, q = (x if isinstance(x, Tracked) else leaf(x) for x in (a, b))
    return either(p, q, function(p.value, q.value), function(p.exact, q.exact))


def either(p: Tracked, q: Tracked, v: Scalar, x: Scalar) -> Tracked:
    """`v`, which is p's or q's value; an error that both may have had where they lie close together."""
    one = p if v == p.value or (v != v and p.value != p.value) else q
    if not (p.bound or q.bound):
        return Tracked(v, x, 0.0, 0.0, 0.0, one.mass, one.grainy)
    try:
        apart(p, q)
    except Fragile:
        return Tracked(v, x, max(p.bound, q.bound), 0.0, 0.0, float(abs(v)), False)
    return Tracked(v, x, one.error, one.spread, one.depth, one.mass, one.grainy)


def first_or_all(keep: Function, real: Function) -> Function:
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
    p, q = as_tracked(a), as_tracked(b)
    one = q if second else p
    if not (p.bound or q.bound):
        return b if second else a
    return either(p, q, one.value, one.exact)


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Tracked) else x
