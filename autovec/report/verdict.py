"""What `autovec verify` prints: a difference with a test that reproduces it, or how much was compared without finding one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autovec.outcome import Counterexample, Evidence, Refusal, Rounding
from autovec.report.sentence import closer_look

if TYPE_CHECKING:
    from autovec.report.evidence import Kept


def evidence_text(old: str, new: str, found: Evidence, contract: str, trusted: bool) -> str:
    """No difference found, and what was looked at."""
    agree = "bit for bit" if found.rounding is Rounding.EXACT else "within the old version's own rounding error"
    lines = [
        f"{old} and {new}: no difference found",
        f"  {found.cases:,} inputs compared, equal {agree}; {found.inconclusive:,} inconclusive",
        *(f"  {head}: {text}" for head, text in closer_look(found) if text),
        f"  contract: {contract}",
        f"  dtypes: {'; '.join(d for d in found.dtypes if d) or 'those of the contract'}",
        f"  {_protection(found.sandboxed, trusted)}",
    ]
    return "\n".join(lines) + "\n"


def _protection(sandboxed: bool, trusted: bool) -> str:
    what = "both modules' own code was run" if trusted else "only the functions were run, with what they need"
    return f"{what}, {'in a sandbox' if sandboxed else 'in a process of its own, but files and network could not be taken away'}"


def difference_text(old: str, new: str, found: Counterexample, contract: str, test: str, written: Path | None) -> str:
    """The difference, and the test."""
    lines = [f"{old} and {new} differ: {found.message}", f"  contract: {contract}", ""]
    lines.append(f"the test that fails on it is in {written}" if written else test.rstrip("\n"))
    return "\n".join(lines) + "\n"


def again_text(kept: Kept, answer: Evidence | Counterexample | Refusal) -> str:
    """What comparing a rewrite of an earlier run once more gave."""
    head = f"{kept.where}: {kept.title}"
    match answer:
        case Evidence():
            same = answer.trial is not None and answer.trial.course == kept.trial.course
            inputs = "the same inputs" if same else "as many inputs, but not the same ones (the versions make others)"
            return f"{head}: no difference found on {inputs}: {answer.cases:,} equal (then {kept.cases:,})\n"
        case Refusal():
            return f"{head}: no answer: {answer.message}\n"
        case _:
            return f"{head}: differ: {answer.message}\n{answer.snippet.rstrip()}\n"


def versions_text(then: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What is not as it was, a line each."""
    changed = [name for name in now if then.get(name) != now[name]]
    return "".join(f"{name} was {then.get(name, 'unknown')}, is {now[name]}\n" for name in changed)
