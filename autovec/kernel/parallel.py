"""Which loop of a kernel may run on several cores at once, as `for i in prange(0, n)`.

Comes in: a loop's site, its tree and the facts about it. Goes out: a `Lanes`: the outermost loop of which no iteration needs
another one, the scalars that it adds up, and the tests that rule out arrays which are one; or the refusal that says in the
user's names what one iteration has to do with another. Arrays are judged by their dependences, and a store into an element that
another iteration changes is a race, whatever the operator. Scalars are judged by the text: Numba gives each thread its own
of what an iteration binds before it reads it, and joins those that are reductions; any other comes out wrong without a word.
Not handled: loops over anything but `range` with step 1, extremes spelled as `if x > m: m = x`, last values.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field, replace

from autovec.depend import Dependences, accesses, explain
from autovec.expression import Apply
from autovec.facts.table import Facts
from autovec.kernel.bounds import lasting
from autovec.kernel.extraction import REFUSED, arms
from autovec.kernel.number import Mismatch, Number
from autovec.kernel.state import State
from autovec.kernel.way import changed_names
from autovec.loops.statement import Append, Assign, For, If, Stmt, While, walk_statements
from autovec.outcome import Refusal
from autovec.propose.reading import Located
from autovec.propose.roles import assumptions
from autovec.record import dataclass
from autovec.source.liveness import bound_in, live_in, live_out
from autovec.source.tree import FunctionNode, walk_nodes

_FOLDS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_KINDS = (frozenset(("float", "float64")), frozenset(("int", "int64")))
_MOST_ALIASES = 3  # more tests are worse to read than a second core is worth
_HINT = "threads can join `t += e`, `t *= e`, `t = min(t, e)` and `t = max(t, e)`, once in the loop"
Canonical = Callable[[ast.expr], str | None]
Pairs = frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Lanes:
    """The loop that runs on several cores. `folds` are its reductions with their operators, `tests` what has to be asked of
    memory in front of it."""

    loop: ast.For
    folds: Mapping[str, str] = field(default_factory=dict[str, str])
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """Where a loop stands: the function around it, what is known of the whole nest, what the names of its text mean, and how the
    file says numpy and prange."""

    function: FunctionNode | ast.Module
    located: Located
    canonical: Canonical
    numpy: str
    prange: str


def lanes(scene: Scene, statement: ast.stmt) -> Lanes | Refusal:
    """The outermost loop of a statement that may run in parallel; else why its own may not."""
    if any(isinstance(n, ast.Name) and n.id == scene.prange for n in walk_nodes(statement)):
        return Refusal(REFUSED, f"`{scene.prange}` is a variable of the loop")
    first: Refusal | None = None
    for loop in _outer_first(statement):
        found = _lanes(scene, loop)
        if isinstance(found, Lanes):
            return found
        first = first or found
    return first or Refusal(REFUSED, "the loop counts nothing, so that nobody knows its iterations beforehand")


def check_folds(found: Lanes, head: State) -> bool:
    """Whether a reduction may change the last bits of a float; raises `Mismatch` where its type is not one throughout."""
    rounds = False
    for name, op in found.folds.items():
        value = head.names.get(name)
        if not isinstance(value, Number) or not any(value.kinds <= same for same in _KINDS):
            kinds = " or ".join(sorted(value.kinds)) if isinstance(value, Number) else "an array"
            raise Mismatch(f"`{name}` is {kinds}, and threads join numbers of one type only")
        rounds = rounds or (op not in ("max", "min") and value.kinds <= _KINDS[0])
    return rounds


def _outer_first(statement: ast.stmt) -> list[ast.For]:
    """The `for` loops of a statement: outer ones before inner ones, and of those side by side the deepest nest first."""
    found: list[tuple[int, int, int, ast.For]] = []

    def visit(s: ast.stmt, depth: int) -> int:
        inside = [visit(t, depth + isinstance(s, ast.For | ast.While)) for block in arms(s) for t in block]
        below = max(inside, default=0)
        if isinstance(s, ast.For):
            found.append((depth, -below, s.lineno, s))
        return below + isinstance(s, ast.For | ast.While)

    visit(statement, 0)
    return [entry[3] for entry in sorted(found, key=lambda entry: entry[:3])]


def _lanes(scene: Scene, loop: ast.For) -> Lanes | Refusal:
    why = _form(scene, loop) or _exit(loop) or _growing(loop)
    if why:
        return Refusal(REFUSED, why)
    folds = _folds(scene, loop)
    if isinstance(folds, str):
        return Refusal(REFUSED, folds, _HINT)
    tests = _apart(scene, loop)
    return tests if isinstance(tests, Refusal) else Lanes(loop, folds, tests)


# ------------------------------------------------------------------ what the text shows


def _form(scene: Scene, loop: ast.For) -> str:
    match loop.iter:
        case ast.Call(func, [_] | [_, _], []) if scene.canonical(func) == "builtins.range" and isinstance(loop.target, ast.Name):
            if loop.target.id in bound_in(loop.body):
                return f"`{loop.target.id}` is changed in the loop that counts it"
            return "" if not loop.orelse else "the loop has an `else`"
        case _:
            return f"the loop runs over `{ast.unparse(loop.iter)}`, not over a range with step 1"


def _exit(loop: ast.For) -> str:
    """What may end the loop before its last iteration."""
    inside = {id(n) for s in loop.body for t in walk_nodes(s) if isinstance(t, ast.For | ast.While) for b in t.body
              for n in walk_nodes(b)}  # fmt: skip
    for n in (n for s in loop.body for n in walk_nodes(s)):
        if isinstance(n, ast.Return | ast.Raise | ast.Assert) or (isinstance(n, ast.Break) and id(n) not in inside):
            return f"`{ast.unparse(n).splitlines()[0]}` on line {n.lineno} may end the loop before its last iteration"
    return ""


def _growing(loop: ast.For) -> str:
    """A list that grows or shrinks."""
    for n in (n for s in loop.body for n in walk_nodes(s)):
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and n.func.attr in ("append", "pop"):
            return f"`{ast.unparse(n)}` on line {n.lineno} changes how long a list is"
    return ""


def _folds(scene: Scene, loop: ast.For) -> dict[str, str] | str:
    """The reductions; or why a scalar of the loop is none, though it is handed on."""
    bound = bound_in(loop.body)
    handed = live_in(scene.function, loop.body) & bound
    folds: dict[str, str] = {}
    for name in sorted(handed):
        op = _fold(loop, name, scene.canonical)
        if not op:
            return f"an iteration needs what another one left in `{name}` {_places(loop, name)}"
        folds[name] = op
    assert isinstance(loop.target, ast.Name)
    last = sorted((live_out(scene.function, [loop]) & (bound | {loop.target.id})) - folds.keys())
    return f"`{last[0]}` is read behind the loop, where it is what the last iteration left" if last else folds


def _places(loop: ast.For, name: str) -> str:
    every = {n.lineno for s in loop.body for n in walk_nodes(s) if isinstance(n, ast.Name) and n.id == name}
    return f"on line {min(every)}" if every else ""


def _fold(loop: ast.For, name: str, canonical: Canonical) -> str:
    """The operator with which one statement folds something into `name`, which nothing else in the loop touches; "" for none."""
    every = list(walk_nodes(loop))
    found = [(op, 1 if isinstance(n, ast.AugAssign) else 2) for n in every if (op := _update(n, name, canonical))]
    uses = sum(isinstance(n, ast.Name) and n.id == name for n in every)
    return found[0][0] if len(found) == 1 and found[0][1] == uses else ""


def _update(n: ast.AST, name: str, canonical: Canonical) -> str:
    match n:
        case ast.AugAssign(ast.Name(id), op, _) if id == name:
            return _FOLDS.get(type(op), "")
        case ast.Assign([ast.Name(id)], ast.BinOp(ast.Name(first), op, _)) if id == first == name:
            return _FOLDS.get(type(op), "")
        case ast.Assign([ast.Name(id)], ast.Call(func, [ast.Name(first), _], [])) if id == first == name:
            return (canonical(func) or "").removeprefix("builtins.") if canonical(func) in _EXTREMES else ""
        case _:
            return ""


_EXTREMES = ("builtins.max", "builtins.min")


# ------------------------------------------------------------------ what its dependences show


def _apart(scene: Scene, loop: ast.For) -> tuple[str, ...] | Refusal:
    """The tests on memory under which no iteration touches what another one stores."""
    whole = scene.located.loop
    place = (loop.lineno, loop.col_offset)
    tree = next((s for s in walk_statements((whole,)) if isinstance(s, For) and (s.span.line, s.span.column) == place), None)
    if tree is None or tree.step != 1:
        return Refusal(REFUSED, "what the loop counts is not known")
    nest = replace(tree, body=_as_stores(tree.body))
    facts = lasting(scene.located.inside, changed_names((whole,)), [s for s in walk_statements((whole,)) if isinstance(s, For)])
    pairs = _pairs(nest, facts)
    if isinstance(pairs, Refusal):
        return pairs
    return _tests(nest, facts, pairs, scene.numpy)


def _tests(nest: For, facts: Facts, pairs: Pairs, numpy: str) -> tuple[str, ...] | Refusal:
    tests: list[str] = []
    while True:
        known = replace(assumptions(nest, facts, pairs), may_wrap=True)
        bad = Dependences(nest, known).between_iterations()
        if bad is None:
            return tuple(tests)
        if bad.via_alias is None or bad.via_alias not in pairs or len(tests) == _MOST_ALIASES:
            return Refusal(REFUSED, explain(bad))
        a, b = sorted(bad.via_alias)
        tests.append(f"not {numpy}.may_share_memory({a}, {b})")
        pairs -= {bad.via_alias}


def _pairs(nest: For, facts: Facts) -> Pairs | Refusal:
    """Arrays of which one is stored into and that may be the same one; parts of one array are never told apart."""
    touched = accesses((nest,))
    stored, every = {a.array for a in touched if a.write}, {a.array for a in touched}
    pairs: set[frozenset[str]] = set()
    for a in sorted(stored):
        for b in sorted(every - {a}):
            x, y = facts.array(a), facts.array(b)
            if x and y and x.base and x.base == y.base:
                return Refusal(REFUSED, f"`{a}` and `{b}` are parts of one array, and which elements they share is not known")
            if facts.may_alias(a, b):
                pairs.add(frozenset((a, b)))
    return frozenset(pairs)


def _as_stores(body: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
    """The statements with `a[i] op= e` as `a[i] = a[i] op e`: of two threads that do it at the same time, one is lost."""
    return tuple(map(_as_store, body))


def _as_store(s: Stmt) -> Stmt:
    match s:
        case Assign(target, str(op), value):
            return replace(s, op=None, value=Apply(op, (target, value)))
        case If(_, then, orelse):
            return replace(s, then=_as_stores(then), orelse=_as_stores(orelse))
        case For() | While():
            return replace(s, body=_as_stores(s.body))
        case Append(name):
            raise AssertionError(f"the list {name} grows")
        case _:
            return s
