"""Print calls of functions, methods and conversions on whole arrays.

Comes in: an `Apply` of a function that `functions` knows. Goes out: the NumPy function's call; where Python's differs in what it
computes with (`math.exp` in doubles, `int()` to integers), that is said in the text. Not handled: operators (`speller`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.emit.code import Code, NoSpelling, aligned
from autovec.emit.functions import CASTS, DOUBLE, EXACT, MATH, ROUNDS_TO_INT, UFUNCS, UNEVEN
from autovec.expression import ATOM, Apply, Const, Expr, free_axes
from autovec.facts.kinds import FLOATS

if TYPE_CHECKING:
    from autovec.emit.speller import Speller


def spell_call(s: Speller, e: Apply, want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
    """The text of a call."""
    fn, args = e.fn, e.args
    home, _, name = fn.rpartition(".")
    if home == "math" and name in MATH:
        return _math(s, name, args, want, axes)
    if home == "np" and name in UFUNCS:
        if name in UNEVEN:
            s.needed.roundings.append("approximates")
        return Code(f"{s.np(name)}({_operands(s, args, want, axes)})", axes)
    if fn in CASTS and len(args) == 1:
        return _cast(s, fn, args[0], want, axes)
    match fn:
        case "abs":
            return Code(f"{s.np('abs')}({_operands(s, args, want, axes)})", axes)
        case "bool":
            return Code(f"{s.spell(args[0], want).at(8)} != 0", axes, 7)
        case "pow" if len(args) == 2:
            return s.apply(Apply("**", args), want)
        case "round" if len(args) == 1:
            inner = f"{s.np('rint')}({_operands(s, args, want, axes)})"
            return Code(f"{inner}.astype({s.np('int64')})", axes)
        case "round" if len(args) == 2 and not free_axes(args[1]):
            return _rounded(s, args[0], args[1], want, axes)
        case ".real" | ".imag":
            return Code(f"{s.spell(args[0], want).at(ATOM)}{fn}", axes)
        case ".conjugate()":
            return Code(f"{s.np('conj')}({_operands(s, args, want, axes)})", axes)
        case ".copy()":
            return Code(f"{s.spell(args[0], want).at(ATOM)}.copy()", axes)
        case "complex" if len(args) == 2:
            return s.apply(Apply("+", (args[0], Apply("*", (Const(1j), args[1])))), want)
        case _:
            raise NoSpelling("AV013", f"`{fn}` is not known for whole arrays")


def _rounded(s: Speller, number: Expr, digits: Expr, want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
    """`round(x, n)` of NumPy's floats rounds as np.round does; Python's own are rounded by their decimals."""
    kinds = s.kinds_in_loop(number)
    if not kinds or not kinds <= FLOATS:
        raise NoSpelling("AV013", "what `round` makes of the values hangs on their type", "annotate the array's dtype")
    return Code(f"{s.np('round')}({aligned(s.spell(number, want), axes)}, {s.scalar(digits).text})", axes)


def _math(s: Speller, name: str, args: tuple[Expr, ...], want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
    if name == "log" and len(args) == 2:
        return s.apply(Apply("/", (Apply("math.log", args[:1]), Apply("math.log", args[1:]))), want)
    inside = _operands(s, args, want, axes)
    kinds = frozenset[str]().union(*(s.kinds_in_loop(a) for a in args))
    if name not in EXACT:
        s.needed.roundings.append("approximates")
    wide = bool(kinds) and kinds <= DOUBLE
    dtype = "" if wide or name in ("isnan", "isinf", "isfinite") else f", dtype={s.np('float64')}"
    text = f"{s.np(MATH[name])}({inside}{dtype})"
    return Code(f"{text}.astype({s.np('int64')})" if name in ROUNDS_TO_INT else text, axes)


def _cast(s: Speller, fn: str, arg: Expr, want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
    code = s.spell(arg, want)
    kinds = s.kinds_in_loop(arg)
    same = {"int": {"int", "int64"}, "float": {"float", "float64"}, "complex": {"complex", "complex128"}}[fn]
    if kinds and kinds <= same:
        return code
    if fn == "complex" or not kinds & {"complex", "complex128", "complex64"}:
        return Code(f"{code.at(ATOM)}.astype({s.np(CASTS[fn])})", axes)
    raise NoSpelling("AV010", f"{fn}() of complex numbers")


def _operands(s: Speller, args: tuple[Expr, ...], want: tuple[str, ...], axes: tuple[str, ...]) -> str:
    return ", ".join(aligned(s.spell(a, want), axes) for a in args)
