"""Conditions: an `if` inside lanes becomes a mask.

Comes in: an `If` and the walk. A branch without loops whose arrays are each touched in one place only is evaluated arm by arm and
joined by a selection for each target; any other is run statement by statement under its mask (if-conversion); an `if` around
no lanes stays a Python `if`. The first best with its place is in `best`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.expression import (
    Apply,
    Expr,
    Lanes,
    Name,
    Read,
    Slice,
    free_axes,
    walk,
)
from autovec.facts.infer import assigned, expressions
from autovec.lift.axes import may_repeat
from autovec.lift.best import best_with_place, keeps_place, place_alone
from autovec.lift.pieces import divided, masked
from autovec.lift.state import Obstacle, Place, State, as_mask, negation, select
from autovec.lift.updates import split
from autovec.lift.variables import persist
from autovec.loops.statement import Assign, If, Stmt, walk_statements
from autovec.tensor.statement import Branch, Store, Tensor

if TYPE_CHECKING:
    from autovec.lift.walk import Walk


def branch(w: Walk, s: If) -> None:
    """Lift an `if`."""
    st = w.state
    if best_with_place(w, s) or place_alone(w, s):
        return
    test = st.value(s.test)
    if not free_axes(test) and (not st.axes or _only_stores(w, s)):
        _kept(w, s, test)
        return
    if divided(w, s, test):
        return
    test = as_mask(test, st)
    if _joinable(w, s):
        _joined(w, s, test)
        return
    if free_axes(test) and (s.orelse or len(s.then) > 1):
        test = st.temporary("mask", test)
    masked(w, s.then, test)
    test = st.held.pop()
    if s.orelse:
        masked(w, s.orelse, negation(test))
        st.held.pop()


def _only_stores(w: Walk, s: If) -> bool:
    """Whether a branch that is the same for all lanes leaves no value behind in a name: then it can stay an `if`."""
    names = {x.target.id for x in walk_statements((s,)) if isinstance(x, Assign) and isinstance(x.target, Name)}
    return not w.state.held and not names & set(w.state.env)


def _kept(w: Walk, s: If, test: Expr) -> None:
    st = w.state
    changed = frozenset[str]().union(*(assigned(x) for x in (*s.then, *s.orelse)))
    persist(st, changed, (*s.then, *s.orelse))
    outer, arms = st.out, list[tuple[Tensor, ...]]()
    env = dict(st.env)
    for body in (s.then, s.orelse):
        st.out, st.env = [], dict(env)
        w.block(body)
        arms.append(tuple(st.out))
    st.out, st.env = outer, env
    for name in changed - env.keys() if st.axes else ():
        st.dead[name] = f"`{name}` is set only where the condition holds"
    if any(arms):
        st.out.append(Branch(test, arms[0], arms[1]))


# ------------------------------------------------------------------ arms joined by selection


def _joinable(w: Walk, s: If) -> bool:
    """Only assignments, no folds over outer axes, and each array that is written is touched in one place."""
    st = w.state
    places: dict[str, set[tuple[Expr | Slice, ...]]] = {}
    written: set[str] = set()
    for x in walk_statements((s,)):
        if not isinstance(x, Assign | If) or (isinstance(x, If) and keeps_place(st, x)):
            return False
        if isinstance(x, Assign) and isinstance(x.target, Name):
            if (
                x.op is not None
                and any(a not in st.home.get(x.target.id, ()) for a in st.axes)
                and x.target.id not in _defined(s)
            ):
                return False
            if not st.axes or x.target.id in st.bound:
                return False
        elif isinstance(x, Assign) and isinstance(x.target, Read):
            written.add(x.target.array)
            fact = st.facts.array(x.target.array)
            if fact is None or fact.rank != len(x.target.at) or x.target.array in st.env:
                return False
            free = frozenset[str]().union(*map(free_axes, (st_subscript(st, y) for y in x.target.at)))
            if not set(st.axes) <= free:
                return False
        for e in expressions(x):
            for r in walk(e):
                if isinstance(r, Read):
                    places.setdefault(r.array, set()).add(r.at)
    single = _arms_of_one(s)
    aliased = any(
        a != b and st.facts.may_alias(a, b) and not (single and places[a] == places[b]) for a in written for b in places
    )
    return not aliased and all(len(places[a]) == 1 for a in written)


def _arms_of_one(s: If) -> bool:
    """Whether no arm has a second statement that could read what the first stored."""
    return all(len(arm) <= 1 and all(not isinstance(x, If) or _arms_of_one(x) for x in arm) for arm in (s.then, s.orelse))


def st_subscript(st: State, x: Expr | Slice) -> Expr | Slice:
    """A subscript's value, without counting it as a read."""
    left = dict(st.reads_left)
    out = st.subscript(x)
    st.reads_left = left
    return out


def _defined(s: If) -> set[str]:
    """Names that an arm sets before it updates them."""
    return {x.target.id for x in walk_statements((s,)) if isinstance(x, Assign) and isinstance(x.target, Name) and x.op is None}


def _joined(w: Walk, s: If, test: Expr) -> None:
    st = w.state
    if (
        len({x.target for x in walk_statements((s,)) if isinstance(x, Assign)}) > 1
        and not isinstance(test, Lanes)
        and free_axes(test)
    ):
        test = st.temporary("mask", test)
    names, elements = _effects(w, s, test, st.overlay, st.env)
    outer = st.mask()
    for name, e in names.items():
        if name in st.home and st.home[name] != st.axes and not free_axes(e) <= set(st.home[name]):
            raise Obstacle("AV033", f"`{name}` keeps the value of the last iteration behind the inner loop", span=s.span)
        st.env[name] = e if outer is None or name not in st.env else select(outer, e, st.env[name])
        st.home.setdefault(name, st.axes)
    pending = [(place, value, *split(place, value)) for place, value in elements.items()]
    _write(st, pending, outer)


def _effects(
    w: Walk, s: If, test: Expr, overlay: dict[Place, Expr], env: dict[str, Expr]
) -> tuple[dict[str, Expr], dict[Place, Expr]]:
    """The names and elements that the branch changes, as selections between its arms."""
    one = _arm(w, s.then, dict(overlay), dict(env))
    two = _arm(w, s.orelse, dict(overlay), dict(env))
    names: dict[str, Expr] = {}
    for name in sorted({n for n in (*one[0], *two[0]) if one[0].get(n) != env.get(n) or two[0].get(n) != env.get(n)}):
        a, b = one[0].get(name), two[0].get(name)
        if a is not None and b is not None:
            names[name] = select(test, a, b)
        else:
            w.state.dead[name] = f"`{name}` is set only where the condition holds"
    places: dict[Place, Expr] = {}
    for place in sorted(
        {*one[1], *two[1]} - set(overlay) | {p for p in overlay if one[1][p] != overlay[p] or two[1][p] != overlay[p]}, key=repr
    ):
        old = Read(*place)
        places[place] = select(test, one[1].get(place, old), two[1].get(place, old))
    return names, places


def _arm(
    w: Walk, body: tuple[Stmt, ...], overlay: dict[Place, Expr], env: dict[str, Expr]
) -> tuple[dict[str, Expr], dict[Place, Expr]]:
    st = w.state
    saved = st.overlay, st.env, st.held, st.dead
    st.overlay, st.env, st.held, st.dead = overlay, env, [], dict(st.dead)
    try:
        for s in body:
            _step(w, s)
        return st.env, st.overlay
    finally:
        st.overlay, st.env, st.held, st.dead = saved


def _step(w: Walk, s: Stmt) -> None:
    st = w.state
    if isinstance(s, If):
        test = as_mask(st.value(s.test), st)
        names, places = _effects(w, s, test, st.overlay, st.env)
        st.env.update(names)
        st.overlay.update(places)
        return
    assert isinstance(s, Assign)
    v = st.value(s.value)
    if isinstance(s.target, Name):
        st.env[s.target.id] = v if s.op is None else w.combined(s.op, st.value(s.target), v)
        st.home.setdefault(s.target.id, st.axes)
        st.dead.pop(s.target.id, None)
        return
    place = (s.target.array, tuple(st.subscript(x) for x in s.target.at))
    old = st.overlay.get(place, Read(*place))
    st.overlay[place] = v if s.op is None else w.combined(s.op, old, v)


Pending = tuple[Place, Expr, str | None, Expr, Expr | None]


def _write(st: State, pending: list[Pending], outer: Expr | None) -> None:
    """Store all targets of a branch at once: a value that reads what an earlier one stores is written down first."""
    done: list[Pending] = []
    for k, (place, value, op, v, mask) in enumerate(pending):
        earlier = {p[0][0] for p in pending[:k]}
        if earlier & {x.array for e in (v, mask) if e is not None for x in walk(e) if isinstance(x, Read)}:
            v = st.temporary("value", v, copy=True)
            mask = None if mask is None else st.temporary("mask", mask, copy=True)
        done.append((place, value, op, v, mask))
    for (array, at), _, op, v, mask in done:
        free = frozenset[str]().union(*map(free_axes, at))
        both = mask if outer is None else outer if mask is None else Apply("and", (outer, mask))
        st.settle(array)
        axes = tuple(a for a in st.axes if a in free)
        st.out.append(Store(array, at, axes, op, v, both, st.axes, may_repeat(at, axes, st)))
