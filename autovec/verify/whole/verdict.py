"""The verdict on two functions, from their names to the answer: read both, ask the sandbox, write the test.

Comes in: "OLD.py:f", "NEW.py:g" and the terms. Goes out: a `Verdict`.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

from autovec.harness.sandbox import Died, Sandbox
from autovec.outcome import Counterexample, Evidence, Refusal
from autovec.record import dataclass
from autovec.verify.whole.inquiry import Answered, Inquiry
from autovec.verify.whole.notation import written
from autovec.verify.whole.question import Terms, question
from autovec.verify.whole.subject import subject
from autovec.verify.whole.test_text import test_text

_TRIALS = "autovec.verify.whole.trials:run"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer; the contract in words; and, for a difference, a test that fails."""

    answer: Evidence | Counterexample | Refusal
    contract: str = ""
    test: str = ""


def compared(old: str, new: str, terms: Terms, trust: bool, box: Sandbox | None = None) -> Verdict:
    """Whether a difference is found between two functions; in a sandbox of its own, or in `box`."""
    with nullcontext(box) if box else sandbox_for_trials() as sandbox:  # it starts while both are read
        before, after = subject(old, trust), subject(new, trust)
        if isinstance(before, Refusal):
            return Verdict(before)
        if isinstance(after, Refusal):
            return Verdict(after)
        inquiry = question(before, after, terms)
        if isinstance(inquiry, Refusal):
            return Verdict(inquiry)
        found = _asked(sandbox, inquiry)
    contract = "; or ".join(map(written, found.contracts[:1]))
    test = test_text(before, after, found.answer, found.contracts[0]) if isinstance(found.answer, Counterexample) else ""
    return Verdict(found.answer, contract, test)


def sandbox_for_trials() -> Sandbox:
    """A sandbox that imports what the trials need as it starts."""
    return Sandbox((_TRIALS.partition(":")[0],))


def _asked(sandbox: Sandbox, inquiry: Inquiry) -> Answered:
    reply = sandbox.call(_TRIALS, inquiry, seconds=_SECONDS)
    if isinstance(reply, Died):
        return Answered(Refusal("AV091", f"verification ended early: {reply.reason}"))
    if not isinstance(reply.value, Answered):
        return Answered(Refusal("AV091", "verification gave no readable answer"))
    if isinstance(reply.value.answer, Evidence):
        return replace(reply.value, answer=replace(reply.value.answer, sandboxed=sandbox.sandboxed))
    return reply.value
