"""A trial can be run again on exactly its inputs; how far floats lay apart is measured."""

from __future__ import annotations

from dataclasses import replace

from planted import array, of, size

from autovec.harness.sandbox import Sandbox
from autovec.outcome import Counterexample, Evidence, Rounding
from autovec.verify.check import verify, verify_again
from autovec.verify.task import Budget, Task
from autovec.verify.trial import run

SUM = "t = 0.0\nfor i in range(n):\n    t += x[i] * 0.1"
PAIRWISE = "t = 0.0\nif n:\n    t = (x * 0.1).sum()"
TOTAL = of(array("x"), size("n"), out=("t",))
TASK = Task(SUM, PAIRWISE, TOTAL, Rounding.REASSOCIATES, Budget(seconds=0.1))


def tried(task: Task) -> Evidence:
    found = run(task)
    assert isinstance(found, Evidence), found
    return found


def test_the_same_inputs_are_tried_again_however_much_time_there_is() -> None:
    first = tried(TASK)
    assert first.trial is not None
    course = first.trial.course
    again = tried(replace(TASK, contract=first.trial.contract, course=course, budget=Budget(seconds=0.0, table_seconds=0.0)))
    assert again.trial is not None and again.trial.course == course
    assert course.corners > 50 and len(course.digest) == 8


def test_another_seed_is_another_course() -> None:
    first, other = tried(TASK), tried(replace(TASK, seed=5))
    assert first.trial is not None and other.trial is not None
    assert first.trial.course.corners == other.trial.course.corners
    assert first.trial.course.digest != other.trial.course.digest


def test_how_far_floats_lie_apart_is_measured() -> None:
    found = tried(TASK)
    assert found.rounding is Rounding.REASSOCIATES
    assert found.ulps >= 1.0
    assert 0.0 < found.bounds < 4.0
    same = tried(replace(TASK, new=SUM))
    assert (same.ulps, same.bounds, same.rounding) == (0.0, 0.0, Rounding.EXACT)


def test_a_comparison_can_be_made_again_from_its_evidence() -> None:
    with Sandbox() as sandbox:
        found = verify(SUM, PAIRWISE, TOTAL, rounding=Rounding.REASSOCIATES, sandbox=sandbox, budget=TASK.budget)
        assert isinstance(found, Evidence) and found.trial is not None
        again = verify_again(found.trial, sandbox=sandbox)
        assert isinstance(again, Evidence) and again.trial == found.trial
        broken = verify_again(replace(found.trial, new="t = 0.0"), sandbox=sandbox)
        assert isinstance(broken, Counterexample)
