"""The first best with its place: `if x > best: best, where = x, i` is an argmax.

Comes in: an `If` and the walk. Goes out: whether it was one; then the names hold folds. Not handled: places in loops with a step,
and over several loops at once.
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
from autovec.facts.kinds import FLOATS
from autovec.lift.state import Obstacle, State, select
from autovec.loops.statement import Assign, If
from autovec.tensor.statement import Bind, Branch, Store

if TYPE_CHECKING:
    from autovec.lift.walk import Walk


def best_with_place(w: Walk, s: If) -> bool:
    """`if x > best: best = x; where = i` with `best` from outside some lanes; done if it is that."""
    st = w.state
    shape = _pattern(s)
    if shape is None:
        return False
    op, key, best, others = shape
    axes = _folded(st, best)
    if not axes or not others:
        return False
    x = st.value(key)
    if not set(axes) <= free_axes(x):
        raise Obstacle("AV041", "the same value is compared again and again", span=s.span)
    mask = st.mask()
    if mask is not None:
        x = _among(st, mask, x, op, s)
    old = st.env.get(best.id, best)
    beats = Apply(">" if op == "max" else "<", (Reduce(op, axes, x), old))
    plain = [t for t, _ in others if isinstance(t, Name) and t.id not in st.env]
    if best.id not in st.env and len(plain) == len(others):  # then the place is asked for only where there is a number
        found = Reduce(f"nanarg{op}" if _are_floats(st, x) else f"arg{op}", axes, x)
        binds = [Bind(t.id, (), None, _position(st, v, axes, found, s)) for t, (_, v) in zip(plain, others, strict=True)]
        for name in (best.id, *(t.id for t in plain)):
            st.settle(name)
        st.out.append(Branch(beats, (*binds, Bind(best.id, (), None, Reduce(op, axes, x))), ()))
        return True
    found = Reduce(f"arg{op}", axes, x)
    for target, value in others:
        _place(w, target, _position(st, value, axes, found, s), beats, s)
    better = Reduce(op, axes, x, None, old)
    if best.id in st.env:
        w.define(best.id, better, Assign(best, None, key, s.span))
    else:
        st.settle(best.id)
        st.out.append(Bind(best.id, (), None, better))
    return True


def keeps_place(st: State, s: If) -> bool:
    """Whether an `if` remembers the best of some lanes with its place."""
    shape, alone = _pattern(s), place_of_best(s)
    best = shape[2] if shape is not None and shape[3] else alone[2] if alone is not None else None
    return best is not None and bool(_folded(st, best))


def _folded(st: State, best: Name) -> tuple[str, ...]:
    """The axes over which `best` is one value."""
    home = st.home.get(best.id, ())
    return tuple(a for a in st.axes if a not in home)


def _among(st: State, mask: Expr, x: Expr, op: str, s: If) -> Expr:
    """`x`, and what can win against nothing in the lanes that do not take part."""
    if not _are_floats(st, x):
        raise Obstacle("AV041", "the place of the best among some of the values, which may be no floats", span=s.span)
    return Apply("where", (mask, x, Const(float("-inf" if op == "max" else "inf"))))


def _are_floats(st: State, x: Expr) -> bool:
    return bool(kinds := st.kinds(x)) and kinds <= FLOATS | {"float"}


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


def place_alone(w: Walk, s: If) -> bool:
    """The place of the first best where only the place is kept: the value that it starts with is read once."""
    st = w.state
    found = place_of_best(s)
    if found is None:
        return False
    op, key, best = found
    axes = _folded(st, best)
    if not axes:
        return False
    x = st.value(key)
    start = st.value(substitute(key, {axes[0]: best}))
    extent = st.extents[axes[0]]
    whole = len(axes) == 1 and st.mask() is None and set(axes) <= free_axes(x) and extent.step == 1
    if not whole or any(isinstance(y, Axis) and y.id in axes for y in walk(start)):
        raise Obstacle("AV041", f"the place `{best.id}` of the best among some of the values", span=s.span)
    better = Reduce(op, axes, x)
    alone = best.id not in st.env  # then the place is asked for only where there is a number
    place: Expr = Reduce(f"nanarg{op}" if alone and _are_floats(st, x) else f"arg{op}", axes, x)
    place = place if extent.start == ZERO else Apply("+", (place, extent.start))
    beats = Apply(">" if op == "max" else "<", (better, start))
    if alone:
        st.settle(best.id)
        st.out.append(Branch(beats, (Bind(best.id, (), None, place),), ()))
    else:
        st.env[best.id] = select(beats, place, st.env[best.id])
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


def _place(w: Walk, target: Name | Read, value: Expr, beats: Apply, s: If) -> None:
    st = w.state
    if isinstance(target, Read):
        at = tuple(st.subscript(x) for x in target.at)
        free = frozenset[str]().union(*map(free_axes, at))
        axes = tuple(a for a in st.axes if a in free)
        if set(axes) != set(free_axes(beats.args[0])):
            raise Obstacle("AV041", f"`{target.array}` keeps the place of the best", span=s.span)
        st.settle(target.array)
        st.out.append(Store(target.array, at, axes, None, value, beats, st.axes))
        return
    kept = st.env.get(target.id)
    if kept is None:
        st.out.append(Branch(beats, (Bind(target.id, (), None, value),), ()))
        return
    st.env[target.id] = select(beats, value, kept)
