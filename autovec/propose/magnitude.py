"""Python's integers have no limit, the lanes of an array have 64 bits: do all whole numbers of a lifted nest fit?

Comes in: a lifted nest and its facts. Goes out: a `Refusal` that names the expression which may not fit, or None. Bounds are in
bits, found from the leaves up: a literal has its own, a loop as many iterations as memory has room for lanes; a scalar in a
subscript or a loop's range is a size, of any other nothing is known but that it has 64 bits with its sign. Sums, differences and
products are exact modulo 2**64: they may pass any bound on the way to a place that itself holds no more than 64 bits, a
subscript or an element of an integer array.
Not handled: NumPy's own integers, which wrap in the loop, too; elements of lists (`emit` asks for their kinds).
"""

from __future__ import annotations

import math
from dataclasses import field

from autovec.emit.whole import CUT, ROUNDED
from autovec.expression import (
    Apply,
    Axis,
    Const,
    Expr,
    Lanes,
    Length,
    Name,
    Read,
    Reduce,
    Slice,
    children,
    free_axes,
    free_names,
    show,
    walk,
)
from autovec.facts.kinds import INTEGERS
from autovec.facts.table import Facts
from autovec.facts.value import ScalarFact
from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.tensor.statement import (
    Bind,
    Branch,
    Extend,
    Kept,
    Leave,
    Program,
    Search,
    Store,
    Tensor,
    all_statements,
    expressions_of,
)

LANES = 30.0  # an axis has fewer than 2**30 lanes: an array of so many takes 8 GiB, and most forms hold several
WORD = 63.0
_RING = frozenset(("+", "-", "*", "neg", "pos"))
_LARGEST = frozenset(("where", "min", "max", "neg", "pos", "abs"))  # no larger than the largest operand
_BITWISE = {"&": 0.0, "|": 1.0, "^": 1.0, "~": 1.0}


@dataclass(slots=True)
class Bounds:
    """Bounds of whole numbers in bits; `bound` are those of the variables that the nest makes."""

    program: Program
    facts: Facts
    sizes: frozenset[str]
    bound: dict[str, float] = field(default_factory=dict[str, float])
    listed: bool = False  # what is looked at goes into a list: a float made an integer there may be as large as floats are

    def bits(self, e: Expr | Slice) -> float:
        """|e| < 2 ** bits; infinite where nothing is known."""
        match e:
            case Const(bool() | int() as value):
                return math.log2(abs(value) + 1)
            case Axis(id):
                extent = self.program.extent(id)
                return self._range(extent.start, extent.stop)
            case Length():
                return LANES
            case Name(id) | Lanes(id, _):
                return self._named(id)
            case Read(array, _):
                fact = self.facts.array(array)
                return max((_width(k) for k in fact.kinds), default=WORD) if fact else WORD
            case Reduce(op, axes, body, _, _):
                return self._reduced(op, len(axes), self.bits(body))
            case Apply(fn, args):
                return self._applied(fn, args)
            case _:
                return WORD

    def _range(self, start: Expr, stop: Expr) -> float:
        """The values of a loop's variable: from a start of so many bits on, no more than memory has room for."""
        first = self.bits(start)
        return min(_sum(first, LANES), max(first, self.bits(stop)))

    def _named(self, id: str) -> float:
        if id in self.bound:
            return self.bound[id]
        fact = self.facts.names.get(id)
        if not isinstance(fact, ScalarFact):
            return WORD
        if fact.value is not None:
            return self.bits(fact.value)
        if fact.low is not None and fact.stop is not None:
            return self._range(fact.low, fact.stop)
        return LANES if id in self.sizes else max((_width(k) for k in fact.kinds), default=WORD)

    def _applied(self, fn: str, args: tuple[Expr, ...]) -> float:
        operands = [self.bits(a) for a in args]
        match fn, operands:
            case (("+" | "-"), [a, b]):
                return _sum(a, b)
            case "*", [a, b]:
                return a + b
            case "np.arange", _:
                return max(operands)
            case "%", [_, b]:
                return b
            case (("//" | ">>"), [a, _]):
                return a
            case "**", [a, _] if isinstance(args[1], Const) and isinstance(args[1].value, int):
                return a * max(args[1].value, 0)
            case "<<", [a, _] if isinstance(args[1], Const) and isinstance(args[1].value, int):
                return a + args[1].value
            case _ if fn in _LARGEST:
                return max(operands[fn == "where" :])
            case _ if fn in _BITWISE:
                return max(operands) + _BITWISE[fn]
            case _ if fn in CUT or fn in ROUNDED:
                whole = self.facts.kinds(args[0]) <= {"int", "bool", *INTEGERS, "bool_"}
                return operands[0] if whole else math.inf if self.listed else WORD
            case _:
                return math.inf if fn in ("**", "<<") else WORD

    def _reduced(self, op: str, axes: int, body: float) -> float:
        match op:
            case "+" | "-":
                return body + axes * LANES
            case "*":
                return math.inf if body else 0.0
            case "argmin" | "argmax" | "nanargmin" | "nanargmax" | "argminimum" | "argmaximum":
                return LANES
            case _:
                return body

    # -------------------------------------------------------------- where a bound is passed

    def too_large(self, e: Expr | Slice, wraps: bool) -> Expr | None:
        """The first part of `e`, inside out, that arrays compute and that may not fit; `wraps`: `e` itself may wrap."""
        for part, may_wrap in self._parts(e, wraps):
            found = self.too_large(part, may_wrap)
            if found is not None:
                return found
        if wraps or isinstance(e, Slice) or not isinstance(e, Apply | Reduce) or not _in_lanes(e):
            return None
        return e if self.facts.kinds(e) == frozenset(("int",)) and self.bits(e) > WORD else None

    def _parts(self, e: Expr | Slice, wraps: bool) -> list[tuple[Expr | Slice, bool]]:
        match e:
            case Read(_, at):
                return [(x, True) for x in at]
            case Reduce(op, _, body, where, start):
                rest = [(x, False) for x in (where, start) if x is not None]
                return [(body, wraps and op in ("+", "-", "*")), *rest]
            case Apply(fn, args):
                return [(a, wraps and fn in _RING) for a in args]
            case _:
                return [(x, wraps) for x in children(e)]


def _sum(a: float, b: float) -> float:
    """The bits of a sum of numbers of `a` and of `b` bits."""
    low, high = min(a, b), max(a, b)
    return high if high == math.inf or low == 0.0 else high + math.log2(1 + 2 ** (low - high))


def _width(kind: str) -> float:
    name = kind.rstrip("_")
    digits = name.lstrip("uint") if kind in INTEGERS else ""
    return float(digits) - (not name.startswith("u")) if digits else 1.0 if name == "bool" else WORD


def _in_lanes(e: Expr) -> bool:
    """Whether arrays compute `e`: it varies over an axis, or folds one."""
    return isinstance(e, Reduce) or bool(free_axes(e))


def unbounded(program: Program, facts: Facts) -> Refusal | None:
    """The first whole number that NumPy would compute and that may have more than 64 bits."""
    bounds = Bounds(program, facts, _sizes(program))
    for s in all_statements(program.body):
        wraps = isinstance(s, Store) and _holds_integers(s, facts)
        bounds.listed = isinstance(s, Extend)
        for e in expressions_of(s):
            if isinstance(e, Apply) and bounds.listed and e.fn in CUT | ROUNDED.keys():
                (e,) = e.args[:1]  # that itself is Python's own
            e, wraps_here = _kept_value(e) if wraps else e, wraps or (isinstance(s, Store) and e in s.at)
            found = bounds.too_large(e, wraps_here)
            if found is not None:
                hint = "compute in floats, or in arrays of a fixed integer dtype"
                return Refusal("AV012", f"`{show(found)}` may pass 64 bits, Python's integers have no limit", hint)
        _note(bounds, s)
    return None


def _kept_value(e: Expr) -> Expr:
    """`e` without its sign: where it does not fit, the loop could not store its absolute value either."""
    return e.args[0] if isinstance(e, Apply) and e.fn == "abs" else e


def _sizes(program: Program) -> frozenset[str]:
    """The scalars in the ranges and subscripts of the nest, and those that these are made of."""
    ranges = [e for _, extent in program.axes for e in (extent.start, extent.stop)]
    reads = [x for s in all_statements(program.body) for e in expressions_of(s) for x in walk(e) if isinstance(x, Read)]
    stores = [x for s in all_statements(program.body) if isinstance(s, Store) for x in s.at]
    found = frozenset[str]().union(*map(free_names, [*ranges, *stores, *(x for r in reads for x in r.at)]))
    for s in reversed(list(all_statements(program.body))):
        if isinstance(s, Bind) and s.name in found and not (isinstance(s.value, Apply) and s.value.fn == "np.arange"):
            found |= free_names(s.value)
    return found


def _holds_integers(s: Store, facts: Facts) -> bool:
    fact = facts.array(s.array)
    return fact is not None and fact.container == "ndarray" and fact.kinds <= INTEGERS and s.op in (None, "+", "-", "*")


def _note(bounds: Bounds, s: Tensor) -> None:
    match s:
        case Bind(name, _, op, value, _):
            new = bounds.bits(value if op is None else Apply(op, (Name(name), value)))
            bounds.bound[name] = new if op is None and name not in bounds.bound else max(new, bounds.bound.get(name, WORD))
        case Search(axes, _, places):
            for name, axis in zip(places, axes, strict=False):
                bounds.bound[name] = bounds.bits(Axis(axis))
        case Kept() | Branch() | Store() | Extend() | Leave():
            return
