"""Random functions whose loops become kernels without a checker behind: what the reading of the loop gets wrong shows here.

Long mode: `AUTOVEC_KERNELS=2000 pytest tests/test_random_kernels.py -s`.
"""

from __future__ import annotations

import copy
import os
import warnings

import numpy as np
from program_runs import difference, drawn, loaded
from random_programs import Writer

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file

COUNT = int(os.environ.get("AUTOVEC_KERNELS", "25"))
RAISED = (IndexError, ZeroDivisionError, ValueError, OverflowError, TypeError, UnboundLocalError, AssertionError)


def compared(before: str, after: str, seed: int) -> str:
    """The first difference on an input on which the program finishes."""
    old, new = loaded(before), loaded(after)
    for inputs in drawn(before, seed):
        first, second = copy.deepcopy(inputs), copy.deepcopy(inputs)
        with warnings.catch_warnings(record=True), np.errstate(all="ignore"):
            try:
                expected = old(**first)
            except RAISED:
                continue
            found = new(**second)
        wrong = difference("result", expected, found) or difference("arguments", first, second)
        if wrong:
            return wrong
    return ""


def test_a_kernel_does_what_the_loop_does() -> None:
    wrong: list[str] = []
    kernels = 0
    for seed in range(COUNT):
        source = Writer(seed).program()
        report = analyse_file(source.encode(), "program.py", Options(verify=False, backend="numba"), None)
        assert not report.error
        if "np.empty" in source or not any(isinstance(f, Rewrite) for f in report.findings):
            continue
        kernels += 1
        found = compared(source, report.after, seed)
        if found:
            wrong.append(f"seed {seed}: {found}\n{report.after}")
    print(f"\n{kernels} of {COUNT} programs compiled, {len(wrong)} wrong")
    assert not wrong, "\n\n".join(wrong[:3])
    assert kernels >= COUNT / 5
