"""Selections that keep what a place holds: masks, and updates of what it holds.

Comes in: a place and the value that it gets. Goes out: the operator of an update, what it takes in, and the mask.
"""

from __future__ import annotations

from autovec.expression import Apply, Expr, Read
from autovec.lift.state import Place, negation, select


def split(place: Place, value: Expr) -> tuple[str | None, Expr, Expr | None]:
    """(op, value, mask): a selection that keeps the old value is a mask, one that updates it in both arms an update."""
    old = Read(*place)
    match value:
        case Apply("where", (c, a, b)) if b == old:
            return (*update(old, a), c)
        case Apply("where", (c, a, b)) if a == old:
            return (*update(old, b), negation(c))
        case Apply("where", (c, a, b)):
            (op, x), (other, y) = update(old, a), update(old, b)
            if op is not None and op == other:
                return op, select(c, x, y), None
            return None, value, None
        case _:
            return (*update(old, value), None)


def update(old: Expr, value: Expr) -> tuple[str | None, Expr]:
    """(op, what is taken in): an update of the old value, or None and the value."""
    match value:
        case Apply(("+" | "-" | "*" | "/" | "//" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>") as op, (a, b)) if a == old:
            return op, b
        case Apply("where", (c, a, b)):
            (op, x), (other, y) = update(old, a), update(old, b)
            return (op, select(c, x, y)) if op is not None and op == other else (None, value)
        case _:
            return None, value
