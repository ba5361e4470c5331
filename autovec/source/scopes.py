"""Which names a scope binds: assignments, imports, definitions, loop targets, parameters, captures.

Comes in: a function, module or any list of statements. Goes out: the names bound in that scope itself, those declared
`global` or `nonlocal`, and those that an inner scope reads or rebinds. Class bodies and comprehensions are scopes of their
own, as in Python; `:=` inside a comprehension binds in the function around it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from autovec.record import dataclass
from autovec.source.tree import FunctionNode, children, is_leaf, walk_nodes

_CONSUMERS = frozenset({"sum", "min", "max", "any", "all", "list", "tuple", "set", "frozenset", "dict", "sorted"})


@dataclass(frozen=True, slots=True)
class ScopeNames:
    """The names of one function: `bound` are its locals, parameters included."""

    bound: frozenset[str]
    declared_global: frozenset[str]
    declared_nonlocal: frozenset[str]


@lru_cache(maxsize=256)
def scope_names(function: FunctionNode) -> ScopeNames:
    """What `function` binds itself."""
    found = set(parameters(function))
    global_: set[str] = set()
    nonlocal_: set[str] = set()
    found |= set(bound_by(nodes_of(function)))
    for node in nodes_of(function):
        if isinstance(node, ast.Global):
            global_ |= set(node.names)
        elif isinstance(node, ast.Nonlocal):
            nonlocal_ |= set(node.names)
    return ScopeNames(frozenset(found - global_ - nonlocal_), frozenset(global_), frozenset(nonlocal_))


def parameters(function: FunctionNode | ast.Lambda) -> tuple[str, ...]:
    """All parameter names, in order."""
    a = function.args
    every = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs, *([a.kwarg] if a.kwarg else [])]
    return tuple(arg.arg for arg in every)


def own_nodes(roots: Iterable[ast.AST]) -> list[ast.AST]:
    """Every node evaluated in the scope of `roots`: of an inner scope only defaults, decorators and the first iterable."""
    waiting: list[ast.AST] = list(roots)
    found: list[ast.AST] = []
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not is_leaf(node):
            waiting += _in_this_scope(node)
    return found


@lru_cache(maxsize=32)  # whoever reads a function asks for them several times
def nodes_of(function: FunctionNode) -> list[ast.AST]:
    """Every node evaluated in the scope of a function's body."""
    return own_nodes(function.body)


def bound_by(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that these nodes bind or delete, each as often as it is bound."""
    for node in nodes:
        if type(node) in _BINDING:
            yield from names_bound_by(node)


def names_bound_by(node: ast.AST) -> set[str]:
    """The names that this node alone binds or deletes in its scope (targets are nodes of their own)."""
    if type(node) not in _BINDING:
        return set()
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return {name}
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import() | ast.ImportFrom():
            return {imported_as(alias) for alias in node.names}
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return {name}
        case ast.MatchMapping(rest=str(name)):
            return {name}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return {n.target.id for n in walk_nodes(node) if isinstance(n, ast.NamedExpr)}
        case _:
            return set()


_BINDING = frozenset({
    ast.Name, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.ExceptHandler, ast.MatchAs,
    ast.MatchStar, ast.MatchMapping, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
})  # fmt: skip


def imported_as(alias: ast.alias) -> str:
    """The name that an import binds: `np` for `numpy as np`, `os` for `os.path`."""
    return alias.asname or alias.name.split(".")[0]


def captured_names(roots: Iterable[ast.AST]) -> frozenset[str]:
    """Names that functions, lambdas, methods and stored generators inside take from around them, for use at any later time."""
    nodes = own_nodes(roots)
    used_up = {id(argument) for node in nodes for argument in _used_up(node)}
    found = (_captured_by(node) for node in nodes if type(node) in _SCOPES and id(node) not in used_up)
    return frozenset[str]().union(*found, *map(_captured_inside, (n for n in nodes if id(n) in used_up)))


def free_loads(roots: Iterable[ast.AST], skipped: Callable[[ast.AST], ast.AST | None] = lambda _: None) -> frozenset[str]:
    """Names that are read when `roots` are evaluated, without the variables of comprehensions and lambdas.

    `skipped` gives the part of a node that shall not count.
    """
    found: set[str] = set()
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(root, frozenset()) for root in roots]
    while waiting:
        node, bound = waiting.pop()
        if is_leaf(node):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in bound:
                found.add(node.id)
            continue
        match node:
            case ast.AugAssign(target=ast.Name(id=name)) if name not in bound:
                found.add(name)
            case _:
                pass
        hidden = skipped(node)
        waiting += [(child, inner) for child, inner in _parts(node, bound) if child is not hidden]
    return frozenset(found)


def _parts(node: ast.AST, bound: frozenset[str]) -> Iterable[tuple[ast.AST, frozenset[str]]]:
    """The children of a node that are evaluated with it, and the names that do not mean the scope's variables there."""
    if type(node) not in _SCOPES:
        return [(child, bound) for child in children(node)]
    return _parts_of_scope(node, bound)


def _parts_of_scope(node: ast.AST, bound: frozenset[str]) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    match node:
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            targets = {n.id for g in node.generators for n in walk_nodes(g.target) if isinstance(n, ast.Name)}
            first = node.generators[0]
            yield first.iter, bound
            own = [first.target, *first.ifs, *(c for c in ast.iter_child_nodes(node) if c is not first)]
            yield from ((child, bound | targets) for child in own)
        case ast.Lambda():
            yield node.body, bound | set(parameters(node))
            yield from ((child, bound) for child in _defaults(node.args))
        case _:
            yield from ((child, bound) for child in _in_this_scope(node))


def _in_this_scope(node: ast.AST) -> list[ast.AST]:
    if type(node) not in _SCOPES:
        return children(node)
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *_defaults(node.args), *_annotations(node)]
        case ast.Lambda():
            return _defaults(node.args)
        case ast.ClassDef():
            return [*node.decorator_list, *node.bases, *node.keywords]
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return [node.generators[0].iter]
        case _:
            return children(node)


_SCOPES = frozenset({
    ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
})  # fmt: skip


def _defaults(arguments: ast.arguments) -> list[ast.AST]:
    return [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]


def _annotations(function: FunctionNode) -> list[ast.AST]:
    found = [node.annotation for node in walk_nodes(function.args) if isinstance(node, ast.arg) and node.annotation is not None]
    return [*found, *([function.returns] if function.returns else [])]


def _captured_by(node: ast.AST) -> frozenset[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            names = scope_names(node)
            inside = free_loads(node.body) | captured_names(node.body)
            return (inside - names.bound) | names.declared_global | names.declared_nonlocal
        case ast.ClassDef(body=body):
            return free_loads(body) | captured_names(body)
        case ast.Lambda(body=body):
            return (free_loads([body]) | captured_names([body])) - set(parameters(node))
        case ast.GeneratorExp():
            return free_loads([node]) | _captured_inside(node)
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return _captured_inside(node)
        case _:
            return frozenset()


def _captured_inside(comprehension: ast.AST) -> frozenset[str]:
    inner = (n for n in walk_nodes(comprehension) if n is not comprehension)
    return frozenset[str]().union(*map(_captured_by, inner))


def _used_up(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Call(func=ast.Name(id=name), args=args) if name in _CONSUMERS:
            return args
        case _:
            return []
