"""What a function needs of its module in order to run by itself, as far as that is known to do no harm.

Comes in: a module's tree and a function in it. Goes out: the statements that bind the names which the function uses, and those
that these use in turn, in the module's order; or a Refusal that names what is not known. Known are imports of the libraries
below, constants, and functions all of whose calls are to known things and which keep nothing in variables of the module.
Star imports are kept, so that names mean what they mean there. Nothing here is a protection: the sandbox is.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from autovec.outcome import Refusal
from autovec.record import dataclass

_KNOWN = frozenset((
    "__future__", "abc", "array", "bisect", "builtins", "cmath", "collections", "copy", "dataclasses", "decimal", "enum",
    "fractions", "functools", "heapq", "itertools", "math", "numba", "numbers", "numpy", "operator", "random", "re", "scipy",
    "statistics", "string", "types", "typing", "typing_extensions", "warnings",
))  # fmt: skip
_EFFECTS = frozenset(("open", "exec", "eval", "compile", "__import__", "input", "breakpoint", "exit", "quit", "__file__"))
_CHANGERS = frozenset((
    "append", "extend", "insert", "remove", "pop", "clear", "add", "discard", "update", "setdefault", "popitem", "sort", "fill",
))  # fmt: skip
_TRUST = "pass --trust-module to run the module's own code"
Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def trusted_prelude(tree: ast.Module, path: Path) -> str:
    """The whole module, importing what lies beside it."""
    head = [s for s in tree.body if isinstance(s, ast.ImportFrom) and s.module == "__future__"]
    rest = [s for s in tree.body if s not in head]
    found = f"import sys\nsys.path.insert(0, {str(path.resolve().parent)!r})\n__file__ = {str(path.resolve())!r}\n"
    return _text(head) + found + _text(rest)


def prelude_of(tree: ast.Module, node: ast.FunctionDef, owner: ast.ClassDef | None) -> str | Refusal:
    """The statements that `node` needs."""
    found = _Needed(tree)
    asked = (node, *((owner,) if owner and _needs_class(node, owner) else ()))
    problem = next((p for p in (found.require(n, n.name) for n in asked) if p is not None), None)
    if problem is not None:
        return problem
    stars = [s for s in tree.body if _is_star(s)]
    for star in stars:
        if not _is_known(star):
            return _unknown(ast.unparse(star))
    return _text([s for s in tree.body if s in stars or s in found.kept])


def _needs_class(node: ast.FunctionDef, owner: ast.ClassDef) -> bool:
    return any(isinstance(n, ast.Name) and n.id in (owner.name, "super", "__class__") for n in ast.walk(node))


@dataclass(slots=True)
class _Needed:
    """The search for what binds names, from the function outwards."""

    tree: ast.Module
    kept: list[ast.stmt] = field(default_factory=list[ast.stmt])
    met: set[str] = field(default_factory=set[str])

    def require(self, node: ast.AST, who: str) -> Refusal | None:
        """Find what the names in `node` are bound by."""
        for name in _used(node):
            if name in _EFFECTS and not self._binders(name):
                return Refusal("AV092", f"`{who}` uses `{name}`, which may reach outside", _TRUST)
            if name not in self.met:
                self.met.add(name)
                problem = self._bound(name, who)
                if problem is not None:
                    return problem
        return self._keeping_state(node, who)

    def _bound(self, name: str, who: str) -> Refusal | None:
        for s in self._binders(name):
            if s in self.kept:
                continue
            self.kept.append(s)
            if isinstance(s, ast.Import | ast.ImportFrom):
                if not _is_known(s):
                    return _unknown(ast.unparse(s))
                continue
            problem = self.require(s, s.name if isinstance(s, Scope) else name)
            if problem is not None:
                return problem
        if not self._binders(name) and not hasattr(builtins, name) and not any(map(_is_star, self.tree.body)):
            return Refusal("AV092", f"`{who}` uses `{name}`, which the module does not define")
        return None

    def _binders(self, name: str) -> list[ast.stmt]:
        return [s for s in self.tree.body if name in _bindings(s)]

    def _keeping_state(self, node: ast.AST, who: str) -> Refusal | None:
        """Whether a function writes to a variable of the module, so that one call would change the next."""
        if not isinstance(node, Scope):
            return None
        own = _own_names(node)
        for part in ast.walk(node):
            for name in _changed(part):
                elsewhere = name not in own or isinstance(part, ast.Global)
                if elsewhere and not all(isinstance(s, ast.Import | ast.ImportFrom) for s in self._binders(name)):
                    return Refusal("AV092", f"`{who}` keeps something in `{name}` of its module", _TRUST)
        return None


def _changed(node: ast.AST) -> list[str]:
    match node:
        case ast.Global(names):
            return names
        case ast.Call(func=ast.Attribute(value=ast.Name(name), attr=attr)) if attr in _CHANGERS:
            return [name]
        case ast.Subscript(value=ast.Name(name), ctx=ast.Store() | ast.Del()):
            return [name]
        case _:
            return []


def _own_names(node: ast.AST) -> set[str]:
    """Every name that is bound somewhere inside."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}
    found |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    found |= {part.name for part in ast.walk(node) if isinstance(part, ast.FunctionDef | ast.ClassDef) and part is not node}
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            found |= set(_bindings(part))
    return found


def _used(node: ast.AST) -> Iterator[str]:
    """Names that `node` may take from the module: annotations are not looked at, local names are."""
    local = _own_names(node) if isinstance(node, ast.FunctionDef) else set[str]()
    for part in _without_annotations(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and part.id not in local:
            yield part.id


def _without_annotations(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:  # pyright: ignore[reportUnknownVariableType]
            if isinstance(child, ast.AST):
                yield child
                yield from _without_annotations(child)


def _bindings(s: ast.AST) -> list[str]:
    """The names that a statement of the module binds."""
    match s:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Import(names) | ast.ImportFrom(names=names):
            return [(alias.asname or alias.name).partition(".")[0] for alias in names]
        case _:
            blocks = (child for child in ast.iter_child_nodes(s) if isinstance(child, ast.stmt | ast.ExceptHandler))
            inner = [b for child in blocks for b in _bindings(child)]
            return inner + [p.id for p in _without_annotations(s) if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Store)]


def _is_star(s: ast.stmt) -> bool:
    return isinstance(s, ast.ImportFrom) and any(alias.name == "*" for alias in s.names)


def _is_known(s: ast.stmt) -> bool:
    match s:
        case ast.Import(names):
            return all(alias.name.partition(".")[0] in _KNOWN for alias in names)
        case ast.ImportFrom(module=module, level=0):
            return (module or "").partition(".")[0] in _KNOWN
        case _:
            return False


def _unknown(what: str) -> Refusal:
    return Refusal("AV092", f"it is not known what `{what}` does", _TRUST)


def _text(statements: Sequence[ast.stmt]) -> str:
    return "".join(f"{ast.unparse(s)}\n" for s in statements)
