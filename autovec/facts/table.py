"""The facts at one place of a function, and the questions that the later stages ask.

Comes in: a table of what every name is (`infer`). Goes out: kinds of expressions, equal lengths, signs, alias pairs.
Not handled: anything that would need a guess; an unanswered question is answered "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from autovec.affine import Affine, affine
from autovec.expression import Apply, Axis, Const, Expr, Lanes, Length, Name, Opaque, Read, Reduce, Scan, Slice
from autovec.facts import kinds as kind
from autovec.facts.kinds import Kinds
from autovec.facts.ranks import CONTRACTS
from autovec.facts.value import ArrayFact, Fact, ScalarFact
from autovec.record import dataclass

UNKNOWN: Kinds = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What every name is, at the loop. `lanes` are the kinds of array variables that the new text makes, `starts` those
    of scalars in front of the loop, which may be others than those inside; `akin` are the arrays of whose dtype these are."""

    names: Mapping[str, Fact]
    lanes: Mapping[str, Kinds] = field(default_factory=dict[str, Kinds])
    starts: Mapping[str, Kinds] = field(default_factory=dict[str, Kinds])
    akin: Mapping[str, str] = field(default_factory=dict[str, str])

    def array(self, name: str) -> ArrayFact | None:
        """The array called `name`, None where it is none."""
        fact = self.names.get(name)
        return fact if isinstance(fact, ArrayFact) else None

    def known(self) -> dict[str, Expr]:
        """The scalars that equal an expression in other names: what `affine` looks through."""
        return {k: f.value for k, f in self.names.items() if isinstance(f, ScalarFact) and f.value is not None}

    def extent(self, array: str, axis: int) -> Expr:
        """The length of a dimension, in terms of what it was made with where that is known."""
        fact = self.array(array)
        if fact and fact.shape is not None and axis < len(fact.shape) and (known := fact.shape[axis]) is not None:
            return known
        return Length(array, axis)

    def linear(self, e: Expr) -> Affine | None:
        """`e` as a linear form in which equal lengths are one atom."""
        return affine(self.resolved(e), self.known())

    def resolved(self, e: Expr) -> Expr:
        """`e` with names and lengths replaced by what they equal."""
        seen = self.known()
        return self._resolve(e, seen, 0)

    def _resolve(self, e: Expr, seen: Mapping[str, Expr], depth: int) -> Expr:
        match e:
            case Name(id) if id in seen and depth < 8:
                return self._resolve(seen[id], seen, depth + 1)
            case Length(array, axis):
                found = self.extent(array, axis)
                return found if found == e or depth >= 8 else self._resolve(found, seen, depth + 1)
            case Apply("min" | "max", args):
                parts = tuple(dict.fromkeys(self._resolve(a, seen, depth) for a in args))
                return parts[0] if len(parts) == 1 else Apply(e.fn, parts)
            case Apply(fn, args):
                return Apply(fn, tuple(self._resolve(a, seen, depth) for a in args))
            case _:
                return e

    def same(self, a: Expr, b: Expr) -> bool:
        """Whether two integers are proved equal."""
        return self.difference(a, b) == 0

    def difference(self, a: Expr, b: Expr) -> int | None:
        """a - b where that is a constant."""
        x, y = self.linear(a), self.linear(b)
        return None if x is None or y is None else x.minus(y).as_int()

    def nonnegative(self, e: Expr) -> bool:
        """Whether an integer is proved to be 0 or more."""
        resolved = self.resolved(e)
        if isinstance(resolved, Apply) and resolved.fn in ("max", "min"):
            answers = [self.nonnegative(a) for a in resolved.args]
            return any(answers) if resolved.fn == "max" else all(answers)
        form = affine(resolved, self.known())
        return form is not None and self._natural_form(form, 4)

    def _natural_form(self, form: Affine, depth: int) -> bool:
        if form.constant >= 0 and all(c > 0 and self._natural(a) for a, c in form.terms):
            return True
        if not depth:
            return False
        for atom, c in form.terms:
            for most in atom.args if isinstance(atom, Apply) and atom.fn == ("min" if c < 0 else "max") else ():
                above = self.linear(most)
                if above is not None and self._natural_form(form.without(atom).plus(above.times(c)), depth - 1):
                    return True
            bound = self._bound(atom, c)
            if bound is not None and self._natural_form(form.without(atom).plus(bound.times(c)), depth - 1):
                return True
        return False

    def _bound(self, atom: Expr, factor: int) -> Affine | None:
        """The end of a loop variable's range at which `factor * atom` is smallest."""
        fact = self.names.get(atom.id) if isinstance(atom, Name) else None
        if not isinstance(fact, ScalarFact) or fact.low is None or fact.stop is None:
            return None
        if factor > 0:
            return None if self._natural(atom) and fact.low == Const(0) else self.linear(fact.low)
        end = self.linear(fact.stop)
        return None if end is None else end.plus(Affine((), -1))

    def _natural(self, atom: Expr) -> bool:
        match atom:
            case Length():
                return True
            case Name(id):
                fact = self.names.get(id)
                return isinstance(fact, ScalarFact) and fact.nonnegative
            case Apply("//" | "%", (a, Const(int() as d))) if d > 0:
                return atom.fn == "%" or self.nonnegative(a)
            case Apply("max" | "min" | "*", args):
                answers = [self.nonnegative(a) for a in args]
                return any(answers) if atom.fn == "max" else all(answers)
            case _:
                return False

    def kinds(self, e: Expr | Slice) -> Kinds:
        """The kinds that the value of `e` (of one lane of it) may have; empty where nothing is known."""
        match e:
            case Const(value):
                return frozenset((type(value).__name__,)) if isinstance(value, bool | int | float | complex) else UNKNOWN
            case Name(id):
                return self._kinds_of_name(id)
            case Axis() | Length():
                return frozenset(("int",))
            case Read(array, _):
                fact = self.array(array)
                return fact.kinds if fact else UNKNOWN
            case Lanes(id, _):
                return self.lanes.get(id, UNKNOWN)
            case Reduce(op, _, body, _):
                return kind.folded(op, self.kinds(body)) if op != "last" else self.kinds(body)
            case Scan():
                return self._scanned(e)
            case Apply(".dtype.type()", (Name(id), _)):
                return self._kinds_of_name(id)
            case Apply("sum", (Name(id),)) if self.array(id) and (items := self._kinds_of_name(id)):
                once = kind.apply("+", (frozenset(("int",)), items))
                return once | kind.apply("+", (once, items)) | {"int"}
            case Apply(fn, (a, b, *_)) if fn in CONTRACTS:
                return kind.apply("*", [self.kinds(a), self.kinds(b)])
            case Apply("**" | "pow" as fn, (base, Const(int() | float() as power))) if 0 <= power < 1e9 and power == int(power):
                return kind.apply(fn, [self.kinds(base), self.kinds(Const(power))], any_sign=False)
            case Apply(fn, args):
                return kind.apply(fn, [self.kinds(a) for a in args])
            case Opaque() | Slice():
                return UNKNOWN

    def possible(self, e: Expr | Slice) -> Kinds:
        """The kinds of a value that the loop itself may compute: a selection is one of its arms as it is, not an array's lane."""
        match e:
            case Apply("min" | "max" | "where" as fn, args):
                arms = [self.possible(a) for a in args[fn == "where" :]]
                return frozenset[str]().union(*arms) if all(arms) else UNKNOWN
            case Reduce(op, _, body, _, start):
                more = self.possible(start) if start is not None else UNKNOWN
                return more | (kind.folded(op, self.possible(body)) if op != "last" else self.possible(body))
            case Apply(fn, args) if fn in kind.OPERATORS and fn != "**":
                return kind.apply(fn, [self.possible(a) for a in args])
            case _:
                return self.kinds(e)

    def _scanned(self, e: Scan) -> Kinds:
        """The kinds that a running fold has once it took something in; a start that is not known to be a number adds none."""
        start = self.starts.get(e.start.id, UNKNOWN) if isinstance(e.start, Name) else UNKNOWN
        start, body = start or self.kinds(e.start), self.kinds(e.body)
        if e.op in kind.OPERATORS and start and body:
            once = kind.apply(e.op, (start, body))
            return once | kind.apply(e.op, (once, body))
        return body | start if e.op == "last" or e.op in ("min", "max") else body

    def _kinds_of_name(self, id: str) -> Kinds:
        fact = self.names.get(id)
        match fact:
            case ScalarFact(kinds) | ArrayFact(_, kinds):
                return kinds
            case _ if id.startswith(("math.", "cmath.", "np.", "numpy.")):
                return kind.constant(id.replace("numpy.", "np.", 1))
            case _:
                return UNKNOWN

    def may_alias(self, a: str, b: str) -> bool:
        """Whether two different names may be the same array."""
        x, y = self.array(a), self.array(b)
        return self.may_overlap(a, b) and not (x and y and x.rank is not None and y.rank is not None and x.rank != y.rank)

    def may_overlap(self, a: str, b: str) -> bool:
        """Whether two different names may share memory, as an array and one of its rows do."""
        x, y = self.array(a), self.array(b)
        if x is None or y is None:
            return True
        if x.base and x.base == y.base:
            return True
        if x.fresh or y.fresh or x.container != y.container:
            return False
        return bool(x.kinds & y.kinds)
