"""Print folds over axes: sums, products, extremes, positions of extremes, any and all.

min and max are Python's fold `if x > acc: acc = x`, in which a NaN lane never wins: `np.fmax.reduce`, not `np.max`, on floats.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from autovec.affine import Affine, affine
from autovec.emit.code import Code, NoSpelling
from autovec.emit.places import text_of
from autovec.emit.shield import shielded
from autovec.expression import ATOM, Apply, Axis, Const, Expr, Lanes, Read, Reduce, free_axes, walk
from autovec.facts.kinds import FLOATS, INTEGERS, PLACES, folded, in_arrays

if TYPE_CHECKING:
    from autovec.emit.speller import Speller

IDENTITY = {"+": Const(0), "*": Const(1), "or": Const(False), "and": Const(True), "|": Const(0), "^": Const(0), "&": Const(-1)}
METHODS = {
    "+": "sum", "*": "prod", "or": "any", "and": "all", "maximum": "max", "minimum": "min", "argmaximum": "argmax",
    "argminimum": "argmin",
}  # fmt: skip
UFUNC = {"&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor"}


def spell_fold(s: Speller, e: Reduce, want: tuple[str, ...]) -> Code:
    """The text of a fold."""
    if e.op in ("min", "max"):
        return _extreme(s, e, want)
    if e.op in PLACES:
        return _place(s, e, want)
    if e.op in ("maximum", "minimum", "argmaximum", "argminimum"):
        return _largest(s, e, want)
    if e.where is not None:
        e = replace(e, body=shielded(e.body, e.where))
    with s.guarded() if e.where is not None else nullcontext():
        found = None if e in s.akin else s.idiom(e, want)
    if found is not None:
        return found
    if e in s.akin:
        return _generic(s, e, want)
    plain = factored(unmasked(e), s)
    if not isinstance(plain, Reduce):
        return s.spell(plain, want)
    if plain != e:
        if e in s.totals:
            s.totals[plain] = s.totals[e]
        found = s.idiom(plain, want)
    return _generic(s, plain, want) if found is None else found


def _largest(s: Speller, e: Reduce, want: tuple[str, ...]) -> Code:
    """np.max or np.argmax of a row, in which a NaN wins."""
    if e.where is not None:
        raise NoSpelling("AV041", "the largest or smallest of rows under a condition")
    for a in e.axes:
        if not s.nonempty(a):
            s.places.require(*_nonempty(s, a))
    return _generic(s, e, want)


def factored(e: Reduce, s: Speller) -> Expr:
    """Factors that do not vary over the folded axes, in front of a sum, where all are of one type and surely finite.

    Infinity times a sum is no sum of infinities: one element that is 0 makes that NaN.
    """
    if e.op != "+" or e.where is not None or len(in_arrays(frozenset[str]().union(*map(s.kinds, _factors(e.body))))) != 1:
        return e
    match e.body:
        case Apply("*", (a, b)):
            for outside, inside in ((a, b), (b, a)):
                if not free_axes(outside) & set(e.axes) and _is_finite(outside, s):
                    return Apply("*", (outside, factored(Reduce("+", e.axes, inside), s)))
        case Apply("/", (a, Const(int() | float() as n) as b)) if n and abs(n) < float("inf"):
            return Apply("/", (factored(Reduce("+", e.axes, a), s), b))
        case Apply("neg", (a,)):
            return Apply("neg", (factored(Reduce("+", e.axes, a), s),))
        case _:
            pass
    return e


def _is_finite(e: Expr, s: Speller) -> bool:
    """Whether a factor is neither infinite nor NaN, whatever the data."""
    if isinstance(e, Const):
        return isinstance(e.value, int | float) and abs(e.value) < float("inf")
    return bool(s.kinds_in_loop(e)) and s.kinds_in_loop(e) <= INTEGERS | {"int"}


def _factors(e: Expr) -> tuple[Expr, ...]:
    return tuple(f for a in e.args for f in _factors(a)) if isinstance(e, Apply) and e.fn in ("*", "/", "neg") else (e,)


def unmasked(e: Reduce) -> Reduce:
    """The mask as a selection of the identity."""
    if e.where is None:
        return e
    return Reduce(e.op, e.axes, Apply("where", (e.where, e.body, IDENTITY[e.op])), None, e.start)


def layout(s: Speller, e: Expr, axes: frozenset[str]) -> tuple[str, ...]:
    """An order of `axes` in which the largest array in `e` lies as it is."""
    best: list[str] = []
    for x in walk(e):
        order: list[str] = []
        if isinstance(x, Read):
            found = (a.id for at in x.at for a in walk(at) if isinstance(a, Axis) and a.id in axes)
            order = list(dict.fromkeys(found))
        elif isinstance(x, Lanes):
            order = [a for a in x.axes if a in axes]
        if len(order) > len(best):
            best = order
    return (*best, *(a for a in s.extents if a in axes and a not in best))


def _generic(s: Speller, e: Reduce, want: tuple[str, ...]) -> Code:
    order = layout(s, e.body, free_axes(e.body))
    code = s.spell(e.body, order)
    kept = tuple(a for a in code.axes if a not in e.axes)
    axis = _axis(code, e.axes)
    s.note_temporary(e.body)
    s.needed.rule("AV200", "reduction", "reassociates" if e.op in ("+", "*") else "exact")
    if e.op in UFUNC:
        text = f"{s.np(UFUNC[e.op])}.reduce({code.text}, axis={axis or 'None'})"
    else:
        parts = [f"axis={axis}" if axis else "", _dtype(s, e, code)]
        text = f"{code.at(ATOM)}.{METHODS[e.op]}({', '.join(p for p in parts if p)})"
    return s.permuted(Code(text, kept), want)


def _axis(code: Code, axes: tuple[str, ...]) -> str:
    """The axis argument, "" where all dimensions are folded."""
    where = [str(k) for k, a in enumerate(code.axes) if a in axes]
    if len(where) == len(code.axes):
        return ""
    return where[0] if len(where) == 1 else f"({', '.join(where)})"


def _dtype(s: Speller, e: Reduce, code: Code) -> str:
    """NumPy adds small integers up as int64; the loop's accumulator may be narrower, or a float."""
    if e in s.akin and isinstance(e.body, Read):
        return f"dtype={e.body.array}.dtype"
    body, total = s.kinds_in_loop(e.body), s.totals.get(e, folded(e.op, s.kinds_in_loop(e.body)))
    whole = body & (INTEGERS | {"bool_", "int", "bool"})
    if e.op in ("+", "*") and body & {"float16", "float32"} and in_arrays(total) == frozenset(("float64",)):
        return f"dtype={s.np('float64')}"
    if e.op in ("+", "*") and whole and total & (FLOATS | {"float"}):  # the loop adds up in floats, which do not wrap
        if in_arrays(total) == frozenset(("float64",)):
            return f"dtype={s.np('float64')}"
        raise NoSpelling(
            "AV010", "the accumulator's type depends on the array's, which is not known", "annotate the array's dtype"
        )
    if e.op in ("+", "*") and total == frozenset(("int64",)) and body & {"uint8", "uint16", "uint32"}:
        return f"dtype={s.np('int64')}"  # NumPy's own is uint64, which beside an int64 is a float
    small = {"int8", "uint8", "int16", "uint16", "int32", "uint32"}
    if e.op not in ("+", "*") or not body & small or not total & small:
        return ""
    if len(total) == 1:
        return f"dtype={s.np(next(iter(total)))}"
    if isinstance(e.body, Read) and body == total:
        return f"dtype={e.body.array}.dtype"
    raise NoSpelling("AV010", "the accumulator's type depends on the array's, which is not known", "annotate the array's dtype")


# ------------------------------------------------------------------ extremes


def _extreme(s: Speller, e: Reduce, want: tuple[str, ...]) -> Code:
    """A fold that starts from a value: the lanes' extreme where it beats the start."""
    if e.start is None:
        return _lanes_extreme(s, e, want, None)
    kinds = s.kinds_in_loop(e.body)
    if isinstance(e.start, Const) and (
        (kinds <= FLOATS and type(e.start.value) is float) or (kinds <= INTEGERS and type(e.start.value) is int)
    ):
        return _lanes_extreme(s, e, want, e.start)
    bare = replace(e, start=None)
    for a in e.axes:
        require_lane(s, a)
    beats = Apply(">" if e.op == "max" else "<", (bare, e.start))
    return s.spell(Apply("where", (beats, bare, e.start)), want)


def require_lane(s: Speller, axis: str) -> None:
    """The axis has a lane: proved, or a condition."""
    if not s.nonempty(axis):
        s.places.require(*_nonempty(s, axis))


def _nonempty(s: Speller, axis: str) -> tuple[str, Affine, str, str]:
    """What `Places.require` takes: the axis has a lane."""
    extent = s.extents[axis]
    width = affine(Apply("-", (extent.stop, extent.start)))
    if width is None:
        raise NoSpelling("AV036", "an extreme over no elements at all")
    return f"{text_of(width, s.facts)} > 0", width, "an extreme over no elements at all", "AV036"


def _lanes_extreme(s: Speller, e: Reduce, want: tuple[str, ...], start: Const | None) -> Code:
    mask = e.where
    if mask is not None and start is None:
        raise NoSpelling("AV041", "an extreme of masked lanes without a start")
    body = e.body
    kinds = s.kinds_in_loop(body)
    if mask is not None and start is not None:
        body = Apply("where", (mask, body, start))
    order = layout(s, body, free_axes(body))
    code = s.spell(body, order)
    kept = tuple(a for a in code.axes if a not in e.axes)
    axis = _axis(code, e.axes)
    initial = "" if start is None else f"initial={_bound(s, start)}"
    s.needed.rule("AV203" if e.op == "max" else "AV204", e.op, "reassociates")
    if kinds and not kinds & (FLOATS | {"float", "complex", "complex128"}):
        inside = ", ".join(p for p in (f"axis={axis}" if axis else "", initial) if p)
        return s.permuted(Code(f"{code.at(ATOM)}.{e.op}({inside})", kept), want)
    whole = "" if len(code.axes) == 1 else f"axis={axis or 'None'}"
    inside = ", ".join(p for p in (code.text, whole if axis != "0" else "", initial) if p)
    return s.permuted(Code(f"{s.np('f' + e.op)}.reduce({inside})", kept), want)


def _bound(s: Speller, start: Const) -> str:
    if start.value == float("inf"):
        return s.np("inf")
    return f"-{s.np('inf')}" if start.value == float("-inf") else repr(start.value)


def _ask_for_floats(s: Speller, e: Expr) -> None:
    """See that the fast path is for floats only: a NaN is never the best, and only floats can be NaN."""
    fact = s.facts.array(e.array) if isinstance(e, Read) else None
    if not isinstance(e, Read) or fact is None or not fact.kinds & FLOATS or fact.container != "ndarray":
        raise NoSpelling("AV010", "whether the values are integers or floats is not known", "annotate the array's dtype")
    s.needed.limit(e.array, fact.kinds & FLOATS)


def _place(s: Speller, e: Reduce, want: tuple[str, ...]) -> Code:
    """The first lane that holds the extreme; NaN lanes are put behind all others, or passed over where there are others."""
    if len(e.axes) != 1:
        raise NoSpelling("AV041", "the place of an extreme over several axes")
    require_lane(s, e.axes[0])
    kinds = s.kinds_in_loop(e.body)
    body: Expr = e.body
    if not e.op.startswith("nan") and (not kinds or kinds & (FLOATS | {"float"})):
        worst = Const(float("-inf") if e.op == "argmax" else float("inf"))
        if not kinds <= FLOATS | {"float"}:
            _ask_for_floats(s, e.body)
        body = Apply("where", (Apply("np.isnan", (body,)), worst, body))
    order = layout(s, body, free_axes(body))
    code = s.spell(body, order)
    axis = _axis(code, e.axes)
    s.needed.rule("AV208" if e.op.endswith("max") else "AV207", e.op.removeprefix("nan"), "exact")
    text = f"{s.np(e.op)}({code.text}{f', axis={axis}' if axis else ''})"
    return s.permuted(Code(text, tuple(a for a in code.axes if a not in e.axes)), want)
