"""Linear forms over loop variables and symbols, and proofs of their sign.

Comes in: coefficients by term, the constant under `ONE`. Goes out: sums, extremes over a nest and proofs of sign.
`autovec.affine` sorts its terms by text to compare and print; here only arithmetic counts, hundreds of times for a nest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from autovec.affine import Affine
from autovec.expression import ONE, Expr, Length
from autovec.record import dataclass


class Variable(NamedTuple):
    """A loop's variable in the first (0) or the second (1) of two accesses, or the gap between the two (2)."""

    side: int
    loop: str


Form = dict[Expr | Variable, int]


@dataclass(frozen=True, slots=True)
class Range:
    """The values of a loop variable: low <= value <= high in any iteration; None where unknown. `step` 0: of unknown sign."""

    variable: Variable
    low: Form | None
    high: Form | None
    step: int

    def on_side(self, side: int) -> Range:
        """The same range for the other of two accesses."""
        low, high = (None if bound is None else on_side(bound, side) for bound in (self.low, self.high))
        return Range(Variable(side, self.variable.loop), low, high, self.step)


def from_affine(a: Affine, variables: Mapping[Expr, Variable]) -> Form:
    """The same sum, loop variables renamed."""
    out: Form = {variables.get(atom, atom): c for atom, c in a.terms}
    if a.constant:
        out[ONE] = a.constant
    return out


def plus(a: Form, b: Form, factor: int = 1) -> Form:
    """`a + factor * b`, without zero terms."""
    out = dict(a)
    for term, c in b.items():
        total = out.get(term, 0) + factor * c
        if total:
            out[term] = total
        else:
            out.pop(term, None)
    return out


def shifted(a: Form, constant: int) -> Form:
    """`a + constant`."""
    return plus(a, {ONE: constant})


def scaled(a: Form, factor: int) -> Form:
    """`factor * a`."""
    return {term: factor * c for term, c in a.items()}


def replaced(a: Form, term: Expr | Variable, by: Form) -> Form:
    """`a` with `term` replaced by a form."""
    factor = a.get(term, 0)
    if not factor:
        return a
    return plus({t: c for t, c in a.items() if t != term}, by, factor)


def on_side(a: Form, side: int) -> Form:
    """`a` with its loop variables on another side."""
    return {(Variable(side, t.loop) if isinstance(t, Variable) else t): c for t, c in a.items()}


def as_int(a: Form) -> int | None:
    """The value of a constant form."""
    if not a:
        return 0
    return a[ONE] if len(a) == 1 and ONE in a else None


def symbols(a: Form) -> Form:
    """`a` without its loop variables."""
    return {t: c for t, c in a.items() if not isinstance(t, Variable)}


def variables(a: Form) -> list[Variable]:
    """The loop variables in `a`."""
    return [t for t in a if isinstance(t, Variable)]


def extreme(a: Form, ranges: Iterable[Range], sign: int) -> Form | None:
    """The greatest (sign 1) or least (-1) value of `a`, the variables of `ranges`, innermost first, eliminated."""
    for r in ranges:
        c = a.get(r.variable, 0)
        if not c:
            continue
        bound = r.high if c * sign > 0 else r.low
        if bound is None:
            return None
        a = replaced(a, r.variable, bound)
    return None if variables(a) else a


@dataclass(frozen=True, slots=True)
class Prover:
    """Facts about symbols: atoms that are 0 or more, and forms that are."""

    nonnegative: frozenset[Expr]
    facts: tuple[Form, ...]

    def at_least_zero(self, a: Form | None, more: tuple[Form, ...] = (), depth: int = 2) -> bool:
        """Whether `a >= 0` follows from at most `depth` of the facts."""
        if a is None:
            return False
        if all(c >= 0 and self._is_natural(t) for t, c in a.items()):
            return True
        if not depth:
            return False
        lacking = {t for t, c in a.items() if c < 0 or not self._is_natural(t)}
        return any(self.at_least_zero(plus(a, f, -1), more, depth - 1) for f in (*self.facts, *more) if not lacking.isdisjoint(f))

    def positive(self, a: Form | None, more: tuple[Form, ...] = ()) -> bool:
        """Whether `a >= 1` can be proved."""
        return a is not None and self.at_least_zero(shifted(a, -1), more)

    def _is_natural(self, term: Expr | Variable) -> bool:
        return term == ONE or isinstance(term, Length) or term in self.nonnegative
