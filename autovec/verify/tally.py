"""What the cases of a trial said, counted.

Comes in: each case with its `Look`. Goes out: how many were compared, how closely they agreed, and what remained open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field

from autovec.harness.cases import Case, shape_of
from autovec.outcome import ArrayInput, Contract
from autovec.record import dataclass
from autovec.verify.bench import Look, Seen
from autovec.verify.compare import Difference, Sort
from autovec.verify.snippet import dtypes_of

COMPARED = (Seen.SAME, Seen.ZEROS, Seen.NEAR)
_GROSS = 1e-3  # a relative difference that no rounding explains on everyday data


@dataclass(slots=True)
class Tally:
    """What all cases said so far."""

    seen: Counter[Seen] = field(default_factory=Counter[Seen])
    errors: Counter[str] = field(default_factory=Counter[str])
    full: int = 0  # compared cases in which every array has elements
    doubtful: list[tuple[Case, Difference]] = field(default_factory=list[tuple[Case, Difference]])
    ties: int = 0  # comparisons of nearly equal floats that went the other way, on data made for that
    dear: int = 0  # cases that took the judge too long
    later: list[Case] = field(default_factory=list[Case])
    dtypes: dict[str, None] = field(default_factory=dict[str, None])
    ulps: float = 0.0  # the largest differences that were allowed, see Evidence
    bounds: float = 0.0

    def add(self, contract: Contract, case: Case, look: Look) -> None:
        """Count one case."""
        if look.seen is Seen.LATER:
            self.later.append(case)
            return
        self.seen[look.seen] += 1
        if look.seen is Seen.RAISED:
            self.errors[look.error] += 1
        if look.seen in (Seen.OPEN, Seen.UNASKED) and look.difference is not None:
            if _is_gross(case, look.difference):
                self.doubtful.append((case, look.difference))
            elif look.seen is Seen.UNASKED:
                self.dear += 1
            elif look.difference.sort is Sort.VALUES:
                self.ties += 1
        if look.seen in COMPARED:
            self.ulps, self.bounds = max(self.ulps, look.ulps), max(self.bounds, look.bounds)
            self.full += _is_full(contract, case)
            self.dtypes[dtypes_of(contract, case)] = None

    @property
    def compared(self) -> int:
        """How many cases found both sides the same."""
        return sum(self.seen[seen] for seen in COMPARED)


def _is_gross(case: Case, found: Difference) -> bool:
    """Whether a difference that the judge cannot decide looks like more than rounding."""
    if found.sort is Sort.VALUES:  # a comparison of floats went the other way: on data without ties that is no rounding
        return set(case.kinds) <= {"ordinary"}
    return case.moderate and found.gap > _GROSS


def _is_full(contract: Contract, case: Case) -> bool:
    """Whether no array is empty that need not be (a list that the loop fills always is)."""
    sizes = dict(case.sizes)
    return all(0 not in shape_of(x, sizes) for x in contract.inputs if isinstance(x, ArrayInput) and "0" not in x.shape)
