"""islpy as the oracle of the quick dependence tests: what these rule out, exact arithmetic must not find either."""

from __future__ import annotations

from itertools import islice, product

from autovec.depend import Assumptions, Dependences, quick
from autovec.depend.exact import directions
from autovec.depend.quick import AFTER, ANY, BEFORE, EQUAL, Box, Pair
from autovec.depend.subscripts import Setting
from autovec.loops.statement import For

MOST = 12  # pairs of a nest: the exact test takes up to a second for one
asked: set[For] = set()


class Doubted(Dependences):
    """Dependences whose quick tests are compared with the exact one, once for each nest."""

    def __init__(self, nest: For, facts: Assumptions, allow_exits: bool = False) -> None:
        super().__init__(nest, facts, allow_exits)
        if nest not in asked:
            asked.add(nest)
            for pair, setting in islice(self.pairs(), MOST):
                assert agree(pair, setting), f"{pair.first.access} {pair.second.access}"


def agree(pair: Pair, setting: Setting) -> bool:
    """Whether the quick tests leave every direction that the exact one finds."""
    every = Box((ANY,) * len(pair.common), (None,) * len(pair.common), False)
    exact = directions(pair, every, setting)
    box = quick.test(pair)
    return exact is None or exact <= (vectors(box.directions) if box is not None else set())


def vectors(box: tuple[int, ...]) -> set[tuple[int, ...]]:
    """The direction vectors of a box."""
    return set(product(*([sign for mask, sign in ((BEFORE, 1), (EQUAL, 0), (AFTER, -1)) if allowed & mask] for allowed in box)))
