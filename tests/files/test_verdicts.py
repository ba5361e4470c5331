"""Verdicts of earlier comparisons: looked up by all that they rest on, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autovec.files import verdicts
from autovec.files.verdicts import Verdicts
from autovec.harness.sandbox import Sandbox
from autovec.outcome import ArrayInput, Contract, Counterexample, Evidence, Refusal, Rounding, Symbol
from autovec.verify.check import TRIAL, verify
from autovec.verify.task import Budget, Task

CONTRACT = Contract((Symbol("n"),), (ArrayInput("x", "ndarray", ("float64",), ("n",)),), ("s",))
TASK = Task("s = sum(x)", "s = x.sum()", CONTRACT, Rounding.REASSOCIATES)
EVIDENCE = Evidence(100, 0, ("x: float64",), Rounding.EXACT, sandboxed=False)


@pytest.fixture
def known(tmp_path: Path) -> Iterator[Verdicts]:
    found = Verdicts(tmp_path)
    yield found
    found.close()


def test_a_verdict_is_known_by_everything_that_it_rests_on(known: Verdicts) -> None:
    known.keep(TRIAL, TASK, EVIDENCE)
    assert known.recall(TRIAL, TASK) == EVIDENCE
    others = [
        replace(TASK, old="s = max(x)"),
        replace(TASK, new="s = x.max()"),
        replace(TASK, contract=replace(CONTRACT, prelude="")),
        replace(TASK, rounding=Rounding.EXACT),
        replace(TASK, strict=True),
        replace(TASK, definitions="def f(): pass"),
        replace(TASK, budget=Budget(seconds=9.0)),
    ]
    assert [known.recall(TRIAL, other) for other in others] == [None] * 7
    assert known.recall("autovec.measure.trial:run", TASK) is None


def test_another_version_or_a_changed_checker_knows_nothing(
    known: Verdicts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.keep(TRIAL, TASK, EVIDENCE)
    with monkeypatch.context() as patch:
        patch.setattr(verdicts, "installed", lambda name: "0")
        assert Verdicts(tmp_path).recall(TRIAL, TASK) is None
    with monkeypatch.context() as patch:
        patch.setattr("autovec.files.cache.state_of_autovec", lambda: "changed")
        assert Verdicts(tmp_path).recall(TRIAL, TASK) is None
    assert Verdicts(tmp_path).recall(TRIAL, TASK) == EVIDENCE


def test_only_verdicts_are_kept(known: Verdicts) -> None:
    known.keep(TRIAL, TASK, Refusal("AV092", "too few inputs"))
    assert known.recall(TRIAL, TASK) is None
    known.keep(TRIAL, TASK, Counterexample("differs", "..."))
    assert known.recall(TRIAL, TASK) == Counterexample("differs", "...")


def test_what_is_known_is_not_run_again(known: Verdicts, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(known=known) as sandbox:
        first = verify("s = sum(x)", "s = x.sum()", CONTRACT, rounding=Rounding.REASSOCIATES, sandbox=sandbox)
        monkeypatch.setattr(sandbox, "_called", lambda request: pytest.fail("it was run"))
        assert verify("s = sum(x)", "s = x.sum()", CONTRACT, rounding=Rounding.REASSOCIATES, sandbox=sandbox) == first
