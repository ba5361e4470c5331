"""Scalar kinds: the two worlds of numbers and what each operation makes of them.

A kind is a Python type ("int", "float", "complex", "bool": exact integers, `ZeroDivisionError`) or a NumPy scalar type by name
("float64", "uint8", "bool_", ...: fixed width, NEP 50 promotion). What an operation gives is asked of Python and NumPy
themselves, on one sample of each kind (`samples`, `answers`), so that the table cannot disagree with them.
Not handled: values; a Python integer's size is nobody's kind.
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable, Iterable
from functools import cache
from itertools import product

from autovec.facts import answers

Kinds = frozenset[str]

PYTHON = frozenset(("int", "float", "complex", "bool"))
REAL_ARRAYS = frozenset(("bool_", "uint8", "int8", "int32", "int64", "float16", "float32", "float64"))
EVERY_ARRAY = REAL_ARRAYS | {"complex128"}
INTEGERS = frozenset(("uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"))
FLOATS = frozenset(("float16", "float32", "float64"))
PLACES = ("argmin", "argmax", "nanargmin", "nanargmax")  # folds that give the place of an extreme; the latter pass NaNs over
NUMBER = frozenset(("int", "float", "float64"))  # a scalar argument of which nothing is said

_OPERATOR_NAMES = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod",
    "**": "pow", "<<": "lshift", ">>": "rshift", "&": "and_", "|": "or_", "^": "xor",
    "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne",
    "neg": "neg", "pos": "pos", "~": "invert", "not": "not_", "@": "mul",
}  # fmt: skip
OPERATORS: dict[str, Callable[..., object]] = {sign: getattr(operator, name) for sign, name in _OPERATOR_NAMES.items()}
SELECTS = frozenset(("min", "max", "where", "and", "or"))
SAME = frozenset((".conjugate()", ".real", ".imag", ".T", ".copy()"))


def constant(name: str) -> Kinds:
    """The kind of `math.pi` or `np.inf`; empty where it is no number."""
    found = answers.constant(name)
    return frozenset() if found is None else frozenset((found,))


result = cache(answers.result)


def apply(fn: str, args: Iterable[Kinds], any_sign: bool = True) -> Kinds:
    """The kinds that `fn` may give on arguments of these kinds; without `any_sign` a power's exponent is a natural number."""
    operands = list(args)
    if fn in (".size", ".ndim"):
        return frozenset(("int",))
    if fn in PYTHON:
        return frozenset((fn,))  # of whatever: float("inf")
    if fn in SELECTS:
        return _selected(operands[1:] if fn == "where" else operands)
    if fn in SAME:
        return operands[0]
    found = frozenset(k for combination in product(*operands) if (k := result(fn, combination)) is not None)
    if "object" in found:
        return frozenset()  # not a number: an array, a tuple
    return found | _of_other_signs(*operands) if any_sign and fn in ("**", "pow") and len(operands) == 2 else found


def _of_other_signs(base: Kinds, exponent: Kinds) -> Kinds:
    """What Python's power gives beside the kind of 1 ** 1: 2 ** -1 is a float, (-8) ** 0.5 is complex."""
    whole, real = {"int", "bool"}, {"int", "bool", "float"}
    more: set[str] = {"float"} if base & whole and exponent & whole else set()
    return frozenset(more | ({"complex"} if base & real and "float" in exponent else set()))


def _selected(arms: list[Kinds]) -> Kinds:
    """One of several values; beside an array's elements a Python number is one of them, as in any operation on both."""
    every = frozenset[str]().union(*arms)
    fixed = every - PYTHON
    if not fixed or not every & PYTHON:
        return every
    return frozenset(k for a in fixed for p in (*(every & PYTHON), a) if (k := result("+", (a, p))) is not None)


def folded(op: str, body: Kinds) -> Kinds:
    """The kinds of a reduction's value where it has at least one lane."""
    if op in PLACES:
        return frozenset(("int",))  # in the loop it was a counter
    if op in ("argminimum", "argmaximum"):
        return frozenset(("int64",))
    if op in ("and", "or"):
        return frozenset(("bool_",))
    if op in ("min", "max"):
        return body
    more = apply(op, (body, body)) if op in OPERATORS else body
    return frozenset({"bool_": "int64", "bool": "int"}.get(k, k) if op in ("+", "*") else k for k in more)


def in_arrays(kinds: Kinds) -> Kinds:
    """The kinds that values have once they are elements of an array."""
    names = {"int": "int64", "float": "float64", "bool": "bool_", "complex": "complex128"}
    return frozenset(names.get(k, k) for k in kinds)


def holds(kind: str, value: float) -> bool:
    """Whether one of NumPy's integer or float types has exactly this number."""
    if kind in INTEGERS:
        bits = int(kind.removeprefix("u").removeprefix("int"))
        low, high = (0, 2**bits) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1))
        return value == value // 1 and low <= value < high
    packing = {"float16": "e", "float32": "f", "float64": "d"}[kind]
    try:
        return struct.unpack(packing, struct.pack(packing, float(value)))[0] == value
    except OverflowError:
        return False


def interchangeable(a: Kinds, b: Kinds) -> bool:
    """Whether nobody can tell a value of one from one of the other by its kind: equal, or Python's float and float64."""
    doubles = {"float", "float64"}
    complexes = {"complex", "complex128"}
    return (len(a | b) == 1) or (a | b) <= doubles or (a | b) <= complexes
