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


def place_alone(w: Walk, s: If) -> bool:
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
