"""The way through the inputs of a trial: which cases are tried, in which order, and for how long.

Comes in: the bench on which cases are tried, what they said so far, and the coverage of branches. Goes out: `Case`s: the whole
table of corner cases, random ones until the time is over (longer where too little could be compared), such as may take the
branches that are still missing, and at last large ones whose floats are to be judged; then the `Course`, which says how many
there were of each, so that exactly these can be tried again.
"""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import field

from autovec.harness.cases import Case
from autovec.harness.corners import table
from autovec.harness.draws import History, draws
from autovec.outcome import Course
from autovec.record import dataclass
from autovec.verify.bench import Bench, Seen
from autovec.verify.branches import Coverage
from autovec.verify.mentioned import dtypes_in, kind_near, sizes_in
from autovec.verify.meter import Meter
from autovec.verify.tally import Tally

_OFTEN = 15  # times is data near the code's constants drawn while steering, as often as all other data together
_LEAST = 0.4  # of the time is for random inputs, however long the table took
_STEERS = 1  # added to the seed: steered cases are others than the random ones before them


@dataclass(slots=True)
class Way:
    """One trial's way, and where it is."""

    bench: Bench
    tally: Tally
    history: History
    coverage: Coverage
    corners: int = 0
    drawn: int = 0
    steered: int = 0
    rewarded: int = 0  # the last of the steered cases that took a new branch
    digest: int = 0
    meter: Meter = field(default_factory=Meter)
    began: float = field(default_factory=time.process_time)

    def cases(self) -> Iterator[Case]:
        """All cases, in order."""
        task = self.bench.task
        kind = kind_near(task.old, task.new)
        near = (kind,) if kind else ()
        yield from self._corners(kind)
        yield from self._drawn(near)
        yield from self._steered(near)
        later, self.tally.later = self.tally.later, []
        self.bench.dearest = sys.maxsize
        self.bench.judging = min(self.bench.judging, task.budget.judge_seconds / 2)
        yield from later

    @property
    def dtypes(self) -> tuple[str, ...]:
        """Those that the rewrite's tests are about, so that its new form is reached."""
        return dtypes_in(self.bench.task.new)

    def course(self) -> Course:
        """How far it came."""
        return Course(self.corners, self.drawn, self.steered, f"{self.digest:08x}")

    def _corners(self, near: str) -> Iterator[Case]:
        task = self.bench.task
        for case in self._fitting(table(task.contract, task.strict, sizes_in(task.old, task.new), near, self.dtypes)):
            over = self._spent() > task.budget.table_seconds or self._is_late()
            if over if task.course is None else self.corners == task.course.corners:
                return
            self.corners += 1
            yield self._noted(case)

    def _drawn(self, near: tuple[str, ...]) -> Iterator[Case]:
        task, budget = self.bench.task, self.bench.task.budget
        enough = max(budget.seconds, self._spent() + _LEAST * budget.seconds)
        for case in self._fitting(draws(task.contract, self.history, task.seed, task.strict, near, self.dtypes)):
            tally = self.tally
            unsettled = tally.seen[Seen.OPEN] + tally.dear
            thin = tally.full < budget.enough or tally.seen[Seen.NEAR] < min(budget.enough_judged, unsettled)
            over = self._spent() > enough * (4 if thin else 1) or self._is_late()
            if over if task.course is None else self.drawn == task.course.drawn:
                return
            self.drawn += 1
            yield self._noted(case)

    def _steered(self, near: tuple[str, ...]) -> Iterator[Case]:
        """Inputs near the code's constants and near those that took a branch first, until every branch was taken."""
        task, budget, began = self.bench.task, self.bench.task.budget, self.meter.now()
        for case in self._fitting(
            draws(task.contract, self.history, task.seed + _STEERS, task.strict, _OFTEN * near, self.dtypes)
        ):
            idle = self.steered - self.rewarded >= budget.steer_cases
            over = self.coverage.is_complete or idle or self.meter.now() - began > budget.steer_seconds or self._is_late()
            if over if task.course is None else self.steered == task.course.steered:
                return
            self.steered += 1
            yield self._noted(case)

    def _fitting(self, cases: Iterator[Case]) -> Iterator[Case]:
        """Those that the task asks for, read-only only where nothing is stored."""
        task = self.bench.task
        fit = (case for case in cases if case.moderate or not task.everyday)
        return (self.bench.writeable(case) for case in fit if not (task.forgiving and "brim" in case.kinds))

    def _noted(self, case: Case) -> Case:
        self.digest = zlib.crc32(b"%d" % case.seed, self.digest)
        return case

    def compared(self, case: Case) -> None:
        """Note which branches a case takes on which both sides were the same."""
        budget = self.bench.task.budget
        if self.coverage.is_complete or (self.coverage.seconds > budget.cover_seconds and not self.steered):
            return
        if self.coverage.show(case, budget.case_seconds) and self.steered:
            self.history.prefer(case)
            self.rewarded = self.steered

    def missing(self) -> str:
        """The condition in front of new code that no input took on which both sides were the same; "" where there is none.

        Where that seems so, the inputs are gone through once more, however long the notes took.
        """
        for case in self.history.liked:
            if not self.coverage.missing():
                break
            self.coverage.show(case, self.bench.task.budget.case_seconds)
        return self.coverage.missing()

    def _is_late(self) -> bool:
        """Whether the time for everything is over."""
        budget = self.bench.task.budget
        return self.meter.now() - self.began > budget.total_seconds * (1 if self.tally.full >= budget.enough else 2)

    def _spent(self) -> float:
        return self.meter.now() - self.began - self.bench.judging - self.bench.compiling - self.coverage.seconds
