"""What holds on the way to a place in a loop: linear forms that are 0 or more.

Comes in: the conditions and loops around the place, what stands in front of it. Goes out: a `Way`, against which a subscript is
proved. Counters are bounded by induction: one that only grows is never below where it starts, one that only shrinks never above,
and one that grows by at most 1 in an iteration is never further than the loop. Not handled: elements of arrays, which a store
may change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from autovec.affine import Affine, expression_of
from autovec.expression import Apply, Const, Expr, Length, Name, Read, free_names, substitute, walk
from autovec.facts.table import Facts
from autovec.facts.value import ScalarFact
from autovec.loops.statement import Assign, For, If, Stmt, While, blocks, walk_statements
from autovec.record import dataclass

UNIT = Affine((), 1)
_INTEGER = frozenset(("int",))
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Way:
    """Scalars that equal an expression, and linear forms that are 0 or more. `idle` are the variables of loops that are not
    around the place, whose last values nobody knows."""

    facts: Facts  # what holds throughout the loop
    values: dict[str, Expr]
    idle: frozenset[str]
    assumed: tuple[Affine, ...] = ()

    def without(self, names: set[str]) -> Way:
        """What still holds once `names` are others."""
        values = {n: e for n, e in self.values.items() if n not in names and not free_names(e) & names}
        return replace(self, values=values, assumed=tuple(f for f in self.assumed if not names_in(f) & names))

    def bound(self, s: Assign) -> Way:
        """Behind an assignment to a scalar."""
        assert isinstance(s.target, Name)
        value = substitute(s.value, self.values)
        rest = self.without({s.target.id})
        if s.op is not None or s.target.id in free_names(value) or has_reads(value):
            return rest
        return replace(rest, values={**rest.values, s.target.id: value})

    def under(self, test: Expr, truth: bool) -> Way:
        """Where a condition is true, or where it is false."""
        return self.given(*self._implied(substitute(test, self.values), truth))

    def given(self, *forms: Affine) -> Way:
        """The way with more that is 0 or more."""
        return replace(self, assumed=(*self.assumed, *(f for f in forms if not names_in(f) & self.idle)))

    def inside(self, loop: For) -> Way:
        """In each iteration of a loop."""
        way, var, fact = replace(self, idle=self.idle - {loop.var}), Name(loop.var), self.facts.names.get(loop.var)
        if not isinstance(fact, ScalarFact) or fact.low is None or fact.stop is None:
            return way
        return way.given(*self._at_most(fact.low, var, 0), *self._at_most(var, fact.stop, 1))

    def place(self, x: Expr) -> Affine | None:
        """A subscript as a linear form, if it is known what the names in it are."""
        form = self.facts.linear(substitute(x, self.values))
        return None if form is None or names_in(form) & self.idle else form

    def holds(self, form: Affine) -> bool:
        """Whether a form is proved to be 0 or more."""
        return any(self.facts.nonnegative(expression_of(f)) for f in (form, *(form.minus(a) for a in self.assumed)))

    def knowing(self, form: Affine) -> Way:
        """The way with what is known of the remainders and quotients in a form."""
        way = self
        for atom in form.atoms():
            match atom:
                case Apply("%", (a, d)) if (most := self.facts.linear(d)) and way.holds(most.minus(UNIT)):
                    one, whole = Affine(((atom, 1),), 0), self.facts.linear(a)
                    way = way.given(one, most.minus(UNIT).minus(one))
                    way = way.given(whole.minus(one)) if whole is not None and way.holds(whole) else way
                case Apply("//", (a, Const(int() as d))) if d > 0 and (whole := self.facts.linear(a)):
                    way = way.given(whole.minus(Affine(((atom, d),), 0)))
                case _:
                    pass
        return way

    # -------------------------------------------------------------- conditions

    def _implied(self, test: Expr, truth: bool) -> Iterator[Affine]:
        match test:
            case Apply("not", (one,)):
                yield from self._implied(one, not truth)
            case Apply("and" | "or" as fn, parts) if (fn == "and") is truth:
                for part in parts:
                    yield from self._implied(part, truth)
            case Apply("<" | "<=" | ">" | ">=" as op, (a, b)) if self._are_integers(a, b):
                op = op if truth else _OPPOSITE[op]
                low, high = (a, b) if op in ("<", "<=") else (b, a)
                yield from self._at_most(low, high, int(op in ("<", ">")))
            case Apply("==" | "!=" as op, (a, b)) if (op == "==") is truth and self._are_integers(a, b):
                yield from (*self._at_most(a, b, 0), *self._at_most(b, a, 0))
            case _:
                pass

    def _are_integers(self, *sides: Expr) -> bool:
        """Whether they are integers, and not elements that a store may change."""
        return all(self.facts.kinds(e) == _INTEGER and not has_reads(e) for e in sides)

    def _at_most(self, low: Expr, high: Expr, less: int) -> Iterator[Affine]:
        """low + less <= high."""
        a, b = self.facts.linear(low), self.facts.linear(high)
        if a is not None and b is not None:
            yield b.minus(a).plus(Affine((), -less))

    # -------------------------------------------------------------- counters

    def around(self, loop: For | While, start: Callable[[Name], Affine | None]) -> Way:
        """At the head of a loop, in front of which its counters are what `start` says: what they are at least and at most."""
        changed, forms = changed_names((loop,)), list[Affine]()
        for name in map(Name, sorted(changed)):
            change, first, now = _change(name, loop.body), start(name), Affine(((name, 1),), 0)
            if change is None or first is None or names_in(first) & changed:
                continue
            forms += [now.minus(first)] if change.least >= 0 else []
            forms += [first.minus(now)] if change.most <= 0 else []
            fact = self.facts.names.get(loop.var) if isinstance(loop, For) else None
            if change.most == 1 and isinstance(loop, For) and loop.step == 1 and isinstance(fact, ScalarFact) and fact.low:
                passed = self.facts.linear(Apply("-", (Name(loop.var), fact.low)))
                forms += [passed.plus(first).minus(now)] if passed is not None else []
        return self.given(*forms)


@dataclass(frozen=True, slots=True)
class _Change:
    """The least and the most that one pass through a loop's body adds to a counter; 2 stands for any number, too."""

    least: int
    most: int

    def times_any(self) -> _Change:
        """In a loop inside."""
        return _Change(-2 if self.least < 0 else 0, 2 if self.most > 0 else 0)


def _change(name: Name, body: tuple[Stmt, ...]) -> _Change | None:
    """How a counter changes to which literals are added, or from which they are taken; None where anything else is done."""
    least = most = 0
    for s in body:
        match s:
            case Assign(target, "+" | "-" as op, Const(int() as step)) if target == name and step >= 0:
                least, most = (least + step, most + step) if op == "+" else (least - step, most - step)
            case Assign(target) if target == name:
                return None
            case For(var, label) if name.id in (var, label):
                return None
            case If() | For() | While():
                arms = [_change(name, b) for b in blocks(s)]
                arms += [_Change(0, 0)] if len(arms) == 1 else []
                known = [a if isinstance(s, If) else a.times_any() for a in arms if a is not None]
                if len(known) < len(arms):
                    return None
                least, most = least + min(a.least for a in known), most + max(a.most for a in known)
            case _:
                pass
    return _Change(least, most)


def changed_names(body: tuple[Stmt, ...]) -> set[str]:
    """The scalars, loop variables among them, and whole arrays that statements bind."""
    found: set[str] = set()
    for s in walk_statements(body):
        if isinstance(s, For):
            found |= {s.var, s.label}
        if isinstance(s, Assign) and isinstance(s.target, Name):
            found.add(s.target.id)
    return found


def has_reads(e: Expr) -> bool:
    """Whether an expression reads elements of an array."""
    return any(isinstance(x, Read) for x in walk(e))


def names_in(form: Affine) -> set[str]:
    """The names in a form; an array counts where its length does."""
    return {n for a in form.atoms() for n in free_names(a)}


def length(array: str, axis: int) -> Affine:
    """The length of a dimension, as a form."""
    return Affine(((Length(array, axis), 1),), 0)
