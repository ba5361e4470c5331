"""The JSON format: every field of every finding, with a schema version that grows when a field changes its meaning.

The reports of all files come in, one JSON document goes out. Lines and columns count from 1, ends are exclusive, texts
are in the file's own line endings; a figure that is not finite becomes null.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import cast

from autovec.outcome import Evidence, FileReport, Finding, Rewrite, Span, Speed
from autovec.report.diff import unified_diff
from autovec.report.ink import Ink
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


def _file(report: FileReport, written: bool) -> Record:
    return {
        "path": report.path,
        "error": report.error or None,
        "written": written,
        "diff": unified_diff(report.before, report.after, report.path, Ink(False)),
        "findings": [_finding(finding) for finding in sorted(report.findings, key=place)],
    }


def _finding(finding: Finding) -> Record:
    code, name = identity(finding)
    common: Record = {"code": code, "name": name, "function": finding.function, "location": _location(place(finding))}
    if isinstance(finding, Rewrite):
        return {
            "kind": "rewrite",
            **common,
            "message": finding.message,
            "edit": {"before": finding.edit.before, "after": finding.edit.after, "imports": finding.edit.imports},
            "rounding": finding.rounding.value,
            "conditions": finding.conditions,
            "evidence": _evidence(finding.evidence),
            "speed": _speed(finding.speed),
        }
    return {
        "kind": "left",
        **common,
        "message": finding.refusal.message,
        "hint": finding.refusal.hint or None,
        "cause": _location(finding.refusal.span) if finding.refusal.span else None,
        "counterexample": asdict(finding.counterexample) if finding.counterexample else None,
    }


def _location(span: Span) -> Record:
    return {"line": span.line, "column": span.column + 1, "end_line": span.end_line, "end_column": span.end_column + 1}


def _evidence(evidence: Evidence | None) -> Record | None:
    return asdict(evidence) if evidence else None


def _speed(speed: Speed | None) -> Record | None:
    if speed is None:
        return None
    timings: list[Record] = [{"size": t.size, "before": t.before, "after": t.after} for t in speed.timings]
    return {"speedup": speed.speedup, "pays_from": speed.pays_from, "timings": timings}


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
