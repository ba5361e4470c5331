"""What a text says about sizes and stores, for tests that stand in front of it.

Comes in: the text of a loop with its set-up, or an expression over sizes. Goes out: names, or the expression in other names.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

_MAKERS = frozenset(("zeros", "empty", "ones", "full"))
_FUNCTIONS = frozenset(("max", "min", "abs", "len"))


def sizes_of_new_arrays(text: str) -> tuple[str, ...]:
    """The names that say how large an array is that is made there."""
    calls = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call) and n.args)
    shapes = [n.args[0] for n in calls if isinstance(n.func, ast.Attribute) and n.func.attr in _MAKERS]
    sizes = (part for shape in shapes for part in (shape.elts if isinstance(shape, ast.Tuple) else [shape]))
    return tuple(dict.fromkeys(e.id for e in sizes if isinstance(e, ast.Name)))


def stored_arrays(text: str) -> frozenset[str]:
    """What stands in front of a subscript that is stored into."""
    subscripts = (n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Subscript) and not isinstance(n.ctx, ast.Load))
    return frozenset(ast.unparse(n.value) for n in subscripts)


def names_of_sizes(expression: str) -> frozenset[str]:
    """The names in an expression over sizes."""
    return frozenset(n.id for n in ast.walk(ast.parse(expression, mode="eval")) if isinstance(n, ast.Name)) - _FUNCTIONS


def in_other_names(expression: str, names: Mapping[str, str]) -> str:
    """The expression with every name replaced; "" where one is not known."""
    tree = ast.parse(expression, mode="eval")
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id not in _FUNCTIONS]
    if any(n.id not in names for n in found):
        return ""
    for n in found:
        n.id = names[n.id]
    return ast.unparse(tree)
