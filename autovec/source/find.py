"""Finds the functions that hold a loop or comprehension worth a look.

Comes in: a `SourceText`. Goes out: a `Module` with its tree, its names' meaning and its candidate functions, each with its
outermost `Site`s; what is directly inside a site is in `inner`, so that a caller can descend where the outer one is refused.
The words "for" and "while" are searched in the text first: only what stands on such lines is ever walked. Not found: `async
for`, loops directly in a class body, comprehensions inside a lambda.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cache

from autovec.outcome import Refusal, Span
from autovec.record import dataclass
from autovec.source.imports import Bindings, bindings
from autovec.source.position import span
from autovec.source.text import SourceText
from autovec.source.tree import Enclosing, FunctionNode, blocks, children, parse_tree, too_deep

CONSUMERS = frozenset({"sum", "min", "max", "any", "all", "list", "tuple", "sorted", "fsum", "prod", "fromiter"})
Names = Callable[[], Bindings]
_COMPILERS = frozenset({"njit", "jit", "vectorize", "guvectorize", "stencil", "cfunc", "kernel", "pythran"})
_COMPILER_MODULES = ("numba", "cython", "taichi", "jax", "triton", "pyccel", "codon", "transonic")
_WORDS = (re.compile(r"for(?<!\wfor)\b"), re.compile(r"while(?<!\wwhile)\b"))  # a search is fast for what begins with letters


@dataclass(frozen=True, slots=True)
class Site:
    """One loop or comprehension: `block[index]` is it or holds it, `chain` are the statements around that in the function."""

    node: ast.For | ast.While | ast.ListComp | ast.Call  # a Call's only positional argument is a generator
    function: FunctionNode | ast.Module
    block: list[ast.stmt]
    index: int
    chain: tuple[ast.stmt, ...]  # outermost first
    inner: tuple[Site, ...]  # of a loop: what is directly inside it

    @property
    def statement(self) -> ast.stmt:
        """The statement that is or holds the node."""
        return self.block[self.index]

    @property
    def is_while(self) -> bool:
        """Whether it is a `while`."""
        return isinstance(self.node, ast.While)

    @property
    def is_loop(self) -> bool:
        """Whether it is a loop statement, not a comprehension."""
        return isinstance(self.node, ast.For | ast.While)

    @property
    def called_in_header(self) -> tuple[str, ...]:
        """The functions that are called by their plain names in what a `for` runs over."""
        header = self.node.iter if isinstance(self.node, ast.For) else None
        calls = [node for node in ast.walk(header) if isinstance(node, ast.Call)] if header else []
        return tuple(call.func.id for call in calls if isinstance(call.func, ast.Name))


@dataclass(frozen=True, slots=True)
class Function:
    """A function with candidates, or the module's own top level. `compiled`: another compiler's, to be left alone."""

    node: FunctionNode | ast.Module
    name: str  # dotted, with its classes and enclosing functions, as "Grid.step"; "<module>" for the top level
    class_name: str  # of a method, else ""
    enclosing: Enclosing
    compiled: bool
    sites: tuple[Site, ...]

    @property
    def is_module(self) -> bool:
        """Whether it is the module's top level."""
        return isinstance(self.node, ast.Module)

    @property
    def line(self) -> int:
        """The line of its `def`, 1 for the module's top level."""
        return 1 if isinstance(self.node, ast.Module) else self.node.lineno

    @property
    def end_line(self) -> int:
        """The last line of its last statement."""
        last = self.node.body[-1] if isinstance(self.node, ast.Module) else self.node
        return last.end_lineno or last.lineno


@dataclass(frozen=True, slots=True)
class Module:
    """A parsed file; `refused` are functions that cannot be read, by their name's span."""

    text: SourceText
    tree: ast.Module
    names: Names
    functions: tuple[Function, ...]
    refused: tuple[Refusal, ...]

    @property
    def bindings(self) -> Bindings:
        """What the module's names mean; worked out when first asked for, because most files hold no loop over numbers."""
        return self.names()


@dataclass(frozen=True, slots=True)
class _Place:
    """A block still to be searched for functions, and what it stands in."""

    block: list[ast.stmt]
    name: str
    class_name: str
    enclosing: Enclosing
    compiled: bool


def may_hold_loops(data: bytes) -> bool:
    """The cheap test before anything is decoded."""
    return b"for" in data or b"while" in data


def parse(text: SourceText) -> Module | Refusal:
    """The candidates of a file, in the order of the text."""
    tree = parse_tree(text.text)
    if isinstance(tree, Refusal):
        return tree
    lines = _candidate_lines(text)
    names = cache(lambda: bindings(tree, text.text))
    found: list[Function] = []
    refused: list[Refusal] = []
    waiting = [_Place(tree.body, "", "", (), False)]
    if lines:
        _add(found, refused, _top_level(tree, lines), text)
    while waiting:
        place = waiting.pop()
        for node in _definitions(place.block, lines):
            inside = _enter(node, place, names)
            waiting.append(inside)
            if not isinstance(node, ast.ClassDef):
                _add(found, refused, _function(node, inside, place.class_name, lines), text)
    found.sort(key=lambda f: getattr(f.node, "lineno", 0))
    return Module(text, tree, names, tuple(found), tuple(refused))


def walk_sites(sites: tuple[Site, ...]) -> Iterator[Site]:
    """The sites and all inside them, outer ones first."""
    for site in sites:
        yield site
        yield from walk_sites(site.inner)


def _candidate_lines(text: SourceText) -> list[int]:
    return sorted({bisect_right(text.starts, match.start()) for word in _WORDS for match in word.finditer(text.text)})


def _touches(node: ast.stmt | ast.expr, lines: list[int]) -> bool:
    at = bisect_left(lines, node.lineno)
    return at < len(lines) and lines[at] <= (node.end_lineno or node.lineno)


def _definitions(block: list[ast.stmt], lines: list[int]) -> Iterator[FunctionNode | ast.ClassDef]:
    """The functions and classes in a block that hold a candidate line, without those inside another scope."""
    waiting = list(reversed(block))
    while waiting:
        node = waiting.pop()
        if not _touches(node, lines):
            continue
        if isinstance(node, FunctionNode | ast.ClassDef):
            yield node
            continue
        waiting.extend(child for inner in blocks(node) for child in inner)


def _enter(node: FunctionNode | ast.ClassDef, place: _Place, names: Names) -> _Place:
    name = f"{place.name}.{node.name}" if place.name else node.name
    compiled = place.compiled or (bool(node.decorator_list) and is_compiled(node, names(), place.enclosing))
    if isinstance(node, ast.ClassDef):
        return _Place(node.body, name, node.name, place.enclosing, compiled)
    return _Place(node.body, name, "", (*place.enclosing, node), compiled)


def is_compiled(node: FunctionNode | ast.ClassDef, names: Bindings, enclosing: Enclosing = ()) -> bool:
    """Whether a decorator hands the function or class to another compiler."""
    for decorator in node.decorator_list:
        plain = decorator.func if isinstance(decorator, ast.Call) else decorator
        words = ast.unparse(plain).split(".") if isinstance(plain, ast.Name | ast.Attribute) else []
        canonical = names.canonical(plain, enclosing) or ""
        if {w.strip("_") for w in words} & (_COMPILERS | set(_COMPILER_MODULES)) or canonical.split(".")[0] in _COMPILER_MODULES:
            return True
    return False


def _add(found: list[Function], refused: list[Refusal], item: Function | None, text: SourceText) -> None:
    if item is None:
        return
    if isinstance(item.node, ast.Module) or item.sites:
        found.append(item)
        return
    line = item.node.lineno
    where = span(item.node, text)
    head = Span(line, where.column, line, len(text.line(line).rstrip()))
    refused.append(Refusal("AV003", f"{item.name} is nested too deeply to be read", span=head))


def _top_level(tree: ast.Module, lines: list[int]) -> Function | None:
    statements = [s for s in tree.body if _touches(s, lines) and not isinstance(s, FunctionNode | ast.ClassDef)]
    if not statements or any(map(too_deep, statements)):
        return None
    sites = tuple(_sites(tree, tree.body, (), lines))
    return Function(tree, "<module>", "", (), False, sites) if sites else None


def _function(node: FunctionNode, inside: _Place, class_name: str, lines: list[int]) -> Function | None:
    """None: nothing there. Without sites: too deep."""
    if too_deep(node):
        return Function(node, inside.name, class_name, inside.enclosing, inside.compiled, ())
    sites = tuple(_sites(node, node.body, (), lines))
    return Function(node, inside.name, class_name, inside.enclosing, inside.compiled, sites) if sites else None


def _sites(
    function: FunctionNode | ast.Module, block: list[ast.stmt], chain: tuple[ast.stmt, ...], lines: list[int]
) -> Iterator[Site]:
    for index, statement in enumerate(block):
        if not _touches(statement, lines) or isinstance(statement, FunctionNode | ast.ClassDef):
            continue
        deeper = (*chain, statement)
        inner = [Site(e, function, block, index, chain, ()) for e in _expressions(statement)]
        inner += [site for part in blocks(statement) for site in _sites(function, part, deeper, lines)]
        if isinstance(statement, ast.For | ast.While):
            yield Site(statement, function, block, index, chain, tuple(inner))
        else:
            yield from inner


def _expressions(statement: ast.stmt) -> Iterator[ast.ListComp | ast.Call]:
    """The outermost comprehensions in a statement's own expressions, in the order of the text."""
    waiting = _own_expressions(statement)
    while waiting:
        node = waiting.pop()
        site = _site(node)
        if site is not None:
            yield site
        elif not isinstance(node, ast.Lambda | ast.GeneratorExp | ast.SetComp | ast.DictComp):
            waiting.extend(reversed(children(node)))


def _own_expressions(statement: ast.stmt) -> list[ast.AST]:
    skipped = (ast.stmt, ast.excepthandler, ast.match_case)
    return [node for node in reversed(children(statement)) if not isinstance(node, skipped)]


def _site(node: ast.AST) -> ast.ListComp | ast.Call | None:
    match node:
        case ast.ListComp(generators=generators):
            return None if any(g.is_async for g in generators) else node
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.GeneratorExp(generators=generators)]):
            return node if name in CONSUMERS and not any(g.is_async for g in generators) else None
        case _:
            return None
