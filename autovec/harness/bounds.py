"""Which names say how often the loop runs? The clock makes these large, and leaves other integers small.

Comes in: a region's text. Goes out: the names that stand in the stop of a `range` or in the test of a `while`, unless they are
subtracted there (`range(n - window)`). Not handled: a stop that is computed beforehand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator


def bounds(text: str) -> frozenset[str]:
    """Names that bound a loop from above."""
    return frozenset(name for node in ast.walk(ast.parse(text)) for stop in _stops(node) for name in _raising(stop))


def _stops(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name("range"), args=[stop] | [_, stop] | [_, stop, _]):
            yield stop
        case ast.While(test=ast.Compare(comparators=[stop])):
            yield stop
        case _:
            return


def _raising(e: ast.expr) -> Iterator[str]:
    match e:
        case ast.Name(name):
            yield name
        case ast.BinOp(left=left, op=ast.Sub() | ast.Div() | ast.FloorDiv()):
            yield from _raising(left)
        case ast.BinOp(left=left, right=right):
            yield from _raising(left)
            yield from _raising(right)
        case ast.Call(args=args):
            for arg in args:
                yield from _raising(arg)
        case _:
            return
