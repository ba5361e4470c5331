"""After a keystroke only what can have changed is looked at again, and findings move with their lines."""

from __future__ import annotations

import pytest

from autovec.lsp import incremental
from autovec.lsp.carry import carried
from autovec.lsp.incremental import Analysis, Analyst
from autovec.options import Options
from autovec.outcome import Finding, Left, Refusal, Span
from autovec.report.sentence import place

OPTIONS = Options(verify=False)
HEAD = "import numpy as np\n\n\n"


def loop(name: str, factor: str = "2.0") -> str:
    return f"def {name}(n: int):\n    x = np.ones(n)\n    for i in range(n):\n        x[i] = x[i] * {factor}\n    return x\n\n\n"


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    real = incremental.analyse_function

    def counting(work: incremental.Work, function: incremental.Function) -> list[Finding]:
        names.append(function.name)
        return real(work, function)

    monkeypatch.setattr(incremental, "analyse_function", counting)
    return names


def analysed(analyst: Analyst, text: str, before: Analysis | None = None) -> Analysis:
    return analyst.analyse(text, OPTIONS, before, stop=lambda: False)


def lines(analysis: Analysis) -> list[tuple[str, int]]:
    return [(f.function, place(f).line) for f in analysis.findings]


def test_only_the_changed_function_is_looked_at_again(looked_at: list[str]) -> None:
    analyst = Analyst()
    first = analysed(analyst, HEAD + loop("one") + loop("two"))
    assert (looked_at, lines(first)) == (["one", "two"], [("one", 5), ("two", 12)])
    second = analysed(analyst, HEAD + loop("one", "3.0") + loop("two"), first)
    assert (looked_at, lines(second)) == (["one", "two", "one"], lines(first))


def test_functions_that_move_are_not_looked_at_again(looked_at: list[str]) -> None:
    analyst = Analyst()
    analysed(analyst, HEAD + loop("one") + loop("two"))
    moved = analysed(analyst, HEAD + loop("two") + loop("one"))
    assert (looked_at, lines(moved)) == (["one", "two"], [("two", 5), ("one", 12)])


@pytest.mark.parametrize(
    "before, after",
    [
        (HEAD + "K = 2\n" + loop("one"), HEAD + "K = 3\n" + loop("one")),
        (HEAD + "def f(v):\n    return v\n" + loop("one", "f(2.0)"), HEAD + "def f(v):\n    return -v\n" + loop("one", "f(2.0)")),
        (HEAD + loop("one") + "def g():\n    pass\n", HEAD + loop("one") + "def g():\n    one(7)\n"),
        (HEAD + loop("one") + "def g():\n    pass\n", HEAD + loop("one") + "def g():\n    global np\n"),
    ],
    ids=["a constant", "a function that it calls", "a call of it", "a global"],
)
def test_what_a_function_depends_on_is_part_of_its_key(before: str, after: str, looked_at: list[str]) -> None:
    analyst = Analyst()
    analysed(analyst, before)
    analysed(analyst, after)
    assert looked_at == ["one", "one"]


def test_a_range_that_is_disabled_elsewhere_is_part_of_its_key(looked_at: list[str]) -> None:
    analyst, off, on = Analyst(), "# autovec: disable\n", "# autovec: enable\n"
    assert lines(analysed(analyst, HEAD + off + loop("one") + on + loop("one"))) == [("one", 14)]
    assert lines(analysed(analyst, HEAD + off + on + loop("one") + loop("one"))) == [("one", 7), ("one", 14)]
    assert lines(analysed(analyst, HEAD + off + on + "\n" + loop("one") + loop("one"))) == [("one", 8), ("one", 15)]


def test_while_a_line_does_not_parse_the_rest_stays() -> None:
    text = HEAD + loop("one") + loop("two")
    analyst = Analyst()
    first = analysed(analyst, text)
    broken = analysed(analyst, text.replace("def two(n: int):", "k = (\n\n\ndef two(n: int):"), first)
    assert (broken.complete, lines(broken)) == (False, [("one", 5), ("two", 15)])


def test_findings_on_changed_lines_are_dropped_and_their_words_move() -> None:
    refusal = Refusal("AV020", "`y[i - 1]` on line 2 reads what line 2 wrote", span=Span(2, 0, 2, 4))
    finding = Left(refusal, "f", Span(1, 0, 2, 9))
    assert list(carried([finding], "a\nb\nc\n", "a\nB\nc\n")) == []
    (moved,) = carried([finding], "a\nb\nc\n", "new\na\nb\nc\n")
    assert isinstance(moved, Left)
    assert (moved.span, moved.refusal.span, moved.refusal.message) == (
        Span(2, 0, 3, 9),
        Span(3, 0, 3, 4),
        "`y[i - 1]` on line 3 reads what line 2 wrote",
    )
