"""What the lockstep walk keeps: values of names, masks that hold, axes around, and the statements written so far.

Everything lazy is safe to delay only until an array that it reads is stored to; `settle` writes such values down first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from autovec.affine import affine, expression_of
from autovec.expression import (
    ONE,
    ZERO,
    Apply,
    Axis,
    Const,
    Expr,
    Lanes,
    Length,
    Name,
    Opaque,
    Read,
    Reduce,
    Scan,
    Slice,
    free_axes,
    free_names,
    rebuild,
    walk,
)
from autovec.facts.kinds import Kinds, interchangeable
from autovec.facts.table import Facts
from autovec.facts.value import ScalarFact, Trust
from autovec.outcome import Refusal, Span
from autovec.record import dataclass
from autovec.tensor.statement import Bind, Extent, Tensor

if TYPE_CHECKING:
    from autovec.lift.scans import Running

Place = tuple[str, tuple[Expr | Slice, ...]]  # an element: the array and its subscripts
COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))


class Obstacle(Exception):
    """Ends the walk with a refusal; never leaves `lift`."""

    def __init__(self, code: str, message: str, hint: str = "", span: Span | None = None):
        super().__init__(message)
        self.refusal = Refusal(code, message, hint, span)


@dataclass(slots=True)
class State:
    """The walk's state. `home` is the axes around a name's definition; `bound` are names that hold arrays over those axes."""

    facts: Facts
    reads_left: dict[str, int]
    extents: dict[str, Extent] = field(default_factory=dict[str, Extent])
    env: dict[str, Expr] = field(default_factory=dict[str, Expr])
    home: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    bound: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    dead: dict[str, str] = field(default_factory=dict[str, str])
    axes: tuple[str, ...] = ()
    held: list[Expr] = field(default_factory=list[Expr])  # masks around, outermost first
    overlay: dict[Place, Expr] = field(default_factory=dict[Place, Expr])
    out: list[Tensor] = field(default_factory=list[Tensor])
    lanes: dict[str, Kinds] = field(default_factory=dict[str, Kinds])
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])  # names of arrays, their own axes
    equal: list[tuple[Expr, Expr]] = field(default_factory=list[tuple[Expr, Expr]])  # lengths that must be equal
    natural: list[Expr] = field(default_factory=list[Expr])  # lengths that must not be negative
    numbers: set[str] = field(default_factory=set[str])  # names that are taken for numbers
    lower: Callable[[Apply], Expr | None] | None = None  # what a product or a fold of rows is for each lane
    names: set[str] = field(default_factory=set[str])  # every name in use, so that new ones collide with none
    live_out: frozenset[str] = frozenset()  # names that are read behind the nest
    starts: Mapping[str, Expr] = field(default_factory=dict[str, Expr])  # what names were set up with in front of the nest
    early: dict[str, Expr] = field(default_factory=dict[str, Expr])  # names whose value was written down before they are bound
    running: frozenset[str] = frozenset()  # names that an axis around hands on: their variable still holds the start
    scans: dict[str, Running] = field(default_factory=dict[str, "Running"])  # names that run along an axis around
    kept: int = 0  # Python loops around
    ended: Apply | None = None  # whether the loop over lanes that did work on the way ended early
    divides: bool = False  # conditions on positions cut axes into parts, so that parts of variables are stored to
    parts: set[str] = field(default_factory=set[str])  # variables of which parts are read or stored to
    mixed: set[str] = field(default_factory=set[str])  # array variables that stand for values of several types

    def kinds(self, e: Expr) -> Kinds:
        """The kinds of a lane of `e`."""
        return replace(self.facts, lanes=self.lanes).kinds(e)

    def is_mixed(self, e: Expr) -> bool:
        """Whether a value's type may differ from lane to lane, which an array's cannot."""
        return any(self._mixes(x) for x in walk(e))

    def _mixes(self, e: Expr | Slice) -> bool:
        match e:
            case Apply("where", (_, a, b)) | Apply("min" | "max", (a, b)):
                pass
            case Reduce("min" | "max", _, a, _, start) if start is not None:
                b = start
            case Scan(op, _, a, b, before) if before or op in ("min", "max"):
                pass
            case Lanes(id, _):
                return id in self.mixed
            case _:
                return False
        first, second = self.kinds(a), self.kinds(b)
        return not (first and second and interchangeable(first, second))

    def ordered(self, e: Expr | Slice) -> tuple[str, ...]:
        """The axes of `e`, outermost first."""
        free = free_axes(e)
        known = tuple(a for a in self.axes if a in free)
        return known + tuple(a for a in self.extents if a in free - set(known))

    def new_axis(self, base: str, length: Expr) -> str:
        """An axis of its own for a dimension of so many elements."""
        name = base
        while name in self.extents:
            name += "'"
        self.extents[name] = Extent(ZERO, length, 1)
        return name

    def note_equal(self, a: Expr, b: Expr) -> None:
        """Two lengths are equal in every run that counts, or the new text must test it."""
        if a != b and not self.facts.same(a, b) and (a, b) not in self.equal:
            self.equal.append((a, b))

    def difference(self, a: Expr, b: Expr) -> Expr:
        """a - b, simplified."""
        form = affine(Apply("-", (a, b)))
        return Apply("-", (a, b)) if form is None else expression_of(form)

    def never_negative(self, e: Expr) -> bool:
        """Whether an integer is proved to be 0 or more in every lane."""
        form = affine(e)
        if form is None:
            return False
        for atom, c in form.terms:
            if isinstance(atom, Axis):
                extent = self.extents[atom.id]
                stop = self.facts.resolved(extent.stop)
                if isinstance(stop, Apply) and stop.fn == "max" and ZERO in stop.args:  # there is no lane where it is 0
                    stop = next(x for x in stop.args if x != ZERO or stop.args == (ZERO, ZERO))
                end = affine(extent.start if c > 0 else Apply("-", (stop, ONE)))
                if end is None:
                    return False
                form = form.without(atom).plus(end.times(c))
        return not free_axes(expression_of(form)) and self.facts.nonnegative(expression_of(form))

    def fresh(self, base: str) -> str:
        """A name that nobody uses yet."""
        name, k = base, 2
        while name in self.names:
            name, k = f"{base}_{k}", k + 1
        self.names.add(name)
        return name

    def counter(self, base: str, start: Expr, stop: Expr) -> str:
        """A name for the variable of a loop that stays."""
        name = self.fresh(base)
        whole = ScalarFact(frozenset(("int",)), None, Trust.PROVED, self.facts.nonnegative(start), start, stop)
        self.facts = replace(self.facts, names={**self.facts.names, name: whole})
        return name

    def mask(self) -> Expr | None:
        """The conjunction of the masks around."""
        out: Expr | None = None
        for m in self.held:
            out = m if out is None else Apply("and", (out, m))
        return out

    # -------------------------------------------------------------- values

    def value(self, e: Expr) -> Expr:
        """`e` in terms of axes, arrays and names that exist when the next statement runs."""
        match e:
            case Name(id):
                return self._name(id)
            case Read(array, at):
                return self._read(array, tuple(self.subscript(x) for x in at))
            case Length(array, axis) if array in self.rows and axis < len(self.rows[array]):
                return self.extents[self.rows[array][axis]].stop
            case Length(array, axis) if isinstance(row := self.env.get(array), Read):
                return Length(row.array, axis + len(row.at))
            case Apply() if self.lower is not None and (lowered := self.lower(e)) is not None:
                return lowered
            case Opaque(text, _, why):
                raise Obstacle("AV013" if why.startswith("the call") else "AV015", f"`{text}`: {why}")
            case _:
                out = rebuild(e, self.value)
                assert not isinstance(out, Slice)
                return out

    def subscript(self, x: Expr | Slice) -> Expr | Slice:
        """A subscript's value."""
        return rebuild(x, self.value) if isinstance(x, Slice) else self.value(x)

    def _name(self, id: str) -> Expr:
        if id in self.dead:
            raise Obstacle("AV033", self.dead[id])
        if id in self.reads_left:
            self.reads_left[id] -= 1
        return self.env.get(id, Name(id))

    def _read(self, array: str, at: tuple[Expr | Slice, ...]) -> Expr:
        if array in self.dead:
            raise Obstacle("AV033", self.dead[array])
        row = self.env.get(array)
        if isinstance(row, Read):
            return self._read(row.array, row.at + at) if row.array != array else Read(array, row.at + at)
        if row is not None:
            raise Obstacle("AV015", f"`{array}` is subscripted, but it is made anew in each iteration")
        if self.overlay:
            return self.overlay.get((array, at), Read(array, at))
        return Read(array, at)

    # -------------------------------------------------------------- writing

    def settle(self, changed: str) -> None:
        """Before `changed` is stored to or bound anew: write down the delayed values that still read it."""
        for name, e in list(self.env.items()):
            wanted = self.reads_left.get(name, 0) > 0 or name in self.live_out
            own = isinstance(e, Axis) or e == Name(name) or (isinstance(e, Lanes) and (name == changed or e.id != changed))
            part = isinstance(e, Read) and e.array == name == changed
            if wanted and self._touches(e, changed) and not (own or part):
                self.write_down(name, e, copy=True)
        for k, m in enumerate(self.held):
            if self._touches(m, changed):
                later, self.held = self.held, self.held[:k]  # a mask is computed where those around it hold
                mask = self.temporary("mask", m, copy=True)
                self.held = [*later[:k], mask, *later[k + 1 :]]

    def _touches(self, e: Expr, changed: str) -> bool:
        return any(
            n == changed or (self.facts.array(n) and self.facts.array(changed) and self.facts.may_alias(n, changed))
            for n in free_names(e)
        )

    def write_down(self, name: str, e: Expr, copy: bool = False) -> None:
        """Bind a name of the loop to its value for all lanes."""
        if isinstance(e, Apply) and e.fn.startswith("rows:"):
            raise Obstacle("AV041", f"the list `{name}` changes while it is being built")
        axes = self.ordered(e)
        own = name
        if "·" in name:
            name = self.fresh("held")
        elif name in self.running or (name in self.live_out and self.axes):  # the variable may keep what it holds
            name = self.fresh(f"{name}_values")
        self.lanes[name] = self.kinds(e)
        self.mixed |= {name} if self.is_mixed(e) else set()
        self.out.append(Bind(name, axes, None, Apply(".copy()", (e,)) if copy and self._is_view(e) and axes else e, self.mask()))
        self.env[own] = Lanes(name, axes) if axes else Name(name)

    def _is_view(self, e: Expr) -> bool:
        return isinstance(e, Read) or (self.divides and isinstance(e, Lanes))

    def temporary(self, base: str, e: Expr, copy: bool = False) -> Expr:
        """A new variable that holds `e` for all lanes."""
        name = self.fresh(base)
        self.write_down(name, e, copy)
        return self.env.pop(name)


def negation(e: Expr) -> Expr:
    """The opposite mask; a double negation falls away. Comparisons are not flipped: NaN makes both false."""
    return e.args[0] if isinstance(e, Apply) and e.fn == "not" else Apply("not", (e,))


def select(test: Expr, a: Expr, b: Expr) -> Expr:
    """`a if test else b`, with nested selections on the opposite test merged."""
    if a == b:
        return a
    match test, b:
        case Apply("not", (c,)), Apply("where", (d, x, _)) if c == d:
            return Apply("where", (c, x, a))
        case Apply("not", (c,)), _:
            return Apply("where", (c, b, a))
        case _:
            return Apply("where", (test, a, b))


def as_mask(e: Expr, state: State) -> Expr:
    """The truth of `e` as a boolean for each lane."""
    match e:
        case Apply("and" | "or" | "not" as fn, args):
            return Apply(fn, tuple(as_mask(a, state) for a in args))
        case Apply(fn, _) if fn in COMPARISONS:
            return e
        case Const(bool()):
            return e
        case _ if (kinds := state.kinds(e)) and kinds <= {"bool", "bool_"}:
            return e
        case _ if not free_axes(e):
            return e
        case _:
            return Apply("!=", (e, Const(0)))
