"""What every name of a kernel holds at one place, and what remains known where two ways meet or a loop goes round.

Comes in: states at the ends of branches and of loop bodies. Goes out: the joined state, and at the head of a loop a state
that holds in every iteration: integers that change from one iteration to the next are said to move (`extent.Range.growth`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from autovec.kernel.extent import UNKNOWN, WRAPPED, Range
from autovec.kernel.number import Mismatch, Number, Type
from autovec.record import dataclass

MOVING = Range(0, 0, Fraction(1))
_PATIENCE = 3  # rounds before an integer that changes is said to move


@dataclass(frozen=True, slots=True)
class Array:
    """Elements under subscripts. `container`: "ndarray"; "copy", the array that stands for a list of the caller's; "list", one
    that the kernel makes itself. Of an empty list no element is known. Arrays with the same `memory` may share it."""

    element: Number | None
    rank: int
    container: str = "ndarray"
    memory: str = ""

    @property
    def is_list(self) -> bool:
        """Whether it is one of the kernel's own lists."""
        return self.container == "list"

    @property
    def changes(self) -> bool:
        """Whether what is known of the elements may change with every store."""
        return self.is_list or (self.element is not None and self.element.kinds <= {"int64"})

    def taking(self, value: Number) -> Array:
        """The array or list once `value` may be among its elements."""
        if self.element is not None and self.element.type is not value.type:
            raise Mismatch("a list holds numbers of several types")
        return replace(self, element=value if self.element is None else self.element.joined(value))


Value = Number | Array


@dataclass(frozen=True, slots=True)
class State:
    """The names that are bound, and those among them that may not be."""

    names: Mapping[str, Value]
    unsure: frozenset[str] = frozenset()

    def bound(self, name: str, value: Value) -> State:
        """The state with one more name."""
        return State({**self.names, name: value}, self.unsure - {name})

    def storing(self, holder: Array, value: Number) -> State:
        """The state once `value` may be an element of the array `holder`, and of those that may be the same memory."""
        same = {n: a for n, a in self.names.items() if isinstance(a, Array) and a.changes and not a.is_list}
        hit = [n for n, a in same.items() if a.memory == holder.memory]
        return State({**self.names, **{n: same[n].taking(value) for n in hit}}, self.unsure)


def either(a: State | None, b: State | None) -> State | None:
    """Where two ways meet; None for one that is never taken."""
    if a is None or b is None:
        return a or b
    names = {n: _either(n, a.names[n], b.names[n]) if n in a.names and n in b.names else (a.names.get(n) or b.names[n])
             for n in {**a.names, **b.names}}  # fmt: skip
    return State(names, a.unsure | b.unsure | (a.names.keys() ^ b.names.keys()))


def _either(name: str, a: Value, b: Value) -> Value:
    if a == b:
        return a
    if isinstance(a, Number) and isinstance(b, Number):
        return a.joined(b)
    if isinstance(a, Array) and isinstance(b, Array) and a.changes and replace(a, element=b.element) == b:
        return b if a.element is None else a if b.element is None else a.taking(b.element)
    raise Mismatch(f"`{name}` is one thing on one path and another on the other")


def widened(head: State, end: State, around: int) -> State:
    """The head of a loop after round `around`, whose body ends in `end`; equal to `head` once it holds for every iteration."""
    met = either(head, end)
    assert met is not None
    names = {n: _widened(n, head.names.get(n), v, around) for n, v in met.names.items()}
    return State(names, met.unsure)


def _widened(name: str, before: Value | None, now: Value, around: int) -> Value:
    if isinstance(before, Array) and isinstance(now, Array) and before.element and now.element and now.changes:
        return replace(now, element=_widened_number(name, before.element, now.element, around))
    if not isinstance(before, Number) or not isinstance(now, Number):
        return now
    return _widened_number(name, before, now, around)


def _widened_number(name: str, before: Number, now: Number, around: int) -> Number:
    if before == now:
        return now
    ranges: dict[str, Range] = {}
    for k, r in now.ranges.items():
        old = before.ranges.get(k)
        if old is None or old == r or (around < _PATIENCE and old != MOVING):
            ranges[k] = r
        else:
            ranges[k] = _moving(name, k, r, now.type)
    return replace(now, ranges=ranges)


def _moving(name: str, k: str, r: Range, seen: Type) -> Range:
    """The range of what changes from one iteration to the next."""
    if k not in ("int", "int64"):
        return r
    if k == "int" and seen is Type.FLOAT:
        return UNKNOWN
    if r.growth <= 1 and r != WRAPPED:
        return MOVING
    if k == "int":
        raise Mismatch(f"`{name}` may grow beyond 64 bits", "Python's integers have no upper limit")
    return WRAPPED


def settled(state: State, limit: int) -> State:
    """The state with numbers for M: no integer that the loop carries on is larger than `limit`."""
    return State({n: _settled(v, limit) for n, v in state.names.items()}, state.unsure)


def _settled(value: Value, limit: int) -> Value:
    held = carried(value)
    if held is None or not (isinstance(value, Number) or value.changes):
        return value
    known = replace(held, ranges={k: _in_numbers(r, limit) for k, r in held.ranges.items()})
    return known if isinstance(value, Number) else replace(value, element=known)


def carried(value: Value | None) -> Number | None:
    """A number, or the elements of what has any."""
    return value.element if isinstance(value, Array) else value


def _in_numbers(r: Range, limit: int) -> Range:
    more = -int(-r.growth * limit)
    return replace(r, low=r.low - more, high=r.high + more, growth=Fraction(0))


def steps(head: State, end: State) -> int:
    """How much further than M one iteration takes the integers that move."""
    most = 0
    for name in head.names:
        value, now = carried(head.names[name]), carried(end.names.get(name))
        if value and now:
            most = max([most, *(now.ranges[k].magnitude for k in _moved(value) if k in now.ranges)])
    return most


def starts(entry: State, head: State) -> tuple[int, int]:
    """The largest magnitude with which the integers that move enter a loop: of those that stand still in front of it, and
    how much further than M that of the others is."""
    moving = {n: _moved(held) for n, v in head.names.items() if (held := carried(v))}
    found = [v.ranges[k] for n, kinds in moving.items() if (v := carried(entry.names.get(n))) for k in kinds if k in v.ranges]
    still, further = ([r.magnitude for r in found if bool(r.growth) is grows] for grows in (False, True))
    return max(still, default=0), max(further, default=0)


def _moved(n: Number) -> list[str]:
    return [k for k in ("int", "int64") if n.ranges.get(k) == MOVING]
