"""The text side of a rule: turning `along` into a template for certain axes.

Comes in: a rule's `along` expression and the positions of the reduced axes. Goes out: the template with them written in.
"""

from __future__ import annotations

import ast


class _Write(ast.NodeTransformer):
    """Replaces the axis parameter by a literal, and drops `axis=None` where that is the default."""

    def __init__(self, parameter: str, axis: ast.expr) -> None:
        self.parameter = parameter
        self.axis = axis

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """A ufunc's `reduce` folds axis 0 by default; all other reductions fold everything."""
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Attribute) and node.func.attr == "reduce"):
            node.keywords = [k for k in node.keywords if not (k.arg == "axis" and _is_none(k.value))]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.axis if node.id == self.parameter else node


def _is_none(e: ast.expr) -> bool:
    return isinstance(e, ast.Constant) and e.value is None


def with_axis(template: str, parameter: str, positions: tuple[int, ...] | None) -> str:
    """`template` over the dimensions at `positions`; None: over all of them."""
    axis = None if positions is None else positions[0] if len(positions) == 1 else positions
    literal = ast.parse(repr(axis), mode="eval").body
    return ast.unparse(_Write(parameter, literal).visit(ast.parse(template, mode="eval").body))
