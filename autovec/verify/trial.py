"""The trial of one rewrite: case after case, thousands a second, inside the sandbox.

Comes in: a `Task`. Goes out: Evidence (no difference found), a Counterexample (shrunk, with a snippet), or a Refusal: no answer.
A case that the judge of floats could not decide is inconclusive, like one on which the original raises.
Not handled: regions that are not deterministic.
"""

from __future__ import annotations

import time
from dataclasses import replace

from autovec.harness.bounds import with_sizes
from autovec.harness.draws import History
from autovec.harness.region import compile_region
from autovec.outcome import Counterexample, Evidence, Refusal, Rounding, Trial
from autovec.verify.bench import Bench, Hangs, Judge, Seen
from autovec.verify.branches import coverage
from autovec.verify.deadline import bells
from autovec.verify.doubts import doubted, maybe_read_only
from autovec.verify.shrink import counterexample
from autovec.verify.tally import COMPARED, Tally
from autovec.verify.task import BRIEF, Task
from autovec.verify.tracked import weigh
from autovec.verify.way import Way
from autovec.verify.writes import written

Answer = Evidence | Counterexample | Refusal
DOUBTING = 0.8  # seconds of processor time for inputs that fail the rewrite's tests
_FEW_IN = 4  # this many undecided cases for each decided one are too many, however many are decided


def run(task: Task, judge: Judge = weigh) -> Answer:
    """Try the rewrite within the task's budget; with a course, on exactly the inputs of that."""
    with bells():
        answer = _run(task, judge)
        return (_doubtful(task, judge) or answer) if isinstance(answer, Evidence) else answer


def _doubtful(task: Task, judge: Judge) -> Counterexample | None:
    """A difference on inputs that fail a test in front of the new form, where the loop has to run."""
    began = time.process_time()
    for contract in doubted(task.new, task.contract):
        if time.process_time() - began > DOUBTING:
            return None
        try:
            answer = _run(replace(task, contract=contract, budget=BRIEF, course=None), judge)
        except AssertionError:  # sizes that do not go together
            continue
        if isinstance(answer, Counterexample):
            return answer
    return None


def _run(task: Task, judge: Judge) -> Answer:
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
    tally, history = Tally(), History()
    bench = Bench(task, old, new, judge, written(task.old, task.contract) - maybe_read_only(task.new, task.contract))
    way = Way(bench, tally, history, coverage(task, old, new))
    try:
        for case in way.cases():
            look = bench.look(case)
            if look.seen is Seen.DIFFERENT and look.difference is not None:
                return counterexample(bench, case, look.difference)
            tally.add(task.contract, case, look)
            history.record(case, look.seen is not Seen.RAISED)
            if look.seen in COMPARED:
                way.compared(case)
        return _answer(way)
    except Hangs:
        return Refusal("AV091", "the rewrite did not come to an end on an input on which the loop does")


def _answer(way: Way) -> Answer:
    bench, tally = way.bench, way.tally
    task, budget = bench.task, bench.task.budget
    if len(tally.doubtful) > max(2, tally.compared // 50):
        case, found = tally.doubtful[0]
        return counterexample(bench, case, found)
    judged, unsettled = tally.seen[Seen.NEAR], tally.seen[Seen.OPEN]
    if tally.compared > 4 * tally.ties:
        unsettled -= tally.ties
    unjudged = unsettled + (tally.dear if judged < budget.enough_judged else 0)
    if unjudged > judged * (1 if judged < budget.enough_judged else _FEW_IN):
        asked = judged + unjudged
        return Refusal("AV093", f"the last bits of floats differ, and only {judged} of {asked} such inputs could be judged")
    if tally.full < budget.enough:
        usual = tally.errors.most_common(1)
        why = f"; mostly the loop {usual[0][0]}" if usual else ""
        return Refusal("AV092", f"only {tally.full} of {tally.seen.total()} inputs could be compared{why}")
    missing = way.missing()
    if missing:
        return Refusal("AV092", f"no input that could be compared was one where `{missing}`, which the new code is for")
    inexact = judged + tally.seen[Seen.ZEROS]
    return Evidence(
        cases=tally.compared,
        inconclusive=tally.seen[Seen.RAISED] + unsettled + tally.seen[Seen.UNASKED],
        dtypes=tuple(tally.dtypes),
        rounding=task.rounding if inexact else Rounding.EXACT,
        sandboxed=False,
        ulps=tally.ulps,
        bounds=tally.bounds,
        branches=way.coverage.branches,
        untaken=way.coverage.untaken(),
        trial=Trial(task.old, task.new, task.contract, task.rounding, task.strict, task.definitions, task.seed, way.course()),
    )
