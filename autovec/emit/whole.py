"""Print lists of Python integers that floats were turned into: `list(map(int, np.rint(x).tolist()))`.

Comes in: the printer and an `Extend` whose elements are made by `int`, `round`, `math.floor`, `math.ceil` or `math.trunc`. Goes
out: the list's text, or None for other elements. A float has no limit that 64 bits would hold, so the last step is Python's own,
which also raises for NaN and infinities as the loop does. Not handled: arithmetic on what was turned into an integer.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autovec.emit.code import NoSpelling
from autovec.expression import ATOM, Apply, Expr
from autovec.facts.kinds import FLOATS
from autovec.facts.table import Facts
from autovec.tensor.statement import Extend

if TYPE_CHECKING:
    from autovec.emit.statements import Printer

ROUNDED = {"round": "np.rint", "math.floor": "np.floor", "math.ceil": "np.ceil"}
CUT = frozenset(("int", "math.trunc"))  # what int() of a float does, too
NUMBERS = FLOATS | {"float"}


def whole_numbers(p: Printer, s: Extend) -> str | None:
    """The list, where its elements are floats turned into integers."""
    value = _number(s.value, p.speller.facts)
    if value is None:
        return None
    if s.inner:
        raise NoSpelling("AV012", "nested lists of Python integers, which have no upper limit")
    call = p.speller.spelling.call
    floats = p.elements(replace(s, value=value))
    return f"{call('list')}({call('map')}({call('int')}, {floats.at(ATOM)}.tolist()))"


def _number(e: Expr, facts: Facts) -> Expr | None:
    """The float of which `int` is the element; None where it is not made of one."""
    match e:
        case Apply(fn, (x,)) if fn in ROUNDED or fn in CUT:
            found = facts.kinds(x)
            if not found & NUMBERS or not found <= NUMBERS | {"int"}:
                return None
            return x if fn in CUT else Apply(ROUNDED[fn], (x,))
        case _:
            return None
