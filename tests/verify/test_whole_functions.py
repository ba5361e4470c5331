"""Whole functions of two files: what is refused and why, what is found out about parameters, what is a difference."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autovec.outcome import Counterexample, Evidence, Refusal
from autovec.verify.task import Budget
from autovec.verify.whole.notation import written
from autovec.verify.whole.question import Terms, question
from autovec.verify.whole.subject import Subject, subject
from autovec.verify.whole.trials import run

Make = Callable[[str, str], Subject | Refusal]
BRIEF = Budget(seconds=0.05, table_seconds=0.3)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A function out of a file with this text; `name` tells the files apart."""

    def made(text: str, target: str = "f") -> Subject | Refusal:
        path = tmp_path / f"m{len(list(tmp_path.iterdir()))}.py"
        path.write_text(textwrap.dedent(text))
        return subject(f"{path}:{target}")

    return made


def ask(make: Make, old: str, new: str, terms: Terms | None = None, target: str = "f") -> tuple[str, str]:
    """The answer as one line, and the contracts that were tried."""
    before, after = make(old, target), make(new, target)
    assert isinstance(before, Subject) and isinstance(after, Subject)
    inquiry = question(before, after, terms or Terms())
    if isinstance(inquiry, Refusal):
        return inquiry.message, ""
    found = run(replace(inquiry, budget=BRIEF))
    contracts = "; or ".join(map(written, found.contracts))
    match found.answer:
        case Evidence():
            return "same", contracts
        case Counterexample(message=message) | Refusal(message=message):
            return message, contracts


IMPORTS = "import math\nimport numpy as np\n"


@pytest.mark.parametrize(
    ("text", "target", "why"),
    [
        ("x = 1\n", "f", "has no function `f` (a plain `def`)"),
        ("def f(x:\n", "f", "is not valid Python: '(' was never closed"),
        ("async def f(x): ...\n", "f", "has no function `f` (a plain `def`)"),
        ("def f(*xs): ...\n", "f", "`f` takes any number of arguments"),
        ("class C:\n    @property\n    def f(self): ...\n", "C.f", "`C.f` is not a plain method"),
        ("import mine\ndef f(x): return mine.g(x)\n", "f", "it is not known what `import mine` does"),
        ("def f(x): open(x)\n", "f", "`f` uses `open`, which may reach outside"),
        ("def f(x): return g(x)\n", "f", "`f` uses `g`, which the module does not define"),
        ("seen = []\ndef f(x): seen.append(x)\n", "f", "`f` keeps something in `seen` of its module"),
        ("n = 0\ndef g(x):\n    global n\n    n += x\ndef f(x): return g(x)\n", "f", "`g` keeps something in `n` of its module"),
    ],
)
def test_what_cannot_be_run_is_refused_in_words(make: Make, text: str, target: str, why: str) -> None:
    found = make(text, target)
    assert isinstance(found, Refusal) and why in found.message


def test_what_the_function_needs_comes_along_and_nothing_else(make: Make) -> None:
    found = make(
        """
        import math, os
        from numpy import *
        print("loaded")
        SCALE = 2.0
        OTHER = open("x")
        def g(x): return SCALE * x
        def f(x): return math.sqrt(g(x))
        """,
        "f",
    )
    assert isinstance(found, Refusal) and found.message == "it is not known what `import math, os` does"
    needed = "import math\nfrom numpy import *\nS = 2.0\ndef g(x):\n    return S * x\n"
    found = make(f"{needed}print(1)\ndef f(x): return math.sqrt(g(x))\n", "f")
    assert isinstance(found, Subject) and found.prelude.replace("\n\n", "\n") == needed


@pytest.mark.parametrize(
    ("old", "new", "contract"),
    [
        ("def f(x: list[float]): return [v * 2 for v in x]", "def f(x): return (np.array(x) * 2).tolist()", "x: float|int[x_0]"),
        (
            "def f(a, b):\n    out = np.zeros((len(a), len(b[0])))\n"
            "    for i in range(len(a)):\n        for j in range(b.shape[1]):\n"
            "            for k in range(len(b)):\n                out[i, j] += a[i, k] * b[k, j]\n    return out",
            "def f(a, b): return a @ b",
            "a: float64[a_0, a_1], b: float64[a_1, b_1]",
        ),
        ("def f(n: int): return [i for i in range(n)]", "def f(n): return np.arange(n).tolist()", "n: int = n_plus_2 - 2"),
        (
            "def f(state, x: np.ndarray):\n    for v in x:\n        state.total += v",
            "def f(state, x):\n    state.total = state.total + x.sum()",
            "state.total: float|int, x: float64[x_0]",
        ),
        ("def f(s: float, k=3): return s * k", "def f(s, k=3): return k * s", "s: float|int, k: int"),
    ],
)
def test_what_it_takes_is_found_out(make: Make, old: str, new: str, contract: str) -> None:
    _, found = ask(make, IMPORTS + old, IMPORTS + new)
    assert found == contract


SAME = [
    ("def f(x: np.ndarray):\n    t = 0.0\n    for v in x:\n        t += v\n    return t", "def f(x): return 0.0 + x.sum()"),
    ("def f(x: list[float]):\n    for v in x:\n        yield v * v", "def f(x): return [v * v for v in x]"),
]
DIFFERENT = [
    ("def f(x: np.ndarray):\n    return [v for v in x]", "def f(x): return x", " (list) became array(["),
    ("def f(x: np.ndarray):\n    x[0] += 1.0\n    return x", "def f(x): return x + 1.0", "in the loop only"),
    ("def f(x: np.ndarray): return any(v < 0.0 for v in x)", "def f(x): return not (x >= 0.0).all()", "False became True"),
    ("def f(x: list[list[float]]): return sum(map(sum, x), 0.0)", "def f(x): return float(np.array(x).sum())", "inhomogeneous"),
]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_no_difference(make: Make, old: str, new: str) -> None:
    assert ask(make, IMPORTS + old, IMPORTS + new)[0] == "same"


@pytest.mark.parametrize(("old", "new", "why"), DIFFERENT)
def test_a_difference(make: Make, old: str, new: str, why: str) -> None:
    answer, _ = ask(make, IMPORTS + old, IMPORTS + new)
    assert why in answer


METHOD = """
class C:
    SCALE = 2.0
    def half(self, v): return 0.5 * v
    def f(self, x: list[float]):
        for v in x:
            self.total += self.half(v) * self.SCALE
        return len(x)
"""


def test_a_method_is_compared_with_what_it_stores(make: Make) -> None:
    wrong = METHOD.replace("self.total += self.half(v) * self.SCALE", "self.total = self.half(v) * self.SCALE")
    assert ask(make, METHOD, METHOD, target="C.f") == ("same", "self.total: float|int, x: float|int[x_0]")
    assert ask(make, METHOD, wrong, target="C.f")[0].startswith("self.total: ")


def test_a_contract_in_words(make: Make) -> None:
    old = IMPORTS + "def f(x, k): return x[k]\n"
    answer = ask(make, old, old, Terms(contract="x: float32[n], k: int in 0..n"))
    assert answer == ("same", "x: float32[n], k: int in 0..n")
    flags = IMPORTS + "def f(m): return int(m.sum())\n"
    assert ask(make, flags, flags, Terms(contract="m: bool_[n]")) == ("same", "m: bool_[n]")


@pytest.mark.parametrize(
    ("contract", "why"),
    [
        ("x float", "`x float` is not read as NAME: TYPE[SIZES]"),
        ("x: object[n], k: int", "`x: object[n]` is not read as NAME: TYPE[SIZES]"),
        ("x: float64[n]", "the contract does not say what `k` is"),
        ("x: float64[n], k: int, z: int", "the contract names `z`, which the function does not take"),
    ],
)
def test_a_contract_that_cannot_be_read(make: Make, contract: str, why: str) -> None:
    old = IMPORTS + "def f(x, k): return x[k]\n"
    assert ask(make, old, old, Terms(contract=contract)) == (why, "")


@pytest.mark.parametrize(
    ("old", "why"),
    [
        ("def f(x: dict[str, int]): return x", "`x`: it is not known how to make up a `dict[str, int]`"),
        ("def f(r):\n    return [v['price'] for v in r]", "it is not known what `r` is"),
        (
            "def f(x: list[float]): raise KeyError(1)",
            "no inputs were found on which the old version runs: mostly it raised KeyError: 1",
        ),
    ],
)
def test_no_answer(make: Make, old: str, why: str) -> None:
    assert ask(make, old, old)[0] == why


def test_when_the_time_is_over_what_was_found_out_first_stands(make: Make) -> None:
    text = "def f(x):\n    return [v + 1 for v in x]\n"
    before, after = make(text, "f"), make(text.replace("v + 1", "1 + v"), "f")
    assert isinstance(before, Subject) and isinstance(after, Subject)
    inquiry = question(before, after, Terms())
    assert not isinstance(inquiry, Refusal)
    dtypes: list[tuple[str, ...]] = []
    for seconds in (0.0, 60.0):
        found = run(replace(inquiry, budget=replace(BRIEF, total_seconds=seconds))).answer
        assert isinstance(found, Evidence), found
        dtypes.append(found.dtypes)
    assert len(dtypes[0]) < len(dtypes[1])
