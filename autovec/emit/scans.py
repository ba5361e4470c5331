"""Print running folds along an axis, and values shifted by one lane.

`np.cumsum` and its kin keep the loop's order, so a running sum is the loop's to the last bit. What the fold starts from goes in
front of the elements, where it is not neutral. min and max are Python's fold `if x > acc: acc = x`, in which a NaN lane never
wins and a NaN start always stays. Not handled: a start in front of lanes with several axes, other than by comparing afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.affine import affine
from autovec.emit.code import Code, NoSpelling
from autovec.emit.folds import layout, require_lane
from autovec.emit.places import text_of
from autovec.expression import (
    ATOM,
    ONE,
    ZERO,
    Apply,
    Axis,
    Const,
    Expr,
    Lanes,
    Length,
    Name,
    Read,
    Reduce,
    Scan,
    Slice,
    free_axes,
    rebuild,
    walk,
)
from autovec.facts.kinds import FLOATS, INTEGERS, PYTHON, Kinds, apply, holds, in_arrays

if TYPE_CHECKING:
    from autovec.emit.speller import Speller

SUMS = {"+": ("cumsum", 0, "AV601", "running-sum"), "-": ("cumsum", 0, "AV601", "running-sum"),
        "*": ("cumprod", 1, "AV602", "running-product")}  # fmt: skip
EXTREMES = {"max": ("maximum", "AV603", "running-maximum"), "min": ("minimum", "AV604", "running-minimum")}
LOGIC = {"or": ("logical_or", False), "and": ("logical_and", True)}
SMALL = frozenset(("int8", "uint8", "int16", "uint16", "int32", "uint32"))


def spell_scan(s: Speller, e: Scan, want: tuple[str, ...]) -> Code:
    """The text of a running fold."""
    if e.op == "last":
        return _shift(s, e, want)
    closed = _closed(s, e)
    if closed is not None:
        return s.spell(closed, want)
    if e.op in SUMS:
        return _total(s, e, want)
    if e.op in EXTREMES:
        return _extreme(s, e, want)
    if e.op in LOGIC:
        return _logic(s, e, want)
    raise NoSpelling("AV021", f"a running fold by {e.op} has no array form")


# ------------------------------------------------------------------ closed forms


def _lane(s: Speller, axis: str) -> Expr | None:
    """How many lanes come before a lane."""
    extent = s.extents[axis]
    if not isinstance(extent.step, int):
        return None
    gap = Axis(axis) if extent.start == ZERO else Apply("-", (Axis(axis), extent.start))
    return gap if extent.step == 1 else Apply("//", (gap, Const(extent.step)))


def _closed(s: Speller, e: Scan) -> Expr | None:
    """A count, or a change of sign, without adding anything up: exact for Python's integers, and for signs of anything."""
    lane = _lane(s, e.axis)
    if lane is None or free_axes(e.body):
        return None
    done: Expr = lane if e.before else Apply("+", (lane, ONE))
    if e.op == "+" and _start_kinds(s, e) == s.kinds_in_loop(e.body) == frozenset(("int",)):
        taken = done if e.body == ONE else Apply("*", (done, e.body))
        return taken if e.start == ZERO else Apply("+", (e.start, taken))
    if e.op == "*" and e.body in (Const(-1), Const(-1.0), Apply("neg", (ONE,)), Apply("neg", (Const(1.0),))):
        even = Apply("==", (Apply("%", (done, Const(2))), ZERO))
        return Apply("where", (even, e.start, Apply("neg", (e.start,))))
    return None


# ------------------------------------------------------------------ sums and products


def _total(s: Speller, e: Scan, want: tuple[str, ...]) -> Code:
    function, neutral, code, name = SUMS[e.op]
    start, body = _start_kinds(s, e), s.kinds_in_loop(e.body)
    total = apply(e.op, (start, body)) if start and body else frozenset[str]()
    if not total or apply(e.op, (total, body)) != total:
        raise NoSpelling("AV010", "the type of what is added up is not known", "annotate the array's dtype")
    if total & {"int"}:
        raise NoSpelling("AV012", "Python's integers have no upper limit, an array's elements do")
    dtype = _dtype(s, e.body, body, total)
    trivial = isinstance(e.start, Const) and e.start.value == neutral
    if trivial and not e.before:
        elements, axis = _elements(s, e)
        s.needed.rule(code, name, "exact" if total <= INTEGERS else "reassociates")  # of -0.0 the loop makes 0.0
        inside = ", ".join(p for p in (elements.text, axis, dtype) if p)
        sign, level = ("-", 14) if e.op == "-" else ("", ATOM)
        return s.permuted(Code(f"{sign}{s.np(function)}({inside})", elements.axes, level), want)
    function = "subtract.accumulate" if e.op == "-" else function
    joined = _joined(s, e, total)
    s.needed.rule(code, name, "exact")
    return Code(f"{s.np(function)}({', '.join(p for p in (joined, dtype) if p)}){_cut(e)}", (e.axis,))


def _cut(e: Scan) -> str:
    return "[:-1]" if e.before else "[1:]"


def _dtype(s: Speller, e: Expr, body: Kinds, total: Kinds) -> str:
    """NumPy adds small integers up as int64; the loop in the type of the two."""
    if in_arrays(total) == in_arrays(body) and not total & SMALL:
        return ""
    if len(in_arrays(total)) == 1:
        return f"dtype={s.np(next(iter(in_arrays(total))))}"
    if isinstance(e, Read) and total == body:
        return f"dtype={e.array}.dtype"
    raise NoSpelling("AV010", "the type of what is added up is not known", "annotate the array's dtype")


def _start_kinds(s: Speller, e: Scan) -> Kinds:
    known = s.facts.starts.get(e.start.id) if isinstance(e.start, Name) else None
    return known or s.kinds_in_loop(e.start)


def _elements(s: Speller, e: Scan) -> tuple[Code, str]:
    """The bodies of all lanes, and the axis argument."""
    code = s.spell(e.body, layout(s, e.body, free_axes(e.body)))
    if e.axis not in code.axes:
        if code.axes:
            raise NoSpelling("AV041", "the same values are taken in again and again")
        code = Code(f"{s.np('full')}({_size(s, e.axis)}, {code.text})", (e.axis,))
    s.note_temporary(e)
    return code, f"axis={code.axes.index(e.axis)}" if len(code.axes) > 1 else ""


def _size(s: Speller, axis: str) -> str:
    extent = s.extents[axis]
    width = affine(Apply("-", (extent.stop, extent.start)))
    if width is None or extent.step != 1:
        raise NoSpelling("AV041", "the number of iterations is not linear")
    text = text_of(width, s.facts)
    return text if s.places.nonnegative(width) else f"max({text}, 0)"


def _joined(s: Speller, e: Scan, kinds: Kinds) -> str:
    """The start in front of the elements, in the type of both."""
    elements, _ = _elements(s, e)
    if len(elements.axes) > 1 or free_axes(e.start):
        raise NoSpelling("AV021", "each lane of another loop has a start of its own")
    start = s.spell(e.start, ()).text
    literal = isinstance(e.start, Const) or not in_arrays(kinds) <= INTEGERS - {"int64"}
    weak = e.op in SUMS and not e.before and literal  # the first operation makes it one of theirs
    if len(in_arrays(kinds)) != 1 or not (weak or _fits(e.start, _start_kinds(s, e), kinds)):
        raise NoSpelling("AV010", f"whether `{start}` is of the elements' type is not known", "annotate the array's dtype")
    kind = next(iter(in_arrays(kinds)))
    first = start if kind in ("float64", "int64") else f"{s.np(kind)}({start})"
    return f"{s.np('concatenate')}(([{first}], {elements.text}))"


def _fits(start: Expr, held: Kinds, kinds: Kinds) -> bool:
    """Whether a start is the same number once it is an element of an array of `kinds`."""
    if len(in_arrays(kinds)) != 1:
        return False
    target = next(iter(in_arrays(kinds)))
    if in_arrays(held) == in_arrays(kinds) or (target == "float64" and held <= {"int", "float", "float64"}):
        return True
    if not held <= PYTHON or target not in FLOATS | INTEGERS:
        return False
    match start:
        case Const(bool() | int() | float() as value):
            return holds(target, value)
        case Apply("neg", (inner,)):
            return target not in INTEGERS and _fits(inner, held, kinds)
        case Name("math.inf" | "np.inf" | "numpy.inf"):
            return target in FLOATS
        case _:
            return False


# ------------------------------------------------------------------ extremes and logic


def _extreme(s: Speller, e: Scan, want: tuple[str, ...]) -> Code:
    function, code, name = EXTREMES[e.op]
    kinds, start = s.kinds_in_loop(e.body), _start_kinds(s, e)
    if not kinds or not (kinds <= FLOATS | {"float"} or kinds <= INTEGERS):
        raise NoSpelling("AV010", "whether the values are integers or floats is not known", "annotate the array's dtype")
    ufunc = s.np(f"f{function[:3]}" if kinds & (FLOATS | {"float"}) else function)
    s.needed.rule(code, name, "reassociates")  # of a zero and a negative zero NumPy keeps either
    if e.before or _is_number(e.start):
        return Code(f"{ufunc}.accumulate({_joined(s, e, kinds)}){_cut(e)}", (e.axis,))
    if in_arrays(start) != in_arrays(kinds) or len(in_arrays(kinds)) != 1:
        raise NoSpelling("AV010", "the type of what is compared is not known", "annotate the array's dtype")
    elements, axis = _elements(s, e)
    best = s.new_name("highest" if e.op == "max" else "lowest")
    s.before.append(f"{best} = {ufunc}.accumulate({', '.join(p for p in (elements.text, axis) if p)})")
    held = Lanes(best, elements.axes)
    s.lanes_of(best, kinds)
    wins = Apply(">" if e.op == "max" else "<", (held, e.start))
    return s.spell(Apply("where", (wins, held, e.start)), want)


def _is_number(start: Expr) -> bool:
    """A start that is known not to be NaN."""
    match start:
        case Const(int() | float() as value):
            return value == value
        case Name("math.inf" | "np.inf" | "numpy.inf"):
            return True
        case Apply("neg", (inner,)):
            return _is_number(inner)
        case _:
            return False


def _logic(s: Speller, e: Scan, want: tuple[str, ...]) -> Code:
    function, neutral = LOGIC[e.op]
    if e.before or e.start != Const(neutral) or not s.kinds_in_loop(e.body) or not s.kinds_in_loop(e.body) <= {"bool", "bool_"}:
        raise NoSpelling("AV015", f"what `{e.op}` gives is one of its operands, not a truth value")
    elements, axis = _elements(s, e)
    s.needed.rule("AV605", "running-test", "exact")
    inside = ", ".join(p for p in (elements.text, axis) if p)
    return s.permuted(Code(f"{s.np(function)}.accumulate({inside})", elements.axes), want)


# ------------------------------------------------------------------ the lane before


def _shift(s: Speller, e: Scan, want: tuple[str, ...]) -> Code:
    """The body of the lane before; the first lane has the start."""
    extent = s.extents[e.axis]
    moved = at(e.body, e.axis, Apply("-", (Axis(e.axis), ONE)))
    if extent.step == 1 and isinstance(e.body, Read) and moved is not None and _is_first(s, e):
        return s.spell(moved, want)
    s.needed.rule("AV606", "shift", "reassociates")  # an integer start becomes a float, which shows in the sign of zero
    if _is_turn(s, e):
        elements, axis = _elements(s, e)
        return s.permuted(Code(f"{s.np('roll')}({', '.join(p for p in (elements.text, '1', axis) if p)})", elements.axes), want)
    return Code(f"{_joined(s, e, s.kinds_in_loop(e.body))}[:-1]", (e.axis,))


def _is_first(s: Speller, e: Scan) -> bool:
    """Whether the start is what the lane in front of the first one would give."""
    start = affine(s.extents[e.axis].start)
    if start is None:
        return False
    first = at(e.body, e.axis, Apply("-", (s.extents[e.axis].start, ONE)))
    if not isinstance(first, Read) or not all(isinstance(x, Slice) or s.facts.nonnegative(x) for x in first.at):
        return False
    return _same_place(s, first, e.start)


def _is_turn(s: Speller, e: Scan) -> bool:
    """Whether the start is what the last lane gives, so that the lanes go around in a circle."""
    extent = s.extents[e.axis]
    last = at(e.body, e.axis, last_place(extent.stop))
    if extent.step != 1 or last is None or not isinstance(e.body, Read):
        return False
    if _same_place(s, last, e.start):
        return True
    match e.body, e.start:
        case Read(a, (Axis(i),)), Read(b, (Const(-1),)) if a == b and i == e.axis:
            return extent.start == ZERO and s.facts.same(extent.stop, Length(a, 0))
        case _:
            return False


def _same_place(s: Speller, a: Expr, b: Expr) -> bool:
    match a, b:
        case Read(x, p), Read(y, q) if x == y and len(p) == len(q):
            pairs = zip(p, q, strict=True)
            return all(not isinstance(i, Slice) and not isinstance(j, Slice) and s.facts.same(i, j) for i, j in pairs)
        case _:
            return False


def at(e: Expr, axis: str, place: Expr) -> Expr | None:
    """`e` in the lane at `place`; None where only the whole array is at hand."""
    if any(isinstance(x, Lanes | Scan) and axis in free_axes(x) for x in walk(e)):
        return None

    def put(x: Expr) -> Expr:
        if isinstance(x, Axis) and x.id == axis:
            return place
        out = rebuild(x, put)
        assert not isinstance(out, Slice)
        return out

    return put(e)


def spell_last(s: Speller, e: Reduce, want: tuple[str, ...]) -> Code:
    """What the body is in the last lane."""
    (axis,) = e.axes
    require_lane(s, axis)
    extent = s.extents[axis]
    if extent.step == 1:
        here = at(e.body, axis, last_place(extent.stop))
        if here is not None:
            return s.spell(_from_the_end(s, e.body, here), want)
    code = s.spell(e.body, (*want, axis))
    if axis not in code.axes:
        return code
    inside = ["-1" if a == axis else ":" for a in code.axes]
    while inside[-1] == ":":
        inside.pop()
    return s.permuted(Code(f"{code.at(ATOM)}[{', '.join(inside)}]", tuple(a for a in code.axes if a != axis)), want)


def _from_the_end(s: Speller, body: Expr, here: Expr) -> Expr:
    """`x[len(x) - 1]` as `x[-1]`."""
    match body, here:
        case Read(array, (Axis(axis),)), Read() if s.facts.same(s.extents[axis].stop, Length(array, 0)):
            return Read(array, (Const(-1),))
        case _:
            return here


def last_place(stop: Expr) -> Expr:
    """The place in front of `stop`."""
    return Const(stop.value - 1) if isinstance(stop, Const) and isinstance(stop.value, int) else Apply("-", (stop, ONE))
