"""Which names a region of a function reads from before it and leaves for after it.

Comes in: a function and consecutive statements of one of its blocks. Goes out: sets of names; where Python allows more than
can be seen (closures, `global`, `locals()`, code at module level) a name counts as live. Names only: that `a[i] = x` changes
the object that `a` names is for the caller to know. An exception inside the region counts as a way out of it where a handler
is around.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from autovec.source.flow import Flow, Step, flow_of
from autovec.source.imports import Bindings
from autovec.source.scopes import bound_by, captured_names, free_loads, own_nodes, scope_names
from autovec.source.tree import Enclosing, FunctionNode, walk_nodes

_DYNAMIC = frozenset({"locals", "vars", "eval", "exec", "dir"})
_CONVERSIONS = frozenset({"builtins.float", "builtins.int", "builtins.bool"})
_MATH = frozenset(
    [
        "sqrt",
        "exp",
        "expm1",
        "exp2",
        "log",
        "log10",
        "log2",
        "log1p",
        "sin",
        "cos",
        "tan",
        "asin",
        "acos",
        "atan",
        "atan2",
        "sinh",
        "cosh",
        "tanh",
        "asinh",
        "acosh",
        "atanh",
        "hypot",
        "pow",
        "fabs",
        "fmod",
        "erf",
        "erfc",
        "gamma",
        "lgamma",
        "copysign",
        "degrees",
        "radians",
        "cbrt",
        "isnan",
        "isinf",
        "isfinite",
    ]
)

Sets = Mapping[int, frozenset[str]]


def live_out(function: FunctionNode | ast.Module, statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Names bound in the region that may be read after it, on whichever way it is left."""
    bound = bound_in(statements)
    if isinstance(function, ast.Module):
        return bound
    flow = flow_of(function)
    inside = _inside(flow, statements)
    live = _live(function)
    after = frozenset(n for i in inside for out in _ways_out(flow.steps[i], inside) for n in live.get(out, frozenset()))
    return bound & (after | _always_live(function))


def live_in(function: FunctionNode | ast.Module, statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Names that the region may read before it has surely written them; modules and builtins too, as `np` and `range`."""
    if isinstance(function, ast.Module):
        return free_loads(statements)
    flow = flow_of(function)
    live = _solved(flow, sorted(_inside(flow, statements)), lambda step: step.reads)
    return live[flow.entries[id(statements[0])]]


def passes_through(function: FunctionNode | ast.Module, statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Live-out names that the region may leave as they were, as the variable of a loop that runs no times."""
    leaving = live_out(function, statements)
    if isinstance(function, ast.Module):
        return leaving
    flow = flow_of(function)
    inside = _inside(flow, statements)
    kept = leaving & _always_live(function)
    after = _live(function)
    at_exit = {out: kept | (leaving & after[out]) for i in inside for out in flow.steps[i].next if out not in inside}
    live = _solved(flow, sorted(inside), lambda _: frozenset(), at_exit)
    return live[flow.entries[id(statements[0])]]


def bound_in(statements: Sequence[ast.stmt]) -> frozenset[str]:
    """Every name that the statements bind in their own scope."""
    return frozenset(bound_by(own_nodes(statements)))


def only_converted(
    function: FunctionNode | ast.Module,
    statements: Sequence[ast.stmt],
    name: str,
    names: Bindings,
    enclosing: Enclosing,
    arrays: frozenset[str] = frozenset(),
) -> bool:
    """Is every read of `name` after the region one that cannot tell a Python number from a NumPy scalar?

    Such are float(name), int(name), bool(name), math.sqrt(name) and its like, and `a[i] = name` where `a` is one of `arrays`.
    """
    if isinstance(function, ast.Module) or name in _always_live(function):
        return False

    def hidden(node: ast.AST) -> ast.AST | None:
        return _converted(node, names, enclosing, arrays)

    flow = flow_of(function)
    inside = _inside(flow, statements)
    live = _solved(flow, range(len(flow.steps)), lambda step: free_loads(step.parts, hidden) & {name})
    return not any(name in live.get(out, ()) for i in inside for out in _ways_out(flow.steps[i], inside))


def _converted(node: ast.AST, names: Bindings, enclosing: Enclosing, arrays: frozenset[str]) -> ast.AST | None:
    """The name in `node` that is converted there."""
    match node:
        case ast.Call(func=func, args=[ast.Name() as argument], keywords=[]):
            called = names.canonical(func, enclosing) or ""
            known = called in _CONVERSIONS or (called.startswith("math.") and called[5:] in _MATH)
            return argument if known else None
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=array))], value=ast.Name() as value):
            return value if array in arrays else None
        case _:
            return None


@lru_cache(maxsize=64)
def _always_live(function: FunctionNode) -> frozenset[str]:
    names = scope_names(function)
    calls = (n.func for n in walk_nodes(function) if isinstance(n, ast.Call))
    if any(isinstance(f, ast.Name) and f.id in _DYNAMIC for f in calls):
        return names.bound | names.declared_global | names.declared_nonlocal
    return captured_names(function.body) | names.declared_global | names.declared_nonlocal


@lru_cache(maxsize=64)
def _live(function: FunctionNode) -> Sets:
    """The names live before each step of a function."""
    flow = flow_of(function)
    return _solved(flow, range(len(flow.steps)), lambda step: step.reads)


def _inside(flow: Flow, statements: Sequence[ast.stmt]) -> frozenset[int]:
    ids = {id(s) for s in statements}
    return frozenset(i for i, step in enumerate(flow.steps) if not ids.isdisjoint(step.owners))


def _ways_out(step: Step, inside: frozenset[int]) -> list[int]:
    return [out for out in (*step.next, *step.raises) if out not in inside]


def _solved(
    flow: Flow, steps: Sequence[int], reads: Callable[[Step], frozenset[str]], at_exit: Sets | None = None
) -> Mapping[int, frozenset[str]]:
    """The names live before each of `steps`; at other steps what `at_exit` says, else none."""
    live: dict[int, frozenset[str]] = dict(at_exit or {})
    own = {i: reads(flow.steps[i]) for i in steps}
    changed = True
    while changed:
        changed = False
        for i in steps:
            before = _before(flow.steps[i], own[i], live)
            changed = changed or before != live.get(i)
            live[i] = before
    return live


def _before(step: Step, reads: frozenset[str], live: Sets) -> frozenset[str]:
    after = _joined(step.next, live)
    found = reads | (after - step.writes if step.writes else after)
    return found | _joined(step.raises, live) if step.raises else found


def _joined(steps: Sequence[int], live: Sets) -> frozenset[str]:
    nothing: frozenset[str] = frozenset()
    return live.get(steps[0], nothing) if len(steps) == 1 else nothing.union(*(live.get(i, nothing) for i in steps))
