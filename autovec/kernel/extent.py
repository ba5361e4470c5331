"""How large an integer may get: an interval whose ends may move with the loop.

Comes in: the ranges of operands. Goes out: the range of a result. A `Range` holds the integers from `low - growth * M` to
`high + growth * M`, where M is the largest magnitude that any integer which the loop carries on has had so far. A loop that
adds at most c to M in one iteration keeps it below what it was plus c for every iteration: that is how counters are bounded.
Not handled: conditions, which could narrow a range.
"""

from __future__ import annotations

from fractions import Fraction

from autovec.record import dataclass

SIZE = 1 << 31  # no dimension of an array is longer
ITERATIONS = 1 << 40  # no loop that comes to an end in Python has more
SMALL = 1 << 31  # what tests ask of integers, so that the product of two fits in 64 bits
INT64 = 1 << 63
EXACT = 1 << 53  # a float holds every integer below
ENDLESS = 1 << 200  # an end that nobody knows


@dataclass(frozen=True, slots=True)
class Range:
    """From `low - growth * M` to `high + growth * M`."""

    low: int
    high: int
    growth: Fraction = Fraction(0)

    @property
    def magnitude(self) -> int:
        """The largest absolute value, apart from growth."""
        return max(abs(self.low), abs(self.high))

    def within(self, limit: int) -> bool:
        """Whether every value is -limit or more, and below limit."""
        return bool(self.growth) or (-limit <= self.low and self.high < limit)

    def join(self, other: Range) -> Range:
        """What holds both."""
        return Range(min(self.low, other.low), max(self.high, other.high), max(self.growth, other.growth))

    def plus(self, other: Range) -> Range:
        """The sum."""
        return Range(self.low + other.low, self.high + other.high, self.growth + other.growth)

    def minus(self, other: Range) -> Range:
        """The difference."""
        return self.plus(other.negated())

    def negated(self) -> Range:
        """The negative."""
        return Range(-self.high, -self.low, self.growth)

    def times(self, other: Range) -> Range:
        """The product."""
        if self.growth and other.growth:
            return UNKNOWN
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        growth = self.growth * other.magnitude + other.growth * self.magnitude
        return Range(min(ends), max(ends), growth)

    def floored(self, divisor: Range) -> Range:
        """The quotient, rounded down; a zero divisor raises or gives zero."""
        if divisor.low > 0 and not divisor.growth:
            ends = [a // b for a in (self.low, self.high) for b in (divisor.low, divisor.high)]
            return Range(min(ends) - bool(self.growth), max(ends) + bool(self.growth), self.growth / divisor.low)
        most = self.magnitude + 1
        return Range(-most, most, self.growth)

    def modulo(self, divisor: Range) -> Range:
        """The remainder, which has the divisor's sign."""
        if divisor.growth:
            return Range(min(divisor.low, 0), max(divisor.high, 0), divisor.growth)
        return Range(min(divisor.low + 1, 0), max(divisor.high - 1, 0))


UNKNOWN = Range(-ENDLESS, ENDLESS)
WRAPPED = Range(-INT64, INT64 - 1)
BIT = Range(0, 1)


def point(value: int) -> Range:
    """One integer."""
    return Range(value, value)
