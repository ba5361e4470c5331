"""What is known of a number in a kernel: the kinds that Python gives it, how large it may be, and the type that Numba gives it.

Comes in: the kinds of operands. Goes out: a `Number`, or why Numba's result would not be Python's (`Mismatch`). Numba has one
type for each variable: where Python has an integer on one path and a float on another, it has a float on both, which is the
same number as long as the integer is small. float32 and narrow integers keep their kind in NumPy and are widened by Numba: an
operation on them says which operands and results have to be converted (`Cast`). Not handled: float16, complex64.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import replace
from enum import IntEnum
from itertools import product

from autovec.facts import kinds as kind
from autovec.kernel.extent import BIT, EXACT, INT64, UNKNOWN, WRAPPED, Range, point
from autovec.record import dataclass


class Mismatch(Exception):
    """Ends the reading of a loop: Numba would not do what Python does. Never leaves the package."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Overflow(Mismatch):
    """Ends it because an integer may not fit in 64 bits."""


class Type(IntEnum):
    """Numba's types; of two that meet, the larger wins."""

    BOOL = 1
    INT = 2
    FLOAT = 3
    COMPLEX = 4


TYPES = {
    "bool": Type.BOOL, "bool_": Type.BOOL, "int": Type.INT, "int64": Type.INT, "float": Type.FLOAT, "float64": Type.FLOAT,
    "complex": Type.COMPLEX, "complex128": Type.COMPLEX, "uint8": Type.INT, "int8": Type.INT, "uint16": Type.INT,
    "int16": Type.INT, "uint32": Type.INT, "int32": Type.INT, "uint64": Type.INT, "float32": Type.FLOAT,
}  # fmt: skip
LIMITS = {
    "uint8": Range(0, 255), "int8": Range(-128, 127), "uint16": Range(0, 65535), "int16": Range(-32768, 32767),
    "uint32": Range(0, (1 << 32) - 1), "int32": Range(-(1 << 31), (1 << 31) - 1), "uint64": Range(0, (1 << 64) - 1),
}  # fmt: skip
NARROW = frozenset((*LIMITS, "float32"))
ARRAY_KINDS = frozenset(("bool_", "int64", "float64", "complex128", *NARROW))
_SINGLE_EXACT = 1 << 24  # a float32 holds every integer below
_NO_RANGE = point(0)


@dataclass(frozen=True)
class Number:
    """The kinds that a value may have in Python, each with its range (integers only).

    `wrapped`: an int64 that may have passed 64 bits. NumPy's wraps round; the bits of Numba's do, too, but LLVM is told that no
    sum passes them, so that `x + 1 > x` is true there. Such a number may be stored and added to, and nothing may depend on it.
    `clamped`: an integer made of a float and kept within 64 bits. It may be a subscript or go into an array, where a larger one
    would be an error, and be compared with small integers.
    """

    ranges: Mapping[str, Range]
    single: bool = False  # a literal that a float32 holds
    wrapped: bool = False
    clamped: bool = False

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds alone."""
        return frozenset(self.ranges)

    @property
    def type(self) -> Type:
        """Numba's type."""
        return max(TYPES[k] for k in self.ranges)

    @property
    def range(self) -> Range:
        """The range over all kinds that are integers."""
        found = _NO_RANGE
        for k, r in self.ranges.items():
            if TYPES[k] <= Type.INT:
                found = found.join(r)
        return found

    @property
    def rounded(self) -> bool:
        """Whether Numba has a float for an integer of Python's that a float may not hold: it is the nearest one, no more."""
        return self.type >= Type.FLOAT and any(TYPES[k] is Type.INT and not r.within(EXACT) for k, r in self.ranges.items())

    def joined(self, other: Number) -> Number:
        """Either of two."""
        if self == other:
            return self
        ranges = dict(self.ranges)
        for k, r in other.ranges.items():
            ranges[k] = ranges[k].join(r) if k in ranges else r
        either = Number(ranges, self.single and other.single, self.wrapped or other.wrapped, self.clamped or other.clamped)
        return _checked(either)

    def settled(self) -> Number:
        """The number, of which something depends."""
        if self.wrapped:
            raise Mismatch("an integer of an array may pass 64 bits, and Numba takes it that none does")
        if self.clamped and not self.range.within(CLAMP):
            raise Mismatch("the integer part of a float may not fit in 64 bits")
        return self


@dataclass(frozen=True, slots=True)
class Cast:
    """The kinds that the operands and the result of an operation have to be converted to, "" for none."""

    left: str = ""
    right: str = ""
    result: str = ""


_NO_CAST = Cast()
_BIT_BY_BIT = ("+", "-", "*", "<<", "&", "|", "^")  # whose results have the bits that NumPy's have


def number(*kinds: str, within: Range = WRAPPED) -> Number:
    """A number of these kinds."""
    unknown = [k for k in kinds if k not in TYPES]
    if unknown or not kinds:
        raise Mismatch(f"values of type {', '.join(sorted(unknown)) or 'unknown'} are computed otherwise by Numba")
    return Number({k: LIMITS.get(k) or (BIT if TYPES[k] is Type.BOOL else within if TYPES[k] is Type.INT else _NO_RANGE)
                   for k in kinds})  # fmt: skip


def constant(value: complex) -> Number:
    """A literal."""
    single = isinstance(value, float) and (math.isinf(value) or struct.unpack("f", struct.pack("f", value))[0] == value)
    return Number({type(value).__name__: point(int(value)) if isinstance(value, int) else _NO_RANGE}, single)


CLAMP = 1 << 62  # what a clamped integer may be compared with
FLOAT = number("float")
CLAMPED = replace(number("int"), clamped=True)
BOOL = number("bool")


def _checked(n: Number) -> Number:
    """The number, unless Numba's one type for it would change its value."""
    if ("uint64" in n.ranges and len(n.ranges) > 1) or (n.type >= Type.FLOAT and n.kinds & LIMITS.keys()):
        raise Mismatch(f"a value is {_words(n)}, which Numba has no type for")
    if n.type >= Type.FLOAT:
        if n.rounded and (n.type is Type.COMPLEX or not n.ranges.get("int64", _NO_RANGE).within(EXACT)):
            raise Mismatch("a value is an integer or a float, and the integer may be too large for a float")
        if any(TYPES[k] is Type.BOOL for k in n.ranges):
            raise Mismatch("a value is a bool or a float")
    return n


def computed(op: str, a: Number, b: Number) -> tuple[Number, Cast]:
    """An operation on two numbers, and the conversions with which Numba does what NumPy does."""
    found, cast = _narrow(op, a, b) if (a.kinds | b.kinds) & NARROW else (_wide(op, a, b), _NO_CAST)
    if op not in _BIT_BY_BIT or found.type is not Type.INT:
        a.settled()
        b.settled()
    if a.clamped or b.clamped:
        replace(a, wrapped=False).settled()
        replace(b, wrapped=False).settled()
    return replace(found, wrapped=found.wrapped or a.wrapped or b.wrapped), cast


def _narrow(op: str, a: Number, b: Number) -> tuple[Number, Cast]:
    """An operation in which a float32 or a narrow integer takes part."""
    found = {kind.result(op, (p, q)) for p, q in product(a.ranges, b.ranges)} - {None}
    only = next(iter(found), None)
    if len(found) != 1 or only not in TYPES:
        raise Mismatch(f"`{op}` of {_words(a)} and {_words(b)} gives {' or '.join(sorted(map(str, found)))}")
    shifts = op in ("<<", ">>")
    if op == "**" or (only == "float32" and op in ("//", "%")) or (shifts and (only == "uint64" or not _is_width(b.range))):
        raise Mismatch(f"`{op}` of {_words(a)} and {_words(b)} is computed otherwise by Numba")
    if only == "float32":
        return number(only), Cast("" if _is_only(a, only) else only, "" if _is_only(b, only) else only)
    if only in LIMITS:
        exact = LIMITS[only] if op == "<<" else _exact(op, a.range, b.range)
        value = Number({only: exact if _holds(only, exact) else LIMITS[only]})
        sides = [only if only == "uint64" and not _is_only(n, only) else "" for n in (a, b)]
        return value, Cast(sides[0], sides[1], "" if only == "uint64" else only)
    if "uint64" in a.kinds | b.kinds or TYPES[only] is not _numba_type(op, a.type, b.type):
        raise Mismatch(f"`{op}` of {_words(a)} and {_words(b)} gives another type in Numba")
    if TYPES[only] is not Type.INT:
        return number(only), _NO_CAST
    exact = _exact(op, a.range, b.range)
    fits = exact.within(INT64)
    return Number({only: exact if fits else WRAPPED}, wrapped=not fits), _NO_CAST


def _is_width(r: Range) -> bool:
    """Whether every one of these integers shifts 64 bits as NumPy does."""
    return r.low >= 0 and r.high < 64 and not r.growth


def _is_only(n: Number, k: str) -> bool:
    return list(n.ranges) == [k]


def _holds(k: str, r: Range) -> bool:
    return not r.growth and LIMITS[k].low <= r.low and r.high <= LIMITS[k].high


def _wide(op: str, a: Number, b: Number) -> Number:
    ranges: dict[str, Range] = {}
    seen = _numba_type(op, a.type, b.type)
    for p, q in product(sorted(a.ranges), sorted(b.ranges)):
        found = kind.result(op, (p, q))
        if found is None:
            continue
        if found not in TYPES or TYPES[found] > seen:
            raise Mismatch(f"`{op}` of {p} and {q} gives another type in Numba")
        if TYPES[found] < seen and not (TYPES[found] is Type.INT and seen is Type.FLOAT and (op != "**" or b.range.low >= 0)):
            raise Mismatch(f"`{op}` of {p} and {q} gives another type in Numba")
        rounded = found == "int" and seen is Type.FLOAT
        new = _nearest(op, a.ranges[p], b.ranges[q]) if rounded else _range(op, found, a.ranges[p], b.ranges[q])
        ranges[found] = ranges[found].join(new) if found in ranges else new
    if not ranges:
        raise Mismatch(f"`{op}` is not defined for {_words(a)} and {_words(b)}")
    passes = "int64" in ranges and seen is Type.INT and op in ("+", "-", "*", "**", "<<", "//")
    return _checked(Number(ranges, wrapped=passes and not _exact(op, a.range, b.range).within(INT64)))


def _nearest(op: str, a: Range, b: Range) -> Range:
    """The range of a result that is an integer in Python and a float in Numba; sums, differences and products come close."""
    exact = _exact(op, a, b)
    if op not in ("+", "-", "*", "**") and not (a.within(EXACT) and b.within(EXACT)):
        raise Mismatch(f"`{op}` of an integer that may be too large for a float")
    return exact if exact.within(EXACT) and not exact.growth else UNKNOWN


def _numba_type(op: str, a: Type, b: Type) -> Type:
    most = max(a, b)
    if op == "/":
        return max(most, Type.FLOAT)
    if op in ("&", "|", "^"):
        return most
    return max(most, Type.INT)


def _range(op: str, found: str, a: Range, b: Range) -> Range:
    """The range of an operation whose result is of kind `found`, and the check that Numba's 64 bits hold it as Python does."""
    if TYPES[found] is Type.BOOL:
        return BIT
    if TYPES[found] is not Type.INT:
        return _NO_RANGE
    exact = _exact(op, a, b)
    if found == "int64":
        if op == "//" and b.low <= -1 <= b.high and not a.within(INT64 - 1):
            raise Mismatch("dividing the smallest integer by -1 gives another number in Numba")
        return exact if exact.within(INT64) else WRAPPED
    if not exact.within(INT64):
        raise Overflow(f"an integer (the result of `{op}`) may not fit in 64 bits", "Python's integers have no upper limit")
    return exact


def _exact(op: str, a: Range, b: Range) -> Range:
    match op:
        case "+":
            return a.plus(b)
        case "-":
            return a.minus(b)
        case "*":
            return a.times(b)
        case "//":
            return a.floored(b)
        case "%":
            return a.modulo(b)
        case "**":
            return _power(a, b)
        case "<<":
            return _shifted(a, b)
        case ">>" if b.low >= 0 and b.high < 64 and not b.growth:
            return a.join(point(0)).join(point(-1)) if a.low < 0 else a.join(point(0))
        case "&" | "|" | "^" if not (a.growth or b.growth):
            return _bits(op, a, b)
        case _:
            raise Mismatch(f"`{op}` of integers whose size is not known")


def _power(a: Range, b: Range) -> Range:
    if b.low < 0 or b.high > 63 or b.growth or a.growth:
        return UNKNOWN
    most = max(a.magnitude, 1) ** b.high
    return Range(-most if a.low < 0 else 0, most)


def _shifted(a: Range, b: Range) -> Range:
    if b.low < 0 or b.high > 62 or b.growth or a.growth:
        raise Mismatch("a shift whose width is not known")
    return a.times(Range(1 << b.low, 1 << b.high))


def _bits(op: str, a: Range, b: Range) -> Range:
    if op == "&" and (a.low >= 0 or b.low >= 0):
        return Range(0, min(r.high for r in (a, b) if r.low >= 0))
    most = (1 << max(a.magnitude, b.magnitude).bit_length()) - 1
    return Range(0 if a.low >= 0 and b.low >= 0 else -most - 1, most)


def compared(op: str, a: Number, b: Number) -> tuple[Number, Cast]:
    """A comparison of two numbers."""
    if Type.COMPLEX in (a.type, b.type) and op not in ("==", "!="):
        raise Mismatch("complex numbers have no order")
    if max(a.type, b.type) is Type.FLOAT:
        for n in (a, b):
            if "int" in n.ranges and not n.ranges["int"].within(EXACT):
                raise Mismatch("an integer that a float may not hold is compared with a float")
    beside_small = a.clamped != b.clamped and (b if a.clamped else a).range.within(CLAMP)
    for n in (a, b):
        replace(n, clamped=n.clamped and not beside_small).settled()
    kinds = {kind.result(op, (p, q)) for p, q in product(a.ranges, b.ranges)} - {None}
    return number(*sorted(k for k in kinds if k is not None)), _compared_as(a, b)


def chosen(which: str, a: Number, b: Number) -> Number:
    """The smaller ("min") or the larger ("max") of two."""
    found = a.joined(b)
    if list(found.ranges) != ["int"] or a.range.growth or b.range.growth:
        return found
    pick = min if which == "min" else max
    within = Range(pick(a.range.low, b.range.low), pick(a.range.high, b.range.high))
    return replace(found, ranges={"int": within})


def _compared_as(a: Number, b: Number) -> Cast:
    """NumPy compares a float32 with a Python number as two float32, Numba as two float64."""
    loose = [bool(n.kinds & {"float", "int"}) and not _is_single(n) for n in (a, b)]
    if "float32" not in a.kinds | b.kinds or not any(loose):
        return _NO_CAST
    if (loose[0] and not _is_only(b, "float32")) or (loose[1] and not _is_only(a, "float32")):
        raise Mismatch(f"{_words(a)} and {_words(b)} are compared otherwise by Numba")
    return Cast("float32" if loose[0] else "", "float32" if loose[1] else "")


def _is_single(n: Number) -> bool:
    """Whether every Python number that it may be is a float32, too."""
    return n.single or (n.kinds <= {"int", "float32"} and n.range.within(_SINGLE_EXACT))


def negative(a: Number) -> Number:
    """-a."""
    if a.kinds & LIMITS.keys():
        raise Mismatch("`-` of narrow integers is computed otherwise by Numba")
    ranges: dict[str, Range] = {}
    for k, r in a.ranges.items():
        found = kind.result("neg", (k,))
        if found is None or found not in TYPES or TYPES[found] is not max(TYPES[k], Type.INT):
            raise Mismatch(f"`-` of {k} is computed otherwise by Numba")
        new = r.negated()
        if found == "int" and not new.within(INT64) and a.type is not Type.FLOAT:
            raise Mismatch("an integer may not fit in 64 bits")
        ranges[found] = new if found != "int64" or new.within(INT64) else WRAPPED
    return _checked(Number(ranges, wrapped=a.wrapped or not a.ranges.get("int64", _NO_RANGE).negated().within(INT64)))


def inverted(a: Number) -> Number:
    """~a."""
    if a.type is not Type.INT or a.kinds & {"bool", "bool_", *LIMITS}:
        raise Mismatch("`~` of something else than integers")
    return Number({k: Range(-r.high - 1, -r.low - 1, r.growth) for k, r in a.ranges.items()}, wrapped=a.wrapped)


def magnitude(a: Number) -> Number:
    """abs(a)."""
    a.settled()
    ranges: dict[str, Range] = {}
    for k, r in a.ranges.items():
        found = kind.result("abs", (k,))
        if found is None or TYPES[k] is Type.BOOL or k in LIMITS:
            raise Mismatch(f"`abs` of {k} is computed otherwise by Numba")
        most = Range(0, r.magnitude, r.growth)
        if found == "int64" and not most.within(INT64):
            raise Mismatch("the smallest integer has no magnitude")
        ranges[found] = most
        if found == "int" and not most.within(INT64) and a.type is not Type.FLOAT:
            raise Mismatch("an integer may not fit in 64 bits")
    return _checked(Number(ranges))


def _words(n: Number) -> str:
    return " or ".join(sorted(n.ranges))
