"""Other views of an expression: a product as its factors, folds of folds as one, the layout in which it is read.

Comes in: an expression. Goes out: an equal one, or what it is made of. The matcher and the needs look through these views
so that two spellings of the same sum are one pattern.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from autovec.expression import Apply, Axis, Const, Expr, Lanes, Name, Read, Reduce, Slice, free_axes, rebuild, walk

_FOLDS_OF_FOLDS = frozenset({"+", "*", "min", "max", "and", "or"})


def natural_axes(e: Expr, axes: frozenset[str] | set[str]) -> tuple[str, ...]:
    """`axes` in the order in which the widest read of `e` has them, then as they occur."""
    parts = list(walk(e))
    reads = sorted((r for r in parts if isinstance(r, Read | Lanes)), key=lambda r: -len(free_axes(r)))
    found = [a for r in reads for a in _dimensions(r)] + [x.id for x in parts if isinstance(x, Axis)]
    return tuple(dict.fromkeys(a for a in found if a in axes))


def _dimensions(e: Read | Lanes) -> list[str]:
    """The axes of an array's subscripts, in order."""
    return list(e.axes) if isinstance(e, Lanes) else [x.id for at in e.at for x in walk(at) if isinstance(x, Axis)]


def factors(e: Expr) -> tuple[Expr, ...]:
    """The factors of a product, from left to right; a square is two."""
    match e:
        case Apply("*", (a, b)):
            return (*factors(a), *factors(b))
        case Apply("**", (a, Const(2))):
            return (a, a)
        case _:
            return (e,)


def multiplied(parts: tuple[Expr, ...]) -> Expr:
    """The product of `parts`, from left to right."""
    return reduce(lambda a, b: Apply("*", (a, b)), parts)


def renamed(e: Expr, axes: Mapping[str, str]) -> Expr:
    """`e` with its axes renamed."""
    if isinstance(e, Axis):
        return Axis(axes.get(e.id, e.id))
    if isinstance(e, Lanes):
        return Lanes(e.id, tuple(axes.get(a, a) for a in e.axes))
    out = rebuild(e, lambda part: renamed(part, axes))
    assert not isinstance(out, Slice)
    return out


def without_start(e: Expr) -> Expr:
    """A reduction less the value that it starts from, which the statement around it adds."""
    match e:
        case Apply(fn, (start, Reduce(op) as total)) | Apply(fn, (Reduce(op) as total, start)) if fn == op:
            return e if free_axes(start) else total
        case Reduce(op, axes, body, mask, _):
            return Reduce(op, axes, body, mask)
        case _:
            return e


def separable(e: Expr) -> bool:
    """Whether a sum has a factor that varies, but not over what is summed: it belongs in front, not into an operand."""
    match e:
        case Reduce("+", reduced, body):
            return any((axes := free_axes(f)) and not axes & set(reduced) for f in factors(body))
        case _:
            return False


def plain_mask(e: Expr) -> Expr:
    """A fold whose mask is a metavariable, which stands for any condition; the front end tests it against 0."""
    match e:
        case Reduce(op, axes, body, Apply("!=", (Read() as mask, Const(0)))):
            return Reduce(op, axes, body, mask)
        case _:
            return e


def merged(e: Expr) -> Expr:
    """A fold of folds by the same operator, without masks, as one over all the axes; `x if c else 0` in a sum as a mask."""
    match e:
        case Reduce("+", axes, Apply("where", (mask, body, Const(0 | 0.0 as zero))), None, None) if zero is not False:
            return Reduce("+", axes, body, mask)
        case Reduce(op, axes, Reduce(same, more, body, None, None), None, None) if op == same and op in _FOLDS_OF_FOLDS:
            return merged(Reduce(op, (*axes, *more), body))
        case _:
            return e


def picked(e: Expr, held: Mapping[str, frozenset[str]]) -> frozenset[str] | None:
    """The arrays whose elements `e` picks without computing with them, None where it computes; `held` are those of variables."""
    match e:
        case Const() | Name():
            return frozenset()
        case Read(array, _):
            return frozenset((array,))
        case Lanes(id, _):
            return held.get(id)
        case Apply("where", (_, *arms)) | Apply("min" | "max", arms):
            parts = [picked(a, held) for a in arms]
            known = [p for p in parts if p is not None]
            return frozenset[str]().union(*known) if len(known) == len(parts) else None
        case _:
            return None
