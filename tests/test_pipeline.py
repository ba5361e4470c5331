"""The pipeline as a whole: what it costs where there is nothing to do, and that a crash in one loop harms no other."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from autovec import pipeline
from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.source.find import Module, parse
from autovec.source.suppress import suppressions
from autovec.source.text import SourceText, from_text

HEAVY = {"numpy", "islpy", "numba", "mpmath", "rich"}
QUIET = Options(verify=False)
TWO_FUNCTIONS = """\
import numpy as np


def first():
    x = np.ones(9)
    for i in range(9):
        x[i] = x[i] * 2.0
    return x


def second():
    x = np.ones(9)
    for i in range(9):
        x[i] = x[i] * 3.0
    return x
"""


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\n",
        "before = 'for'\n",
        "def names(rows):\n    out = []\n    for row in rows:\n        out.append(row.name.strip())\n    return out\n",
        "for i in range(9):\n    print(i)\n",
    ],
)
def test_a_file_without_a_numeric_loop_imports_nothing_heavy(text: str) -> None:
    code = f"""
import sys
from autovec.options import Options
from autovec.pipeline import analyse_file
report = analyse_file({text.encode()!r}, "a.py", Options(verify=False), None)
print((report.after, report.error) == ({text!r}, ""), sorted({HEAVY!r} & sys.modules.keys()))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("True []\n", "")


def test_a_crash_in_one_loop_is_a_refusal_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline._judge

    def crashing(work: pipeline.Work, function: pipeline.Function) -> pipeline.Decide:
        return (lambda _: 1 / 0) if function.name == "first" else real(work, function)  # type: ignore[return-value]

    monkeypatch.setattr(pipeline, "_judge", crashing)
    report = pipeline.analyse_file(TWO_FUNCTIONS.encode(), "a.py", QUIET, None)
    left, landed = report.findings
    assert isinstance(left, Left)
    assert isinstance(landed, Rewrite)
    assert (left.function, left.refusal.code, left.refusal.message) == (
        "first",
        "AV007",
        "internal error: ZeroDivisionError: division by zero",
    )
    assert report.after == TWO_FUNCTIONS.replace("    for i in range(9):\n        x[i] = x[i] * 3.0\n", "    x *= 3.0\n")


def test_only_the_loops_near_some_lines_are_judged() -> None:
    text = from_text(TWO_FUNCTIONS)
    assert isinstance(text, SourceText)
    module = parse(text)
    assert isinstance(module, Module)
    work = pipeline.Work(module, suppressions(text), replace(QUIET, lines=((13, 13),)), None)
    found = [f for function in module.functions for f in pipeline.analyse_function(work, function)]
    assert [(f.function, f.edit.span.line) for f in found if isinstance(f, Rewrite)] == [("second", 12)]
    after = pipeline.with_rewrites(module, found)
    assert after == TWO_FUNCTIONS.replace("    for i in range(9):\n        x[i] = x[i] * 3.0\n", "    x *= 3.0\n")


def test_only_changed_lines_are_judged_and_no_directive_is_called_idle_then() -> None:
    text = TWO_FUNCTIONS.replace("ones(9)", "ones(9)  # autovec: ignore[AV1]", 1)
    changed = Options(verify=False, lines=((1, 3), (13, 13)))
    found = pipeline.analyse_file(text.encode(), "a.py", changed, None).findings
    assert [f.edit.span.line for f in found if isinstance(f, Rewrite)] == [12]
    left = [f.refusal.code for f in pipeline.analyse_file(text.encode(), "a.py", QUIET, None).findings if isinstance(f, Left)]
    assert left == ["AV008"]


def test_a_directive_silences_a_reason_as_well() -> None:
    loop = "    for i in range(1, 9):  # autovec: ignore[AV020]\n        x[i] += x[i - 1]\n"
    text = f"def f(x: list[float]):\n{loop}    return x\n"
    assert pipeline.analyse_file(text.encode(), "a.py", QUIET, None).findings == ()
    spoken = pipeline.analyse_file(text.replace("[AV020]", "[AV1]").encode(), "a.py", QUIET, None).findings
    assert [f.refusal.code for f in spoken if isinstance(f, Left)] == ["AV020", "AV008"]


def test_what_is_not_fixable_is_reported_and_not_written() -> None:
    text = TWO_FUNCTIONS.replace("x[i] = x[i] * 3.0", "x[i] = i * 3.0")
    whole = pipeline.analyse_file(text.encode(), "a.py", QUIET, None)
    codes = [f.code for f in whole.findings if isinstance(f, Rewrite)]
    report = pipeline.analyse_file(text.encode(), "a.py", replace(QUIET, unfixable=(codes[0],)), None)
    assert [(f.code, f.fixable) for f in report.findings if isinstance(f, Rewrite)] == [(codes[0], False), (codes[1], True)]
    assert codes[0] != codes[1]
    assert report.after == text.replace(text[text.index("second") :], whole.after[whole.after.index("second") :])
