"""Statements of a function as a frozen tree, iteration forms already normalised.

Comes in: built by `source.read`. Goes out: what `facts`, `depend` and `lift` walk.
`for x in a`, `enumerate`, `zip`, `reversed`, `range` in all its shapes, `while` with a counter, comprehensions and the
generator arguments of builtins are all `For` here; what was not understood is an `Opaque` statement that names its effects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace

from autovec.expression import Expr, Name, Read, show, substitute
from autovec.outcome import Span
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class For:
    """`var` takes start, start + step, ... while before `stop` (the stop is exclusive, for a negative step too).

    `var` is unique in its nest; `label` is what the user calls it ("" where the loop had no counter, as in `for x in a`).
    """

    var: str
    label: str
    start: Expr
    stop: Expr
    step: int | Expr
    body: tuple[Stmt, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class While:
    """A loop whose trip count depends on its data."""

    test: Expr
    body: tuple[Stmt, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value` (op None) or `target op= value`; `best = max(best, x)` and `s = s + x` have become op "max" and "+".

    The min and max ops are Python's: `if value > target: target = value`. `rebinds`: it was written as `s = s + x`, which of an
    array makes another one.
    """

    target: Name | Read
    op: str | None
    value: Expr
    span: Span
    rebinds: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """A branch; `elif` is an `If` alone in `orelse`."""

    test: Expr
    then: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Append:
    """`list.append(value)`."""

    list: str
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class Exit:
    """`break`, `continue`, `return value` or `raise`.

    Of a `raise`, `text` is the statement, and `names` are the variables in it with what they stand for.
    """

    kind: str
    value: Expr | None
    span: Span
    text: str = ""
    names: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True, slots=True)
class OpaqueStmt:
    """A statement that is not understood: its first line, what it may read and write, and why it is an obstacle."""

    text: str
    reads: frozenset[str]
    writes: frozenset[str]
    why: str
    span: Span


Stmt = For | While | Assign | If | Append | Exit | OpaqueStmt


def blocks(s: Stmt) -> tuple[tuple[Stmt, ...], ...]:
    """The statement lists directly inside `s`."""
    match s:
        case For() | While():
            return (s.body,)
        case If():
            return (s.then, s.orelse)
        case _:
            return ()


def expressions(s: Stmt) -> tuple[Expr, ...]:
    """The expressions directly in a statement, not those of the statements inside it."""
    match s:
        case For(_, _, start, stop, step, _, _):
            return (start, stop) if isinstance(step, int) else (start, stop, step)
        case While(test, _, _) | If(test, _, _, _):
            return (test,)
        case Assign(target, _, value, _):
            return (target, value)
        case Append(_, value, _):
            return (value,)
        case Exit(_, value):
            return tuple(e for _, e in s.names) if value is None else (value,)
        case OpaqueStmt():
            return ()


def walk_statements(body: tuple[Stmt, ...]) -> Iterator[Stmt]:
    """Every statement in `body`, in the order of the text."""
    for s in body:
        yield s
        for block in blocks(s):
            yield from walk_statements(block)


def renamed(body: tuple[Stmt, ...], names: Mapping[str, Expr]) -> tuple[Stmt, ...]:
    """The statements with each `Name` that has an entry in `names` replaced by it (targets stay)."""

    def new(e: Expr) -> Expr:
        return substitute(e, names)

    def place(target: Name | Read) -> Name | Read:
        moved = new(target) if isinstance(target, Read) else target
        assert isinstance(moved, Name | Read)
        return moved

    out: list[Stmt] = []
    for s in body:
        match s:
            case For(_, _, start, stop, step, inner, _):
                by = step if isinstance(step, int) else new(step)
                out.append(replace(s, start=new(start), stop=new(stop), step=by, body=renamed(inner, names)))
            case While(test, inner, _):
                out.append(replace(s, test=new(test), body=renamed(inner, names)))
            case Assign(target, _, value, _):
                out.append(replace(s, target=place(target), value=new(value)))
            case If(test, then, orelse, _):
                out.append(replace(s, test=new(test), then=renamed(then, names), orelse=renamed(orelse, names)))
            case Append(_, value, _):
                out.append(replace(s, value=new(value)))
            case Exit(_, value):
                value = None if value is None else new(value)
                out.append(replace(s, value=value, names=tuple((n, new(e)) for n, e in s.names)))
            case OpaqueStmt():
                out.append(s)
    return tuple(out)


def show_statements(body: tuple[Stmt, ...], indent: str = "") -> str:
    """The tree as indented text, for tests and `explain`."""
    return "\n".join(_show(s, indent) for s in body)


def _show(s: Stmt, pad: str) -> str:
    deeper = pad + "    "
    match s:
        case For(var, _, start, stop, step, body, _):
            by = step if isinstance(step, int) else show(step)
            head = f"{pad}for {var} in {show(start)} .. {show(stop)}" + (f" by {by}" if by != 1 else "")
            return f"{head}:\n{show_statements(body, deeper)}"
        case While(test, body, _):
            return f"{pad}while {show(test)}:\n{show_statements(body, deeper)}"
        case Assign(target, op, value, _):
            return f"{pad}{show(target)} {op or ''}= {show(value)}"
        case If(test, then, orelse, _):
            tail = f"\n{pad}else:\n{show_statements(orelse, deeper)}" if orelse else ""
            return f"{pad}if {show(test)}:\n{show_statements(then, deeper)}{tail}"
        case Append(name, value, _):
            return f"{pad}{name}.append({show(value)})"
        case Exit(kind, value):
            return f"{pad}{kind}" + (f" {show(value)}" if value is not None else "")
        case OpaqueStmt(text, _, _, why, _):
            return f"{pad}? {text}  # {why}"
