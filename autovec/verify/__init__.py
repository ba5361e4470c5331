"""The second question, is it the same: two texts and a contract, or two functions of files, against each other."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autovec.verify.whole.verdict import Verdict


class _Package(ModuleType):
    """This package, which can be called: `autovec.verify(old, new)` compares two functions."""

    def __call__(self, old: str, new: str, *, strict: bool = False, contract: str = "", trust_module: bool = False) -> Verdict:
        """Whether the function `new` does what the function `old` does, both given as "FILE.py:name".

        The verdict's `answer` is Evidence, a Counterexample with a snippet that shows the difference, or a Refusal to answer.
        """
        from autovec.outcome import Rounding
        from autovec.verify.whole.question import Terms
        from autovec.verify.whole.verdict import compared

        return compared(old, new, Terms(Rounding.APPROXIMATES, strict, contract), trust_module)


sys.modules[__name__].__class__ = _Package
