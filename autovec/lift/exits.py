"""What a loop does in the iteration in which it ends.

Comes in: the statements of its body. Goes out: those that run in that iteration, without tests that must hold and without
what only other iterations need.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.expression import Name
from autovec.lift.state import Obstacle
from autovec.loops.exits import changed_names, exits, has_exit, leaves, read_names
from autovec.loops.statement import Assign, Exit, For, If, Stmt, walk_statements

MARK = "mark"  # the kind of an exit that only marks a place


def last_round(body: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """What the iteration does in which the loop ends: a branch that leads to no exit is not taken, and a `break` is nothing."""
    out: list[Stmt] = []
    for k, s in enumerate(body):
        match s:
            case Exit():
                return (*out, s) if s.kind not in ("break", MARK) else tuple(out)
            case For(body=inner) if has_exit((s,)):
                return (*out, *last_round(inner))
            case If() if has_exit((s,)):
                return (*out, *_last_branch(s, body[k + 1 :]))
            case _:
                out.append(s)
    return tuple(out)


def _last_branch(s: If, rest: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """A branch with exits and what follows it, for an iteration in which the loop ends in one of them."""
    if len(exits(rest)) > 1 and not leaves(s.then) and not leaves(s.orelse):
        raise Obstacle("AV030", "the loop ends early in several ways", span=s.span)
    then, orelse = (arm if leaves(arm) else (*arm, *rest) for arm in (s.then, s.orelse))
    if not has_exit(orelse):
        return last_round(then)
    if not has_exit(then):
        return last_round(orelse)
    return (replace(s, then=last_round(then), orelse=last_round(orelse)),)


def needed(body: tuple[Stmt, ...], kept: frozenset[str]) -> tuple[Stmt, ...]:
    """`body` without what only sets names that nothing reads behind it; `kept` are read behind `body`."""
    out: list[Stmt] = []
    wanted = set(kept)
    for s in reversed(body):
        if isinstance(s, If) and not has_exit((s,)):
            s = replace(s, then=needed(s.then, frozenset(wanted)), orelse=needed(s.orelse, frozenset(wanted)))
            if not s.then and not s.orelse:
                continue
        elif _only_sets(s) and not changed_names((s,)) & wanted:
            continue
        if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None:
            wanted.discard(s.target.id)
        wanted |= read_names((s,))
        out.append(s)
    return tuple(reversed(out))


def lasting(body: tuple[Stmt, ...], kept: frozenset[str]) -> tuple[Stmt, ...]:
    """`body` without statements that as a whole only set names which nothing reads behind them; the others stay as they are."""
    out: list[Stmt] = []
    wanted = set(kept)
    for s in reversed(body):
        if not _only_sets(s) or changed_names((s,)) & wanted:
            wanted |= read_names((s,))
            out.append(s)
    return tuple(reversed(out))


def _only_sets(s: Stmt) -> bool:
    """Whether a statement does nothing but set scalars."""
    inside = walk_statements((s,))
    return all(isinstance(x, For | If) or (isinstance(x, Assign) and isinstance(x.target, Name)) for x in inside)
