"""Stores whose lanes may share places: what is refused, what is printed, and that both do the same."""

from __future__ import annotations

import copy
import textwrap

import numpy as np
import pytest
from program_runs import difference, loaded

from autovec.options import Options
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file

HEAD = "import numpy as np\nfrom numpy.typing import NDArray\n\n\n"
PARAMETERS = "ix: NDArray[np.int64], jx: NDArray[np.int64], w: NDArray[np.float64], n: int"
REFUSED = {
    "an update that is cut to the array's type each time": ("h = np.zeros(n, np.int64)", "h[ix[i]] += w[i]", "AV022"),
    "a counter in a narrow type": ("h = np.zeros(n, np.uint8)", "h[ix[i]] += i", "AV010"),
    "what is added reads what was added": ("h = np.zeros(n)", "h[ix[i]] += h[jx[i]]", "AV020"),
    "a store that reads the array": ("h = np.zeros(n)", "h[ix[i]] = h[jx[i]] + 1.0", "AV020"),
    "an extreme of floats": ("h = np.zeros(n)", "h[ix[i]] = max(h[ix[i]], w[i])", "AV022"),
    "a plain store, of which the last one stays": ("h = np.zeros(n)", "h[ix[i]] = w[i]", "AV020"),
}
WRITTEN = {
    "a sum": ("h = np.zeros(n)", "h[ix[i]] += w[i]", "np.add.at(h, ix, w[:len(ix)])"),
    "a difference": ("h = np.zeros(n)", "h[ix[i]] -= w[i] * 2.0", "np.subtract.at(h, ix, w[:len(ix)] * 2.0)"),
    "a count": ("h = np.zeros(n, np.int64)", "h[ix[i]] += 1", "np.add.at(h, ix, 1)"),
    "a count in floats": ("h = np.zeros(n)", "h[ix[i]] += 1", "np.add.at(h, ix, 1.0)"),
    "two places": ("h = np.zeros((n, n))", "h[ix[i], jx[i]] += w[i]", "np.add.at(h, (ix, jx[:len(ix)]), w[:len(ix)])"),
    "under a condition": ("h = np.zeros(n)", "if w[i] > 0:\n        h[ix[i]] += w[i]",
                          "mask = w > 0\nnp.add.at(h, ix[mask], w[mask])"),
    "pairs": ("h = np.zeros(n)", "h[i // 2] += w[i]", "h = np.zeros(n)\nnp.add.at(h, np.arange(len(ix)) // 2, w[:len(ix)])"),
}  # fmt: skip
SIZES = {"empty": 0, "one": 1, "some": 5}


def program(setup: str, statement: str) -> str:
    """The function."""
    lines = f"{setup}\nfor i in range(len(ix)):\n    {statement}\nreturn h"
    return f"{HEAD}def f({PARAMETERS}):\n{textwrap.indent(lines, '    ')}\n"


def analysed(setup: str, statement: str) -> FileReport:
    return analyse_file(program(setup, statement).encode(), "program.py", Options(verify=False, backend="numpy"), None)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_left_alone(name: str) -> None:
    setup, statement, code = REFUSED[name]
    assert [f.refusal.code for f in analysed(setup, statement).findings if isinstance(f, Left)] == [code]


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_written(name: str) -> None:
    setup, statement, after = WRITTEN[name]
    (found,) = [f.edit.after for f in analysed(setup, statement).findings if isinstance(f, Rewrite)]
    fast = textwrap.dedent(found.partition(":\n")[2].partition("\nelse:")[0]) if found.startswith("if ") else found
    assert fast == after


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", WRITTEN)
def test_it_does_what_the_loop_does(name: str, size: str) -> None:
    n = SIZES[size]
    inputs = {"ix": np.array([2, 0, -1, 2, 2])[:n], "jx": np.array([1, 1, -2, 1, 0])[:n], "n": 4,
              "w": np.array([1.5, np.nan, -0.25, 3.0, 2.0])[:n]}  # fmt: skip
    first, second = copy.deepcopy(inputs), copy.deepcopy(inputs)
    setup, statement, _ = WRITTEN[name]
    expected, found = loaded(program(setup, statement))(**first), loaded(analysed(setup, statement).after)(**second)
    assert (difference("result", expected, found) or difference("arguments", first, second)) == ""
