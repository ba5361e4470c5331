"""The formats of services that show findings beside code: GitHub's annotations, GitLab's code quality, JUnit's test results.

The reports of all files come in, the text goes out that the service reads. GitHub shows ten annotations of a kind and step, so
the loops that gain most come first there. None of them can show an edit, so the new lines are part of the message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from autovec.outcome import FileReport, Left, Rewrite
from autovec.report.entry import Entry, fingerprint
from autovec.report.location import label

_SEVERITIES = {True: "major", False: "info"}


def github(found: Iterable[Entry], reports: Sequence[FileReport]) -> str:
    """Workflow commands, notices by how much they gain, a warning a file that was skipped."""
    notices = [_notice(entry) for entry in sorted(found, key=_payoff)]
    warnings = [f"::warning title=autovec,file={_property(r.path)}::{_data(r.error)}" for r in reports if r.error]
    return "".join(f"{line}\n" for line in [*warnings, *notices])


def _payoff(entry: Entry) -> float:
    finding = entry.finding
    return -finding.speed.speedup if isinstance(finding, Rewrite) and finding.speed else 0.0


def _notice(entry: Entry) -> str:
    kind = "error" if isinstance(entry.finding, Left) and entry.finding.counterexample else "notice"
    if entry.where.cell:  # GitHub shows a notebook as its JSON, where these lines would be others
        place, words = "", f"{label(entry.report.path, entry.where)}: "
    else:
        place, words = f",line={entry.where.line},col={entry.where.column},endLine={entry.where.end_line}", ""
    title = _property(f"autovec ({entry.code} {entry.name})")
    return f"::{kind} title={title},file={_property(entry.report.path)}{place}::{_data(words + described(entry))}"


def described(entry: Entry) -> str:
    """The message with the new lines, or with what would free the loop."""
    finding = entry.finding
    if isinstance(finding, Rewrite):
        return f"{entry.message}\n\n{finding.edit.after}"
    return f"{entry.message}\nhelp: {finding.refusal.hint}" if finding.refusal.hint else entry.message


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def gitlab(found: Iterable[Entry]) -> str:
    """A code quality report, as a job's `artifacts: reports: codequality`."""
    issues = [
        {
            "description": f"{entry.code} {entry.name}: {entry.message}",
            "check_name": entry.code,
            "fingerprint": fingerprint(entry.report, entry.finding),
            "severity": _SEVERITIES[isinstance(entry.finding, Left) and entry.finding.counterexample is not None],
            "location": {
                "path": entry.report.path.replace("\\", "/"),
                "positions": {
                    "begin": {"line": entry.where.line, "column": entry.where.column},
                    "end": {"line": entry.where.end_line, "column": entry.where.end_column},
                },
            },
        }
        for entry in found
    ]
    return json.dumps(issues, indent=2) + "\n"


def junit(found: Iterable[Entry], reports: Sequence[FileReport]) -> str:
    """A suite a file, a failed test a finding; a file without one has a test that passed."""
    by_file = {path: list(entries) for path, entries in groupby(found, key=lambda entry: entry.report.path)}
    suites = "".join(_suite(report, by_file.get(report.path, [])) for report in reports)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="autovec">\n{suites}</testsuites>\n'


def _suite(report: FileReport, found: Sequence[Entry]) -> str:
    cases = [_case(entry) for entry in found]
    if report.error:
        cases.append(f'<testcase name="readable"><error message={_attribute(report.error)}/></testcase>')
    counts = f'tests="{len(cases) or 1}" failures="{len(found)}" errors="{int(bool(report.error))}"'
    inside = "".join(f"    {case}\n" for case in cases or ['<testcase name="no findings"/>'])
    return f"  <testsuite name={_attribute(report.path)} {counts}>\n{inside}  </testsuite>\n"


def _case(entry: Entry) -> str:
    place = label("", entry.where).removeprefix(":")
    name = _attribute(f"{entry.code} {entry.name} {place}")
    line = "" if entry.where.cell else f' line="{entry.where.line}"'
    failure = f"<failure message={_attribute(entry.message)}>{escape(_printable(described(entry)))}</failure>"
    return f"<testcase name={name} classname={_attribute(entry.report.path)}{line}>{failure}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(c if c >= " " or c in "\t\n\r" else "\N{REPLACEMENT CHARACTER}" for c in text)
