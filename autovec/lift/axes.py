"""Loops as axes: which values an axis takes, how many, and whether its lanes write places of their own.

Comes in: a loop, or the subscripts of a target. Goes out: an `Extent`, a length; or an `Obstacle`.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.affine import affine
from autovec.expression import ZERO, Apply, Axis, Const, Expr, Lanes, Length, Read, Slice, free_axes, walk
from autovec.facts.value import ArrayFact, Trust
from autovec.lift.state import Obstacle, State
from autovec.loops.statement import Append, For, walk_statements
from autovec.tensor.statement import Bind, Extent, Program, all_statements, axes_of


def extent_of(loop: For, start: Expr, stop: Expr) -> Extent:
    """The values of a loop's axis, ascending."""
    match loop.step:
        case int() as step if step > 0:
            return Extent(start, stop, step)
        case -1 if not any(isinstance(s, Append) for s in walk_statements(loop.body)):
            return Extent(shifted(stop, 1), shifted(start, 1), 1)  # lanes have no order
        case _:
            raise Obstacle("AV014", f"the step of `{loop.label or loop.var}` is not a positive literal", span=loop.span)


def from_zero(st: State, loop: For, start: Expr, stop: Expr) -> tuple[Expr, Expr, Expr]:
    """(base, start, stop): a loop that begins at another place in each lane, but is equally long in all, counts from its base."""
    width = st.difference(stop, start)
    if not free_axes(start) or free_axes(width) or loop.step != 1:
        return ZERO, start, stop
    return start, ZERO, width


def in_order(loop: For, start: Expr, stop: Expr) -> tuple[Extent, Expr]:
    """A loop's axis with its lanes in the order of the iterations, and the loop's variable in terms of it."""
    if loop.step != -1:
        return extent_of(loop, start, stop), Axis(loop.var)
    return Extent(ZERO, Apply("-", (start, stop)), 1), Apply("-", (start, Axis(loop.var)))


def laid_out(st: State, loop: For, start: Expr, stop: Expr, ordered: bool) -> tuple[Extent, Expr]:
    """A loop's axis, and the loop's variable in terms of it; `ordered`: the lanes have the order of the iterations."""
    forward = isinstance(loop.step, int) and loop.step > 0
    appends = any(isinstance(s, Append) for s in walk_statements(loop.body))
    if not forward and (loop.step != -1 or appends) and not ordered:
        return _positions(st, loop, start, stop)
    return in_order(loop, start, stop) if ordered else (extent_of(loop, start, stop), Axis(loop.var))


def step_of(st: State, loop: For) -> Expr:
    """A loop's step. One of 0 raises, but not where the loop around never gets there."""
    if isinstance(loop.step, int):
        return Const(loop.step)
    if st.axes:
        what = f"the step of `{loop.label or loop.var}` may be 0, and the loop around may run no times"
        raise Obstacle("AV014", what, span=loop.span)
    return st.value(loop.step)


def _positions(st: State, loop: For, start: Expr, stop: Expr) -> tuple[Extent, Expr]:
    """The positions of a loop that counts down, or by steps that only the run knows, as an array: any step is right."""
    step = step_of(st, loop)
    if free_axes(step) or any(isinstance(x, Read) for x in walk(step)):
        raise Obstacle("AV014", f"the step of `{loop.label or loop.var}` is not a number of the function", span=loop.span)
    name = st.fresh("positions")
    st.out.append(Bind(name, (), None, Apply("np.arange", (start, stop, step))))
    length = Length(name, 0)
    made = ArrayFact("ndarray", frozenset(("int64",)), (length,), Trust.PROVED, True)
    st.facts = replace(st.facts, names={**st.facts.names, name: made})
    st.lanes[name] = frozenset(("int",))
    return Extent(ZERO, length, 1), Lanes(name, (loop.var,))


def shifted(e: Expr, by: int) -> Expr:
    """`e + by`, literals folded."""
    match e:
        case Const(int() as n):
            return Const(n + by)
        case Apply("-", (x, Const(int() as n))):
            return shifted(x, by - n) if by != n else x
        case Apply("+", (x, Const(int() as n))):
            return shifted(x, by + n) if by != -n else x
        case _ if by == 0:
            return e
        case _:
            return Apply("+" if by > 0 else "-", (e, Const(abs(by))))


def length_of(extent: Extent) -> Expr:
    """How many values an axis takes, as an expression."""
    width = extent.stop if extent.start == ZERO else Apply("-", (extent.stop, extent.start))
    if extent.step != 1:
        raise Obstacle("AV041", "a repeated value in a loop with a step")
    return Apply("max", (width, ZERO))


def may_repeat(at: tuple[Expr | Slice, ...], axes: tuple[str, ...], state: State) -> bool:
    """Whether several lanes may write one element: each has its own where every axis alone decides on some subscript."""
    if any(isinstance(x, Slice) for x in at):
        raise Obstacle("AV041", "a slice is stored")
    places = [x for x in at if not isinstance(x, Slice) and free_axes(x)]
    lines = len(places) == len(axes)  # else the places are index arrays, in which negative ones count from the end
    return not all(any(_decides(x, axis) and (lines or state.never_negative(x)) for x in places) for axis in axes)


def _decides(x: Expr, axis: str) -> bool:
    """Whether two lanes of an axis have different values of a subscript that varies over no other axis."""
    form = affine(x)
    others = frozenset[str]() if form is None else frozenset[str]().union(*map(free_axes, form.atoms() - {Axis(axis)}))
    return form is not None and form.coefficient(Axis(axis)) != 0 and not others


def program_of(st: State) -> Program:
    """What was written, with the axes of the loops and those of dimensions that some statement runs over."""
    used = {a for t in all_statements(tuple(st.out)) for a in axes_of(t)}
    axes = tuple((a, e) for a, e in st.extents.items() if a in used or "." not in a)
    return Program(axes, tuple(st.out), tuple(st.equal), tuple(sorted(st.numbers)), tuple(st.natural))
