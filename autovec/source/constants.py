"""The value of arithmetic on number literals, for module-level constants.

Comes in: an expression and what its names mean. Goes out: the Python number that it is, or None. Nothing of the user's is
run: only signs and + - * / // % ** on numbers, with powers kept small, and the constants of math, cmath and numpy.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from autovec.expression import Const

Number = int | float | complex

_VALUES = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan}
_SHARED = {f"{module}.{name}": value for module in ("math", "cmath", "numpy") for name, value in _VALUES.items()}
_NAMED = {**_SHARED, "math.tau": math.tau, "cmath.tau": math.tau}
_LARGEST = 1 << 256  # what a loop over numbers needs is smaller, and a larger power could take for ever


def named(canonical: str | None) -> Const | None:
    """The number that `from math import pi` imports."""
    value = _NAMED.get(canonical or "")
    return None if value is None else Const(value)


def fold(expression: ast.expr, meaning: Callable[[ast.expr], Number | str | None]) -> Number | None:
    """The number; `meaning` gives a name's canonical name, or its number, or None."""
    match expression:
        case ast.Constant(value=bool() | int() | float() | complex() as value):
            return value
        case ast.Name() | ast.Attribute():
            known = meaning(expression)
            return _NAMED.get(known) if isinstance(known, str) else known
        case ast.UnaryOp(op=op, operand=operand):
            return _signed(op, fold(operand, meaning))
        case ast.BinOp(left=left, op=op, right=right):
            return _safely(op, fold(left, meaning), fold(right, meaning))
        case _:
            return None


def _signed(op: ast.unaryop, value: Number | None) -> Number | None:
    match op:
        case ast.USub() if value is not None:
            return -value
        case ast.UAdd() if value is not None:
            return +value
        case _:
            return None


def _safely(op: ast.operator, a: Number | None, b: Number | None) -> Number | None:
    if a is None or b is None or any(isinstance(x, int) and abs(x) > _LARGEST for x in (a, b)):
        return None
    if isinstance(op, ast.Pow) and isinstance(b, int) and abs(b) > 256:
        return None
    try:
        return _arithmetic(op, a, b)
    except (ArithmeticError, TypeError, ValueError):
        return None


def _arithmetic(op: ast.operator, a: Number, b: Number) -> Number | None:
    match op:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
        case ast.Pow():
            power: Number = a**b
            return power
        case _:
            return _whole(op, a, b)


def _whole(op: ast.operator, a: Number, b: Number) -> Number | None:
    if isinstance(a, complex) or isinstance(b, complex):
        return None
    match op:
        case ast.FloorDiv():
            return a // b
        case ast.Mod():
            return a % b
        case _:
            return None
