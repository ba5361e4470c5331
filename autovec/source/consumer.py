"""What a comprehension's value goes into.

Comes in: a site whose node is a comprehension, or a builtin's call on one. Goes out: `Consumed`, the expression around it that
makes one value of it (`np.array([...])`, `len([... if c])`), with the expression to read it from; and the `Taker` of that value,
by which the facts can tell whether the integer 0 and 0.0 are the same to it.
"""

from __future__ import annotations

import ast
from enum import Enum

from autovec.expression import Expr
from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.source.comprehension import consumer
from autovec.source.expressions import Scope, canonical, read_expression
from autovec.source.find import Site
from autovec.source.position import Located
from autovec.source.scopes import free_loads

_SCOPES = (ast.Lambda, ast.JoinedStr, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
_ARRAYS = frozenset(("np.array", "np.asarray"))
_DTYPES = frozenset(("float", "np.float64", "np.double"))


@dataclass(frozen=True, slots=True)
class Consumed:
    """`node` is the expression to replace, `generator` what builds its elements, `form` how the value is made ("": as that says).

    `elsewhere` are the names that other parts of the statement read.
    """

    node: ast.expr
    generator: ast.expr
    form: str
    elsewhere: frozenset[str]


def consumed(site: Site, scope: Scope) -> Consumed | Refusal:
    """The expression around a comprehension that is one value."""
    assert isinstance(site.node, ast.expr)
    path = path_to(site.statement, site.node)
    if isinstance(path[0], ast.While):
        return Refusal("AV014", "a comprehension in the test of a `while` loop")
    if any(isinstance(p, _SCOPES) for p in path[:-1]):
        return Refusal("AV014", "a comprehension inside a lambda, a format string or another comprehension")
    node, form = _whole(site.node, path[-2], scope)
    return Consumed(node, _generator(node, form), form, free_loads(others(site.statement, node)))


def path_to(statement: ast.stmt, node: Located) -> list[ast.AST]:
    """The nodes from the statement down to `node`, both included."""
    parents = {child: parent for parent in ast.walk(statement) for child in ast.iter_child_nodes(parent)}
    path: list[ast.AST] = [node]
    while path[-1] is not statement:
        path.append(parents[path[-1]])
    return path[::-1]


def others(statement: ast.stmt, node: Located) -> list[ast.AST]:
    """The parts of a statement beside `node` and what it is in."""
    path = path_to(statement, node)
    inside = set(map(id, path))
    return [child for p in path[:-1] for child in ast.iter_child_nodes(p) if id(child) not in inside]


def _whole(node: ast.expr, around: ast.AST, scope: Scope) -> tuple[ast.expr, str]:
    if isinstance(node, ast.Call) and canonical(node.func, scope) == "np.fromiter" and _of_doubles(node, scope):
        return node, "doubles"
    if not isinstance(around, ast.Call) or around.args != [node] or not isinstance(node, ast.ListComp):
        found = consumer(node, scope)
        return node, found[0] if found else ""
    fn = canonical(around.func, scope)
    if fn in _ARRAYS and (not around.keywords or _of_doubles(around, scope)):
        return around, "doubles" if around.keywords else "array"
    if fn == "len" and not around.keywords and node.generators[-1].ifs:
        return around, "count"
    found = consumer(around, scope)
    return (around, found[0]) if found else (node, "list")


def _of_doubles(call: ast.Call, scope: Scope) -> bool:
    """Whether the only option of a call is that it makes an array of floats of its elements."""
    return [k.arg for k in call.keywords] == ["dtype"] and canonical(call.keywords[0].value, scope) in _DTYPES


def _generator(node: ast.expr, form: str) -> ast.expr:
    """What builds the elements: of np.array([...]) and np.fromiter(...) the list, of len([... if c]) one 1 for each element."""
    match form, node:
        case (("array" | "doubles" | "count"), ast.Call(_, [ast.GeneratorExp() | ast.ListComp() as inner])):
            elt, generators = inner.elt, inner.generators
            made = ast.copy_location(ast.Constant(1), elt) if form == "count" else elt
            return ast.copy_location(ast.ListComp(made, generators), inner)
        case _:
            return node


class Use(Enum):
    """How the value is taken up."""

    CALL = "the only argument of a function"
    OPERAND = "an operand of + - * /"
    DIVIDEND = "what is divided"
    UPDATE = "added to a name"
    ELEMENT = "stored into a part of an array"
    NAME = "bound to a name"


@dataclass(frozen=True, slots=True)
class Taker:
    """What takes a value: for CALL the function's canonical name, for an operator the other operand, else the target's name."""

    use: Use
    name: str = ""
    other: Expr | None = None


def taker(statement: ast.stmt, node: ast.expr, scope: Scope) -> Taker | None:
    """What takes the value of `node`; None where that is nothing of these."""
    match path_to(statement, node)[-2]:
        case ast.Call(func, [_], []):
            return Taker(Use.CALL, canonical(func, scope) or "")
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right):
            use = Use.DIVIDEND if isinstance(op, ast.Div) and left is node else Use.OPERAND
            return Taker(use, other=read_expression(right if left is node else left, scope))
        case ast.AugAssign(ast.Name(id) as target):
            return Taker(Use.UPDATE, id, read_expression(target, scope))
        case ast.Assign([ast.Subscript(ast.Name(id))]):
            return Taker(Use.ELEMENT, id)
        case ast.Assign([ast.Name(id)]):
            return Taker(Use.NAME, id)
        case _:
            return None
