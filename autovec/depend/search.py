"""Role assignments worth trying, best first.

Comes in: a nest, what is known of it, and a filter. Goes out: legal choices, fewest Python loops first; among equals the
Python loops lie outermost, so that the axes are the inner, contiguous ones. Beyond six loops only one greedy choice is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

from autovec.depend.assumptions import Assumptions
from autovec.depend.order import Dependences, Role
from autovec.loops.statement import For, walk_statements

_MAX_LOOPS = 6


def roles(nest: For, facts: Assumptions, may: Callable[[dict[str, Role]], bool]) -> Iterator[dict[str, Role]]:
    """Each legal choice with at least one axis for which `may` answers True."""
    return search(Dependences(nest, facts), may)


def search(dependences: Dependences, may: Callable[[dict[str, Role]], bool]) -> Iterator[dict[str, Role]]:
    """`roles` for dependences that are known already."""
    loops = [s.var for s in walk_statements((dependences.nest,)) if isinstance(s, For)]
    choices = _all(loops) if len(loops) <= _MAX_LOOPS else _greedy(loops, dependences)
    for choice in choices:
        if dependences.violation(choice) is None and may(choice):
            yield choice


def _all(loops: list[str]) -> Iterator[dict[str, Role]]:
    for kept in range(len(loops)):
        for outer in combinations(range(len(loops)), kept):
            yield {name: Role.S if k in outer else Role.V for k, name in enumerate(loops)}


def _greedy(loops: list[str], dependences: Dependences) -> Iterator[dict[str, Role]]:
    choice = dict.fromkeys(loops, Role.S)
    for name in reversed(loops):
        tried = {**choice, name: Role.V}
        if dependences.violation(tried) is None:
            choice = tried
    if Role.V in choice.values():
        yield choice
