"""The whole way through the sandbox."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import pytest
from planted import array, of, size

from autovec.harness.sandbox import Sandbox
from autovec.outcome import Counterexample, Evidence, Refusal, Rounding
from autovec.verify.check import verify
from autovec.verify.task import Budget

LOOP = "for i in range(n):\n    out[i] = x[i] * 2.0"
CONTRACT = of(array("x"), array("out"), size("n"))


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def ask(box: Sandbox, new: str, seconds: float = 20.0) -> Evidence | Counterexample | Refusal:
    budget = Budget(seconds=0.1, wall_seconds=seconds)
    return verify(LOOP, new, CONTRACT, rounding=Rounding.EXACT, sandbox=box, budget=budget)


def test_a_crash_is_a_refusal(box: Sandbox) -> None:
    answer = ask(box, "import os\nos._exit(1)")
    assert answer == Refusal("AV091", "verification ended early: ended without an answer (exit status 1)")


def test_a_rewrite_that_cannot_be_interrupted_is_a_refusal(box: Sandbox) -> None:
    hangs = "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nwhile True:\n    pass"
    assert ask(box, hangs, 1.0) == Refusal("AV091", "verification ended early: stopped after 1 s")


def test_a_rewrite_that_answers_by_itself_is_not_believed(box: Sandbox) -> None:
    liar = textwrap.dedent("""
        import os, pickle, struct
        answer = pickle.dumps(("yes",))
        for f in range(3, 64):
            try:
                os.write(f, struct.pack("<Q", len(answer)) + answer)
            except OSError:
                pass
        os._exit(0)
    """)
    answer = ask(box, liar)
    assert isinstance(answer, Refusal) and answer.code == "AV091"


def test_a_difference_is_found(box: Sandbox) -> None:
    answer = ask(box, "out[:] = x * 2.0 + 1.0")
    assert isinstance(answer, Counterexample) and "def before(x, out, n):" in answer.snippet


def test_no_difference_is_evidence(box: Sandbox) -> None:
    answer = ask(box, "out[:] = x * 2.0")
    assert isinstance(answer, Evidence)
    assert answer.cases > 100 and answer.sandboxed == box.sandboxed and answer.dtypes == ("x: float64, out: float64",)
