"""What real runs and defaults say of a loop's sizes and types: what it is timed with, and whether it pays at all.

Comes in: what `autovec trace` noted of the function's parameters, and what these are by default. Goes out: types and values for
the clock, and a `Refusal` where a rewrite would pay only at sizes that no run had. That is about speed alone: the checker tries
all types, values and sizes.
"""

from __future__ import annotations

from autovec.outcome import ArrayInput, Contract, Refusal, Speed
from autovec.propose.reading import Reading
from autovec.source.declared import parameters


def usual_types(reading: Reading, contract: Contract) -> dict[str, str]:
    """For each input that had one type in real runs that type, where the contract has it."""
    from autovec.harness.cases import choices  # needed where something is run

    found: dict[str, str] = {}
    for x in contract.inputs:
        seen = reading.watched.get(x.name)
        names = () if seen is None else seen.dtypes if isinstance(x, ArrayInput) else seen.types
        if len(names) == 1 and names[0] in choices(x):
            found[x.name] = names[0]
    return found


def usual_values(reading: Reading) -> dict[str, int | float]:
    """The numbers that parameters are by default."""
    given = {p.name: p.default.value for p in parameters(reading.function, reading.module.text) if p.default is not None}
    return {name: value for name, value in given.items() if isinstance(value, int | float) and not isinstance(value, bool)}


def too_small(reading: Reading, contract: Contract, speed: Speed, gain: float) -> Refusal | None:
    """Why a rewrite does not pay at the sizes that real runs had; None where it does, where nothing is known, or where no `gain`
    is asked for."""
    if not gain:
        return None
    arrays = [x.name for x in contract.inputs if isinstance(x, ArrayInput)]
    most = [seen.most for name in arrays if (seen := reading.watched.get(name)) is not None]
    if not most or speed.pays_from is None or speed.pays_from <= max(most):
        return None
    seen = f"the longest array in the runs that `autovec trace` watched has {max(most):,} elements"
    return Refusal("AV060", f"{seen}, and the rewrite pays from n = {speed.pays_from:,}", "run `autovec trace` with larger data")
