"""Kernels on several cores: asked for, they land where they win; else the one on one core does, and says why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autovec.harness.sandbox import Sandbox
from autovec.judge import kernels
from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file
from autovec.report.machine import finding_record
from autovec.report.text import rewrite_notes

SUM = """\
import numpy as np
from numpy.typing import NDArray


def decayed(x: NDArray[np.float64], a: float) -> float:
    total = 0.0
    for i in range(len(x)):
        v = x[i]
        j = 0
        while j < 50 and v > 0.001:
            v = v * 0.5
            j += 1
        total += v
    return float(total)
"""
ASKED = Options(verify=True, min_speedup=1.0, backend="numba", parallel=True)


def rewritten(text: str, options: Options) -> Rewrite:
    """What became of the only loop."""
    with Sandbox() as sandbox:
        report = analyse_file(text.encode(), "m.py", options, sandbox)
    (found,) = report.findings
    assert isinstance(found, Rewrite), found
    assert ("prange" in report.after) is ("parallel=True" in found.edit.definition)
    return found


def without_rivals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kernel on several cores run alone: a busy machine has none for it."""
    monkeypatch.setattr(
        kernels.Rival, "runners", property(lambda self: (self.threads if isinstance(self.threads, kernels.Rival) else self,))
    )


def test_the_winner_runs_on_all_cores_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    without_rivals(monkeypatch)
    found = rewritten(SUM, ASKED)
    assert found.edit.imports == ("from numba import njit, prange",)
    assert "    for i in prange(0, len(x)):\n" in found.edit.definition
    assert found.rounding == "reassociates" and found.evidence is not None and found.evidence.cases > 20
    assert found.speed is not None and found.speed.first_call > 0.0
    assert any(note.startswith("parallel: on all cores; Numba ends the process") for note in rewrite_notes(found))


def test_one_core_is_enough_where_more_do_not_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "THAN_ONE_CORE", 1e6)
    found = rewritten(SUM, ASKED)
    assert found.cores == "on several cores it is not 1e+06 times as fast as on one"
    assert "prange" not in found.edit.definition + "".join(found.edit.imports)


def test_what_is_not_the_same_on_several_cores_lands_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = kernels.parallel_kernel

    def wrong(*words: object) -> object:
        found = made(*words)  # type: ignore[arg-type]
        return replace(found, definition=found.definition.replace("0.5", "0.25"))  # type: ignore[type-var, union-attr]

    without_rivals(monkeypatch)
    monkeypatch.setattr(kernels, "parallel_kernel", wrong)
    found = rewritten(SUM, ASKED)
    assert found.cores.startswith("verification found a difference: ")
    assert "prange" not in found.edit.definition


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (replace(ASKED, parallel=False), ""),
        (replace(ASKED, strict=True), "with --strict, as arrays that overlap make its iterations meet"),
        (replace(ASKED, rounding="exact"), "threads would add up in another order, which --rounding exact forbids"),
    ],
)
def test_without_being_asked_or_where_it_may_not_it_runs_on_one_core(options: Options, why: str) -> None:
    found = rewritten(SUM, options)
    assert found.cores == why
    assert "prange" not in found.edit.definition


def test_check_shows_the_kernel_that_was_asked_for() -> None:
    report = analyse_file(SUM.encode(), "m.py", replace(ASKED, verify=False), None)
    (found,) = report.findings
    assert isinstance(found, Rewrite) and "prange(0, len(x))" in found.edit.definition
    assert finding_record(report, found)["parallel"] == found.cores
    carried = SUM.replace("0.001", "total").encode()
    alone = analyse_file(carried, "m.py", replace(ASKED, verify=False), None).findings[0]
    assert isinstance(alone, Rewrite)
    assert alone.cores.startswith("an iteration needs what another one left in `total` on line 10 (threads can join `t += e`")
