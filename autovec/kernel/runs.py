"""Loops that may run no times: what holds behind them if they do run, and the test that they do.

Comes in: a loop, perhaps around others and nothing else, and the state in front of it. Goes out: tests as text, and the state
behind at least one iteration. In Python a sum that starts with 0 is an integer where nothing was added and a float elsewhere;
where the loop does nothing the kernel need not be called, so only the latter counts. Not handled: `while`, ranges that change.
"""

from __future__ import annotations

import ast

from autovec.kernel.expressions import Reader
from autovec.kernel.state import State, either
from autovec.kernel.walk import Exits, Walk


def tests_that_it_runs(loop: ast.stmt) -> tuple[str, ...] | None:
    """What is true if and only if the nest does anything; None where no test says so."""
    nest = _nest(loop)
    found: list[str] = []
    for k, one in enumerate(nest):
        changed = {n.id for outer in nest[:k] for n in ast.walk(outer.target) if isinstance(n, ast.Name)}
        read = {n.id for n in ast.walk(one.iter) if isinstance(n, ast.Name)}
        tests = _tests(one.iter)
        if tests is None or read & changed or one.orelse:
            return None
        found += tests
    return tuple(dict.fromkeys(found)) or None


def after_running(loop: ast.stmt, state: State, reader: Reader) -> State | None:
    """The state behind a nest that ran at least once."""
    nest = _nest(loop)
    walk = Walk(reader)
    for outer in nest[:-1]:
        state = walk.iteration(outer.target, outer.iter, state)(state)
    exits = Exits()
    walk.loops.append(exits)
    end = walk.block(nest[-1].body, walk.iteration(nest[-1].target, nest[-1].iter, state)(state))
    walk.loops.pop()
    first = either(either(end, exits.continues), exits.breaks)
    return None if first is None else walk.statement(nest[0], first)


def _nest(loop: ast.stmt) -> list[ast.For]:
    """The loop, and those inside it as long as there is nothing else."""
    found: list[ast.For] = []
    while isinstance(loop, ast.For):
        found.append(loop)
        if len(loop.body) != 1:
            break
        loop = loop.body[0]
    return found


def _tests(source: ast.expr) -> list[str] | None:
    match source:
        case ast.Name():
            return [f"len({ast.unparse(source)}) > 0"]
        case ast.Call(ast.Name("enumerate"), [ast.Name() as one]):
            return [f"len({ast.unparse(one)}) > 0"]
        case ast.Call(ast.Name("zip"), parts) if all(isinstance(p, ast.Name) for p in parts):
            return [f"len({ast.unparse(p)}) > 0" for p in parts]
        case ast.Call(ast.Name("range"), [stop]) if _is_plain(stop):
            return [ast.unparse(ast.Compare(stop, [ast.Gt()], [ast.Constant(0)]))]
        case ast.Call(ast.Name("range"), [start, stop]) if _is_plain(start) and _is_plain(stop):
            return [ast.unparse(ast.Compare(stop, [ast.Gt()], [start]))]
        case _:
            return None


def _is_plain(e: ast.expr) -> bool:
    """Whether evaluating an expression again gives the same and does nothing."""
    kept = (ast.Name, ast.Constant, ast.BinOp, ast.operator, ast.expr_context, ast.Attribute, ast.Subscript, ast.Call)
    return all(isinstance(n, kept) and (not isinstance(n, ast.Call) or _is_size(n)) for n in ast.walk(e))


def _is_size(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in ("len", "min", "max")
