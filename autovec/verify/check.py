"""The second question: is it the same? Two texts and a contract in, Evidence, a Counterexample or a Refusal out.

The trial itself (`trial.py`) runs in one call of the sandbox, because it executes the user's loop and the rewrite. It shares no
code with the compiler that made the rewrite, and so none of its mistakes. A Refusal means that there is no answer.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.harness.sandbox import WARM_COMPILER, Died, Sandbox
from autovec.outcome import Contract, Counterexample, Evidence, Refusal, Rounding, Trial
from autovec.verify.task import UNHURRIED, Budget, Task

TRIAL = "autovec.verify.trial:run"


def verify(
    old: str,
    new: str,
    contract: Contract,
    *,
    rounding: Rounding,
    sandbox: Sandbox,
    budget: Budget | None = None,
    strict: bool = False,
    definitions: str = "",
) -> Evidence | Counterexample | Refusal:
    """Look for an input on which `new` does not do what `old` does."""
    return _asked(Task(old, new, contract, rounding, budget or Budget(), strict, definitions=definitions), sandbox)


def verify_again(trial: Trial, *, sandbox: Sandbox) -> Evidence | Counterexample | Refusal:
    """The same comparison on exactly the inputs that were tried, however long it takes."""
    t = trial
    task = Task(t.old, t.new, t.contract, t.rounding, UNHURRIED, t.strict, t.seed, definitions=t.definitions, course=t.course)
    return _asked(task, sandbox)


def _asked(task: Task, sandbox: Sandbox) -> Evidence | Counterexample | Refusal:
    reply = sandbox.call(TRIAL, task, seconds=task.budget.wall_seconds, warm=WARM_COMPILER if task.definitions else ())
    if isinstance(reply, Died):
        return Refusal("AV091", f"verification ended early: {reply.reason}")
    match reply.value:
        case Evidence() as evidence:
            return replace(evidence, sandboxed=sandbox.sandboxed)
        case Counterexample() | Refusal() as answer:
            return answer
        case _:
            return Refusal("AV091", "verification gave no readable answer")
