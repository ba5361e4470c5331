"""Scalars that one lane hands to the next: running folds, and values kept from the iteration before.

Comes in: a loop that becomes an axis, and the walk. When an iteration begins such a name holds a `Scan` over the lanes before,
from its update on one over the lanes up to it, and behind the loop the value of the last lane.
Not handled: an update that only some iterations reach, and, for a name that is read before its update, one that takes in what
is not known yet when the iteration begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from autovec.depend import Carried, Use
from autovec.expression import Apply, Const, Expr, Lanes, Length, Name, Read, Reduce, Scan, Slice, free_names, substitute, walk
from autovec.facts.infer import assigned
from autovec.facts.table import Facts
from autovec.lift.state import Obstacle
from autovec.loops.statement import Append, Assign, For, Stmt, walk_statements
from autovec.record import dataclass
from autovec.tensor.statement import Bind, all_statements

if TYPE_CHECKING:
    from autovec.lift.walk import Walk


@dataclass(frozen=True, slots=True)
class Running:
    """A name that runs along an axis: its fold ("last": it keeps the latest value) and what it held in front of the loop."""

    name: str
    op: str
    axis: str
    start: Expr
    home: tuple[str, ...] | None  # the axes around its definition, where it held a value for each lane of them


def enter(w: Walk, loop: For, carried: list[Carried]) -> list[Running]:
    """Give the names that `loop` hands on the values that they have when an iteration begins."""
    st = w.state
    if carried and st.mask() is not None:
        raise _handed_on(carried[0], loop)
    runs = {c.name: _running(w, loop, c) for c in carried}
    for c in carried:
        st.env.pop(c.name, None)
        st.dead[c.name] = f"`{c.name}` is read before its update"
        if c.use is Use.SCAN:
            st.scans[c.name] = runs[c.name]
    for name in st.scans.keys() & runs.keys():
        st.reads_left[name] -= 1  # the update's own
    st.running |= runs.keys()
    waiting: list[Carried] = [c for c in carried if c.use is Use.LAST or c.reads != "after"]
    while waiting:
        before = _Before(w, loop, frozenset(runs), frozenset(c.name for c in waiting))
        late: list[Carried] = []
        for c in waiting:
            e = before.taken_in(c)
            if e is None:
                late.append(c)
                continue
            st.dead.pop(c.name)
            st.env[c.name] = Scan(runs[c.name].op, loop.var, e, runs[c.name].start, True)
        if len(late) == len(waiting):
            raise _handed_on(waiting[0], loop)
        waiting = late
    return list(runs.values())


def _handed_on(c: Carried, loop: For) -> Obstacle:
    what = f"`{c.name}` carries a value from one iteration of `{loop.label or 'the loop'}` to the next"
    return Obstacle("AV021", what, span=loop.span)


def _running(w: Walk, loop: For, c: Carried) -> Running:
    st = w.state
    if c.name in st.dead:
        raise Obstacle("AV033", st.dead[c.name], span=loop.span)
    start = st.env.get(c.name) or _held(w, c.name)
    home = st.home.get(c.name, ()) if c.name in st.env else None
    if c.use is Use.LAST:
        st.home[c.name] = (*st.axes[:-1], loop.var)
    return Running(c.name, _fold(loop, c), loop.var, start, home)


def _fold(loop: For, c: Carried) -> str:
    if c.use is Use.LAST:
        return "last"
    subtracts = any(isinstance(s, Assign) and s.target == Name(c.name) and s.op == "-" for s in loop.body)
    return "-" if subtracts else c.op or ""


def _held(w: Walk, name: str) -> Expr:
    """What a variable of the function holds when the loop begins."""
    st = w.state
    if not st.kept and not any(isinstance(s, Bind) and s.name == name for s in all_statements(tuple(st.out))):
        return st.starts.get(name) or Name(name)
    st.lanes[name] = st.kinds(Name(name))
    return Lanes(name, ())


@dataclass(frozen=True, slots=True)
class _Before:
    """What an iteration will put into a name, as it is known when the iteration begins; `names` are those that run, of which
    `waiting` have no value yet."""

    w: Walk
    loop: For
    names: frozenset[str]
    waiting: frozenset[str]
    stored: list[frozenset[str]] = field(default_factory=list[frozenset[str]])

    def taken_in(self, c: Carried) -> Expr | None:
        """The value of a name's update, None where it is not known yet."""
        at = next((k for k, s in enumerate(self.loop.body) if c.name in assigned(s)), len(self.loop.body))
        s = self.loop.body[at]
        value = None if c.value is None or not isinstance(s, Assign) else self._flat(c.value, at)
        if value is None or not isinstance(s, Assign):
            return None
        st = self.w.state
        left = dict(st.reads_left)
        e = st.value(value)
        st.reads_left = left
        return e

    def _flat(self, e: Expr, at: int) -> Expr | None:
        """`e` at a position of the body in terms of what holds at its beginning."""
        body = self.loop.body
        changed = {n: [k for k, s in enumerate(body) if n in assigned(s)] for n in free_names(e)}
        known: dict[str, Expr] = {}
        for x in walk(e):
            if isinstance(x, Read | Length) and (changed[x.array] or self._is_stored(x.array, body[:at])):
                return None
            if not isinstance(x, Name) or not changed[x.id] or x.id in known:
                continue
            value = self._value(x.id, changed[x.id], at)
            if value is None:
                return None
            known[x.id] = value
        return substitute(e, known)

    def _value(self, name: str, writers: list[int], at: int) -> Expr | None:
        if name in self.names and writers[0] >= at:
            return None if name in self.waiting else Name(name)
        match self.loop.body[writers[0]]:
            case Assign(Name(id), None, value, _) if id == name and len(writers) == 1 and writers[0] < at:
                flat = self._flat(value, writers[0])
                return flat if flat is None or not isinstance(value, Apply) else self._written_down(name, flat)
            case _:
                return None

    def _written_down(self, name: str, flat: Expr) -> Expr:
        """A temporary that is needed early: its value, computed once."""
        st = self.w.state
        if name not in st.early:
            e = st.value(flat)
            name_ = st.fresh(name) if name in st.live_out else name
            axes = st.ordered(e)
            if not axes:
                return flat
            st.lanes[name_] = st.kinds(e)
            st.out.append(Bind(name_, axes, None, e))
            st.early[name] = Lanes(name_, axes)
        return st.early[name]

    def _is_stored(self, array: str, body: tuple[Stmt, ...]) -> bool:
        facts = self.w.state.facts
        stores = (s.target.array for s in walk_statements(body) if isinstance(s, Assign) and isinstance(s.target, Read))
        lists = (s.list for s in walk_statements(body) if isinstance(s, Append))
        return any(place == array or facts.may_alias(place, array) for place in (*stores, *lists))


def advance(w: Walk, r: Running, s: Assign) -> None:
    """The update of a name that runs along an axis."""
    st = w.state
    v = st.value(s.value) if s.op else Const(-1)  # without an operator it is `name = -name`
    e: Expr = Scan(r.op, r.axis, v, r.start)
    if st.reads_left.get(r.name, 0) > 1 or _is_needed(w, r.name):
        name = st.fresh(_several(r.name))
        st.lanes[name] = st.kinds(e)
        axes = st.ordered(e)
        st.out.append(Bind(name, axes, None, e))
        st.mixed |= {name} if st.is_mixed(e) else set()
        e = Lanes(name, axes)
    st.dead.pop(r.name, None)
    st.env[r.name] = e


def _several(name: str) -> str:
    """What the values of a name are called."""
    return f"{name}s" if len(name) > 2 and not name.endswith("s") else f"{name}_values"


def _is_needed(w: Walk, name: str) -> bool:
    """Whether somebody may read the name behind the loop."""
    st = w.state
    return name in st.live_out or name in st.bound or st.kept > 0


def leave(w: Walk, loop: For, runs: list[Running]) -> None:
    """Behind the loop: each name holds what the last lane left."""
    st = w.state
    st.running -= {r.name for r in runs}
    for r in _in_order(w, runs):
        st.scans.pop(r.name, None)
        v = st.env.pop(r.name, None)
        st.home.pop(r.name, None)
        if r.home is not None:
            st.home[r.name] = r.home
        if r.name in st.dead or v is None:
            continue
        if not _is_needed(w, r.name) and not st.reads_left.get(r.name, 0) > 0:
            st.dead[r.name] = f"`{r.name}` keeps the value of the last iteration behind the loop"
            continue
        _last(w, loop, r, v)


def _in_order(w: Walk, runs: list[Running]) -> list[Running]:
    """A name whose last value is made of what another one started with comes before that one."""
    out: list[Running] = []
    rest = list(runs)
    values = {r.name: w.state.env.get(r.name) for r in runs}
    while rest:
        first = next((r for r in rest if not any(_reads(values[o.name], r.name) for o in rest if o is not r)), None)
        if first is None:
            raise Obstacle("AV021", f"`{rest[0].name}` and `{rest[1].name}` hand values to each other")
        out.append(first)
        rest.remove(first)
    return out


def _reads(e: Expr | None, name: str) -> bool:
    return e is not None and name in free_names(e)


def _last(w: Walk, loop: For, r: Running, v: Expr) -> None:
    st = w.state
    if r.name in st.bound or r.home is None:
        bind_last(w, loop, r.name, v)
        return
    st.env[r.name] = Reduce("last", (loop.var,), v, None, r.start)


def bind_last(w: Walk, loop: For, name: str, v: Expr) -> None:
    """A variable holds what the last lane left, where there is one."""
    st = w.state
    if name in st.live_out and st.is_mixed(v):
        raise Obstacle("AV033", f"`{name}` has one type behind some iterations and another behind others", span=loop.span)
    axes = st.bound.get(name, ())
    st.settle(name)
    st.out.append(Bind(name, axes, None, Reduce("last", (loop.var,), v, None, Lanes(name, axes) if axes else Name(name))))
    if axes:
        st.env[name] = Lanes(name, axes)


def known_starts(setups: Mapping[str, Expr], nest: For, facts: Facts) -> dict[str, Expr]:
    """What names held in front of the nest, where the nest and the other set-up statements leave it as it is."""
    changed = {n for n, e in setups.items() if not isinstance(e, Const)} | assigned(nest)
    stored = {s.target.array for s in walk_statements((nest,)) if isinstance(s, Assign) and isinstance(s.target, Read)}

    def stays(x: Expr | Slice) -> bool:
        match x:
            case Const() | Name():
                return True
            case Apply(fn, _):
                return fn in ("neg", "float")
            case Read(array, _):
                return not any(a == array or facts.may_alias(a, array) for a in stored)
            case _:
                return False

    return {name: e for name, e in setups.items() if not free_names(e) & changed and all(map(stays, walk(e)))}
