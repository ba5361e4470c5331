"""Which names does a text store into? Through other names, too, that are bound to them or to parts of them.

Comes in: a tree. Goes out: names, dotted for attributes (`self.x`), rather too many than too few: a name that is bound to
anything made from another counts as that one. Not handled: stores inside functions that are called, objects put into containers.
"""

from __future__ import annotations

import ast


def stored(tree: ast.AST) -> set[str]:
    """The variables whose elements may change."""
    nodes = list(ast.walk(tree))
    found = {_root(node.value) for node in nodes if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)}
    found |= {_root(node.target) for node in nodes if isinstance(node, ast.AugAssign)}
    found |= {_root(k.value) for node in nodes if isinstance(node, ast.Call) for k in node.keywords if k.arg == "out"}
    made_from = _made_from(tree)
    while more := {source for name in found for source in made_from.get(name, ())} - found:
        found |= more
    return found


def _made_from(tree: ast.AST) -> dict[str, set[str]]:
    """For every name that is bound, the names in what it is bound to."""
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                targets = [target]
            case _:
                continue
        sources = {_root(part) for part in ast.walk(value) if isinstance(part, (ast.Name, ast.Attribute))}
        for name in (part for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)):
            if isinstance(name.ctx, ast.Store):
                found.setdefault(name.id, set()).update(sources)
    return found


def _root(node: ast.expr) -> str:
    """The variable that a chain of subscripts and attributes hangs on, with the attributes before the first subscript."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        inner = _root(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""
