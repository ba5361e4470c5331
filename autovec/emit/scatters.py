"""Print updates whose lanes may share places: `np.add.at(h, ix, w)`.

np.add.at takes in one lane after the other, in the loop's order, and is about as fast as np.bincount, which would not take
negative places. Not handled: updates cut to the array's type each time, extremes, and lanes of several axes under a mask.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from autovec.emit.code import Code, NoSpelling, aligned
from autovec.emit.functions import WIDE
from autovec.emit.shield import shielded
from autovec.expression import ATOM, ZERO, Axis, Const, Expr, Length, Slice, free_axes
from autovec.facts.kinds import FLOATS, Kinds, apply
from autovec.facts.value import ArrayFact
from autovec.tensor.statement import Store

if TYPE_CHECKING:
    from autovec.emit.statements import Printer

AT = {"+": "add", "-": "subtract", "*": "multiply", "&": "bitwise_and", "|": "bitwise_or", "^": "bitwise_xor"}


def print_scatter(p: Printer, s: Store, fact: ArrayFact) -> None:
    """A store with repeated places."""
    sp = p.speller
    held, result = fact.kinds, sp.facts.kinds(s.value)
    if fact.container == "list":
        raise NoSpelling("AV061", f"the list `{s.array}` is changed in place")
    stored = apply(s.op or "+", (held, result))
    fits = bool(stored) and len(held) == 1 and stored <= held  # np.add.at would cut each operand to the array's type
    if s.op is None:
        raise NoSpelling("AV022", f"several iterations may write the same place of `{s.array}`")
    if s.op not in AT or not fits:
        raise NoSpelling("AV022", f"several iterations may update the same place of `{s.array}`, which cuts each to its own type")
    sp.ran(frozenset(s.axes))  # a place outside the array is looked at even where a loop around runs no times
    mask = None if s.where is None else sp.name_mask(s.where, s.axes)
    if mask is not None and len(s.axes) != 1:
        raise NoSpelling("AV022", f"several iterations may write the same place of `{s.array}`, under a condition")
    chosen = "" if mask is None else f"[{sp.spell(mask, s.axes).text}]"
    at = _without_whole(p, s)
    with sp.guarded() if mask is not None else nullcontext():
        places = ", ".join(_place(p, s, k, x, chosen) for k, x in enumerate(at))
        value = sp.spell(_typed(s.value if mask is None else shielded(s.value, mask), held), s.axes)
    if value.axes and result == frozenset(("int",)) and not held <= WIDE:
        raise NoSpelling("AV010", f"the type of `{s.array}` is narrower than that of the counter")
    text = f"{value.at(ATOM)}{chosen}" if value.axes and chosen else aligned(value, s.axes)
    where = f"({places})" if len(at) > 1 else places
    p.write(f"{sp.np(AT[s.op])}.at({s.array}, {where}, {text})")
    sp.needed.rule("AV502", "scatter", "reassociates" if held & FLOATS else "exact")


def _typed(value: Expr, held: Kinds) -> Expr:
    """A literal in the array's own type, for which np.add.at is fast."""
    if isinstance(value, Const) and type(value.value) is int and held and held <= FLOATS:
        return Const(float(value.value))
    return value


def _without_whole(p: Printer, s: Store) -> tuple[Expr, ...]:
    """The subscripts, less those at the end that run over a whole dimension in the order of the axes."""
    sp, at, axes = p.speller, [x for x in s.at if not isinstance(x, Slice)], list(s.axes)
    while len(at) > 1 and s.where is None:
        match at[-1]:
            case Axis(id) if axes and axes[-1] == id and not any(id in free_axes(x) for x in at[:-1]):
                extent = sp.extents[id]
                if extent.start != ZERO or extent.step != 1 or not sp.facts.same(extent.stop, Length(s.array, len(at) - 1)):
                    break
                at.pop()
                axes.pop()
            case _:
                break
    return tuple(at)


def _place(p: Printer, s: Store, k: int, x: Expr, chosen: str) -> str:
    sp = p.speller
    if not free_axes(x):
        sp.places.exists(s.array, k, x, sp, s.where is not None)
        return sp.scalar(x).text
    code: Code = sp.spell(x, s.axes)
    if chosen:
        return f"{code.at(ATOM)}{chosen}"
    rest = tuple(a for a in s.axes if any(a in free_axes(y) for y in _without_whole(p, s)))
    return aligned(code, rest)
