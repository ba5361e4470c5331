"""A remainder by 0 is 0 of whole numbers and NaN of floats: what is whole in some iterations only would become a float in lanes.

Comes in: a lifted nest and its facts. Goes out: a `Refusal` that names the operand, or None.
Not handled: whole numbers that are too large for a float to hold (the checker compares them).
"""

from __future__ import annotations

from collections.abc import Iterator

from autovec.expression import Apply, Const, Expr, Read, free_axes, show, walk
from autovec.facts.kinds import INTEGERS
from autovec.facts.table import Facts
from autovec.outcome import Refusal
from autovec.tensor.statement import Program, Store, Tensor, all_statements, expressions_of

WHOLE = INTEGERS | {"int", "bool"}


def mixed_remainder(program: Program, facts: Facts) -> Refusal | None:
    """The first operand of a remainder that is a whole number in some lanes and a float in others."""
    found = (_mixed(a, b, facts) for s in all_statements(program.body) for a, b in _operands(s))
    return next((r for r in found if r is not None), None)


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


def _mixed(a: Expr, b: Expr, facts: Facts) -> Refusal | None:
    if (isinstance(b, Const) and b.value) or not free_axes(a) | free_axes(b):
        return None
    for e in (a, b):
        if (facts.possible(e) - facts.kinds(e)) & WHOLE:
            why = f"`{show(e)}` is a whole number in some iterations and a float in others"
            return Refusal("AV010", why, "compute in floats: `float(...)`")
    return None
