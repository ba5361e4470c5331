"""Which loops may become array axes: whether a choice of roles keeps every dependence.

Comes in: a nest, a role for each loop and what is known of its names. Goes out: None, or the first dependence that breaks.
All lanes of the V loops run in lockstep, statement by statement, so in the new order the V loops vanish from each moment in
time and the S loops stay. For each pair of accesses the possible direction vectors are found once; a choice of roles is then a
look at signs: the outermost S loop that is not level decides, else the text. Excepted are a reduction's own two halves.
Not handled here: scalars (`carried`), and exits when the caller allows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import product

from autovec.depend.accesses import Access, is_opaque, loop_name
from autovec.depend.assumptions import Assumptions
from autovec.depend.names import Names
from autovec.depend.quick import AFTER, ANY, BEFORE, EQUAL, Box, Pair, test
from autovec.depend.subscripts import Place, Setting
from autovec.expression import Name, Read, free_names, walk
from autovec.loops.statement import Exit, For, Stmt, While, blocks
from autovec.record import dataclass

_REDUCTIONS = frozenset(("+", "-", "*", "min", "max", "&", "|", "^", "and", "or"))
_SIGN = {BEFORE: 1, EQUAL: 0, AFTER: -1}


class Role(StrEnum):
    """What becomes of a loop: an array axis, or a Python loop."""

    V = "V"
    S = "S"


class Kind(StrEnum):
    """What must stay in order: write then read, read then write, two writes, or an exit or unknown statement and all else."""

    FLOW = "flow"
    ANTI = "anti"
    OUTPUT = "output"
    CONTROL = "control"


@dataclass(frozen=True, slots=True)
class Dependence:
    """`source` must happen before `sink`. `carrier` is the variable of the loop in whose different iterations they happen.

    `distance` counts iterations for each common loop, None where it is not one number. `via_alias` names two arrays that would
    have to be one for the dependence to be real. For a control dependence `array` is "" and both accesses are the statement.
    """

    array: str
    source: Access
    sink: Access
    kind: Kind
    distance: tuple[int | None, ...] | None
    carrier: str
    via_alias: frozenset[str] | None = None


@dataclass(slots=True)
class _Link:
    """Two accesses that may meet, and in which directions; `exact` says whether the exact test was asked."""

    pair: Pair
    loops: tuple[str, ...]
    textual: int  # 1: the first comes first in the same iteration, 0: the same moment, -1: the second does
    keeps_ties: bool  # appends of one statement: lanes keep their order
    box: Box
    vectors: tuple[tuple[int, ...], ...]
    exact: bool
    via_alias: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Barrier:
    """A statement because of which some loops cannot be axes."""

    access: Access
    loops: frozenset[str]


def violation(nest: For, roles: Mapping[str, Role], facts: Assumptions, allow_exits: bool = False) -> Dependence | None:
    """The dependence that `roles` break, None where they are legal. Loops without a role are S."""
    return Dependences(nest, facts, allow_exits).violation(roles)


@dataclass(frozen=True)
class Dependences:
    """All dependences of a nest, found once, for many choices of roles."""

    nest: For
    facts: Assumptions
    allow_exits: bool = False

    def violation(self, roles: Mapping[str, Role]) -> Dependence | None:
        """The first dependence that `roles` break; one that needs an alias is named only where no other is."""
        lanes = frozenset(k for k, v in roles.items() if v is Role.V)
        for barrier in self._barriers:
            blocked = [name for name in barrier.access.loop_names() if name in barrier.loops & lanes]
            if blocked:
                return Dependence("", barrier.access, barrier.access, Kind.CONTROL, None, blocked[0])
        for link in self._links:
            vector = self._broken(link, lanes)
            if vector is not None:
                return _dependence(link, vector)
        return None

    def between_iterations(self) -> Dependence | None:
        """The first dependence between two iterations of the nest's outermost loop: what keeps them from running at the same
        time, on several cores. One that needs an alias is named only where no other is."""
        for barrier in self._barriers:
            if self.nest.var in barrier.loops:
                return Dependence("", barrier.access, barrier.access, Kind.CONTROL, None, self.nest.var)
        for link in self._links:
            vector = self._first(link, lambda v: v[0] != 0)
            if vector is not None:
                return _dependence(link, vector)
        return None

    def pairs(self) -> Iterator[tuple[Pair, Setting]]:
        """Each pair that the tests are asked about; for tests of the tests."""
        places = self.setting.places
        for k, a in enumerate(places):
            yield from ((self._pair(a, b), self.setting) for b in places[k:] if a.array is not None and a.array == b.array)

    @cached_property
    def setting(self) -> Setting:
        """The nest's names and accesses."""
        return Setting(Names((self.nest,), self.facts))

    @cached_property
    def _barriers(self) -> tuple[_Barrier, ...]:
        return tuple(_barriers((self.nest,), (), self.allow_exits))

    @cached_property
    def _links(self) -> list[_Link]:
        places = self.setting.places
        found = [link for k, a in enumerate(places) for b in places[k:] for link in self._link(a, b)]
        return sorted(found, key=lambda link: link.via_alias is not None)

    def _link(self, a: Place, b: Place) -> Iterator[_Link]:
        if not (a.access.write or b.access.write) or self._is_reduction(a.access, b.access):
            return
        met, alias = self._meet(a, b)
        if not met:
            return
        pair = self._pair(a, b)
        loops = _common(a.access, b.access)
        unknown = a.array is None or b.array is None
        box = Box((ANY,) * len(loops), (None,) * len(loops), True) if unknown else test(pair)
        if box is None:
            return
        choices = [[sign for mask, sign in _SIGN.items() if allowed & mask] for allowed in box.directions]
        vectors = tuple(v for v in product(*choices) if any(v))
        if vectors:
            ties = a.access is b.access and a.access.op == "append"
            yield _Link(pair, loops, _textual(a.access, b.access), ties, box, vectors, box.settled, alias)

    def _pair(self, a: Place, b: Place) -> Pair:
        by_name = dict(zip(reversed(a.access.loop_names()), a.ranges[0], strict=True))
        return Pair(a, b, tuple(by_name[name] for name in _common(a.access, b.access)), self.setting.prover)

    def _meet(self, a: Place, b: Place) -> tuple[bool, frozenset[str] | None]:
        """Whether the two may be one array, and the alias that this takes."""
        if a.array is None or b.array is None or a.array == b.array:
            return True, None
        outside = self.setting.names.outside
        for pair in self.facts.aliases:
            if frozenset(map(outside, pair)) == frozenset((a.array, b.array)):
                return True, pair
        return False, None

    def _is_reduction(self, a: Access, b: Access) -> bool:
        """Whether both belong to `array[..] op= value` with one op whose updates may change places."""
        if a.op is None or b.op is None or a.array != b.array:
            return False
        one, other = ("+" if op == "-" else op for op in (a.op, b.op))
        same_statement = a.time[:-1] == b.time[:-1]
        return one == other and one in _REDUCTIONS and (same_statement or self.facts.reorder_updates)

    def _broken(self, link: _Link, lanes: frozenset[str]) -> tuple[int, ...] | None:
        return self._first(link, lambda v: self._breaks(link, v, lanes))

    def _first(self, link: _Link, breaks: Callable[[tuple[int, ...]], bool]) -> tuple[int, ...] | None:
        """The first direction of a link that breaks something, the exact test asked where the cheap one leaves any."""
        vector = next(filter(breaks, link.vectors), None)
        if vector is None or link.exact:
            return vector
        link.exact = True
        from autovec.depend.exact import directions

        found = directions(link.pair, link.box, self.setting)
        if found is not None:
            link.vectors = tuple(v for v in link.vectors if v in found)
        return next(filter(breaks, link.vectors), None)

    def _breaks(self, link: _Link, vector: tuple[int, ...], lanes: frozenset[str]) -> bool:
        lead = next(s for s in vector if s)
        moved = {name for name, s in zip(link.loops, vector, strict=True) if s and name in lanes}
        for name, s in zip(link.loops, vector, strict=True):
            if name in lanes:
                continue
            if moved and not self._skewed[name].isdisjoint(moved):
                return True
            if s:
                return s != lead
        return not link.keeps_ties if link.textual == 0 else link.textual != lead

    @cached_property
    def _skewed(self) -> dict[str, frozenset[str]]:
        """For each loop the outer loops on which its start or step depends: their lanes may be out of step in it."""
        return dict(_skewed((self.nest,), (), self.setting))


def _common(a: Access, b: Access) -> tuple[str, ...]:
    out: list[str] = []
    for x, y in zip(a.time, b.time, strict=False):
        if x != y:
            break
        if isinstance(x, str):
            out.append(x)
    return tuple(out)


def _textual(a: Access, b: Access) -> int:
    for x, y in zip(a.time, b.time, strict=False):
        if x != y:
            assert isinstance(x, int) and isinstance(y, int)
            return 1 if x < y else -1
    return 0


def _skewed(body: tuple[Stmt, ...], outer: tuple[str, ...], setting: Setting) -> Iterator[tuple[str, frozenset[str]]]:
    for s in body:
        inner = outer
        if isinstance(s, For | While):
            inner = (*outer, loop_name(s))
            yield loop_name(s), _varying(s, outer, setting) if isinstance(s, For) else frozenset()
        for block in blocks(s):
            yield from _skewed(block, inner, setting)


def _varying(loop: For, outer: tuple[str, ...], setting: Setting) -> frozenset[str]:
    parts = (loop.start,) if isinstance(loop.step, int) else (loop.start, loop.step)
    names = frozenset[str]().union(*map(free_names, parts))
    others = [x for e in parts for x in walk(e) if not (isinstance(x, Name) and x.id in outer) and not isinstance(x, Read)]
    arrays = {x.array for e in parts for x in walk(e) if isinstance(x, Read)}
    known = all(setting.names.is_invariant(x) for x in others if not any(n in outer for n in free_names(x)))
    if not known or arrays & (setting.names.stored | setting.names.assigned):
        return frozenset(outer)
    return names & frozenset(outer)


def _dependence(link: _Link, vector: tuple[int, ...]) -> Dependence:
    position, lead = next((k, s) for k, s in enumerate(vector) if s)
    first, second = link.pair.first.access, link.pair.second.access
    source, sink = (first, second) if lead > 0 else (second, first)
    kind = Kind.FLOW if source.write and not sink.write else Kind.OUTPUT if source.write else Kind.ANTI
    numbers = (0 if s == 0 else d for d, s in zip(link.box.distances, vector, strict=True))
    distance = tuple(None if d is None else d * lead for d in numbers)
    return Dependence(source.array, source, sink, kind, distance, link.loops[position], link.via_alias)


def _barriers(body: tuple[Stmt, ...], loops: tuple[For | While, ...], allow_exits: bool) -> Iterator[_Barrier]:
    for position, s in enumerate(body):
        around = tuple(loop_name(loop) for loop in loops)
        access = Access("", (), False, None, loops, (position,), s.span, False)
        if is_opaque(s):
            yield _Barrier(access, frozenset(around))
        if isinstance(s, Exit) and s.kind != "continue" and not allow_exits:
            yield _Barrier(access, frozenset(around[-1:] if s.kind == "break" else around))
        inner = (*loops, s) if isinstance(s, For | While) else loops
        for block in blocks(s):
            yield from _barriers(block, inner, allow_exits)
