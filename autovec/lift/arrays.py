"""What is known of NumPy's functions of whole arrays: which work element by element, which multiply, fold or make.

Comes in: names of functions, and their arguments. Goes out: tables and answers for `rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autovec.expression import Apply, Axis, Const, Expr, Lanes, Read, Reduce, Slice, free_axes, rebuild
from autovec.facts.answers import elementwise_inputs
from autovec.facts.ranks import CONTRACTS, REDUCES
from autovec.lift.state import Obstacle
from autovec.outcome import Span

OPERATORS = frozenset(("+", "-", "*", "/", "//", "%", "**", "neg", "pos", "<", "<=", ">", ">=", "==", "!=", "where", "abs",
                       "np.where", "np.clip"))  # fmt: skip
MAKES: dict[str, Expr] = {"np.zeros": Const(0.0), "np.ones": Const(1.0), "np.zeros_like": Const(0.0), "np.ones_like": Const(1.0)}


def is_elementwise(fn: str, count: int) -> bool:
    """Whether `fn` of arrays is the array of its values for their elements."""
    return fn in OPERATORS or (fn.startswith("np.") and count > 0 and elementwise_inputs(fn) == count)


def axis_of(rest: Sequence[Expr]) -> int | None:
    """The axis argument of a fold, None where there is none."""
    match list(rest):
        case []:
            return None
        case [Const(int() as axis)] | [Const("axis="), Const(int() as axis)]:
            return axis
        case [Const("axis="), Apply("neg", (Const(int() as axis),))]:
            return -axis
        case _:
            raise Obstacle("AV041", "a fold of rows with other arguments than one axis")


def placed(e: Expr, names: Mapping[str, Expr], span: Span) -> Expr:
    """`e` with axes replaced by others, or by places along them."""
    match e:
        case Axis(id):
            return names.get(id, e)
        case Lanes(id, axes):
            new = [names.get(a, Axis(a)) for a in axes]
            if all(isinstance(a, Axis) for a in new):
                return Lanes(id, tuple(a.id for a in new if isinstance(a, Axis)))
            raise Obstacle("AV041", f"one element of `{id}` is used in each lane", span=span)
        case Reduce(op, axes, body, where, start):
            inner = {k: v for k, v in names.items() if k not in axes}
            parts = (None if x is None else placed(x, inner, span) for x in (where, start))
            return Reduce(op, axes, placed(body, inner, span), *parts)
        case Read() | Apply() if free_axes(e) & names.keys():
            out = rebuild(e, lambda part: placed(part, names, span))
            assert not isinstance(out, Slice)
            return out
        case _ if free_axes(e) & names.keys():
            raise Obstacle("AV041", "a running value that is an array", span=span)
        case _:
            return e


__all__ = ["CONTRACTS", "MAKES", "REDUCES", "axis_of", "is_elementwise", "placed"]
