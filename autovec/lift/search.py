"""Early exits: a loop that ends at the first lane in which a test holds.

Comes in: a loop over lanes with a `return`, `break` or `raise` in it, and the walk. All tests are made at once, on what the
arrays hold in front of the loop; the lanes up to the first hit are then lifted as a loop that is as long, and the iteration in
which the loop ends is run once, as scalars. Where nothing but a `raise` ends the loop, the tests stand in front and all lanes
follow.
Not handled: tests on what the loop itself changes, and lanes that end at different times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from autovec.depend import Role, scalar_carried
from autovec.expression import Apply, Axis, Const, Expr, Name, free_axes, free_names
from autovec.facts.value import ScalarFact, Trust
from autovec.lift.axes import extent_of
from autovec.lift.exits import last_round, needed
from autovec.lift.state import Obstacle, as_mask, negation
from autovec.loops.exits import changed_names, exits, has_exit, read_names, without_exits
from autovec.loops.statement import Append, Assign, Exit, For, If, Stmt, renamed, walk_statements
from autovec.record import dataclass
from autovec.tensor.statement import Bind, Branch, Extent, Leave, Search, Tensor, all_statements, expressions_of

if TYPE_CHECKING:
    from autovec.lift.walk import Walk

INTEGER = frozenset(("int",))
HUNTED = "·hunted"  # ends the names of axes on which only tests are made: those of the lanes may run in another order


def leave(w: Walk, s: Exit) -> None:
    """An exit that no lane takes alone."""
    st = w.state
    if st.axes or st.held or s.kind == "continue":
        raise Obstacle("AV030", f"the loop can end early: `{s.kind}`", span=s.span)
    for name, e in s.names:
        value = st.value(e)
        if value != Name(name):
            st.out.append(Bind(name, (), None, value))
    value = None if s.value is None else st.value(s.value)
    st.out.append(Leave(s.kind, value, s.text, tuple(Name(n) for n, _ in s.names)))


def search(w: Walk, loop: For) -> None:
    """Lift a loop over lanes that may end early."""
    st = w.state
    ways = exits(loop.body)
    if st.axes or st.held or any(e.kind == "continue" for e in ways):
        raise Obstacle("AV030", f"the loop can end early: `{ways[0].kind}`", span=ways[0].span)
    hunt = Hunt(w, _changed(loop))
    test = hunt.first(loop)
    if not free_axes(test):
        raise Obstacle("AV030", "whether the loop ends early is the same for all iterations", span=ways[0].span)
    raising = all(e.kind == "raise" for e in ways)
    busy = bool(hunt.tainted | stored(without_exits(loop.body)))
    if not busy or raising:
        _ended(w, hunt, test, ways, early=not raising)
        if busy:
            w.lanes(replace(loop, body=without_exits(loop.body)))
        else:
            _bury(w, loop)
        return
    _cut(w, hunt, test, loop)


def _changed(loop: For) -> frozenset[str]:
    """What one iteration leaves to the next, or to what follows the loop: no test may read it.

    An array may be read by tests that stand in front of all stores: the dependences allow that all lanes read it first.
    """
    chain = [loop, *(s for s in walk_statements(loop.body) if isinstance(s, For) and has_exit(s.body))]
    carried = {c.name for s in chain for c in scalar_carried(s)}
    filled = {s.list for s in walk_statements(without_exits(loop.body)) if isinstance(s, Append)}
    for s in chain:
        last = max(k for k, x in enumerate(s.body) if has_exit((x,)))
        filled |= stored(without_exits(s.body[: last + 1]))
    return frozenset(carried & changed_names(without_exits(loop.body)) | filled)


def stored(body: tuple[Stmt, ...]) -> set[str]:
    """The arrays that `body` stores to."""
    return {s.target.array for s in walk_statements(body) if isinstance(s, Assign) and not isinstance(s.target, Name)}


def _apart(w: Walk, filled: frozenset[str], read: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The pairs of an array that is stored to and one that a test reads which may be the same."""
    facts = w.state.facts
    arrays = [(a, b) for a in filled for b in read if facts.array(a) and facts.array(b) and facts.may_alias(a, b)]
    return tuple(sorted({(min(p), max(p)) for p in arrays}))


def _bury(w: Walk, loop: For) -> None:
    """Names of the iterations hold their last value behind the loop."""
    for name in changed_names(without_exits(loop.body)):
        w.state.dead[name] = f"`{name}` keeps the value of the last iteration behind the loop"


def extent_in(w: Walk, loop: For) -> Extent:
    """The values of a loop's axis, which no other loop's variable may change."""
    st = w.state
    start, stop = w.literal(st.value(loop.start)), st.value(loop.stop)
    if free_axes(start) | free_axes(stop):
        raise Obstacle("AV036", f"the range of `{loop.label or loop.var}` depends on another loop's variable", span=loop.span)
    st.extents[loop.var] = extent_of(loop, start, stop)
    return st.extents[loop.var]


def own_axes(loop: For) -> For:
    """The loop and those inside it that end it, with variables that no other axis is called by."""
    var = f"{loop.var}{HUNTED}"
    body = tuple(own_axes(s) if isinstance(s, For) and has_exit((s,)) else s for s in loop.body)
    return replace(loop, var=var, body=renamed(body, {loop.var: Name(var)}))


@dataclass(slots=True)
class Hunt:
    """Finds the lanes in which a loop would end. `tainted` is what a test may not read; `loops` are those that are searched."""

    w: Walk
    tainted: frozenset[str]
    loops: list[For] = field(default_factory=list[For])

    def first(self, loop: For) -> Expr:
        """The test for each lane, in terms of what holds in front of the loop; the walk's state stays as it is."""
        st = self.w.state
        kept = st.env, st.home, st.dead, st.reads_left, len(st.out)
        tainted = self.tainted
        st.env, st.home, st.dead, st.reads_left = dict(st.env), dict(st.home), dict(st.dead), {}
        try:
            self._enter(own_axes(loop))
            test = self._block(self.loops[0].body)
        finally:
            st.env, st.home, st.dead, st.reads_left, _ = kept
            st.axes, self.tainted = (), tainted
        if len(st.out) != kept[-1] or test is None:
            raise Obstacle("AV030", "the test that ends the loop takes a loop of its own", span=loop.span)
        return test

    def _enter(self, loop: For) -> None:
        st = self.w.state
        extent_in(self.w, loop)
        st.axes = (*st.axes, loop.var)
        st.env[loop.var] = Axis(loop.var)
        self.loops.append(loop)

    def _block(self, body: tuple[Stmt, ...]) -> Expr | None:
        """The lanes that reach an exit in `body`."""
        found: Expr | None = None
        for s in body:
            if isinstance(s, Exit):
                return Const(True)
            if isinstance(s, For) and has_exit((s,)):
                return self._inner(s, body)
            if isinstance(s, If) and has_exit((s,)):
                found = _either(found, self._branch(s))
            elif not has_exit((s,)):
                self._local(s)
            else:
                raise Obstacle("AV035", "how often the `while` loop runs depends on the data", span=s.span)
        return found

    def _inner(self, loop: For, body: tuple[Stmt, ...]) -> Expr | None:
        if sum(has_exit((s,)) for s in body) > 1 or self.w.roles.get(loop.var.removesuffix(HUNTED)) is not Role.V:
            raise Obstacle("AV030", "the loop ends early in several places", span=loop.span)
        if any(e.kind == "break" for e in exits(loop.body)):
            raise Obstacle("AV030", "the lanes end at different times", span=loop.span)
        self._enter(loop)
        return self._block(loop.body)

    def _branch(self, s: If) -> Expr | None:
        self._check(read_names((replace(s, then=(), orelse=()),)), s)
        st = self.w.state
        test = as_mask(st.value(s.test), st)
        found: Expr | None = None
        for arm, mask in ((s.then, test), (s.orelse, negation(test))):
            env, dead = dict(st.env), dict(st.dead)
            inside = self._block(arm) if has_exit(arm) else None
            st.env, st.dead = env, dead
            if inside is not None:
                found = _either(found, mask if inside == Const(True) else Apply("and", (mask, inside)))
        return found

    def _local(self, s: Stmt) -> None:
        """A statement without an exit: what it sets for its own iteration may be read by a test, all else may not."""
        changed = changed_names((s,))
        if stored((s,)) or changed & self.tainted or read_names((s,)) & self.tainted:
            self.tainted |= frozenset(changed - stored((s,)))
            return
        self.w.statement(s)

    def _check(self, names: frozenset[str], s: Stmt) -> None:
        for name in sorted(names & self.tainted):
            raise Obstacle("AV030", f"the test on line {s.span.line} reads `{name}`, which the loop changes", span=s.span)


def _either(a: Expr | None, b: Expr | None) -> Expr | None:
    return b if a is None else a if b is None else Apply("or", (a, b))


# ------------------------------------------------------------------ the else clause


def otherwise(w: Walk, nest: For, orelse: tuple[Stmt, ...]) -> None:
    """Lift what runs where no `break` ended the nest's outermost loop."""
    if not orelse:
        return
    _check_else(w, nest, orelse)
    st = w.state
    if not any(e.kind == "break" for e in exits(nest.body)):
        w.block(orelse)
        return
    outer, st.out = st.out, []
    w.block(orelse)
    inner, st.out = tuple(st.out), outer
    match st.out[-1] if st.out else None:
        case Search(early=True) as found:
            st.out[-1] = replace(found, orelse=inner)
        case Branch(test, then, ()) if test == st.ended:
            st.out[-1] = Branch(test, then, inner)
        case _ if st.ended is not None:
            st.out.append(Branch(Apply(">=", st.ended.args), inner, ()))
        case _:
            raise Obstacle("AV030", "where the loop ends is not known to its else clause", span=nest.span)


def _check_else(w: Walk, nest: For, orelse: tuple[Stmt, ...]) -> None:
    """Only values may be set in an else clause, of nothing that the loop changes."""
    changed = changed_names((nest,)) | {s.label for s in walk_statements((nest,)) if isinstance(s, For)}
    for s in orelse:
        simple = isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None and s.target.id not in w.state.env
        if not simple and not (isinstance(s, Exit) and s.kind in ("return", "raise")):
            raise Obstacle("AV030", "the else clause of the loop does more than set values", span=s.span)
        told = {n for name, e in s.names for n in (name, *free_names(e))} if isinstance(s, Exit) else set[str]()
        for name in sorted((read_names((s,)) | told) & changed):
            raise Obstacle("AV030", f"the else clause reads `{name}`, which the loop changes", span=s.span)


# ------------------------------------------------------------------ the round in which the loop ends


def _ended(w: Walk, hunt: Hunt, test: Expr, ways: list[Exit], early: bool) -> None:
    """The tests, and what happens in the first lane that they hold in."""
    st = w.state
    loops = hunt.loops
    told = {n for e in ways for name, x in e.names for n in (name, *free_names(x))}
    for name in sorted(told & (hunt.tainted | stored(without_exits(loops[0].body)))):
        raise Obstacle("AV030", f"what is raised tells of `{name}`, which the loop changes", span=ways[0].span)
    downwards = [loop.step == -1 for loop in loops]
    labels = tuple(place_of(w, loop) for loop in loops)
    places = {loop.var: Name(n) for loop, n in zip(loops, labels, strict=True)}
    then = lifted(w, last_round(loops[0].body), places, st.live_out)
    wanted = any(label in names_read(then) for label in labels)
    if wanted and len(set(downwards)) > 1:
        raise Obstacle("AV030", "the loops run in different directions", span=loops[0].span)
    axes = tuple(loop.var for loop in loops)
    if wanted and len(free_axes(test)) < len(axes):
        raise Obstacle("AV030", "the test does not vary over all the loops", span=loops[0].span)
    st.out.append(
        Search(axes, test, labels if wanted else (), then, downwards[0], early, _apart(w, hunt.tainted, free_names(test)))
    )


def place_of(w: Walk, loop: For) -> str:
    """The name that takes the place of the hit: the user's own where the loop has one."""
    st = w.state
    name = loop.label if loop.label and loop.label not in st.env else st.fresh(loop.label or "k")
    fact = st.facts.names.get(loop.var.removesuffix(HUNTED))
    counted = fact if isinstance(fact, ScalarFact) else ScalarFact(INTEGER, None, Trust.PROVED)
    st.facts = replace(st.facts, names={**st.facts.names, name: replace(counted, value=None)})
    return name


def lifted(w: Walk, body: tuple[Stmt, ...], places: Mapping[str, Expr], kept: frozenset[str]) -> tuple[Tensor, ...]:
    """Statements that run once, for the lane at `places`."""
    st = w.state
    outer, dead, env = st.out, dict(st.dead), dict(st.env)
    st.out = []
    for var, label in places.items():
        st.env[var] = label
    w.block(needed(body, kept))
    then, st.out = tuple(st.out), outer
    st.env, st.dead = env, dead
    return then


def names_read(body: tuple[Tensor, ...]) -> frozenset[str]:
    """Every name that the statements read."""
    return frozenset(n for s in all_statements(body) for e in expressions_of(s) for n in free_names(e))


def _cut(w: Walk, hunt: Hunt, test: Expr, loop: For) -> None:
    """A loop with effects: its lanes up to the hit, then the round of the hit."""
    st = w.state
    if len(hunt.loops) > 1 or loop.step != 1:
        raise Obstacle("AV030", "the loop can end early, with work done on the way", span=loop.span)
    axis = hunt.loops[0].var
    extent = st.extents[axis]
    width = Apply("-", (extent.stop, extent.start))
    end = extent.stop if st.facts.nonnegative(width) else Apply("max", (extent.stop, extent.start))
    stop = st.fresh("stop")
    natural = st.facts.nonnegative(extent.start)
    st.facts = replace(st.facts, names={**st.facts.names, stop: ScalarFact(INTEGER, None, Trust.PROVED, natural)})
    st.out += [
        Bind(stop, (), None, end),
        Search((axis,), test, (stop,), (), False, True, _apart(w, hunt.tainted, free_names(test))),
    ]
    var = f"{loop.var}·{stop}"
    w.lanes(replace(loop, var=var, stop=Name(stop), body=renamed(without_exits(loop.body), {loop.var: Name(var)})))
    then = lifted(w, last_round(loop.body), {loop.var: Name(stop)}, w.state.live_out)
    if loop.label in st.live_out:
        then = (Bind(loop.label, (), None, Name(stop)), *then)
    st.ended = Apply("<", (Name(stop), extent.stop))
    if then:
        st.out.append(Branch(st.ended, then, ()))
