"""The exact dependence test, by integer sets: imported only when the cheap tests say "maybe". The one door to islpy.

Comes in: a pair of places. Goes out: the set of direction vectors in which both touch one element, None where the question could
not be put or took too long (the caller then keeps what the cheap tests left). Symbols are parameters; floor division and
remainder by a positive constant are exact; triangular bounds and steps are. A subscript that is not such an expression is
left out, which only adds dependences.
"""

# islpy builds its classes at import time, so no checker can see their types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from itertools import product

import islpy as isl

from autovec.affine import affine
from autovec.depend.linear import ONE, Form, Range, Variable
from autovec.depend.quick import AFTER, BEFORE, EQUAL, Box, Pair, comparable
from autovec.depend.subscripts import Place, Setting
from autovec.expression import Apply, Const, Expr, Length, Name

_MAX_OPERATIONS = 400_000
_SIGNS = {BEFORE: 1, EQUAL: 0, AFTER: -1}
_RELATION = {1: ">", 0: "=", -1: "<"}

Vectors = frozenset[tuple[int, ...]]


def directions(pair: Pair, box: Box, setting: Setting) -> Vectors | None:
    """The direction vectors (1: the second access' iteration is later) that exact arithmetic leaves of `box`."""
    question = _Question(setting)
    constraints = question.pair(pair)
    count = len(constraints)
    if not count:
        return None
    context = isl.Context()
    context.set_max_operations(_MAX_OPERATIONS)
    try:
        base = isl.Set.read_from_str(context, question.text(pair, constraints))
        return _enumerate(base, pair, box, question, context)
    except isl.Error:
        return None


def _enumerate(base: isl.Set, pair: Pair, box: Box, question: _Question, context: isl.Context) -> Vectors:
    if base.is_empty():
        return frozenset()
    found: list[tuple[int, ...]] = []
    choices = [[sign for mask, sign in _SIGNS.items() if allowed & mask] for allowed in box.directions]
    for vector in product(*choices):
        if not any(vector):
            continue
        order = [question.order(r, sign) for r, sign in zip(pair.common, vector, strict=True) if r.variable.loop]
        restricted = base.intersect(isl.Set.read_from_str(context, question.text(pair, order)))
        if not restricted.is_empty():
            found.append(vector)
    return frozenset(found)


class _Question:
    """Names for isl: variables x_k and y_k of the two accesses, parameters p_k for everything that stays the same."""

    def __init__(self, setting: Setting) -> None:
        self._names = setting.names
        self._prover = setting.prover
        self._parameters: dict[Expr, str] = {}
        self._variables: dict[Variable, str] = {}

    def pair(self, pair: Pair) -> list[str]:
        """Everything known: ranges, equal subscripts, facts."""
        for side, place in enumerate((pair.first, pair.second)):
            for r in place.ranges[side]:
                if r.variable.loop:
                    self._variables[r.variable] = f"{'xy'[side]}{len(self._variables)}"
        out = [text for side, place in enumerate((pair.first, pair.second)) for text in self._bounds(place, side)]
        for a, b in zip(pair.first.dimensions, pair.second.dimensions, strict=False):
            if a.expr is None or b.expr is None or not comparable(a, b):
                continue
            left, right = self._subscript(a.expr, 0), self._subscript(b.expr, 1)
            if left is not None and right is not None:
                out.append(f"{left} = {right}")
        out += [f"{self._form(f)} >= 0" for f in self._prover.facts]
        natural = self._prover.nonnegative
        out += [f"{name} >= 0" for e, name in self._parameters.items() if isinstance(e, Length) or e in natural]
        return out

    def text(self, pair: Pair, constraints: list[str]) -> str:
        """A set in isl's notation."""
        parameters, variables = ", ".join(self._parameters.values()), ", ".join(self._variables.values())
        return f"[{parameters}] -> {{ [{variables}] : {' and '.join(constraints) or 'true'} }}"

    def order(self, r: Range, sign: int) -> str:
        """That the second access' iteration of a common loop is later (1), the same (0) or earlier (-1)."""
        first, second = self._variables[Variable(0, r.variable.loop)], self._variables[Variable(1, r.variable.loop)]
        if sign and not r.step:
            return f"{first} != {second}"
        return f"{second} {_RELATION[sign if r.step > 0 else -sign]} {first}"

    def _bounds(self, place: Place, side: int) -> list[str]:
        out: list[str] = []
        for r in place.ranges[side]:
            name = self._variables.get(r.variable)
            if name is None:
                continue
            if r.low is not None:
                out.append(f"{self._form(r.low)} <= {name}")
            if r.high is not None:
                out.append(f"{name} <= {self._form(r.high)}")
            start = r.low if r.step > 0 else r.high
            if abs(r.step) > 1 and start is not None:
                out.append(f"({name} - ({self._form(start)})) mod {abs(r.step)} = 0")
        return out

    def _form(self, form: Form) -> str:
        parts = [str(c) if term == ONE else f"{c}*{self._term(term)}" for term, c in form.items()]
        return f"({' + '.join(parts) or '0'})"

    def _term(self, term: Expr | Variable) -> str:
        return self._variables[term] if isinstance(term, Variable) else self._parameter(term)

    def _parameter(self, e: Expr) -> str:
        match e:
            case Apply("//" | "%" as op, (a, Const(int(c)))) if c > 0 and (inner := self._subscript(a, 0)) is not None:
                return _divided(op, inner, c)
            case _:
                return self._parameters.setdefault(e, f"p{len(self._parameters)}")

    def _subscript(self, e: Expr, side: int) -> str | None:
        """`e` with floor divisions and remainders kept, None where something in it is neither linear nor invariant."""
        match e:
            case Const(int(value)):
                return str(int(value))
            case Name(id) if Variable(side, id) in self._variables:
                return None if id in self._names.assigned else self._variables[Variable(side, id)]
            case Name(id) if id in self._names.facts.known:
                return self._subscript(self._names.facts.known[id], side)
            case Apply("+" | "-" as op, (a, b)):
                return self._joined(a, op, b, side)
            case Apply("neg", (a,)):
                inner = self._subscript(a, side)
                return None if inner is None else f"(-{inner})"
            case Apply("*", (a, b)):
                return self._product(a, b, side)
            case Apply("//" | "%" as op, (a, Const(int(c)))) if c > 0:
                inner = self._subscript(a, side)
                return None if inner is None else _divided(op, inner, c)
            case _:
                return self._parameter(e) if self._names.is_invariant(e) else None

    def _joined(self, a: Expr, op: str, b: Expr, side: int) -> str | None:
        left, right = self._subscript(a, side), self._subscript(b, side)
        return None if left is None or right is None else f"({left} {op} {right})"

    def _product(self, a: Expr, b: Expr, side: int) -> str | None:
        for factor, other in ((a, b), (b, a)):
            form = affine(factor, self._names.facts.known)
            number = None if form is None else form.as_int()
            if number is not None:
                inner = self._subscript(other, side)
                return None if inner is None else f"({number}*{inner})"
        whole = Apply("*", (a, b))
        return self._parameter(whole) if self._names.is_invariant(whole) else None


def _divided(op: str, a: str, c: int) -> str:
    quotient = f"floor(({a})/{c})"
    return quotient if op == "//" else f"({a} - {c}*{quotient})"
