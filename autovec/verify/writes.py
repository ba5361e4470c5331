"""Which inputs does the original write to? Those are not handed over read-only: a loop that happens to store nothing runs on
such an array, and no rewrite that stores a whole slice could.

Comes in: the original's text and the contract. Goes out: positions of inputs, rather too many than too few (a name bound to
anything made from an input counts as that input). Not handled: writes inside functions that are called.
"""

from __future__ import annotations

import ast

from autovec.outcome import Contract


def written(text: str, contract: Contract) -> frozenset[int]:
    """The inputs that the text stores into, as far as its assignments tell."""
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    stored = {_root(node.value) for node in nodes if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load)}
    stored |= {_root(node.target) for node in nodes if isinstance(node, ast.AugAssign)}
    made_from = _made_from(tree)
    while more := {source for name in stored for source in made_from.get(name, ())} - stored:
        stored |= more
    return frozenset(i for i, x in enumerate(contract.inputs) if any(_touches(name, x.name) for name in stored))


def _touches(stored: str, name: str) -> bool:
    """Whether a store through `stored` may reach the input: one is the other, or the beginning of the other's path."""
    return f"{stored}.".startswith(f"{name}.") or f"{name}.".startswith(f"{stored}.")


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
        for name in (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)):
            found.setdefault(name, set()).update(sources)
    return found


def _root(node: ast.expr) -> str:
    """The variable that a chain of subscripts and attributes hangs on, with the attributes before the first subscript."""
    while isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute):
        inner = _root(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""
