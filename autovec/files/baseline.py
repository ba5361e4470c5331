"""A baseline: findings that a project has accepted, so that only new ones are told.

Reports come in, the same without what the baseline knows go out; or a new baseline is written. It is JSON that people can read in
a review: fingerprint, file, code and function of each finding. A fingerprint holds the loop's own words and its file's place
below the baseline's directory, not its line: it survives edits elsewhere, and a loop that changes is told again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from autovec.files.content import FileProblem
from autovec.outcome import FileReport, Finding, Left
from autovec.report.entry import fingerprint
from autovec.report.sentence import identity, is_shown

VERSION = 1


def read_baseline(path: Path) -> frozenset[str]:
    """The fingerprints in a baseline; a `FileProblem` where it is none."""
    try:
        document = json.loads(path.read_bytes())
        known = [str(cast("dict[str, object]", entry)["fingerprint"]) for entry in document["findings"]]
    except OSError as error:
        raise FileProblem(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise FileProblem(f"{path}: not a baseline; `autovec check --write-baseline {path}` makes one") from None
    return frozenset(known)


def without_known(report: FileReport, known: frozenset[str], root: Path) -> FileReport:
    """The report without the findings that are known; failed verifications are always new."""
    kept = tuple(f for f in report.findings if _is_defect(f) or _key(report, f, root) not in known)
    return replace(report, findings=kept)


def _is_defect(finding: Finding) -> bool:
    return isinstance(finding, Left) and finding.counterexample is not None


def write_baseline(path: Path, reports: Sequence[FileReport], show_refusals: bool) -> int:
    """Write all that is shown as known, and give its number."""
    found = [_entry(report, f, path.parent) for report in reports for f in report.findings if is_shown(f, show_refusals)]
    text = json.dumps({"version": VERSION, "findings": found}, indent=1) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileProblem(f"{path}: cannot be written: {error.strerror}") from None
    return len(found)


def _entry(report: FileReport, finding: Finding, root: Path) -> dict[str, str]:
    code, _ = identity(finding)
    place = {"path": _below(report.path, root), "code": code, "function": finding.function}
    return {"fingerprint": _key(report, finding, root), **place}


def _key(report: FileReport, finding: Finding, root: Path) -> str:
    return fingerprint(replace(report, path=_below(report.path, root)), finding)


def _below(path: str, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()
