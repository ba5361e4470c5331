"""Did the innermost loops run at all? Where one did not, a number that is too large for a dtype may raise in the rewrite only.

Comes in: the original's text and its contract. Goes out: whether, on given arguments, some innermost loop never reached its body.
NumPy tests that `k` fits the dtype of `x` in `x * k` even where `x` is empty; the loop does so with each element. The promise
leaves such numbers out. Not handled: comprehensions, which count as having run.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from autovec.harness.region import Region, compile_region
from autovec.outcome import Contract
from autovec.record import dataclass

_REACHED = "_autovec_reached"


@dataclass(frozen=True, slots=True)
class Footprints:
    """The original, which notes the innermost loops whose body it reaches."""

    region: Region
    loops: int
    reached: set[int]

    def idle(self, args: Mapping[str, object]) -> bool:
        """Whether some innermost loop does nothing on these arguments."""
        self.reached.clear()
        self.region.run(args)
        return len(self.reached) < self.loops


def footprints(text: str, contract: Contract) -> Footprints:
    """The text with a note at the top of the body of each innermost loop. Raises what `compile_region` does."""
    tree = ast.parse(text)
    loops = [node for node in ast.walk(tree) if isinstance(node, (ast.For, ast.While)) and _is_innermost(node)]
    for k, loop in enumerate(loops):
        loop.body[:0] = ast.parse(f"{_REACHED}.add({k})").body
    reached: set[int] = set()
    region = compile_region(ast.unparse(tree), contract)
    region.namespace[_REACHED] = reached
    return Footprints(region, len(loops), reached)


def _is_innermost(loop: ast.For | ast.While) -> bool:
    return not any(isinstance(node, (ast.For, ast.While)) for node in ast.walk(loop) if node is not loop)
