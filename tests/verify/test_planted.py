"""The checker is checked: every planted wrong rewrite is caught, every legitimate one accepted."""

from __future__ import annotations

import contextlib
import io

import pytest
from planted import RIGHT, WRONG, Planted

from autovec.outcome import Counterexample, Evidence
from autovec.verify.task import Budget, Task
from autovec.verify.trial import run

SHORT = Budget(seconds=0.15)


def asked(planted: Planted) -> Task:
    return Task(planted.old, planted.new, planted.contract, planted.rounding, SHORT)


def name(planted: Planted) -> str:
    return planted.name


@pytest.mark.parametrize("planted", WRONG, ids=name)
def test_a_wrong_rewrite_is_caught(planted: Planted) -> None:
    answer = run(asked(planted))
    assert isinstance(answer, Counterexample), answer
    assert answer.message and len(answer.message) < 300


@pytest.mark.parametrize("planted", RIGHT, ids=name)
def test_a_legitimate_rewrite_is_accepted(planted: Planted) -> None:
    answer = run(asked(planted))
    assert isinstance(answer, Evidence), answer
    assert answer.cases >= 100 and answer.dtypes


@pytest.mark.parametrize("planted", WRONG, ids=name)
def test_the_snippet_runs_by_itself_and_shows_the_difference(planted: Planted) -> None:
    answer = run(asked(planted))
    assert isinstance(answer, Counterexample)
    printed = io.StringIO()
    raised = ""
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(answer.snippet, "<snippet>", "exec"), {"__name__": "snippet"})
        except Exception as error:  # a rewrite that raises does so in the snippet too
            raised = str(error)
    before, _, after = printed.getvalue().removeprefix("before gives").partition("after gives")
    assert printed.getvalue().startswith("before gives")
    invisible = ("shares memory", "the same object", "warns")
    assert raised or before.strip() != after.strip() or any(word in answer.message for word in invisible)


def test_the_catch_rate(capsys: pytest.CaptureFixture[str]) -> None:
    caught = sum(isinstance(run(asked(p)), Counterexample) for p in WRONG)
    with capsys.disabled():
        print(f"\nplanted wrong rewrites caught: {caught} of {len(WRONG)}")
    assert caught == len(WRONG) >= 40 and len(RIGHT) >= 15
