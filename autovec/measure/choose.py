"""Which of several rewrites is the fastest? All of them timed in the same call, so that they meet the same machine.

Comes in: the original, two to four rewrites and their contract. Goes out: the index of the fastest by the geometric mean of its
times at the two largest sizes (the original may have been left out of these), with its `Speed`; or a `Refusal` where nothing
could be timed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

from autovec.harness.sandbox import WARM_COMPILER, Died, Sandbox
from autovec.measure.breakeven import pays_from
from autovec.measure.task import Race, Row
from autovec.outcome import Contract, Refusal, Speed, Timing

BUDGET_SECONDS = 0.3
_TRIAL = "autovec.measure.trial:run"
_COMPILING_SECONDS = 20.0  # a compiled rewrite's first call comes on top of the budget


def fastest(
    old: str,
    candidates: Sequence[str],
    contract: Contract,
    *,
    sandbox: Sandbox,
    budget_seconds: float = BUDGET_SECONDS,
    dtypes: Mapping[str, str] | None = None,
    handicaps: Sequence[float] = (),
    definitions: Sequence[str] = (),
    usual: Mapping[str, object] | None = None,
    tests: Sequence[str] = (),
) -> tuple[int, Speed] | Refusal:
    """The index of the fastest rewrite, and its speed; each one's time counts as often as its handicap says (once by default).
    For the others see `Race`."""
    given = tuple((dtypes or {}).items()), tuple(definitions), tuple((usual or {}).items()), tuple(tests)
    race = Race(old, tuple(candidates), contract, budget_seconds, *given)
    warm = WARM_COMPILER if any(definitions) else ()
    reply = sandbox.call(_TRIAL, race, seconds=4 * budget_seconds + _COMPILING_SECONDS, warm=warm)
    if isinstance(reply, Died):
        return Refusal("AV094", f"the rewrite could not be timed: {reply.reason}")
    if isinstance(reply.value, str):
        return Refusal("AV094", f"the rewrite could not be timed: {reply.value}")
    rows = cast(tuple[Row, ...], reply.value)
    weights = tuple(handicaps) or (1.0,) * len(candidates)
    best = min(range(len(candidates)), key=lambda k: _merit(rows, k) * weights[k] ** len(rows[-2:]))
    timings = tuple(_timing(row, best) for row in rows if row.after[best] < math.inf and row.before < math.inf)
    if not timings:
        return Refusal("AV094", "the rewrite could not be timed: it raised at every size")
    first_call = rows[-1].first_calls[best] if rows[-1].first_calls else 0.0
    return best, Speed(timings, pays_from(timings), first_call, _other(rows, best, definitions))


def _timing(row: Row, best: int) -> Timing:
    return Timing(row.size, row.before, row.after[best], *(row.ranges[best] if row.ranges else (0.0, 0.0)))


def _other(rows: tuple[Row, ...], best: int, definitions: Sequence[str]) -> tuple[tuple[int, float], ...]:
    """The times of the best form that is compiled where the winner is not, or the other way round."""
    others = [k for k, kernels in enumerate(definitions) if bool(kernels) != bool(definitions[best])]
    if not others:
        return ()
    rival = min(others, key=lambda k: _merit(rows, k))
    return tuple((row.size, row.after[rival]) for row in rows if row.after[rival] < math.inf and row.before < math.inf)


def _merit(rows: tuple[Row, ...], k: int) -> float:
    """The product of the times at the two largest sizes orders as their geometric mean does."""
    return math.prod(row.after[k] for row in rows[-2:])
