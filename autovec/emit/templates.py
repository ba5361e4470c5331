"""Fill a rule's template: one Python expression over metavariables, each replaced by the text of what it stands for."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from autovec.emit.code import Code
from autovec.emit.functions import INFIX, UFUNCS
from autovec.expression import ATOM

_SIGNS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%", ast.BitAnd: "&",
    ast.BitOr: "|",
}  # fmt: skip


NO_OUT = frozenset(("where", "real", "imag", "angle", "sinc"))  # functions of arrays without an `out` argument


class _Fill(ast.NodeTransformer):
    """Replaces names by parsed texts; `ast.unparse` then puts the parentheses."""

    def __init__(self, parts: Mapping[str, ast.expr]):
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A metavariable, or a name of the template's own."""
        return self.parts.get(node.id, node)


def fill(template: str, parts: Mapping[str, Code], numpy: str) -> tuple[str, int]:
    """The filled text, and how strongly it binds."""
    trees = {k: ast.parse(c.text, mode="eval").body for k, c in parts.items()}
    tree = ast.parse(template, mode="eval").body
    filled = _Fill({"np": ast.parse(numpy, mode="eval").body, **trees}).visit(tree)
    text = ast.unparse(filled).replace("'", '"') if "\\" not in template else ast.unparse(filled)
    return text, _level(filled)


def written_into(text: str, target: str, numpy: str, casting: str) -> str | None:
    """`np.tanh(x)` with `out=target`: no temporary array is needed; None where the text is no call of such a function."""
    tree = ast.parse(text, mode="eval").body
    match tree:
        case ast.Call(ast.Attribute(owner, name), _, []) if ast.unparse(owner) == numpy and name in UFUNCS - NO_OUT:
            return f"{text[:-1]}, out={target}{casting})"
        case _:
            return None


def _level(node: ast.expr) -> int:
    match node:
        case ast.BinOp(_, op, _):
            return 13 if isinstance(op, ast.MatMult) else INFIX.get(_SIGNS.get(type(op), ""), 0)
        case ast.Call() | ast.Name() | ast.Attribute() | ast.Subscript():
            return ATOM
        case ast.UnaryOp():
            return 14 if not isinstance(node.op, ast.Not) else 6
        case ast.Compare():
            return 7
        case _:
            return 0
