"""What is known of one name at one place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from autovec.expression import Const, Expr
from autovec.facts.kinds import Kinds


class Trust(IntEnum):
    """How far a fact can be relied on; the design's words, and the share of cases in which each was right in real code."""

    HINTED = 1  # used like an array, never said to be one: a guard is needed
    OPTIONAL = 2  # declared, or None: a guard is needed
    SEEN = 3  # it was one in a run that `autovec trace` watched (86% are the same in every run): a guard is needed
    DECLARED = 4  # an annotation (93-98%)
    PROVED = 5  # made here, or an array attribute such as .shape is used (99-100%)


@dataclass(frozen=True, slots=True)
class ArrayFact:
    """An array or a list. `shape` holds one extent a dimension, None where unknown; `fresh`: made here, shares memory with none.

    `fill` is the value that all elements were made with, as long as nothing was stored; `kinds` are those of its elements.
    `sure`: the code shows the number of dimensions; else it's the number of subscripts that it uses. Arrays with the same
    `base`, if any, may be parts of one another. `like`: the array whose dtype it has, whatever that is. `seen`: the dtype
    that it had in real runs, "" for none.
    """

    container: str  # "ndarray" | "list"
    kinds: Kinds
    shape: tuple[Expr | None, ...] | None
    trust: Trust
    fresh: bool = False
    fill: Const | None = None
    sure: bool = True
    base: str = ""
    like: str = ""
    seen: str = ""

    @property
    def rank(self) -> int | None:
        """The number of dimensions, None where unknown."""
        return None if self.shape is None else len(self.shape)


@dataclass(frozen=True, slots=True)
class ScalarFact:
    """A number. `value` is what it equals in terms of other names (n: len(x)), None where that is not known.

    low <= it < stop holds for the variable of a loop around. `like`: it is an element of this array, or of its dtype.
    """

    kinds: Kinds
    value: Expr | None
    trust: Trust
    nonnegative: bool = False
    low: Expr | None = None
    stop: Expr | None = None
    like: str = ""


@dataclass(frozen=True, slots=True)
class UnknownFact:
    """A name of which nothing is known, and why."""

    why: str


Fact = ArrayFact | ScalarFact | UnknownFact
