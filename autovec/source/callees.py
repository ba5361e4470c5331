"""Calls of the file's own pure functions, read as the expression that they return.

Comes in: a call of a function or lambda that a module or the function around binds once, and the scope that the call stands in.
Goes out: its value in terms of the arguments, or why it has none. Assignments to the callee's own names, branches and several
returns are followed; free names must mean the same at the call. Not handled: loops, recursion, exceptions, decorators, defaults
that are no literals, methods, star arguments.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from autovec.expression import Apply, Const, Expr, Opaque, walk
from autovec.record import dataclass
from autovec.source.expressions import BINARY, Scope, opaque, read_expression
from autovec.source.imports import Bindings
from autovec.source.scopes import free_loads, names_bound_by, nodes_of, parameters, scope_names
from autovec.source.tree import Enclosing, FunctionNode, walk_nodes

MAX_SIZE = 400  # nodes of one value; a chain of names that each are read twice grows without end
MAX_DEPTH = 8  # of calls in calls, where names are collected
Values = Mapping[str, Expr]


@dataclass(frozen=True, slots=True)
class Callee:
    """A function of the file: its definition, and the functions that it stands in."""

    name: str
    node: ast.FunctionDef | ast.Lambda
    statement: ast.stmt
    enclosing: Enclosing

    @property
    def local(self) -> bool:
        """Whether it stands in another function, whose names it may read."""
        return bool(self.enclosing)

    @property
    def parameters(self) -> ast.arguments:
        """What it is called with."""
        return self.node.args


class _Unfollowed(Exception):
    """Ends the reading of a callee; never leaves this module."""


def callee(name: str, bindings: Bindings, enclosing: Enclosing) -> Callee | None:
    """The function that `name` means in a scope, where one statement of the file binds it for good."""
    for depth in range(len(enclosing), 0, -1):
        function = enclosing[depth - 1]
        names = scope_names(function)
        if name in names.declared_global:
            return None
        if name in names.bound:
            return _local(name, function, enclosing[:depth])
    if bindings.resolve(name, ()) != f"module.{name}":
        return None
    statement = bindings.definition(name)
    return None if statement is None else _defined(name, statement, ())


def _local(name: str, function: FunctionNode, enclosing: Enclosing) -> Callee | None:
    statement = _definitions(function).get(name)
    return None if statement is None else _defined(name, statement, enclosing)


@lru_cache(maxsize=256)
def _definitions(function: FunctionNode) -> Mapping[str, ast.stmt]:
    """The names that one statement of a function binds for good, with that statement."""
    nodes = nodes_of(function)
    binding: dict[str, list[ast.AST]] = {}
    for node in nodes:
        for name in names_bound_by(node):
            binding.setdefault(name, []).append(node)
    whole = {id(n.targets[0]): n for n in nodes if isinstance(n, ast.Assign) and len(n.targets) == 1}
    taken = {name for n in walk_nodes(function) if isinstance(n, ast.Nonlocal) for name in n.names} | set(parameters(function))
    only = {name: whole.get(id(found[0]), found[0]) for name, found in binding.items() if len(found) == 1 and name not in taken}
    return {name: statement for name, statement in only.items() if isinstance(statement, ast.stmt)}


def _defined(name: str, statement: ast.stmt, enclosing: Enclosing) -> Callee | None:
    match statement:
        case ast.FunctionDef(decorator_list=[]):
            return Callee(name, statement, statement, enclosing)
        case ast.Assign([ast.Name()], ast.Lambda() as node):
            return Callee(name, node, statement, enclosing)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Inliner:
    """Reads calls that stand in the scope `enclosing` of a module."""

    bindings: Bindings
    enclosing: Enclosing
    active: tuple[str, ...] = ()  # what is being read already

    def __call__(self, call: ast.Call, scope: Scope) -> Expr | None:
        """The value of a call; None where the callee is not the file's own."""
        if not isinstance(call.func, ast.Name) or call.func.id in scope.elements:
            return None
        found = callee(call.func.id, self.bindings, self.enclosing)
        if found is None:
            return None
        try:
            return self._value(found, call, scope)
        except _Unfollowed as obstacle:
            return opaque(call, f"the call of {found.name}(), {obstacle}")

    def _value(self, found: Callee, call: ast.Call, scope: Scope) -> Expr:
        if found.name in self.active:
            raise _Unfollowed("which calls itself")
        inside = (*found.enclosing, found.node) if isinstance(found.node, FunctionNode) else found.enclosing
        self._check_names(found, scope)
        own = frozenset(parameters(found.node)) | _locals(found)
        around = {n: e for n, e in scope.elements.items() if n not in own} if found.local else {}
        unset = {n: Opaque(n, frozenset((n,)), "it may be read before it is set") for n in own}
        values = {**around, **unset, **_arguments(found, call, scope)}
        body = Scope(self._resolver(inside, own), values, Inliner(self.bindings, inside, (*self.active, found.name)))
        out = read_expression(found.node.body, body) if isinstance(found.node, ast.Lambda) else _returned(found.node.body, body)
        if out is None:
            raise _Unfollowed("which may return nothing")
        unread = next((x for x in walk(out) if isinstance(x, Opaque)), None)
        if unread is not None:
            raise _Unfollowed(f"in which `{unread.text}` is {unread.why}")
        return _bounded(out)

    def _resolver(self, inside: Enclosing, own: frozenset[str]) -> Callable[[str], str | None]:
        return lambda name: None if name in own else self.bindings.resolve(name, inside)

    def _check_names(self, found: Callee, scope: Scope) -> None:
        """Every free name of the callee must be the same thing where the call stands."""
        for name in captures(found):
            same = self.bindings.resolve(name, self.enclosing) == self.bindings.resolve(name, found.enclosing)
            hidden = any(name in scope_names(f).bound for f in self.enclosing[len(found.enclosing) :])
            hidden = hidden or (name in scope.elements and (not found.local or _binds_in_comprehension(name, self.enclosing)))
            if not same or hidden:
                raise _Unfollowed(f"whose `{name}` is not what it is here")


def _binds_in_comprehension(name: str, enclosing: Enclosing) -> bool:
    """Whether a comprehension of the function has a variable of this name, which no function inside can see."""
    nodes = (n for n in walk_nodes(enclosing[-1]) if isinstance(n, ast.comprehension)) if enclosing else iter(())
    return any(isinstance(t, ast.Name) and t.id == name for n in nodes for t in walk_nodes(n.target))


def captures(found: Callee) -> frozenset[str]:
    """The names that a callee takes from around it."""
    body: Sequence[ast.AST] = [found.node.body] if isinstance(found.node, ast.Lambda) else found.node.body
    return free_loads(body) - frozenset(parameters(found.node)) - _locals(found)


def _locals(found: Callee) -> frozenset[str]:
    return frozenset[str]() if isinstance(found.node, ast.Lambda) else scope_names(found.node).bound


def called(nodes: Sequence[ast.AST], bindings: Bindings, enclosing: Enclosing) -> tuple[Callee, ...]:
    """The file's own functions that the nodes call, and those that these call, in the order in which they must be defined."""
    found: dict[str, Callee] = {}
    _collect(nodes, bindings, enclosing, found, 0)
    return tuple(reversed(found.values()))


def _collect(nodes: Sequence[ast.AST], bindings: Bindings, enclosing: Enclosing, found: dict[str, Callee], depth: int) -> None:
    for name in dict.fromkeys(name for node in nodes for name in _called_names(node)):
        one = callee(name, bindings, enclosing)
        if one is None or depth > MAX_DEPTH:
            continue
        found.pop(name, None)
        found[name] = one
        body: Sequence[ast.AST] = [one.node.body] if isinstance(one.node, ast.Lambda) else one.node.body
        inside = (*one.enclosing, one.node) if isinstance(one.node, FunctionNode) else one.enclosing
        _collect(body, bindings, inside, found, depth + 1)


@lru_cache(maxsize=256)
def _called_names(node: ast.AST) -> tuple[str, ...]:
    calls = (n for n in walk_nodes(node) if isinstance(n, ast.Call))
    return tuple(dict.fromkeys(c.func.id for c in calls if isinstance(c.func, ast.Name)))


def _arguments(found: Callee, call: ast.Call, scope: Scope) -> Values:
    """The parameters' values."""
    a = found.parameters
    if a.vararg or a.kwarg or any(isinstance(x, ast.Starred) for x in call.args) or any(k.arg is None for k in call.keywords):
        raise _Unfollowed("which takes or is given star arguments")
    plain = [*a.posonlyargs, *a.args]
    given = {p.arg: read_expression(x, scope) for p, x in zip(plain, call.args, strict=False)}
    given |= {k.arg: read_expression(k.value, scope) for k in call.keywords if k.arg}
    for p, value in [
        *zip(plain[len(plain) - len(a.defaults) :], a.defaults, strict=True),
        *zip(a.kwonlyargs, a.kw_defaults, strict=True),
    ]:
        if p.arg not in given and value is not None:
            given[p.arg] = _default(value)
    if set(given) != {p.arg for p in (*plain, *a.kwonlyargs)} or len(call.args) > len(plain):
        raise _Unfollowed("which is called with other arguments than it takes")
    return given


def _default(value: ast.expr) -> Expr:
    match value:
        case ast.Constant(bool() | int() | float() | complex() as number):
            return Const(number)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)) if number:
            return Const(-number)
        case _:
            raise _Unfollowed("which has a default that is no number")


# ------------------------------------------------------------------ bodies


def _returned(body: list[ast.stmt], scope: Scope) -> Expr | None:
    """What the statements return in a scope; None where they fall off the end."""
    for k, s in enumerate(body):
        match s:
            case ast.Return(value):
                return Const(None) if value is None else read_expression(value, scope)
            case ast.Expr(ast.Constant()) | ast.Pass():
                continue
            case ast.If(test, then, orelse):
                rest = body[k + 1 :]
                return _either(read_expression(test, scope), _returned([*then, *rest], scope), _returned([*orelse, *rest], scope))
            case _:
                scope = scope.with_elements(_assigned(s, scope))
    return None


def _either(test: Expr, then: Expr | None, orelse: Expr | None) -> Expr | None:
    return None if then is None or orelse is None else then if then == orelse else _bounded(Apply("where", (test, then, orelse)))


def _assigned(s: ast.stmt, scope: Scope) -> Values:
    """What a statement gives to the callee's own names."""
    match s:
        case ast.Assign(targets, value) if all(isinstance(t, ast.Name) for t in targets):
            e = read_expression(value, scope)
            return {t.id: _bounded(e) for t in targets if isinstance(t, ast.Name)}
        case ast.AnnAssign(ast.Name(id), _, ast.expr() as value):
            return {id: _bounded(read_expression(value, scope))}
        case ast.AugAssign(ast.Name(id), op, value) if id in scope.elements:
            if not _is_new(scope.elements[id]):
                raise _Unfollowed(f"which may change the array `{id}`")
            return {id: _bounded(Apply(BINARY[type(op)], (scope.elements[id], read_expression(value, scope))))}
        case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
            pairs = zip(targets, [read_expression(v, scope) for v in values], strict=True)
            named = [(t.id, _bounded(v)) for t, v in pairs if isinstance(t, ast.Name)]
            if len(named) == len(targets):
                return dict(named)
            raise _Unfollowed("which stores into something")
        case _:
            raise _Unfollowed(f"which has a {type(s).__name__.lower()} statement")


def _is_new(e: Expr) -> bool:
    """Whether a value surely is a number or a new array, so that `x += 1` changes nothing else."""
    return isinstance(e, Const) or (isinstance(e, Apply) and (e.fn in BINARY.values() or e.fn.startswith("math.")))


def _bounded(e: Expr) -> Expr:
    count = 0
    for count, _ in enumerate(walk(e)):
        if count > MAX_SIZE:
            raise _Unfollowed("which computes too much for one expression")
    return e
