"""Tuples taken apart: what each target of `h, w = image.shape[:2]` gets.

Comes in: the right side of an assignment to a tuple. Goes out: one value for each target, and whether they stand in each other's
way. Not handled: starred targets, and slices of shapes that count from the end.
"""

from __future__ import annotations

import ast

from autovec.expression import Apply, Const, Expr, Length, Name, Read, free_names, walk
from autovec.source.expressions import Scope, array_name, canonical, read_expression


def values_of(value: ast.expr, count: int, scope: Scope) -> list[Expr] | None:
    """The values that a tuple of so many targets takes; None where it cannot be told."""
    match value:
        case ast.Tuple(elts) if len(elts) == count:
            return [read_expression(e, scope) for e in elts]
        case ast.Attribute(array, "shape"):
            name = array_name(array, scope)
            return None if name is None else [Length(name, k) for k in range(count)]
        case ast.Subscript(ast.Attribute(array, "shape"), ast.Slice(lower, upper, None)):
            name, first = array_name(array, scope), first_dimension(lower, upper, count)
            return None if name is None or first is None else [Length(name, first + k) for k in range(count)]
        case ast.Call(func, [a, b], []) if canonical(func, scope) == "divmod" and count == 2:
            x, y = read_expression(a, scope), read_expression(b, scope)
            return [Apply("//", (x, y)), Apply("%", (x, y))]
        case ast.Name() | ast.Subscript():
            row = read_expression(value, scope)
            if isinstance(row, Name):
                return [Read(row.id, (Const(k),)) for k in range(count)]
            return [Read(row.array, (*row.at, Const(k))) for k in range(count)] if isinstance(row, Read) else None
        case _:
            return None


def interferes(pairs: list[tuple[Name | Read, Expr]]) -> bool:
    """Whether an earlier target is read by a later value; two arrays may be one."""
    for k, (place, _) in enumerate(pairs):
        later = [v for _, v in pairs[k + 1 :]]
        if isinstance(place, Read) and any(isinstance(x, Read) for v in later for x in walk(v)):
            return True
        if isinstance(place, Name) and any(place.id in free_names(v) for v in later):
            return True
    return False


def first_dimension(lower: ast.expr | None, upper: ast.expr | None, count: int) -> int | None:
    """Where `shape[lower:upper]` begins, if it has exactly `count` lengths wherever it can be taken apart."""
    first, stop = (None if e is None else e.value if isinstance(e, ast.Constant) else -1 for e in (lower, upper))
    start = 0 if first is None else first
    if type(start) is not int or start < 0 or (stop is not None and (type(stop) is not int or stop - start != count)):
        return None
    return start
