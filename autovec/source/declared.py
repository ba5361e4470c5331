"""What a function's text says of its names before anything is inferred.

Comes in: a `Function` of a `Module`. Goes out: its parameters, the numbers that module-level names hold for good, the names with
an array's attributes, the loops that its comprehensions stand for. It is here because it looks at the tree as it was written:
once read, `len(a)` and `a.shape[0]` are the same. Not handled: what `*args` and `**kwargs` hold.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Sequence

from autovec.expression import Const
from autovec.loops.statement import For
from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.source.callees import called
from autovec.source.comprehension import read_comprehension
from autovec.source.constants import named
from autovec.source.expressions import Scope, dotted
from autovec.source.find import Function, FunctionNode, Module, walk_sites
from autovec.source.numeric import looks_numeric
from autovec.source.text import SourceText
from autovec.source.tree import walk_nodes
from autovec.source.typecomments import commented_types
from autovec.source.unpacking import first_dimension


@dataclass(frozen=True, slots=True)
class Declared:
    """A parameter: its annotation's text ("" for none) and its default, where that is a literal."""

    name: str
    annotation: str
    default: Const | None


def parameters(function: Function, text: SourceText) -> tuple[Declared, ...]:
    """The parameters of a function, less the object that it is a method of; a module has none.

    Types in comments count where there is no annotation.
    """
    if isinstance(function.node, ast.Module):
        return ()
    a = function.node.args
    commented = commented_types(function.node, text)
    plain = [*a.posonlyargs, *a.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    pairs = [*zip(plain, defaults, strict=True), *zip(a.kwonlyargs, a.kw_defaults, strict=True)]
    found = tuple(Declared(p.arg, _annotation(p) or commented.get(p.arg, ""), _literal(value)) for p, value in pairs)
    return found[1:] if plain and function.class_name and not _is_static(function.node) else found


def _is_static(method: FunctionNode) -> bool:
    return any(ast.unparse(d) == "staticmethod" for d in method.decorator_list)


def _annotation(parameter: ast.arg) -> str:
    return ast.unparse(parameter.annotation) if parameter.annotation else ""


def _literal(value: ast.expr | None) -> Const | None:
    match value:
        case ast.Constant(None | bool() | int() | float() | complex() | str() as literal):
            return Const(literal)
        case _:
            return None


def constants(module: Module, function: Function, known: Container[str]) -> dict[str, Const]:
    """The names of the file's own and imported numbers in a function, and in those that it calls; a module has none."""
    found: dict[str, Const] = {}
    if isinstance(function.node, ast.Module):
        return found
    nodes = [function.node, *(c.statement for c in called([function.node], module.bindings, function.enclosing))]
    for name in dict.fromkeys(n.id for node in nodes for n in walk_nodes(node) if isinstance(n, ast.Name)):
        if name in known:
            continue
        bound = module.bindings.resolve(name, function.enclosing)
        value = module.bindings.constant(name) if bound and bound.startswith("module.") else named(bound)
        if value is not None:
            found[name] = value
    return found


def names_in(module: Module, function: Function) -> frozenset[str]:
    """All names in use in a function or bound at module level."""
    return frozenset(n.id for n in walk_nodes(function.node) if isinstance(n, ast.Name)) | frozenset(module.bindings.events)


def bound_name(statement: ast.stmt) -> str | None:
    """The name in `name = value` and `name: type = value`."""
    match statement:
        case ast.Assign([ast.Name(id)], _) | ast.AnnAssign(ast.Name(id), _, ast.expr(), 1):
            return id
        case _:
            return None


def array_attributes(function: Function) -> frozenset[str]:
    """Names of which an attribute is read that arrays have, and whose type the function does not ask for."""
    nodes = walk_nodes(function.node)
    read = (n for n in nodes if isinstance(n, ast.Attribute) and n.attr in ("shape", "T", "dtype", "ndim"))
    return frozenset(owner for n in read if (owner := _variable(n.value)) is not None) - _doubted(nodes)


def _doubted(nodes: Sequence[ast.AST]) -> frozenset[str]:
    """Names that may be no arrays: it is asked whether they are (`isinstance(x, np.ndarray)`), and the function goes on."""
    sure = {id(n) for s in nodes if _insists(s) for n in walk_nodes(s)}
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Call(ast.Name("isinstance" | "hasattr"), [asked, *_]) if id(node) not in sure:
                found.add(_variable(asked) or "")
            case ast.GeneratorExp(elt, generators) if id(node) not in sure and any(map(_asks, walk_nodes(elt))):
                found |= {_variable(n) or "" for g in generators for n in walk_nodes(g.iter) if isinstance(n, ast.expr)}
            case _:
                pass
    return frozenset(found)


def _insists(statement: ast.AST) -> bool:
    """Whether a statement ends the function where something is not of a type."""
    match statement:
        case ast.Assert():
            return True
        case ast.If(ast.UnaryOp(ast.Not(), test), [*_, ast.Raise()], []):
            return _asks(test)
        case _:
            return False


def _asks(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "hasattr")


def _variable(node: ast.expr) -> str | None:
    """A variable, or an attribute of `self`."""
    text = dotted(node)
    return text if text is not None and (isinstance(node, ast.Name) or text.startswith("self.")) else None


def unpacked_shapes(function: Function) -> dict[str, int]:
    """The number of dimensions of arrays whose shape is taken apart."""
    ranks: dict[str, int] = {}
    for n in walk_nodes(function.node):
        match n:
            case ast.Assign([ast.Tuple(elts)], ast.Attribute(owner, "shape")) if (id := _variable(owner)) is not None:
                ranks[id] = len(elts)
            case ast.Assign([ast.Tuple(elts)], ast.Subscript(ast.Attribute(owner, "shape"), ast.Slice(lower, None, None))) if (
                id := _variable(owner)
            ) is not None and (first := first_dimension(lower, None, len(elts))) is not None:
                ranks[id] = first + len(elts)
            case ast.For(
                ast.Tuple(elts), ast.Call(ast.Attribute(_, "ndindex"), [ast.Starred(ast.Attribute(ast.Name(id), "shape"))])
            ):
                ranks[id] = len(elts)
            case _:
                pass
    return ranks


def comprehension_loops(module: Module, function: Function, scope: Scope) -> Iterator[For]:
    """The loops that the function's comprehensions stand for."""
    taken = frozenset(
        n.arg if isinstance(n, ast.arg) else n.id for n in walk_nodes(function.node) if isinstance(n, ast.Name | ast.arg)
    )
    for site in walk_sites(function.sites):
        if not isinstance(site.node, ast.For | ast.While) and looks_numeric(site.node, module.tree):
            read = read_comprehension(site.node, scope, taken)
            if not isinstance(read, Refusal):
                yield read.loop
