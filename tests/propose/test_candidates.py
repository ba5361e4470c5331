"""Candidate texts of one loop: all for one region, the set-up statements taken in where they merge with what follows."""

from __future__ import annotations

import pytest

from autovec.judge import arrays
from autovec.judge.court import Case
from autovec.options import Options
from autovec.outcome import Left, Refusal, Rewrite
from autovec.pipeline import analyse_file
from autovec.propose.candidates import Candidate

HEAD = "import numpy as np\n\n\n"
PRODUCT = """\
def product(A: np.ndarray, x: np.ndarray):
    m, n = A.shape
    y = np.zeros(n)
    for i in range(m):
        for j in range(n):
            y[j] += A[i, j] * x[i]
    return y
"""


def pool_of(function: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The regions and fast paths of all candidates of the function's only loop, in the order of preference."""
    seen: list[Candidate] = []

    def answer(case: Case, found: tuple[Candidate, ...], rival: object) -> Rewrite | Left | Refusal:
        seen.extend(() if seen else found)  # the inner loops are asked about, too
        return Refusal("AV060", "not asked")

    monkeypatch.setattr(arrays, "_answer", answer)
    analyse_file((HEAD + function).encode(), "a.py", Options(verify=False), None)
    return [(c.region.text, c.text.split("else:")[0]) for c in seen]


def test_nothing_is_raced_where_nothing_has_an_array_form(monkeypatch: pytest.MonkeyPatch) -> None:
    carried = "def f(x: np.ndarray):\n    for i in range(1, len(x)):\n        x[i] = np.sin(x[i - 1])\n"
    assert pool_of(carried, monkeypatch) == []


def test_limits_on_dtypes_compete_as_texts_for_one_region(monkeypatch: pytest.MonkeyPatch) -> None:
    found = pool_of(PRODUCT, monkeypatch)
    assert {region.splitlines()[0] for region, _ in found} == {"y = np.zeros(n)"}
    assert [fast for _, fast in found] == [
        "y = np.zeros(n)\nif n > 0:\n    y += (A * x[:m][:, None]).sum(axis=0, dtype=np.float64)\n",
        'y = np.zeros(n)\nif len(x) == len(A) and A.dtype.kind == x.dtype.kind == "f":\n'
        "    y += (A * x[:, None]).sum(axis=0, dtype=np.float64)\n",
        "if A.dtype == x.dtype == np.float64 and n > 0:\n    y = x[:m] @ A\n",
    ]
