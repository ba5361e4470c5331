"""What people and programs read, compared whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autovec.outcome import (
    Counterexample,
    Edit,
    Evidence,
    FileReport,
    Finding,
    Left,
    Refusal,
    Rewrite,
    Rounding,
    Span,
    Speed,
    Timing,
)
from autovec.report.diff import unified_diff
from autovec.report.entry import fingerprint
from autovec.report.figures import factor, gain, geometric_mean, seconds
from autovec.report.ink import Ink
from autovec.report.machine import document
from autovec.report.summary import statistics, summary_line, totals
from autovec.report.text import concise, full, problem_line

PLAIN = Ink(False)
BEFORE = """\
def f(a, b):
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


def g(y):
\tfor i in range(1, len(y)):
\t\ty[i] += y[i - 1]
"""
AFTER = BEFORE.replace("    for i in range(len(a)):\n        total += a[i] * b[i]\n", "    total += np.dot(a, b)\n")

EVIDENCE = Evidence(
    1204, 17, ("a: float64, b: float64", "a: float32, b: float32"), Rounding.REASSOCIATES, sandboxed=True, ulps=3.0, bounds=0.25,
    branches=4, untaken=("`k > 3` was never true in the loop",),
)  # fmt: skip
SPEED = Speed((Timing(10, 9.2e-7, 1.15e-6), Timing(10_000, 8.2e-4, 2e-5)), pays_from=12)
DOT = Rewrite(
    code="AV201",
    name="dot-product",
    message="the sum of products is a dot product",
    function="f",
    edit=Edit(
        Span(3, 4, 4, 28),
        "for i in range(len(a)):\n        total += a[i] * b[i]",
        "total += np.dot(a, b)",
        ("import numpy as np",),
    ),
    rounding=Rounding.REASSOCIATES,
    conditions=("len(b) >= len(a)",),
    evidence=EVIDENCE,
    speed=SPEED,
)
LEFT = Left(Refusal("AV020", "`y[i - 1]` reads\nwhat was written", "compile it", Span(10, 10, 10, 18)), "g", Span(9, 1, 10, 18))
WRONG = Left(Refusal("AV090", "refuted"), "g", Span(9, 1, 10, 18), Counterexample("they differ", "g([1])\ng([2])\n", "y: uint8"))


def report(*findings: Finding, after: str = AFTER) -> FileReport:
    """A report on the text above."""
    return FileReport("src/m.py", BEFORE, after, findings)


def test_the_full_form_of_a_rewrite() -> None:
    assert full(report(DOT), PLAIN, show_refusals=False) == (
        """\
src/m.py:3:5: AV201 dot-product: 41x faster at n = 10,000, pays from n = 12; 1,204 cases equal within rounding
  |
3 -     for i in range(len(a)):
4 -         total += a[i] * b[i]
  +     total += np.dot(a, b)
  |
  = evidence: 1,204 cases equal within the loop's own rounding error (operations in another order), 17 inconclusive, sandboxed
  = rounding: the largest error is 0.25 of the loop's own error bound (4 are allowed), 3 units in the last place
  = branches: of 4, not all were taken: `k > 3` was never true in the loop
  = dtypes: a, b: float64, float32 (2 combinations)
  = timings: n =     10: 920 ns -> 1.15 µs (0.8x)
             n = 10,000: 820 µs -> 20.0 µs (41x)
  = conditions: the new form runs where len(b) >= len(a), the loop elsewhere
  = imports: import numpy as np

"""
    )


def test_the_full_form_of_a_loop_left_alone() -> None:
    assert full(report(LEFT), PLAIN, show_refusals=False) == ""
    assert full(report(LEFT), PLAIN, show_refusals=True) == (
        "src/m.py:9:2: AV020 loop-carried-dependence: `y[i - 1]` reads what was written\n"
        "   |\n"
        " 9 | \tfor i in range(1, len(y)):\n"
        "   | \t^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "10 | \t\ty[i] += y[i - 1]\n"
        "   | \t\t        ^^^^^^^^\n"
        "   |\n"
        "   = help: compile it\n"
        "\n"
    )


def test_a_failed_verification_is_always_shown_and_can_be_pasted() -> None:
    assert full(report(WRONG), PLAIN, show_refusals=False) == (
        "src/m.py:9:2: AV090 counterexample: they differ\n"
        "   |\n"
        " 9 | \tfor i in range(1, len(y)):\n"
        "   | \t^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   |\n"
        "   = defect: analysis had called this rewrite safe, an error of autovec: please report it with the snippet below\n"
        "   = note: the comparison caught it, and the loop is left as it was\n"
        "\n"
        "g([1])\n"
        "g([2])\n"
        "\n"
    )


def test_a_crash_is_always_shown() -> None:
    crash = Left(Refusal("AV007", "KeyError: 'x'", "please report it"), "g", Span(9, 1, 10, 18))
    assert concise(report(crash, LEFT), PLAIN, show_refusals=False) == "src/m.py:9:2: AV007 internal-error: KeyError: 'x'\n"


def test_what_check_finds_is_shown_as_its_new_lines() -> None:
    after = "if n > 0:\n    t = x @ y\n    out[:] = t\nelse:\n    for i in range(n):\n        out[i] = 0"
    edit = Edit(Span(3, 4, 4, 28), "for i in range(n):\n    out[i] = 0", after)
    found = Rewrite("AV301", "matrix-vector-product", "out[:] = t", "f", edit, Rounding.EXACT)
    assert concise(report(found), PLAIN, show_refusals=False) == (
        "src/m.py:3:5: AV301 matrix-vector-product: t = x @ y; out[:] = t\n"
    )


def test_dtypes_are_told_by_name() -> None:
    evidence = replace(EVIDENCE, dtypes=("k: int, x: int64, y: int64", "k: float, x: int64, y: int64"))
    nothing = replace(EVIDENCE, dtypes=())
    assert "dtypes: k: int, float; x, y: int64 (2 combinations)\n" in full(report(replace(DOT, evidence=evidence)), PLAIN, False)
    assert "dtypes: none (no inputs)\n" in full(report(replace(DOT, evidence=nothing)), PLAIN, False)


def test_a_long_sentence_is_shortened_on_its_line() -> None:
    (line,) = concise(report(replace(LEFT, refusal=Refusal("AV020", "long " * 90))), PLAIN, show_refusals=True).splitlines()
    assert line == "src/m.py:9:2: AV020 loop-carried-dependence: " + "long " * 27 + "lo..."


def test_concise_is_a_line_each_in_the_order_of_the_file() -> None:
    assert concise(report(LEFT, DOT), PLAIN, show_refusals=True) == (
        "src/m.py:3:5: AV201 dot-product: 41x faster at n = 10,000, pays from n = 12; 1,204 cases equal within rounding\n"
        "src/m.py:9:2: AV020 loop-carried-dependence: `y[i - 1]` reads what was written\n"
    )
    assert problem_line("x.py", "AV001: line 1\nis bad", PLAIN) == "x.py: error: AV001: line 1 is bad\n"


def test_every_field_is_in_the_json() -> None:
    (file,) = json.loads(document([report(DOT, WRONG)], ["src/m.py"], "rewrite", "1.0"))["files"]
    assert file == {
        "path": "src/m.py",
        "error": None,
        "written": True,
        "diff": unified_diff(BEFORE, AFTER, "src/m.py", PLAIN),
        "findings": [
            {
                "kind": "rewrite",
                "code": "AV201",
                "name": "dot-product",
                "function": "f",
                "cell": None,
                "fingerprint": fingerprint(report(DOT), DOT),
                "location": {"line": 3, "column": 5, "end_line": 4, "end_column": 29},
                "message": "the sum of products is a dot product",
                "edit": {"before": DOT.edit.before, "after": DOT.edit.after, "imports": ["import numpy as np"]},
                "fix": {
                    "applicability": "safe",
                    "message": "the sum of products is a dot product",
                    "edits": [
                        {
                            "location": {"line": 1, "column": 1},
                            "end_location": {"line": 1, "column": 1},
                            "content": "import numpy as np\n\n\n",
                        },
                        {
                            "location": {"line": 3, "column": 1},
                            "end_location": {"line": 5, "column": 1},
                            "content": "    total += np.dot(a, b)\n",
                        },
                    ],
                },
                "rounding": "reassociates",
                "conditions": ["len(b) >= len(a)"],
                "evidence": {
                    "cases": 1204,
                    "inconclusive": 17,
                    "dtypes": ["a: float64, b: float64", "a: float32, b: float32"],
                    "rounding": "reassociates",
                    "sandboxed": True,
                    "ulps": 3.0,
                    "bounds": 0.25,
                    "branches": 4,
                    "untaken": ["`k > 3` was never true in the loop"],
                },
                "speed": {
                    "speedup": pytest.approx(41.0),
                    "pays_from": 12,
                    "timings": [
                        {"size": 10, "before": 9.2e-7, "after": 1.15e-6},
                        {"size": 10000, "before": 8.2e-4, "after": 2e-5},
                    ],
                },
            },
            {
                "kind": "left",
                "code": "AV090",
                "name": "counterexample",
                "function": "g",
                "cell": None,
                "fingerprint": fingerprint(report(WRONG), WRONG),
                "location": {"line": 9, "column": 2, "end_line": 10, "end_column": 19},
                "message": "refuted",
                "hint": None,
                "cause": None,
                "counterexample": {
                    "message": "they differ",
                    "snippet": "g([1])\ng([2])\n",
                    "dtypes": "y: uint8",
                    "inputs": [],
                    "gap": 0.0,
                },
            },
        ],
    }


def test_a_compiled_loop_says_after_how_many_calls_its_compilation_has_paid() -> None:
    speed = Speed((Timing(10, 1e-6, 1e-6), Timing(1000, 1.1e-3, 1e-4)), 10, first_call=0.5)
    assert (speed.calls_to_amortise, Speed(speed.timings, 10).calls_to_amortise) == (500, 0)
    lines = full(report(replace(DOT, speed=speed)), PLAIN, show_refusals=False).splitlines()
    (line,) = (line.strip() for line in lines if "compilation" in line)
    assert line == "= compilation: the first call in a process takes 0.5 s, paid back after 500 calls at n = 1,000"


def test_a_speedup_comes_with_the_range_that_it_lies_in() -> None:
    speed = Speed((Timing(10, 1e-6, 1e-6), Timing(1000, 4e-3, 1e-4, 38.6, 44.0)), 10)
    found = report(replace(DOT, speed=speed))
    lines = full(found, PLAIN, show_refusals=False).splitlines()
    (line,) = (line.strip() for line in lines if "confidence" in line)
    assert line == "= confidence: at n = 1,000 the speedup lies between 39x and 44x with a confidence of 95%"
    (finding,) = json.loads(document([found], [], "rewrite", "1.0"))["files"][0]["findings"]
    unknown, known = finding["speed"]["timings"]
    assert "speedup_low" not in unknown
    assert (known["speedup_low"], known["speedup_high"]) == (38.6, 44.0)
    assert (gain(speed.timings[0]), gain(speed.timings[1])) == ("1.0x", "40x, 39x to 44x")


def test_json_has_no_infinities() -> None:
    endless = Speed((Timing(1, float("inf"), 1.0),), None)
    text = document([report(Rewrite("AV1", "", "", "", DOT.edit, Rounding.EXACT, speed=endless))], [], "rewrite", "1.0")
    (finding,) = json.loads(text, parse_constant=pytest.fail)["files"][0]["findings"]
    assert finding["speed"] == {"speedup": None, "pays_from": None, "timings": [{"size": 1, "before": None, "after": 1.0}]}


def test_diffs_keep_line_endings_and_say_where_none_is() -> None:
    assert unified_diff("a\r\nb\x0cc", "a\r\nd", "m", PLAIN) == (
        "--- m\n+++ m\n@@ -1,2 +1,2 @@\n a\r\n-b\x0cc\n\\ No newline at end of file\n+d\n\\ No newline at end of file\n"
    )
    assert unified_diff("a\n", "a\n", "m", PLAIN) == ""
    assert "\x1b[32m+d\x1b[0m\n" in unified_diff("a\n", "d\n", "m", Ink(True))


def test_the_summary() -> None:
    slow = Rewrite("AV101", "map", "m", "f", DOT.edit, Rounding.EXACT, speed=Speed((Timing(1, 4.0, 1.0),), 1))
    reports = [report(DOT, slow, LEFT), report(LEFT, WRONG), FileReport("x.py", error="AV001: no")]
    assert summary_line(totals(reports), "rewritten", refusals_shown=False) == (
        "2 loops rewritten in 1 file (geometric mean 13x), 2 left alone (run with -v to see why), "
        "1 verification failed, 1 file skipped"
    )
    assert (
        summary_line(totals([report(LEFT)]), "can be rewritten", refusals_shown=True)
        == "no loops that can be rewritten, 1 left alone"
    )
    assert statistics(reports, show_refusals=True) == (
        "     2  AV020  loop-carried-dependence\n"
        "     1  AV090  counterexample\n"
        "     1  AV101  map (4.0x)\n"
        "     1  AV201  dot-product (41x)\n"
    )


@pytest.mark.parametrize(
    ("value", "text"), [(1.5, "1.50 s"), (0.01234, "12.3 ms"), (9.2e-7, "920 ns"), (1e-6, "1.00 µs"), (5e-10, "0.50 ns")]
)
def test_times(value: float, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.84, "0.8x"), (9.94, "9.9x"), (9.96, "10x"), (1234.5, "1,234x")])
def test_factors(value: float, text: str) -> None:
    assert factor(value) == text


def test_the_mean_of_nothing() -> None:
    assert geometric_mean([]) is None
    assert geometric_mean([2.0, 8.0]) == pytest.approx(4.0)
