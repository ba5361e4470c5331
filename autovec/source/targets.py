"""What a loop's body changes, and who sees the targets of a loop.

Comes in: `ast` statements. Goes out: names. Not handled: names that a call changes in another scope.
"""

from __future__ import annotations

import ast

from autovec.source.expressions import dotted
from autovec.source.tree import walk_nodes

COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def written(body: list[ast.stmt], elements: bool = True) -> set[str]:
    """Variables and arrays that the statements may change; without `elements`, only what may get another length."""
    found: set[str] = set()
    for node in (n for s in body for n in walk_nodes(s)):
        match node:
            case ast.Name(id, ast.Store() | ast.Del()):
                found.add(id)
            case ast.Subscript(value, at, ast.Store() | ast.Del()) if elements or isinstance(at, ast.Slice):
                while isinstance(value, ast.Subscript):
                    value = value.value
                found.add(dotted(value) or "")
            case ast.Call(ast.Attribute(owner)):
                found.add(dotted(owner) or "")
            case _:
                pass
    return found


def bound(body: list[ast.stmt]) -> frozenset[str]:
    """Variables that the statements bind anew."""
    return frozenset(n.id for s in body for n in walk_nodes(s) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load))


def sliced_names(iterable: ast.expr) -> set[str]:
    """What slices in the iterable are taken from: of a list they are copies, of an array views."""
    slices = (n for n in walk_nodes(iterable) if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Slice))
    return {dotted(n.value) or "" for n in slices}


def outlives(name: str, loop: ast.For, whole: tuple[ast.stmt, ...]) -> bool:
    """Whether `name`, a target of `loop`, may be read behind the loop: outside it and outside all loops that bind it anew."""
    if loop not in (n for s in whole for n in walk_nodes(s)):
        return False
    return any(_reads_outside(name, loop, s) for s in whole)


def _reads_outside(name: str, loop: ast.For, node: ast.AST) -> bool:
    if node is loop:
        return False
    if isinstance(node, ast.Name):
        return node.id == name and isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.For) and _binds(node.target, name):  # the name is that loop's own, unless `loop` changes it in there
        return loop in walk_nodes(node) or _reads_outside(name, loop, node.iter)
    if isinstance(node, COMPREHENSIONS) and any(_binds(g.target, name) for g in node.generators):
        return _reads_outside(name, loop, node.generators[0].iter)
    return any(_reads_outside(name, loop, part) for part in ast.iter_child_nodes(node))


def _binds(target: ast.expr, name: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == name for n in walk_nodes(target))


def read_after_stores(body: list[ast.stmt]) -> set[str]:
    """Variables that `body` may read after it has stored into an array: by then another name for the array would show it."""
    found: set[str] = set()
    for store in (n for s in body for n in walk_nodes(s) if isinstance(n, ast.Assign | ast.AugAssign | ast.AnnAssign)):
        if not any(isinstance(n, ast.Subscript) and not isinstance(n.ctx, ast.Load) for n in walk_nodes(store)):
            continue
        end = (store.end_lineno or store.lineno, store.end_col_offset or 0)
        loops = [n for s in body for n in walk_nodes(s) if isinstance(n, ast.For | ast.While) and store in walk_nodes(n)]
        again = {id(n) for loop in loops for n in walk_nodes(loop)}
        reads = (n for s in body for n in walk_nodes(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
        found |= {n.id for n in reads if (n.lineno, n.col_offset) > end or id(n) in again}
    return found
