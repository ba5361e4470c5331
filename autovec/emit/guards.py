"""Guards of rules as limits on the dtypes of arrays.

A rule that holds for some dtypes only gives a test such as `{a}.dtype.kind in "fiu"`, where `a` may stand for a whole expression. What
can be tested in front of the nest are the arrays themselves: an expression of arrays of these kinds is of these kinds, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from autovec.expression import Read, walk
from autovec.facts.kinds import PYTHON

if TYPE_CHECKING:
    from autovec.emit.speller import Speller
    from autovec.rule import Bound

LIMIT = re.compile(r'\{(\w+)\}\.dtype\.kind (?:==|in) "(\w+)"')
LETTERS = {"bool_": "b", "complex64": "c", "complex128": "c"}


def letter(kind: str) -> str:
    """The letter that NumPy has for a kind of dtype."""
    return LETTERS.get(kind) or ("u" if kind.startswith("u") else kind[0])


def limits(s: Speller, guard: str, bindings: Mapping[str, Bound]) -> dict[str, frozenset[str]] | None:
    """The kinds that the guard leaves to each array; None where it asks something else, or of a value that no array decides."""
    out: dict[str, frozenset[str]] = {}
    for part in guard.split(" and "):
        found = LIMIT.fullmatch(part)
        if found is None:
            return None
        expr, allowed = bindings[found[1]].expr, frozenset(found[2])
        arrays = {x.array for x in walk(expr) if isinstance(x, Read)}
        for name in arrays:
            fact = s.facts.array(name)
            if fact is None or fact.container == "list" or name not in s.inputs:
                return None
            if not fact.kinds - PYTHON or not {letter(k) for k in fact.kinds} & allowed:
                return None
            if "float64" in fact.kinds and "f" not in allowed:
                return None  # what holds for all but the usual dtype is no help
            if {letter(k) for k in fact.kinds} - allowed:
                out[name] = out.get(name, fact.kinds) & {k for k in fact.kinds if letter(k) in allowed}
        if not arrays:
            return None
    return out
