"""Print the reading of array elements for all lanes: slices, windows, gathers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.affine import Affine, affine, expression_of
from autovec.emit.code import Code, NoSpelling, aligned
from autovec.emit.places import Line, Moving, moving, text_of, view_text
from autovec.expression import ZERO, Apply, Axis, Const, Expr, Length, Read, Slice, free_axes
from autovec.record import dataclass

if TYPE_CHECKING:
    from autovec.emit.speller import Speller


def spell_read(s: Speller, e: Read, want: tuple[str, ...]) -> Code:
    """`array[at]` for all lanes, dimensions in the order of `want`."""
    fact = s.facts.array(e.array)
    if fact is None:
        raise NoSpelling("AV010", f"it is not known that `{e.array}` is an array", f"annotate `{e.array}`")
    if any(isinstance(x, Slice) for x in e.at) or (fact.rank is not None and fact.rank != len(e.at)):
        raise NoSpelling("AV041", f"a part of `{e.array}` is used as a value")
    at = [x for x in e.at if not isinstance(x, Slice)]
    if fact.container == "list":
        return _from_list(s, e, at, want)
    turns = {k: turn for k, x in enumerate(at) if free_axes(x) and (turn := _turn(s, e.array, k, x))}
    rest = [x for k, x in enumerate(at) if k not in turns and free_axes(x)]
    axes = [a for a, _ in turns.values()] + [a for x in rest for a in free_axes(x)]
    if turns and len(axes) == len(set(axes)) and all(s.places.line(x) is not None for x in rest):
        return _rolled(s, e.array, at, want, turns)
    seen: set[str] = set()
    for x in at:
        free = free_axes(x)
        if free & seen or (free and s.places.line(x) is None and not is_window(s, x)) or wraps_around(s, x):
            return _gather(s, e.array, at, want)
        seen |= free
    return _sliced(s, e.array, e.array, at, want)


def wraps_around(s: Speller, x: Expr) -> bool:
    """Whether a subscript starts at a negative index, which counts from the end."""
    line = s.places.line(x) if free_axes(x) else None
    return line is not None and line.step == 1 and s.places.first_behind(line) is not None


def _turn(s: Speller, array: str, k: int, x: Expr) -> tuple[str, int] | None:
    """The axis along which a subscript goes once around a dimension, and the index at which it starts."""
    match x:
        case Apply("%", (a, size)) if s.facts.same(size, Length(array, k)):
            parts, first = moving(a), None
            if parts is not None and len(parts.terms) == 1 and parts.terms[0][1] == 1:
                first = parts.rest.as_int()
            extent = s.extents[parts.terms[0][0]] if parts is not None and first is not None else None
            whole = extent is not None and extent.start == ZERO and extent.step == 1 and s.facts.same(extent.stop, size)
            return (parts.terms[0][0], first) if whole and parts is not None and first is not None else None
        case _:
            line = s.places.line(x)
            first = s.places.first_behind(line) if line is not None and s.places.is_roll(array, k, line) else None
            return (line.axis, first) if line is not None and first is not None else None


def _unchanged(s: Speller, array: str) -> None:
    """Elements behind the end are read in the first lanes: the nest must not change them before."""
    if any(a == array or s.facts.may_alias(a, array) for a in s.stored):
        raise NoSpelling("AV024", f"`{array}` is read at a negative index, which counts from the end")


def _rolled(s: Speller, array: str, at: list[Expr], want: tuple[str, ...], turns: dict[int, tuple[str, int]]) -> Code:
    """An array whose dimensions start at another index and go around the end."""
    s.needed.rule("AV503", "roll", "exact")
    rolled, rest = array, list(at)
    for k, (axis, first) in turns.items():
        if wraps_around(s, at[k]):
            _unchanged(s, array)
        along = f", axis={k}" if len(at) > 1 else ""
        rolled = f"{s.np('roll')}({rolled}, {-first}{along})"
        rest[k] = _from_zero(s, axis)
    return _sliced(s, array, rolled, rest, want)


def _from_list(s: Speller, e: Read, at: list[Expr], want: tuple[str, ...]) -> Code:
    """A list of numbers, or of rows of numbers, becomes an array once, before the nest."""
    fact = s.facts.array(e.array)
    assert fact is not None
    asked = len(at) == 2 and e.array in s.inputs and e.array not in s.places.kept  # whether the rows are equally long
    if len(at) != fact.rank or not (len(at) == 1 or asked):
        raise NoSpelling("AV036", f"the rows of the list `{e.array}` may differ in length")
    kinds = fact.kinds
    if not kinds or kinds <= {"int"}:
        raise NoSpelling(
            "AV012", f"the elements of `{e.array}` are Python integers, which have no upper limit", f"make `{e.array}` an array"
        )
    if e.array not in s.arrays:
        name = s.new_name(f"{e.array.replace('self.', '')}_array")
        floats = f"{s.np('fromiter')}({e.array}, float, count=len({e.array}))"  # in two thirds of the time of np.asarray
        if asked:
            _ask_for_equal_rows(s, e.array)
            floats = f"{s.np('array')}({e.array}, dtype=float)"
        s.setup.append(f"{name} = {floats if kinds <= {'int', 'float'} else s.np('asarray') + f'({e.array})'}")
        s.arrays[e.array] = name
    return _sliced(s, e.array, s.arrays[e.array], at, want)


def _ask_for_equal_rows(s: Speller, name: str) -> None:
    """Rows that differ in length are no array."""
    length, distinct, each = (s.spelling.call(f) for f in ("len", "set", "map"))
    s.needed.precondition(f"{length}({distinct}({each}({length}, {name}))) == 1")  # a table without rows has no width


def _sliced(s: Speller, array: str, text: str, at: list[Expr], want: tuple[str, ...]) -> Code:
    slices: list[str] = []
    axes: list[str] = []
    windows: list[tuple[int, int, Window]] = []
    for k, x in enumerate(at):
        if not free_axes(x):
            s.places.exists(array, k, x, s, s.conditional > 0)
            slices.append(s.scalar(x).text)
            continue
        line = s.places.line(x)
        if line is None:
            through = window(s, x)
            if s.conditional:
                raise NoSpelling("AV034", f"windows of `{array}` under a condition")
            slices.append(":")
            windows.append((len(axes), k, through))
            axes.append(through.outer.axis)
        else:
            slices.append(s.places.slice_text(array, k, line, s.conditional > 0))
            axes.append(line.axis)
    view = view_text(text, slices)
    if windows:
        return _window_view(s, array, view, tuple(axes), windows, want)
    return s.permuted(Code(view, tuple(axes)), want)


def _from_zero(s: Speller, axis: str) -> Expr:
    """The number of a lane."""
    start = affine(s.extents[axis].start)
    return Axis(axis) if start is None or start.as_int() == 0 else Apply("-", (Axis(axis), s.extents[axis].start))


# ------------------------------------------------------------------ windows


def is_window(s: Speller, x: Expr) -> bool:
    """Whether a subscript moves along two axes."""
    parts = moving(x)
    return parts is not None and len(parts.terms) == 2 and _inner(s, parts) is not None


def _inner(s: Speller, parts: Moving) -> tuple[str, int] | None:
    """The axis inside the window and its step (the dilation): it starts at 0; of two that do, the inner loop's."""
    order = list(s.extents)
    fit = [
        (a, c)
        for a, c in parts.terms
        if isinstance(c, int) and c > 0 and s.extents[a].start == Const(0) and s.extents[a].step == 1
    ]
    return max(fit, key=lambda t: order.index(t[0]), default=None)


@dataclass(frozen=True, slots=True)
class Window:
    """A dimension seen through windows: positions move along `outer`, each window along `inner` with a step."""

    outer: Line
    inner: str
    dilation: int


def window(s: Speller, x: Expr) -> Window:
    """The window that a subscript such as `i * stride + k` reads through."""
    parts = moving(x)
    inner = _inner(s, parts) if parts else None
    if parts is None or inner is None:
        raise NoSpelling("AV041", "a window of another shape")
    rest = [t for t in parts.terms if t[0] != inner[0]]
    (axis, factor) = rest[0]
    place: Expr = Axis(axis) if factor == 1 else Apply("*", (Axis(axis), Const(factor) if isinstance(factor, int) else factor))
    line = s.places.line(Apply("+", (place, expression_of(parts.rest))))
    if line is None or (isinstance(line.step, int) and line.step < 1):
        raise NoSpelling("AV041", "a window that moves backwards")
    return Window(line, *inner)


def _window_view(
    s: Speller, array: str, view: str, axes: tuple[str, ...], windows: list[tuple[int, int, Window]], want: tuple[str, ...]
) -> Code:
    """`windows`: (dimension of the view, dimension of the array, window)."""
    sizes = [_width(s, w) for _, _, w in windows]
    s.ran()  # a window may not be larger than the array, which it is only where there is no position for it
    where = [str(v) for v, _, _ in windows]
    shape = f"({', '.join(sizes)})" if len(sizes) > 1 else sizes[0]
    axis = f", axis=({', '.join(where)})" if len(where) > 1 else f", axis={where[0]}" if len(axes) > 1 else ""
    call = f"{s.np('lib.stride_tricks.sliding_window_view')}({view}, {shape}{axis})"
    cuts = [":"] * len(axes) + [f"::{w.dilation}" if w.dilation > 1 else ":" for _, _, w in windows]
    for v, k, w in windows:
        cuts[v] = _cut(s, array, k, w)
    while cuts and cuts[-1] == ":":
        cuts.pop()
    s.needed.rule("AV401", "window", "exact")
    code = Code(f"{call}[{', '.join(cuts)}]" if cuts else call, (*axes, *(w.inner for _, _, w in windows)))
    return s.permuted(code, want)


def _width(s: Speller, w: Window) -> str:
    extent = affine(s.extents[w.inner].stop)
    assert extent is not None
    return text_of(extent if w.dilation == 1 else extent.times(w.dilation).plus(Affine((), 1 - w.dilation)), s.facts)


def _cut(s: Speller, array: str, k: int, w: Window) -> str:
    """The window positions that the loop visits, among all there are along the dimension."""
    s.places.safe_start(array, w.outer)
    extent, length = s.extents[w.inner], s.facts.linear(Length(array, k))
    reach = affine(extent.stop)
    behind = (
        None
        if reach is None
        else s.facts.linear(expression_of(w.outer.stop.plus(reach.times(w.dilation)).plus(Affine((), -w.dilation))))
    )
    first = "" if w.outer.first.as_int() == 0 else text_of(w.outer.first, s.facts)
    if length is not None and behind is not None and length.minus(behind).as_int() == 0:
        stop = ""
    else:
        stop = text_of(w.outer.stop, s.facts)
        stop = stop if s.places.nonnegative(w.outer.stop) else f"max({stop}, 0)"
    by = "" if w.outer.step == 1 else f":{w.outer.step if isinstance(w.outer.step, int) else s.scalar(w.outer.step).text}"
    return f"{first}:{stop}{by}"


# ------------------------------------------------------------------ gathers


def _gather(s: Speller, array: str, at: list[Expr], want: tuple[str, ...]) -> Code:
    """Subscripts that are data: one index array a dimension, broadcast against each other; plain axes stay slices if they can."""
    if s.conditional:
        raise NoSpelling(
            "AV034", f"`{array}` is read at places from data, under a condition", "read it in front of the condition"
        )
    s.ran(free_axes(Read(array, tuple(at))))
    if any(wraps_around(s, x) for x in at):
        _unchanged(s, array)
    data = [k for k, x in enumerate(at) if free_axes(x) and (s.places.line(x) is None or _shared(at, k) or wraps_around(s, x))]
    lines = [k for k, x in enumerate(at) if free_axes(x) and k not in data]
    if (
        data
        and data == list(range(data[0], data[-1] + 1))
        and not any(free_axes(at[k]) & free_axes(at[d]) for k in lines for d in data)
    ):
        return _mixed(s, array, at, data, want)
    axes = tuple(a for a in want if any(a in free_axes(x) for x in at))
    for k, x in enumerate(at):
        if not free_axes(x):
            s.places.exists(array, k, x, s, False)
    parts = [aligned(s.spell(x, axes), axes) if free_axes(x) else s.scalar(x).text for x in at]
    s.needed.rule("AV501", "gather", "exact")
    return Code(f"{array}[{', '.join(parts)}]", axes)


def _shared(at: list[Expr], k: int) -> bool:
    return any(free_axes(at[k]) & free_axes(x) for j, x in enumerate(at) if j != k)


def _mixed(s: Speller, array: str, at: list[Expr], data: list[int], want: tuple[str, ...]) -> Code:
    index_axes = tuple(a for a in want if any(a in free_axes(at[k]) for k in data))
    parts: list[str] = []
    axes: list[str] = []
    for k, x in enumerate(at):
        if k in data:
            parts.append(aligned(s.spell(x, index_axes), index_axes))
            axes += index_axes if k == data[0] else ()
        elif not free_axes(x):
            s.places.exists(array, k, x, s, False)
            parts.append(s.scalar(x).text)
            if data[0] < k or k < data[0]:
                adjacent = k in (data[0] - 1, data[-1] + 1)
                if not adjacent and any(free_axes(y) for y in at[min(k, data[0]) : max(k, data[-1])]):
                    raise NoSpelling("AV041", f"mixed subscripts of `{array}`")
        else:
            line = s.places.line(x)
            assert line is not None
            parts.append(s.places.slice_text(array, k, line, False))
            axes.append(line.axis)
    while parts[-1] == ":":
        parts.pop()
    if any("|" in p for p in parts):
        raise NoSpelling("AV041", f"`{array}` is read backwards and by an index array")
    s.needed.rule("AV501", "gather", "exact")
    return s.permuted(Code(f"{array}[{', '.join(parts)}]", tuple(axes)), want)
