"""The user's loop, compiled so that it runs on tracked numbers.

Comes in: a region's text and its contract. Goes out: a `Region` whose globals hold tracked constants in place of the float
literals, `math` and `numpy` that follow tracked numbers, and a division of whole numbers whose quotient is tracked. The code
is otherwise the user's, statement by statement. Arguments must come from `lifted`.
"""

from __future__ import annotations
import __future__

import ast
import builtins
from collections.abc import Mapping
from dataclasses import field, replace
from functools import lru_cache
from types import FunctionType
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from autovec.harness.region import Region, compile_region
from autovec.outcome import Contract
from autovec.record import dataclass
from autovec.verify.tracked_array import Array, is_ndarray, is_rows, tracked_cells
from autovec.verify.tracked_format import Untracked
from autovec.verify.tracked_math import BUILTINS, CMATH, MATH, Namespace, followed
from autovec.verify.tracked_number import divide, leaf
from autovec.verify.tracked_numpy import NUMPY

_DIVIDE = "_tracked_divide"
_CONSTANT = "_tracked_constant"
_MODULES: dict[str, Namespace] = {"math": MATH, "cmath": CMATH, "numpy": NUMPY, "numpy.linalg": NUMPY.linalg}
_REAL = {"__future__", "collections", "dataclasses", "functools", "itertools", "operator", "typing"}


@lru_cache(maxsize=64)
def tracked_region(text: str, contract: Contract) -> Region:
    """The region on tracked numbers. Raises what its prelude raises, and Untracked for a `match`."""
    names = _Names()
    body, prelude = names.rewritten(text), names.rewritten(contract.prelude)
    region = compile_region(body, replace(contract, prelude=""))
    code = cast(FunctionType, region.function)
    namespace = {**code.__globals__, **names.constants, _DIVIDE: divide}
    namespace["__builtins__"] = {**vars(builtins), **BUILTINS, "__import__": _imported}
    exec(compile(prelude, "<prelude>", "exec", __future__.annotations.compiler_flag), namespace)
    return replace(region, function=FunctionType(code.__code__, namespace))


def _imported(name: str, scope: object = None, names: object = None, wanted: object = (), level: int = 0) -> Any:
    if name in _MODULES:
        return _MODULES[name if wanted else name.partition(".")[0]]
    if name.partition(".")[0] in _REAL or name == "numpy.typing":
        return builtins.__import__(name, cast(Any, scope), cast(Any, names), cast(Any, wanted), level)
    return Namespace(name, {})


@dataclass(slots=True)
class _Names(ast.NodeTransformer):
    """Float literals become names of tracked constants; / becomes a call where it could divide whole numbers."""

    constants: dict[str, object] = field(default_factory=dict[str, object])

    def rewritten(self, text: str) -> str:
        return ast.unparse(ast.fix_missing_locations(self.visit(ast.parse(text))))

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, (float, complex)):
            return node
        name = f"{_CONSTANT}{len(self.constants)}"
        self.constants[name] = leaf(node.value)
        return ast.Name(name, ast.Load())

    def visit_Match(self, node: ast.Match) -> ast.AST:
        raise Untracked("match")

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return ast.Call(ast.Name(_DIVIDE, ast.Load()), [node.left, node.right], [])

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div) or isinstance(node.target, ast.Name):
            return node
        source = ast.unparse(node.target)
        left = ast.parse(source, mode="eval").body
        return ast.Assign([node.target], ast.Call(ast.Name(_DIVIDE, ast.Load()), [left, node.value], []))


# ------------------------------------------------------------------ arguments


@dataclass(slots=True)
class _Lift:
    """Arguments made tracked; what shares memory or identity before shares it afterwards."""

    met: dict[int, Any] = field(default_factory=dict[int, Any])
    roots: dict[int, NDArray[Any]] = field(default_factory=dict[int, NDArray[Any]])

    def lifted(self, x: object) -> Any:
        if id(x) not in self.met:
            self.met[id(x)] = self._made(x)
        return self.met[id(x)]

    def _made(self, x: object) -> Any:
        if is_ndarray(x):
            return self._array(x)
        if isinstance(x, list):
            return [self._item(item) for item in cast(list[object], x)]
        if isinstance(x, tuple):
            return tuple(self._item(item) for item in cast(tuple[object, ...], x))
        return followed(x)

    def _item(self, x: Any) -> Any:
        """Scalars are told by value: small objects may share an identity by chance."""
        return self.lifted(x) if is_rows(x) else followed(x)

    def _array(self, x: NDArray[Any]) -> Array:
        if x.dtype.kind not in "fc":
            return tracked_cells(x)
        root = x
        while is_ndarray(root.base):
            root = root.base
        if not root.flags.owndata or root.dtype != x.dtype:
            raise Untracked("a view of foreign memory")
        return Array(self._view(x, root), x.dtype)

    def _view(self, x: NDArray[Any], root: NDArray[Any]) -> NDArray[Any]:
        """The same elements of the root's tracked cells, which lie in the order of its memory."""
        if id(root) not in self.roots:
            self.roots[id(root)] = tracked_cells(root.ravel(order="K")).cells
        cells = self.roots[id(root)]
        first = (x.__array_interface__["data"][0] - root.__array_interface__["data"][0]) // x.itemsize
        strides = tuple(step // x.itemsize * cells.itemsize for step in x.strides)
        return np.lib.stride_tricks.as_strided(cells[first:], x.shape, strides)


def lifted(args: Mapping[str, object]) -> dict[str, object]:
    """Tracked arguments for a tracked region; whole-number arrays are the given ones."""
    lift = _Lift()
    return {name: lift.lifted(value) for name, value in args.items()}
