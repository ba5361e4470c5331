"""What one timing is asked, and what it answers; apart from `trial.py`, so that whoever asks does not import numpy."""

from __future__ import annotations

from autovec.outcome import Contract
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Race:
    """The original against one or more rewrites; `dtypes` overrides the contract's first choice by input name, `usual` are the
    values that scalars have by default, `definitions` are the kernels that each rewrite calls ("" for none), `tests` what the
    rewrites ask for before they do anything else than the original."""

    old: str
    candidates: tuple[str, ...]
    contract: Contract
    budget_seconds: float
    dtypes: tuple[tuple[str, str], ...] = ()
    definitions: tuple[str, ...] = ()
    usual: tuple[tuple[str, object], ...] = ()
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds a call at one size; infinite for a candidate that raised or was not timed, and for the original where it would have
    taken too long: such rows only tell the rewrites apart. `first_calls` are the seconds of each
    candidate's first call, where that compiles, else 0; `ranges` are where the ratio to the original lies, see `Timing`."""

    size: int
    before: float
    after: tuple[float, ...]
    first_calls: tuple[float, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
