"""One case on both sides: make the inputs twice, run the loop and the rewrite, compare, and have close floats judged.

Comes in: a `Case`. Goes out: a `Look`, which says what was seen. Inputs on which the original raises say nothing, unless the
task is strict; nor do those on which a loop does nothing and the rewrite finds a number too large (or infinite). Floats that
differ in bits go to the judge, which runs the original on tracked numbers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import partial

from autovec.harness.cases import Case, build, shape_of
from autovec.harness.region import Outcome, Region
from autovec.outcome import ArrayInput, Contract, Rounding
from autovec.record import dataclass
from autovec.verify.compare import Difference, Sort, difference
from autovec.verify.deadline import TooSlow, deadline
from autovec.verify.excused import excused
from autovec.verify.idle import footprints
from autovec.verify.task import Task
from autovec.verify.tracked import Verdict, Weighed

_COMPILING = 10  # times as long may a run take that compiles
_SLOW = 0.05  # seconds; a run that takes longer has compiled

Judge = Callable[[str, Contract, dict[str, object], Outcome, dict[str, object]], Weighed]


class Seen(Enum):
    """What one case said."""

    SAME = "same"
    ZEROS = "zeros"  # only signs of zero differ
    NEAR = "near"  # floats differ in bits, within the loop's own rounding error
    RAISED = "raised"  # the original raised, or took too long
    OPEN = "open"  # the judge could not tell
    UNASKED = "unasked"  # the time for judging was over, or too short
    LATER = "later"  # floats differ, and judging them is dear
    DIFFERENT = "different"


class Hangs(Exception):
    """The rewrite did not end although the original did."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one case showed; `error` says why the original gave nothing to compare with."""

    seen: Seen
    difference: Difference | None = None
    error: str = ""
    ulps: float = 0.0  # see `Evidence`
    bounds: float = 0.0


@dataclass(frozen=True, slots=True)
class Given:
    """What both sides are run on: `make` gives new arguments each time. Only on `moderate` ones does a warning mean something."""

    make: Callable[[], dict[str, object]]
    moderate: bool
    elements: int


@dataclass(slots=True)
class Bench:
    """Both regions, ready to run, and the time that judging has taken."""

    task: Task
    old: Region
    new: Region
    judge: Judge
    written: frozenset[int]
    dearest: int = 300  # elements of a case that is judged at once
    judging: float = 0.0
    compiling: float = 0.0  # seconds that went into compiling a version for new types

    def writeable(self, case: Case) -> Case:
        """`case` with no input read-only that the loop may write to; of a strict one, none that its function has made."""
        if "read-only" not in case.layouts:
            return case
        fresh = frozenset(i for i, x in enumerate(self.task.contract.inputs) if x.name in self.task.contract.fresh)
        written = fresh if self.task.strict else self.written
        linked = case.alias is not None and bool(written & {case.alias.first, case.alias.second})
        layouts = ("C" if linked or i in written else layout for i, layout in enumerate(case.layouts))
        return replace(case, layouts=tuple(layouts))

    def look(self, case: Case) -> Look:
        """Run one case on both sides and compare."""
        contract = self.task.contract
        return self.compare(Given(partial(build, contract, case), case.moderate, _elements(contract, case)))

    def compare(self, given: Given) -> Look:
        """Run both sides on the same arguments and compare."""
        limit = self.task.budget.case_seconds
        a, b = given.make(), given.make()
        patience = _COMPILING if self.task.compiles else 1
        began = time.process_time() if self.task.compiles else 0.0
        try:
            with deadline(limit * patience):
                before = self.old.run(a)
        except TooSlow:
            return Look(Seen.RAISED, error="took too long")
        if before.how == "raised" and not self.task.strict:
            return Look(Seen.RAISED, error=f"raised {type(before.error).__name__}: {str(before.error)[:80]}")
        try:
            with deadline(5 * limit * patience):
                after = self.new.run(b)
        except TooSlow:
            raise Hangs from None
        if self.task.compiles:
            self._note_compiling(time.process_time() - began)
        return self._compared(given, (before, a), (after, b))

    def _note_compiling(self, took: float) -> None:
        if took > _SLOW and self.compiling < self.task.budget.compile_seconds:
            self.compiling += took

    def _compared(self, given: Given, old: tuple[Outcome, dict[str, object]], new: tuple[Outcome, dict[str, object]]) -> Look:
        if self._is_out_of_range(given, old[0], new[0]):
            return Look(Seen.RAISED, error="did nothing, and the rewrite found a number too large")
        found = difference(self.task.contract, old, new, signed_zeros=True)
        if found is None:
            found = _new_warning(given, old[0], new[0])
            if found is None or self._is_idle(given):
                return Look(Seen.SAME)
        if self.task.forgiving and (why := excused(self.task.contract, given.make(), old, new)):
            return Look(Seen.RAISED, error=why)
        if found.sort is Sort.STRUCTURE or self.task.rounding is Rounding.EXACT:
            return Look(Seen.DIFFERENT, found)
        found = difference(self.task.contract, old, new, signed_zeros=False)
        if found is None:
            return Look(Seen.ZEROS)
        return self._judged(given, found, new)

    def _is_idle(self, given: Given) -> bool:
        """Whether a loop of the original never got to its body, so that it could not meet the numbers that the rewrite met."""
        return footprints(self.task.old, self.task.contract).idle(given.make())

    def _is_out_of_range(self, given: Given, before: Outcome, after: Outcome) -> bool:
        if self.task.strict or before.error is not None or not isinstance(after.error, (OverflowError, ValueError)):
            return False
        infinite = any(isinstance(x, float) and not abs(x) < math.inf for x in given.make().values())
        return (infinite or not isinstance(after.error, ValueError)) and self._is_idle(given)

    def _judged(self, given: Given, found: Difference, new: tuple[Outcome, dict[str, object]]) -> Look:
        budget = self.task.budget
        if given.elements > self.dearest:
            return Look(Seen.LATER)
        if self.judging > budget.judge_seconds:
            return Look(Seen.UNASKED)
        began = time.process_time()
        try:
            with deadline(budget.judge_case_seconds):
                weighed = self.judge(self.task.old, self.task.contract, given.make(), *new)
        except TooSlow:
            self.dearest = min(self.dearest, given.elements // 2)
            return Look(Seen.UNASKED, found)
        finally:
            self.judging += time.process_time() - began
        seen = {Verdict.WITHIN: Seen.NEAR, Verdict.OUTSIDE: Seen.DIFFERENT, Verdict.INCONCLUSIVE: Seen.OPEN}
        return Look(seen[weighed.verdict], found, ulps=weighed.ulps, bounds=weighed.bounds)


def _new_warning(given: Given, before: Outcome, after: Outcome) -> Difference | None:
    if not given.moderate or not after.warned or before.warned:
        return None
    return Difference("warnings", f"the rewrite warns ({after.warned[0]}), the loop does not", Sort.STRUCTURE)


def _elements(contract: Contract, case: Case) -> int:
    sizes = dict(case.sizes)
    return sum(math.prod(shape_of(x, sizes)) for x in contract.inputs if isinstance(x, ArrayInput))
