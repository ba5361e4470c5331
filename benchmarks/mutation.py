"""Ways to break emitted code, as people and compilers do: each `Mutant` is the text of a rewrite with one thing wrong.

Comes in: the text of a rewrite. Goes out: its mutants. Where the text keeps the loop behind a test, only the test and the fast
path are broken. Mutants whose tree is that of the rewrite, or of another mutant, are left out.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

COMPARISONS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}
OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
TWINS = {
    "maximum": ("fmax", "minimum"), "minimum": ("fmin", "maximum"), "fmax": ("maximum",), "fmin": ("minimum",), "max": ("min",),
    "min": ("max",), "argmax": ("argmin",), "argmin": ("argmax",), "any": ("all",), "all": ("any",), "sum": ("mean", "prod"),
    "prod": ("sum",), "floor": ("ceil", "trunc"), "ceil": ("floor",), "rint": ("floor",), "zeros": ("ones",), "empty": ("zeros",),
    "add": ("subtract",), "subtract": ("add",), "multiply": ("divide",), "divide": ("multiply",), "sqrt": ("square",),
    "exp": ("expm1",), "log": ("log1p",), "sin": ("cos",), "cos": ("sin",), "abs": ("square",), "logical_and": ("logical_or",),
}  # fmt: skip
COMMUTATIVE = ("maximum", "minimum", "fmax", "fmin", "add", "multiply", "dot", "hypot", "logical_and", "logical_or", "max", "min")
DROPPED_CALLS = frozenset(("copy", "tolist", "astype", "float", "list", "int", "item", "T"))
DROPPED_WORDS = frozenset(("where", "axis", "initial", "dtype", "out", "keepdims", "minlength", "optimize"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken rewrite, and how it was broken."""

    kind: str
    text: str


def mutants(text: str, old: str) -> list[Mutant]:
    """Every way to break `text` once; `old` is the loop, which may stand in it as a fallback."""
    tree = ast.parse(text)
    seen = {ast.dump(tree)}
    found: list[Mutant] = []
    fallback = _fallback(tree, old)
    guards = {inner for node in ast.walk(tree) if isinstance(node, ast.If) and node.orelse for inner in ast.walk(node.test)}
    fixed = fallback | {inner for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for inner in _decorators(node)}
    paths = [(path, node in guards) for path, node in _places(tree) if node not in fixed]
    for path, in_guard in paths:
        for change, replacement in _changes(_at(tree, path)):
            kind = f"guard: {change}" if in_guard else change
            broken = copy.deepcopy(tree)
            _put(broken, path, replacement)
            ast.fix_missing_locations(broken)
            dump = ast.dump(broken)
            if dump not in seen and _compiles(broken):
                seen.add(dump)
                found.append(Mutant(kind, ast.unparse(broken) + "\n"))
    return found


def _fallback(tree: ast.Module, old: str) -> set[ast.AST]:
    """The nodes of the loop that is kept behind a test."""
    loop = ast.dump(ast.parse(old))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and node.orelse and ast.dump(ast.Module(node.orelse, [])) == loop:
            return {inner for s in node.orelse for inner in ast.walk(s)}
    return {inner for node in ast.walk(tree) if isinstance(node, ast.If) for s in node.orelse for inner in ast.walk(s)}


def _decorators(node: ast.FunctionDef) -> Iterator[ast.AST]:
    return (inner for decorator in node.decorator_list for inner in ast.walk(decorator))


# ------------------------------------------------------------------ places

Path = tuple[tuple[str, int | None], ...]


def _places(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    for name, value in ast.iter_fields(node):
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for k, child in children:
            if isinstance(child, ast.AST):
                here = (*path, (name, k))
                yield here, child
                yield from _places(child, here)


def _at(node: ast.AST, path: Path) -> ast.AST:
    for name, k in path:
        node = getattr(node, name) if k is None else getattr(node, name)[k]
    return node


def _put(tree: ast.AST, path: Path, new: ast.AST) -> None:
    parent = _at(tree, path[:-1])
    name, k = path[-1]
    if k is None:
        setattr(parent, name, copy.deepcopy(new))
    else:
        getattr(parent, name)[k] = copy.deepcopy(new)


def _compiles(tree: ast.AST) -> bool:
    try:
        ast.parse(ast.unparse(tree))
    except (SyntaxError, ValueError):
        return False
    return True


# ------------------------------------------------------------------ changes


def _changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int() as n):
            yield "off by one", ast.Constant(n + 1)
            yield "off by one", ast.BinOp(ast.Constant(n), ast.Sub(), ast.Constant(1)) if n < 1 else ast.Constant(n - 1)
        case ast.Constant(value=float() as v):
            yield "wrong constant", ast.Constant(v + 1.0)
            yield "constant nudged", ast.Constant(v * (1 + 1e-6) if v else 1e-6)
        case ast.BinOp(left=a, op=op, right=b):
            yield from _binary(a, op, b)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=inner):
            yield "sign or negation dropped", inner
        case ast.Compare(left=a, ops=[op], comparators=[b]) if type(op) in COMPARISONS:
            yield "comparison at ties", ast.Compare(a, [COMPARISONS[type(op)]()], [b])
        case ast.BoolOp(op=op, values=values) if len(values) > 1:
            for k in range(len(values)):
                rest = values[:k] + values[k + 1 :]
                yield "condition dropped", rest[0] if len(rest) == 1 else ast.BoolOp(op, rest)
        case ast.Slice(lower=low, upper=high, step=step):
            yield from _slices(low, high, step)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[a, b, *rest]), ctx=ctx) if ast.dump(a) != ast.dump(b):
            yield "axes swapped", ast.Subscript(value, ast.Tuple([b, a, *rest], ast.Load()), ctx)
        case ast.Call():
            yield from _calls(node)
        case ast.Attribute(value=inner, attr="T"):
            yield "transpose dropped", inner
        case _:
            yield from _statements(node)


def _binary(a: ast.expr, op: ast.operator, b: ast.expr) -> Iterator[tuple[str, ast.AST]]:
    if type(op) in OPERATORS:
        yield "wrong operator", ast.BinOp(a, OPERATORS[type(op)](), b)
    if isinstance(op, ORDERED):
        yield "operands swapped", ast.BinOp(b, op, a)
    yield "operand dropped", a


def _slices(low: ast.expr | None, high: ast.expr | None, step: ast.expr | None) -> Iterator[tuple[str, ast.AST]]:
    one = ast.Constant(1)
    for sign in (ast.Add(), ast.Sub()):
        if low is not None:
            yield "slice off by one", ast.Slice(ast.BinOp(low, sign, one), high, step)
        if high is not None:
            yield "slice off by one", ast.Slice(low, ast.BinOp(high, sign, one), step)
    if low is not None or high is not None:
        yield "slice bounds dropped", ast.Slice(None, None, step)
    if step is not None:
        yield "step dropped", ast.Slice(low, high, None)


def _calls(node: ast.Call) -> Iterator[tuple[str, ast.AST]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
    for twin in TWINS.get(name, ()):
        function = copy.deepcopy(node.func)
        setattr(function, "attr" if isinstance(function, ast.Attribute) else "id", twin)
        if isinstance(function, ast.Attribute):
            yield f"wrong function ({_sort(name, twin)})", ast.Call(function, node.args, node.keywords)
    if name in DROPPED_CALLS:
        inside = node.args[0] if isinstance(node.func, ast.Name) and node.args else getattr(node.func, "value", node)
        yield f"{name} dropped", inside
    for k, word in enumerate(node.keywords):
        if word.arg in DROPPED_WORDS:
            yield f"{word.arg}= dropped", ast.Call(node.func, node.args, node.keywords[:k] + node.keywords[k + 1 :])
    if name == "where" and len(node.args) == 3:
        test, a, b = node.args
        yield "mask dropped", a
        yield "mask inverted", ast.Call(node.func, [test, b, a], node.keywords)
    elif len(node.args) == 2 and name not in ("may_share_memory", "isinstance", *COMMUTATIVE):
        yield "arguments swapped", ast.Call(node.func, node.args[::-1], node.keywords)
    if name == "at" and len(node.args) == 3:
        target, index, value = node.args
        yield "scatter without repeats", ast.Call(ast.Attribute(target, "__setitem__", ast.Load()), [index, value], [])


def _sort(name: str, twin: str) -> str:
    """What a wrong function gets wrong."""
    if {name, twin} <= {"maximum", "fmax", "minimum", "fmin"}:
        return "NaN or extremes"
    return "initial value" if name in ("zeros", "empty") else "other"


def _statements(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield "statement dropped", ast.Pass()
            yield "narrow dtype", ast.Assign(targets, _narrowed(value))
            if isinstance(targets[0], ast.Subscript) and isinstance(targets[0].value, ast.Name):
                yield "rebinds instead of storing", ast.Assign([targets[0].value], value)
        case ast.AugAssign(target=target, op=op, value=value):
            yield "statement dropped", ast.Pass()
            yield "assignment instead of update", ast.Assign([target], value)
            if type(op) in OPERATORS:
                yield "wrong update", ast.AugAssign(target, OPERATORS[type(op)](), value)
            yield "narrow dtype", ast.AugAssign(target, op, _narrowed(value))
        case ast.Expr(value=ast.Call()) | ast.Return():
            yield "statement dropped", ast.Pass()
        case ast.With(body=[only]):
            yield "errstate dropped", only
        case _:
            return


def _narrowed(value: ast.expr) -> ast.expr:
    """The value by way of float32."""
    numpy = ast.Attribute(ast.Call(ast.Name("__import__", ast.Load()), [ast.Constant("numpy")], []), "asarray", ast.Load())
    made = ast.Call(ast.Attribute(ast.Call(numpy, [value], []), "astype", ast.Load()), [ast.Constant("float32")], [])
    return ast.BinOp(made, ast.Add(), ast.Constant(0.0))
