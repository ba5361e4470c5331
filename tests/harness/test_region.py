"""Regions: what a text leaves behind when it falls off its end, returns, raises or warns."""

from __future__ import annotations

import numpy as np
import pytest

from autovec.harness.region import Outcome, compile_region
from autovec.outcome import ArrayInput, Contract, ScalarInput, Symbol

CONTRACT = Contract(
    (Symbol("n"),),
    (ArrayInput("x", "ndarray", ("float64",), ("n",)), ScalarInput("n", ("int",), value="n")),
    ("t", "k"),
    prelude="import math\nimport numpy as np\ndef twice(v):\n    return 2 * v\n",
)


def run(text: str, *values: float) -> Outcome:
    return compile_region(text, CONTRACT).run({"x": np.array(values), "n": len(values)})


def test_a_text_that_is_not_python_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError):
        compile_region("for i in", CONTRACT)


def test_an_exception_is_an_outcome() -> None:
    outcome = run("t = 1 // 0", 1.0)
    assert (outcome.how, type(outcome.error), outcome.outputs) == ("raised", ZeroDivisionError, {})


def test_only_bound_outputs_are_given() -> None:
    assert run("for k in range(n):\n    t = twice(3)") == Outcome("fell")
    assert run("for k in range(n):\n    t = twice(3)", 1.0, 2.0) == Outcome("fell", {"t": 6, "k": 1})


def test_return_is_told_from_falling_off_the_end() -> None:
    assert run("if n:\n    return None") == Outcome("fell")
    assert run("if n:\n    return None", 1.0) == Outcome("returned", value=None)


def test_warnings_are_kept_in_order() -> None:
    assert run("y = x / 0.0", 1.0).warned == ("divide by zero encountered in divide",)


def test_multi_line_strings_keep_their_text() -> None:
    assert run("t = '''a\nb'''") == Outcome("fell", {"t": "a\nb"})


def test_dotted_names_are_attributes() -> None:
    array = ArrayInput("self.x", "ndarray", ("float64",), ("n",))
    inputs = (array, ScalarInput("self.box.k", ("int",)), ScalarInput("c", ("int",)))
    contract = Contract((Symbol("n"),), inputs, ("self.t", "self.missing", "self.box.k"))
    region = compile_region("self.t = self.x[0] * c\nself.box.k += 1", contract)
    assert region.roots == ("self", "c")
    args: dict[str, object] = {"self.x": np.array([2.0]), "self.box.k": 4, "c": 3}
    assert region.run(args) == Outcome("fell", {"self.t": 6.0, "self.box.k": 5})


def test_inputs_are_changed_in_place() -> None:
    x = np.array([1.0, 2.0])
    region = compile_region("for i in range(n):\n    x[i] += 1.0", CONTRACT)
    region.bind({"x": x, "n": 2})()
    region.run({"x": x, "n": 2})
    assert x.tolist() == [3.0, 4.0]


JITTED = """import numpy as np
from numba import njit


@njit
def element(x, i):
    return x[i]


@njit
def total(x, y):
    found = 0.0
    for i in range(len(x)):
        found += element(x, i) * y[i]
    return found
"""


def test_functions_that_numba_compiles_are_compiled_for_few_layouts() -> None:
    x = np.arange(6.0)
    contract = Contract((), tuple(ArrayInput(name, "ndarray", ("float64",), ("3",)) for name in "xy"), ("t",), prelude=JITTED)
    region = compile_region("t = total(x, y)", contract)
    layouts = (x[:3], x[3:]), (x[::2], x[3:]), (x[3:], x[::2]), (x[::-2], x[::2])
    for a, b in (*layouts, *layouts):
        assert region.run({"x": a, "y": b}).outputs == {"t": float(a @ b)}
    assert len(region.namespace["total"].signatures) == 2  # type: ignore[attr-defined]


def test_a_region_like_another_shares_what_the_prelude_made() -> None:
    first = compile_region("t = twice(n)", CONTRACT)
    again = compile_region("k = twice(n)\nt = first", CONTRACT, like=first)
    again.namespace["first"] = 1
    assert again.namespace["twice"] is first.namespace["twice"] and "first" not in first.namespace
    assert again.run({"x": np.zeros(2), "n": 2}) == Outcome("fell", {"t": 1, "k": 4})
