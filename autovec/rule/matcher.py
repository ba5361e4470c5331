"""Comparing a pattern with an expression.

Comes in: a `Pattern` and the expression of a tensor statement. Goes out: every way to read the expression as the pattern, each as
bindings of the metavariables and the dimensions of the value.
A metavariable stands for a whole expression over exactly its own axes; one without axes for an axis-free expression. Operands of
`+ * and or == !=` come in any order; where the rule may reassociate, a product is a multiset of factors.
Not handled: minimum and maximum in another order (Python's keep the first operand where one is NaN, so the order counts).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations, product

from autovec.expression import MIRRORED, Apply, Axis, Const, Expr, Name, Read, Reduce, free_axes
from autovec.record import dataclass
from autovec.rule.forms import factors, merged, multiplied, natural_axes, renamed
from autovec.rule.model import Bound
from autovec.rule.pattern import Pattern

COMMUTATIVE = frozenset({"+", "*", "and", "or", "==", "!=", "&", "|", "^"})
MOST_AXES = 5
MOST_FACTORS = 6

Bindings = Mapping[str, Bound]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read an expression as a pattern; `reduced` are the axes that the pattern's only reduction folds."""

    bindings: Bindings
    axes: tuple[str, ...]
    reduced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _State:
    """What is decided so far: each pattern axis' subject axes, and the metavariables."""

    pattern: Pattern
    regroup: bool
    axes: Mapping[str, tuple[str, ...]]
    bindings: Bindings

    def with_axes(self, more: Mapping[str, tuple[str, ...]]) -> _State:
        return _State(self.pattern, self.regroup, {**self.axes, **more}, self.bindings)

    def bind(self, name: str, bound: Bound) -> Iterator[_State]:
        """The state in which `name` stands for `bound`, where it does not stand for something else already."""
        old = self.bindings.get(name)
        if old is None:
            yield _State(self.pattern, self.regroup, self.axes, {**self.bindings, name: bound})
        elif _same_number(old.expr, bound.expr):
            kept = bound if isinstance(bound.expr, Const) and isinstance(bound.expr.value, float) else old
            yield _State(self.pattern, self.regroup, self.axes, {**self.bindings, name: kept})
        elif len(old.axes) == len(bound.axes) and renamed(old.expr, dict(zip(old.axes, bound.axes, strict=True))) == bound.expr:
            yield self


def readings(pattern: Pattern, subject: Expr, regroup: bool) -> Iterator[Reading]:
    """Every way to read `subject` as `pattern`; `regroup` allows products in any grouping."""
    subject = merged(subject)
    if is_elementwise(pattern):
        yield from _elementwise(pattern, subject, regroup)
        return
    kept = sorted(free_axes(subject))
    if len(kept) != len(pattern.axes) or len(kept) > MOST_AXES:
        return
    for order in permutations(kept):
        start = _State(pattern, regroup, {p: (s,) for p, s in zip(pattern.axes, order, strict=True)}, {})
        for end in _match(pattern.expr, subject, start):
            yield Reading(end.bindings, order)


def is_elementwise(pattern: Pattern) -> bool:
    """Whether the pattern is one operation on elements, which arrays of any rank share."""
    return isinstance(pattern.expr, Apply) and len(pattern.axes) == 1


def _elementwise(pattern: Pattern, subject: Expr, regroup: bool) -> Iterator[Reading]:
    """All axes at once; an operand varies over all of them or over none."""
    layout = natural_axes(subject, free_axes(subject))
    if layout:
        for end in _match(pattern.expr, subject, _State(pattern, regroup, {pattern.axes[0]: layout}, {})):
            yield Reading(end.bindings, layout)


def readings_along(pattern: Pattern, subject: Expr, regroup: bool) -> Iterator[Reading]:
    """The same for a reduction over one axis, read over any number of reduced and kept axes."""
    subject = merged(subject)
    match pattern.expr, subject:
        case Reduce(op, (axis,)), Reduce(_, reduced) if same_fold(pattern.expr, subject) and not pattern.axes:
            if op in ("argmin", "argmax") and len(reduced) > 1:
                return  # a position along several axes is not one number
            kept = free_axes(subject)
            layout = natural_axes(subject, kept | set(reduced))
            if len(layout) != len(kept) + len(reduced):
                return
            state = _State(pattern, regroup, {axis: layout}, {})
            for end in _match_fold(pattern.expr, subject, state):
                yield Reading(end.bindings, tuple(a for a in layout if a in kept), reduced)
        case _:
            return


def _match(p: Expr, e: Expr, s: _State) -> Iterator[_State]:
    match p:
        case Read(array, at) if array in s.pattern.tensors:
            yield from _tensor(array, tuple(x.id for x in at if isinstance(x, Axis)), e, s)
        case Name(id) if id in s.pattern.scalars:
            if not free_axes(e):
                yield from s.bind(id, Bound(e, ()))
        case Axis(id):
            if isinstance(e, Axis) and s.axes.get(id) == (e.id,):
                yield s
        case Apply("*", _) if s.regroup:
            yield from _factors(factors(p), factors(e), s)
        case Apply():
            if isinstance(e, Apply):
                yield from _apply(p, e, s)
        case Reduce():
            yield from _reduce(p, merged(e), s)
        case _:
            if p == e:
                yield s


def _tensor(name: str, axes: tuple[str, ...], e: Expr, s: _State) -> Iterator[_State]:
    layout = tuple(a for p in axes for a in s.axes.get(p, ()))
    if is_elementwise(s.pattern) and not free_axes(e):
        yield from s.bind(name, Bound(e, ()))
    elif layout and free_axes(e) == frozenset(layout):
        yield from s.bind(name, Bound(e, layout))


def _apply(p: Apply, e: Apply, s: _State) -> Iterator[_State]:
    if len(p.args) != len(e.args):
        return
    if p.fn == e.fn:
        yield from _args(p.args, e.args, s, lax=p.fn in MIRRORED)
        if p.fn in COMMUTATIVE:
            yield from _args(p.args, e.args[::-1], s)
    elif MIRRORED.get(p.fn) == e.fn:
        yield from _args(p.args, e.args[::-1], s, lax=True)


def _args(p: tuple[Expr, ...], e: tuple[Expr, ...], s: _State, lax: bool = False) -> Iterator[_State]:
    """Operand by operand; a comparison with 0 is also one with 0.0 (`lax`)."""
    states = [s]
    for a, b in zip(p, e, strict=True):
        if not (lax and _same_number(a, b)):
            states = [t for s in states for t in _match(a, b, s)]
    yield from states


def _same_number(a: Expr, b: Expr) -> bool:
    if not (isinstance(a, Const) and isinstance(b, Const)) or isinstance(a.value, bool) or isinstance(b.value, bool):
        return False
    return isinstance(b.value, int | float) and a.value == b.value


def _factors(p: tuple[Expr, ...], e: tuple[Expr, ...], s: _State) -> Iterator[_State]:
    """Every way to deal the factors `e` out to the factors `p`, none of which stays empty."""
    if not len(p) <= len(e) <= MOST_FACTORS:
        return
    for deal in product(range(len(p)), repeat=len(e)):
        groups = tuple(tuple(x for x, to in zip(e, deal, strict=True) if to == i) for i in range(len(p)))
        if all(groups):
            yield from _args(p, tuple(multiplied(g) for g in groups), s)


def _reduce(p: Reduce, e: Expr, s: _State) -> Iterator[_State]:
    if not isinstance(e, Reduce) or len(e.axes) != len(p.axes):
        return
    for order in permutations(e.axes):
        yield from _match_fold(p, e, s.with_axes({a: (b,) for a, b in zip(p.axes, order, strict=True)}))


def same_fold(p: Expr, e: Expr) -> bool:
    """Whether both fold by one operator, from no start; on truth values `or` is `|`, and a need asks for those."""
    match p, e:
        case Reduce(op), Reduce(other, start=None):
            return op == other or (op, other) in (("|", "or"), ("&", "and"))
        case _:
            return False


def _match_fold(p: Reduce, e: Reduce, s: _State) -> Iterator[_State]:
    """The mask and the body, the axes being decided."""
    if not same_fold(p, e) or (p.where is None) != (e.where is None):
        return
    bodies = _match(p.body, e.body, s)
    if p.where is None or e.where is None:
        yield from bodies
        return
    for t in bodies:
        yield from _match(p.where, e.where, t)
