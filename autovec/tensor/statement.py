"""Tensor statements: what a nest becomes when some of its loops are array axes.

Comes in: built by `lift`. Goes out: printed as NumPy by `emit`. Values are index-lambdas, expressions over `Axis`, so that a
layout (which axis is which array dimension) is chosen only when text is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from autovec.expression import Axis, Expr, Lanes, Length, Reduce, Slice, show, walk
from autovec.loops.statement import For
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Extent:
    """The values that an axis takes: start, start + step, ... while before `stop`."""

    start: Expr
    stop: Expr
    step: int | Expr


@dataclass(frozen=True, slots=True)
class Bind:
    """`name = value`, an array with one dimension for each of `axes` in this order (none: a scalar).

    `op`, where not None, folds into what `name` held: `name op= value`. Only lanes in which `where` holds are read afterwards.
    `around` are the axes of all loops that the statement stood in, those that were folded included.
    """

    name: str
    axes: tuple[str, ...]
    op: str | None
    value: Expr
    where: Expr | None = None
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Store:
    """`array[at] op= value` for all `axes` at once, in the lanes where `where` holds (None: in all).

    `repeats`: several lanes may have one place; an update takes in all of them.
    `around` are the axes of all loops that the statement stood in, those that were folded included.
    """

    array: str
    at: tuple[Expr | Slice, ...]
    axes: tuple[str, ...]
    op: str | None
    value: Expr
    where: Expr | None
    around: tuple[str, ...] = ()
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Extend:
    """`list.extend(...)`: one element for each lane of `axis` in order where `where` holds; `inner` axes make nested lists."""

    list: str
    axis: str
    inner: tuple[str, ...]
    value: Expr
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A loop that stays a Python loop around tensor statements."""

    loop: For
    body: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A Python `if` around tensor statements; its test has no axes."""

    test: Expr
    then: tuple[Tensor, ...]
    orelse: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """`then` runs once, for the first lane (or the `last` one) of `axes` in which `test` holds, if there is any.

    `places` are the names that take the lane's place, one for each axis; none where `then` does not ask. `early`: the loop
    ends there, so it never looked at the lanes behind. `apart` are pairs of arrays that may share no memory. `orelse` runs where
    no lane was found.
    """

    axes: tuple[str, ...]
    test: Expr
    places: tuple[str, ...]
    then: tuple[Tensor, ...]
    last: bool
    early: bool
    apart: tuple[tuple[str, str], ...] = ()
    orelse: tuple[Tensor, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """`return value`, `break`, or a `raise` in the user's own words, with the names in it."""

    kind: str
    value: Expr | None
    text: str = ""
    names: tuple[Expr, ...] = ()


Tensor = Bind | Store | Extend | Kept | Branch | Search | Leave


@dataclass(frozen=True, slots=True)
class Program:
    """A lifted nest: the extents of all its axes and the statements in order."""

    axes: tuple[tuple[str, Extent], ...]
    body: tuple[Tensor, ...]
    equal: tuple[tuple[Expr, Expr], ...] = ()  # lengths that must be equal
    numbers: tuple[str, ...] = ()  # names that must be numbers
    natural: tuple[Expr, ...] = ()  # lengths that must not be negative

    def extent(self, axis: str) -> Extent:
        """The values that `axis` takes."""
        return dict(self.axes)[axis]


def all_statements(body: tuple[Tensor, ...]) -> Iterator[Tensor]:
    """The statements and those inside them."""
    for s in body:
        yield s
        match s:
            case Kept(_, inner):
                yield from all_statements(inner)
            case Branch(_, then, orelse) | Search(then=then, orelse=orelse):
                yield from all_statements((*then, *orelse))
            case _:
                pass


def bound_in_search(body: tuple[Tensor, ...]) -> frozenset[str]:
    """Names that get their values from searches: nothing in front of the nest can speak of them."""
    found: set[str] = set()
    for s in all_statements(body):
        if isinstance(s, Search):
            found |= {*s.places, *(b.name for b in all_statements((*s.then, *s.orelse)) if isinstance(b, Bind))}
    return frozenset(found)


def measured(program: Program) -> frozenset[str]:
    """Arrays that the nest makes and of which the length is that of an axis: they do not exist in front of it."""
    made = {s.name for s in all_statements(program.body) if isinstance(s, Bind)}
    return frozenset(e.stop.array for _, e in program.axes if isinstance(e.stop, Length) and e.stop.array in made)


def expressions_of(s: Tensor) -> tuple[Expr, ...]:
    """The expressions directly in a statement, the subscripts of a store's target included."""
    match s:
        case Bind(_, _, _, value, where) | Extend(_, _, _, value, where):
            return (value,) if where is None else (value, where)
        case Store(_, at, _, _, value, where):
            places = tuple(x for x in at if not isinstance(x, Slice))
            return (value, *places) if where is None else (value, *places, where)
        case Kept(loop, _):
            return (loop.start, loop.stop)
        case Branch(test, _, _) | Search(_, test):
            return (test,)
        case Leave(_, value, _, names):
            return names if value is None else (value, *names)


def axes_of(s: Tensor) -> frozenset[str]:
    """All axes in a statement's own expressions, folded ones too."""
    parts = [x for e in expressions_of(s) for x in walk(e)]
    own = frozenset(s.axes) if isinstance(s, Bind | Store) else frozenset[str]()
    found = [x.axes if isinstance(x, Reduce | Lanes) else (x.id,) for x in parts if isinstance(x, Reduce | Lanes | Axis)]
    return own.union(*found)


def show_program(p: Program) -> str:
    """The program as text, for tests and `explain`."""
    lines = [f"{a} in {show(e.start)} .. {show(e.stop)}" + (f" by {e.step}" if e.step != 1 else "") for a, e in p.axes]
    return "\n".join(lines + [_show(s, "") for s in p.body])


def _show(s: Tensor, pad: str) -> str:
    match s:
        case Bind(name, axes, op, value):
            return f"{pad}{name}<{', '.join(axes)}> {op or ''}= {show(value)}"
        case Store(array, at, axes, op, value, where):
            mask = "" if where is None else f" where {show(where)}"
            return f"{pad}{array}[{', '.join(show(x) for x in at)}]<{', '.join(axes)}> {op or ''}= {show(value)}{mask}"
        case Extend(name, axis, inner, value, where):
            mask = "" if where is None else f" where {show(where)}"
            return f"{pad}{name}.extend<{', '.join((axis, *inner))}>({show(value)}{mask})"
        case Branch(test, then, orelse):
            deeper = pad + "    "
            lines = [f"{pad}if {show(test)}:", *(_show(b, deeper) for b in then)]
            return "\n".join(lines + ([f"{pad}else:", *(_show(b, deeper) for b in orelse)] if orelse else []))
        case Search(axes, test, places, then, last):
            where = f" at {', '.join(places)}" if places else ""
            inner = "\n".join(_show(b, pad + "    ") for b in then)
            other = "".join(f"\n{_show(b, pad + '    ')}" for b in s.orelse)
            tail = f"\n{pad}else:{other}" if other else ""
            return f"{pad}{'last' if last else 'first'}<{', '.join(axes)}> {show(test)}{where}:\n{inner}{tail}"
        case Leave(kind, value, text):
            return f"{pad}{text or kind}" + ("" if value is None else f" {show(value)}")
        case Kept(loop, body):
            inner = "\n".join(_show(b, pad + "    ") for b in body)
            return f"{pad}for {loop.var} in {show(loop.start)} .. {show(loop.stop)}:\n{inner}"
