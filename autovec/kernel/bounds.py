"""Are all subscripts of a kernel inside their arrays, whatever the data? Only then Numba need not check them.

Comes in: the loop's tree and what holds throughout it. Goes out: yes, or no. A check costs nothing in a plain loop, but keeps a
loop with branches from being vectorised: up to 8 times. Not handled: subscripts from data, slices, rows under names of their own.
"""

from __future__ import annotations

import ast

from autovec.expression import ONE, Apply, Expr, Length, Opaque, Read, Slice, walk
from autovec.facts.table import Facts
from autovec.loops.statement import For, OpaqueStmt, While, expressions, walk_statements


def all_inside(loop: For | While, facts: Facts, statement: ast.stmt, nodes: list[ast.stmt]) -> bool:
    """Whether every element that the statements touch exists, given that their arrays have the ranks that the text shows."""
    reads: list[Read] = []
    for s in walk_statements((loop,)):
        parts = [x for e in expressions(s) for x in walk(e)]
        if isinstance(s, OpaqueStmt) or any(isinstance(x, Opaque) for x in parts):
            return False
        reads += [x for x in parts if isinstance(x, Read)]
    if not _subscripted(nodes) <= {r.array for r in reads} or any(_subscripted([s]) for s in nodes if s is not statement):
        return False
    return all(_is_inside(r, k, x, facts) for r in reads for k, x in enumerate(r.at))


def _is_inside(r: Read, axis: int, subscript: Expr | Slice, facts: Facts) -> bool:
    if isinstance(subscript, Slice) or any(isinstance(x, Read) for x in walk(subscript)):
        return False
    room = Apply("-", (Apply("-", (Length(r.array, axis), ONE)), subscript))
    return facts.nonnegative(subscript) and facts.nonnegative(room)


def _subscripted(nodes: list[ast.stmt]) -> set[str]:
    """Names with subscripts; `x.shape[0]` has none."""
    every = [n for s in nodes for n in ast.walk(s) if isinstance(n, ast.Subscript)]
    found: set[str] = set()
    for n in every:
        value = n.value
        while isinstance(value, ast.Subscript):
            value = value.value
        if not (isinstance(value, ast.Attribute) and value.attr == "shape"):
            found.add(value.id if isinstance(value, ast.Name) else "?")
    return found
