"""Random functions with conditions on positions, or with stores at places from data, rewritten without a checker behind.

Long mode: `AUTOVEC_PROGRAMS=20000 pytest tests/test_guarded_programs.py -s`.
"""

from __future__ import annotations

import os

import pytest
from guarded_programs import GuardedWriter
from program_runs import judged, loaded
from random_programs import Writer
from scattered_programs import ScatteredWriter

COUNT = int(os.environ.get("AUTOVEC_PROGRAMS", "100"))


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("writer", [GuardedWriter, ScatteredWriter])
def test_a_seed_is_one_program(writer: type[Writer], seed: int) -> None:
    assert writer(seed).program() == writer(seed).program()
    assert callable(loaded(writer(seed).program()))


@pytest.mark.parametrize("writer", [GuardedWriter, ScatteredWriter])
def test_a_rewrite_does_what_the_program_does(writer: type[Writer]) -> None:
    wrong: list[str] = []
    rewritten = compared = 0
    for seed in range(COUNT):
        source = writer(seed).program()
        verdict = judged(source, seed)
        rewritten += verdict.rewrites > 0
        compared += verdict.runs
        if verdict.wrong:
            wrong.append(f"seed {seed}: {verdict.wrong}\n{source}\n-> {verdict.after}")
    print(f"\n{rewritten} of {COUNT} programs rewritten, {compared} runs compared, {len(wrong)} wrong")
    assert not wrong, "\n\n".join(wrong[:3])
    assert compared > rewritten > COUNT / 10
