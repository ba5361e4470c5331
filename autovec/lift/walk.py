"""The lockstep walk: run a nest statement by statement for all lanes at once.

Comes in: a nest, a role for each of its loops that the dependences allow, and the facts. Goes out: a tensor `Program`, or a
`Refusal`. A value is an expression over axes; a scalar of the loop is kept as such a value and written down only where it must
be. A missing axis in the target of an update is a reduction, two axes in one subscript are a window, one of data is a gather,
conditions become masks. Not handled: loops whose trip count depends on data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from autovec.depend import Carried, Role, Use, scalar_carried
from autovec.expression import ONE, ZERO, Apply, Const, Expr, Name, Read, Reduce, Slice, free_axes
from autovec.facts.infer import assigned, expressions
from autovec.facts.kinds import FLOATS, INTEGERS, Kinds
from autovec.facts.table import Facts
from autovec.lift import last, scans
from autovec.lift.axes import from_zero, laid_out, length_of, may_repeat, program_of, step_of
from autovec.lift.best import place_of_best
from autovec.lift.branch import branch
from autovec.lift.lists import append
from autovec.lift.pieces import is_part, store_part
from autovec.lift.rows import bound_value, number_of_rows, row_stored
from autovec.lift.search import leave, otherwise, search
from autovec.lift.state import Obstacle, State, as_mask, select
from autovec.lift.updates import may_be_nothing, unswitched
from autovec.lift.variables import is_position, owned, persist, read_names
from autovec.loops.exits import has_exit
from autovec.loops.statement import Append, Assign, Exit, For, If, OpaqueStmt, Stmt, While, walk_statements
from autovec.outcome import Refusal
from autovec.tensor.statement import Bind, Kept, Program, Store, all_statements

_FLOATING = FLOATS | {"float", "complex128"}
INTS = frozenset(("int", "int64", "float32", "float16"))
NARROW = frozenset(("bool_", "bool", "float16", "float32"))  # what many of add up to more exactly in a wider sum
FOLDS = {"+": "+", "-": "+", "*": "*", "max": "max", "min": "min", "&": "&", "|": "|", "^": "^"}

_WHOLE_FLOATS = frozenset(float(n) for n in range(-1000, 1001))  # sums of these are exact


class Walk:
    """One walk over one nest."""

    def __init__(self, facts: Facts, roles: Mapping[str, Role], names: frozenset[str], nest: For, live_out: frozenset[str]):
        reads = Counter(n for s in walk_statements((nest,)) for e in _read_by(s) for n in read_names(e))
        self.state = State(facts, dict(reads), names=set(names), live_out=live_out)
        self.state.lower = lambda e: number_of_rows(e, self.state, nest.span)
        self.roles = roles
        targets = Counter(s.target.id for s in walk_statements((nest,)) if isinstance(s, Assign) and isinstance(s.target, Name))
        self.rebound = frozenset(n for n, count in targets.items() if count > 1)  # their kinds differ from place to place
        self.settled: set[str] = set()  # loop variables that hold their last value

    def block(self, body: tuple[Stmt, ...]) -> None:
        """Lift statements in order."""
        for s in body:
            self.statement(s)

    def statement(self, s: Stmt) -> None:
        """Lift one statement."""
        match s:
            case Assign(Name(id), op, value, _):
                self.assign(id, op, value, s)
            case Assign(Read(), op, value, _):
                self.store(s)
            case If():
                branch(self, s)
            case For(var, _, _, _, _, _, _):
                (self.lanes if self.roles.get(var) is Role.V else self.sequential)(s)
            case Append(name, value, _):
                append(self, name, value, s)
            case While(_, _, span):
                raise Obstacle("AV035", "how often the `while` loop runs depends on the data", span=span)
            case Exit():
                leave(self, s)
            case OpaqueStmt(text, _, _, why, span):
                raise Obstacle("AV031", f"`{text}`: {why}", span=span)
            case _:
                raise Obstacle("AV041", "a statement that has no array form")

    # -------------------------------------------------------------- loops

    def lanes(self, loop: For) -> None:
        """A loop whose iterations become the lanes of an axis."""
        if has_exit(loop.body):
            search(self, loop)
            return
        st = self.state
        loop, later = last.values(self, loop)
        start, stop = self.literal(st.value(loop.start)), st.value(loop.stop)
        base, start, stop = from_zero(st, loop, start, stop)
        if free_axes(start) | free_axes(stop):
            raise Obstacle("AV036", f"the range of `{loop.label or loop.var}` depends on another loop's variable", span=loop.span)
        carried = self._carried(loop)
        always = {s.target.id for s in loop.body if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None}
        ordered = carried or always & st.live_out
        st.extents[loop.var], counter = laid_out(st, loop, start, stop, bool(ordered))
        before, homes, st.axes = dict(st.env), dict(st.home), (*st.axes, loop.var)
        st.env[loop.var] = counter if base == ZERO else Apply("+", (base, counter))
        runs = scans.enter(self, loop, carried)
        self.block(loop.body)
        st.axes = st.axes[:-1]
        scans.leave(self, loop, runs)
        for name in before.keys() & st.env.keys():
            if st.home.get(name) != homes.get(name):
                st.home[name] = homes[name]
                st.env[name] = Reduce("last", (loop.var,), st.env[name], None, before[name])
        self._bury(st.env.keys() - before.keys(), loop)
        last.behind(self, later)

    def literal(self, e: Expr) -> Expr:
        """A counter's start that is known to be a literal."""
        known = self.state.facts.resolved(e) if isinstance(e, Name) else e
        return known if isinstance(known, Const) else e

    def _bury(self, names: set[str], loop: For) -> None:
        """Names that the loop defined hold behind it what the last lane left."""
        st = self.state
        for name in sorted(names):
            v = st.env.pop(name)
            if name == loop.var:
                continue
            st.dead[name] = f"`{name}` keeps the value of the last iteration behind the loop"
            spread = any(isinstance(s, Bind) and s.name == name and s.axes for s in all_statements(tuple(st.out)))
            if name in st.live_out and not (st.axes or st.kept or spread) and st.mask() is None:
                st.dead.pop(name)
                scans.bind_last(self, loop, name, v)

    def _carried(self, loop: For) -> list[Carried]:
        """The names that one iteration hands to the next, folds not counted."""
        found = (place_of_best(s) for s in walk_statements(loop.body) if isinstance(s, If))
        places = {best for _, _, best in filter(None, found)}
        handed: list[Carried] = []
        for c in scalar_carried(loop):
            if Name(c.name) in places or c.use in (Use.REDUCTION, Use.MINMAX, Use.ARGMINMAX):
                continue
            handed.append(c)
            if c.use is Use.OTHER:
                raise Obstacle(
                    "AV021",
                    f"`{c.name}` carries a value from one iteration of `{loop.label or 'the loop'}` to the next",
                    span=loop.span,
                )
        return handed

    def sequential(self, loop: For) -> None:
        """A loop that stays a Python loop."""
        st = self.state
        start, stop = self.literal(st.value(loop.start)), st.value(loop.stop)
        step = loop.step if isinstance(loop.step, int) else step_of(st, loop)
        base, start, stop = from_zero(st, loop, start, stop)
        if free_axes(start) | free_axes(stop):
            raise Obstacle("AV036", f"the range of `{loop.label or loop.var}` differs from lane to lane", span=loop.span)
        changed = frozenset[str]().union(*(assigned(s) for s in loop.body)) if loop.body else frozenset[str]()
        persist(st, changed, loop.body)
        own = loop.label and loop.label not in st.env and base == ZERO
        label = loop.label if own else st.counter(loop.label or "k", start, stop)
        outer, st.out, env = st.out, [], dict(st.env)
        st.env[loop.var] = Name(label) if base == ZERO else Apply("+", (base, Name(label)))
        st.kept += 1
        self.block(loop.body)
        st.kept -= 1
        last.check_handed_on(self, loop)
        inner, st.out = st.out, outer
        self._leave(env, loop)
        st.out.append(Kept(For(label, label, start, stop, step, (), loop.span), tuple(inner)))

    def _leave(self, before: dict[str, Expr], loop: For) -> None:
        st = self.state
        for name in set(st.env) - set(before):
            if name != loop.var:
                st.dead[name] = f"`{name}` keeps the value of the last iteration behind the loop"
        st.env = {k: st.env.get(k, v) for k, v in before.items()}

    # -------------------------------------------------------------- scalars

    def assign(self, name: str, op: str | None, value: Expr, s: Assign) -> None:
        """`name = value` or `name op= value`."""
        st = self.state
        if name in st.early:
            st.value(value)  # counts as read
            st.env[name], st.home[name] = st.early.pop(name), st.axes
            return
        if name in st.scans:
            scans.advance(self, st.scans[name], s)
            return
        if op is not None and name not in st.env and (whole := st.facts.array(name)) is not None and st.axes:
            if s.rebinds and not whole.fresh:
                raise Obstacle("AV041", f"another array takes the name `{name}`", span=s.span)
            self.store(replace(s, target=Read(name, ())))
            return
        v = bound_value(name, op, value, st, s.span) if st.axes else st.value(value)
        home = st.home.get(name, ())
        reduced = tuple(a for a in st.axes if a not in home)
        if op is not None and reduced:
            self.reduce_into(name, op, reduced, v, s)
            return
        if op is not None:
            v = self.combined(op, st.value(Name(name)), v)
        self.define(name, v, s)

    def combined(self, op: str, old: Expr, new: Expr) -> Expr:
        """`old op new`; min and max are Python's."""
        if op in ("min", "max"):
            return Apply("where", (Apply("<" if op == "min" else ">", (new, old)), new, old))
        return Apply(op, (old, new))

    def reduce_into(self, name: str, op: str, axes: tuple[str, ...], v: Expr, s: Assign) -> None:
        """A scalar that was defined outside `axes` takes in all their lanes."""
        st = self.state
        if op not in FOLDS:
            raise Obstacle("AV021", f"`{name} {op}=` depends on the order of the iterations", span=s.span)
        if name not in st.env:
            self._reduce_outer(name, op, axes, v)
            return
        old = st.env[name]
        self.define(name, self.folded(op, old, axes, v, st.mask()), s, masked=False)

    def _reduce_outer(self, name: str, op: str, axes: tuple[str, ...], v: Expr) -> None:
        st = self.state
        st.settle(name)
        if op in ("min", "max"):
            st.out.append(Bind(name, (), None, self.folded(op, Name(name), axes, v, st.mask()), None, st.axes))
            return
        into = frozenset[str]() if name in self.rebound else st.facts.starts.get(name, frozenset())
        st.out.append(Bind(name, (), op, self.reduction(FOLDS[op], axes, v, st.mask(), into), None, st.axes))

    def folded(self, op: str, old: Expr, axes: tuple[str, ...], v: Expr, mask: Expr | None) -> Expr:
        """What `old` is after all lanes of `axes` were folded into it."""
        if op in ("min", "max"):
            missing = [a for a in axes if a not in free_axes(v)]
            if missing:
                raise Obstacle("AV041", "the same value is compared again and again")
            return Reduce(op, axes, v, mask, old)
        total = self.reduction(FOLDS[op], axes, v, mask, self.state.kinds(old))
        kinds = self.state.kinds(total)
        if (
            op == "+"
            and old in (Const(0), Const(0.0))
            and kinds
            and kinds <= _FLOATING | (INTS if old == Const(0) else frozenset())
            and not (old == Const(0.0) and may_be_nothing(total))
        ):
            return total
        return Apply(op, (old, total))

    def reduction(self, op: str, axes: tuple[str, ...], v: Expr, mask: Expr | None, into: Kinds) -> Expr:
        """The fold of `v` over `axes` into one of these kinds; an axis that `v` does not vary over multiplies by its length."""
        varying = free_axes(v) | (free_axes(mask) if mask is not None else frozenset[str]())
        present = tuple(a for a in axes if a in varying)
        if len(present) < len(axes) and op != "+":
            raise Obstacle("AV041", "the same value is folded in again and again")
        if mask is not None and not set(present) & free_axes(mask) and present:
            inner = Reduce(op, present, v)
            out: Expr = select(mask, inner, ZERO if op == "+" else ONE)
        else:
            out = Reduce(op, present, v, mask) if present else (v if mask is None else select(mask, v, ZERO))
        if len(present) < len(axes):
            out = self._wide_enough(out, into)
        for a in axes:
            if a not in present:
                out = Apply("*", (length_of(self.state.extents[a]), out))
        return out

    def _wide_enough(self, e: Expr, into: Kinds) -> Expr:
        """A summand whose product with a count is what adding it up again and again would give: it must not wrap before."""
        kinds = self.state.kinds(e)
        if not kinds <= INTEGERS | {"int", "bool", "bool_"} and not (isinstance(e, Const) and e.value in _WHOLE_FLOATS):
            raise Obstacle("AV041", "the same float is added again and again")  # rounded each time, and 0 times infinity is NaN
        if not kinds & (INTEGERS | NARROW) or (kinds <= {"int64"} and into and into <= {"int", "int64"}):
            return e
        if into and into <= {"float", "float64"}:
            return Apply("float", (e,))
        if not kinds & (INTEGERS | {"bool_", "bool"}):
            return e
        raise Obstacle("AV010", "the same integer is added again and again, and how wide it is is not known")

    def define(self, name: str, v: Expr, s: Assign, masked: bool = True) -> None:
        """`name` is `v` from here on, in the lanes where the masks hold."""
        st = self.state
        known = name in st.env or (name in st.facts.names and name not in st.dead and name not in st.home)
        mask = st.mask() if masked else None
        if mask is not None and name in st.env:
            v = select(mask, v, st.env[name])
        elif mask is not None and known and not st.axes:
            v = select(mask, v, Name(name))
        st.dead.pop(name, None)
        if name not in st.running:
            st.settle(name)
        if isinstance(v, Apply) and v.fn == "list" and not v.args:
            v = Apply("rows:", ())
        self._keep(name, v, s)

    def _keep(self, name: str, v: Expr, s: Assign) -> None:
        st = self.state
        if is_part(name, st):
            store_part(name, v, s, st)
            return
        if name not in st.env:
            st.bound.pop(name, None)
        if name in st.bound:
            axes = st.bound[name]
            if not free_axes(v) <= set(axes):
                raise Obstacle("AV021", f"`{name}` carries a value from one iteration to the next", span=s.span)
            st.out.append(Bind(name, axes, None, owned(v, st) if axes else v))
            return
        if not st.axes:
            if isinstance(v, Apply) and v.fn.startswith("rows:"):
                raise Obstacle("AV041", f"the list `{name}` is made anew in a loop that stays", span=s.span)
            st.out.append(Bind(name, (), None, v))
            return
        if name not in st.env:
            st.home[name] = (*st.axes, *st.rows.get(name, ()))
        st.env[name] = v
        home = (*st.axes, *st.rows.get(name, ()))
        if s.op is None and st.home[name] != home:
            if st.mask() is not None:
                raise Obstacle("AV021", f"`{name}` keeps the value of the last iteration behind the inner loop", span=s.span)
            st.home[name] = home  # until the end of the loop, which leaves its last value
        heavy = isinstance(v, Apply | Reduce) and not (isinstance(v, Apply) and v.fn.startswith("rows:"))
        if heavy and free_axes(v) and st.reads_left.get(name, 0) > 1 and not st.overlay and not is_position(v, st):
            st.write_down(name, v)

    # -------------------------------------------------------------- array elements

    def store(self, s: Assign) -> None:
        """`a[...] = value` or `a[...] op= value` for all lanes."""
        assert isinstance(s.target, Read)
        st = self.state
        at = tuple(st.subscript(x) for x in s.target.at)
        array, target = s.target.array, st.env.get(s.target.array)
        if isinstance(target, Read):
            at, array = target.at + at, target.array
        elif target is not None:
            raise Obstacle("AV041", f"`{array}` is made anew in each iteration", span=s.span)
        v, at, more = row_stored(array, at, s.value, st, s.span)
        self.store_lanes(array, at, s.op, v, (*st.axes, *more), s)

    def store_lanes(
        self, array: str, at: tuple[Expr | Slice, ...], op: str | None, v: Expr, around: tuple[str, ...], s: Assign
    ) -> None:
        """Write the statement for a target whose subscripts are known."""
        st = self.state
        free = frozenset[str]().union(*map(free_axes, at)) if at else frozenset[str]()
        axes, missing = tuple(a for a in around if a in free), tuple(a for a in around if a not in free)
        repeats = may_repeat(at, axes, st)
        fact = st.facts.array(array)
        if op is None and fact and fact.kinds == frozenset(("bool_",)):
            v = as_mask(v, st)  # an array of booleans keeps the truth of what is stored
        st.settle(array)
        mask = st.mask()
        if (missing and op not in FOLDS) or (repeats and op in ("min", "max")):
            what = "is set" if op is None else f"is updated by {op}="
            raise Obstacle("AV022", f"`{array}` {what} more than once in the same place", span=s.span)
        if op in ("min", "max"):
            old = Read(array, at)
            v = self.folded(op, old, missing, v, mask) if missing else self.combined(op, old, v)
            op, mask = None, None if missing else mask
        elif missing and op is not None:
            v, mask = self.reduction(FOLDS[op], missing, v, mask, fact.kinds if fact else frozenset()), None
        st.out.append(unswitched(Store(array, at, axes, op, v, mask, around, repeats)))


def _read_by(s: Stmt) -> tuple[Expr, ...]:
    """The expressions of a statement, the name that it binds not counted."""
    return (s.value,) if isinstance(s, Assign) and s.op is None and isinstance(s.target, Name) else expressions(s)


def lift(
    nest: For,
    roles: Mapping[str, Role],
    facts: Facts,
    names: frozenset[str],
    live_out: frozenset[str],
    setups: Mapping[str, Expr] | None = None,
    orelse: tuple[Stmt, ...] = (),
    divides: bool = False,
) -> tuple[Program, Facts] | Refusal:
    """The nest as tensor statements under `roles`, and the facts with the variables that it makes; or why not.

    `setups` are the values that names were set up with right in front of the nest, `orelse` is its else clause; `divides`:
    conditions on positions cut the axes into pieces, where they would be masks else.
    """
    walk_ = Walk(facts, roles, names, nest, live_out)
    walk_.state.divides = divides
    walk_.state.starts = scans.known_starts(setups or {}, nest, facts)
    try:
        walk_.statement(nest)
        otherwise(walk_, nest, orelse)
        last.check_variables(walk_, nest)
    except Obstacle as o:
        return o.refusal if o.refusal.span else Refusal(o.refusal.code, o.refusal.message, o.refusal.hint, nest.span)
    st = walk_.state
    return program_of(st), replace(st.facts, lanes=st.lanes)
