"""Read a function once: its statements as a tree, and what is known of every name in front of a given loop.

Comes in: a `source.find.Function` and its module. Goes out: a `Reading`, from which each site of the function is analysed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autovec.expression import Const, Read
from autovec.facts.infer import Flow, Parameter, arrays_in, parameter_fact, uses
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust, UnknownFact
from autovec.loops.statement import Assign, For, If, Stmt, While, walk_statements
from autovec.outcome import Refusal
from autovec.source.comprehension import read_comprehension
from autovec.source.expressions import Scope
from autovec.source.find import Function, Module, walk_sites
from autovec.source.numeric import looks_numeric
from autovec.source.read import Reader, read_block


@dataclass(frozen=True, slots=True)
class Reading:
    """A function's statements and what its parameters are; `names` are all names in use in it or at module level."""

    module: Module
    function: Function
    body: tuple[Stmt, ...]
    reader: Reader
    start: dict[str, Fact]
    flow_uses: object
    names: frozenset[str]


def read_function(module: Module, function: Function) -> Reading:
    """The whole function (or the module's top level) as a tree."""
    node = function.node
    scope = Scope(lambda name: module.bindings.resolve(name, function.enclosing))
    reader = Reader(scope)
    statements = node.body
    body = read_block(statements, reader, scope)
    use = uses((*body, *_comprehensions(function, scope)), *_shapes(node))
    start: dict[str, Fact] = {}
    if not isinstance(node, ast.Module):
        for p in _parameters(node):
            start[p.name] = parameter_fact(p, use)
        _constants(module, node, function, start)
    names = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name)) | frozenset(module.bindings.events)
    return Reading(module, function, body, reader, start, use, names)


def _comprehensions(function: Function, scope: Scope) -> Iterator[For]:
    """The loops that the function's comprehensions stand for."""
    taken = frozenset(n.arg if isinstance(n, ast.arg) else n.id for n in ast.walk(function.node) if isinstance(n, ast.Name | ast.arg))
    for site in walk_sites(function.sites):
        if not isinstance(site.node, ast.For | ast.While) and looks_numeric(site.node):
            read = read_comprehension(site.node, scope, taken)
            if not isinstance(read, Refusal):
                yield read.loop


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[Parameter]:
    a = node.args
    plain = [*a.posonlyargs, *a.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(a.defaults)) + list(a.defaults)
    pairs = [*zip(plain, defaults, strict=True), *zip(a.kwonlyargs, a.kw_defaults, strict=True)]
    out: list[Parameter] = []
    for arg, default in pairs:
        text = ast.unparse(arg.annotation) if arg.annotation else ""
        literal = Const(default.value) if isinstance(default, ast.Constant) and not isinstance(default.value, bytes) else None  # type: ignore[arg-type]
        out.append(Parameter(arg.arg, text, literal))
    return out


def _constants(module: Module, node: ast.AST, function: Function, start: dict[str, Fact]) -> None:
    """Module-level names that hold a number for good."""
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and n.id not in start:
            bound = module.bindings.resolve(n.id, function.enclosing)
            value = module.bindings.constant(n.id) if bound and bound.startswith("module.") else None
            if value is not None:
                kinds = frozenset((type(value.value).__name__,))
                exact = value if isinstance(value.value, int) else None
                start[n.id] = ScalarFact(kinds, exact, Trust.PROVED, isinstance(value.value, int) and value.value >= 0)


def _shapes(node: ast.AST) -> tuple[frozenset[str], dict[str, int]]:
    """Names with an array attribute, and ranks that an unpacked shape shows."""
    shaped: set[str] = set()
    ranks: dict[str, int] = {}
    for n in ast.walk(node):
        match n:
            case ast.Attribute(ast.Name(id), "shape" | "T" | "dtype" | "ndim"):
                shaped.add(id)
            case _:
                pass
        match n:
            case ast.Assign([ast.Tuple(elts)], ast.Attribute(ast.Name(id), "shape")):
                ranks[id] = len(elts)
            case ast.For(ast.Tuple(elts), ast.Call(ast.Attribute(_, "ndindex"), [ast.Starred(ast.Attribute(ast.Name(id), "shape"))])):
                ranks[id] = len(elts)
            case _:
                pass
    return frozenset(shaped), ranks


@dataclass(frozen=True, slots=True)
class Located:
    """A loop in the tree, and the facts in front of it."""

    loop: For | While
    facts: Facts
    inside: Facts  # what holds throughout the loop
    after: tuple[Stmt, ...]  # the statement behind it that finishes a counter


def locate(reading: Reading, line: int, column: int) -> Located | None:
    """The loop that starts at a place of the text."""
    flow = Flow(dict(reading.start), reading.flow_uses)  # type: ignore[arg-type]
    return _locate(reading.body, flow, line, column)


def locate_statement(reading: Reading, line: int, column: int, loop: For) -> Located | None:
    """The facts in front of the statement that starts at a place of the text, for a loop that a part of it stands for."""
    flow = Flow(dict(reading.start), reading.flow_uses)  # type: ignore[arg-type]
    return _locate(reading.body, flow, line, column, loop)


def _locate(body: tuple[Stmt, ...], flow: Flow, line: int, column: int, instead: For | None = None) -> Located | None:
    for k, s in enumerate(body):
        loop = instead or s
        if isinstance(loop, For | While) and (s.span.line, s.span.column) == (line, column):
            before, inside = flow.facts(), _inside(flow, loop)
            real = _real(loop, inside)
            return Located(loop, _without_complex(before, real), _without_complex(inside, real), body[k + 1 : k + 2])
        if isinstance(s, For | While | If) and any(x.span.line <= line <= x.span.end_line for x in walk_statements((s,))):
            found = _enter(s, flow, line, column, instead)
            if found is not None:
                return found
        flow.statement(s)
    return None


def _enter(s: For | While | If, flow: Flow, line: int, column: int, instead: For | None) -> Located | None:
    saved = dict(flow.names)
    blocks = (s.then, s.orelse) if isinstance(s, If) else (s.body,)
    if not isinstance(s, If):
        flow.enter_loop(s)
        if isinstance(s, For) and s.label and s.var != s.label:
            flow.names[s.label] = flow.names[s.var]
    for block in blocks:
        state = dict(flow.names)
        found = _locate(block, flow, line, column, instead)
        if found is not None:
            return found
        flow.names = state
    flow.names = saved
    return None


def _inside(flow: Flow, s: For | While) -> Facts:
    """Facts that hold at every point of the loop: those in front of it, with all that it changes forgotten."""
    saved = dict(flow.names)
    before = dict(saved)
    flow.statement(s)
    after, flow.names = flow.names, saved
    inner = Flow(dict(before), flow.use)
    inner.enter_loop(s)
    inner.block(s.body)
    joined = {**inner.names, **{k: v for k, v in after.items() if k in before}}
    for k, v in before.items():
        now = joined.get(k)
        if isinstance(now, UnknownFact) and not isinstance(v, UnknownFact):
            joined[k] = now
        elif isinstance(v, ScalarFact) and isinstance(now, ScalarFact) and now.value is None and v.value is not None:
            joined[k] = replace(v, value=None) if _changes(s, k) else v
    for loop in walk_statements((s,)):
        if isinstance(loop, For):
            inner.names = joined
            joined[loop.var] = inner.counter(loop)
            if loop.label and loop.label not in before:
                joined[loop.label] = joined[loop.var]
    return Facts(joined)


COMPLEX = frozenset(("complex64", "complex128"))


def _real(s: For | While, facts: Facts) -> frozenset[str]:
    """Arrays whose elements the loop stores into real arrays, which raises where they are complex."""
    out: set[str] = set()
    for t in walk_statements((s,)):
        if isinstance(t, Assign) and isinstance(t.target, Read):
            fact = facts.array(t.target.array)
            if fact and fact.kinds and not fact.kinds & (COMPLEX | {"complex"}):
                out |= arrays_in(t.value)
    return frozenset(out)


def _without_complex(facts: Facts, names: frozenset[str]) -> Facts:
    narrow = {n: replace(f, kinds=f.kinds - COMPLEX) for n in names if isinstance(f := facts.names.get(n), ArrayFact) and f.kinds - COMPLEX}
    return Facts({**facts.names, **narrow})


def _changes(s: For | While, name: str) -> bool:
    from autovec.facts.infer import assigned

    return name in assigned(s)
