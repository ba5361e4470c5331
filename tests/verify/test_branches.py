"""Which branches of both versions the inputs took, and that inputs are steered towards those that are missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planted import array, of, size

from autovec.outcome import Contract, Evidence, Refusal, Rounding, ScalarInput
from autovec.verify.branches import noted
from autovec.verify.mentioned import kind_near, sizes_in
from autovec.verify.task import Budget, Task
from autovec.verify.trial import run

MAP = of(array("x"), size("n"), out=("t",))


def untaken(text: str, **args: object) -> list[str]:
    version = noted(text, of(*(ScalarInput(name, ("int",)) for name in args), out=("t",)))
    version.run(args)
    return version.untaken()


def test_a_test_has_two_branches() -> None:
    text = "t = 0\nif k > 3:\n    t = 1"
    assert untaken(text, k=4) == ["`k > 3` was never false"]
    assert untaken(text, k=3) == ["`k > 3` was never true"]


def test_what_is_inside_a_branch_that_was_not_taken_is_not_listed_beside_it() -> None:
    text = "t = 0\nif k > 3:\n    if k > 9:\n        t = 1\nelif k:\n    t = 2"
    assert untaken(text, k=1) == ["`k > 3` was never true", "`k` was never false"]


def test_bodies_conditions_and_values_are_branches() -> None:
    text = "t = 0\nfor i in range(k):\n    t += 1\nwhile t > 9:\n    t -= 1\nt = [a if a else k for a in range(3) if k]"
    assert untaken(text, k=0) == [
        "the body of `for i in range(k)` was never reached",
        "`t > 9` was never true",
        "`k` was never true",
    ]
    assert untaken(text, k=12) == ["`k` was never false"]
    assert untaken("t = {a: a if a else k for a in (0,)}", k=1) == ["`a` was never true"]


def test_the_lanes_of_a_mask_are_branches() -> None:
    text = "import numpy as np\nx = np.arange(k)\nt = np.where(x < 9, x, 9) + np.sum(x, where=x > 0)"
    assert untaken(text, k=5) == ["`x < 9` was never false"]
    assert untaken(text, k=12) == []
    assert untaken(text, k=0) == [f"`x {test}` was never {word}" for test in ("< 9", "> 0") for word in ("true", "false")]


def test_kernels_are_followed() -> None:
    kernel = "@njit(error_model='numpy')\ndef _f(k):\n    if k > 3:\n        return 1\n    return 0\n"
    version = noted("t = _f(k)", of(ScalarInput("k", ("int",)), out=("t",)), kernel)
    version.run({"k": 4})
    assert version.untaken() == ["`k > 3` was never false"]


def test_a_condition_means_what_it_meant() -> None:
    version = noted("t = 0\nwhile (k := k - 1) and k != 2:\n    t += k", of(ScalarInput("k", ("int",)), out=("t",)))
    assert version.region.run({"k": 5}).outputs == {"t": 7}


def test_what_ends_in_an_exception_is_asked_for_only_where_exceptions_are_compared() -> None:
    text = "t = k\nif k < 0:\n    if k < -9:\n        t = 1\n    raise ValueError(k)\n"
    text += "if k > 3:\n    t = 1\nelse:\n    raise ValueError\n"
    contract = of(ScalarInput("k", ("int",)), out=("t",))
    for strict, missing in (True, ["`k < 0` was never true", "`k > 3` was never false"]), (False, []):
        version = noted(text, contract, strict=strict)
        version.run({"k": 4})
        assert (version.untaken(), version.is_complete) == (missing, not strict)


# ------------------------------------------------------------------ in a trial


def evidence(old: str, new: str, contract: Contract = MAP) -> Evidence:
    answer = run(Task(old, new, contract, Rounding.REASSOCIATES))
    assert isinstance(answer, Evidence), answer
    return answer


def test_inputs_are_steered_to_a_threshold_that_the_code_mentions() -> None:
    old = "t = 0\nfor i in range(n):\n    if x[i] == 1234.5:\n        t += 1"
    found = evidence(old, "t = 0\nfor v in x[:n].tolist():\n    t += v == 1234.5")
    assert (found.untaken, found.branches) == ((), 4)


@pytest.mark.parametrize("threshold", ["300", "0.015625"])
def test_a_difference_behind_a_threshold_is_found(threshold: str) -> None:
    old = f"t = 0\nfor i in range(n):\n    if x[i] >= {threshold}:\n        t += 1"
    assert not isinstance(run(Task(old, old.replace(">=", ">"), MAP, Rounding.EXACT)), Evidence)


def test_a_branch_that_no_input_takes_is_named() -> None:
    old = "t = 0\nfor i in range(n):\n    if x[i] * 0.0 == 3.0:\n        t += 1"
    assert evidence(old, "t = 0").untaken == ("`x[i] * 0.0 == 3.0` was never true in the loop",)


def test_what_the_code_mentions() -> None:
    texts = ("if n > 64 and x < 0.35 or mode == 'reflect':\n    x[0] = 1.0", "x[:128] = -1e9")
    assert sizes_in(*texts) == (64, 128)
    assert kind_near(*texts) == "near: (64, 0.35, 1000000000.0, 128, 'reflect')"
    assert kind_near("x[0] = 1.0 if x[1] else True") == ""


def test_a_form_that_no_input_reached_is_no_evidence() -> None:
    old = "t = 0.0\nfor i in range(n):\n    t += x[i]"
    new = "if len(x) == 1234567:\n    t = x.max()\nelse:\n    t = 0.0\n    for i in range(n):\n        t += x[i]"
    answer = run(Task(old, new, MAP, Rounding.REASSOCIATES))
    why = "no input that could be compared was one where `len(x) == 1234567`, which the new code is for"
    assert answer == Refusal("AV092", why)


def test_what_raises_needs_no_input() -> None:
    old = "for i in range(n):\n    if x[i] == 0.1234:\n        raise ValueError(i)\n"
    new = "hits = x[:n] == 0.1234\nif hits.any():\n    i = int(hits.argmax())\n    raise ValueError(i)\n"
    answer = run(Task(old, new, replace(MAP, outputs=()), Rounding.EXACT))
    assert not isinstance(answer, Refusal), answer


def test_only_inputs_that_were_compared_count() -> None:
    old = "t = 0.0\nfor i in range(n):\n    t += x[i]\nif n > 7:\n    raise ValueError"
    new = old.replace("for i", "if n > 7:\n    t = 9.0\nfor i")
    answer = run(Task(old, new, MAP, Rounding.REASSOCIATES))
    assert isinstance(answer, Refusal) and "`n > 7`" in answer.message


def test_steering_ends_when_it_finds_nothing() -> None:
    old = "t = 0\nfor i in range(n):\n    if x[i] * 0.0 == 3.0:\n        t += 1"
    task = Task(old, "t = 0", MAP, Rounding.EXACT, Budget(steer_seconds=60.0, steer_cases=50))
    answer = run(task)
    assert isinstance(answer, Evidence) and answer.trial and answer.trial.course.steered == 50
