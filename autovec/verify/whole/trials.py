"""All trials of one verdict, inside the sandbox: find out what the old function takes, then look for a difference on it.

Comes in: an `Inquiry`. Goes out: `Answered`. The trials, in this order: sizes that the function seems to ask for; all
sizes free, for arrays that are longer than needed; dtypes that nobody named, on everyday numbers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

from autovec.outcome import ArrayInput, Contract, Counterexample, Evidence, Refusal, Rounding, Symbol
from autovec.verify.task import Budget, Task
from autovec.verify.trial import run as tried
from autovec.verify.whole.inquiry import Answered, Inquiry
from autovec.verify.whole.probe import probed

_BRIEF = Budget(seconds=0.03, table_seconds=0.12, judge_seconds=0.1, compile_seconds=0.3, steer_cases=40)
_LEAST = 0.1  # seconds that a further trial needs to tell something


def run(inquiry: Inquiry) -> Answered:
    """The verdict on one pair of functions; the further trials as long as the time for all of them is not over."""
    began = time.process_time()
    try:
        contracts = inquiry.contracts or probed(inquiry)
    except Exception as error:
        return Answered(Refusal("AV092", f"the old version could not be run by itself: {type(error).__name__}: {error}"))
    if isinstance(contracts, Refusal):
        return Answered(contracts)
    found: list[Evidence] = []
    refusals: list[Refusal] = []
    for task in _tasks(inquiry, contracts):
        left = inquiry.budget.total_seconds - (time.process_time() - began)
        if found and left < _LEAST:
            break
        answer = tried(replace(task, budget=replace(task.budget, total_seconds=max(left, _LEAST))))
        match answer:
            case Counterexample():
                return Answered(answer, contracts)
            case Evidence():
                found.append(answer)
            case Refusal():
                refusals.append(answer)
    return Answered(_together(found) if found else refusals[0], contracts)


def _together(found: list[Evidence]) -> Evidence:
    rounding = next((e.rounding for e in found if e.rounding is not Rounding.EXACT), Rounding.EXACT)
    untaken = [set(e.untaken) for e in found]
    return Evidence(
        cases=sum(e.cases for e in found),
        inconclusive=sum(e.inconclusive for e in found),
        dtypes=tuple(dict.fromkeys(d for e in found for d in e.dtypes)),
        rounding=rounding,
        sandboxed=False,
        ulps=max(e.ulps for e in found),
        bounds=max(e.bounds for e in found),
        branches=max(e.branches for e in found),
        untaken=tuple(b for b in found[0].untaken if all(b in u for u in untaken)),
    )


def _tasks(inquiry: Inquiry, contracts: tuple[Contract, ...]) -> Iterator[Task]:
    for contract in contracts:
        task = Task(
            inquiry.old.text, inquiry.new.text, contract, inquiry.rounding, inquiry.budget, inquiry.strict, inquiry.seed,
            inquiry.new.prelude, _is_everyday(inquiry, contract), not inquiry.strict,
        )  # fmt: skip
        yield task
        if not inquiry.contracts:
            yield from _wider(inquiry, task)


def _wider(inquiry: Inquiry, task: Task) -> Iterator[Task]:
    """The same with free sizes, and with dtypes that nobody named."""
    free = _free(task.contract)
    if len(free.symbols) > len(task.contract.symbols):
        yield replace(task, contract=free)
    others = {v.name: form.others for v in inquiry.variables for form in v.forms if form.others}
    for dtype in dict.fromkeys(t for some in others.values() for t in some):
        inputs = tuple(
            replace(x, dtypes=(dtype,)) if isinstance(x, ArrayInput) and dtype in others.get(x.name, ()) else x
            for x in task.contract.inputs
        )
        yield replace(task, contract=replace(task.contract, inputs=inputs), everyday=True, budget=_BRIEF)


def _is_everyday(inquiry: Inquiry, contract: Contract) -> bool:
    """Whether nobody named the dtype of any array: then NaN and the like are not asked for."""
    arrays = {x.name for x in contract.inputs if isinstance(x, ArrayInput)}
    forms = [v.forms[0] for v in inquiry.variables if v.name in arrays]
    return bool(forms) and not inquiry.contracts and all(form.everyday for form in forms)


def _free(contract: Contract) -> Contract:
    """The contract with a size of its own for each dimension."""
    inputs = tuple(replace(x, shape=own_sizes(x)) if isinstance(x, ArrayInput) else x for x in contract.inputs)
    names = dict.fromkeys(s for x in inputs if isinstance(x, ArrayInput) for s in x.shape)
    others = (s for s in contract.symbols if s.name not in names)
    return replace(contract, symbols=(*(Symbol(n) for n in names), *others), inputs=inputs)


def own_sizes(x: ArrayInput) -> tuple[str, ...]:
    """A name for each of its dimensions."""
    return tuple(f"{x.name.replace('.', '_')}_{k}" for k in range(len(x.shape)))
