"""Subscripts as linear forms over the loops around them.

Comes in: the accesses of a nest and what is known of its names. Goes out: for each access a `Place`: the array it really touches,
each subscript as a form (None: it may be anything), on which side of zero it stays, and the ranges of the loops around it.
A subscript below zero counts from the end.
Not handled here: products of a loop variable and a symbol (`i * w + j`), which are unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cached_property

from autovec.affine import affine
from autovec.depend.accesses import Access, Time, accesses
from autovec.depend.linear import Form, Prover, Range, Variable, extreme, from_affine, on_side, plus, scaled, shifted
from autovec.depend.names import Names
from autovec.expression import Apply, Const, Expr, Length, Name, Read, Slice
from autovec.loops.statement import For, While
from autovec.record import dataclass


class Sign(Enum):
    """On which side of zero a subscript stays; below it Python counts from the end."""

    NATURAL = "0 or more"
    NEGATIVE = "below 0"
    UNKNOWN = "unknown"
    BOTH = "on both sides"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One subscript: as resolved, as a form for each side of a pair, and its sign. `through` is an index array without repeats:
    the forms are then those of its subscript."""

    expr: Expr | None
    forms: tuple[Form, Form] | None
    sign: Sign
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An access resolved: `array` None means that it may touch any array. Ranges are innermost first, for each side of a pair."""

    access: Access
    array: str | None
    dimensions: tuple[Dimension, ...]
    ranges: tuple[tuple[Range, ...], tuple[Range, ...]]
    widths: tuple[Form, ...]  # each 0 or more wherever the access happens: of loops, and of quotients in their bounds


_ANYTHING = Dimension(None, None, Sign.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Around:
    """What surrounds a subscript: its moment, its loops, their ranges and widths."""

    time: Time
    loops: frozenset[str]
    ranges: tuple[Range, ...]
    widths: tuple[Form, ...]


@dataclass(frozen=True)
class Setting:
    """A nest with what is known of its names."""

    names: Names

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every access, resolved."""
        return tuple(self._place(a) for a in accesses(self.names.body, self.names.arrays))

    @cached_property
    def prover(self) -> Prover:
        """The facts about symbols, as forms."""
        forms: list[Form] = []
        for e in self.names.facts.nonnegative:
            self._fact(forms, e)
        for atom, (low, stop) in self.names.facts.ranges.items():
            self._fact(forms, atom if low is None else Apply("-", (atom, low)))
            if stop is not None:
                self._fact(forms, Apply("-", (stop, Apply("+", (atom, Const(1))))))
        atoms = {t for f in forms if len(f) == 1 for t, c in f.items() if c > 0 and not isinstance(t, Variable)}
        return Prover(frozenset(atoms), tuple(f for f in forms if len(f) > 1))

    def form(self, resolved: Expr, loops: frozenset[str]) -> Form | None:
        """A resolved expression as a form over the variables of `loops`, or None."""
        a = affine(resolved, self.names.facts.known)
        if a is None:
            return None
        names: dict[Expr, Variable] = {}
        for atom, _ in a.terms:
            if isinstance(atom, Name) and atom.id in loops and atom.id not in self.names.assigned:
                names[atom] = Variable(0, atom.id)
            elif not self.names.is_invariant(atom):
                return None
        return from_affine(a, names)

    def _place(self, a: Access) -> Place:
        ranges = tuple(self._ranges(a))
        widths = tuple(w for w in (self._width(r, ranges[k + 1 :]) for k, r in enumerate(ranges)) if w is not None)
        widths += tuple(f for r in ranges for bound in (r.low, r.high) if bound is not None for f in self._quotients(bound))
        second = tuple(r.on_side(1) for r in ranges)
        base = self.names.base(a.array, a.time)
        if base is None:
            return Place(a, None, (), (ranges, second), widths)
        array, rows = base
        around = _Around(a.time, frozenset(a.loop_names()), ranges, widths)
        dimensions = tuple(self._dimension(x, around, Length(array, k)) for k, x in enumerate(_aligned(rows, a.at)))
        return Place(a, array, dimensions, (ranges, second), widths)

    def _dimension(self, x: Expr | Slice, around: _Around, length: Length) -> Dimension:
        if isinstance(x, Slice):
            return _ANYTHING
        e, through = self.names.resolve(x, around.time), None
        match e:
            case Read(index, (Slice(),)) if index in self.names.facts.injective:
                return _ANYTHING
            case Read(index, (inner,)) if index in self.names.facts.injective and self.names.keeps(e):
                assert not isinstance(inner, Slice)
                through, e, length = index, inner, Length(index, 0)
            case _:
                pass
        form = self.form(e, around.loops)
        if form is None:
            return Dimension(e, None, self._sign_of(e, around), through)
        sign = self._sign(form, around, length)
        if sign is Sign.NEGATIVE and self.names.is_invariant(length):
            form, sign, e = plus(form, {length: 1}), Sign.NATURAL, Apply("+", (e, length))
        return Dimension(e, (form, on_side(form, 1)), sign, through)

    def _sign_of(self, e: Expr, around: _Around) -> Sign:
        """The sign of floor divisions and remainders, which are no forms."""
        match e:
            case Apply("%", (_, Const(int(c)))) if c > 0:
                return Sign.NATURAL
            case Apply("//", (a, Const(int(c)))) if c > 0:
                form = self.form(a, around.loops)
                return self._sign_of(a, around) if form is None else self._sign(form, around, None)
            case _:
                return Sign.UNKNOWN

    def _sign(self, form: Form, around: _Around, length: Length | None) -> Sign:
        least, most = extreme(form, around.ranges, -1), extreme(form, around.ranges, 1)
        widths, prover = around.widths, self.prover
        if prover.at_least_zero(least, widths):
            return Sign.NATURAL
        if most is not None and prover.positive(scaled(most, -1), widths):
            return Sign.NEGATIVE
        passes = least is not None and prover.positive(scaled(least, -1), widths)
        if not passes and not self.names.facts.may_wrap:
            return Sign.UNKNOWN
        if length is None or least is None or most is None or not self.names.is_invariant(length):
            return Sign.BOTH
        room = plus(shifted(plus(least, most, -1), -1), {length: 1})
        return Sign.UNKNOWN if prover.at_least_zero(room, widths) else Sign.BOTH

    def _ranges(self, a: Access) -> Iterator[Range]:
        names = a.loop_names()
        for k in reversed(range(len(names))):
            loop = a.loops[k]
            outer = frozenset(names[:k])
            header = a.time[: a.time.index(names[k]) - 1]
            yield self.range_of(loop, (*header, 0), outer)

    def range_of(self, loop: For | While, time: Time, outer: frozenset[str]) -> Range:
        """The values of the loop's variable; nothing is known of a while, or of a variable that its body changes."""
        if isinstance(loop, While):
            return Range(Variable(0, ""), None, None, 0)
        step = self.step(loop)
        variable = Variable(0, loop.var)
        if not step:
            return Range(variable, None, None, 0)
        start = self.form(self.names.resolve(loop.start, time), outer)
        stop = self.form(self.names.resolve(loop.stop, time), outer)
        if step > 0:
            return Range(variable, start, None if stop is None else shifted(stop, -1), step)
        return Range(variable, None if stop is None else shifted(stop, 1), start, step)

    def step(self, loop: For) -> int:
        """The loop's step, 0 where it is unknown."""
        if isinstance(loop.step, int):
            return loop.step
        a = affine(loop.step, self.names.facts.known)
        return (a.as_int() or 0) if a is not None else 0

    def _width(self, r: Range, outer: tuple[Range, ...]) -> Form | None:
        if r.low is None or r.high is None:
            return None
        return extreme(plus(r.high, r.low, -1), outer, 1)

    def _quotients(self, bound: Form) -> Iterator[Form]:
        """For `n // c` in a bound, n and c not negative: 0 <= n // c <= n."""
        for term in bound:
            match term:
                case Apply("//", (a, Const(int(c)))) if c > 0:
                    whole = self.form(a, frozenset())
                    quotient: Form = {term: 1}
                    if whole is not None and self.prover.at_least_zero(whole):
                        yield from (quotient, plus(whole, quotient, -1))
                case _:
                    pass

    def _fact(self, forms: list[Form], e: Expr) -> None:
        form = self.form(e, frozenset())
        if form:
            forms.append(form)


def _aligned(rows: tuple[Expr | Slice, ...], at: tuple[Expr | Slice, ...]) -> Iterator[Expr | Slice]:
    """The subscripts whose dimension is known: not those behind a new axis, a key, or a slice of a row, which may shift them."""
    for position, x in enumerate((*rows, *at)):
        if isinstance(x, Const) and type(x.value) is not int:
            return
        yield x
        if isinstance(x, Slice) and position < len(rows):
            return
