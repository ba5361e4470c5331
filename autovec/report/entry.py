"""One finding with all that a format for machines says of it, and where it is: in the file, or in a cell of the notebook.

The reports of all files come in, entries go out in the order of the files. Lines and columns count from 1, ends are exclusive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from autovec.outcome import FileReport, Finding, Rewrite, Span
from autovec.record import dataclass
from autovec.report.location import NEWLINE, Where, located
from autovec.report.sentence import identity, one_line, place, shown, statement

Applicability = Literal["safe", "unsafe", "display-only"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as it is told."""

    report: FileReport
    finding: Finding
    where: Where
    code: str
    name: str
    message: str


def entries(reports: Sequence[FileReport], show_refusals: bool) -> Iterator[Entry]:
    """All findings that are shown."""
    for report in reports:
        for finding in shown(report, show_refusals):
            code, name = identity(finding)
            where = located(report, place(finding))
            yield Entry(report, finding, where, code, name, one_line(statement(finding)))


def applicability(finding: Finding) -> Applicability:
    """In Ruff's words: safe is only what was compared and measured, which `check` does not do."""
    if not isinstance(finding, Rewrite) or not finding.fixable:
        return "display-only"
    return "safe" if finding.evidence and finding.speed else "unsafe"


def fingerprint(report: FileReport, finding: Finding) -> str:
    """The same for the same loop wherever it moves in its file: of path, function, code and the loop's own words.

    Of several loops that are equal in all of this each has its own, by their order.
    """
    words = _words(report, finding)
    earlier = sum(place(other) < place(finding) and _words(report, other) == words for other in report.findings)
    text = "\0".join([report.path.replace("\\", "/"), *words, *([str(earlier)] if earlier else [])])
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _words(report: FileReport, finding: Finding) -> tuple[str, str, str]:
    text = finding.edit.before if isinstance(finding, Rewrite) else _lines(report.before, finding.span)
    return finding.function, identity(finding)[0], " ".join(text.split())


def _lines(text: str, span: Span) -> str:
    return "\n".join(_split(text)[span.line - 1 : span.end_line])


@lru_cache(maxsize=2)  # one finding after the other asks for its lines
def _split(text: str) -> list[str]:
    return NEWLINE.split(text)
