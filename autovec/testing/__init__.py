"""For property tests of rewritten loops, as `autovec rewrite --write-tests` writes them: inputs that Hypothesis makes up, and an
`Oracle` that compares the loop as it was with what stands in the file now. Needs `hypothesis`."""

from autovec.testing.oracle import Oracle
from autovec.testing.strategies import arrays, lists, numbers, sizes

__all__ = ["Oracle", "arrays", "lists", "numbers", "sizes"]
