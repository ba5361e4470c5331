"""Which arrays does nobody see again where the loop raises? And of which numbers does it matter whether they are Python's own?

Comes in: a loop's site and names. Goes out: the names that up to the loop are only bound, subscripted and asked for
their shape, in a function in which no `try` or `with` could go on after an exception. Not handled: loops around the site (a use
below it counts only where it stands before the loop's end).
"""

from __future__ import annotations

import ast

from autovec.source.find import Site
from autovec.source.tree import walk_nodes

_RAISING = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_HARMLESS = frozenset(("shape", "ndim", "size", "dtype", "fill", "sum", "mean", "max", "min", "copy"))


def unseen_after_raise(site: Site, names: frozenset[str]) -> frozenset[str]:
    """Those of `names` whose contents are lost with the function's frame."""
    if isinstance(site.function, ast.Module) or any(isinstance(s, ast.Try | ast.TryStar | ast.With) for s in site.chain):
        return frozenset()
    given = {a.arg for a in walk_nodes(site.function.args) if isinstance(a, ast.arg)}
    return names - given - _escaping(site.function, site.node)


def divided(site: Site, names: frozenset[str]) -> frozenset[str]:
    """Those of `names` that the function divides, divides by, or raises to a power: there Python's floats may raise."""
    parts = (n for n in walk_nodes(site.function) if isinstance(n, ast.BinOp | ast.AugAssign) and isinstance(n.op, _RAISING))
    return names & {n.id for part in parts for n in walk_nodes(part) if isinstance(n, ast.Name)}


def _escaping(function: ast.AST, loop: ast.AST) -> set[str]:
    """Names that are used as a whole outside the loop and before its end, or in an inner function."""
    found: set[str] = set()
    for node in walk_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and node is not function:
            found |= {n.id for n in walk_nodes(node) if isinstance(n, ast.Name)}
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load) and not _is_harmless(node, child):
                found |= {child.id} if _is_before_end(child, loop) else set()
    return found


def _is_harmless(parent: ast.AST, name: ast.Name) -> bool:
    match parent:
        case ast.Subscript(value=value):
            return value is name
        case ast.Attribute(attr=attr):
            return attr in _HARMLESS
        case ast.Call(func=ast.Name("len" | "enumerate" | "zip")):
            return True
        case ast.BinOp() | ast.Compare() | ast.UnaryOp():
            return True
        case _:
            return False


def _is_before_end(name: ast.Name, loop: ast.AST) -> bool:
    return name.lineno <= (getattr(loop, "end_lineno", None) or 0)
