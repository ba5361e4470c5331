"""The third question: is it worth it? Both texts timed beside each other at several sizes, in one call of the sandbox.

Comes in: the original, the rewrite and their contract. Goes out: a `Speed`, or a `Refusal` where nothing could be timed.
Not measured: peak memory, several threads, and the cost of a first call that compiles.
"""

from __future__ import annotations

from collections.abc import Mapping

from autovec.harness.sandbox import Sandbox
from autovec.measure.choose import BUDGET_SECONDS, fastest
from autovec.outcome import Contract, Refusal, Speed


def measure(
    old: str,
    new: str,
    contract: Contract,
    *,
    sandbox: Sandbox,
    budget_seconds: float = BUDGET_SECONDS,
    dtypes: Mapping[str, str] | None = None,
) -> Speed | Refusal:
    """How fast both are, from small sizes to the one where the original takes about 20 ms."""
    found = fastest(old, (new,), contract, sandbox=sandbox, budget_seconds=budget_seconds, dtypes=dtypes)
    return found if isinstance(found, Refusal) else found[1]
