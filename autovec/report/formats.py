"""The formats that need all files before the first byte is printed: a format's name and the reports in, the document out."""

from __future__ import annotations

from collections.abc import Sequence

from autovec.outcome import FileReport
from autovec.record import dataclass
from autovec.report.entry import entries
from autovec.report.machine import document, lines
from autovec.report.sarif import Document, sarif
from autovec.report.services import github, gitlab, junit


@dataclass(frozen=True, slots=True)
class Run:
    """What a document says of the run itself; `explain` gives the documentation of a code."""

    command: str
    version: str
    written: tuple[str, ...]  # files that were changed on disk
    show_refusals: bool
    explain: Document


def whole(name: str, reports: Sequence[FileReport], run: Run) -> str:
    """The run as one document, `name` being that of a format for programs."""
    found = entries(reports, run.show_refusals)
    match name:
        case "json":
            return document(reports, run.written, run.command, run.version)
        case "json-lines":
            return lines(reports, run.show_refusals)
        case "github":
            return github(found, reports)
        case "gitlab":
            return gitlab(found)
        case "junit":
            return junit(found, reports)
        case _:
            return sarif(reports, run.show_refusals, run.version, run.explain)
