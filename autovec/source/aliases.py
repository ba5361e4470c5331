"""Annotations as the file means them: with what its own names for types stand for.

Comes in: an annotation's text and the module's names. Goes out: the annotation's text with the module's aliases
(`Vector = NDArray[np.float64]`) put in, `Annotated[X, ...]` as `X`, `Optional[X]` as `X | None`.
Not handled: aliases from other files, type parameters, aliases that are bound in several places.
"""

from __future__ import annotations

import ast

from autovec.source.imports import Bindings

_DEEPEST = 5  # aliases of aliases


def plain(annotation: str, names: Bindings) -> str:
    """The annotation as a reader understands it, as text; itself where it is no expression."""
    read = _parsed(annotation)
    return annotation if read is None else ast.unparse(_plain(read, names, _DEEPEST))


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def _plain(e: ast.expr, names: Bindings, depth: int) -> ast.expr:
    match e:
        case ast.Constant(str(text)) if depth and (quoted := _parsed(text)) is not None:
            return _plain(quoted, names, depth - 1)
        case ast.Name(id) if depth and (meant := _alias(id, names)) is not None:
            return _plain(meant, names, depth - 1)
        case ast.BinOp(ast.Constant(None) as none, ast.BitOr() as bar, other):
            return ast.BinOp(_plain(other, names, depth), bar, none)
        case ast.BinOp(left, ast.BitOr() as bar, right):
            return ast.BinOp(_plain(left, names, depth), bar, _plain(right, names, depth))
        case ast.Subscript(ast.Name("Optional") | ast.Attribute(attr="Optional"), inner):
            return ast.BinOp(_plain(inner, names, depth), ast.BitOr(), ast.Constant(None))
        case ast.Subscript(ast.Name("Annotated") | ast.Attribute(attr="Annotated"), ast.Tuple([inner, *_])):
            return _plain(inner, names, depth)
        case ast.Subscript(value, inner):
            element = _plain(inner, names, depth)
            return e if element is inner else ast.Subscript(value, element, ast.Load())
        case _:
            return e


def _alias(name: str, names: Bindings) -> ast.expr | None:
    """What a module-level name stands for, where it is bound once, to something that reads like a type."""
    match names.definition(name):
        case ast.Assign([_], value) | ast.AnnAssign(_, _, ast.expr() as value):
            return value if isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp) or _is_text(value) else None
        case statement if type(statement).__name__ == "TypeAlias":  # `type Vector = ...`, from Python 3.12 on
            return getattr(statement, "value", None)
        case _:
            return None


def _is_text(e: ast.expr) -> bool:
    return isinstance(e, ast.Constant) and isinstance(e.value, str)
