"""What a rule may ask about the expression in front of it.

Comes in: implemented by `emit` from the facts of the function. Goes out: answers for `needs` and for match functions.
Not handled: anything that only a run would tell; a need that is not proved here becomes a guard in the new text.
"""

from __future__ import annotations

from typing import Protocol

from autovec.expression import Expr
from autovec.tensor.statement import Extent


class Context(Protocol):
    """The facts around one expression."""

    def kinds(self, expr: Expr) -> frozenset[str]:
        """The scalar kinds that the elements of `expr` may have.

        Python kinds (int, float, complex, bool) for Python numbers, NumPy names (float64, int8, bool_, complex128, ...) for
        NumPy scalars; an array of unknown dtype has all of these. For a `Reduce` it is what the accumulator holds once an element
        was added, the start included: `total = 0.0` over int8 elements gives float64, `total = 0` gives int8.
        """
        ...

    def extent(self, axis: str) -> Extent:
        """The values that `axis` takes."""
        ...

    def nonempty(self, axis: str) -> bool:
        """Whether `axis` is proved to have at least one lane."""
        ...

    def sources(self, expr: Expr) -> frozenset[str] | None:
        """The arrays whose elements `expr` picks without computing with them; none of a number, None of a computed value."""
        ...
