"""Read the statements that end a loop, or one round of it.

Comes in: `return`, `break`, `continue` or `raise`. Goes out: an `Exit`. What is raised stays in the user's words, with the
variables in it known by name, so that it can be raised from another place with the same message.
"""

from __future__ import annotations

import ast

from autovec.expression import Expr, Name
from autovec.loops.statement import Exit
from autovec.outcome import Span
from autovec.source.expressions import Scope, read_expression
from autovec.source.tree import walk_nodes


def read_exit(node: ast.Return | ast.Break | ast.Continue | ast.Raise, scope: Scope, span: Span) -> Exit:
    """The statement as an `Exit`."""
    match node:
        case ast.Return(value):
            return Exit("return", None if value is None else read_expression(value, scope), span)
        case ast.Raise():
            return Exit("raise", None, span, as_written(node), own_names(node, scope))
        case _:
            return Exit("break" if isinstance(node, ast.Break) else "continue", None, span)


def own_names(node: ast.AST, scope: Scope) -> tuple[tuple[str, Expr], ...]:
    """The function's variables that are read in `node`, with what they stand for."""
    loaded = dict.fromkeys(n.id for n in walk_nodes(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    own = [n for n in loaded if n in scope.elements or scope.resolve(n) is None]
    return tuple((n, scope.elements.get(n, Name(n))) for n in own)


def as_written(node: ast.stmt) -> str:
    """The statement's text as most files spell it, where that is the same."""
    text = ast.unparse(node)
    return text if '"' in text or "\\" in text else text.replace("'", '"')
