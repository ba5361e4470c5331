"""A dependence as one sentence in the user's own names."""

from __future__ import annotations

from autovec.depend.accesses import Access
from autovec.depend.order import Dependence, Kind
from autovec.expression import Expr, Name, Read, show, substitute
from autovec.loops.statement import For


def explain(dependence: Dependence) -> str:
    """Why `dependence` forbids the order, as "`y[i - 1]` on line 12 reads what the previous iteration of `i` wrote"."""
    source, sink = dependence.source, dependence.sink
    if dependence.kind is Kind.CONTROL:
        return f"the statement on line {source.span.line} decides whether the rest of the loop runs, or what it finds"
    text = _sentence(dependence, _text(source), _text(sink))
    if dependence.via_alias is not None:
        one, other = sorted(dependence.via_alias)
        text += f", should `{one}` and `{other}` be the same array"
    return text


def _sentence(d: Dependence, source: str, sink: str) -> str:
    earlier, later = _when(d, "previous", "earlier"), _when(d, "next", "later")
    line, end = f"on line {d.source.span.line}", f"on line {d.sink.span.line}"
    surely = _is_certain(d)
    match d.kind:
        case Kind.FLOW:
            return f"`{sink}` {end} {'reads' if surely else 'may read'} what {earlier} wrote to `{source}` {line}"
        case Kind.ANTI:
            return f"`{source}` {line} must be read before {later} {'writes' if surely else 'may write'} `{sink}` {end}"
        case _:
            if (source, line) == (sink, end):
                return f"`{source}` {line} {'writes' if surely else 'may write'} an element that {earlier} wrote"
            return f"`{sink}` {end} {'overwrites' if surely else 'may overwrite'} what {earlier} wrote to `{source}` {line}"


def _is_certain(d: Dependence) -> bool:
    return d.distance is not None and all(x is not None for x in d.distance)


def _when(d: Dependence, one: str, many: str) -> str:
    """The iteration at the other end: "the previous iteration of `i`", "an earlier iteration"."""
    loops = d.source.loop_names()
    position = loops.index(d.carrier)
    loop = d.source.loops[position]
    label = loop.label if isinstance(loop, For) else ""
    of = f" of `{label}`" if label else ""
    gap = None if d.distance is None else d.distance[position]
    if gap == 1:
        return f"the {one} iteration{of}"
    if gap is not None and gap > 1:
        return f"the iteration{of} {gap} {many}"
    return f"{'an' if many == 'earlier' else 'a'} {many} iteration{of}"


def _text(a: Access) -> str:
    """The access with loop variables as the user calls them."""
    if not a.at:
        return a.array
    labels: dict[str, Expr] = {loop.var: Name(loop.label) for loop in a.loops if isinstance(loop, For) and loop.label}
    return show(substitute(Read(a.array, a.at), labels))
