"""Conditions on positions: an arm that runs from one place of an axis to another is lifted on that piece of the axis alone.

Comes in: an `if` around lanes, and its test as a value. Goes out: its arms on pieces of the axes, so that `if i >= k: y[i] +=
x[i - k]` becomes `y[k:] += x[:-k]`: index-set splitting. What the test says beside that is a mask over the piece; an arm at one
place (`if i == 0`) runs without the axis. Not handled: tests on two axes at once (a triangle stays a mask), arms that append or
leave the loop, and names that the axis hands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from autovec.affine import Affine, affine, expression_of, written
from autovec.expression import (
    MIRRORED,
    ONE,
    Apply,
    Axis,
    Const,
    Expr,
    Lanes,
    Name,
    Read,
    Reduce,
    Scan,
    Slice,
    free_axes,
    free_names,
    rebuild,
)
from autovec.facts.infer import assigned, expressions
from autovec.facts.kinds import in_arrays
from autovec.facts.value import ArrayFact, Trust
from autovec.lift.state import Obstacle, State, as_mask, negation
from autovec.lift.updates import split
from autovec.lift.variables import make_variable, read_names, stored_in
from autovec.loops.statement import Assign, For, If, Stmt, walk_statements
from autovec.record import dataclass
from autovec.tensor.statement import Branch, Extent, Store

if TYPE_CHECKING:
    from autovec.lift.walk import Walk

OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Bound:
    """What one comparison says of an axis: it is not below ("low"), below ("stop"), or exactly at a value ("at")."""

    axis: str
    side: str
    value: Expr


@dataclass(frozen=True, slots=True)
class Piece:
    """The lanes in which an arm runs: bounds of axes, and conditions that are none."""

    bounds: tuple[Bound, ...]
    rest: tuple[Expr, ...]


def divided(w: Walk, s: If, test: Expr) -> bool:
    """Lift a branch on pieces of the axes; False where no arm of it runs on one."""
    st = w.state
    if not st.divides or not st.axes or st.overlay or not _is_plain(w, s):
        return False
    arms = [(s.then, _piece(st, _conjuncts(test))), (s.orelse, _piece(st, _conjuncts(opposite(test, st))))]
    arms = [(body, piece) for body, piece in arms if body]
    if not any(piece.bounds for _, piece in arms):
        return False
    if len(arms) > 1 and stored_in(s.then, st) & free_names(test):
        return False
    _settle(st, s)
    for body, piece in arms:
        _arm(w, body, piece, s)
    return True


def _is_plain(w: Walk, s: If) -> bool:
    """Whether the arms only assign, and no name in them is handed on, read behind the nest, or an array."""
    st, names = w.state, assigned(s)
    special = st.scans.keys() | st.running | st.early.keys() | st.rows.keys() | st.live_out
    plain = all(isinstance(x, Assign | If | For) for x in walk_statements((s,)))
    return plain and not names & special and not any(st.facts.array(n) and n not in st.parts for n in names)


# ------------------------------------------------------------------ tests as bounds


def _conjuncts(test: Expr) -> tuple[Expr, ...]:
    if isinstance(test, Apply) and test.fn == "and":
        return tuple(x for a in test.args for x in _conjuncts(a))
    return (test,)


def opposite(test: Expr, st: State) -> Expr:
    """The opposite test, comparisons of whole numbers turned around."""
    match test:
        case Apply("or", args):
            return _all([opposite(a, st) for a in args])
        case Apply(fn, (a, b)) if fn in OPPOSITE and _is_whole(a, st) and _is_whole(b, st):
            return Apply(OPPOSITE[fn], (a, b))
        case _:
            return negation(test)


def _is_whole(e: Expr, st: State) -> bool:
    """Whether a value is a Python integer, which has no other order than that of numbers."""
    return bool(st.kinds(e)) and st.kinds(e) <= {"int"}


def _piece(st: State, conjuncts: tuple[Expr, ...]) -> Piece:
    found = [(c, _bound(st, c)) for c in conjuncts]
    return Piece(tuple(b for _, b in found if b is not None), tuple(c for c, b in found if b is None))


def _bound(st: State, test: Expr) -> Bound | None:
    """What a comparison says of one axis; None where it is about none, or about more."""
    if not isinstance(test, Apply) or test.fn not in OPPOSITE or len(test.args) != 2:
        return None
    a, b = test.args
    form = affine(Apply("-", (a, b))) if _is_whole(a, st) and _is_whole(b, st) else None
    axes = free_axes(test)
    if form is None or len(axes) != 1:
        return None
    (axis,) = axes
    factor, rest = form.coefficient(Axis(axis)), form.without(Axis(axis))
    if abs(factor) != 1 or free_axes(expression_of(rest)) or axis not in st.axes or st.extents[axis].step != 1:
        return None
    sign = test.fn if factor == 1 else MIRRORED[test.fn]
    value = rest.times(-factor)
    match sign:
        case "<" | "<=":
            return Bound(axis, "stop", written(value if sign == "<" else value.plus(Affine((), 1))))
        case ">" | ">=":
            return Bound(axis, "low", written(value if sign == ">=" else value.plus(Affine((), 1))))
        case "==":
            return Bound(axis, "at", written(value))
        case _:
            return _all_but(st, axis, written(value))


def _all_but(st: State, axis: str, value: Expr) -> Bound | None:
    """All lanes but one: a piece where that is the first or the last."""
    extent = st.extents[axis]
    if st.facts.same(value, extent.start):
        return Bound(axis, "low", st.difference(value, Const(-1)))
    if st.facts.same(value, Apply("-", (extent.stop, ONE))):
        return Bound(axis, "stop", value)
    return None


# ------------------------------------------------------------------ arms


def _settle(st: State, s: If) -> None:
    """Write down what the arms would change under the names that read it, and make variables of the names that they set."""
    for array in sorted(stored_in((s,), st)):
        st.settle(array)
    for name in sorted(assigned(s) & st.env.keys()):
        e = st.env[name]
        if (isinstance(e, Read) and e.array == name) or name in {x.var for x in _loops(s)}:
            continue
        st.settle(name)
        if name not in st.bound:
            make_variable(st, name)


def _loops(s: If) -> list[For]:
    return [x for x in walk_statements((s,)) if isinstance(x, For)]


def masked(w: Walk, body: tuple[Stmt, ...], mask: Expr) -> None:
    """Run an arm statement by statement in the lanes of `mask`, which stays on the pile of masks (it may be written down)."""
    st = w.state
    st.held.append(mask)
    before = set(st.env)
    w.block(body)
    for name in set(st.env) - before:
        del st.env[name]
        st.dead[name] = f"`{name}` is set only where the condition holds"


def _arm(w: Walk, body: tuple[Stmt, ...], piece: Piece, s: If) -> None:
    """Lift an arm in its lanes."""
    st = w.state
    places, tests = _places(st, piece)
    if Const(False) in tests:
        return
    outer, env, home, axes, held = st.out, st.env, st.home, st.axes, st.held
    names = frozenset(n for x in walk_statements(body) for e in expressions(x) for n in read_names(e)) | assigned(s)
    move = _Move(st, places)
    st.env = {k: move.value(e) if k in names else e for k, e in env.items()}
    st.home = {k: move.axes(v) for k, v in home.items()}
    st.axes, st.held = move.axes(axes), [move.value(m) for m in held]
    rest = [as_mask(move.value(c), st) for c in piece.rest]
    tests, rest = [*tests, *(c for c in rest if not free_axes(c))], [c for c in rest if free_axes(c)]
    st.out = []
    if rest:
        masked(w, body, _all(rest))
    else:
        w.block(body)
    inner, st.out = st.out, outer
    made = {x.target.id for x in walk_statements(body) if isinstance(x, Assign) and isinstance(x.target, Name) and x.op is None}
    made = set(st.env) if st.axes else made
    st.env, st.home, st.axes, st.held = env, home, axes, held
    for name in made - env.keys():
        st.dead[name] = f"`{name}` is set only where the condition holds"
    st.out += [Branch(_all(tests), tuple(inner), ())] if tests and inner else inner


def _all(tests: list[Expr]) -> Expr:
    return reduce(lambda a, b: Apply("and", (a, b)), tests)


def _places(st: State, piece: Piece) -> tuple[dict[str, Expr], list[Expr]]:
    """What each axis of a piece becomes, and the tests that a single place exists."""
    places: dict[str, Expr] = {}
    tests: list[Expr] = []
    for axis in dict.fromkeys(b.axis for b in piece.bounds):
        extent = st.extents[axis]
        at, lows, stops = ([b.value for b in piece.bounds if b.axis == axis and b.side == k] for k in ("at", "low", "stop"))
        if at:
            places[axis] = at[0]
            tests += [Apply("==", (at[0], x)) for x in at[1:]]
            tests += [t for x in (extent.start, *lows) if (t := _reached(st, x, at[0])) != Const(True)]
            tests += [t for x in (extent.stop, *stops) if (t := _passed(st, at[0], x)) != Const(True)]
        else:
            start, stop = extent.start, extent.stop
            for x in lows:
                start = _later(st, start, x, "max")
            for x in stops:
                stop = _later(st, stop, x, "min")
            places[axis] = Axis(_new_axis(st, axis, Extent(start, stop, 1)))
    return places, tests


def _reached(st: State, first: Expr, place: Expr) -> Expr:
    """A test that a place is not in front of the first one; a constant where that is known."""
    if _is_below(st, place, first):
        return Const(False)
    return Const(True) if st.facts.nonnegative(st.difference(place, first)) else Apply(">=", (place, first))


def _passed(st: State, place: Expr, stop: Expr) -> Expr:
    """A test that a place lies in front of a stop; a constant where that is known."""
    if st.facts.nonnegative(st.difference(place, stop)):
        return Const(False)
    return Const(True) if _is_below(st, place, stop) else Apply("<", (place, stop))


def _is_below(st: State, a: Expr, b: Expr) -> bool:
    return st.facts.nonnegative(st.difference(st.difference(b, a), ONE))


def _later(st: State, a: Expr, b: Expr, which: str) -> Expr:
    """The larger or the smaller of two positions."""
    if st.facts.nonnegative(st.difference(b, a)):
        return b if which == "max" else a
    if st.facts.nonnegative(st.difference(a, b)):
        return a if which == "max" else b
    parts = dict.fromkeys(x for e in (a, b) for x in (e.args if isinstance(e, Apply) and e.fn == which else (e,)))
    return Apply(which, tuple(sorted(parts, key=lambda x: isinstance(x, Const))))


def _new_axis(st: State, axis: str, extent: Extent) -> str:
    """An axis for a piece of another, right behind it."""
    name, k = f"·{axis}", 2
    while name in st.extents:
        name, k = f"·{axis}{k}", k + 1
    items = list(st.extents.items())
    at = next(k for k, (a, _) in enumerate(items) if a == axis)
    st.extents = dict([*items[: at + 1], (name, extent), *items[at + 1 :]])
    return name


# ------------------------------------------------------------------ values on a piece


@dataclass(frozen=True, slots=True)
class _Move:
    """Values of whole axes as values on a piece of them."""

    st: State
    places: Mapping[str, Expr]

    def axes(self, axes: tuple[str, ...]) -> tuple[str, ...]:
        """The axes that are left."""
        found = (self.places.get(a, Axis(a)) for a in axes)
        return tuple(x.id for x in found if isinstance(x, Axis))

    def value(self, e: Expr) -> Expr:
        """`e` on the piece."""
        if not free_axes(e) & self.places.keys():
            return e
        match e:
            case Axis(id):
                return self.places[id]
            case Lanes(id, axes):
                return self._part(id, axes)
            case Scan():
                raise Obstacle("AV021", "a running value is used under a condition on positions")
            case Reduce(op, axes, body, where, start):
                inner = _Move(self.st, {k: v for k, v in self.places.items() if k not in axes})
                parts = (None if x is None else inner.value(x) for x in (where, start))
                return Reduce(op, axes, inner.value(body), *parts)
            case _:
                out = rebuild(e, self.value)
                assert not isinstance(out, Slice)
                return out

    def _part(self, id: str, axes: tuple[str, ...]) -> Read:
        """A part of a variable that holds a value for each lane."""
        st = self.st
        kinds = st.lanes.get(id, frozenset[str]())
        if id in st.mixed or len(in_arrays(kinds)) != 1:
            raise Obstacle("AV010", f"the type of `{id}` may differ from lane to lane")
        sizes = tuple(st.difference(st.extents[a].stop, st.extents[a].start) for a in axes)
        if any(st.extents[a].step != 1 for a in axes):
            raise Obstacle("AV041", f"a part of `{id}`, which has a step")
        st.parts.add(id)
        st.facts = replace(st.facts, names={**st.facts.names, id: ArrayFact("ndarray", kinds, sizes, Trust.PROVED, True)})
        return Read(id, tuple(st.difference(self.places.get(a, Axis(a)), st.extents[a].start) for a in axes))


def is_part(name: str, st: State) -> bool:
    """Whether a name stands for a part of its own variable."""
    e = st.env.get(name)
    return isinstance(e, Read) and e.array == name and name in st.parts


def store_part(name: str, v: Expr, s: Assign, st: State) -> None:
    """The variable of a name takes a new value on a piece of its axes."""
    place = st.env[name]
    assert isinstance(place, Read)
    op, value, mask = split((name, place.at), v)
    new, held = st.kinds(v), st.lanes[name]
    if not new or not held or len(in_arrays(new | held)) != 1:
        raise Obstacle("AV010", f"the type of `{name}` may differ from lane to lane", "annotate the array's dtype", s.span)
    free = frozenset[str]().union(*map(free_axes, place.at)) if place.at else frozenset[str]()
    if not free_axes(v) <= free:
        raise Obstacle("AV021", f"`{name}` carries a value from one iteration to the next", span=s.span)
    st.out.append(Store(name, place.at, tuple(a for a in st.axes if a in free), op, value, mask, st.axes))
