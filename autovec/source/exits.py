"""Read the statements that end a loop, or one round of it.

Comes in: `return`, `break`, `continue` or `raise`. Goes out: an `Exit`. What is raised stays in the user's words, with the
variables in it known by name, so that it can be raised from another place with the same message.
"""

from __future__ import annotations

import ast

from autovec.expression import Name
from autovec.loops.statement import Exit
from autovec.outcome import Span
from autovec.source.expressions import Scope, read_expression


def read_exit(node: ast.Return | ast.Break | ast.Continue | ast.Raise, scope: Scope, span: Span) -> Exit:
    """The statement as an `Exit`."""
    match node:
        case ast.Return(value):
            return Exit("return", None if value is None else read_expression(value, scope), span)
        case ast.Raise():
            loaded = dict.fromkeys(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
            own = [n for n in loaded if n in scope.elements or scope.resolve(n) is None]
            names = tuple((n, scope.elements.get(n, Name(n))) for n in own)
            return Exit("raise", None, span, _in_double_quotes(ast.unparse(node)), names)
        case _:
            return Exit("break" if isinstance(node, ast.Break) else "continue", None, span)


def _in_double_quotes(text: str) -> str:
    """The text as most files spell it, where that is the same."""
    return text if '"' in text or "\\" in text else text.replace("'", '"')
