"""The trial of one rewrite: case after case, thousands a second, inside the sandbox.

Comes in: a `Task`. Goes out: Evidence (no difference found), a Counterexample (shrunk, with a snippet), or a Refusal: no answer.
A case that the judge of floats could not decide is inconclusive, like one on which the original raises.
Not handled: regions that are not deterministic.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from autovec.harness.bounds import with_sizes
from autovec.harness.cases import Case, shape_of
from autovec.harness.corners import table
from autovec.harness.draws import History, draws
from autovec.harness.region import compile_region
from autovec.outcome import ArrayInput, Contract, Counterexample, Evidence, Refusal, Rounding
from autovec.verify.bench import Bench, Hangs, Judge, Look, Seen
from autovec.verify.compare import Difference, Sort
from autovec.verify.shrink import counterexample
from autovec.verify.snippet import dtypes_of
from autovec.verify.task import Task
from autovec.verify.tracked import judge
from autovec.verify.writes import written

Answer = Evidence | Counterexample | Refusal
_COMPARED = (Seen.SAME, Seen.ZEROS, Seen.NEAR)
_FEW_IN = 4  # this many undecided cases for each decided one are too many, however many are decided
_GROSS = 1e-3  # a relative difference that no rounding explains on everyday data


@dataclass(slots=True)
class Tally:
    """What all cases said so far."""

    seen: Counter[Seen] = field(default_factory=Counter[Seen])
    errors: Counter[str] = field(default_factory=Counter[str])
    full: int = 0  # compared cases in which every array has elements
    doubtful: list[tuple[Case, Difference]] = field(default_factory=list[tuple[Case, Difference]])
    ties: int = 0  # comparisons of nearly equal floats that went the other way, on data made for that
    later: list[Case] = field(default_factory=list[Case])
    dtypes: dict[str, None] = field(default_factory=dict[str, None])

    def add(self, contract: Contract, case: Case, look: Look) -> None:
        """Count one case."""
        if look.seen is Seen.LATER:
            self.later.append(case)
            return
        self.seen[look.seen] += 1
        if look.seen is Seen.RAISED:
            self.errors[look.error] += 1
        if look.seen is Seen.OPEN and look.difference is not None:
            if _is_gross(case, look.difference):
                self.doubtful.append((case, look.difference))
            elif look.difference.sort is Sort.VALUES:
                self.ties += 1
        if look.seen in _COMPARED:
            self.full += _is_full(contract, case)
            self.dtypes[dtypes_of(contract, case)] = None

    @property
    def compared(self) -> int:
        """How many cases found both sides the same."""
        return sum(self.seen[seen] for seen in _COMPARED)


def run(task: Task, judge: Judge = judge) -> Answer:
    """Try the rewrite within the task's budget."""
    try:
        task = replace(task, contract=with_sizes(task.contract, task.old))
        old = compile_region(task.old, task.contract)
    except Exception as error:
        return Refusal("AV092", f"the loop could not be run by itself: {type(error).__name__}: {error}")
    try:
        new = compile_region(task.new, task.new_contract, task.definitions)
    except SyntaxError as error:
        return Counterexample(f"the rewrite is not valid Python: {error}", task.new)
    except Exception as error:
        return Refusal("AV092", f"the rewrite could not be run by itself: {type(error).__name__}: {error}")
    bench, tally, history = Bench(task, old, new, judge, written(task.old, task.contract)), Tally(), History()
    try:
        for case in _cases(bench, tally, history):
            look = bench.look(case)
            if look.seen is Seen.DIFFERENT and look.difference is not None:
                return counterexample(bench, case, look.difference)
            tally.add(task.contract, case, look)
            history.record(case, look.seen is not Seen.RAISED)
        return _answer(bench, tally)
    except Hangs:
        return Refusal("AV091", "the rewrite did not come to an end on an input on which the loop does")


def _cases(bench: Bench, tally: Tally, history: History) -> Iterator[Case]:
    """The whole table, then random cases until the time is over (longer where too little could be compared so far), then
    the large ones whose floats are still to be judged."""
    task, budget, began = bench.task, bench.task.budget, time.process_time()

    def spent() -> float:
        return time.process_time() - began - bench.judging - bench.compiling

    for case in table(task.contract, task.strict, task.sizes):
        if spent() > budget.table_seconds:
            return
        if case.moderate or not task.everyday:
            yield bench.writeable(case)
    for case in draws(task.contract, history, task.seed, task.strict):
        if not (case.moderate or not task.everyday):
            continue
        thin = tally.full < budget.enough or tally.seen[Seen.NEAR] < min(budget.enough_judged, tally.seen[Seen.OPEN])
        if spent() > budget.seconds * (4 if thin else 1):
            break
        yield bench.writeable(case)
    later, tally.later = tally.later, []
    bench.dearest = sys.maxsize
    bench.judging = min(bench.judging, budget.judge_seconds / 2)
    yield from later


def _answer(bench: Bench, tally: Tally) -> Answer:
    task, budget = bench.task, bench.task.budget
    if len(tally.doubtful) > max(2, tally.compared // 50):
        case, found = tally.doubtful[0]
        return counterexample(bench, case, found)
    judged, unsettled = tally.seen[Seen.NEAR], tally.seen[Seen.OPEN]
    if tally.compared > 4 * tally.ties:
        unsettled -= tally.ties
    if unsettled > judged * (1 if judged < budget.enough_judged else _FEW_IN):
        asked = judged + unsettled
        return Refusal("AV093", f"the last bits of floats differ, and only {judged} of {asked} such inputs could be judged")
    if tally.full < budget.enough:
        usual = tally.errors.most_common(1)
        why = f"; mostly the loop {usual[0][0]}" if usual else ""
        return Refusal("AV092", f"only {tally.full} of {tally.seen.total()} inputs could be compared{why}")
    inexact = judged + tally.seen[Seen.ZEROS]
    return Evidence(
        cases=tally.compared,
        inconclusive=tally.seen[Seen.RAISED] + unsettled + tally.seen[Seen.UNASKED],
        dtypes=tuple(tally.dtypes),
        rounding=task.rounding if inexact else Rounding.EXACT,
        sandboxed=False,
    )


def _is_gross(case: Case, found: Difference) -> bool:
    """Whether a difference that the judge cannot decide looks like more than rounding."""
    if found.sort is Sort.VALUES:  # a comparison of floats went the other way: on data without ties that is no rounding
        return set(case.kinds) <= {"ordinary"}
    return case.moderate and found.gap > _GROSS


def _is_full(contract: Contract, case: Case) -> bool:
    """Whether no array is empty that need not be (a list that the loop fills always is)."""
    sizes = dict(case.sizes)
    return all(0 not in shape_of(x, sizes) for x in contract.inputs if isinstance(x, ArrayInput) and "0" not in x.shape)
