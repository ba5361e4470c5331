"""Which names say how often the loop runs? The clock makes these large; the checker makes them sizes, like those of arrays.

Comes in: a region's text. Goes out: the names that stand in the stop of a `range`, in the test of a `while` or in the size of a
new array or list, unless they are subtracted there (`range(n - window)`); or a contract in which the integers among them follow
sizes of their own. Not handled: a stop that is computed beforehand.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeGuard

from autovec.outcome import Contract, ScalarInput, Symbol


def bounds(text: str) -> frozenset[str]:
    """Names that bound a loop from above."""
    return frozenset(name for node in ast.walk(ast.parse(text)) for stop in _stops(node) for name in _raising(stop))


def steps(text: str) -> frozenset[str]:
    """Names by which a loop steps."""
    found = (node.args[2] for node in ast.walk(ast.parse(text)) if _is_range(node) and len(node.args) == 3)
    return frozenset(name for step in found for name in _raising(step))


def names(text: str) -> frozenset[str]:
    """All names that a text reads or binds."""
    return frozenset(node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))


def _is_range(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def ends_early(text: str) -> bool:
    """Whether a loop of the text may end before its range does."""
    nodes = list(ast.walk(ast.parse(text)))
    loops = [n for n in nodes if isinstance(n, ast.For | ast.While)]
    return any(isinstance(n, ast.Break | ast.Return) for loop in loops for n in ast.walk(loop)) or any(map(_decides, nodes))


def _decides(node: ast.AST) -> bool:
    """Whether it is `any` or `all` of elements that are made one by one."""
    match node:
        case ast.Call(ast.Name("any" | "all"), [ast.GeneratorExp()]):
            return True
        case _:
            return False


def lone_integers(contract: Contract) -> tuple[str, ...]:
    """Scalars that are integers of which nothing more is said."""
    scalars = (x for x in contract.inputs if isinstance(x, ScalarInput))
    return tuple(x.name for x in scalars if x.kinds == ("int",) and not (x.value or x.low or x.high))


def with_sizes(contract: Contract, text: str) -> Contract:
    """The contract with a size for each lone integer that bounds a loop; the integer is two less, so also negative."""
    names = sorted(bounds(text) & set(lone_integers(contract)))
    sizes = {name: f"{name.replace('.', '_')}_plus_2" for name in names}
    symbols = (*contract.symbols, *(Symbol(size) for size in sizes.values()))
    inputs = tuple(ScalarInput(x.name, ("int",), f"{sizes[x.name]} - 2") if x.name in sizes else x for x in contract.inputs)
    return replace(contract, symbols=symbols, inputs=inputs)


def _stops(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Call(func=ast.Name("range"), args=[start, _, ast.UnaryOp(ast.USub())]):
            yield start
        case ast.Call(func=ast.Name("range"), args=[stop] | [_, stop] | [_, stop, _]):
            yield stop
        case ast.While(test=ast.Compare(comparators=[stop])):
            yield stop
        case ast.Call(func=ast.Attribute(attr="zeros" | "empty" | "ones" | "full"), args=[shape, *_]):
            yield from shape.elts if isinstance(shape, ast.Tuple) else [shape]
        case ast.BinOp(left=ast.List(), op=ast.Mult(), right=stop):
            yield stop
        case _:
            return


def _raising(e: ast.expr) -> Iterator[str]:
    match e:
        case ast.Name(name):
            yield name
        case ast.Attribute():
            yield ast.unparse(e)
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
