"""One program for each refusal code, refused for that reason alone: with one edit that takes the reason away it is rewritten."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from unittest.mock import MagicMock, patch

import pytest
from refused_programs import CHECK, HEAD, PROGRAMS, SILENT, Program

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import (
    Counterexample,
    Edit,
    Evidence,
    FileReport,
    Left,
    Refusal,
    Rewrite,
    Rounding,
    Span,
    Speed,
    Timing,
)
from autovec.pipeline import analyse_file
from autovec.report.refusals import REFUSALS
from autovec.source.splice import splice
from autovec.source.text import SourceText, decode


def codes(report: FileReport) -> list[str]:
    """The codes of what was left alone, in the order of the text."""
    return [f.refusal.code for f in report.findings if isinstance(f, Left)]


def decoded(text: str) -> SourceText:
    found = decode(text.encode())
    assert isinstance(found, SourceText)
    return found


def analysed(text: str, options: Options) -> FileReport:
    return analyse_file(text.encode(), "f.py", options, None)


@pytest.mark.parametrize("code", PROGRAMS)
def test_refused_for_this_reason_alone(code: str) -> None:
    p = PROGRAMS[code]
    assert p.text.count(p.reason) == 1
    assert codes(analysed(p.text, p.options)) == [code], analysed(p.text, p.options).findings
    assert_free(p)


def assert_free(p: Program) -> None:
    """With the reason taken away the loop is rewritten."""
    freed = analysed(p.text.replace(p.reason, p.instead), p.options)
    assert not codes(freed), freed.findings
    assert any(isinstance(f, Rewrite) for f in freed.findings)


# ------------------------------------------------------------------ loops that are left alone without a word


@pytest.mark.parametrize("code", SILENT)
def test_left_alone_without_a_word(code: str) -> None:
    p = SILENT[code]
    assert p.text.count(p.reason) == 1
    assert analysed(p.text, p.options).findings == ()
    assert_free(p)


# ------------------------------------------------------------------ files


def long_chain(n: int) -> str:
    return f"def f(a):\n    for i in range(9):\n        a[i] = {'-' * n}a[i]\n"


def test_files(tmp_path: Path) -> None:
    refused = {
        "AV001": (b"for x in :\n", b"for x in y:\n    pass\n"),
        "AV002": (b"for x in y:\n    a = '\xe9'\n", b"# -*- coding: latin-1 -*-\nfor x in y:\n    a = '\xe9'\n"),
    }
    for code, (bad, good) in refused.items():
        assert analyse_file(bad, "f.py", CHECK, None).error.startswith(f"{code} ")
        assert analyse_file(good, "f.py", CHECK, None).error == ""


def test_nesting() -> None:
    assert codes(analysed(long_chain(180), CHECK)) == ["AV003"]
    assert codes(analysed(long_chain(3), CHECK)) == ["AV010"]


# ------------------------------------------------------------------ comments, crashes, edits

PLAIN = HEAD + "def f(a: NDArray[np.float64]):\n    for i in range(len(a)):\n        a[i] = 2.0 * a[i]\n"


def test_directives() -> None:
    assert codes(analysed(PLAIN.replace("range(len(a)):", "range(len(a)):  # autovec: leave"), CHECK)) == ["AV006"]
    assert codes(analysed(PLAIN.replace("range(len(a)):", "range(len(a)):  # autovec: ignore[AV301]"), CHECK)) == ["AV008"]
    assert codes(analysed(PLAIN, CHECK)) == []


def test_crash() -> None:
    with patch("autovec.judge.verdict.judge", side_effect=RuntimeError("broken")):
        assert codes(analysed(PLAIN, CHECK)) == ["AV007"]


def test_edit_that_does_not_fit() -> None:
    with patch("autovec.judge.arrays.carry", return_value="else:"):
        report = analysed(PLAIN, CHECK)
    assert report.after == report.before
    assert "does not parse" in report.error
    assert isinstance(splice(decoded(PLAIN), [Edit(Span(9, 4, 9, 8), "for ", "else")]), Refusal)


# ------------------------------------------------------------------ what is measured and checked

EXP = HEAD + "def f(a: NDArray[np.float64]):\n    for i in range(len(a)):\n        a[i] = math.exp(a[i])\n"


ASKED = {"fastest": "autovec.measure.choose.fastest", "verify": "autovec.verify.check.verify"}


def judged(text: str, options: Options, **replies: object) -> FileReport:
    """A run with a sandbox whose answers are given."""
    with Sandbox() as sandbox, ExitStack() as patched:
        for name, reply in replies.items():
            patched.enter_context(patch(ASKED[name], MagicMock(return_value=reply)))
        return analyse_file(text.encode(), "f.py", options, sandbox)


FAST = (0, Speed((Timing(100, 1.0, 0.01),), 1))
RUN = Options(verify=True, backend="numpy")
VERDICTS: dict[str, dict[str, object]] = {
    "AV060": {"fastest": (0, Speed((Timing(100, 1.0, 1.0),), None))},
    "AV040": {"fastest": FAST},
    "AV090": {"fastest": FAST, "verify": Counterexample("a[0]: 1.0 became 2.0", "")},
    "AV091": {"fastest": FAST, "verify": Refusal("AV091", "verification ended early")},
    "AV092": {"fastest": FAST, "verify": Refusal("AV092", "too few cases")},
    "AV093": {"fastest": FAST, "verify": Refusal("AV093", "too few conclusive cases")},
    "AV094": {"fastest": Refusal("AV094", "the two could not be timed")},
}


def test_without_numba() -> None:
    numba = replace(RUN, backend="numba")
    with patch("autovec.judge.kernels.find_spec", return_value=None):
        assert codes(judged(EXP, numba, fastest=FAST)) == ["AV051"]


def test_array_form_after_refuted_kernel() -> None:
    """A kernel that wins the race and does something else leaves the place to the array form."""
    refuted = Counterexample("a[0]: 1.0 became 2.0", "")
    evidence = Evidence(100, 0, ("a: float64",), Rounding.EXACT, True)
    answers = MagicMock(side_effect=[refuted, evidence])
    race = MagicMock(side_effect=lambda old, texts, *a, **b: (len(texts) - 1, FAST[1]))
    with Sandbox() as sandbox, patch(ASKED["verify"], answers), patch(ASKED["fastest"], race):
        report = analyse_file(EXP.encode(), "f.py", Options(verify=True), sandbox)
    assert [f.code for f in report.findings if isinstance(f, Rewrite)] == ["AV103"]
    assert answers.call_count == 2


def test_both_forms_too_slow() -> None:
    """Nothing lands, and nothing breaks, where neither pays."""
    slow = MagicMock(return_value=(0, Speed((Timing(100, 1.0, 1.0),), None)))
    with Sandbox() as sandbox, patch(ASKED["fastest"], slow):
        assert codes(analyse_file(EXP.encode(), "f.py", Options(verify=True), sandbox)) == ["AV060"]


def test_strict() -> None:
    """The default promise is kept, the strict one is not."""
    evidence = Evidence(100, 0, ("a: float64",), Rounding.EXACT, True)
    answers = MagicMock(side_effect=lambda *a, strict=False, **b: Counterexample("", "") if strict else evidence)
    fast = MagicMock(return_value=FAST)
    with Sandbox() as sandbox, patch(ASKED["verify"], answers), patch(ASKED["fastest"], fast):
        report = analyse_file(EXP.encode(), "f.py", replace(RUN, strict=True), sandbox)
        assert codes(report) == ["AV063"]
        assert codes(analyse_file(EXP.encode(), "f.py", RUN, sandbox)) == []


@pytest.mark.parametrize("code", VERDICTS)
def test_what_the_run_says(code: str) -> None:
    options = replace(RUN, max_temporary=1) if code == "AV040" else RUN
    evidence = Evidence(100, 0, ("a: float64",), Rounding.EXACT, True)
    good = {"fastest": FAST, "verify": evidence}
    assert codes(judged(EXP, options, **good | VERDICTS[code])) == [code]
    assert codes(judged(EXP, RUN, **good)) == []


def test_every_code_has_a_program() -> None:
    others = {"AV051", "AV063", "AV001", "AV002", "AV003", "AV004", "AV005", "AV006", "AV007", "AV008"}
    assert {*PROGRAMS, *SILENT, *VERDICTS, *others} == set(REFUSALS)


def test_size() -> None:
    large = b"for x in y:\n    pass\n" + b"#" * 80 + b"\n"
    with patch("autovec.source.text.MAX_BYTES", 50):
        assert analyse_file(large, "f.py", CHECK, None).error.startswith("AV004 ")
    assert analyse_file(large, "f.py", CHECK, None).error == ""
