"""What match functions look for: sums of products, diagonals and filters.

Comes in: an expression and the facts about it. Goes out: its parts, or None where it is something else.
These are the shapes that one template cannot say, because the number of operands, or a subscript, is free.
"""

from __future__ import annotations

from autovec.affine import Affine, affine
from autovec.expression import ONE, Apply, Axis, Const, Expr, Length, Name, Read, Reduce, Slice, free_axes, walk
from autovec.record import dataclass
from autovec.rule.context import Context
from autovec.rule.forms import factors, merged, multiplied, natural_axes
from autovec.tensor.statement import Extent

LETTERS = "ijklmnopqrstuvwxyzabcdefgh"


@dataclass(frozen=True, slots=True)
class Contraction:
    """A sum of products as einsum says it: subscripts, operands with their layouts, and the dimensions of the value."""

    subscripts: str
    operands: tuple[tuple[Expr, tuple[str, ...]], ...]
    axes: tuple[str, ...]
    pays_to_optimize: bool


def contraction_of(expr: Expr) -> Contraction | None:
    """`expr` as a sum of products of two or more operands."""
    match merged(expr):
        case Reduce("+", reduced, body, None, None):
            return _contraction(body, reduced)
        case _:
            return None


def _contraction(body: Expr, reduced: tuple[str, ...]) -> Contraction | None:
    parts = _joined(factors(body))
    layouts = [natural_axes(p, free_axes(p)) for p in parts]
    every = tuple(dict.fromkeys(a for layout in layouts for a in layout))
    if len(parts) < 2 or not set(reduced) <= set(every) or len(every) > len(LETTERS):
        return None
    kept = tuple(a for a in every if a not in reduced)
    letter = _letters(every)
    inputs = ",".join("".join(letter[a] for a in layout) for layout in layouts)
    subscripts = f"{inputs}->{''.join(letter[a] for a in kept)}"
    return Contraction(subscripts, tuple(zip(parts, layouts, strict=True)), kept, _pays_to_optimize(parts, layouts, reduced))


def _joined(parts: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The factors that vary; those that do not are multiplied into the one with the fewest axes."""
    scalars = tuple(p for p in parts if not free_axes(p))
    tensors = [p for p in parts if free_axes(p)]
    if scalars and tensors:
        smallest = min(range(len(tensors)), key=lambda n: len(free_axes(tensors[n])))
        tensors[smallest] = multiplied((*scalars, tensors[smallest]))
    return tuple(tensors)


def _letters(axes: tuple[str, ...]) -> dict[str, str]:
    """A letter for each axis: the user's own where it is one."""
    chosen = {a: a for a in axes if a in LETTERS and len(a) == 1}
    free = (letter for letter in LETTERS if letter not in chosen.values())
    return chosen | {a: next(free) for a in axes if a not in chosen}


def _pays_to_optimize(parts: tuple[Expr, ...], layouts: list[tuple[str, ...]], reduced: tuple[str, ...]) -> bool:
    """Whether an order or the linear algebra library can help: three operands, a window, or a matrix product in disguise."""
    if len(parts) > 2 or any(is_window(e) for p in parts for e in walk(p)):
        return True
    a, b = (set(layout) for layout in layouts)
    return bool(a - b) and bool(b - a) and not (a & b) - set(reduced)


def is_window(e: Expr | Slice) -> bool:
    """Whether `e` reads an array with two axes in one subscript."""
    return isinstance(e, Read) and any(len(free_axes(at)) > 1 for at in e.at)


def diagonal_of(expr: Expr, context: Context) -> Name | None:
    """The matrix whose whole diagonal `expr` adds up."""
    match expr:
        case Reduce("+", (i,), Read(array, (Axis(a), Axis(b))), None, None) if i == a == b:
            whole = context.extent(i) == Extent(Const(0), Length(array, 0), 1)
            return Name(array) if whole else None
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Filter:
    """A weighted sum over every window of a signal; both operands are the stretches that the loop reads.

    `guards` test that there is a window and a weight, where that is not proved: NumPy would swap the operands, or raise.
    """

    signal: Expr
    weights: Expr
    axes: tuple[str, ...]
    guards: tuple[str, ...]


def filter_of(expr: Expr, context: Context, flipped: bool) -> Filter | None:
    """`expr` as the sum over j of `x[i + j] * k[j]`, or of `x[i + j] * k[last - j]` where `flipped`."""
    match expr:
        case Reduce("+", (j,), Apply("*", (Read(x, (at,)), Read(k, (tap,)))), None, None) if not isinstance(at, Slice | Axis):
            return _filter(x, at, k, tap, j, context, flipped)
        case Reduce("+", (j,), Apply("*", (Read(k, (tap,)), Read(x, (at,)))), None, None) if not isinstance(at, Slice | Axis):
            return _filter(x, at, k, tap, j, context, flipped)
        case _:
            return None


def _filter(x: str, at: Expr, k: str, tap: Expr | Slice, j: str, context: Context, flipped: bool) -> Filter | None:
    lanes = free_axes(at) - {j}
    place = affine(at)
    weight = None if isinstance(tap, Slice) else affine(tap)
    if len(lanes) != 1 or place is None or weight is None or weight.atoms() & {Axis(a) for a in lanes}:
        return None
    (i,) = lanes
    if any(place.coefficient(Axis(a)) != 1 for a in (i, j)) or weight.coefficient(Axis(j)) != (-1 if flipped else 1):
        return None
    lane, reach = _ends(context.extent(i)), _ends(context.extent(j))
    if lane is None or reach is None:
        return None
    (low, high), (first, last) = lane, reach
    offset, shift = place.without(Axis(i)).without(Axis(j)), weight.without(Axis(j))
    one = Affine((), 1)
    signal = _stretch(x, offset.plus(low).plus(first), offset.plus(high).plus(last).minus(one))
    turned = (shift.minus(last).plus(one), shift.minus(first).plus(one))
    weights = _stretch(k, *(turned if flipped else (shift.plus(first), shift.plus(last))))
    some = context.nonempty(i) and context.nonempty(j)
    return Filter(signal, weights, (i,), () if some else ("0 < len({k}) <= len({x})",))


def _ends(e: Extent) -> tuple[Affine, Affine] | None:
    """The first value and the one past the last, for a step of 1."""
    start, stop = affine(e.start), affine(e.stop)
    return None if start is None or stop is None or e.step not in (1, ONE) else (start, stop)


def _stretch(array: str, start: Affine, stop: Affine) -> Expr:
    """`array[start:stop]`, or the array itself where that is all of it."""
    first = None if start.as_int() == 0 else _expression(start)
    last = None if stop == affine(Length(array, 0)) else _expression(stop)
    return Name(array) if first is None and last is None else Read(array, (Slice(first, last, None),))


def _expression(a: Affine) -> Expr:
    """A linear form as an expression, its constant last."""
    out: Expr | None = None
    for atom, c in sorted(a.terms, key=lambda t: t[1] < 0):
        term = atom if abs(c) == 1 else Apply("*", (Const(abs(c)), atom))
        out = (term if c > 0 else Apply("neg", (term,))) if out is None else Apply("+" if c > 0 else "-", (out, term))
    if out is None or not a.constant:
        return out or Const(a.constant)
    return Apply("+" if a.constant > 0 else "-", (out, Const(abs(a.constant))))
