"""What NumPy and Python do with numbers, found out by doing it: on one sample of each kind.

Comes in: the canonical name of an operation or a constant, and kinds. Goes out: a kind, or what is asked about the function.
Importing this takes NumPy, which takes longer than all else that `check` does for most files: ask `answers`.
"""

from __future__ import annotations

import builtins
import cmath
import math
import warnings
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from autovec.facts.kinds import OPERATORS, PYTHON


def sample(kind: str) -> object:
    """The number one, of that kind."""
    if kind == "object":
        raise TypeError("not a number")
    if kind in PYTHON:
        return getattr(builtins, kind)(1)
    return np.dtype(kind.rstrip("_")).type(1)


def kind_of(value: object) -> str:
    """The kind of a number, "object" for anything else."""
    if isinstance(value, np.generic):
        dtype = cast("np.generic[Any]", value).dtype
        return "bool_" if dtype.kind == "b" else dtype.name
    name = type(value).__name__
    return name if name in PYTHON else "object"


def function(fn: str) -> Callable[..., object] | None:
    """The thing that a canonical name stands for."""
    if fn in OPERATORS:
        return OPERATORS[fn]
    home, _, name = fn.rpartition(".")
    owner: object = {"math": math, "cmath": cmath, "np": np, "": builtins}.get(home)
    found = getattr(owner, name, None)
    return found if callable(found) else None


def constant(name: str) -> str | None:
    """The kind of `math.pi` or `np.inf`; None where it is no number."""
    home, _, last = name.partition(".")
    found = kind_of(getattr({"math": math, "cmath": cmath, "np": np}.get(home), last, None))
    return None if found == "object" else found


def result(fn: str, *kinds: str) -> str | None:
    """The kind of `fn` on one number of each of `kinds`; None where it raises."""
    f = function(fn)
    if f is None:
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return kind_of(f(*map(sample, kinds)))
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):  # on a wrong kind
            return None


def is_ufunc(fn: str) -> bool:
    """Whether a name stands for one of NumPy's functions that broadcast."""
    return isinstance(function(fn), np.ufunc)


def elementwise_inputs(fn: str) -> int:
    """How many operands a function takes that works element by element; 0 where it is none."""
    found = function(fn)
    return found.nin if isinstance(found, np.ufunc) and found.signature is None else 0


def stores(source: str, target: str) -> bool:
    """Whether NumPy stores numbers of one dtype in an array of another without being asked to (same-kind casting)."""
    return bool(np.can_cast(np.dtype(source.rstrip("_")), np.dtype(target.rstrip("_")), "same_kind"))
