"""Random functions rewritten without a checker behind: what analysis and emission alone get wrong shows here.

Long mode: `AUTOVEC_PROGRAMS=20000 pytest tests/test_random_programs.py -s`, which also prints the share of programs rewritten.
"""

from __future__ import annotations

import os

import pytest
from program_runs import difference, judged, loaded, smallest
from random_programs import Writer

COUNT = int(os.environ.get("AUTOVEC_PROGRAMS", "150"))


@pytest.mark.parametrize(
    ("a", "b"),
    [(1, 1.0), (1, True), ([1], (1,)), ([1], [1, 2]), (1.0, 1.1), ({"x": 1}, {"x": 2}), (float("nan"), 0.0), (None, 1)],
)
def test_the_comparison_sees(a: object, b: object) -> None:
    assert difference("x", a, b)


def test_a_program_is_made_small() -> None:
    assert "def f(" in smallest(Writer(0).program(), 0)


@pytest.mark.parametrize("seed", range(20))
def test_a_seed_is_one_program(seed: int) -> None:
    assert Writer(seed).program() == Writer(seed).program()
    assert callable(loaded(Writer(seed).program()))


def test_a_rewrite_does_what_the_program_does() -> None:
    rewritten = compared = 0
    wrong: list[str] = []
    for seed in range(COUNT):
        source = Writer(seed).program()
        verdict = judged(source, seed)
        rewritten += verdict.rewrites > 0
        compared += verdict.runs
        if verdict.wrong:
            wrong.append(f"seed {seed}: {verdict.wrong}\n{source}\n-> {verdict.after}")
    print(f"\n{rewritten} of {COUNT} programs rewritten, {compared} runs compared, {len(wrong)} wrong")
    assert not wrong, "\n\n".join(wrong[:3])
    assert compared > rewritten > COUNT / 5
