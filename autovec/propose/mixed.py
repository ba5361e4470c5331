"""What is a whole number in some iterations only, and a float in the others, is a float in all lanes of an array.

A remainder by 0 is 0 of whole numbers and NaN of floats, NumPy's integers wrap, and a float does not hold every integer of 64
bits. Comes in: a lifted nest and its facts. Goes out: a `Refusal` that names the number where that shows, or None. Not handled:
comparisons of whole numbers that are too large for a float to hold (the checker makes them).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations

from autovec.expression import Apply, Const, Expr, Lanes, Read, free_axes, show, walk
from autovec.facts.kinds import FLOATS, INTEGERS, Kinds, apply
from autovec.facts.table import Facts
from autovec.outcome import Refusal
from autovec.tensor.statement import Bind, Program, Store, Tensor, all_statements, expressions_of

WHOLE = INTEGERS | {"int", "bool"}
LARGE = frozenset(("int64", "uint64"))
_FLOATING = FLOATS | {"float"}
_DIVIDE = frozenset(("%", "//"))
_WRAP = frozenset(("+", "-", "*", "**"))


def mixed_numbers(program: Program, facts: Facts) -> Refusal | None:
    """The first number that is a whole one in some lanes and a float in others, where that makes a difference."""
    named = {s.name: s.value for s in all_statements(program.body) if isinstance(s, Bind)}
    for s in all_statements(program.body):
        found = (_computed(op, a, b, facts, named) for op, a, b in _operations(s))
        refusal = next((r for r in found if r is not None), None) or _stored(s, facts)
        if refusal is not None:
            return refusal
    return None


def _stored(s: Tensor, facts: Facts) -> Refusal | None:
    """What goes into an array of large integers."""
    fact = facts.array(s.array) if isinstance(s, Store) else None
    if not isinstance(s, Store) or fact is None or not fact.kinds or not fact.kinds <= INTEGERS or not fact.kinds & LARGE:
        return None
    kinds = facts.possible(s.value)
    chosen = any(isinstance(x, Lanes) or (isinstance(x, Apply) and x.fn in ("where", "min", "max")) for x in walk(s.value))
    return _refusal(s.value) if chosen and kinds & LARGE and kinds & _FLOATING else None


def _operations(s: Tensor) -> Iterator[tuple[str, Expr, Expr]]:
    """Every operation on two numbers in which a whole one is something else than a float of the same value."""
    if isinstance(s, Store) and s.op in _DIVIDE | _WRAP:
        yield s.op, Read(s.array, s.at), s.value
    for e in expressions_of(s):
        for x in walk(e):
            match x:
                case Apply(op, (a, b)) if op in _DIVIDE | _WRAP:
                    yield op, a, b
                case _:
                    pass


def _computed(op: str, a: Expr, b: Expr, facts: Facts, named: Mapping[str, Expr]) -> Refusal | None:
    if not free_axes(a) | free_axes(b) or (op in _DIVIDE and isinstance(b, Const) and b.value):
        return None
    for e, other in ((a, b), (b, a)):
        mixed = ((facts.possible(e) - facts.kinds(e)) & WHOLE) | _whole_lanes(e, facts, named)
        if mixed and (op in _DIVIDE or apply(op, (mixed, facts.possible(other))) & INTEGERS):
            return _refusal(e)
    return None


def _whole_lanes(e: Expr, facts: Facts, named: Mapping[str, Expr]) -> Kinds:
    """The whole numbers among lanes of which others are floats: a selection is one of its arms as it is."""
    match e:
        case Apply("min" | "max" | "where" as fn, args):
            arms = [facts.possible(arm) for arm in args[fn == "where" :]]
            mixed = any(one & WHOLE and other & _FLOATING for one, other in permutations(arms, 2))
            return frozenset[str]().union(*arms) & WHOLE if mixed else frozenset()
        case Lanes(name) if name in named:
            return _whole_lanes(named[name], facts, {n: v for n, v in named.items() if n != name})
        case _:
            return frozenset()


def _refusal(e: Expr) -> Refusal:
    why = f"`{show(e)}` is a whole number in some iterations and a float in others"
    return Refusal("AV010", why, "compute in floats: `float(...)`")
