"""The larger and the smaller of two tracked numbers: NumPy's (NaN wins) and Python's (the first of equals stays).

Neither has a jump, so two numbers may lie closer together than their errors: the result then has the larger error of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any, cast

import numpy as np

from autovec.verify.tracked_format import Fragile
from autovec.verify.tracked_number import Tracked, apart, as_tracked

Function = Callable[..., Any]


def larger(a: Any, b: Any) -> Any:
    """np.maximum of two scalars."""
    return _numpy_choice(a, b, np.maximum)


def smaller(a: Any, b: Any) -> Any:
    """np.minimum of two scalars."""
    return _numpy_choice(a, b, np.minimum)


def python_max(*values: Any, **rest: Any) -> Any:
    """The builtin max."""
    return _over_all(max, _python_larger, values, rest)


def python_min(*values: Any, **rest: Any) -> Any:
    """The builtin min."""
    return _over_all(min, _python_smaller, values, rest)


def value_of(x: Any) -> Any:
    """What the loop itself would hold."""
    return x.value if isinstance(x, Tracked) else x


def _over_all(real: Function, keep: Function, values: tuple[Any, ...], rest: dict[str, Any]) -> Any:
    items = list(cast(Iterable[Any], values[0])) if len(values) == 1 else list(values)
    if rest or not any(isinstance(x, Tracked) for x in items):
        return real(items, **rest)
    return reduce(keep, items)


def _python_larger(a: Any, b: Any) -> Any:
    return _kept(a, b, value_of(b) > value_of(a))


def _python_smaller(a: Any, b: Any) -> Any:
    return _kept(a, b, value_of(b) < value_of(a))


def _kept(a: Any, b: Any, second: bool) -> Any:
    chosen, other = (b, a) if second else (a, b)
    if not isinstance(a, Tracked) and not isinstance(b, Tracked):
        return chosen
    return _blurred(as_tracked(chosen), as_tracked(other)) or chosen


def _numpy_choice(a: Any, b: Any, function: Function) -> Any:
    if not isinstance(a, Tracked) and not isinstance(b, Tracked):
        return function(a, b)
    p, q = as_tracked(a), as_tracked(b)
    v = function(p.value, q.value)
    first = v == p.value or (v != v and p.value != p.value)
    chosen, other = (p, q) if first else (q, p)
    found = _blurred(chosen, other) or chosen
    return Tracked(v, found.exact, found.error, found.spread, found.depth, found.mass, found.grainy)


def _blurred(chosen: Tracked, other: Tracked) -> Tracked | None:
    """The chosen number with the error of both, where the choice could have gone the other way."""
    try:
        apart(chosen, other)
    except Fragile:
        size = float(abs(chosen.value))
        return Tracked(chosen.value, chosen.exact, max(chosen.bound, other.bound), 0.0, 0.0, size, False)
    return None
