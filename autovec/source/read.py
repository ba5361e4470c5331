"""Read a function's body into the tree of `autovec.loops`.

Comes in: `ast` statements and a `Scope`. Goes out: `Stmt`s; iteration forms, `continue`, augmented and tuple assignments,
counters of `while` loops, and comprehensions are normalised here, once, so that no later stage knows how a loop was spelt.
Not handled: a statement without a numeric meaning becomes an `OpaqueStmt` that says why.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from dataclasses import field

from autovec.expression import (
    MIRRORED,
    Apply,
    Axis,
    Const,
    Expr,
    Length,
    Name,
    Opaque,
    Read,
    Slice,
    free_names,
    rebuild,
    substitute,
    walk,
)  # fmt: skip
from autovec.loops.statement import Append, Assign, For, If, OpaqueStmt, Stmt, While, expressions, walk_statements
from autovec.outcome import Span
from autovec.record import dataclass
from autovec.source.enclosed import hands_on, head_of, read_assert, read_else, read_finally
from autovec.source.exits import read_exit
from autovec.source.expressions import BINARY, Scope, array_name, dotted, opaque, read_expression
from autovec.source.iteration import Iteration, iteration, plus
from autovec.source.targets import bound, outlives, read_after_stores, sliced_names, written
from autovec.source.tree import walk_nodes
from autovec.source.unpacking import interferes, values_of

COMMUTES = frozenset(("+", "*", "&", "|", "^"))


@dataclass(slots=True)
class Reader:
    """Reads statements; keeps the loop variables of one function apart by giving each a name of its own."""

    scope: Scope
    taken: dict[str, int] = field(default_factory=dict[str, int])
    whole: tuple[ast.stmt, ...] = ()  # all statements of the function; set by the first block that is read

    def fresh(self, label: str) -> str:
        """A loop variable's unique name: the user's own the first time."""
        base = label or "_"
        self.taken[base] = self.taken.get(base, 0) + 1
        return base if label and self.taken[base] == 1 else f"{base}·{self.taken[base]}"


def span_of(node: ast.stmt | ast.expr) -> Span:
    """The node's place, columns as `ast` counts them."""
    return Span(node.lineno, node.col_offset, node.end_lineno or node.lineno, node.end_col_offset or 0)


def read_block(body: list[ast.stmt], reader: Reader, scope: Scope) -> tuple[Stmt, ...]:
    """The statements of `body`, in order; what follows a `continue` goes under the opposite condition."""
    out: list[Stmt] = []
    reader.whole = reader.whole or tuple(body)
    for k, node in enumerate(body):
        if isinstance(node, ast.If) and (skip := _continues(node)) is not None:
            test = read_expression(node.test, scope)
            rest = read_block(body[k + 1 :], reader, scope)
            early = read_block(skip[0], reader, scope)
            late = read_block(skip[1], reader, scope) + rest
            then, orelse = (early, late) if skip[2] else (late, early)
            out.extend(_branch(test, then, orelse, span_of(node)))
            return tuple(out)
        out.extend(_statement(node, reader, scope))
    return tuple(out)


def _continues(node: ast.If) -> tuple[list[ast.stmt], list[ast.stmt], bool] | None:
    """(the arm that ends in continue, the other arm, whether the first is the then-arm)."""
    if isinstance(node.body[-1], ast.Continue):
        return node.body[:-1], node.orelse, True
    if node.orelse and isinstance(node.orelse[-1], ast.Continue):
        return node.orelse[:-1], node.body, False
    return None


def _branch(test: Expr, then: tuple[Stmt, ...], orelse: tuple[Stmt, ...], span: Span) -> tuple[Stmt, ...]:
    if not then and not orelse:
        return ()
    if not then:
        return (If(Apply("not", (test,)), orelse, (), span),)
    return (If(test, then, orelse, span),)


def _statement(node: ast.stmt, reader: Reader, scope: Scope) -> tuple[Stmt, ...]:
    span = span_of(node)
    if any(isinstance(n, ast.NamedExpr) for e in _own_expressions(node) for n in walk_nodes(e)):
        return (_opaque(node, "an assignment inside an expression"),)
    match node:
        case ast.For():
            loop = _for(node, reader, scope)
            return loop if not node.orelse else (*loop, read_else(node, lambda body: read_block(body, reader, scope)))
        case ast.While(orelse=[]):
            return _while(node, reader, scope)
        case ast.Assign(targets, value):
            return _assign(targets, value, reader, scope, span)
        case ast.AnnAssign(target, _, value) if value is not None:
            return _assign([target], value, reader, scope, span)
        case ast.AugAssign(target, op, value):
            return _augmented(target, BINARY[type(op)], value, scope, span)
        case ast.If(test, body, orelse):
            then, other = read_block(body, reader, scope), read_block(orelse, reader, scope)
            return _selected(read_expression(test, scope), then, other, span)
        case ast.Expr(ast.Constant()) | ast.Pass():
            return ()
        case ast.Expr(ast.Call(ast.Attribute(owner, "append"), [value], [])):
            name = array_name(owner, scope)
            return (
                (_opaque(node, "an append to an expression"),)
                if name is None
                else (Append(name, read_expression(value, scope), span),)
            )
        case ast.Return() | ast.Break() | ast.Continue() | ast.Raise():
            return (read_exit(node, scope, span),)
        case ast.With() if hands_on(node, scope):
            return (_opaque(head_of(node), "a with statement"), *read_block(node.body, reader, scope))
        case ast.Try(handlers=[], orelse=[]):
            return read_finally(node, lambda body: read_block(body, reader, scope), span)
        case ast.Assert():
            return read_assert(node, scope, span) or (_opaque(node, _obstacle(node)),)
        case _:
            return (_opaque(node, _obstacle(node)),)


def _own_expressions(node: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement itself, not those of the blocks in it."""
    return [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]


def _obstacle(node: ast.stmt) -> str:
    match node:
        case ast.Expr(ast.Call(func)):
            return f"the call of {ast.unparse(func)}() may do anything"
        case ast.While():
            return "a loop with an else clause"
        case ast.Try():
            return "an exception handler"
        case _:
            return f"a {type(node).__name__.lower()} statement"


def _opaque(node: ast.stmt, why: str) -> OpaqueStmt:
    names = [n for n in walk_nodes(node) if isinstance(n, ast.Name)]
    captures = (n for n in walk_nodes(node) if isinstance(n, ast.MatchAs | ast.MatchStar | ast.ExceptHandler))
    captured = frozenset(n.name for n in captures if n.name)
    touched = (
        captured
        | frozenset(n.id for n in names)
        | frozenset(f"self.{n.attr}" for n in walk_nodes(node) if isinstance(n, ast.Attribute) and dotted(n.value) == "self")
    )
    text = ast.unparse(node).split("\n")[0]
    calls = any(isinstance(n, ast.Call | ast.Subscript) for n in walk_nodes(node))
    writes = touched if calls else captured | frozenset(n.id for n in names if not isinstance(n.ctx, ast.Load))
    return OpaqueStmt(text, touched, writes, why, span_of(node))


# ------------------------------------------------------------------ loops


def _for(node: ast.For, reader: Reader, scope: Scope) -> tuple[Stmt, ...]:
    found = iteration(node.target, node.iter, scope)
    if found is None:
        return (_opaque(node, f"the iteration over {ast.unparse(node.iter)} has no positions"),)
    changed = written(node.body)
    outlived = {name for name, _ in found.elements if outlives(name, node, reader.whole)}
    labels = {c.label for c in found.counters if c.label}
    rebound = bound(node.body) & frozenset(n for _, e in found.elements for n in free_names(e))
    if rebound:
        return (_opaque(node, f"{', '.join(sorted(rebound))} is bound anew while the loop runs over it"),)
    if sliced_names(node.iter) & changed:
        return (_opaque(node, f"{ast.unparse(node.iter)} changes in the loop, which sees it only where it is an array"),)
    if labels & changed:
        return (_opaque(node, f"the loop variable {', '.join(sorted(labels & changed))} is assigned in the loop"),)
    fixed = changed | outlived | read_after_stores(node.body)
    return nest(found, reader, scope, span_of(node), fixed, lambda inner: read_block(node.body, reader, inner))


def nest(
    found: Iteration, reader: Reader, scope: Scope, span: Span, written: set[str], body_of: Callable[[Scope], tuple[Stmt, ...]]
) -> tuple[Stmt, ...]:
    """The counted loops of `found` around the body; a target name that the body changes becomes a variable."""
    variables = [reader.fresh(c.label) for c in found.counters]
    counters = {str(k): Name(v) for k, v in enumerate(variables)}
    elements: dict[str, Expr] = {c.label: Name(v) for c, v in zip(found.counters, variables, strict=True) if c.label}
    first: list[Stmt] = []
    for name, value in found.elements:
        value = _counted(value, counters)
        if name in written or free_names(value) & written:
            first.append(Assign(Name(name), None, value, span))
        else:
            elements[name] = value
    kept = frozenset(s.target.id for s in first if isinstance(s, Assign) and isinstance(s.target, Name))
    body: tuple[Stmt, ...] = (*first, *body_of(scope.without(kept).with_elements(elements)))
    for c, variable in reversed(list(zip(found.counters, variables, strict=True))):
        body = (For(variable, c.label, c.start, c.stop, c.step, body, span),)
    return body


def _counted(e: Expr, counters: dict[str, Name]) -> Expr:
    if isinstance(e, Axis):
        return counters[e.id]
    out = rebuild(e, lambda part: _counted(part, counters))
    assert not isinstance(out, Slice)
    return out


def _while(node: ast.While, reader: Reader, scope: Scope) -> tuple[Stmt, ...]:
    counted = _counter(node, reader, scope)
    if counted is not None:
        return counted
    return (While(read_expression(node.test, scope), read_block(node.body, reader, scope), span_of(node)),)


def _counter(node: ast.While, reader: Reader, scope: Scope) -> tuple[Stmt, ...] | None:
    """`while i < n: ...; i += 1` as a counted loop and the counter's last value; None where it counts otherwise."""
    match node:
        case ast.While(
            ast.Compare(ast.Name(i), [ast.Lt() | ast.LtE() as op], [bound]),
            [*body, ast.AugAssign(ast.Name(j), ast.Add(), by)],
        ):
            pass
        case _:
            return None
    stop, step = read_expression(bound, scope), read_expression(by, scope)
    changed = written(body)
    exits = any(isinstance(n, ast.Continue | ast.Break) for s in body for n in walk_nodes(s))
    grown = changed if not isinstance(stop, Length) else written(body, elements=False)
    if i != j or not body or i in changed or free_names(stop) & (grown | {i}) or exits or step != Const(1):
        return None
    if isinstance(op, ast.LtE):
        stop = plus(stop, Const(1))
    variable = reader.fresh(i)
    variable = variable if variable != i else reader.fresh(i)  # the counter itself keeps its name after the loop
    span = span_of(node)
    inner = read_block(body, reader, scope.with_elements({i: Name(variable)}))
    last = Apply("max", (Name(i), stop))
    return For(variable, i, Name(i), stop, 1, inner, span), Assign(Name(i), None, last, span)


# ------------------------------------------------------------------ assignments


def _assign(targets: list[ast.expr], value: ast.expr, reader: Reader, scope: Scope, span: Span) -> tuple[Stmt, ...]:
    if len(targets) > 1:
        source = read_expression(value, scope)
        simple = isinstance(source, Const | Name) and all(isinstance(t, ast.Name) for t in targets)
        if not simple:
            why = "an assignment to several targets"
            return (OpaqueStmt(ast.unparse(value), free_names(source), _targets(targets), why, span),)
        return tuple(Assign(Name(t.id), None, source, span) for t in targets if isinstance(t, ast.Name))
    target = targets[0]
    if isinstance(target, ast.Tuple):
        return _unpack(target, value, reader, scope, span)
    place = _target(target, scope)
    if place is None:
        why = "an attribute is set" if isinstance(target, ast.Attribute) else "the target of an assignment"
        return (OpaqueStmt(ast.unparse(target), frozenset(), _targets(targets), why, span),)
    return (canonical_assign(place, read_expression(value, scope), span),)


def _targets(targets: list[ast.expr]) -> frozenset[str]:
    return frozenset(n.id for t in targets for n in walk_nodes(t) if isinstance(n, ast.Name))


def _target(node: ast.expr, scope: Scope) -> Name | Read | None:
    match node:
        case ast.Name(id):
            return Name(id)
        case ast.Subscript():
            place = read_expression(node, scope)
            return place if isinstance(place, Read) else None
        case _:
            return None


def _unpack(target: ast.Tuple, value: ast.expr, reader: Reader, scope: Scope, span: Span) -> tuple[Stmt, ...]:
    places = [_target(t, scope) for t in target.elts]
    values = values_of(value, len(places), scope)
    if values is None or any(p is None for p in places):
        why = "a tuple that cannot be taken apart"
        return (OpaqueStmt(ast.unparse(value), _targets([value]), _targets([target]), why, span),)
    pairs = [(p, v) for p, v in zip(places, values, strict=True) if p is not None]
    if not interferes(pairs):
        return tuple(canonical_assign(p, v, span) for p, v in pairs if p != Name("_"))
    names = [Name(reader.fresh("")) for _ in pairs]
    held = tuple(Assign(n, None, v, span) for n, (_, v) in zip(names, pairs, strict=True))
    return held + tuple(Assign(p, None, n, span) for n, (p, _) in zip(names, pairs, strict=True))


def _augmented(target: ast.expr, op: str, value: ast.expr, scope: Scope, span: Span) -> tuple[Stmt, ...]:
    place = _target(target, scope)
    if place is None:
        return (OpaqueStmt(ast.unparse(target), frozenset(), _targets([target]), "an attribute is set", span),)
    if isinstance(place, Name) and place.id in scope.elements:
        return (OpaqueStmt(ast.unparse(target), frozenset(), frozenset((place.id,)), "a loop variable is changed", span),)
    return (Assign(place, op, read_expression(value, scope), span),)


def canonical_assign(place: Name | Read, value: Expr, span: Span) -> Assign:
    """`s = s + x` and `m = max(m, x)` as updates."""
    match value:
        case Apply(fn, (a, b)) if a == place and fn in BINARY.values():
            return Assign(place, fn, b, span, rebinds=True)
        case Apply(fn, (a, b)) if b == place and fn in COMMUTES:
            return Assign(place, fn, a, span, rebinds=True)
        case Apply("min" | "max" as fn, (a, b)) if a == place:
            return Assign(place, fn, b, span, rebinds=True)
        case _:
            return Assign(place, None, value, span)


def _selected(test: Expr, then: tuple[Stmt, ...], orelse: tuple[Stmt, ...], span: Span) -> tuple[Stmt, ...]:
    """A branch; `if x > best: best = x` is an update by max."""
    match test, then, orelse:
        case Apply("and", (first, Apply("<" | ">") as last)), (Assign(), *_), ():
            inner = _selected(last, then, (), span)
            apart = isinstance(inner[0], Assign) or _keeps_best(last, then)
            return (If(first, inner, (), span),) if apart else _branch(test, then, orelse, span)
        case _:
            pass
    match test, then, orelse:
        case Apply(("<" | ">") as fn, (a, b)), (Assign(target, None, value, _),), ():
            pass
        case _:
            return _branch(test, then, orelse, span)
    if (value, target) == (b, a):
        a, b, fn = b, a, MIRRORED[fn]
    if (value, target) == (a, b) and not any(target == x for x in walk(value)):
        return (Assign(target, "max" if fn == ">" else "min", value, span),)
    return _branch(test, then, orelse, span)


def _keeps_best(test: Apply, then: tuple[Stmt, ...]) -> bool:
    """Whether `if x > best` goes on with `best = x` and with something else."""
    pairs = [(x.target, x.value) for x in then if isinstance(x, Assign) and x.op is None]
    return len(pairs) == len(then) > 1 and (test.args in pairs or test.args[::-1] in pairs)


def reads_opaque(body: tuple[Stmt, ...]) -> Opaque | OpaqueStmt | None:
    """The first thing in `body` that was not understood."""
    for s in walk_statements(body):
        if isinstance(s, OpaqueStmt):
            return s
        for e in expressions(s):
            found = next((x for x in walk(e) if isinstance(x, Opaque)), None)
            if found:
                return found
    return None


def read_text(source: str) -> tuple[tuple[str, ...], tuple[Stmt, ...]]:
    """A function given as text, in which `np`, `math` and the builtins mean what they usually do: its parameters and its body."""
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    parameters = tuple(a.arg for a in node.args.args)

    def resolve(name: str) -> str | None:
        usual = {"np": "numpy", "math": "math"}.get(name)
        return usual or (f"builtins.{name}" if name not in parameters and hasattr(builtins, name) else None)

    reader = Reader(Scope(resolve))
    return parameters, read_block(node.body, reader, reader.scope)


__all__ = ["Reader", "canonical_assign", "nest", "opaque", "read_block", "read_text", "reads_opaque", "span_of", "substitute"]
