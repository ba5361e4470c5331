"""Shield partial operations: where a mask leaves a lane out, nothing may warn that the loop never computed.

`np.where(c, a / b, 0)` divides in all lanes; with `b` replaced by 1 where c does not hold it divides in none that could fail.
"""

from __future__ import annotations

from autovec.emit.functions import RISKY, RISKY_CALLS
from autovec.expression import Apply, Const, Expr, free_axes
from autovec.lift.state import select


def shielded(e: Expr, test: Expr) -> Expr:
    """`e` for lanes that `test` selects: in the others nothing is divided by, or put into a partial function, that could warn."""
    match e:
        case Apply("**", (a, b)):
            return Apply("**", (select(test, a, Const(1)) if free_axes(a) else a, shielded(b, test)))
        case Apply(fn, (a, b)) if fn in RISKY:
            safe = b if not free_axes(b) or _is_safe(b, test) else select(test, b, Const(1))
            return Apply(fn, (shielded(a, test), safe))
        case Apply(fn, args) if fn.rpartition(".")[2] in RISKY_CALLS and "." in fn:
            return Apply(fn, tuple(_argument(a, test) for a in args))
        case Apply("where", (c, a, b)):
            return Apply("where", (c, shielded(a, test), shielded(b, test)))
        case Apply(fn, args):
            return Apply(fn, tuple(shielded(a, test) for a in args))
        case _:
            return e


def _argument(e: Expr, test: Expr) -> Expr:
    """An argument of a partial function: harmless where it is an exponential of something harmless, else replaced by 1."""
    if isinstance(e, Apply) and e.fn.rpartition(".")[2] in ("exp", "exp2"):
        return shielded(e, test)
    return select(test, e, Const(1)) if free_axes(e) and not _is_safe(e, test) else e


def _is_safe(e: Expr, test: Expr) -> bool:
    """Whether `e` is a selection on the very same test already."""
    return isinstance(e, Apply) and e.fn == "where" and e.args[0] == test and e.args[2] == Const(1)
