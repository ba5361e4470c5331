"""Selections that keep what a place holds: masks, and updates of what it holds; and those that are the same for all lanes.

Comes in: a place and the value that it gets. Goes out: the operator of an update, what it takes in, and the mask.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.expression import Apply, Expr, Read, free_axes, walk
from autovec.lift.state import Place, negation, select
from autovec.tensor.statement import Branch, Store


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


def unswitched(s: Store) -> Store | Branch:
    """A store of one of two values, which all lanes choose alike, as a branch: the other one may not even exist."""
    match s.value:
        case Apply("where", (c, a, b)) if not free_axes(c) and s.axes and s.where is None:
            return Branch(c, (unswitched(replace(s, value=a)),), (unswitched(replace(s, value=b)),))
        case _:
            return s


def may_be_nothing(total: Expr) -> bool:
    """Whether a sum is the integer 0 where a condition that is the same for all lanes does not hold."""
    return any(isinstance(x, Apply) and x.fn == "where" and not free_axes(x.args[0]) for x in walk(total))
