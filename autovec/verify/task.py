"""What one verification is asked: both texts, the contract, how far floats may differ, and how long it may take.

It lies apart from `trial.py`, so that whoever asks does not import numpy: that lives in the worker.
"""

from __future__ import annotations

import math
from dataclasses import field, replace

from autovec.outcome import Contract, Course, Rounding
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Seconds of processor time for trying and for judging floats; the table of corner cases runs to its end within
    `table_seconds`."""

    seconds: float = 0.35
    table_seconds: float = 4.0
    case_seconds: float = 0.4  # one run of the original; the rewrite gets five times that
    judge_seconds: float = 0.7
    judge_case_seconds: float = 0.25
    shrink_seconds: float = 0.6  # of making a difference small
    enough: int = 12  # compared cases that are not empty; fewer are no evidence
    enough_judged: int = 8
    compile_seconds: float = 1.0
    cover_seconds: float = 0.1  # of noting which branches are taken
    steer_seconds: float = 0.25  # of looking for inputs that take the others
    wall_seconds: float = 20.0
    steer_cases: int = 400  # in a row that take no new branch are the last
    total_seconds: float = math.inf  # of everything, twice that where too little could be compared


BRIEF = Budget(
    seconds=0.02, table_seconds=0.08, judge_seconds=0.05, enough=0, enough_judged=0, cover_seconds=0.0, steer_seconds=0.0
)
UNHURRIED = Budget(math.inf, math.inf, 10.0, math.inf, 10.0, 2.0, compile_seconds=math.inf, wall_seconds=600.0)


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
    new_prelude: str | None = None  # where the rewrite has surroundings of its own
    everyday: bool = False  # only finite numbers of everyday size: for dtypes that nobody named
    forgiving: bool = False  # leave out what `excused.py` says: for whole functions
    definitions: str = ""  # the kernels that the rewrite calls
    course: Course | None = None  # the inputs of an earlier trial, which are tried again, all of them, however long it takes

    @property
    def compiles(self) -> bool:
        """Whether a version compiles itself when it is first run, which takes its time."""
        return "numba" in self.contract.prelude or "numba" in self.new_contract.prelude

    @property
    def new_contract(self) -> Contract:
        """The contract with the rewrite's own prelude."""
        return self.contract if self.new_prelude is None else replace(self.contract, prelude=self.new_prelude)
