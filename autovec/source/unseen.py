"""Which arrays does nobody see again where the loop raises? And of which numbers does it matter whether they are Python's own?

Comes in: a loop's site and names. Goes out: the names that up to the loop are only bound, subscripted and asked for
their shape, in a function in which no `try` or `with` could go on after an exception. Not handled: loops around the site (a use
below it counts only where it stands before the loop's end).
"""

from __future__ import annotations

import ast

from autovec.source.find import Site
from autovec.source.tree import walk_nodes

_RAISING = (ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_ASSIGNING = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
_HARMLESS = frozenset(("shape", "ndim", "size", "dtype", "fill", "sum", "mean", "max", "min", "copy"))


def unseen_after_raise(site: Site, names: frozenset[str]) -> frozenset[str]:
    """Those of `names` whose contents are lost with the function's frame."""
    if isinstance(site.function, ast.Module) or any(isinstance(s, ast.Try | ast.TryStar | ast.With) for s in site.chain):
        return frozenset()
    given = {a.arg for a in walk_nodes(site.function.args) if isinstance(a, ast.arg)}
    return names - given - _escaping(site.function, site.node)


def divided(site: Site, names: frozenset[str], filled: frozenset[str] = frozenset()) -> frozenset[str]:
    """Those of `names` that the function divides, divides by, or raises to a power, themselves or in what it computes from them:
    there Python's floats may raise.

    Nothing raises by a division by a number that stands there, or by the length of one of the `filled`, which have elements.
    """
    raising = frozenset[str]().union(*(_names(part) for part, by in _divisions(site) if not _is_never_zero(by, filled)))
    return frozenset(name for name in names if raising & _computed_from(site, name))


def _computed_from(site: Site, name: str) -> set[str]:
    """A name, and those that are assigned something in which one of them stands."""
    found, more = {name}, {name}
    while more:
        assigned = [s for s in walk_nodes(site.function) if isinstance(s, _ASSIGNING) and s.value and more & _names(s.value)]
        targets = [t for s in assigned for t in (s.targets if isinstance(s, ast.Assign) else [s.target])]
        more = {n.id for t in targets for n in walk_nodes(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - found
        found |= more
    return found


def _names(e: ast.AST) -> set[str]:
    return {n.id for n in walk_nodes(e) if isinstance(n, ast.Name)}


def dividing_lengths(site: Site, names: frozenset[str]) -> frozenset[str]:
    """The parameters by whose length one of `names` is divided, if nothing in the function could change that."""
    used = {a.id for part, by in _divisions(site) if (a := _measured(by)) is not None and names & _names(part)}
    if isinstance(site.function, ast.Module):
        return frozenset()
    given = {a.arg for a in walk_nodes(site.function.args) if isinstance(a, ast.arg)}
    return frozenset(name for name in used & given if _keeps_its_length(site.function, name))


def _keeps_its_length(function: ast.AST, name: str) -> bool:
    """Whether the function only runs through it, asks for its length, and reads and stores single elements."""
    uses = [(n, child) for n in walk_nodes(function) for child in ast.iter_child_nodes(n) if isinstance(child, ast.Name)]
    return all(_is_element_or_run(n, child) for n, child in uses if child.id == name)


def _is_element_or_run(parent: ast.AST, name: ast.Name) -> bool:
    match parent:
        case ast.Subscript(slice=at, ctx=ctx):
            return isinstance(ctx, ast.Load) or not (isinstance(ctx, ast.Del) or isinstance(at, ast.Slice))
        case ast.For(iter=run) | ast.comprehension(iter=run):
            return run is name
        case _:
            return isinstance(name.ctx, ast.Load) and _is_harmless(parent, name)


def _divisions(site: Site) -> list[tuple[ast.BinOp | ast.AugAssign, ast.expr | None]]:
    """What may raise, and what it divides by; None for a power."""
    parts = (n for n in walk_nodes(site.function) if isinstance(n, ast.BinOp | ast.AugAssign) and isinstance(n.op, _RAISING))
    return [(p, None if isinstance(p.op, ast.Pow) else p.right if isinstance(p, ast.BinOp) else p.value) for p in parts]


def _is_never_zero(divisor: ast.expr | None, filled: frozenset[str]) -> bool:
    match divisor:
        case ast.Constant(value=int() | float() as number):
            return number != 0
        case _:
            array = _measured(divisor)
            return array is not None and array.id in filled


def _measured(e: ast.expr | None) -> ast.Name | None:
    """The name whose length an expression is."""
    match e:
        case ast.Call(func=ast.Name("len"), args=[ast.Name() as name]):
            return name
        case _:
            return None


def _escaping(function: ast.AST, loop: ast.AST) -> set[str]:
    """Names that are used as a whole outside the loop and before its end, or in an inner function."""
    found: set[str] = set()
    for node in walk_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and node is not function:
            found |= {n.id for n in walk_nodes(node) if isinstance(n, ast.Name)}
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load) and not _is_harmless(node, child):
                found |= {child.id} if _is_before_end(child, loop) else set()
    return found


def _is_harmless(parent: ast.AST, name: ast.Name) -> bool:
    match parent:
        case ast.Subscript(value=value):
            return value is name
        case ast.Attribute(attr=attr):
            return attr in _HARMLESS
        case ast.Call(func=ast.Name("len" | "enumerate" | "zip")):
            return True
        case ast.BinOp() | ast.Compare() | ast.UnaryOp():
            return True
        case _:
            return False


def _is_before_end(name: ast.Name, loop: ast.AST) -> bool:
    return name.lineno <= (getattr(loop, "end_lineno", None) or 0)
