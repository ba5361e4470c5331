"""Rows: array-valued expressions with their dimensions written out as axes, so that per-sample code becomes batched.

`out[i] = table[ids[i]]` is about every column at once; with the axis written out it's `out[i, c] = table[ids[i], c]`, and
`w @ x[i]` is the sum over k of `w[u, k] * x[i, k]`.
Comes in: an expression as it was written, and the walk's state. Goes out: `Rows`; lengths that must be equal are noted there.
Not handled: arrays of a size that differs from lane to lane, masks as subscripts, products of more than two dimensions.
"""

from __future__ import annotations

from collections.abc import Sequence

from autovec.expression import ONE, ZERO, Apply, Axis, Const, Expr, Length, Name, Read, Reduce, Slice, free_axes, walk
from autovec.facts.value import ArrayFact, ScalarFact, Trust
from autovec.lift.arrays import CONTRACTS, MAKES, REDUCES, axis_of, is_elementwise, placed
from autovec.lift.state import Obstacle, State
from autovec.outcome import Span
from autovec.record import dataclass

WHOLE = Slice(None, None, None)
NARROW = frozenset(("int8", "uint8", "int16", "uint16", "int32", "uint32"))  # which np.sum widens, and the loop's fold does not
INEXACT = frozenset(("float", "float16", "float32", "float64", "complex", "complex64", "complex128"))


@dataclass(frozen=True, slots=True)
class Rows:
    """A value for each lane that has a dimension for each of `axes`; with none it's a number."""

    value: Expr
    axes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lowering:
    """Writes out the dimensions of one statement's expressions."""

    state: State
    span: Span

    def rows(self, e: Expr) -> Rows:
        """The value of `e` with its dimensions written out."""
        st = self.state
        match e:
            case Name(id) if id in st.rows:
                return self._local(id, ())
            case Name(id) if isinstance(row := st.env.get(id), Read):
                st.value(e)
                return self.read(row.array, row.at)
            case Name(id) if id not in st.env and st.facts.array(id) is not None:
                st.value(e)
                return self.read(id, ())
            case Read(array, at) if array in st.rows:
                return self._local(array, tuple(st.subscript(x) for x in at))
            case Read():
                found = st.value(e)
                return self.read(found.array, found.at) if isinstance(found, Read) else Rows(found)
            case Apply(fn, args) if not (fn in ("tuple", "list") or fn.startswith("rows:")):
                return self._apply(fn, args)
            case _:
                return Rows(st.value(e))

    # -------------------------------------------------------------- parts of arrays

    def read(self, array: str, at: Sequence[Expr | Slice]) -> Rows:
        """`array[at]`, the dimensions that are left out or cut written out; the subscripts are values already."""
        fact = self._known(array)
        assert fact.rank is not None
        if len(at) > fact.rank:
            raise Obstacle("AV011", f"`{array}` has {fact.rank} dimensions", span=self.span)
        if fact.container == "list" and (len(at) < fact.rank or any(isinstance(x, Slice) for x in at)):
            raise Obstacle("AV015", f"the whole list `{array}` is used as a value", span=self.span)
        full: list[Expr] = []
        axes: list[str] = []
        for k, x in enumerate((*at, *([WHOLE] * (fact.rank - len(at))))):
            place = self._cut(array, k, x, axes) if isinstance(x, Slice) else self._place(array, x, axes)
            full.append(place)
        return Rows(Read(array, tuple(full)), tuple(axes))

    def _known(self, array: str) -> ArrayFact:
        fact = self.state.facts.array(array)
        if fact is None:
            raise Obstacle("AV010", f"it is not known that `{array}` is an array", f"annotate `{array}`", self.span)
        if fact.rank is None:
            raise Obstacle("AV011", f"how many dimensions `{array}` has is not known", span=self.span)
        return fact

    def _place(self, array: str, x: Expr, axes: list[str]) -> Expr:
        """A subscript, which may be a row of places itself."""
        st = self.state
        whole = isinstance(x, Name) and x.id not in st.rows and st.facts.array(x.id) is not None
        fact = st.facts.array(x.array) if isinstance(x, Read) else None
        if not whole and not (isinstance(x, Read) and fact and fact.rank is not None and len(x.at) < fact.rank):
            return x
        inner = self.read(x.id, ()) if isinstance(x, Name) else self.read(x.array, x.at) if isinstance(x, Read) else Rows(x)
        if axes or st.kinds(inner.value) & {"bool", "bool_"}:
            raise Obstacle("AV041", f"`{array}` is subscripted by an array that may be a mask", span=self.span)
        axes.extend(inner.axes)
        return inner.value

    def _cut(self, array: str, k: int, x: Slice, axes: list[str]) -> Expr:
        """One dimension taken whole or from a start to a stop."""
        st = self.state
        length: Expr = st.facts.extent(array, k) if array in st.env else Length(array, k)
        if x == WHOLE:
            axis = st.new_axis(f"{array}.{k}", length)
            axes.append(axis)
            return Axis(axis)
        if x.step not in (None, ONE):
            raise Obstacle("AV041", f"a slice of `{array}` with a step", span=self.span)
        start, stop = (self._from_front(e, length) for e in (x.start or ZERO, length if x.stop is None else x.stop))
        width = st.difference(stop, start)
        if free_axes(width):
            raise Obstacle("AV041", f"the slices of `{array}` differ in length from lane to lane", span=self.span)
        inside = [start] if x.stop is None else [start, stop, Apply("-", (length, stop))]
        if x.stop is not None and not st.never_negative(stop):  # with a width of 0 or more the stop is no less than the start
            inside.remove(stop)
            st.natural += [] if width in st.natural else [width]
        if not all(st.never_negative(e) for e in inside):
            raise Obstacle("AV041", f"a slice of `{array}` may reach over its end", span=self.span)
        axis = st.new_axis(f"{array}.{k}", width)
        axes.append(axis)
        return Axis(axis) if start == ZERO else Apply("+", (start, Axis(axis)))

    def _from_front(self, e: Expr, length: Expr) -> Expr:
        return Apply("-", (length, Const(-e.value))) if isinstance(e, Const) and isinstance(e.value, int) and e.value < 0 else e

    def _local(self, name: str, at: tuple[Expr | Slice, ...]) -> Rows:
        """A row that the loop made, or a part of it."""
        st = self.state
        value, dims = st.value(Name(name)), st.rows[name]
        if len(at) > len(dims) or any(isinstance(x, Slice) and x != WHOLE for x in at):
            raise Obstacle("AV041", f"a slice of `{name}`", span=self.span)
        names: dict[str, Expr] = {}
        kept: list[str] = []
        for k, axis in enumerate(dims):
            if k < len(at) and not isinstance(at[k], Slice):
                names[axis] = at[k]  # type: ignore[assignment]
            else:
                kept.append(st.new_axis(axis, st.extents[axis].stop))
                names[axis] = Axis(kept[-1])
        return Rows(placed(value, names, self.span), tuple(kept))

    # -------------------------------------------------------------- operations

    def _apply(self, fn: str, args: tuple[Expr, ...]) -> Rows:
        if fn in MAKES:
            return self._made(fn, args)
        if fn in CONTRACTS or fn in REDUCES:
            whole = self._invariant(Apply(fn, args))
            if whole is not None:
                return whole
        if fn in CONTRACTS:
            a, b = (self.rows(x) for x in args[:2])
            return self._product(fn, a, b)
        if fn in REDUCES:
            return self._fold(fn, args)
        if fn == ".T":
            found = self.rows(args[0])
            return Rows(found.value, found.axes[::-1])
        parts = [self.rows(a) for a in args]
        if not any(p.axes for p in parts):
            return Rows(Apply(fn, tuple(p.value for p in parts)))
        if fn in (".copy()", "np.copy", "np.asarray", "np.array"):
            return parts[0]
        if not is_elementwise(fn, len(args)) or (fn == "where" and parts[0].axes):
            raise Obstacle("AV041", f"`{fn}` of whole rows", span=self.span)
        self._note_numbers(args)
        values, axes = self.broadcast(parts)
        return Rows(Apply(fn, values), axes)

    def _invariant(self, e: Expr) -> Rows | None:
        """A product or a fold that is the same number in all lanes stays as it was written."""
        st = self.state
        match e:
            case Apply(fn, (Name(id),)) if fn in REDUCES and id not in st.env and st.facts.array(id) is not None:
                return Rows(Apply(fn, (st.value(Name(id)),)))
            case _:
                return None

    def _note_numbers(self, args: tuple[Expr, ...]) -> None:
        """Names beside rows of which nothing is said are taken for numbers, which the new text must ask."""
        for a in args:
            fact = self.state.facts.names.get(a.id) if isinstance(a, Name) else None
            if isinstance(a, Name) and a.id not in self.state.env and isinstance(fact, ScalarFact) and fact.trust is Trust.HINTED:
                self.state.numbers.add(a.id)

    def broadcast(self, parts: Sequence[Rows], onto: tuple[str, ...] | None = None) -> tuple[tuple[Expr, ...], tuple[str, ...]]:
        """The values on common axes, aligned at the last one: those of the part with the most, or those given."""
        st = self.state
        axes = onto if onto is not None else max((p.axes for p in parts), key=len)
        out: list[Expr] = []
        for p in parts:
            if len(p.axes) > len(axes):
                raise Obstacle("AV041", "an array of more dimensions than the place for it", span=self.span)
            names: dict[str, Expr] = {}
            for mine, common in zip(reversed(p.axes), reversed(axes), strict=False):
                one = ONE in (st.extents[mine].stop, st.extents[common].stop if onto is None else None)
                if mine != common and one and st.extents[mine].stop != st.extents[common].stop:
                    raise Obstacle("AV041", "an array with a dimension of one element", span=self.span)
                st.note_equal(st.extents[mine].stop, st.extents[common].stop)
                names[mine] = Axis(common)
            out.append(placed(p.value, names, self.span))
        return tuple(out), axes

    def _product(self, fn: str, a: Rows, b: Rows) -> Rows:
        """`a @ b`, np.dot and np.outer."""
        sizes = len(a.axes), len(b.axes)
        if fn == "np.outer" and sizes == (1, 1):
            return Rows(Apply("*", (a.value, b.value)), (*a.axes, *b.axes))
        if fn != "np.outer" and all(1 <= n <= 2 for n in sizes):
            inner, other = a.axes[-1], b.axes[0]
            self.state.note_equal(self.state.extents[inner].stop, self.state.extents[other].stop)
            right = placed(b.value, {other: Axis(inner)}, self.span)
            return Rows(Reduce("+", (inner,), Apply("*", (a.value, right))), (*a.axes[:-1], *b.axes[1:]))
        if fn in ("np.dot", ".dot()") and 0 in sizes:
            values, axes = self.broadcast((a, b))
            return Rows(Apply("*", values), axes)
        raise Obstacle("AV041", f"{fn} of arrays with {sizes[0]} and {sizes[1]} dimensions", span=self.span)

    def _fold(self, fn: str, args: tuple[Expr, ...]) -> Rows:
        """A sum, a mean or an extreme of a row, over all its dimensions or one."""
        st = self.state
        found = self.rows(args[0])
        if not found.axes:
            raise Obstacle("AV041", f"`{fn}` of a number", span=self.span)
        axis = axis_of(args[1:])
        if axis is not None and not -len(found.axes) <= axis < len(found.axes):
            raise Obstacle("AV041", f"the axis of `{fn}`", span=self.span)
        folded = found.axes if axis is None else (found.axes[axis],)
        kept = tuple(a for a in found.axes if a not in folded)
        op, kinds = REDUCES[fn], st.kinds(found.value)
        if op.startswith("arg") and found.axes[1:] and axis is None:
            raise Obstacle("AV041", f"`{fn}` of rows of several dimensions", span=self.span)
        wide = kinds <= INEXACT if op in ("mean", "norm") else not kinds & NARROW
        if op in ("+", "*", "mean", "norm") and not (kinds and wide):
            raise Obstacle("AV010", f"how wide `{fn}` adds up depends on the dtype", "annotate the array's dtype", self.span)
        if op == "norm":
            square = Reduce("+", folded, Apply("*", (found.value, found.value)))
            return Rows(Apply("np.sqrt", (square,)), kept)
        if op == "mean":
            count: Expr = st.extents[folded[0]].stop
            for a in folded[1:]:
                count = Apply("*", (count, st.extents[a].stop))
            return Rows(Apply("/", (Reduce("+", folded, found.value), count)), kept)
        if op in ("and", "or") and not kinds <= {"bool", "bool_"}:
            raise Obstacle("AV015", f"`{fn}` of numbers", span=self.span)
        return Rows(Reduce(op, folded, found.value), kept)

    def _made(self, fn: str, args: tuple[Expr, ...]) -> Rows:
        """`np.zeros(d)` in a lane: every lane has its own."""
        st = self.state
        fill, typed = MAKES[fn], len(args) > 1
        if typed:
            raise Obstacle("AV041", "an array of a certain dtype is made anew in each iteration", span=self.span)
        if fn.endswith("_like"):
            like = self.rows(args[0])
            if not st.kinds(like.value) <= {"float64"}:
                raise Obstacle("AV010", "the dtype of an array that is made anew", "annotate the array's dtype", self.span)
            return Rows(fill, like.axes)
        shape = args[0].args if isinstance(args[0], Apply) and args[0].fn == "tuple" else (args[0],)
        sizes = [st.value(x) for x in shape]
        if any(free_axes(x) for x in sizes) or any(isinstance(x, Apply) and x.fn == ".shape" for s in sizes for x in walk(s)):
            raise Obstacle("AV041", "an array whose size differs from lane to lane", span=self.span)
        return Rows(fill, tuple(st.new_axis(f"·.{k}", x) for k, x in enumerate(sizes)))


def stored_place(array: str, at: tuple[Expr | Slice, ...], state: State, span: Span) -> Rows:
    """A store's target, the dimensions that its subscripts leave out or cut written out."""
    found = Lowering(state, span).read(array, at)
    if not isinstance(found.value, Read) or len(found.axes) != sum(isinstance(x, Axis) for x in _moving(found)):
        raise Obstacle("AV041", f"a slice of `{array}` is stored", span=span)
    return found


def _moving(found: Rows) -> list[Expr]:
    assert isinstance(found.value, Read)
    return [y for x in found.value.at for y in walk(x) if isinstance(y, Axis) and y.id in found.axes]  # type: ignore[misc]


def bound_value(name: str, op: str | None, value: Expr, state: State, span: Span) -> Expr:
    """The value that a name takes in the lanes; where it's an array, its axes are kept with the name."""
    lowering = Lowering(state, span)
    found = lowering.rows(value)
    known = state.rows.get(name) if name in state.env else None
    if known and (op is not None or found.axes):
        return lowering.broadcast((found,), known)[0][0]
    state.rows.pop(name, None)
    if found.axes:
        if state.held or state.overlay:
            raise Obstacle("AV041", f"the array `{name}` is made under a condition", span=span)
        state.rows[name] = found.axes
        if name in state.env:
            state.home[name] = (*state.home.get(name, state.axes), *found.axes)
    return found.value


def number_of_rows(e: Apply, state: State, span: Span) -> Expr | None:
    """A product or a fold of rows inside an expression of numbers; None where it is none, or the same in all lanes."""
    if not state.axes or e.fn not in (*CONTRACTS, *REDUCES):
        return None
    found = Lowering(state, span).rows(e)
    if found.axes:
        raise Obstacle("AV041", "an operation on whole rows", span=span)
    return found.value


def row_stored(
    array: str, at: tuple[Expr | Slice, ...], value: Expr, state: State, span: Span
) -> tuple[Expr, tuple[Expr | Slice, ...], tuple[str, ...]]:
    """What a store writes, where, and the axes that both have beside those around."""
    place = stored_place(array, at, state, span)
    assert isinstance(place.value, Read)
    lowering = Lowering(state, span)
    (written,), axes = lowering.broadcast((lowering.rows(value),), place.axes)
    return written, place.value.at, axes
