"""What a function's own code says about its parameters: how deep they are subscripted, what is done with their elements.

Comes in: the function's tree. Goes out: `Clues` by parameter (and by attribute of a parameter that is an object, as `self.x`).
These are hints: `probe.py` tries them, and what the function does not run on is dropped.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import field
from typing import NamedTuple, TypeGuard

from autovec.record import dataclass

_ARRAY_ATTRIBUTES = frozenset((
    "shape", "ndim", "size", "dtype", "T", "astype", "sum", "mean", "max", "min", "std", "var", "any", "all", "ravel", "reshape",
    "flatten", "tolist", "dot", "real", "imag", "fill", "argmax", "argmin", "cumsum", "flat", "strides", "nbytes", "itemsize",
    "transpose", "prod", "clip", "round", "conj", "view", "flags",
))  # fmt: skip
_LIST_METHODS = frozenset(("append", "extend", "insert", "pop", "sort", "reverse", "index", "remove"))
_WHOLE_ROWS = frozenset(("sum", "mean", "max", "min", "shape", "dot", "any", "all", "tolist"))
_OF_DOUBLES = frozenset((
    "sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "tanh", "sinh", "cosh", "atan", "arctan",
    "atan2", "arctan2", "asin", "arcsin", "acos", "arccos", "hypot", "mean", "std", "var", "pow", "radians", "degrees", "erf",
))  # fmt: skip
_SHARED = frozenset(("copy", "count", "items", "keys", "values", "get"))  # several kinds of objects have these
_WHOLE = (ast.FloorDiv, ast.Mod, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)
_SAME = frozenset((
    "asarray", "array", "ascontiguousarray", "asfortranarray", "list", "tuple", "sorted", "reversed", "abs", "int", "float",
    "round",
))  # fmt: skip
_OF_SEQUENCES = frozenset(("len", "enumerate", "zip", "sum", "any", "all", "zeros_like", "empty_like"))
_MAKERS = frozenset(("zeros", "empty", "ones", "full", "arange", "range"))


class Part(NamedTuple):
    """A parameter, or what `depth` subscripts of it give."""

    name: str
    depth: int


@dataclass(slots=True)
class Clues:
    """What is known of one parameter."""

    rank: int = 0  # at least
    any_rank: bool = False  # rows are used as a whole, however many dimensions they have
    exact: bool = False  # its shape is unpacked into so many names
    is_array: bool = False
    is_list: bool = False
    converted: bool = False  # handed to np.asarray: lists and arrays will do
    counts: bool = False  # a subscript, or how often something happens
    whole: bool = False  # elements are used as integers
    wide: bool = False  # the function is meant for doubles, or for integers of full width
    truth: bool = False  # elements are used as truth values
    keys: list[str] = field(default_factory=list[str])  # fields of a record
    attributes: list[str] = field(default_factory=list[str])
    calls: list[str] = field(default_factory=list[str])  # attributes that are called

    @property
    def is_object(self) -> bool:
        """Whether it has attributes of its own."""
        return bool(set(self.attributes) - _ARRAY_ATTRIBUTES - _LIST_METHODS - _SHARED - set(self.calls))


@dataclass(slots=True)
class _Search:
    """The walk: `parts` are local names that stand for a parameter or a part of it."""

    parts: dict[str, Part]
    clues: dict[str, Clues]
    vectorised: bool = False  # a subscript may be an array itself, and takes no dimension away

    def part(self, e: ast.AST | None) -> Part | None:
        """The parameter that an expression is, or is a part of."""
        match e:
            case ast.Name(name):
                return self.parts.get(name)
            case ast.Subscript(value=value, slice=at):
                base = self.part(value)
                return base and Part(base.name, base.depth + (0 if self.vectorised else _removed(at)))
            case ast.Attribute(value=ast.Name(name), attr=attr) if f"{name}.{attr}" in self.parts:
                return self.parts[f"{name}.{attr}"]
            case ast.Attribute(value=value, attr="T" | "real" | "imag"):
                return self.part(value)
            case ast.Call(func=ast.Name(called) | ast.Attribute(attr=called), args=[first, *_]) if called in _SAME:
                return self.part(first)
            case _:
                return None

    def bind(self, target: ast.expr, value: ast.expr, deeper: int) -> None:
        """`target` is `value`, or an element of it."""
        match target, value:
            case ast.Name(name), _ if (part := self.part(value)) is not None:
                self.parts.setdefault(name, Part(part.name, part.depth + deeper))
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name("enumerate"), args=[inner, *_]) if deeper and len(targets) == 2:
                self.bind(targets[1], inner, 1)
            case ast.Tuple(elts=targets), ast.Call(func=ast.Name("zip"), args=values) if deeper:
                for t, v in zip(targets, values, strict=False):
                    self.bind(t, v, 1)
            case ast.Tuple(elts=targets), ast.Tuple(elts=values) if not deeper:
                for t, v in zip(targets, values, strict=False):
                    self.bind(t, v, 0)
            case ast.Tuple(elts=targets), ast.Attribute(value=array, attr="shape") if (part := self.part(array)) is not None:
                self._deep(part, len(targets)).exact = True
            case ast.Tuple(elts=targets), _ if deeper and (part := self.part(value)) is not None:
                self._deep(part, 2)
            case _:
                return

    def note(self, node: ast.AST) -> None:
        """What one node tells."""
        match node:
            case ast.Subscript(value=value, slice=at):
                self._subscript(value, at)
            case ast.Attribute(value=value, attr=attr):
                self._attribute(value, attr)
            case ast.Call(func=ast.Name(called) | ast.Attribute(attr=called), args=args, keywords=keywords):
                self._call(called, args)
                self._along(node.func, args, keywords)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _WHOLE):
                self._mark(("whole",), left, right)
            case ast.BinOp(left=ast.List(), op=ast.Mult(), right=right):
                self._mark(("counts", "whole"), right)
            case ast.AugAssign(target=target, op=op, value=value) if isinstance(op, _WHOLE):
                self._mark(("whole",), target, value)
            case ast.BinOp(left=a, right=b):
                self._mark(("whole",), *(e.args[0] for e in (a, b) if _is_call(e, "int")))
            case ast.AugAssign(target=a, value=b):
                self._broadcast(a, b)
            case ast.BoolOp(values=values):
                self._mark(("truth",), *values)
            case ast.UnaryOp(op=ast.Not(), operand=value) | ast.If(test=value) | ast.IfExp(test=value):
                self._mark(("truth",), value)
            case _:
                return

    def _subscript(self, value: ast.expr, at: ast.expr) -> None:
        match value, at:
            case ast.Attribute(value=array, attr="shape"), ast.Constant(int() as k) if (part := self.part(array)) is not None:
                self._deep(part, k + 1 if k >= 0 else -k)
            case _, ast.Constant(str() as key) if (part := self.part(value)) is not None:
                clues = self._deep(part, 0)
                clues.keys += [key] if key not in clues.keys else []
            case _ if (part := self.part(value)) is not None:
                self._deep(part, max(_length(at), 1))
            case _:
                pass
        for inner in _elements(at):
            self._mark(("counts", "whole"), *_operands(inner))

    def _broadcast(self, a: ast.expr, b: ast.expr) -> None:
        """`a` beside `b[:, None]` has as many dimensions."""
        part = self.part(a)
        at = b.slice.elts if isinstance(b, ast.Subscript) and isinstance(b.slice, ast.Tuple) else []
        if part is not None and any(isinstance(e, ast.Constant) and e.value is None for e in at):
            self._deep(part, len(at))

    def _attribute(self, value: ast.expr, attr: str) -> None:
        part = self.part(value) or (isinstance(value, ast.BinOp) and (self.part(value.left) or self.part(value.right))) or None
        if part is None:
            return
        clues = self.clues[part.name]
        if part.depth:
            if attr in _WHOLE_ROWS:
                clues.rank = max(clues.rank, part.depth + 1)
                clues.any_rank = True
            return
        clues.is_array = clues.is_array or attr in _ARRAY_ATTRIBUTES
        clues.is_list = clues.is_list or attr in _LIST_METHODS
        clues.attributes += [attr] if attr not in clues.attributes else []

    def _call(self, called: str, args: list[ast.expr]) -> None:
        for part in filter(None, map(self.part, args)):
            if called in ("asarray", "array") and not part.depth:
                self.clues[part.name].converted = True
            elif called in _OF_SEQUENCES or (called in ("min", "max") and len(args) == 1):
                self._deep(part, 1)
        if called in _MAKERS:
            for a in args[: None if called == "range" else 1]:
                self._mark(("counts", "whole"), *_operands(a))

    def _along(self, function: ast.expr, args: list[ast.expr], keywords: list[ast.keyword]) -> None:
        """`x.sum(axis=1)` and `np.sum(x, axis=1)` have such an axis."""
        axes = [k.value.value for k in keywords if k.arg == "axis" and isinstance(k.value, ast.Constant)]
        owner = [self.part(function.value)] if isinstance(function, ast.Attribute) else []
        for part in [*owner, *map(self.part, args[:1])]:
            if part is not None and axes and isinstance(axes[0], int) and axes[0] >= 0:
                self._deep(part, axes[0] + 1)

    def _mark(self, what: tuple[str, ...], *nodes: ast.AST) -> None:
        for node in (inner for outer in nodes if isinstance(outer, ast.expr) for inner in _operands(outer)):
            part = self.part(node)
            if part is not None and isinstance(node, ast.Name | ast.Subscript | ast.Attribute):
                for one in what:
                    if one != "counts" or part.depth == 0:
                        setattr(self.clues[part.name], one, True)

    def _deep(self, part: Part, more: int) -> Clues:
        clues = self.clues[part.name]
        clues.rank = max(clues.rank, part.depth + more)
        return clues


def clues_of(node: ast.FunctionDef, names: tuple[str, ...]) -> dict[str, Clues]:
    """The clues to each of `names`, which are parameters, or attributes of parameters as `self.x`."""
    search = _Search({name: Part(name, 0) for name in names}, {name: Clues() for name in names})
    for _ in range(3):  # names stand for parts of parts
        for target, value, deeper in _bindings(node):
            search.bind(target, value, deeper)
            if deeper:
                _iterated(search, value)
    for inner in ast.walk(node):
        search.note(inner)
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and isinstance(inner.func.value, ast.Name):
            found = search.clues.get(inner.func.value.id)
            if found is not None:
                found.calls.append(inner.func.attr)
    return search.clues


def explicit_ranks(node: ast.FunctionDef, names: tuple[str, ...]) -> dict[str, int]:
    """How many dimensions the parameters of a vectorised version have at least, by `x[:, None]`, `axis=1` and the like."""
    search = _Search({name: Part(name, 0) for name in names}, {name: Clues() for name in names}, vectorised=True)
    for inner in ast.walk(node):
        search.note(inner)
    return {name: clues.rank for name, clues in search.clues.items()}


def is_asked_for_truth(node: ast.FunctionDef, name: str) -> bool:
    """Whether a vectorised version calls `any` or `all` on a parameter itself."""
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute))
    return any(f.attr in ("any", "all") and isinstance(f.value, ast.Name) and f.value.id == name for f in calls)


def computes_wide(node: ast.FunctionDef) -> bool:
    """Whether something in the function says that it is meant for doubles (or integers of full width): literals, functions,
    arrays made for its results, what it says that it returns; and no element is converted, which would say otherwise."""
    returns = node.returns is not None and "float" in ast.unparse(node.returns)
    return (returns or any(map(_is_wide, ast.walk(node)))) and not any(map(_is_conversion, ast.walk(node)))


def _is_wide(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=float()):
            return True
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return True
        case ast.Call(func=ast.Name(called) | ast.Attribute(attr=called)):
            return called in ("zeros", "empty", "ones") or called in _OF_DOUBLES
        case _:
            return False


def _is_conversion(node: ast.AST) -> bool:
    return (_is_call(node, "float") or _is_call(node, "int")) and isinstance(node.args[0], ast.Subscript)


def _is_call(e: ast.AST, name: str) -> TypeGuard[ast.Call]:
    return isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id == name and len(e.args) == 1


def _iterated(search: _Search, value: ast.expr) -> None:
    """What is run through has a dimension there."""
    inner = value.args if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else [value]
    for e in inner:
        part = search.part(e)
        if part is not None and not (isinstance(value, ast.Call) and getattr(value.func, "id", "") == "range"):
            clues = search.clues[part.name]
            clues.rank = max(clues.rank, part.depth + 1)


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, int]]:
    for part in ast.walk(node):
        match part:
            case ast.Assign(targets=[target], value=value) | ast.NamedExpr(target=target, value=value):
                yield target, value, 0
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield target, value, 0
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                yield target, value, 1
            case _:
                continue


def _elements(at: ast.expr) -> list[ast.expr]:
    return at.elts if isinstance(at, ast.Tuple) else [at]


def _operands(e: ast.expr) -> Iterator[ast.expr]:
    """What a number is computed from, without what stands in calls and in front of attributes."""
    match e:
        case ast.BinOp(left=left, right=right):
            yield from _operands(left)
            yield from _operands(right)
        case ast.UnaryOp(operand=operand):
            yield from _operands(operand)
        case ast.Tuple(elts=parts):
            for part in parts:
                yield from _operands(part)
        case ast.Slice():
            for part in (e.lower, e.upper, e.step):
                if part is not None:
                    yield from _operands(part)
        case _:
            yield e


def _length(at: ast.expr) -> int:
    """How many dimensions a subscript mentions."""
    return sum(not (isinstance(e, ast.Constant) and e.value in (None, ...)) for e in _elements(at))


def _removed(at: ast.expr) -> int:
    """How many dimensions a subscript takes away."""
    return _length(at) - sum(isinstance(e, ast.Slice) for e in _elements(at))
