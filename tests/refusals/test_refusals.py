"""One program for each refusal code, refused for that reason alone: with one edit that takes the reason away it is rewritten."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import MagicMock, patch

import pytest

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

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\nD = NDArray[np.float64]\n\n\n"
CHECK = Options(verify=False, backend="numpy")


@dataclass(frozen=True, slots=True)
class Program:
    """A function that is left alone, the text in it that is the reason, and what stands there once the reason is gone."""

    text: str
    reason: str
    instead: str
    options: Options = CHECK


def program(*lines: str, reason: str, instead: str, options: Options = CHECK) -> Program:
    return Program(HEAD + "".join(f"{line}\n" for line in lines), reason, instead, options)


PROGRAMS = {
    "AV010": program(
        "def f(a):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        reason="def f(a)",
        instead="def f(a: NDArray[np.float64])",
    ),
    "AV011": program(
        "def f(A: NDArray[np.float64], b: NDArray[np.float64]):",
        "    for i in range(A.shape[0]):",
        "        A[i, :] = 2.0 * b",
        reason="2.0 * b",
        instead="2.0 * A[i, :]",
    ),
    "AV012": program(
        "def f(xs: list[int]):",
        "    return [x * x * x * x for x in xs]",
        reason="xs: list[int]",
        instead="xs: NDArray[np.int64]",
    ),
    "AV013": program(
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        a[i] = filtered(a[i])",
        reason="filtered(a[i])",
        instead="math.exp(a[i])",
    ),
    "AV014": program(
        "def f(a: NDArray[np.float64], places):",
        "    for i in places(9):",
        "        a[i] = 2.0 * a[i]",
        reason="places(9)",
        instead="range(9)",
    ),
    "AV015": program(
        "def f(a: NDArray[np.float64], n: int):",
        "    for i in range(n):",
        "        a[i] = 2.0 * (a[i] is not None)",
        reason="2.0 * (a[i] is not None)",
        instead="2.0 * a[i]",
    ),
    "AV020": program(
        "def f(a: NDArray[np.float64], b: NDArray[np.float64]):",
        "    for i in range(1, len(a)):",
        "        a[i] = math.sin(a[i - 1])",
        reason="math.sin(a[i - 1])",
        instead="math.sin(b[i])",
    ),
    "AV021": program(
        "def f(a: NDArray[np.float64]):",
        "    out = np.zeros(len(a))",
        "    level = 0.0",
        "    for i in range(len(a)):",
        "        level = math.sin(level + a[i])",
        "        out[i] = level",
        "    return out",
        reason="math.sin(level + a[i])",
        instead="math.sin(a[i])",
    ),
    "AV022": program(
        "def f(A: NDArray[np.float64]):",
        "    h, w = A.shape",
        "    out = np.zeros((h, w))",
        "    for i, j in zip(range(h), range(w)):",
        "        out[i, j] = 2.0 * A[i, j]",
        "    return out",
        reason="zip(range(h), range(w))",
        instead="np.ndindex(h, w)",
    ),
    "AV023": program(
        "def f(A: NDArray[np.float64], B: NDArray[np.float64]):",
        "    n, m = A.shape",
        "    k, l = B.shape",
        "    for i in range(1, n):",
        "        A[i, 0] = 2.0 * B[i - 1, 0]",
        reason="B[i - 1, 0]",
        instead="B[i, 0]",
        options=replace(CHECK, guards=False),
    ),
    "AV024": program(
        "def f(a: NDArray[np.float64]):",
        "    out = np.zeros(len(a))",
        "    for i in range(len(a)):",
        "        out[i] = a[i] - a[i - 1]",
        "    return out",
        reason="range(len(a))",
        instead="range(1, len(a))",
    ),
    "AV030": program(
        "def f(a: NDArray[np.float64], n: int):",
        "    out = np.zeros(n)",
        "    for i in range(n):",
        "        out[i] = math.exp(a[i])",
        "        if out[i] > 2.0:",
        "            break",
        "        out[i] = 0.5 * out[i]",
        "    return out",
        reason="            break",
        instead="            out[i] = 0.0",
    ),
    "AV031": program(
        "def f(a: NDArray[np.float64], log):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        "        log.append(1).copy()",
        reason="        log.append(1).copy()\n",
        instead="",
    ),
    "AV033": program(
        "def f(a: NDArray[np.float64], n: int):",
        "    for i in range(n):",
        "        a[i] = 2.0 * a[i]",
        "    return i",
        reason="return i",
        instead="return n",
    ),
    "AV034": program(
        "def f(a: NDArray[np.float64], b: NDArray[np.int64]):",
        "    out = np.zeros(len(b))",
        "    for i in range(len(b)):",
        "        if b[i] >= 0:",
        "            out[i] = a[b[i]]",
        "    return out",
        reason="        if b[i] >= 0:\n            out[i]",
        instead="        out[i]",
    ),
    "AV035": program(
        "def f(a: NDArray[np.float64]):",
        "    x = 2.0",
        "    k = 0",
        "    while k < len(a):",
        "        a[k] = 2.0 * x",
        "        k += 1 + (k > 3)",
        reason="1 + (k > 3)",
        instead="1",
    ),
    "AV036": program(
        "def f(rows: list[list[float]]):",
        "    total = 0.0",
        "    for row in rows:",
        "        for x in row:",
        "            total += math.exp(x)",
        "    return float(total)",
        reason="rows: list[list[float]]",
        instead="rows: NDArray[np.float64]",
    ),
    "AV041": program(
        "def f(A: NDArray[np.float64]):",
        "    out = []",
        "    for i in range(A.shape[0]):",
        "        out.append(A[i])",
        "    return out, A.shape[1]",
        reason="A[i])",
        instead="A[i, 0])",
    ),
    "AV061": program(
        "def f(xs: list[float]):",
        "    for i in range(len(xs)):",
        "        xs[i] = math.exp(xs[i])",
        reason="xs: list[float]",
        instead="xs: NDArray[np.float64]",
    ),
    "AV062": program(
        "def f(a: NDArray[np.float64]):",
        "    out = np.zeros(len(a))",
        "    for i in range(len(a)):",
        "        out[i] = math.exp(a[i])",
        "    return out",
        reason="math.exp",
        instead="math.sqrt",
        options=replace(CHECK, rounding="exact"),
    ),
}


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


SILENT = {
    "AV025": program(
        "def f(a):",
        "    if isinstance(a, np.ndarray) and a.ndim == 1:",
        "        a *= 2.0",
        "    else:",
        "        for i in range(a.shape[0]):",
        "            a[i] = 2.0 * a[i]",
        reason="isinstance(a, np.ndarray) and a.ndim == 1:\n        a *= 2.0",
        instead="a.shape[0] > 9:\n        a *= 3.0",
    ),
    "AV032": program(
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        try:",
        "            a[i] = 2.0 * a[i]",
        "        except ValueError:",
        "            pass",
        reason="        try:\n            a[i] = 2.0 * a[i]\n        except ValueError:\n            pass\n",
        instead="        a[i] = 2.0 * a[i]\n",
    ),
    "AV037": program(
        "@numba.njit",
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        reason="@numba.njit\n",
        instead="",
    ),
    "AV038": program(
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        "        yield i",
        reason="        yield i\n",
        instead="",
    ),
}


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
    with patch("autovec.judge.judge", side_effect=RuntimeError("broken")):
        assert codes(analysed(PLAIN, CHECK)) == ["AV007"]


def test_edit_that_does_not_fit() -> None:
    with patch("autovec.judge.carry", return_value="else:"):
        report = analysed(PLAIN, CHECK)
    assert report.after == report.before
    assert "does not parse" in report.error
    assert isinstance(splice(decoded(PLAIN), [Edit(Span(9, 4, 9, 8), "for ", "else")]), Refusal)


# ------------------------------------------------------------------ what is measured and checked

EXP = HEAD + "def f(a: NDArray[np.float64]):\n    for i in range(len(a)):\n        a[i] = math.exp(a[i])\n"


def judged(text: str, options: Options, **replies: object) -> FileReport:
    """A run with a sandbox whose answers are given."""
    answers = {name: MagicMock(return_value=reply) for name, reply in replies.items()}
    with Sandbox() as sandbox, patch.multiple("autovec.judge", **answers):
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


@pytest.mark.parametrize("code", VERDICTS)
def test_what_the_run_says(code: str) -> None:
    options = replace(RUN, max_temporary=1) if code == "AV040" else RUN
    evidence = Evidence(100, 0, ("a: float64",), Rounding.EXACT, True)
    good = {"fastest": FAST, "verify": evidence}
    assert codes(judged(EXP, options, **good | VERDICTS[code])) == [code]
    assert codes(judged(EXP, RUN, **good)) == []


def test_every_code_has_a_program() -> None:
    files = {"AV001", "AV002", "AV003", "AV004", "AV005", "AV006", "AV007", "AV008"}
    assert {*PROGRAMS, *SILENT, *VERDICTS, *files} == set(REFUSALS)


def test_size() -> None:
    large = b"for x in y:\n    pass\n" + b"#" * 80 + b"\n"
    with patch("autovec.source.text.MAX_BYTES", 50):
        assert analyse_file(large, "f.py", CHECK, None).error.startswith("AV004 ")
    assert analyse_file(large, "f.py", CHECK, None).error == ""
