"""What is a whole number in some iterations only, and a float in the others, is a float in all lanes of an array.

A remainder by 0 is 0 of whole numbers and NaN of floats, and a float does not hold every integer of 64 bits. Comes in: a lifted
nest and its facts. Goes out: a `Refusal` that names the number where that shows, or None. Not handled: comparisons of whole
numbers that are too large for a float to hold (the checker makes them).
"""

from __future__ import annotations

from collections.abc import Iterator

from autovec.expression import Apply, Const, Expr, Lanes, Read, free_axes, show, walk
from autovec.facts.kinds import FLOATS, INTEGERS
from autovec.facts.table import Facts
from autovec.outcome import Refusal
from autovec.tensor.statement import Program, Store, Tensor, all_statements, expressions_of

WHOLE = INTEGERS | {"int", "bool"}
LARGE = frozenset(("int64", "uint64"))


def mixed_numbers(program: Program, facts: Facts) -> Refusal | None:
    """The first number that is a whole one in some lanes and a float in others, where that makes a difference."""
    for s in all_statements(program.body):
        found = (_remainder(a, b, facts) for a, b in _operands(s))
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
    return _refusal(s.value) if chosen and kinds & LARGE and kinds & (FLOATS | {"float"}) else None


def _operands(s: Tensor) -> Iterator[tuple[Expr, Expr]]:
    """Both sides of every remainder and every division of whole numbers."""
    if isinstance(s, Store) and s.op in ("%", "//"):
        yield Read(s.array, s.at), s.value
    for e in expressions_of(s):
        for x in walk(e):
            match x:
                case Apply("%" | "//", (a, b)):
                    yield a, b
                case _:
                    pass


def _remainder(a: Expr, b: Expr, facts: Facts) -> Refusal | None:
    if (isinstance(b, Const) and b.value) or not free_axes(a) | free_axes(b):
        return None
    for e in (a, b):
        if (facts.possible(e) - facts.kinds(e)) & WHOLE:
            return _refusal(e)
    return None


def _refusal(e: Expr) -> Refusal:
    why = f"`{show(e)}` is a whole number in some iterations and a float in others"
    return Refusal("AV010", why, "compute in floats: `float(...)`")
