"""Nests from Python text, for the tests of this part: no front end is needed, and only what they use is understood."""

from __future__ import annotations

import ast

from autovec.expression import Apply, Const, Expr, Length, Name, Opaque, Read, Slice
from autovec.loops.statement import Append, Assign, Exit, For, If, OpaqueStmt, Stmt, While
from autovec.outcome import Span

_OPS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "USub": "neg", "Not": "not",
    "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">=", "Eq": "==", "NotEq": "!=", "And": "and", "Or": "or", "BitOr": "|",
}  # fmt: skip


def nest(text: str) -> For:
    """The one loop that `text` is."""
    (loop,) = body(text)
    assert isinstance(loop, For)
    return loop


def body(text: str) -> tuple[Stmt, ...]:
    """The statements of `text`."""
    return tuple(map(_statement, ast.parse(text).body))


def expression(text: str) -> Expr:
    """The expression that `text` is."""
    return _expression(ast.parse(text, mode="eval").body)


def _op(node: ast.AST) -> str:
    return _OPS[type(node).__name__]


def _span(node: ast.stmt) -> Span:
    return Span(node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


def _statement(s: ast.stmt) -> Stmt:
    span = _span(s)
    match s:
        case ast.For(target=ast.Name(id), iter=ast.Call(args=args), body=inner):
            parts = [*map(_expression, args)]
            start, stop = (Const(0), parts[0]) if len(parts) == 1 else parts[:2]
            step = ast.literal_eval(args[2]) if len(args) == 3 and not isinstance(args[2], ast.Name) else parts[2:]
            return For(id, id, start, stop, step if isinstance(step, int) else step[0] if step else 1, _block(inner), span)
        case ast.While(test=test, body=inner):
            return While(_expression(test), _block(inner), span)
        case ast.If(test=test, body=then, orelse=orelse):
            return If(_expression(test), _block(then), _block(orelse), span)
        case ast.Assign(targets=[target], value=value):
            return Assign(_target(target), None, _expression(value), span)
        case ast.AugAssign(target=target, op=op, value=value):
            return Assign(_target(target), _op(op), _expression(value), span)
        case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value])):
            return Append(name, _expression(value), span)
        case ast.Expr(ast.Call(ast.Name("unknown"), args)):
            names = frozenset(x.id for x in args if isinstance(x, ast.Name))
            return OpaqueStmt(ast.unparse(s), names, names, "a call that is not known", span)
        case ast.Return(value=value):
            return Exit("return", None if value is None else _expression(value), span)
        case ast.Break() | ast.Continue() | ast.Raise():
            return Exit(type(s).__name__.lower(), None, span)
        case _:
            raise NotImplementedError(ast.unparse(s))


def _block(statements: list[ast.stmt]) -> tuple[Stmt, ...]:
    return tuple(map(_statement, statements))


def _target(node: ast.expr) -> Name | Read:
    target = _expression(node)
    assert isinstance(target, Name | Read)
    return target


def _expression(e: ast.expr) -> Expr:
    match e:
        case ast.Constant(value=bool() | int() | float() | str() | None as value):
            return Const(value)
        case ast.Name(id):
            return Name(id)
        case ast.Subscript(ast.Attribute(ast.Name(array), "shape"), ast.Constant(int(axis))):
            return Length(array, axis)
        case ast.Subscript(base, at):
            subscripts = tuple(map(_subscript, at.elts if isinstance(at, ast.Tuple) else [at]))
            inner = _expression(base)
            return Read(inner.array, inner.at + subscripts) if isinstance(inner, Read) else Read(ast.unparse(base), subscripts)
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            return Apply(_op(op), (_expression(left), _expression(right)))
        case ast.UnaryOp(op, operand):
            return Apply(_op(op), (_expression(operand),))
        case ast.IfExp(test, one, other):
            return Apply("where", (_expression(test), _expression(one), _expression(other)))
        case ast.Call(ast.Name("len"), [ast.Name(array)]):
            return Length(array, 0)
        case ast.Call(ast.Name("unknown"), args):
            return Opaque(ast.unparse(e), frozenset(x.id for x in args if isinstance(x, ast.Name)), "a call that is not known")
        case ast.Call(fn, args):
            return Apply(ast.unparse(fn), tuple(map(_expression, args)))
        case _:
            raise NotImplementedError(ast.unparse(e))


def _subscript(e: ast.expr) -> Expr | Slice:
    if not isinstance(e, ast.Slice):
        return _expression(e)
    return Slice(*(None if x is None else _expression(x) for x in (e.lower, e.upper, e.step)))
