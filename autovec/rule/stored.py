"""Rules and their patterns as data, to be kept between runs.

Entries of the book come in, JSON goes out, and the other way round. A list stands for a tuple; whatever else is no number or text
is an object with one key, which says what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, cast

from autovec.expression import Apply, Axis, Const, Length, Name, Read, Reduce, Scan, Slice
from autovec.outcome import Rounding
from autovec.rule.pattern import Pattern
from autovec.rule.text import RuleText

_CLASSES: tuple[type[Any], ...] = (RuleText, Pattern, Const, Name, Axis, Slice, Read, Length, Apply, Reduce, Scan)
_MAKE: dict[str, Callable[[Any], object]] = {
    "path": Path,
    "rounding": Rounding,
    "set": frozenset,
    "mapping": dict,
    **{c.__name__: lambda values, c=c: c(*values) for c in _CLASSES},
}


def data_of(value: object) -> Any:
    """`value` as JSON; raises TypeError for what is no part of a rule."""
    match value:
        case Rounding():
            return {"rounding": value.value}
        case None | bool() | int() | float() | str():
            return value
        case tuple():
            return [data_of(x) for x in cast("tuple[object, ...]", value)]
        case frozenset():
            return {"set": sorted(cast("frozenset[str]", value))}
        case Path():
            return {"path": str(value)}
        case Mapping():
            return {"mapping": [[data_of(x) for x in pair] for pair in cast("Mapping[str, str]", value).items()]}
        case _ if isinstance(value, _CLASSES) and is_dataclass(value):
            return {type(value).__name__: [data_of(getattr(value, f.name)) for f in fields(value)]}
        case _:
            raise TypeError(f"{type(value).__name__} is no part of a rule")


def value_of(data: Any) -> Any:
    """What `data_of` was given."""
    if isinstance(data, list):
        return tuple(value_of(x) for x in cast("list[object]", data))
    if isinstance(data, dict):
        ((kind, inner),) = cast("dict[str, object]", data).items()
        return _MAKE[kind](value_of(inner))
    return data
