"""What is asked of two whole functions, and what is answered: plain data between the command and the sandbox.

It lies apart from `trials.py`, so that whoever asks does not import numpy.
"""

from __future__ import annotations

from autovec.outcome import Contract, Counterexample, Evidence, Refusal, Rounding
from autovec.record import dataclass
from autovec.verify.task import Budget
from autovec.verify.whole.forms import Form

PROMPT = Budget(seconds=0.12, table_seconds=0.45, judge_seconds=0.35, steer_cases=120, total_seconds=1.0)
"""How long a verdict on two functions may take; `total_seconds` are for all of its trials together."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An input of the old function (`self.x` for an attribute), and what it may be."""

    name: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One version: the text that defines and calls it, and what that needs."""

    text: str
    prelude: str


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One verdict that is asked for. With `contracts` nothing is made up."""

    old: Side
    new: Side
    variables: tuple[Variable, ...]
    outputs: tuple[str, ...]
    rounding: Rounding
    strict: bool = False
    contracts: tuple[Contract, ...] = ()
    seed: int = 0
    budget: Budget = PROMPT


@dataclass(frozen=True, slots=True)
class Answered:
    """The verdict, and the contracts that it holds for."""

    answer: Evidence | Counterexample | Refusal
    contracts: tuple[Contract, ...] = ()
