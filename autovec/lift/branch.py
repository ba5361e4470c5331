"""Conditions: an `if` inside lanes becomes a mask.

Comes in: an `If` and the walk. A branch without loops whose arrays are each touched in one place only is evaluated arm by arm and
joined by a selection for each target; any other is run statement by statement under its mask (if-conversion); an `if` around
no lanes stays a Python `if`. The first best with its place (`if x > best: best, where = x, i`) is an argmax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.expression import (
    ZERO,
    Apply,
    Axis,
    Const,
    Expr,
    Lanes,
    Name,
    Read,
    Reduce,
    Slice,
    free_axes,
    rebuild,
    substitute,
    walk,
)
from autovec.facts.infer import assigned, expressions
from autovec.lift.state import Obstacle, Place, State, as_mask, negation, select
from autovec.loops.statement import Assign, If, Stmt, walk_statements
from autovec.tensor.statement import Bind, Branch, Store, Tensor

if TYPE_CHECKING:
    from autovec.lift.walk import Walk


def branch(w: Walk, s: If) -> None:
    """Lift an `if`."""
    st = w.state
    if _best_with_place(w, s) or _place_alone(w, s):
        return
    test = st.value(s.test)
    if not free_axes(test) and (not st.axes or _only_stores(w, s)):
        _kept(w, s, test)
        return
    test = as_mask(test, st)
    if _joinable(w, s):
        _joined(w, s, test)
        return
    if free_axes(test) and (s.orelse or len(s.then) > 1):
        test = st.temporary("mask", test)
    _masked(w, s.then, test)
    test = st.held.pop()
    if s.orelse:
        _masked(w, s.orelse, negation(test))
        st.held.pop()


def _only_stores(w: Walk, s: If) -> bool:
    """Whether a branch that is the same for all lanes leaves no value behind in a name: then it can stay an `if`."""
    names = {x.target.id for x in walk_statements((s,)) if isinstance(x, Assign) and isinstance(x.target, Name)}
    return not w.state.held and not names & set(w.state.env)


def _masked(w: Walk, body: tuple[Stmt, ...], mask: Expr) -> None:
    """Run an arm statement by statement in the lanes of `mask`, which stays on the pile of masks (it may be written down)."""
    st = w.state
    st.held.append(mask)
    before = set(st.env)
    w.block(body)
    for name in set(st.env) - before:
        del st.env[name]
        st.dead[name] = f"`{name}` is set only where the condition holds"


def _kept(w: Walk, s: If, test: Expr) -> None:
    st = w.state
    changed = frozenset[str]().union(*(assigned(x) for x in (*s.then, *s.orelse)))
    w.persist(changed, (*s.then, *s.orelse))
    outer, arms = st.out, list[tuple[Tensor, ...]]()
    env = dict(st.env)
    for body in (s.then, s.orelse):
        st.out, st.env = [], dict(env)
        w.block(body)
        arms.append(tuple(st.out))
    st.out, st.env = outer, env
    st.out.append(Branch(test, arms[0], arms[1]))


# ------------------------------------------------------------------ arms joined by selection


def _joinable(w: Walk, s: If) -> bool:
    """Only assignments, no folds over outer axes, and each array that is written is touched in one place."""
    st = w.state
    places: dict[str, set[tuple[Expr | Slice, ...]]] = {}
    written: set[str] = set()
    for x in walk_statements((s,)):
        if not isinstance(x, Assign | If):
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
        st.env[name] = e if outer is None or name not in st.env else select(outer, e, st.env[name])
        st.home.setdefault(name, st.axes)
    pending = [(place, value, *_split(place, value, test, s)) for place, value in elements.items()]
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


def _split(place: Place, value: Expr, test: Expr, s: If) -> tuple[str | None, Expr, Expr | None]:
    """(op, value, mask): a selection that keeps the old value is a mask, one that updates it in both arms an update."""
    old = Read(*place)
    match value:
        case Apply("where", (c, a, b)) if b == old:
            return (*_update(old, a), c)
        case Apply("where", (c, a, b)) if a == old:
            return (*_update(old, b), negation(c))
        case Apply("where", (c, a, b)):
            (op, x), (other, y) = _update(old, a), _update(old, b)
            if op is not None and op == other:
                return op, select(c, x, y), None
            return None, value, None
        case _:
            return (*_update(old, value), None)


def _update(old: Expr, value: Expr) -> tuple[str | None, Expr]:
    match value:
        case Apply(("+" | "-" | "*" | "/" | "//" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>") as op, (a, b)) if a == old:
            return op, b
        case Apply("where", (c, a, b)):
            (op, x), (other, y) = _update(old, a), _update(old, b)
            return (op, select(c, x, y)) if op is not None and op == other else (None, value)
        case _:
            return None, value


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
        st.out.append(Store(array, at, tuple(a for a in st.axes if a in free), op, v, both, st.axes))


# ------------------------------------------------------------------ the first best and its place


def _best_with_place(w: Walk, s: If) -> bool:
    """`if x > best: best = x; where = i` with `best` from outside some lanes; done if it is that."""
    st = w.state
    shape = _pattern(s)
    if shape is None:
        return False
    op, key, best, others = shape
    home = st.home.get(best.id, ())
    axes = tuple(a for a in st.axes if a not in home)
    if not axes or st.mask() is not None or not others:
        return False
    x = st.value(key)
    if not set(axes) <= free_axes(x):
        raise Obstacle("AV041", "the same value is compared again and again", span=s.span)
    old = st.env.get(best.id, best)
    better = Reduce(op, axes, x, None, old)
    found = Reduce(f"arg{op}", axes, x, None, old)
    for target, value in others:
        _place(w, target, _position(st, value, axes, found, s), better, old, op, s)
    if best.id in st.env:
        w.define(best.id, better, Assign(best, None, key, s.span))
    else:
        st.settle(best.id)
        st.out.append(Bind(best.id, (), None, better))
    return True


def place_of_best(s: If) -> tuple[str, Read, Name] | None:
    """`if a[i] > a[best]: best = i`: the fold, the element compared, and the name that keeps the place."""
    match s:
        case If(Apply(("<" | ">") as fn, (Read() as x, Read() as held)), (Assign(Name() as best, None, Name() as i, _),), ()):
            pass
        case _:
            return None
    if substitute(held, {best.id: i}) == held:
        x, held, fn = held, x, "<" if fn == ">" else ">"
    if substitute(held, {best.id: i}) != x or x == held:
        return None
    return ("max" if fn == ">" else "min"), x, best


def _place_alone(w: Walk, s: If) -> bool:
    """The place of the first best where only the place is kept: the value that it starts with is read once."""
    st = w.state
    found = place_of_best(s)
    if found is None:
        return False
    op, key, best = found
    home = st.home.get(best.id, ())
    axes = tuple(a for a in st.axes if a not in home)
    x = st.value(key)
    if len(axes) != 1 or st.mask() is not None or set(axes) - free_axes(x):
        return False
    start = st.value(substitute(key, {axes[0]: best}))
    extent = st.extents[axes[0]]
    if extent.step != 1 or any(isinstance(y, Axis) and y.id in axes for y in walk(start)):
        return False
    better = Reduce(op, axes, x)
    place: Expr = Reduce(f"arg{op}", axes, x)
    place = place if extent.start == ZERO else Apply("+", (place, extent.start))
    beats = Apply(">" if op == "max" else "<", (better, start))
    if best.id in st.env:
        st.env[best.id] = select(beats, place, st.env[best.id])
    else:
        st.settle(best.id)
        st.out.append(Branch(beats, (Bind(best.id, (), None, place),), ()))
    return True


def _pattern(s: If) -> tuple[str, Expr, Name, list[tuple[Name | Read, Expr]]] | None:
    match s:
        case If(Apply(("<" | ">") as fn, (a, b)), then, ()):
            pass
        case _:
            return None
    if not all(isinstance(x, Assign) and x.op is None for x in then):
        return None
    pairs = [(x.target, x.value) for x in then if isinstance(x, Assign)]
    for key, best, op in ((a, b, "max" if fn == ">" else "min"), (b, a, "min" if fn == ">" else "max")):
        hits = [t for t, v in pairs if t == best and v == key]
        if isinstance(best, Name) and hits and not any(best == y for y in walk(key)):
            return op, key, best, [(t, v) for t, v in pairs if t != best]
    return None


def _position(st: State, value: Expr, axes: tuple[str, ...], found: Expr, s: If) -> Expr:
    """What `value` was in the winning lane, in terms of the winner's position."""
    v = st.value(value)
    free = free_axes(v) & set(axes)
    if not free:
        return v
    if len(axes) != 1:
        raise Obstacle("AV041", "the place of the best over several loops", span=s.span)
    extent = st.extents[axes[0]]
    if extent.step != 1:
        raise Obstacle("AV041", "the place of the best in a loop with a step", span=s.span)
    place = found if extent.start == ZERO else Apply("+", (found, extent.start))
    return _at(v, axes[0], place)


def _at(e: Expr, axis: str, place: Expr) -> Expr:
    if isinstance(e, Axis):
        return place if e.id == axis else e
    if isinstance(e, Read | Reduce | Lanes) and axis in free_axes(e):
        raise Obstacle("AV041", "a value that belongs to the place of the best")
    out = rebuild(e, lambda part: _at(part, axis, place))
    assert not isinstance(out, Slice)
    return out


def _place(w: Walk, target: Name | Read, value: Expr, better: Expr, old: Expr, op: str, s: If) -> None:
    st = w.state
    beats = Apply(">" if op == "max" else "<", (better, old))
    if isinstance(target, Read):
        at = tuple(st.subscript(x) for x in target.at)
        free = frozenset[str]().union(*map(free_axes, at))
        axes = tuple(a for a in st.axes if a in free)
        if any(a not in free_axes(better) for a in axes) or set(axes) != set(free_axes(better)):
            raise Obstacle("AV041", f"`{target.array}` keeps the place of the best", span=s.span)
        st.settle(target.array)
        st.out.append(Store(target.array, at, axes, None, value, beats, st.axes))
        return
    kept = st.env.get(target.id)
    if kept is None:
        st.out.append(Branch(beats, (Bind(target.id, (), None, value),), ()))
        return
    st.env[target.id] = select(beats, value, kept)


__all__ = ["Const", "branch"]
