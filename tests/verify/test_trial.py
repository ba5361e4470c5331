"""Trials: no answer is said so, with the reason; floats go to the judge; counterexamples are small."""

from __future__ import annotations

import textwrap
import time
from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest
from planted import array, listed, of, size

from autovec.harness.region import Outcome
from autovec.outcome import Contract, Counterexample, Evidence, Refusal, Rounding, ScalarInput
from autovec.verify.task import Budget, Task
from autovec.verify.tracked import Verdict, Weighed
from autovec.verify.trial import Judge, run

SHORT = Budget(seconds=0.1)
SUM = "t = 0.0\nfor i in range(n):\n    t += x[i]"
PAIRWISE = "t = 0.0\nif n:\n    t = x.sum()"
TOTAL = of(array("x"), size("n"), out=("t",))


def ask(old: str, new: str, contract: Contract, rounding: Rounding = Rounding.EXACT, strict: bool = False) -> object:
    return run(Task(old, new, contract, rounding, SHORT, strict))


def judging(verdict: Verdict) -> Judge:
    def judge(text: str, contract: Contract, args: dict[str, object], outcome: Outcome, mutated: dict[str, object]) -> Weighed:
        assert text == SUM and contract == TOTAL and set(args) == set(mutated) == {"x", "n"}
        assert outcome.how == "fell" and args["x"] is not mutated["x"]
        return Weighed(verdict)

    return judge


def test_a_loop_that_cannot_be_compiled_is_refused() -> None:
    why = "the loop could not be run by itself: SyntaxError: invalid syntax (<unknown>, line 1)"
    assert ask("for", "pass", TOTAL) == Refusal("AV092", why)


def test_a_rewrite_that_is_not_python_is_a_counterexample() -> None:
    answer = ask(SUM, "t = = 0", TOTAL)
    assert isinstance(answer, Counterexample) and answer.message.startswith("the rewrite is not valid Python: ")


def test_a_loop_that_nearly_always_raises_is_refused() -> None:
    answer = ask("for i in range(n):\n    t = x[i + n]", "t = 0", TOTAL)
    assert isinstance(answer, Counterexample)  # empty inputs are compared
    answer = ask("for i in range(n):\n    x[i + n] = 0", "pass", TOTAL)
    assert isinstance(answer, Refusal) and answer.code == "AV092"
    assert "mostly the loop raised IndexError" in answer.message


def test_a_rewrite_that_hangs_is_refused() -> None:
    budget = replace(SHORT, case_seconds=0.05)
    answer = run(Task(SUM, "t = 0.0\nwhile n:\n    pass", TOTAL, Rounding.EXACT, budget))
    assert answer == Refusal("AV091", "the rewrite did not come to an end on an input on which the loop does")


def test_a_loop_that_takes_too_long_costs_little() -> None:
    contract = of(ScalarInput("k", ("int",)), out=("t",))
    loop = "t = 0\nwhile True:\n    if t >= k:\n        break\n    t += 1"
    answer = run(Task(loop, "t = max(k, 0)", contract, Rounding.EXACT, replace(SHORT, case_seconds=0.02)))
    assert isinstance(answer, Evidence) and answer.inconclusive > 0


def test_floats_that_take_too_long_to_judge_are_left_for_smaller_ones() -> None:
    def judge(text: str, contract: Contract, args: dict[str, object], outcome: Outcome, mutated: dict[str, object]) -> Weighed:
        assert isinstance(args["x"], np.ndarray)
        if len(args["x"]) > most:
            slow.append(len(args["x"]))
            time.sleep(1.0)
        return Weighed(Verdict.WITHIN)

    slow = list[int]()
    backwards = "t = 0.0\nfor i in range(n)[::-1]:\n    t += x[i]"
    task = Task(SUM, backwards, TOTAL, Rounding.REASSOCIATES, replace(SHORT, judge_seconds=0.2, judge_case_seconds=0.02))
    most = 5
    answer = run(task, judge)
    assert 0 < len(slow) < 12  # each halves what is judged at once
    assert isinstance(answer, Evidence) and answer.inconclusive > 0
    most = 0
    answer = run(task, judge)
    assert isinstance(answer, Refusal) and "only 0 of" in answer.message


def test_exact_rewrites_may_not_differ_in_a_bit() -> None:
    answer = ask(SUM, PAIRWISE, TOTAL)
    assert isinstance(answer, Counterexample) and answer.message.startswith("t: ") and answer.dtypes == "x: float64"


def test_a_judge_that_never_knows_is_no_evidence() -> None:
    answer = run(Task(SUM, PAIRWISE, TOTAL, Rounding.REASSOCIATES, SHORT), judging(Verdict.INCONCLUSIVE))
    assert isinstance(answer, Refusal) and answer.code == "AV093"
    assert answer.message.startswith("the last bits of floats differ, and only 0 of ")


def test_what_no_rounding_explains_is_condemned_without_the_judge() -> None:
    answer = run(Task(SUM, f"{PAIRWISE} * 1.01", TOTAL, Rounding.REASSOCIATES, SHORT), judging(Verdict.INCONCLUSIVE))
    assert isinstance(answer, Counterexample) and answer.message.startswith("t: ")


def test_many_undecided_cases_are_no_evidence_however_many_are_decided() -> None:
    verdicts = cycle([Verdict.WITHIN] + [Verdict.INCONCLUSIVE] * 5)

    def judge(*_: object) -> Weighed:
        return Weighed(next(verdicts))

    answer = run(Task(SUM, PAIRWISE, TOTAL, Rounding.REASSOCIATES, SHORT), judge)
    assert isinstance(answer, Refusal) and answer.code == "AV093"


def test_the_judge_condemns_and_acquits() -> None:
    task = Task(SUM, PAIRWISE, TOTAL, Rounding.REASSOCIATES, SHORT)
    assert isinstance(run(task, judging(Verdict.OUTSIDE)), Counterexample)
    answer = run(task, judging(Verdict.WITHIN))
    assert isinstance(answer, Evidence)
    assert (answer.rounding, answer.inconclusive, answer.dtypes) == (Rounding.REASSOCIATES, 0, ("x: float64",))


def test_bitwise_equal_is_reported_as_exact() -> None:
    answer = ask(SUM, SUM, TOTAL, Rounding.REASSOCIATES)
    assert isinstance(answer, Evidence) and answer.rounding is Rounding.EXACT and answer.cases > 100


def test_all_dtypes_are_tried() -> None:
    contract = of(array("x", dtypes=("float32", "int8")), listed("y", kinds=("int", "float")), out=())
    answer = ask("pass", "pass", contract)
    assert isinstance(answer, Evidence)
    assert set(answer.dtypes) == {f"x: {a}, y: {b}" for a in ("float32", "int8") for b in ("int", "float", "mixed")}


def test_counterexamples_are_small_and_name_what_differs() -> None:
    contract = of(array("x"), array("out"), size("n"))
    answer = ask("for i in range(n):\n    out[i] = x[i]", "out[:] = x\nif n > 3:\n    out[3] = 7.0", contract)
    assert isinstance(answer, Counterexample)
    assert answer.message.startswith("out[3]: ") and answer.message.endswith(" became 7.0 (n=4, x float64, out float64)")


def test_a_loop_that_stores_nothing_runs_on_read_only_arrays() -> None:
    contract = of(array("x"), array("out"), size("n"))
    assert isinstance(ask("for i in range(n):\n    out[i] = x[i]", "out[:] = x", contract), Evidence)
    answer = ask("t = 0.0\nfor i in range(n):\n    t = x[i]", "t = 0.0\nx += 0.0\nfor i in range(n):\n    t = x[i]", TOTAL)
    assert (isinstance(answer, Counterexample) and "read-only" in answer.message) or "-0.0" in str(answer)


def test_warnings_count_on_everyday_data_only() -> None:
    contract = of(array("x"), array("out"), size("n"), fresh=("out",))
    masked = "for i in range(n):\n    out[i] = 1.0 / x[i] if x[i] != 0 else 0.0"
    answer = ask(masked, "out[:] = np.where(x != 0, 1.0 / x, 0.0)", contract)
    assert isinstance(answer, Counterexample)
    assert "the rewrite warns (divide by zero encountered in divide), the loop does not" in answer.message
    scaled = "for i in range(n):\n    out[i] = x[i] * 2.0"
    quiet = "with np.errstate(all='ignore'):\n    for i in range(n):\n        out[i] = x[i] * 2.0"
    assert isinstance(ask(quiet, scaled, contract), Evidence)


def test_strict_compares_what_raises_too() -> None:
    contract = of(array("x"), array("index", dtypes=("int64",)), size("n"), fresh=("x", "index"))
    loop = "for i in range(n):\n    x[index[i]] = 1.0"
    assert isinstance(ask(loop, "x[index] = 1.0", contract), Evidence)
    answer = ask(loop, "x[index] = 1.0", contract, strict=True)
    assert isinstance(answer, Counterexample)


def test_strict_tries_arrays_that_overlap_in_part() -> None:
    contract = of(array("x"), array("out"), size("n"))
    loop, rewrite = "for i in range(n):\n    out[i] = x[i] + 1.0", "out[:] = x + 1.0"
    assert isinstance(ask(loop, rewrite, contract), Evidence)
    guarded = f"if np.may_share_memory(x, out):\n{textwrap.indent(loop, '    ')}\nelse:\n    {rewrite}"
    answer = ask(loop, guarded.replace("np.may_share_memory(x, out)", "x is out"), contract, strict=True)
    assert isinstance(answer, Counterexample) and "memory = np.concatenate" in answer.snippet
    shown: list[str] = []
    exec(answer.snippet, {"print": lambda *words: shown.append(repr(words[1:]))})
    assert shown[0] != shown[1]
    answer = ask(loop, guarded, contract, strict=True)
    assert isinstance(answer, Counterexample) and "read-only" in answer.message  # nothing to store, still assigned
    assert isinstance(ask(loop, guarded.replace("if ", "if not n or "), contract, strict=True), Evidence)


@pytest.mark.parametrize("container", ["ndarray", "list"])
def test_aliased_inputs_are_tried_unless_fresh(container: str) -> None:
    make = array if container == "ndarray" else listed
    old = "for i in range(1, n):\n    y[i] = x[i - 1]"
    new = "y[1:] = [v for v in x[:-1]]\n" if container == "list" else "y[1:] = x[:-1].copy()"
    inputs = (make("x"), make("y"), size("n"))
    assert isinstance(ask(old, new, of(*inputs)), Counterexample)
    assert isinstance(ask(old, new, of(*inputs, fresh=("y",))), Evidence)


def test_a_number_too_large_for_a_dtype_is_no_difference_where_the_loop_does_nothing() -> None:
    contract = of(array("x", dtypes=("int8",)), size("n"), ScalarInput("k", ("int",)), out=())
    loop = "for i in range(1, n - 1):\n    x[i] = x[i] + k"
    assert isinstance(ask(loop, "x[1:-1] = x[1:-1] + k", contract), Evidence)
    too_much = "x[1:-1] = x[1:-1] + k\nif n > 2:\n    t = x[:1] + 300"
    assert isinstance(ask(loop, too_much, contract), Counterexample)
    hidden = "for i in range(n):\n    if x[i] > 100:\n        x[i] = x[i] + k"
    assert isinstance(ask(hidden, "x[x > 100] += k", contract), Counterexample)


def test_an_infinite_number_is_no_difference_where_the_loop_does_nothing() -> None:
    contract = of(array("x", dtypes=("float64",)), size("n"), ScalarInput("c", ("float",)), out=())
    loop = "for i in range(n):\n    x[i] = x[i] * math.cos(c)"
    assert isinstance(ask(loop, "x *= math.cos(c)", contract), Evidence)
    loop = "for i in range(n):\n    x[i] = x[i] * math.sqrt(c)"
    assert isinstance(ask(loop, "x *= math.sqrt(c)", contract), Counterexample)  # of an empty array and -1.0


def test_a_lone_integer_that_bounds_the_loop_is_a_size() -> None:
    contract = of(ScalarInput("steps", ("int",)), out=("t",))
    loop = "t = []\nfor i in range(steps):\n    t.append(i * 2)"
    answer = ask(loop, "t = (np.arange(steps) * 2).tolist()", contract)
    assert isinstance(answer, Evidence) and answer.cases > 200 and not answer.inconclusive
    assert isinstance(ask(loop, "t = (np.arange(max(steps, 1)) * 2).tolist()", contract), Counterexample)
    assert isinstance(ask(loop, "t = (np.arange(abs(steps)) * 2).tolist()", contract), Counterexample)


@pytest.mark.parametrize(
    ("exponent", "power"), [("2", "x ** 2"), ("2", "x * x"), ("3", "x * x * x"), ("c", "x ** c"), ("-1", "1 / x")]
)
def test_a_power_is_a_library_function(exponent: str, power: str) -> None:
    x, out = array("x", dtypes=("float64", "float32")), array("out", dtypes=("float64",))
    contract = of(x, out, size("n"), ScalarInput("c", ("float",)))
    loop = f"for i in range(n):\n    out[i] = math.pi * x[i] ** {exponent}"
    assert isinstance(ask(loop, f"out[:] = math.pi * ({power})", contract, Rounding.APPROXIMATES), Evidence)
    answer = ask(loop, f"out[:] = math.pi * ({power}) * (1 + 1e-6)", contract, Rounding.APPROXIMATES)
    assert isinstance(answer, Counterexample)


def test_the_magnitude_of_a_complex_number_may_differ_in_its_last_bits() -> None:
    contract = of(array("x", dtypes=("complex128", "complex64")), array("out", dtypes=("float64",)), size("n"))
    loop = "for i in range(n):\n    out[i] = abs(x[i])"
    assert isinstance(ask(loop, "out[:] = np.abs(x)", contract, Rounding.APPROXIMATES), Evidence)
    assert isinstance(ask(loop, "out[:] = np.abs(x.real)", contract, Rounding.APPROXIMATES), Counterexample)


def test_complex_products_are_judged_with_infinities_in_them() -> None:
    arrays = (array(name, "n", "n", dtypes=("complex128",)) for name in "ab")
    contract = of(*arrays, size("n"), out=("out",))
    loop = (
        "out = np.zeros((n, n), complex)\nfor i in range(n):\n    for j in range(n):\n        s = 0j\n"
        "        for k in range(n):\n            s += a[i, k] * b[k, j]\n        out[i, j] = s"
    )
    assert isinstance(ask(loop, "out = a @ b", contract, Rounding.REASSOCIATES), Evidence)
    assert isinstance(ask(loop, "out = a @ b.conj()", contract, Rounding.REASSOCIATES), Counterexample)
