"""Lists that grow: one element for each lane, in order.

Comes in: an `Append` and the walk. Goes out: an `Extend`, or the row of a list of lists that is being built.
Not handled: lists that grow in several loops at once, and rows that differ in length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.expression import Apply, Expr, Name, Read, show
from autovec.lift.arrays import REDUCES
from autovec.lift.state import Obstacle
from autovec.loops.statement import Append
from autovec.tensor.statement import Extend

if TYPE_CHECKING:
    from autovec.lift.walk import Walk


def _whole(v: Expr, w: Walk) -> Expr | None:
    """The first array in an element that is not folded: then the element is no number."""
    facts = w.state.facts
    match v:
        case Name(id):
            return v if facts.array(id) is not None else None
        case Read(array, at):
            fact = facts.array(array)
            return v if fact is not None and fact.rank is not None and len(at) < fact.rank else None
        case Apply(fn, args) if fn not in REDUCES:
            return next((found for a in args if (found := _whole(a, w)) is not None), None)
        case _:
            return None


def append(w: Walk, name: str, value: Expr, s: Append) -> None:
    """One element for each lane, in order."""
    st = w.state
    v = st.value(value)
    held = st.env.get(name)
    around = st.axes if held is None else tuple(a for a in st.axes if a not in st.home.get(name, ()))
    if len(around) != 1:
        raise Obstacle("AV041", f"`{name}` grows in {len(around) or 'no'} loops at once", span=s.span)
    mask, inner = st.mask(), ()
    if isinstance(v, Apply) and v.fn.startswith("rows:"):
        if not v.args:
            raise Obstacle("AV041", "a list of lists that are still empty", span=s.span)
        inner, v = (v.fn.removeprefix("rows:"),), v.args[0]
    if held is not None:
        if mask is not None or inner or held != Apply("rows:", ()):
            raise Obstacle("AV036", f"the rows of `{name}` may differ in length", span=s.span)
        st.env[name] = Apply(f"rows:{around[0]}", (v,))
        return
    if (array := _whole(v, w)) is not None:
        what = "rows" if isinstance(array, Read) else "arrays"
        raise Obstacle("AV041", f"`{name}` is a list of {what}: `{show(array)}`", span=s.span)
    st.out.append(Extend(name, around[0], inner, v, mask))
