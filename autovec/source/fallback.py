"""Recognises the loop that an earlier rewrite kept as its fallback.

Comes in: a loop's site, and the text that it would become. Goes out: whether the loop stands in the else-arm of a test of types
or shapes, or of a test (or a `try`) whose other arm ends in that very text; a second run over a file must not rewrite it again.
"""

from __future__ import annotations

import ast
import re

from autovec.source.find import Site
from autovec.source.tree import walk_nodes

_NUMBERED = re.compile(r"_\d+'")


def is_fallback(site: Site, fast: str) -> bool:
    """Whether the statements of `fast` end the other arm of the test around a site."""
    around = next((s for s in reversed(site.chain) if isinstance(s, ast.If | ast.Try)), None)
    behind = [around.orelse] if isinstance(around, ast.If) else [h.body for h in around.handlers] if around else []
    if around is None or not any(site.block is block for block in behind):
        return False
    wanted = [_plain(s) for s in ast.parse(fast).body]
    arms = [around.body, *(n.body for s in around.body for n in walk_nodes(s) if isinstance(n, ast.If | ast.With))]
    return any(wanted == [_plain(s) for s in arm[-len(wanted) :]] for arm in arms)


def _plain(statement: ast.stmt) -> str:
    """A statement without the numbers that keep names of new variables apart: `x_array` is taken when the text is made again."""
    return _NUMBERED.sub("'", ast.dump(statement))


def stands_behind_kernel(site: Site, kernels: frozenset[str]) -> bool:
    """Whether a site is in the else-arm of a test whose other arm calls one of `kernels`."""
    inner: ast.stmt = site.statement
    for around in reversed(site.chain):
        if isinstance(around, ast.If) and inner in around.orelse:
            called = (n.func for s in around.body for n in walk_nodes(s) if isinstance(n, ast.Call))
            if any(isinstance(f, ast.Name) and f.id in kernels for f in called):
                return True
        inner = around
    return False


def stands_behind_type_test(site: Site) -> bool:
    """Whether a site is in the else-arm of a test of what arrays are: the slow path for what the fast one can't take."""
    inner: ast.stmt = site.statement
    for around in reversed(site.chain):
        if isinstance(around, ast.If) and inner in around.orelse and _asks_for_types(around.test):
            return True
        inner = around
    return False


def _asks_for_types(test: ast.expr) -> bool:
    for node in walk_nodes(test):
        match node:
            case ast.Attribute(attr="dtype" | "ndim" | "flags" | "may_share_memory" | "shares_memory" | "ndarray"):
                return True
            case ast.Compare(ast.Attribute(attr="shape"), [ast.Eq(), *_]):
                return True
            case _:
                pass
    return False
