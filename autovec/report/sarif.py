"""SARIF 2.1.0, the format that code scanning reads: GitHub, Azure, editors.

The reports of all files come in, one log goes out: its rules with their documentation, a result a finding with the region of the
loop's first line (GitHub shows an alert in a pull request only where all its lines were changed), a fingerprint that survives
moves, and the fix. Paths are relative to `%SRCROOT%`. Columns count code points.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast
from urllib.parse import quote

from autovec.outcome import FileReport, Left, Rewrite
from autovec.report.edits import Change, changes
from autovec.report.entry import Entry, entries, fingerprint
from autovec.report.location import NEWLINE, label
from autovec.report.sentence import place
from autovec.report.services import described

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
Document = Callable[[str], str | None]
Record = dict[str, object]


def sarif(reports: Sequence[FileReport], show_refusals: bool, version: str, document: Document) -> str:
    """The log of a run; `document` gives the documentation of a code."""
    found = list(entries(reports, show_refusals))
    names = {entry.code: entry.name for entry in found}
    codes = sorted(names)
    driver: Record = {
        "name": "autovec",
        "version": version,
        "semanticVersion": version,
        "rules": [_rule(code, names[code], document(code) or names[code]) for code in codes],
    }
    run: Record = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The directory that autovec was called in."}}},
        "invocations": [_invocation(reports)],
        "results": [_result(entry, codes.index(entry.code)) for entry in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, name: str, text: str) -> Record:
    title = next((line for line in text.splitlines()[1:] if line.strip()), name)
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": name.replace("-", " ") or code},
        "fullDescription": {"text": title},
        "help": {"text": text, "markdown": f"```text\n{text}\n```"},
        "defaultConfiguration": {"level": "note"},
        "properties": {"tags": ["performance", "numpy"], "precision": "high", "problem.severity": "recommendation"},
    }


def _invocation(reports: Sequence[FileReport]) -> Record:
    notes = [
        {
            "level": "warning",
            "message": {"text": report.error},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(report.path)}}],
        }
        for report in reports
        if report.error
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _artifact(path: str) -> Record:
    found = Path(path)
    if found.is_absolute():
        return {"uri": found.as_uri()}
    return {"uri": quote(found.as_posix()), "uriBaseId": "%SRCROOT%"}


def _result(entry: Entry, index: int) -> Record:
    cell = f"{label(entry.report.path, entry.where)}: " if entry.where.cell else ""
    result: Record = {
        "ruleId": entry.code,
        "ruleIndex": index,
        **_level(entry),
        "message": {"text": cell + described(entry)},
        "locations": [_location(entry)],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint(entry.report, entry.finding)},
    }
    fix = _fix(entry) if isinstance(entry.finding, Rewrite) and not entry.where.cell else None
    return {**result, "fixes": [fix]} if fix else result


def _level(entry: Entry) -> Record:
    match entry.finding:
        case Rewrite():
            return {"level": "note"}
        case Left(counterexample=None):
            return {"kind": "informational", "level": "none"}
        case Left():
            return {"level": "error"}


def _location(entry: Entry) -> Record:
    physical: Record = {"artifactLocation": _artifact(entry.report.path)}
    if not entry.where.cell:  # a notebook's cells have no lines in the file
        header = NEWLINE.split(entry.report.before)[entry.where.line - 1]
        end = entry.where.end_column if entry.where.end_line == entry.where.line else len(header) + 1
        line, column = entry.where.line, entry.where.column
        physical["region"] = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": max(end, column)}
    return {"physicalLocation": physical, "logicalLocations": [{"name": entry.finding.function, "kind": "function"}]}


def _fix(entry: Entry) -> Record | None:
    finding = cast("Rewrite", entry.finding)
    edits = changes(entry.report.before, finding)
    replacements = [_replacement(change) for change in edits]
    change: Record = {"artifactLocation": _artifact(entry.report.path), "replacements": replacements}
    words = f"Rewrite the loop on line {place(finding).line}"
    return {"description": {"text": words}, "artifactChanges": [change]} if edits else None


def _replacement(change: Change) -> Record:
    region = {"startLine": change.line, "startColumn": 1, "endLine": change.end_line, "endColumn": 1}
    return {"deletedRegion": region, "insertedContent": {"text": change.text}}
