"""What services read: SARIF against its schema, GitHub's annotations, GitLab's code quality, JUnit, JSON lines."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import jsonschema
import pytest
from test_report_formats import AFTER, BEFORE, DOT, LEFT, SPEED, WRONG, report

from autovec.outcome import Cell, FileReport, Finding, Span, Timing
from autovec.report.edits import Change, changes
from autovec.report.entry import fingerprint
from autovec.report.formats import Run, whole
from autovec.report.ink import Ink
from autovec.report.text import full

SCHEMA = Path(os.environ.get("AUTOVEC_SARIF_SCHEMA", Path(__file__).parents[3] / "shared" / "recipes" / "sarif-2.1.0.json"))
RUN = Run("rewrite", "1.0", ("src/m.py",), True, lambda code: f"{code} name\n\nWhat {code} means.\n")
SKIPPED = FileReport("a b/ü.py", error="AV001 syntax error: 100%,\nsure")


def printed(name: str, *reports: FileReport, run: Run = RUN) -> str:
    """The reports in a format."""
    return whole(name, reports, run)


def log(*reports: FileReport, run: Run = RUN) -> dict[str, list[dict[str, object]]]:
    """The one run of a SARIF log."""
    return json.loads(printed("sarif", *reports, run=run))["runs"][0]


@pytest.mark.skipif(not SCHEMA.exists(), reason="needs the schema of SARIF 2.1.0; AUTOVEC_SARIF_SCHEMA names its place")
@pytest.mark.parametrize("reports", [(), (report(DOT, LEFT, WRONG), SKIPPED), (report(DOT, LEFT), report(LEFT))])
def test_sarif_is_valid(reports: tuple[FileReport, ...]) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    text = printed("sarif", *reports)
    jsonschema.Draft202012Validator(schema).validate(json.loads(text))
    broken = text.replace('"version": "2.1.0"', '"version": "2.1"')
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(json.loads(broken))


def test_a_rewrite_in_sarif_is_a_note_with_a_fix() -> None:
    (result,) = log(report(DOT))["results"]
    assert result["level"] == "note"
    assert result["partialFingerprints"] == {"primaryLocationLineHash": fingerprint(report(DOT), DOT)}
    (place,) = cast("list[dict[str, object]]", result["locations"])
    assert place == {
        "physicalLocation": {
            "artifactLocation": {"uri": "src/m.py", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 28},
        },
        "logicalLocations": [{"name": "f", "kind": "function"}],
    }
    (fix,) = cast("list[dict[str, list[dict[str, object]]]]", result["fixes"])
    assert fix["artifactChanges"][0]["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
            "insertedContent": {"text": "import numpy as np\n\n\n"},
        },
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 5, "endColumn": 1},
            "insertedContent": {"text": "    total += np.dot(a, b)\n"},
        },
    ]


def test_sarif_shows_refusals_on_request_only_and_failed_files_always() -> None:
    quiet = replace(RUN, show_refusals=False)
    assert [r["ruleId"] for r in log(report(DOT, LEFT, WRONG), run=quiet)["results"]] == ["AV201", "AV090"]
    levels = [(r["ruleId"], r["level"], r.get("kind")) for r in log(report(DOT, LEFT, WRONG))["results"]]
    assert levels == [("AV201", "note", None), ("AV020", "none", "informational"), ("AV090", "error", None)]
    (invocation,) = log(SKIPPED)["invocations"]
    (note,) = cast("list[dict[str, object]]", invocation["toolExecutionNotifications"])
    assert note["message"] == {"text": SKIPPED.error}
    assert "a%20b/%C3%BC.py" in str(note["locations"])


def test_edits_applied_line_by_line_give_the_rewrite() -> None:
    edits = changes(BEFORE, replace(DOT, edit=replace(DOT.edit, imports=())))
    assert edits == (Change(3, 5, "    total += np.dot(a, b)\n"),)
    lines = BEFORE.splitlines(keepends=True)
    assert "".join([*lines[:2], edits[0].text, *lines[4:]]) == AFTER
    assert changes("x = 1\n", DOT) == ()


def test_github_notices_come_by_payoff_and_are_escaped() -> None:
    small = replace(DOT, code="AV202", name="sum", speed=replace(SPEED, timings=(Timing(10, 2e-6, 1e-6),)))
    lines = printed("github", SKIPPED, report(small, DOT, WRONG)).splitlines()
    assert [line.partition("::")[2].split("::")[0].split(",")[0] for line in lines] == [
        "warning title=autovec",
        "notice title=autovec (AV201 dot-product)",
        "notice title=autovec (AV202 sum)",
        "error title=autovec (AV090 counterexample)",
    ]
    assert lines[0] == "::warning title=autovec,file=a b/ü.py::AV001 syntax error: 100%25,%0Asure"
    assert lines[1].endswith(
        ",file=src/m.py,line=3,col=5,endLine=4::41x faster at n = 10,000, pays from n = 12; "
        "1,204 cases equal within rounding%0A%0Atotal += np.dot(a, b)"
    )


def test_gitlab_has_a_fingerprint_for_each_finding() -> None:
    twin = replace(LEFT, span=Span(10, 1, 10, 18))
    issues = json.loads(printed("gitlab", report(DOT, LEFT, WRONG, twin)))
    assert [(i["check_name"], i["severity"], i["location"]["positions"]["begin"]["line"]) for i in issues] == [
        ("AV201", "info", 3),
        ("AV020", "info", 9),
        ("AV090", "major", 9),
        ("AV020", "info", 10),
    ]
    assert len({i["fingerprint"] for i in issues}) == 4


def test_a_fingerprint_survives_a_move_but_not_a_change() -> None:
    moved = FileReport("src/m.py", "\n\n" + BEFORE, "", (replace(LEFT, span=Span(11, 1, 12, 18)),))
    changed = FileReport("src/m.py", BEFORE.replace("y[i - 1]", "y[i - 2]"), "", (LEFT,))
    assert fingerprint(moved, moved.findings[0]) == fingerprint(report(LEFT), LEFT)
    assert fingerprint(changed, LEFT) != fingerprint(report(LEFT), LEFT)


def test_equal_loops_have_different_fingerprints() -> None:
    text = "for i in x:\n    a\nfor i in x:\n    a\n"
    first, second = (replace(LEFT, span=Span(n, 0, n + 1, 5)) for n in (1, 3))
    both = FileReport("m.py", text, text, (first, second))
    assert fingerprint(both, first) != fingerprint(both, second)


def test_junit_counts_findings_as_failures() -> None:
    strange = replace(LEFT, refusal=replace(LEFT.refusal, message="\x07 <&>"))
    root = ElementTree.fromstring(printed("junit", report(DOT, strange), SKIPPED, FileReport("clean.py")))
    suites = [(s.get("name"), s.get("tests"), s.get("failures"), s.get("errors")) for s in root]
    assert suites == [("src/m.py", "2", "2", "0"), ("a b/ü.py", "1", "0", "1"), ("clean.py", "1", "0", "0")]
    first, second = root[0]
    assert (first.get("name"), first.get("line")) == ("AV201 dot-product 3:5", "3")
    assert "total += np.dot(a, b)" in (first[0].text or "")
    assert second[0].get("message") == "\N{REPLACEMENT CHARACTER} <&>"


def test_json_lines_are_one_object_a_finding() -> None:
    dot, left = (json.loads(line) for line in printed("json-lines", report(DOT, LEFT)).splitlines())
    assert (dot["filename"], dot["code"], dot["kind"]) == ("src/m.py", "AV201", "rewrite")
    assert (left["filename"], left["code"], left["kind"]) == ("src/m.py", "AV020", "left")


@pytest.mark.parametrize("finding", [DOT, LEFT])
def test_every_format_tells_the_cell_of_a_notebook(finding: Finding) -> None:
    notebook = replace(report(finding), path="m.ipynb", cells=(Cell(2, 1, 3), Cell(4, 3, 5), Cell(7, 9, 20)))
    cell, line = (4, 1) if finding is DOT else (7, 1)
    place = f"m.ipynb:cell {cell}:{line}:"
    assert full(notebook, Ink(False), True).startswith(place)
    assert place in printed("github", notebook)
    assert place in printed("sarif", notebook)
    assert f"cell {cell}:{line}:" in printed("junit", notebook)
    (record,) = [json.loads(text) for text in printed("json-lines", notebook).splitlines()]
    assert (record["cell"], record["location"]["line"]) == (cell, line)
