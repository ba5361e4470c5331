"""Are all subscripts of a kernel inside their arrays, whatever the data? Only then Numba need not check them.

Comes in: the loop's tree and what holds throughout it. Goes out: the tests of lengths in front of the kernel under which every
subscript is inside, none where all are proved; or None where only a check of each will do. A check costs nothing in some loops,
and keeps others from being vectorised: up to 8 times. A negative subscript counts from the end, in Numba as in Python.
Not handled: subscripts from data, slices, rows under names of their own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field, replace

from autovec.affine import Affine
from autovec.emit.places import text_of
from autovec.expression import Apply, Expr, Length, Name, Opaque, Read, Slice, children, walk
from autovec.facts.table import Facts
from autovec.facts.value import ScalarFact
from autovec.kernel.way import UNIT, Way, changed_names, has_reads, length, names_in
from autovec.loops.exits import leaves
from autovec.loops.statement import Assign, For, If, OpaqueStmt, Stmt, While, expressions, walk_statements
from autovec.propose.reading import Located
from autovec.record import dataclass
from autovec.source.tree import walk_nodes

_MOST_TESTS = 3  # more are worse to read than a check is slow


def inside_tests(
    located: Located, statement: ast.stmt, nodes: list[ast.stmt], given: frozenset[str]
) -> tuple[str, ...] | None:  # fmt: skip
    """The tests under which every element that the statements touch exists, given that their arrays have the ranks that the text
    shows; `given` are the names that mean the same in front of the loop as in it."""
    loop = located.loop
    every = [x for s in walk_statements((loop,)) for e in expressions(s) for x in walk(e)]
    if any(isinstance(s, OpaqueStmt) for s in walk_statements((loop,))) or any(isinstance(x, Opaque) for x in every):
        return None
    arrays = {x.array for x in every if isinstance(x, Read)}
    if not _subscripted(nodes) <= arrays or any(_subscripted([s]) for s in nodes if s is not statement):
        return None
    changed = changed_names((loop,))
    loops = [s for s in walk_statements((loop,)) if isinstance(s, For)]
    bounds = _Bounds(located, lasting(located.inside, changed, loops), given - changed, loops)
    if arrays & changed:
        return None
    bounds.block((loop,), Way(bounds.facts, {}, frozenset(n for s in loops for n in (s.var, s.label))))
    tests = tuple(bounds.texts())
    return None if bounds.unknown or len(tests) > _MOST_TESTS else tests


def lasting(facts: Facts, changed: set[str], loops: list[For]) -> Facts:
    """What holds at every place: of names that are bound several times the facts may tell what one of their values is."""
    bound = changed - {loop.var for loop in loops}
    names = {n: ScalarFact(f.kinds, None, f.trust) for n, f in facts.names.items() if n in bound and isinstance(f, ScalarFact)}
    return replace(facts, names={**facts.names, **names})


def _subscripted(nodes: list[ast.stmt]) -> set[str]:
    """Names with subscripts; `x.shape[0]` has none."""
    every = [n for s in nodes for n in walk_nodes(s) if isinstance(n, ast.Subscript)]
    found: set[str] = set()
    for n in every:
        value = n.value
        while isinstance(value, ast.Subscript):
            value = value.value
        if not (isinstance(value, ast.Attribute) and value.attr == "shape"):
            found.add(value.id if isinstance(value, ast.Name) else "?")
    return found


@dataclass(frozen=True, slots=True)
class _Need:
    """`low` <= `high` has to hold in front of the loop, as something on the `way` says."""

    low: Affine
    high: Affine
    way: Way

    @property
    def room(self) -> Affine:
        """What has to be 0 or more."""
        return self.high.minus(self.low)


@dataclass(slots=True)
class _Bounds:
    """Walks the loop; collects what has to hold in front of it for all subscripts to be inside."""

    located: Located
    facts: Facts  # what holds throughout the loop
    given: frozenset[str]
    loops: list[For]  # outer ones first
    needs: list[_Need] = field(default_factory=list[_Need])
    unknown: bool = False

    def block(self, body: tuple[Stmt, ...], way: Way) -> None:
        """Statements in order."""
        for s in body:
            match s:
                case If(test, then, orelse):
                    self._test(test, way)
                    self.block(then, way.under(test, True))
                    self.block(orelse, way.under(test, False))
                    for arm, other in ((then, False), (orelse, True)):
                        way = way.under(test, other) if leaves(arm) else way
                    way = way.without(changed_names((s,)))
                case For() | While():
                    for e in expressions(s) if isinstance(s, For) else ():
                        self._test(e, way)
                    entry, way = way, way.without(changed_names((s,)))
                    self._loop(s, entry, way)
                case _:
                    for e in expressions(s):
                        self._test(e, way)
                    if isinstance(s, Assign) and isinstance(s.target, Name):
                        way = way.bound(s)

    def _loop(self, s: For | While, entry: Way, way: Way) -> None:
        inside = way.inside(s) if isinstance(s, For) else way
        inside = inside.around(s, self.located.facts.linear if s is self.located.loop else entry.place)
        if isinstance(s, While):
            self._test(s.test, inside)
            inside = inside.under(s.test, True)
        self.block(s.body, inside)

    # -------------------------------------------------------------- subscripts

    def _test(self, e: Expr | Slice, way: Way) -> None:
        """The subscripts in an expression; what stands behind an `and` or `or` is met only where that is not settled yet."""
        match e:
            case Apply("and" | "or" as fn, parts):
                for part in parts:
                    self._test(part, way)
                    way = way.under(part, fn == "and")
            case Apply("where", (test, a, b)):
                self._test(test, way)
                self._test(a, way.under(test, True))
                self._test(b, way.under(test, False))
            case _:
                for axis, x in enumerate(e.at if isinstance(e, Read) else ()):
                    self._subscript(e, axis, x, way)  # type: ignore[arg-type]
                for part in children(e):
                    self._test(part, way)

    def _subscript(self, read: Read, axis: int, x: Expr | Slice, way: Way) -> None:
        place = None if isinstance(x, Slice) or has_reads(x) else way.place(x)
        size = self.facts.linear(Length(read.array, axis))
        if place is None or size is None:
            self.unknown = True
            return
        way = way.knowing(place)
        self._need(place.plus(UNIT), size, way)
        if not way.holds(place.plus(size)):  # from -size on
            moves, least = names_in(place) & {loop.var for loop in self.loops}, self._lowest(place)
            self._need(Affine((), 0) if moves and least is not None else size.times(-1), place, way)

    def _need(self, low: Affine, high: Affine, way: Way) -> None:
        """low <= high has to hold: it is proved, or becomes a test, or is beyond both."""
        form = high.minus(low)
        if way.holds(form):
            return
        loose = any(form.coefficient(Name(loop.var)) < 0 and loop.step not in (1, -1) for loop in self.loops)
        forms = () if loose else (form, *(form.minus(a) for a in way.assumed))
        ends = [end for f in forms if (end := self._lowest(f)) is not None]
        end = min((e for e in ends if all(e.coefficient(a) == c for a, c in high.terms if isinstance(a, Length))),
                  key=lambda f: len(f.terms), default=None)  # fmt: skip
        if end is None:
            self.unknown = True
        elif not way.knowing(end).holds(end):
            sizes = tuple(t for t in end.terms if t[1] == 1 and isinstance(t[0], Length) and t in high.terms)
            wraps = tuple((a, c) for a, c in end.terms if c > 0 and (a, -c) not in low.terms)
            right = Affine(sizes or wraps, 0)
            self.needs.append(_Need(right.minus(end), right, way))

    def _lowest(self, form: Affine) -> Affine | None:
        """A form that is at most `form` in all iterations, in terms of what is known in front of the loop."""
        for loop in reversed(self.loops):
            c, fact = form.coefficient(Name(loop.var)), self.facts.names.get(loop.var)
            if not c:
                continue
            end = (fact.low if c > 0 else fact.stop) if isinstance(fact, ScalarFact) else None
            bound = None if end is None else self.facts.linear(end)
            if bound is None:
                return None
            form = form.without(Name(loop.var)).plus((bound if c > 0 else bound.minus(UNIT)).times(c))
        known = names_in(form) <= self.given and all(map(self._has_text, form.atoms()))
        return form if known and any(c > 0 for _, c in form.terms) else None

    def _has_text(self, atom: Expr) -> bool:
        """Whether a number can be asked for in front of the loop; a list of lists has no shape."""
        lengths = [x for x in walk(atom) if isinstance(x, Length)]
        nested = any(x.axis and (f := self.facts.array(x.array)) and f.container == "list" for x in lengths)
        return not has_reads(atom) and not nested

    # -------------------------------------------------------------- text

    def texts(self) -> Iterator[str]:
        """The tests, those with the same left side in one, without those that follow from others."""
        kept: list[_Need] = []
        for k, need in enumerate(self.needs):
            others = [*kept, *(n for n in self.needs[k + 1 :] if n.room != need.room)]
            if not any(need.way.holds(need.room.minus(other.room)) for other in others):
                kept.append(need)
        grouped: dict[Affine, list[Affine]] = {}
        for need in kept:
            grouped.setdefault(need.low, []).append(need.high)
        for low, highs in grouped.items():
            less = low.constant == 1 and low.terms
            yield f"{self._text(low.minus(UNIT) if less else low)} {'<' if less else '<='} {_smallest(self._sides(highs))}"

    def _sides(self, highs: list[Affine]) -> list[str]:
        """The right sides; all lengths of an array as one."""
        out: list[str] = []
        for high in highs:
            one = high.terms[0][0] if len(high.terms) == 1 else None
            rank = fact.rank if isinstance(one, Length) and (fact := self.facts.array(one.array)) else None
            whole = isinstance(one, Length) and rank and rank > 1 and all(length(one.array, k) in highs for k in range(rank))
            out.append(f"*{one.array}.shape" if isinstance(one, Length) and whole else self._text(high))
        return list(dict.fromkeys(out))

    def _text(self, form: Affine) -> str:
        """A form in the user's own names: `n`, where it equals what the form says."""
        for name in sorted(self.given & self.facts.known().keys()):
            known = self.facts.linear(Name(name))
            gap = None if known is None or not known.terms else form.minus(known).as_int()
            if gap is not None:
                return text_of(Affine(((Name(name), 1),), gap), self.facts)
        return text_of(form, self.facts)


def _smallest(sides: list[str]) -> str:
    one = sides[0] if len(sides) == 1 else ""
    return f"min({one[1:]})" if one.startswith("*") else one or f"min({', '.join(sides)})"
