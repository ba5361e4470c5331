"""Last values: what a name that a loop sets holds behind it, also where only some iterations set it.

Comes in: a loop whose iterations have become lanes, and the names that are read behind it. Goes out: for each of them a search
for the last lane that sets it, in which what leads to its value is computed once, as scalars; a name that every lane sets takes
its value from the last one. Not handled: values made of what the loop itself stores or carries along.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autovec.depend import Role, scalar_carried
from autovec.expression import ONE, Apply, Const, Expr, Name, free_axes
from autovec.facts.infer import assigned
from autovec.lift.exits import MARK, last_round, lasting, needed
from autovec.lift.search import Hunt, extent_in, lifted, names_read, place_of, stored
from autovec.lift.state import Obstacle, State
from autovec.loops.exits import changed_names, read_names
from autovec.loops.statement import Append, Assign, Exit, For, If, Stmt, walk_statements
from autovec.record import dataclass
from autovec.tensor.statement import Bind, Branch, Extent, Search, Tensor

if TYPE_CHECKING:
    from autovec.lift.walk import Walk


@dataclass(frozen=True, slots=True)
class Later:
    """What follows a loop: the names that get their last value there, what binds them, and all that the loop set."""

    names: frozenset[str] = frozenset()
    then: tuple[Tensor, ...] = ()
    gone: frozenset[str] = frozenset()


def behind(w: Walk, later: Later) -> None:
    """Bind the last values; all else that only an iteration knew is lost."""
    st = w.state
    st.out += later.then
    for name in later.gone:
        st.dead.setdefault(name, f"`{name}` keeps the value of the last iteration behind the loop")
    for name in later.names:
        st.dead.pop(name, None)


def values(w: Walk, loop: For) -> tuple[For, Later]:
    """An outermost loop over lanes without what only its last values took, and those."""
    if w.state.axes or w.state.held:
        return loop, Later()
    carried = _carried(loop)
    always = {s.target.id for s in loop.body if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None}
    wanted = [n for n in _set_in(loop) if n in w.state.live_out and n not in carried | always]
    kept = carried | always & w.state.live_out
    if not wanted and loop.label not in w.state.live_out:
        rest = replace(loop, body=lasting(loop.body, kept))
        return rest, Later(gone=assigned(loop) - assigned(rest))
    later: list[Tensor] = []
    names = frozenset(wanted)
    extent = extent_in(w, loop)
    tainted = carried | _twins(w.state, loop)
    if loop.label in w.state.live_out:
        held = _last(extent, loop)
        later.append(_where_it_ran(extent, (Bind(loop.label, (), None, held),)))
        w.settled.add(loop.label)
    while wanted:
        name = wanted.pop()
        body, test, loops = _path(w, loop, name, tainted)
        straight = _straight(loop, name)
        group = [name, *(n for n in wanted if straight and n in changed_names(body) and _path(w, loop, n, tainted)[1] == test)]
        wanted = [n for n in wanted if n not in group]
        later.append(_bound(w, loop, Found(body, test, loops, frozenset(group)), tainted))
    rest = replace(loop, body=lasting(loop.body, kept))
    mixed = names & changed_names(rest.body)
    if mixed and any(isinstance(s, For) and w.roles.get(s.var) is Role.S for s in walk_statements(rest.body)):
        raise Obstacle("AV033", f"`{min(mixed)}` is read behind the loop", span=loop.span)
    return rest, Later(names, tuple(later), assigned(loop) - assigned(rest))


def check_handed_on(w: Walk, loop: For) -> None:
    """Refuse where a loop that stays hands on a name which lanes inside it set: none of them is the last."""
    for c in scalar_carried(loop):
        if c.name in w.state.dead:
            raise Obstacle("AV033", w.state.dead[c.name], span=loop.span)


def check_variables(w: Walk, nest: For) -> None:
    """Refuse where a name is read behind the nest of which only an iteration knew the value, or a loop's variable."""
    for s in walk_statements((nest,)):
        if isinstance(s, For) and s.label in w.state.live_out - w.settled:
            raise Obstacle("AV033", f"`{s.label}` is read behind the loop", span=s.span)
    late = sorted(set(w.state.dead) & w.state.live_out)
    if late:
        raise Obstacle("AV033", w.state.dead[late[0]])


def _set_in(loop: For) -> list[str]:
    """The names that the loop sets, in the order of the text."""
    found = (s.target.id for s in walk_statements((loop,)) if isinstance(s, Assign) and isinstance(s.target, Name))
    return list(dict.fromkeys(found))


def _carried(loop: For) -> frozenset[str]:
    """Names that one iteration of a loop hands to the next, or folds into, and those that remember where a best was."""
    chain = [s for s in walk_statements((loop,)) if isinstance(s, For)]
    folded = {s.target.id for s in walk_statements((loop,)) if isinstance(s, Assign) and s.op and isinstance(s.target, Name)}
    handed = [c for s in chain for c in scalar_carried(s)]
    return frozenset(folded | {c.name for c in handed} | {name for c in handed for name, _ in c.companions})


def _twins(st: State, loop: For) -> frozenset[str]:
    """The arrays and lists that the loop changes, and those that may be the same."""
    changed = stored((loop,)) | {s.list for s in walk_statements((loop,)) if isinstance(s, Append)}
    known = [n for n in st.facts.names if st.facts.array(n) is not None]
    return frozenset(changed | {n for n in known for a in changed if n != a and st.facts.array(a) and st.facts.may_alias(n, a)})


@dataclass(frozen=True, slots=True)
class Found:
    """What sets `names`: the statements of one iteration, the test for the lanes that run them, and the loops around."""

    body: tuple[Stmt, ...]
    test: Expr
    loops: list[For]
    names: frozenset[str]


def _straight(loop: For, name: str) -> bool:
    """Whether only one statement sets `name`."""
    return sum(isinstance(s, Assign) and s.target == Name(name) for s in walk_statements((loop,))) == 1


def _path(w: Walk, loop: For, name: str, tainted: frozenset[str]) -> tuple[tuple[Stmt, ...], Expr, list[For]]:
    """What leads to the value of `name` in one iteration, the lanes that set it, and the loops around."""
    marked = _marked((loop,), name)[0]
    assert isinstance(marked, For)
    hunt = Hunt(w, tainted)
    test = hunt.first(marked)
    body = hunt.loops[0].body
    return last_round(body) if _straight(loop, name) else _flat(body, name), test, hunt.loops


def _bound(w: Walk, loop: For, found: Found, tainted: frozenset[str]) -> Tensor:
    body, loops, test = needed(found.body, found.names), found.loops, found.test
    name = min(found.names)
    if read_names(body) & tainted or any(not isinstance(s, Assign | If | For) for s in walk_statements(body)):
        raise Obstacle("AV033", f"`{name}` keeps a value that the loop changes on the way", span=loop.span)
    if not free_axes(test):
        if test != Const(True) or len(loops) > 1:
            raise Obstacle("AV033", f"`{name}` is read behind the loop", span=loop.span)
        extent = extent_in(w, loop)
        then = lifted(w, body, {loop.var: _last(extent, loop)}, found.names)
        return _where_it_ran(extent, then)
    labels = tuple(place_of(w, s) for s in loops)
    then = lifted(w, body, {s.var: Name(label) for s, label in zip(loops, labels, strict=True)}, found.names)
    asked = bool(set(labels) & names_read(then))
    downwards = {s.step == -1 for s in loops}
    clash = set(labels) & (frozenset(_set_in(loop)) | w.state.live_out)
    if asked and (len(free_axes(test)) < len(loops) or len(downwards) > 1 or clash):
        raise Obstacle("AV033", f"`{name}` is read behind the loop", span=loop.span)
    return Search(tuple(s.var for s in loops), test, labels if asked else (), then, downwards != {True}, False)


def _marked(body: tuple[Stmt, ...], name: str) -> tuple[Stmt, ...]:
    """The statements with an exit in place of each that sets `name`."""
    out: list[Stmt] = []
    for s in body:
        match s:
            case Assign(Name(id), _, _, span) if id == name:
                out += (s, Exit(MARK, None, span))
            case For(body=inner):
                out.append(replace(s, body=_marked(inner, name)))
            case If(_, then, orelse):
                out.append(replace(s, then=_marked(then, name), orelse=_marked(orelse, name)))
            case _:
                out.append(s)
    return tuple(out)


def _flat(body: tuple[Stmt, ...], name: str) -> tuple[Stmt, ...]:
    """One iteration of all loops around the statements that set `name`, without the marks."""
    out: list[Stmt] = []
    for s in body:
        match s:
            case For(body=inner) if name in changed_names((s,)):
                out += _flat(inner, name)
            case If(_, then, orelse):
                out.append(replace(s, then=_flat(then, name), orelse=_flat(orelse, name)))
            case Exit():
                pass
            case _:
                out.append(s)
    return tuple(out)


def _last(extent: Extent, loop: For) -> Expr:
    """The value of the loop's variable in its last iteration."""
    if loop.step == -1:
        return extent.start
    if extent.step != 1:
        raise Obstacle("AV033", f"`{loop.label}` is read behind a loop with a step", span=loop.span)
    match extent.stop:
        case Const(int() as n):
            return Const(n - 1)
        case stop:
            return Apply("-", (stop, ONE))


def _where_it_ran(extent: Extent, then: tuple[Tensor, ...]) -> Branch:
    """Statements that run only where the loop did."""
    return Branch(Apply(">", (extent.stop, extent.start)), then, ())
