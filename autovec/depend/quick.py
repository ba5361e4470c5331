"""Cheap dependence tests: may two accesses touch the same element, and in which iterations?

Comes in: two places of one array and the loops around both. Goes out: `None` (independent), or a `Box`: for each common loop the
directions that remain possible, the exact distance where it is one number, and whether an exact test could say more.
The tests are the textbook's: constants that differ, GCD, equal coefficients (strong SIV), and Banerjee's bounds with symbols, for
whole ranges and for each direction of each loop. Each only rules directions out, so leaving one out is always safe.
"""

from __future__ import annotations

from math import gcd

from autovec.depend.linear import (
    Form,
    Prover,
    Range,
    Variable,
    as_int,
    extreme,
    plus,
    replaced,
    scaled,
    shifted,
    symbols,
    variables,
)
from autovec.depend.subscripts import Dimension, Place, Sign
from autovec.expression import ONE
from autovec.record import dataclass

BEFORE, EQUAL, AFTER = 1, 2, 4  # the second access' iteration against the first's: later, the same, earlier
ANY = BEFORE | EQUAL | AFTER
_GAP = Variable(2, "gap")


@dataclass(frozen=True, slots=True)
class Box:
    """Directions (of execution) by common loop, outermost first; distances in iterations; `settled`: exact tests add nothing."""

    directions: tuple[int, ...]
    distances: tuple[int | None, ...]
    settled: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two places of one array; `common` are the loops around both, outermost first, with their ranges for the first."""

    first: Place
    second: Place
    common: tuple[Range, ...]
    prover: Prover

    def facts(self) -> tuple[Form, ...]:
        """What holds because both accesses happen."""
        return (*self.first.widths, *self.second.widths)


def test(pair: Pair) -> Box | None:
    """The directions that the cheap tests leave, None where the two never meet."""
    directions = [ANY] * len(pair.common)
    distances: list[int | None] = [None] * len(pair.common)
    settled = True
    for a, b in zip(pair.first.dimensions, pair.second.dimensions, strict=False):
        if not comparable(a, b):
            continue
        if a.forms is None or b.forms is None:
            settled = False
            continue
        gap = plus(b.forms[1], a.forms[0], -1)
        single = _single(gap, pair)
        verdict = _strong(gap, pair, single, distances) if single is not None else _weak(gap, pair)
        if verdict is None:
            return None
        settled = settled and verdict[1]
        directions = [x & y for x, y in zip(directions, verdict[0], strict=True)]
        if not all(directions):
            return None
    return Box(tuple(_executed(d, r.step) for d, r in zip(directions, pair.common, strict=True)), tuple(distances), settled)


def comparable(a: Dimension, b: Dimension) -> bool:
    """Whether equal elements mean equal subscripts: both 0 or more, both below, or one text that is never on both sides."""
    if a.expr is None or b.expr is None or a.through != b.through:
        return False
    if a.sign is b.sign and a.sign in (Sign.NATURAL, Sign.NEGATIVE):
        return True
    return a.sign is b.sign is Sign.UNKNOWN and a.expr == b.expr and a.forms is not None and a.forms == b.forms


def _executed(mask: int, step: int) -> int:
    """A mask of values as one of iterations."""
    if step > 0 or not mask & (BEFORE | AFTER):
        return mask
    if step == 0:
        return mask | BEFORE | AFTER
    return (mask & EQUAL) | (AFTER if mask & BEFORE else 0) | (BEFORE if mask & AFTER else 0)


_Verdict = tuple[list[int], bool]


def _single(gap: Form, pair: Pair) -> int | None:
    """The one common loop whose variable is in `gap` on both sides with opposite factors, as its position."""
    found = variables(gap)
    if len(found) != 2 or found[0].loop != found[1].loop or gap[found[0]] != -gap[found[1]]:
        return None
    return next((k for k, r in enumerate(pair.common) if r.variable.loop == found[0].loop), None)


def _strong(gap: Form, pair: Pair, position: int, distances: list[int | None]) -> _Verdict | None:
    """`c * (second - first) + rest = 0`: the distance is -rest / c."""
    r = pair.common[position]
    c = gap[Variable(1, r.variable.loop)]
    rest = symbols(gap)
    out = [ANY] * len(pair.common)
    number = as_int(rest)
    if number is None:
        out[position] = _direction(scaled(rest, -1 if c > 0 else 1), pair)
        return None if _apart(gap, pair) else (out, False)
    if number % c:
        return None
    distance = -number // c
    out[position] = EQUAL if distance == 0 else BEFORE if distance > 0 else AFTER
    if distance and _too_far(abs(distance), r, pair):
        return None
    steps = 0 if distance == 0 else distance // r.step if r.step and distance % r.step == 0 else None
    if steps is not None:
        if distances[position] not in (None, steps):
            return None
        distances[position] = steps
    elif r.step and _starts_once(r):
        return None
    return out, True


def _starts_once(r: Range) -> bool:
    """Whether the loop starts at the same value every time, so that all its values differ by multiples of the step."""
    start = r.low if r.step > 0 else r.high
    return start is not None and not variables(start)


def _too_far(distance: int, r: Range, pair: Pair) -> bool:
    if r.low is None or r.high is None:
        return False
    outer = _ranges_outside(r, pair)
    width = extreme(plus(r.high, r.low, -1), outer, 1)
    return width is not None and pair.prover.positive(shifted(scaled(width, -1), distance), pair.facts())


def _ranges_outside(r: Range, pair: Pair) -> tuple[Range, ...]:
    position = next(k for k, other in enumerate(pair.common) if other is r)
    return tuple(reversed(pair.common[:position]))


def _direction(distance: Form, pair: Pair) -> int:
    """The directions that a symbolic distance may have (its sign counts, not its value)."""
    facts, prove = pair.facts(), pair.prover
    mask = ANY
    if prove.at_least_zero(distance, facts):
        mask &= ~AFTER
    if prove.at_least_zero(scaled(distance, -1), facts):
        mask &= ~BEFORE
    if prove.positive(distance, facts) or prove.positive(scaled(distance, -1), facts):
        mask &= ~EQUAL
    return mask


def _weak(gap: Form, pair: Pair) -> _Verdict | None:
    """Anything else: constants, GCD, and bounds for each direction of each common loop."""
    found = variables(gap)
    rest = symbols(gap)
    number = as_int(rest)
    if found and number is not None and number % gcd(*(gap[v] for v in found)):
        return None
    if _apart(gap, pair):
        return None
    if not found:
        return [ANY] * len(pair.common), True
    out = [_possible(gap, pair, r) if any(v.loop == r.variable.loop for v in found) else ANY for r in pair.common]
    return out, False


def _possible(gap: Form, pair: Pair, r: Range) -> int:
    directions = ((BEFORE, 1), (EQUAL, 0), (AFTER, -1))
    return sum(mask for mask, sign in directions if not _apart(gap, pair, (r.variable, sign)))


def _apart(gap: Form, pair: Pair, assume: tuple[Variable, int] | None = None) -> bool:
    """Whether `gap` can never be 0, if so told only where the second's variable lies before, at or after the first's."""
    return any(_positive_everywhere(g, pair, assume) for g in (gap, scaled(gap, -1)))


def _positive_everywhere(gap: Form, pair: Pair, assume: tuple[Variable, int] | None) -> bool:
    inner = pair.second.ranges[1]
    least = _least(gap, inner) if assume is None else _least_assuming(gap, inner, assume)
    least = None if least is None else _least(least, pair.first.ranges[0])
    if least is None or least.get(_GAP, 0) < 0:
        return False
    least = replaced(least, _GAP, {ONE: 1})
    return not variables(least) and pair.prover.positive(least, pair.facts())


def _least(a: Form, ranges: tuple[Range, ...]) -> Form | None:
    """The least value of `a` with the variables of `ranges` eliminated; others stay."""
    for r in ranges:
        c = a.get(r.variable, 0)
        if not c:
            continue
        bound = r.low if c > 0 else r.high
        if bound is None:
            return None
        a = replaced(a, r.variable, bound)
    return a


def _least_assuming(gap: Form, ranges: tuple[Range, ...], assume: tuple[Variable, int]) -> Form | None:
    variable, sign = assume
    position = next(k for k, r in enumerate(ranges) if r.variable.loop == variable.loop)
    inner = _least(gap, ranges[:position])
    if inner is None:
        return None
    by: Form = {Variable(0, variable.loop): 1}
    if sign:
        by[_GAP] = sign
    return _least(replaced(inner, Variable(1, variable.loop), by), ranges[position + 1 :])
