"""The examples of a rule as programs: functions whose annotations say what their arrays hold.

Comes in: the text of `before`, or of the bare loops in `also` and `refuses`. Goes out: the text of a module
with one function `f`.
"""

from __future__ import annotations

import ast
from textwrap import indent

_BUILTINS = frozenset(("range", "len", "zip", "enumerate", "min", "max"))
_COUNTS = "nmpq"  # scalars of these names are whole numbers


def function_of(text: str) -> ast.FunctionDef:
    """Bare statements as a function of the names that they read; a function as it is, called `f`."""
    body = ast.parse(text).body
    if len(body) == 1 and isinstance(body[0], ast.FunctionDef):
        body[0].name = "f"
        return body[0]
    names = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    parameters = sorted({n.id for n in names} - stored - _BUILTINS)
    result = next((n for n in ("t", "best") if n in stored), "w")
    made = ast.parse(f"def f({', '.join(parameters)}):\n{indent(text, '    ')}    return {result}").body[0]
    assert isinstance(made, ast.FunctionDef)
    return made


def ranks(text: str) -> dict[str, int]:
    """How many subscripts each array has in a text; an array that is iterated over has one."""
    found: dict[str, int] = {}
    for n in ast.walk(ast.parse(text)):
        match n:
            case ast.Subscript(ast.Name(a), ast.Tuple(at)):
                found[a] = len(at)
            case ast.Subscript(ast.Subscript(ast.Name(a)), _):
                found[a] = 2
            case ast.Subscript(ast.Name(a), _):
                found.setdefault(a, 1)
            case ast.For(iter=ast.Name(a)):
                found[a] = 1
            case ast.For(iter=ast.Call(ast.Name("zip" | "enumerate"), arrays)):
                found |= {a.id: 1 for a in arrays if isinstance(a, ast.Name)}
            case _:
                continue
    return found


def annotated(function: ast.FunctionDef, rank: dict[str, int], kinds: dict[str, str] | str) -> str:
    """A module with the function, whose arrays are of one kind, or each of its own; a mask holds truth values."""
    for a in function.args.args:
        dims = ", ".join(["int"] * rank.get(a.arg, 0))
        of = kinds.get(a.arg, "float64") if isinstance(kinds, dict) else kinds
        of = "bool_" if a.arg == "m" and len(function.args.args) > 1 and isinstance(kinds, str) else of
        text = f"np.ndarray[tuple[{dims}], np.dtype[np.{of}]]" if dims else scalar_kind(a.arg)
        a.annotation = ast.parse(text, mode="eval").body
    return f"import numpy as np\n\n\n{ast.unparse(ast.fix_missing_locations(function))}\n"


def scalar_kind(name: str) -> str:
    """What a parameter without a shape is."""
    return "int" if name in _COUNTS else "float"
