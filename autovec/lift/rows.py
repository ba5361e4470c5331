"""Rows: a statement about whole rows gets an axis for each dimension that its subscripts leave out.

`out[i] = table[ids[i]]` is about every column at once; with the axis written out it's `out[i, c] = table[ids[i], c]`.
"""

from __future__ import annotations

from autovec.expression import ZERO, Apply, Axis, Const, Expr, Length, Name, Read, Slice, free_axes
from autovec.lift.state import Obstacle, State
from autovec.outcome import Span
from autovec.tensor.statement import Extent

ELEMENTWISE = frozenset(("+", "-", "*", "/", "//", "%", "**", "neg", "pos", "where", "<", "<=", ">", ">=", "==", "!="))
WHOLE = Slice(None, None, None)


def implicit_axes(array: str, at: tuple[Expr | Slice, ...], state: State, span: Span) -> tuple[str, ...]:
    """New axes for the dimensions of a store's target that its subscripts leave out (or take whole, behind all others)."""
    fact = state.facts.array(array)
    if fact is None or fact.rank is None:
        raise Obstacle("AV010", f"it is not known that `{array}` is an array", f"annotate `{array}`", span)
    given = [x for x in at if not isinstance(x, Slice)]
    if any(x != WHOLE for x in at if isinstance(x, Slice)) or tuple(at[: len(given)]) != tuple(given):
        raise Obstacle("AV041", f"a slice of `{array}` is stored", span=span)
    if len(given) > fact.rank or (fact.container == "list" and len(given) < fact.rank):
        raise Obstacle("AV011", f"`{array}` has {fact.rank} dimensions", span=span)
    new: list[str] = []
    for k in range(len(given), fact.rank):
        axis = f"{array}.{k}"
        state.extents[axis] = Extent(ZERO, state.facts.extent(array, k) if array in state.env else Length(array, k), 1)
        new.append(axis)
    return tuple(new)


def expand(e: Expr, axes: tuple[str, ...], state: State, span: Span) -> Expr:
    """A row-valued expression with the row's axes written out; numbers stay as they are."""
    match e:
        case Read(array, at):
            return _row(array, at, axes, state, span)
        case Name(id) if (fact := state.facts.array(id)) is not None:
            return _row(id, (), axes, state, span) if fact.container == "ndarray" else _refuse(id, span)
        case Const() | Name() | Axis() | Length():
            return e
        case Apply(fn, args) if fn in ELEMENTWISE or fn.startswith("np.") or not axes:
            if fn in ("np.dot", "np.outer", "np.matmul", "np.sum", "np.mean"):
                raise Obstacle("AV041", f"{fn} of rows", span=span)
            return Apply(fn, tuple(expand(a, axes, state, span) for a in args))
        case _ if not axes:
            return e
        case _:
            raise Obstacle("AV041", "an operation on whole rows", span=span)


def _refuse(name: str, span: Span) -> Expr:
    raise Obstacle("AV015", f"the whole list `{name}` is used as a value", span=span)


def _row(array: str, at: tuple[Expr | Slice, ...], axes: tuple[str, ...], state: State, span: Span) -> Expr:
    fact = state.facts.array(array)
    given = tuple(x for x in at if not isinstance(x, Slice))
    if fact is None:
        raise Obstacle("AV010", f"it is not known that `{array}` is an array", f"annotate `{array}`", span)
    if fact.rank is None:
        raise Obstacle("AV011", f"how many dimensions `{array}` has is not known", span=span)
    missing = fact.rank - len(given)
    if any(x != WHOLE for x in at if isinstance(x, Slice)) or at[: len(given)] != given:
        raise Obstacle("AV041", f"a slice of `{array}`", span=span)
    if missing == 0:
        return Read(array, given)
    if missing > len(axes) or fact.container == "list":
        raise Obstacle("AV041", f"a whole row of `{array}` is used as a value", span=span)
    tail = axes[len(axes) - missing :]
    if any(a in free_axes(x) for a in tail for x in given):
        raise Obstacle("AV041", f"a row of `{array}`", span=span)
    return Read(array, (*given, *map(Axis, tail)))
