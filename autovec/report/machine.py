"""The JSON formats: every field of every finding, with a schema version that grows when a field changes its meaning.

The reports of all files come in, one JSON document goes out (`json`), or one object a line and finding (`json-lines`). Lines
and columns count from 1, ends are exclusive, texts are in the file's own line endings; a figure that is not finite becomes
null. A `fix` holds whole lines to replace, in Ruff's words; applied, it gives what the rewrite alone would give.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import cast

from autovec.outcome import Evidence, FileReport, Finding, Rewrite, Span, Speed, Timing
from autovec.report.diff import file_diff
from autovec.report.edits import Change, changes
from autovec.report.entry import applicability, entries, fingerprint
from autovec.report.ink import Ink
from autovec.report.location import Where, located
from autovec.report.sentence import identity, place
from autovec.report.summary import totals

SCHEMA = 1
Record = dict[str, object]


def document(reports: Sequence[FileReport], written: Sequence[str], command: str, version: str) -> str:
    """The whole run; `written` holds the paths of the files that were changed on disk."""
    body: Record = {
        "schema": SCHEMA,
        "tool": {"name": "autovec", "version": version},
        "command": command,
        "files": [_file(report, report.path in written) for report in reports],
        "summary": asdict(totals(reports)),
    }
    return json.dumps(_finite(body), indent=2, allow_nan=False) + "\n"


def lines(reports: Sequence[FileReport], show_refusals: bool) -> str:
    """One object a finding that people would see, with its file's name."""
    found = ({"filename": e.report.path, **finding_record(e.report, e.finding)} for e in entries(reports, show_refusals))
    return "".join(json.dumps(_finite(record), allow_nan=False) + "\n" for record in found)


def _file(report: FileReport, written: bool) -> Record:
    return {
        "path": report.path,
        "error": report.error or None,
        "written": written,
        "diff": file_diff(report, Ink(False)),
        "findings": [finding_record(report, finding) for finding in sorted(report.findings, key=place)],
    }


def finding_record(report: FileReport, finding: Finding) -> Record:
    """One finding."""
    code, name = identity(finding)
    where = located(report, place(finding))
    common: Record = {"code": code, "name": name, "function": finding.function, "cell": where.cell or None}
    common |= {"location": _location(where), "fingerprint": fingerprint(report, finding)}
    if isinstance(finding, Rewrite):
        return {
            "kind": "rewrite",
            **common,
            "message": finding.message,
            "edit": {"before": finding.edit.before, "after": finding.edit.after, "imports": finding.edit.imports},
            "fix": _fix(report, finding),
            "rounding": finding.rounding.value,
            "conditions": finding.conditions,
            "evidence": _evidence(finding.evidence),
            "speed": _speed(finding.speed),
            **({"parallel": finding.cores} if finding.cores else {}),
        }
    return {
        "kind": "left",
        **common,
        "message": finding.refusal.message,
        "hint": finding.refusal.hint or None,
        "cause": _location(located(report, finding.refusal.span)) if finding.refusal.span else None,
        "counterexample": asdict(finding.counterexample) if finding.counterexample else None,
    }


def _fix(report: FileReport, finding: Rewrite) -> Record | None:
    edits = [_change(report, change) for change in changes(report.before, finding)]
    return {"applicability": applicability(finding), "message": finding.message, "edits": edits} if edits else None


def _change(report: FileReport, change: Change) -> Record:
    start = located(report, Span(change.line, 0, change.line, 0))
    first: Record = {"line": start.line, "column": 1}
    last: Record = {"line": start.line + change.end_line - change.line, "column": 1}
    place: Record = {"location": first, "end_location": last, "content": change.text}
    return {**place, "cell": start.cell} if start.cell else place


def _location(where: Where) -> Record:
    return {"line": where.line, "column": where.column, "end_line": where.end_line, "end_column": where.end_column}


def _evidence(evidence: Evidence | None) -> Record | None:
    if evidence is None:
        return None
    record = asdict(replace(evidence, trial=None))
    del record["trial"]  # that is for `--report evidence.json`
    return record


def _speed(speed: Speed | None) -> Record | None:
    if speed is None:
        return None
    timings = [_timing(t) for t in speed.timings]
    once: Record = {"first_call": speed.first_call, "calls_to_amortise": speed.calls_to_amortise} if speed.first_call else {}
    return {"speedup": speed.speedup, "pays_from": speed.pays_from, **once, "timings": timings}


def _timing(timing: Timing) -> Record:
    """One size; where the speedup lies with a confidence of 95%, where that is known."""
    figures: Record = {"size": timing.size, "before": timing.before, "after": timing.after}
    return figures | ({"speedup_low": timing.low, "speedup_high": timing.high} if timing.high else {})


def _finite(value: object) -> object:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _finite(item) for key, item in cast("Record", value).items()}
        case list() | tuple():
            return [_finite(item) for item in cast("Sequence[object]", value)]
        case _:
            return value
