"""The truth about a nest, by running it: which element accesses conflict, and whether lockstep keeps their order.

Comes in: a nest, values for its scalars, extents for its arrays. Goes out: the set of distinct conflicts, each as the signs by
which the later access lies ahead of the earlier in each common loop (by value and by count: lanes may be lined up either way) and
in the text. It shares no code with `autovec.depend`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import combinations, product
from random import Random

from autovec.expression import Apply, Const, Expr, Length, Name, Read, Slice
from autovec.loops.statement import Append, Assign, For, If, Stmt, While

Element = tuple[str, tuple[int, ...]]
Path = tuple[int | tuple[str, int, int], ...]
Conflict = tuple[tuple[tuple[str, int, int], ...], int]
_INTEGER = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "//": lambda a, b: a // b,
            "%": lambda a, b: a % b, ">": lambda a, b: a > b, "<": lambda a, b: a < b, "neg": lambda a: -a,
            "min": min, "max": max}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One element touched: where in the text and in which iterations (name, value in the direction of the loop, count)."""

    path: Path
    write: bool
    update: tuple[int, str] | None

    @cached_property
    def site(self) -> tuple[int | str, ...]:
        """The place in the text: positions and loop names."""
        return tuple(x if isinstance(x, int) else x[0] for x in self.path)

    @cached_property
    def iteration(self) -> tuple[tuple[str, int, int], ...]:
        """The loops with their values and counts, outermost first."""
        return tuple(x for x in self.path if not isinstance(x, int))


@dataclass
class Machine:
    """Runs a nest once and notes what it touches."""

    scalars: dict[str, int]
    extents: Mapping[str, tuple[int, ...]]
    same: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    constants: Mapping[str, list[int]] = field(default_factory=dict)
    touched: dict[Element, list[Event]] = field(default_factory=dict)
    memory: dict[Element, int] = field(default_factory=dict)

    def run(self, body: tuple[Stmt, ...], path: Path = ()) -> None:
        for position, s in enumerate(body):
            self._statement(s, (*path, position))

    def _statement(self, s: Stmt, path: Path) -> None:
        match s:
            case For(var, _, start, stop, step, inner):
                by = step if isinstance(step, int) else self.value(step, (*path, 0))
                values = range(self.value(start, (*path, 0)), self.value(stop, (*path, 0)), by)
                for count, value in enumerate(values):
                    self.scalars[var] = value
                    self.run(inner, (*path, 1, (var, value if by > 0 else -value, count)))
            case While(test, inner):
                count = 0
                while self.value(test, (*path, 1, ("while", count, count), -1)):
                    self.run(inner, (*path, 1, ("while", count, count)))
                    count += 1
            case If(test, then, orelse):
                taken = self.value(test, (*path, 0))
                self.run(then if taken else orelse, (*path, 1 if taken else 2))
            case Assign(target, op, value):
                self._assign(s, target, op, self.value(value, (*path, 0)), path)
            case Append(name, value):
                self.value(value, (*path, 0))
                self._note(name, (), Event((*path, 1), True, (id(s), "append")))
            case _:
                raise NotImplementedError(s)

    def _assign(self, s: Assign, target: Name | Read, op: str | None, value: int, path: Path) -> None:
        update = None if op is None else (id(s), op)
        if isinstance(target, Name):
            self.scalars[target.id] = value if op is None else self._apply(op, self.scalars[target.id], value)
            return
        for element in list(self._elements(target, (*path, 0))):
            if update is not None:
                self._note(*element, Event((*path, 0), False, update))
            self._note(*element, Event((*path, 1), True, update))
            self.memory[element] = value if op is None else self._apply(op, self._load(element), value)

    def value(self, e: Expr, path: Path) -> int:
        match e:
            case Const(value):
                return int(value)  # type: ignore[arg-type]
            case Name(id):
                return self.scalars[id]
            case Length(array, axis):
                return self.extents[array][axis]
            case Read(array, (at,)) if array in self.constants and not isinstance(at, Slice):
                return self.constants[array][self.value(at, path)]
            case Read():
                elements = list(self._elements(e, path))
                for element in elements:
                    self._note(*element, Event(path, False, None))
                return sum(map(self._load, elements))
            case Apply(fn, args):
                return self._apply(fn, *(self.value(a, path) for a in args))
            case _:
                raise NotImplementedError(e)

    def _apply(self, fn: str, *args: int) -> int:
        return int(_INTEGER[fn](*args)) % 1_000_003 if fn == "*" else int(_INTEGER[fn](*args))

    def _load(self, element: Element) -> int:
        return self.memory.setdefault(element, Random(f"{self.seed}{element}").randint(-3, 9))

    def _elements(self, e: Read, path: Path) -> Iterator[Element]:
        array = self.same.get(e.array, e.array)
        picked: list[list[int]] = []
        for position, extent in enumerate(self.extents[array]):
            at = e.at[position] if position < len(e.at) else Slice(None, None, None)
            if isinstance(at, Slice):
                parts = (None if x is None else self.value(x, path) for x in (at.start, at.stop, at.step))
                picked.append(list(range(*slice(*parts).indices(extent))))
            else:
                picked.append([range(extent)[self.value(at, path)]])  # raises where Python would, wraps where Python would
        return ((array, place) for place in product(*picked))

    def _note(self, array: str, place: tuple[int, ...], event: Event) -> None:
        self.touched.setdefault((array, place), []).append(event)

    def conflicts(self) -> frozenset[Conflict]:
        """Every distinct way in which two accesses of one element, one of them a write, lie apart."""
        return frozenset(
            _apart(a, b)
            for events in self.touched.values()
            for a, b in combinations(events, 2)
            if (a.write or b.write) and (a.update is None or a.update != b.update or a.update[1] == "append")
        )


def is_kept(conflicts: frozenset[Conflict], lanes: frozenset[str]) -> bool:
    """Whether every earlier access of a conflict is emitted before the later, when the loops in `lanes` run in lockstep."""
    return all(_ahead(c, lanes, by) > 0 for c in conflicts for by in (1, 2))


def _ahead(conflict: Conflict, lanes: frozenset[str], by: int) -> int:
    loops, text = conflict
    return next((loop[by] for loop in loops if loop[0] not in lanes and loop[by]), text)


def _apart(a: Event, b: Event) -> Conflict:
    depth, text = _shape(a.site, b.site)
    loops = tuple(
        (x[0], _sign(y[1] - x[1]), _sign(y[2] - x[2])) for x, y in zip(a.iteration[:depth], b.iteration[:depth], strict=True)
    )
    if text:
        return loops, text
    tie = a.update is not None and a.update[1] == "append"
    return loops, int(tie or not any(loop[1] for loop in loops))


@cache
def _shape(a: tuple[int | str, ...], b: tuple[int | str, ...]) -> tuple[int, int]:
    """How many loops two places in the text share, and which comes first."""
    depth = 0
    for x, y in zip(a, b, strict=False):
        if isinstance(x, int) and isinstance(y, int) and x != y:
            return depth, _sign(y - x)
        depth += isinstance(x, str)
    return depth, 0


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
