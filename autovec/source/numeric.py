"""A quick look that drops the nine of ten loops that do not work on numbers, before any of them is read.

Comes in: a loop or comprehension. Goes out: yes or no, in microseconds, from the syntax alone. A wrong yes costs time (the
reader refuses it with a reason); a wrong no loses a rewrite, so only what no later stage could take is turned away.
"""

from __future__ import annotations

import ast
from functools import lru_cache

from autovec.source.find import Site
from autovec.source.tree import blocks, children, walk_nodes

MODULES = frozenset({"np", "numpy", "math", "cmath", "nb", "numba", "operator", "torch", "scipy"})
METHODS = frozenset(
    [
        "append",
        "extend",
        "sum",
        "mean",
        "max",
        "min",
        "dot",
        "copy",
        "item",
        "astype",
        "all",
        "any",
        "conj",
        "conjugate",
        "std",
        "var",
        "prod",
        "clip",
        "argmax",
        "argmin",
        "cumsum",
        "cumprod",
        "round",
        "transpose",
        "reshape",
        "ravel",
        "flatten",
        "tolist",
        "fill",
        "trace",
        "diagonal",
        "bit_count",
        "bit_length",
        "index",
        "is_integer",
        "real",
        "imag",
    ]
)
BUILTINS = frozenset({"abs", "float", "int", "round", "sum", "min", "max", "pow", "divmod", "complex", "bool"})
_TEXT_OR_OBJECTS = frozenset({"print", "input", "open", "isinstance", "getattr", "setattr", "hasattr", "str", "repr", "next"})
_FOREIGN = (
    ast.Yield, ast.YieldFrom, ast.Await, ast.With, ast.AsyncWith, ast.AsyncFor, ast.Try, ast.TryStar, ast.Delete, ast.Import,
    ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Dict, ast.Set, ast.DictComp, ast.SetComp,
    ast.Global, ast.Nonlocal, ast.Match, ast.JoinedStr, ast.Starred,
)  # fmt: skip
_WORK = (ast.BinOp, ast.AugAssign, ast.Subscript)


def looks_numeric(node: ast.AST, tree: ast.Module | None = None) -> bool:
    """Could this be a loop over numbers? It computes or accesses elements, and does nothing that numbers cannot.

    A call of a function that is defined somewhere in `tree` and computes is work, too.
    """
    waiting, works = [node], False
    called: set[str] = set()
    while waiting:
        part = waiting.pop()
        if _is_foreign(part):
            return False
        works = works or _is_work(part)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            called.add(part.func.id)
        if not isinstance(part, ast.Raise | ast.Assert):  # their messages are text
            waiting.extend(children(part))
    return works or bool(tree and called and any(_computes(tree, name) for name in called))


def numeric_sites(sites: tuple[Site, ...], tree: ast.Module | None = None) -> tuple[Site, ...]:
    """The outermost sites that look numeric: where a site does not, those inside it are asked."""
    return tuple(s for x in sites for s in ((x,) if looks_numeric(x.node, tree) else numeric_sites(x.inner, tree)))


@lru_cache(maxsize=16)  # few, for each keeps a file's tree
def _computes(tree: ast.Module, name: str) -> bool:
    """Whether one of the functions and lambdas of this name does work."""
    return any(_is_work(part) for node in _defined(tree).get(name, ()) for part in walk_nodes(node))


@lru_cache(maxsize=4)
def _defined(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """The functions and lambdas of a file by their names, wherever they stand."""
    found: dict[str, list[ast.stmt]] = {}
    waiting: list[ast.AST] = [tree]
    while waiting:
        for statement in (s for block in blocks(waiting.pop()) for s in block):
            match statement:
                case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                    found.setdefault(name, []).append(statement)
                case _:
                    pass
            waiting.append(statement)
    return found


def _is_foreign(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(ctx=ast.Store()) | ast.Attribute(ctx=ast.Del()):
            return True
        case ast.Subscript(slice=ast.Constant(value=str() | bytes())):
            return True
        case ast.Expr(value=value):
            return not _is_harmless(value)
        case ast.Call():
            return _calls_foreign(node)
        case ast.BinOp(left=ast.Constant(value=str() | bytes())) | ast.BinOp(right=ast.Constant(value=str() | bytes())):
            return True
        case ast.Assign(value=ast.Constant(value=str() | bytes())):
            return True
        case ast.Starred(value=ast.Attribute(attr="shape")):
            return False
        case _:
            return isinstance(node, _FOREIGN)


def _is_harmless(value: ast.expr) -> bool:
    """A statement that is only an expression: a docstring, `...`, or a call of a method or of a module's function."""
    match value:
        case ast.Constant():
            return True
        case ast.Call(func=ast.Attribute()):
            return True
        case _:
            return False


def _calls_foreign(call: ast.Call) -> bool:
    texts = any(isinstance(a, ast.Constant) and isinstance(a.value, str | bytes) for a in call.args)
    match call.func:
        case ast.Attribute(value=value, attr=attr):
            return not (attr in METHODS or _root(value) in MODULES)
        case ast.Name(id=name):
            return texts or name in _TEXT_OR_OBJECTS
        case _:
            return True


def _root(value: ast.expr) -> str:
    while isinstance(value, ast.Attribute):
        value = value.value
    return value.id if isinstance(value, ast.Name) else ""


def _is_work(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in BUILTINS
        case ast.Call(func=ast.Attribute(value=value)):
            return _root(value) in MODULES
        case ast.Compare(ops=ops):
            return all(isinstance(op, ast.Lt | ast.LtE | ast.Gt | ast.GtE | ast.Eq | ast.NotEq) for op in ops)
        case ast.ListComp(elt=ast.Constant(value=int() | float())):
            return True
        case _:
            return isinstance(node, _WORK)
