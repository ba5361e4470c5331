"""Where a loop's body ends the loop.

Comes in: statements with exits in them. Goes out: the exits; the statements without them; the nest with the statements that lead
up to an exit behind the loop that it ends, which is when they run; and the names that statements read and change.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.expression import ONE, Expr, Name, Read, free_names
from autovec.loops.statement import Append, Assign, Exit, For, If, Stmt, While, expressions, renamed, walk_statements


def has_exit(body: tuple[Stmt, ...]) -> bool:
    """Whether a statement in `body` ends the loop whose body this is."""
    return bool(exits(body))


def exits(body: tuple[Stmt, ...]) -> list[Exit]:
    """The exits in `body` that end the loop whose body this is; a `break` of a loop inside is that loop's own."""
    found: list[Exit] = []
    for s in body:
        match s:
            case Exit():
                found.append(s)
            case If(_, then, orelse):
                found += [*exits(then), *exits(orelse)]
            case For(body=inner) | While(body=inner):
                found += [e for e in exits(inner) if e.kind not in ("break", "continue")]
            case _:
                pass
    return found


def without_exits(body: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """What an iteration does that does not end the loop."""
    out: list[Stmt] = []
    for s in body:
        match s:
            case If(_, then, orelse) if has_exit((s,)):
                one, other = without_exits(then), without_exits(orelse)
                gone = (leaves(then), leaves(orelse))
                if gone == (True, True):
                    return tuple(out)
                if True in gone:
                    out += other if gone[0] else one
                elif one or other:
                    out.append(replace(s, then=one, orelse=other))
            case For(body=inner) if has_exit((s,)):
                out.append(replace(s, body=without_exits(inner)))
            case Exit():
                return tuple(out)
            case _:
                out.append(s)
    return tuple(out)


def leaves(body: tuple[Stmt, ...]) -> bool:
    """Whether the loop has surely ended behind `body`."""
    last = body[-1] if body else None
    return isinstance(last, Exit) or (isinstance(last, If) and leaves(last.then) and leaves(last.orelse))


def exits_behind(body: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """The same accesses in an order that an array form keeps: what leads up to an exit runs once, behind its loop.

    The loop's variable is then any of its values: a name that changes.
    """
    out: list[Stmt] = []
    for s in body:
        match s:
            case For(var, body=inner):
                kept, last = _parted(exits_behind(inner))
                hit = Name(f"{var}·hit")
                out.append(replace(s, body=kept))
                out += (Assign(hit, "+", ONE, s.span), *renamed(last, {var: hit})) if last else ()
            case If(_, then, orelse):
                out.append(replace(s, then=exits_behind(then), orelse=exits_behind(orelse)))
            case _:
                out.append(s)
    return tuple(out)


def _parted(body: tuple[Stmt, ...]) -> tuple[tuple[Stmt, ...], tuple[Stmt, ...]]:
    """What a loop does in every iteration, its tests included, and what it does in its last one only."""
    kept: list[Stmt] = []
    last: list[Stmt] = []
    for s in body:
        match s:
            case If(_, then, orelse) if any(isinstance(x, Exit) for x in walk_statements((s,))):
                arms: list[tuple[Stmt, ...]] = []
                for arm in (then, orelse):
                    one, other = ((), arm) if leaves(arm) else _parted(arm)
                    arms.append(one)
                    last += other
                kept.append(replace(s, then=arms[0], orelse=arms[1]))
            case Exit():
                pass
            case _:
                kept.append(s)
    return tuple(kept), tuple(x for x in last if not isinstance(x, Exit))


def read_names(body: tuple[Stmt, ...]) -> frozenset[str]:
    """Every name that `body` reads, arrays among them; a target that is updated counts."""
    found: set[str] = set()
    for s in walk_statements(body):
        parts: tuple[Expr, ...] = expressions(s)
        if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None:
            parts = (s.value,)
        found |= {n for e in parts for n in free_names(e)}
    return frozenset(found)


def changed_names(body: tuple[Stmt, ...]) -> frozenset[str]:
    """Every name that `body` binds, and every array and list that it stores to."""
    found: set[str] = set()
    for s in walk_statements(body):
        match s:
            case Assign(Name(id), _, _):
                found.add(id)
            case Assign(Read(array, _), _, _):
                found.add(array)
            case Append(name, _):
                found.add(name)
            case _:
                pass
    return frozenset(found)
