"""What `autovec verify` prints: a difference with a test that reproduces it, or how much was compared without finding one."""

from __future__ import annotations

from pathlib import Path

from autovec.outcome import Counterexample, Evidence, Rounding
from autovec.report.sentence import closer_look


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
