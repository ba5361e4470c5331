"""The value of an expression, if Numba computes it as Python does.

Comes in: an expression and the `State` in front of it. Goes out: its `Number` or `Array`, or a `Mismatch` that says what is not
the same. Not handled: slices, arithmetic of whole arrays, calls of functions that the file defines.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import field, replace
from itertools import pairwise

from autovec.facts import kinds as kind
from autovec.kernel.extent import EXACT, ITERATIONS, SIZE, Range
from autovec.kernel.number import (
    BOOL,
    CLAMPED,
    FLOAT,
    TYPES,
    Cast,
    Mismatch,
    Number,
    Overflow,
    Type,
    chosen,
    compared,
    computed,
    constant,
    inverted,
    magnitude,
    negative,
    number,
)  # fmt: skip
from autovec.kernel.state import Array, State, Value
from autovec.record import dataclass

_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}  # fmt: skip
_ORDER: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
_FLOATS = (
    "cos", "cosh", "exp", "expm1", "fabs", "hypot", "log", "log10", "log1p", "log2", "sin", "sinh", "sqrt", "tan", "tanh",
)  # fmt: skip
_MATH = frozenset((
    *_FLOATS, "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "copysign", "degrees", "erf", "erfc", "gamma",
    "lgamma", "pow", "radians",
))  # fmt: skip
_COMPLEX = frozenset(("cos", "cosh", "exp", "sin", "sinh", "sqrt", "tanh"))
_TESTS = frozenset(("isnan", "isinf", "isfinite"))
_NUMPY = frozenset((
    *_FLOATS, "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "ceil", "exp2", "floor", "maximum",
    "minimum", "rint", "sign", "square", "trunc",
))  # fmt: skip
_EXACT_FUNCTIONS = frozenset(("sqrt", "fabs", "floor", "ceil", "trunc", "rint", "copysign", "maximum", "minimum", "sign"))
_PLAIN_FLOATS = frozenset(("float", "float64"))
CLAMP = "clamp"  # instead of a kind to convert to
_CUTS = frozenset(("builtins.int", "math.floor", "math.ceil", "math.trunc"))  # what makes an integer of a float
_CONSTANTS = frozenset(("pi", "e", "inf", "nan", "tau", "euler_gamma"))


@dataclass(slots=True)
class Reader:
    """Reads expressions; `canonical` says what a name of a module means. `exact` is false once a result may differ in the last
    bits; `casts` are the expressions that have to be converted, `updates` the targets and results of `+=` and its like."""

    canonical: Callable[[ast.expr], str | None]
    exact: bool = True
    casts: dict[ast.expr, str] = field(default_factory=dict[ast.expr, str])
    updates: dict[ast.AugAssign, tuple[str, str]] = field(default_factory=dict[ast.AugAssign, "tuple[str, str]"])

    def value(self, e: ast.expr, state: State) -> Value:
        """A number or an array."""
        match e:
            case ast.Constant(value=bool() | int() | float() | complex() as literal):
                return self._literal(literal)
            case ast.Name(id=name):
                return self._name(e, name, state)
            case ast.BinOp(left, _, right):
                return self._operation(e, self.number(left, state), self.number(right, state))
            case ast.UnaryOp(op, operand):
                return self._unary(op, operand, state)
            case ast.Compare() | ast.BoolOp():
                return self._truth(e, state)
            case ast.IfExp(test, body, orelse):
                self.test(test, state)
                return self.number(body, state).joined(self.number(orelse, state))
            case ast.Subscript(value, index):
                return self._element(value, index, state)
            case ast.Call(func, args, []):
                return self._call(func, args, state)
            case ast.Attribute(value, attr):
                return self._attribute(e, value, attr, state)
            case _:
                raise Mismatch(f"`{ast.unparse(e)}` has no compiled form here")

    def number(self, e: ast.expr, state: State) -> Number:
        """The value of an expression that has to be a number."""
        found = self.value(e, state)
        if isinstance(found, Array):
            raise Mismatch(f"`{ast.unparse(e)}` is a whole array")
        return found

    def array(self, e: ast.expr, state: State) -> Array | None:
        """The array that an expression is, None where it is none."""
        if isinstance(e, ast.Name | ast.Subscript):
            found = self.value(e, state)
            return found if isinstance(found, Array) else None
        return None

    def test(self, e: ast.expr, state: State) -> None:
        """A condition: only its truth counts."""
        match e:
            case ast.BoolOp(values=parts):
                for part in parts:
                    self.test(part, state)
            case ast.UnaryOp(ast.Not(), operand):
                self.test(operand, state)
            case ast.Name() if (found := self.array(e, state)) is not None and found.is_list:
                pass
            case _:
                self.number(e, state).settled()

    def place(self, e: ast.expr, state: State) -> Number:
        """A subscript.

        It counts modulo 2**64 where it is made of sums, differences and products only: what does not fit in 64 bits is no place
        in an array, and the loop would not come to its end.
        """
        return self._whole(e, replace(self._modular(e, state), wrapped=False, clamped=False))

    def index(self, e: ast.expr, state: State) -> Number:
        """An integer that counts something: an end of a range, a size."""
        return self._whole(e, self.number(e, state))

    def _whole(self, e: ast.expr, found: Number) -> Number:
        if found.type is not Type.INT or found.kinds & {"bool", "bool_"}:
            raise Mismatch(f"the subscript `{ast.unparse(e)}` is not an integer")
        return found.settled()

    def part(self, array: Array, count: int, e: ast.expr) -> Value:
        """What `count` subscripts leave of an array."""
        if array.rank < count:
            raise Mismatch(f"`{ast.unparse(e)}` has fewer dimensions than subscripts")
        if array.rank > count:
            return replace(array, rank=array.rank - count)
        if array.element is None:
            raise Mismatch(f"the list `{ast.unparse(e)}` is read before anything is in it")
        return array.element

    # -------------------------------------------------------------- the parts

    def _literal(self, literal: complex) -> Number:
        found = constant(literal)
        if not found.range.within(1 << 63):
            raise Mismatch(f"{literal} does not fit in 64 bits")
        return found

    def _name(self, e: ast.expr, name: str, state: State) -> Value:
        found = state.names.get(name)
        if isinstance(found, Array) and name in state.unsure:
            raise Mismatch(f"`{name}` may not be bound")
        return found if found is not None else self._constant(e)

    def _constant(self, e: ast.expr) -> Number:
        home, _, name = (self.canonical(e) or "").rpartition(".")
        if home not in ("math", "numpy") or name not in _CONSTANTS:
            raise Mismatch(f"it is not known what `{ast.unparse(e)}` is")
        return FLOAT

    def update(self, s: ast.AugAssign, target: ast.expr, state: State) -> Number:
        """What `target op= value` assigns."""
        found, cast = self._binary(s.op, self.number(target, state), self.number(s.value, state), target, s.value)
        self._convert((s.value, cast.right))
        if isinstance(s.target, ast.Name) and (cast.left or cast.result):
            self.updates[s] = (cast.left, cast.result)
        elif cast.left:
            raise Mismatch(f"`{ast.unparse(s)}` is computed otherwise by Numba")
        return found

    def _convert(self, *wanted: tuple[ast.expr, str]) -> None:
        for e, k in wanted:
            if k and self.casts.setdefault(e, k) != k:
                raise Mismatch(f"`{ast.unparse(e)}` has several types")

    def _binary(self, operator: ast.operator, a: Number, b: Number, left: ast.expr, right: ast.expr) -> tuple[Number, Cast]:
        op = _BINARY.get(type(operator), "@")
        if op == "**":
            return self._power(a, b, left, right), Cast()
        if max(a.type, b.type) is Type.COMPLEX and op in ("/", "*"):
            self.exact = False
        if op in ("//", "%") and max(a.type, b.type) is Type.FLOAT:
            self.exact = False
        found, cast = computed(op, a, b)
        self.exact = self.exact and not found.rounded
        return found, cast

    def _operation(self, e: ast.BinOp, a: Number, b: Number) -> Number:
        found, cast = self._binary(e.op, a, b, e.left, e.right)
        self._convert((e.left, cast.left), (e.right, cast.right), (e, cast.result))
        return found

    def _modular(self, e: ast.expr, state: State) -> Number:
        if not isinstance(e, ast.BinOp) or not isinstance(e.op, ast.Add | ast.Sub | ast.Mult):
            return self.number(e, state)
        a, b = self._modular(e.left, state), self._modular(e.right, state)
        try:
            return self._operation(e, a, b)
        except Overflow:
            return number(*sorted(a.kinds | b.kinds))

    def _power(self, a: Number, b: Number, left: ast.expr, right: ast.expr) -> Number:
        self.exact = self.exact and max(a.type, b.type) is Type.INT
        natural = isinstance(right, ast.Constant) and isinstance(right.value, int) and right.value >= 0
        if max(a.type, b.type) is Type.INT and b.range.low < 0:
            raise Mismatch("an integer to a power that may be negative")
        if a.kinds <= _PLAIN_FLOATS and list(b.ranges) == ["int"] and b.range.within(EXACT) and not natural:
            self._convert((right, "float64"))  # pow() for both, where Numba would multiply
            return number(*sorted(a.kinds))
        found, _ = computed("**", a, b)
        pythons = "float" in a.kinds | b.kinds and "float64" not in a.kinds | b.kinds and a.type is not Type.COMPLEX
        if pythons and not natural and not _is_positive(left):
            raise Mismatch("a Python float to a power may be complex")
        return found

    def _unary(self, op: ast.unaryop, operand: ast.expr, state: State) -> Number:
        if isinstance(op, ast.Not):
            self.test(operand, state)
            return BOOL
        if isinstance(op, ast.USub) and isinstance(operand, ast.Constant) and isinstance(operand.value, int | float):
            return constant(-operand.value)
        found = self.number(operand, state)
        match op:
            case ast.USub():
                return negative(found)
            case ast.Invert():
                return inverted(found)
            case _:
                return found

    def _truth(self, e: ast.Compare | ast.BoolOp, state: State) -> Number:
        if isinstance(e, ast.BoolOp):
            parts = [self.number(part, state) for part in e.values]
            if any(p.type is not Type.BOOL for p in parts):
                raise Mismatch(f"`{ast.unparse(e)}` is one of its operands, not a bool")
        else:
            operands = [self.number(part, state) for part in (e.left, *e.comparators)]
            signs = [_ORDER.get(type(op), "") for op in e.ops]
            if "" in signs:
                raise Mismatch(f"`{ast.unparse(e)}` has no compiled form here")
            parts = self._compared(e, signs, operands)
        found = parts[0]
        for part in parts[1:]:
            found = found.joined(part)
        return found

    def _compared(self, e: ast.Compare, signs: list[str], operands: list[Number]) -> list[Number]:
        parts: list[Number] = []
        for k, (left, right) in enumerate(pairwise((e.left, *e.comparators))):
            found, cast = compared(signs[k], operands[k], operands[k + 1])
            self._convert((left, cast.left), (right, cast.right))
            parts.append(found)
        return parts

    def _element(self, value: ast.expr, index: ast.expr, state: State) -> Value:
        if isinstance(value, ast.Attribute) and value.attr == "shape" and isinstance(index, ast.Constant):
            self._attribute(value, value.value, "ndim", state)
            return number("int", within=Range(0, SIZE))
        array = self.array(value, state)
        if array is None:
            raise Mismatch(f"`{ast.unparse(value)}` is not an array")
        subscripts = index.elts if isinstance(index, ast.Tuple) else [index]
        for part in subscripts:
            self.place(part, state)
        return self.part(array, len(subscripts), value)

    def _attribute(self, e: ast.expr, value: ast.expr, attr: str, state: State) -> Number:
        if attr in ("size", "ndim") and self.array(value, state) is not None:
            return number("int", within=Range(0, ITERATIONS))
        if attr in ("real", "imag") and isinstance(value, ast.Name | ast.Subscript):
            found = self.number(value, state)
            if found.kinds <= {"complex", "complex128"}:
                return number("float" if "complex" in found.kinds else "float64")
        return self._constant(e)

    # -------------------------------------------------------------- calls

    def _popped(self, e: ast.Name, state: State) -> Number:
        array = self.array(e, state)
        found = None if array is None or not array.is_list else self.part(array, 1, e)
        if not isinstance(found, Number):
            raise Mismatch(f"`{e.id}` is no list that the loop made")
        return found

    def _call(self, func: ast.expr, args: list[ast.expr], state: State) -> Number:
        if isinstance(func, ast.Attribute) and func.attr == "pop" and not args and isinstance(func.value, ast.Name):
            return self._popped(func.value, state)
        meaning = self.canonical(func) or ""
        home, _, name = meaning.rpartition(".")
        if meaning == "builtins.len" and len(args) == 1 and (whole := self.array(args[0], state)) is not None:
            return number("int", within=Range(0, ITERATIONS if whole.is_list else SIZE))
        operands = [self.number(a, state) for a in args]
        if meaning in (*_CUTS, "builtins.round") and len(args) == 1 and operands[0].type is Type.FLOAT:
            self._convert((args[0], CLAMP))
        if meaning == "builtins.float" and len(operands) == 1 and "float32" in operands[0].kinds:
            self._convert((args[0], "float64"))  # Numba's is a float32 still
        match home:
            case "math" if meaning in _CUTS and len(operands) == 1 and operands[0].kinds <= {"float", "float64"}:
                return CLAMPED
            case "builtins":
                return self._builtin(name, operands)
            case "math" if name in _TESTS and len(operands) == 1:
                return BOOL
            case "cmath" if name in _COMPLEX and len(operands) == 1:
                self.exact = False
                return number("complex")
            case "math" if name in _MATH:
                for argument, n in zip(args, operands, strict=True):
                    self._convert((argument, "float64" if "float32" in n.kinds else ""))
                return self._function(meaning, name, operands)
            case "numpy" if name in _NUMPY | _TESTS:
                return self._function(f"np.{name}", name, operands)
            case _:
                raise Mismatch(f"`{ast.unparse(func)}` may do something else when it is compiled")

    def _builtin(self, name: str, operands: list[Number]) -> Number:
        match name, operands:
            case (("min" | "max"), [first, _, *_]):
                for other in operands[1:]:
                    if compared("<", first, other)[1] != Cast():
                        raise Mismatch(f"`{name}` compares a float32 with a Python number")
                    first = chosen(name, first, other)
                return first
            case "abs", [one]:
                self.exact = self.exact and one.type is not Type.COMPLEX
                return magnitude(one)
            case "float", [one] if one.settled().type <= Type.FLOAT:
                return FLOAT
            case "complex", [_] | [_, _] if all(n.settled().type in (Type.INT, Type.FLOAT) for n in operands):
                return number("complex")
            case "bool", [one] if one.settled().type <= Type.FLOAT:
                return BOOL
            case "int", [one] if one.type <= Type.INT and "uint64" not in one.kinds:
                return replace(number("int", within=one.range), wrapped=one.wrapped)
            case "int", [one] if one.type is Type.FLOAT and not one.rounded:
                return CLAMPED
            case "round", [one] if one.kinds <= _PLAIN_FLOATS:
                return CLAMPED
            case _:
                raise Mismatch(f"`{name}` may do something else when it is compiled")

    def _function(self, canonical: str, name: str, operands: list[Number]) -> Number:
        """A function of floats."""
        self.exact = self.exact and name in _EXACT_FUNCTIONS | _TESTS
        every = frozenset[str]().union(*(n.settled().kinds for n in operands))
        if canonical.startswith("np.") and "float32" in every and len(every) > 1:
            raise Mismatch(f"`{name}` of float32 and other numbers")
        if any(n.type is Type.COMPLEX or n.type is Type.BOOL for n in operands):
            raise Mismatch(f"`{name}` of complex numbers or bools")
        found = kind.apply(canonical, [n.kinds for n in operands])
        if not found or not found <= TYPES.keys():
            raise Mismatch(f"it is not known what `{name}` gives")
        if any(TYPES[k] is Type.INT for k in found):
            raise Mismatch(f"`{name}` of integers")
        return number(*sorted(found))


def _is_positive(e: ast.expr) -> bool:
    """Whether it is a number that is not negative, so that its powers are real."""
    return isinstance(e, ast.Constant) and isinstance(e.value, int | float) and e.value >= 0
