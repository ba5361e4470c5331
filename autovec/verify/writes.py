"""Which inputs does the original write to? Those are not handed over read-only: a loop that happens to store nothing runs on
such an array, and no rewrite that stores a whole slice could.

Comes in: the original's text and the contract. Goes out: positions of inputs, rather too many than too few.
"""

from __future__ import annotations

import ast

from autovec.harness.stores import stored
from autovec.outcome import Contract


def written(text: str, contract: Contract) -> frozenset[int]:
    """The inputs that the text stores into, as far as its assignments tell."""
    names = stored(ast.parse(text))
    return frozenset(i for i, x in enumerate(contract.inputs) if any(_touches(name, x.name) for name in names))


def _touches(stored: str, name: str) -> bool:
    """Whether a store through `stored` may reach the input: one is the other, or the beginning of the other's path."""
    return f"{stored}.".startswith(f"{name}.") or f"{name}.".startswith(f"{stored}.")
