"""The attributes of `self` that a method uses, and what its class puts into them.

Comes in: a method of a module. Goes out: for each attribute its annotation, and every value that the class assigns to it.
Not handled: what other code assigns to the attributes of an object from outside, and base classes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from autovec.record import dataclass
from autovec.source.find import Function, Module
from autovec.source.tree import FunctionNode, blocks, walk_nodes

SELF = "self"
_Store = tuple[ast.expr, frozenset[str], ast.expr | None, str]  # a target, the attributes in it, the value, its annotation


@dataclass(frozen=True, slots=True)
class Attribute:
    """`self.x`: its annotation's text ("" for none), and the values that it gets; `unsure`: it gets others, too."""

    name: str
    annotation: str
    values: tuple[ast.expr, ...]
    unsure: bool


def used_attributes(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """The attributes of `self` in some nodes, as `self.x`."""
    every = (n for node in nodes for n in walk_nodes(node))
    return frozenset(
        f"{SELF}.{n.attr}" for n in every if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == SELF
    )


def named_whole(nodes: Sequence[ast.AST]) -> bool:
    """Whether the object itself is read, not only its attributes."""
    every = [n for node in nodes for n in walk_nodes(node)]
    owners = {id(n.value) for n in every if isinstance(n, ast.Attribute)}
    return any(isinstance(n, ast.Name) and n.id == SELF and id(n) not in owners for n in every)


def attributes(module: Module, function: Function) -> tuple[Attribute, ...]:
    """The attributes that a method uses and does not call; nothing for other functions."""
    node = function.node
    if not function.class_name or not isinstance(node, FunctionNode) or [a.arg for a in node.args.args[:1]] != [SELF]:
        return ()
    owner = _owners(module.tree).get(node)
    if owner is None:
        return ()
    methods = {s.name for s in owner.body if isinstance(s, FunctionNode)}
    names = sorted(n.removeprefix(f"{SELF}.") for n in used_attributes([node]))
    return tuple(_attribute(name, owner) for name in names if name not in methods)


def _attribute(name: str, owner: ast.ClassDef) -> Attribute:
    annotation, values, unsure = "", list[ast.expr](), False
    for s in owner.body:
        if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name) and s.target.id == name:
            annotation = ast.unparse(s.annotation)
        elif isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in s.targets):
            values.append(s.value)
    for target, inside, value, declared in _stores(owner):
        if name not in inside:
            continue
        if not _is_it(target, name):
            unsure = True
            continue
        unsure = unsure or bool(declared and annotation and declared != annotation)
        annotation = annotation or declared
        values += [value] if value is not None else []
    return Attribute(f"{SELF}.{name}", annotation, tuple(values), unsure)


@lru_cache(maxsize=4)
def _owners(tree: ast.Module) -> Mapping[ast.stmt, ast.ClassDef]:
    """The class of each method."""
    found: dict[ast.stmt, ast.ClassDef] = {}
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        inside = [statement for block in blocks(node) for statement in block]
        found |= dict.fromkeys(inside, node) if isinstance(node, ast.ClassDef) else {}
        waiting += inside
    return found


@lru_cache(maxsize=64)
def _stores(owner: ast.ClassDef) -> tuple[_Store, ...]:
    """What the methods of a class bind, where that holds an attribute of `self`."""
    found: list[_Store] = []
    for part in owner.body:
        declared = _declared(part)
        for target, value, annotation in (b for s in walk_nodes(part) if type(s) in _BINDING for b in _bindings(s, declared)):
            inside = frozenset(n.attr for n in walk_nodes(target) if isinstance(n, ast.Attribute) and _is_stored(n))
            found += [(target, inside, value, annotation)] if inside else []
    return tuple(found)


def _declared(part: ast.stmt) -> dict[str, str]:
    """The annotations of a method's parameters."""
    parameters = [*part.args.args, *part.args.kwonlyargs] if isinstance(part, FunctionNode) else []
    return {p.arg: ast.unparse(p.annotation) for p in parameters if p.annotation}


_BINDING = frozenset({ast.Assign, ast.AnnAssign, ast.For, ast.withitem})


def _bindings(s: ast.AST, declared: dict[str, str]) -> Iterator[tuple[ast.expr, ast.expr | None, str]]:
    """What a statement binds: target, value, annotation."""
    match s:
        case ast.Assign([target], ast.Name(id)) if id in declared:
            yield target, None, declared[id]
        case ast.Assign(targets, value):
            yield from ((t, value, "") for t in targets)
        case ast.AnnAssign(target, annotation, value):
            yield target, value, ast.unparse(annotation)
        case ast.For(target=target) | ast.withitem(optional_vars=ast.expr() as target):
            yield ast.Tuple([target], ast.Store()), None, ""
        case _:
            return


def _is_it(e: ast.AST, name: str) -> bool:
    return isinstance(e, ast.Attribute) and e.attr == name and _is_stored(e)


def _is_stored(e: ast.Attribute) -> bool:
    return isinstance(e.value, ast.Name) and e.value.id == SELF and isinstance(e.ctx, ast.Store)
