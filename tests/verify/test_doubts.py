"""A test in front of a new form is there because an input may fail it: such inputs are tried, and the loop must run on them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planted import array, of

from autovec.harness.corners import table
from autovec.outcome import ArrayInput, Contract, Counterexample, Evidence, Rounding, ScalarInput
from autovec.verify.doubts import doubted
from autovec.verify.mentioned import dtypes_in
from autovec.verify.task import Task
from autovec.verify.trial import run

LOOP = "for i in range(len(x)):\n    y[i] = x[i] * 2"
FAST = "y[:len(x)] = x * 2"
BOTH = of(array("x", dtypes=("float64", "float32", "int8")), array("y", dtypes=("float64",)))


def guarded(test: str, fast: str = FAST, loop: str = LOOP) -> str:
    def indented(text: str) -> str:
        return "".join(f"    {line}\n" for line in text.splitlines())

    return f"if {test}:\n{indented(fast)}else:\n{indented(loop)}"


def ask(new: str, contract: Contract = BOTH, old: str = LOOP, strict: bool = False) -> object:
    return run(Task(old, new, contract, Rounding.EXACT, strict=strict))


ROWS = of(array("a", "n", "m"), array("x", "m"), array("t", "n"), symbols="n m")
ROW_LOOP = "for i in range(len(a)):\n    t[i] = 0.0\n    for j in range(len(x)):\n        t[i] += a[i, j] * 2.0"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("x.ndim == y.ndim == 1", "x.ndim + 0 == 1 or y.ndim == 1 or True"),
        ("isinstance(x, np.ndarray)", "isinstance(x, np.ndarray) or True"),
        ("all(isinstance(a, np.ndarray) for a in (x, y))", "all(isinstance(a, (list, np.ndarray)) for a in (x, y))"),
    ],
)
def test_a_test_that_lets_too_much_through_is_seen(good: str, bad: str) -> None:
    fast = "assert type(x) is np.ndarray and x.ndim == 1\n" + FAST
    assert isinstance(ask(guarded(good, fast)), Evidence)
    assert isinstance(ask(guarded(bad, fast)), Counterexample)


def test_lengths_that_are_tested_are_not_always_equal() -> None:
    fast = "t[:] = (a * 2.0).sum(axis=1)"
    assert isinstance(
        ask(guarded("len(x) == a.shape[1] and len(t) == len(a)", fast, ROW_LOOP), ROWS, ROW_LOOP), Evidence | Counterexample
    )
    answer = ask(guarded("len(x) == a.shape[1] or len(t) == len(a)", fast, ROW_LOOP), ROWS, ROW_LOOP)
    assert isinstance(answer, Counterexample)


def test_read_only_arrays_are_given_where_the_text_asks() -> None:
    old = "for i in range(len(x)):\n    if x[i] > 9e9:\n        y[i] = 0.0"
    fast = "y[:len(x)][x > 9e9] = 0.0"
    assert isinstance(ask(fast, old=old), Evidence)
    assert isinstance(ask(guarded("y.flags.writeable", fast, old), old=old), Evidence)
    assert isinstance(ask(guarded("y.flags.writeable or True", fast, old), old=old), Counterexample)


def test_the_contracts_of_doubt() -> None:
    text = guarded("isinstance(x, np.ndarray) and x.ndim == y.ndim == 1 and len(x) == len(y)")
    shapes = [tuple(i.shape for i in c.inputs) for c in doubted(text, BOTH)]
    assert shapes == [
        (("n", "2"), ("n",)),
        (("n",), ("n", "2")),
        (("n", "2"), ("n", "2")),
        (("n",), ("n",)),
        (("n",), ("y_0_apart",)),
    ]
    tied = replace(BOTH, inputs=(*BOTH.inputs, ScalarInput("k", ("int",), value="n")))
    assert list(doubted(guarded("len(x) == len(y)"), tied)) == []  # a third input has that size, too


def test_dtypes_that_a_test_names_are_tried_on_every_size() -> None:
    assert dtypes_in('if x.dtype == np.float32 and y.dtype.kind == "i":\n    pass') == ("float32", "int64", "int8")
    found = {dict(case.sizes)["n"] for case in table(BOTH, dtypes=("float32",)) if case.dtypes[0] == "float32"}
    assert {0, 1, 2, 3, 5, 17, 65} <= found


def test_an_array_and_one_of_its_rows() -> None:
    old = "for i in range(len(a)):\n    for j in range(len(x)):\n        x[j] += a[i, j]"
    contract = of(array("a", "n", "m"), array("x", "m"), symbols="n m")
    new = "x += a.sum(axis=0)"
    whole = Rounding.REASSOCIATES
    assert isinstance(run(Task(old, new, contract, whole)), Evidence)
    assert isinstance(run(Task(old, new, contract, whole, strict=True)), Counterexample)


def test_a_validation_is_not_the_new_form() -> None:
    old = "for i in range(len(x)):\n    if x[i] < 0:\n        raise ValueError\n    y[i] = x[i]"
    new = "if (x < 0).any():\n    raise ValueError\ny[:len(x)] = x"
    assert isinstance(ask(new, old=old), Evidence)


def test_two_sizes_that_are_equal_by_chance() -> None:
    old = "for i in range(len(a)):\n    t[i] = 0.0\n    for j in range(a.shape[1]):\n        t[i] += a[i, j] * x[j]"
    contract = of(array("a", "n", "m"), array("x", "k"), array("t", "n"), symbols="n m k", fresh=("t",))
    right = guarded("len(x) == a.shape[1]", "t[:] = (a * x).sum(axis=1)", old)
    wrong = right.replace("shape[1]:", "shape[0]:", 1)
    right_answer, wrong_answer = (run(Task(old, text, contract, Rounding.REASSOCIATES)) for text in (right, wrong))
    assert isinstance(right_answer, Evidence) and isinstance(wrong_answer, Counterexample)


def test_the_variable_of_a_test_of_several_arrays_is_none_of_the_inputs() -> None:
    some = of(array("x", "n"), array("y", "n"), array("a", "n"), symbols="n")
    asked = list(doubted(guarded("all(isinstance(a, np.ndarray) for a in (x, y))"), some))
    assert [[i.name for i in c.inputs if isinstance(i, ArrayInput) and i.container == "list"] for c in asked] == [["x"], ["y"]]


def test_a_test_of_dtypes_makes_no_array_a_list() -> None:
    text = guarded('all(a.dtype.kind in "fi" for a in (x, y))')
    assert list(doubted(text, BOTH)) == []
    assert isinstance(ask(text), Evidence)
