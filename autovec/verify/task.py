"""What one verification is asked: both texts, the contract, how far floats may differ, and how long it may take.

It lies apart from `trial.py`, so that whoever asks does not import numpy: that lives in the worker.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from autovec.outcome import Contract, Rounding


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds of trying and of judging floats; the table of corner cases runs to its end within `table_seconds`."""

    seconds: float = 0.35
    table_seconds: float = 4.0
    case_seconds: float = 0.4  # one run of the original; the rewrite gets five times that
    judge_seconds: float = 0.7
    judge_case_seconds: float = 0.25
    enough: int = 12  # compared cases that are not empty; fewer are no evidence
    enough_judged: int = 8
    wall_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Task:
    """One verification. `strict` also compares inputs on which the original raises, and arrays that overlap in part."""

    old: str
    new: str
    contract: Contract
    rounding: Rounding
    budget: Budget = field(default_factory=Budget)
    strict: bool = False
    seed: int = 0
