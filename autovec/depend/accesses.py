"""Who touches which array element, and when.

Comes in: statements. Goes out: one `Access` for each array element (or whole array) that they may read or write, with its
moment in time, so that `order` can ask whether a new order keeps every dependence.
A moment is a path of text positions and loop names: `(0, 1, "i", 2, 0)` is the reading half of the third statement in the body
of loop i. A loop's header is (.., 0) and its body (.., 1, loop, ..); an if's test is (.., 0), its arms (.., 1, ..) and
(.., 2, ..); a statement reads at (.., 0) and stores at (.., 1).
Not handled here: scalars (`carried`), views bound to a name inside the nest (`subscripts` looks through them).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autovec.expression import Expr, Length, Name, Opaque, Read, Slice, walk
from autovec.loops.statement import Append, Assign, Exit, For, If, OpaqueStmt, Stmt, While, blocks, walk_statements
from autovec.outcome import Span
from autovec.record import dataclass

Time = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Access:
    """One read or write of `array[at]`; an empty `at` is the whole array. `op` is set on both halves of `a[i] op= e`."""

    array: str
    at: tuple[Expr | Slice, ...]
    write: bool
    op: str | None
    loops: tuple[For | While, ...]
    time: Time
    span: Span
    guarded: bool

    def loop_names(self) -> tuple[str, ...]:
        """The enclosing loops by the names they have in `time`, outermost first."""
        return tuple(loop_name(loop) for loop in self.loops)


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the walk stands."""

    time: Time
    loops: tuple[For | While, ...]
    guarded: bool
    arrays: frozenset[str]
    resized: frozenset[str]

    def at(self, *steps: int | str) -> _Here:
        return replace(self, time=self.time + steps)

    def inside(self, loop: For | While) -> _Here:
        return replace(self, time=(*self.time, 1, loop_name(loop)), loops=(*self.loops, loop))

    def arm(self, number: int) -> _Here:
        return replace(self, time=(*self.time, number), guarded=True)

    def access(self, array: str, at: tuple[Expr | Slice, ...], span: Span, write: bool = False, op: str | None = None) -> Access:
        return Access(array, at, write, op, self.loops, self.time, span, self.guarded)


def accesses(body: tuple[Stmt, ...], also: frozenset[str] = frozenset()) -> tuple[Access, ...]:
    """Every array access in `body`, in the order of the text; names in `also` are arrays though the text does not show it."""
    resized = frozenset(s.list for s in walk_statements(body) if isinstance(s, Append))
    return tuple(_block(body, _Here((), (), False, array_names(body) | also, resized)))


def loop_name(loop: For | While) -> str:
    """What the loop is called in a moment: its variable, or for a while where it stands."""
    return loop.var if isinstance(loop, For) else f"while {loop.span}"


def expressions(s: Stmt) -> tuple[Expr, ...]:
    """The expressions that `s` itself evaluates, blocks inside it not counted; a target's subscripts are not among them."""
    match s:
        case For(_, _, start, stop, step):
            return (start, stop) if isinstance(step, int) else (start, stop, step)
        case While(test) | If(test):
            return (test,)
        case Assign(_, _, value) | Append(_, value):
            return (value,)
        case Exit(_, value):
            return () if value is None else (value,)
        case OpaqueStmt():
            return ()


def array_names(body: tuple[Stmt, ...]) -> frozenset[str]:
    """Every name that is subscripted, measured or appended to in `body`."""
    found: set[str] = set()
    for s in walk_statements(body):
        parts = expressions(s)
        if isinstance(s, Assign):
            parts = (*parts, s.target)
        if isinstance(s, Append):
            found.add(s.list)
        found |= {x.array for e in parts for x in walk(e) if isinstance(x, Read | Length)}
    return frozenset(found)


def is_opaque(s: Stmt) -> bool:
    """Whether `s` itself, the blocks inside it not counted, does something that is not understood."""
    if isinstance(s, OpaqueStmt):
        return True
    parts = (*expressions(s), s.target) if isinstance(s, Assign) else expressions(s)
    return any(isinstance(x, Opaque) for e in parts for x in walk(e))


def _block(body: tuple[Stmt, ...], here: _Here) -> Iterator[Access]:
    for position, s in enumerate(body):
        yield from _statement(s, here.at(position))


def _statement(s: Stmt, here: _Here) -> Iterator[Access]:
    before, after = here.at(0), here.at(1)
    match s:
        case While(test, body, span):
            inner = here.inside(s)
            yield from _reads(test, span, inner.at(-1, 0))
            yield from _block(body, inner)
            return
        case OpaqueStmt(_, reads, writes, _, span):
            yield from (before.access(name, (), span) for name in sorted(reads))
            yield from (after.access(name, (), span, write=True) for name in sorted(writes))
            return
        case Assign(target, op, _, span):
            yield from _target(target, op, span, before)
        case _:
            pass
    for e in expressions(s):
        yield from _reads(e, s.span, before)
    yield from _effects(s, here, after)


def _effects(s: Stmt, here: _Here, after: _Here) -> Iterator[Access]:
    match s:
        case For(body=body):
            yield from _block(body, here.inside(s))
        case If():
            for number, block in enumerate(blocks(s), 1):
                yield from _block(block, here.arm(number))
        case Assign(Read(array, at), op, _, span):
            yield after.access(array, at, span, write=True, op=op)
        case Assign(Name(id), str(op), _, span) if id in here.arrays:
            yield after.access(id, (), span, write=True, op=op)
        case Append(name, _, span):
            yield after.access(name, (), span, write=True, op="append")
        case _:
            pass


def _target(target: Name | Read, op: str | None, span: Span, here: _Here) -> Iterator[Access]:
    if isinstance(target, Name):
        if op is not None and target.id in here.arrays:
            yield here.access(target.id, (), span, op=op)
        return
    for part in target.at:
        yield from _reads(part, span, here)
    if op is not None:
        yield here.access(target.array, target.at, span, op=op)


def _reads(e: Expr | Slice, span: Span, here: _Here) -> Iterator[Access]:
    for x in walk(e):
        match x:
            case Read(array, at):
                yield here.access(array, at, span)
            case Name(id) if id in here.arrays:
                yield here.access(id, (), span)
            case Length(array, _) if array in here.resized:
                yield here.access(array, (), span)
            case Opaque(_, names, _):
                yield from (here.access(name, (), span) for name in sorted(names))
                yield from (here.access(name, (), span, write=True) for name in sorted(names))
            case _:
                pass
