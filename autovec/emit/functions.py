"""How the functions of the loop's world are called on arrays, and where that needs care.

`math.exp` computes in double precision whatever it is given, and raises where NumPy gives NaN and a warning; a loop that finished
never got there. Python's `min(a, b)` is `b if b < a else a`: with NaN that is not `np.minimum`.
"""

from __future__ import annotations

MATH = {
    "sqrt": "sqrt", "exp": "exp", "log": "log", "log2": "log2", "log10": "log10", "log1p": "log1p", "expm1": "expm1",
    "exp2": "exp2", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "atan2": "arctan2", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "cbrt": "cbrt", "fabs": "fabs", "hypot": "hypot", "pow": "power", "copysign": "copysign",
    "fmod": "fmod", "degrees": "degrees", "radians": "radians", "isnan": "isnan", "isinf": "isinf", "isfinite": "isfinite",
    "floor": "floor", "ceil": "ceil", "trunc": "trunc",
}  # fmt: skip
ROUNDS_TO_INT = frozenset(("floor", "ceil", "trunc"))  # math's give Python integers
WHOLE = frozenset(f"math.{name}" for name in ROUNDS_TO_INT)
EXACT = frozenset(("sqrt", "fabs", "copysign", "isnan", "isinf", "isfinite", "floor", "ceil", "trunc", "fmod"))
UFUNCS = frozenset((
    "sqrt", "exp", "exp2", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "abs", "absolute", "fabs", "hypot", "power", "square",
    "sign", "floor", "ceil", "trunc", "rint", "maximum", "minimum", "fmax", "fmin", "copysign", "fmod", "isnan", "isinf",
    "isfinite", "degrees", "radians", "deg2rad", "rad2deg", "cbrt", "reciprocal", "conj", "conjugate", "real", "imag",
    "angle", "logaddexp", "heaviside", "add", "subtract", "multiply", "divide", "true_divide", "floor_divide", "mod",
    "remainder", "negative", "logical_and", "logical_or", "logical_not", "logical_xor", "greater", "less", "equal",
    "not_equal", "clip", "where", "float_power", "sinc", "bitwise_and", "bitwise_or", "bitwise_xor", "left_shift",
    "right_shift",
))  # fmt: skip
# NumPy has several codes for these, with other last bits; which one runs hangs on how the array lies in memory
UNEVEN = frozenset((
    "exp", "exp2", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh",
    "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "hypot", "power", "float_power", "cbrt", "logaddexp", "sinc", "angle",
))  # fmt: skip
# math.f(x) is np.f(x)
DOUBLE = frozenset(("float", "int", "float64", "int64", "int32", "uint32", "uint64", "complex", "complex128"))
RISKY = frozenset(("/", "//", "%", "**"))  # may warn in a lane that a mask skips
RISKY_CALLS = frozenset((
    "sqrt", "log", "log2", "log10", "log1p", "asin", "acos", "acosh", "atanh", "exp", "expm1", "arcsin", "arccos", "arccosh",
    "arctanh", "pow", "power", "fmod", "cosh", "sinh", "exp2", "reciprocal", "divide"
))  # fmt: skip
WIDE = frozenset(("int64", "float64", "complex128", "bool_"))  # what an array of counters makes of these, a counter does
INFIX = {"+": 12, "-": 12, "*": 13, "/": 13, "//": 13, "%": 13, "**": 15, "<<": 11, ">>": 11, "&": 10, "^": 9, "|": 8,
         "<": 7, "<=": 7, ">": 7, ">=": 7, "==": 7, "!=": 7}  # fmt: skip
CASTS = {"int": "int64", "float": "float64", "complex": "complex128"}
