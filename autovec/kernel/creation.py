"""Arrays and lists that a kernel makes: `np.zeros((n, m))`, `x.copy()`, `[]`, `[0.0] * n`.

Comes in: the right side of an assignment. Goes out: the `Array` that Numba makes of it, None where it makes none. A list that is
made in the kernel comes out of it as a list; as Numba knows one type for its items, it may hold numbers of one type only. Not
handled: lists of lists, lists of anything but numbers, dtypes that are not spelled out.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import reduce

from autovec.kernel.expressions import Reader
from autovec.kernel.extent import Range
from autovec.kernel.number import ARRAY_KINDS, Mismatch, number
from autovec.kernel.state import Array, State

_FILLED = frozenset(("empty", "ones", "zeros"))
_ALIKE = frozenset(("empty_like", "ones_like", "zeros_like"))
_DTYPES = {"builtins.float": "float64", "builtins.int": "int64", "builtins.bool": "bool_"}


def created(e: ast.expr, state: State, reader: Reader) -> Array | None:
    """The new array or list that an expression makes."""
    match e:
        case ast.List(parts):
            return reduce(Array.taking, (reader.number(part, state) for part in parts), Array(None, 1, "list"))
        case ast.BinOp(ast.List([one]), ast.Mult(), count) | ast.ListComp(
            ast.Constant() as one, [ast.comprehension(ast.Name(), ast.Call(ast.Name("range"), [count]), [], 0)]
        ):
            reader.index(count, state)
            return Array(reader.number(one, state), 1, "list")
        case ast.Call(ast.Attribute(ast.Name() as whole, "copy"), [], []):
            return _apart(e, _copied(reader.array(whole, state), whole.id))
        case ast.Call(func, args, keywords):
            home, _, name = (reader.canonical(func) or "").rpartition(".")
            return _apart(e, _by_numpy(name, args, keywords, state, reader) if home == "numpy" else None)
        case _:
            return None


def _apart(e: ast.expr, array: Array | None) -> Array | None:
    """It shares memory with nothing but what the same expression made before."""
    return array and replace(array, memory=f"{e.lineno}:{e.col_offset}")


def _copied(array: Array | None, name: str) -> Array | None:
    if array is not None and array.container != "ndarray":
        raise Mismatch(f"the list `{name}` is copied")
    return array


def _by_numpy(name: str, args: list[ast.expr], keywords: list[ast.keyword], state: State, reader: Reader) -> Array | None:
    if name in _ALIKE and len(args) == 1 and not keywords:
        like = reader.array(args[0], state)
        if like is None or like.container != "ndarray" or like.element is None:
            return None
        return Array(number(*like.element.kinds), like.rank)
    if name not in _FILLED or not 1 <= len(args) <= 2 or any(k.arg != "dtype" for k in keywords):
        return None
    sizes = args[0].elts if isinstance(args[0], ast.Tuple) else [args[0]]
    for size in sizes:
        reader.index(size, state)
    kind = _dtype([*args[1:], *(k.value for k in keywords)], reader)
    held = number(kind, within=Range(0, 1)) if kind == "int64" and name != "empty" else number(kind)
    return Array(held, len(sizes))


def _dtype(named: list[ast.expr], reader: Reader) -> str:
    """The elements' kind; a dtype that Numba is told in Python's words is one that it knows."""
    if not named:
        return "float64"
    meaning = reader.canonical(named[0]) or ""
    kind = _DTYPES.get(meaning) or meaning.removeprefix("numpy.")
    if len(named) > 1 or kind not in ARRAY_KINDS:
        raise Mismatch(f"`{ast.unparse(named[0])}` is no dtype that is known")
    return kind
