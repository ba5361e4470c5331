"""Integer linear forms: `2*i + n - 1` as coefficients over atoms, for proofs about subscripts, bounds and shapes.

Comes in: an `Expr` and what is known of its names. Goes out: an `Affine`, or None where the expression is not linear.
An atom is any expression that is not itself linear arithmetic: a name, a length, `n // 2`. Two atoms are the same number
when they are equal trees, so the caller must hand in expressions whose names mean one value throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autovec.expression import Apply, Axis, Const, Expr, Name, show
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Affine:
    """`constant + sum(coefficient * atom)`; terms are sorted by their text and have no zero coefficient."""

    terms: tuple[tuple[Expr, int], ...]
    constant: int

    def __str__(self) -> str:
        return " + ".join([f"{c}*{show(a)}" if c != 1 else show(a) for a, c in self.terms] + [str(self.constant)])

    def coefficient(self, atom: Expr) -> int:
        """The factor of `atom`, 0 where it does not occur."""
        return next((c for a, c in self.terms if a == atom), 0)

    def atoms(self) -> frozenset[Expr]:
        """The atoms with a coefficient other than 0."""
        return frozenset(a for a, _ in self.terms)

    def plus(self, other: Affine) -> Affine:
        """The sum."""
        return build([*self.terms, *other.terms], self.constant + other.constant)

    def minus(self, other: Affine) -> Affine:
        """The difference."""
        return self.plus(other.times(-1))

    def times(self, factor: int) -> Affine:
        """The product with an integer."""
        return build([(a, c * factor) for a, c in self.terms], self.constant * factor)

    def without(self, atom: Expr) -> Affine:
        """The form less its term in `atom`."""
        return Affine(tuple(t for t in self.terms if t[0] != atom), self.constant)

    def as_int(self) -> int | None:
        """The value where it is a constant, else None."""
        return None if self.terms else self.constant


def build(terms: Iterable[tuple[Expr, int]], constant: int) -> Affine:
    """An `Affine` from terms in any order, with repetitions."""
    total: dict[Expr, int] = {}
    for atom, c in terms:
        total[atom] = total.get(atom, 0) + c
    kept = [(a, c) for a, c in total.items() if c]
    return Affine(tuple(sorted(kept, key=lambda t: show(t[0]))), constant)


def expression_of(form: Affine) -> Expr:
    """The linear form as an expression."""
    out: Expr = Const(form.constant)
    for atom, c in form.terms:
        term: Expr = atom if c == 1 else Apply("*", (Const(c), atom))
        out = term if out == Const(0) else Apply("+", (out, term))
    return out


def written(form: Affine) -> Expr:
    """The linear form as people write it: what is added first, then what is subtracted."""
    out: Expr | None = None
    for atom, c in sorted(form.terms, key=lambda t: t[1] < 0):
        term: Expr = atom if abs(c) == 1 else Apply("*", (Const(abs(c)), atom))
        out = (term if c > 0 else Apply("neg", (term,))) if out is None else Apply("+" if c > 0 else "-", (out, term))
    if out is None:
        return Const(form.constant)
    return out if not form.constant else Apply("+" if form.constant > 0 else "-", (out, Const(abs(form.constant))))


def affine(e: Expr, known: Mapping[str, Expr] | None = None) -> Affine | None:
    """`e` as a linear form; names with an entry in `known` (say n: len(x)) are looked through first.

    Never None for an atom: anything that is not +, -, * by a constant, or a sign becomes one, except floats and booleans.
    """
    match e:
        case Const(value):
            return build([], value) if type(value) is int else None
        case Name(id) if known and id in known:
            return affine(known[id], {k: v for k, v in known.items() if k != id})
        case Apply("+", (a, b)):
            x, y = affine(a, known), affine(b, known)
            return None if x is None or y is None else x.plus(y)
        case Apply("-", (a, b)):
            x, y = affine(a, known), affine(b, known)
            return None if x is None or y is None else x.minus(y)
        case Apply("neg", (a,)):
            x = affine(a, known)
            return None if x is None else x.times(-1)
        case Apply("pos", (a,)):
            return affine(a, known)
        case Apply("*", (a, b)):
            return _product(affine(a, known), affine(b, known), e)
        case Name() | Axis():
            return build([(e, 1)], 0)
        case _:
            return build([(e, 1)], 0)


def _product(x: Affine | None, y: Affine | None, whole: Expr) -> Affine | None:
    if x is None or y is None:
        return None
    a, b = x.as_int(), y.as_int()
    if a is not None:
        return y.times(a)
    if b is not None:
        return x.times(b)
    return build([(whole, 1)], 0)
