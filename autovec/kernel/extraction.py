"""Which statements move into a kernel, and which names they find bound.

Comes in: a loop's site. Goes out: the loop with what has to move along: statements behind it, up to the return, where the loop
may return; those in front of it, where they make a list for it, which then need not be converted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autovec.outcome import Refusal
from autovec.source.find import Site
from autovec.source.liveness import bound_in
from autovec.source.tree import walk_nodes

REFUSED = "AV050"
NOWHERE = (1 << 30, 0)  # behind all places


def taken_along(site: Site) -> list[ast.stmt] | Refusal:
    """The loop, and where it returns what stands behind it up to the return."""
    if not any(isinstance(n, ast.Return) for n in walk_nodes(site.statement)):
        return [site.statement]
    rest = site.block[site.index :]
    end = next((k for k, s in enumerate(rest) if isinstance(s, ast.Return)), None)
    if end is None:
        return Refusal(REFUSED, "the loop returns, and no return follows it")
    return rest[: end + 1]


def lists_made_in_front(site: Site) -> list[ast.stmt]:
    """The statements from the first one on that makes a list for the loop: inside the kernel it need not be converted."""
    used = {n.id for n in walk_nodes(site.statement) if isinstance(n, ast.Name)}
    first = at = site.index
    while at and isinstance(s := site.block[at - 1], ast.Assign | ast.AnnAssign) and isinstance(_target(s), ast.Name):
        at -= 1
        if bound_in([s]) & used and _is_list(s.value):
            first = at
    return site.block[first : site.index]


def _target(s: ast.Assign | ast.AnnAssign) -> ast.expr | None:
    return s.target if isinstance(s, ast.AnnAssign) else s.targets[0] if len(s.targets) == 1 else None


def _is_list(e: ast.expr | None) -> bool:
    match e:
        case ast.List() | ast.ListComp() | ast.BinOp(ast.List(), ast.Mult()):
            return True
        case _:
            return False


def arms(s: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(s, name, None)
        if isinstance(block, list):
            yield block


def surely_bound(s: ast.stmt) -> set[str]:
    """The names that a statement surely binds."""
    match s:
        case ast.Assign() | ast.AnnAssign(value=ast.expr()) | ast.AugAssign() | ast.Import() | ast.ImportFrom():
            return set(bound_in([s]))
        case ast.If(body=body, orelse=orelse) if orelse:
            return set[str]().union(*map(surely_bound, body)) & set[str]().union(*map(surely_bound, orelse))
        case ast.With(body=body):
            return set[str]().union(*map(surely_bound, body))
        case _:
            return set()


def first_places(nodes: list[ast.stmt]) -> dict[str, tuple[int, int]]:
    """Where each name stands first, in the order of the text."""
    found: dict[str, tuple[int, int]] = {}
    for n in (n for s in nodes for n in walk_nodes(s) if isinstance(n, ast.Name)):
        found[n.id] = min(found.get(n.id, NOWHERE), (n.lineno, n.col_offset))
    return dict(sorted(found.items(), key=lambda item: item[1]))
