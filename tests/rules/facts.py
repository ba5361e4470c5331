"""Facts for the tests of rules: every operand has one known kind, and the kinds of expressions come from NumPy itself.

Comes in: a kind for each name. Goes out: a `Context` that agrees with what the loop would compute.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from autovec.expression import Apply, Axis, Const, Expr, Length, Name, Read, Reduce
from autovec.rule import picked
from autovec.tensor.statement import Extent

PYTHON = {"int": 1, "float": 1.5, "bool": True, "complex": 1j}
APPLY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow, "neg": operator.neg,
         "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "==": operator.eq,
         "and": lambda a, b: a and b, "or": lambda a, b: a or b, "not": operator.not_,
         "min": lambda a, b: a, "max": lambda a, b: a, "where": lambda c, a, b: a}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """`kinds_of` by name; `total`, where not "", is the kind of the accumulator of every reduction."""

    kinds_of: Mapping[str, str]
    total: str = ""
    extents: Mapping[str, Extent] = field(default_factory=dict)

    def kinds(self, expr: Expr) -> frozenset[str]:
        """The kind that NumPy gives one element."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = self.sample(expr)
        return frozenset({type(value).__name__ if type(value).__module__ == "builtins" else kind_name(value)})

    def extent(self, axis: str) -> Extent:
        return self.extents.get(axis, Extent(Const(0), Name(f"n_{axis}"), 1))

    def nonempty(self, axis: str) -> bool:
        return False

    def sources(self, expr: Expr) -> frozenset[str] | None:
        return picked(expr, {})

    def sample(self, e: Expr) -> object:
        """One element of `e`, as the loop would compute it."""
        match e:
            case Const(value):
                return value
            case Axis() | Length():
                return 1
            case Name(id) | Read(id, _):
                return one(self.kinds_of.get(id, "float"))
            case Reduce(_, _, body, _):
                return one(self.total) if self.total else 0 + self.sample(body)
            case Apply(fn, args):
                return APPLY[fn](*(self.sample(a) for a in args))
        raise ValueError(e)


def one(kind: str) -> object:
    """A number of this kind."""
    return PYTHON[kind] if kind in PYTHON else np.ones((), "bool" if kind == "bool_" else kind)[()]


def kind_name(value: object) -> str:
    """The kind of a NumPy scalar or array."""
    name = np.asarray(value).dtype.name
    return "bool_" if name == "bool" else name
