"""Findings as the protocol's own values: diagnostics, ranges, edits."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol import types

from autovec.lsp.client import Client
from autovec.lsp.snapshot import Part, Snapshot, Stretch, header_span
from autovec.lsp.wording import sentence
from autovec.outcome import Finding, Left, Refusal, Span
from autovec.report.edits import Change, line_changes
from autovec.report.sentence import identity, is_shown, place

SOURCE = "autovec"
_NEWLINE = re.compile(r"(?:\r\n|\r|\n)\Z")
UNVERIFIED = "autovec.unverified"


def range_of(stretch: Stretch) -> types.Range:
    """A stretch as the protocol has it."""
    start, end = stretch.start, stretch.end
    return types.Range(types.Position(start.line, start.column), types.Position(end.line, end.column))


def header(snapshot: Snapshot, finding: Finding) -> types.Range:
    """The line on which a loop starts: a squiggle below all of it would be in the way."""
    return range_of(snapshot.stretch(header_span(snapshot, finding)))


def diagnostics(snapshot: Snapshot, findings: Sequence[Finding], refusals: bool) -> dict[str, list[types.Diagnostic]]:
    """What is shown, by the address of the file or cell; each of them has a list, also an empty one."""
    found: dict[str, list[types.Diagnostic]] = {address: [] for address in snapshot.addresses}
    for finding in findings:
        if is_shown(finding, refusals):
            found[snapshot.part_at(place(finding).line).uri].append(diagnostic(snapshot, finding))
    return found


def diagnostic(snapshot: Snapshot, finding: Finding) -> types.Diagnostic:
    """One finding below its loop's first line: an offer, never a warning."""
    return types.Diagnostic(
        range=header(snapshot, finding),
        message=sentence(finding),
        severity=_severity(finding),
        code=identity(finding)[0],
        source=SOURCE,
    )


def _severity(finding: Finding) -> types.DiagnosticSeverity:
    if isinstance(finding, Left):
        return types.DiagnosticSeverity.Warning if finding.counterexample else types.DiagnosticSeverity.Hint
    return types.DiagnosticSeverity.Information


# ------------------------------------------------------------------ edits


def text_edits(snapshot: Snapshot, after: str) -> dict[str, list[types.TextEdit]] | Refusal:
    """The lines that differ, by the address of the file or cell."""
    found: dict[str, list[types.TextEdit]] = {}
    for change in line_changes(snapshot.text.removeprefix("\ufeff"), after):
        part = snapshot.part_at(change.line)
        if change.end_line > change.line and snapshot.part_at(change.end_line - 1) is not part:
            return Refusal("AV005", "the change would join two cells")
        found.setdefault(part.uri, []).append(_text_edit(snapshot, part, change))
    return found


def _text_edit(snapshot: Snapshot, part: Part, change: Change) -> types.TextEdit:
    where = snapshot.stretch(Span(change.line, 0, change.end_line, 0))
    if not part.open_end or change.end_line - 1 - part.first < len(part.lines):
        return types.TextEdit(range_of(where), change.text)
    text = _NEWLINE.sub("", change.text)  # the part's last line has no newline that could be replaced
    added = change.line - 1 - part.first >= len(part.lines)
    return types.TextEdit(range_of(where), f"\n{text}" if added else text)


def workspace_edit(
    snapshot: Snapshot, edits: dict[str, list[types.TextEdit]], client: Client, assumption: str = ""
) -> types.WorkspaceEdit:
    """Edits for the very versions that they were made for. With an `assumption`, the client lets the user confirm them."""
    if not client.takes_versions:
        return types.WorkspaceEdit(changes=edits)
    documents = [_document_edit(part, edits[part.uri], bool(assumption)) for part in snapshot.parts if part.uri in edits]
    marks = {UNVERIFIED: types.ChangeAnnotation("autovec: not checked", True, assumption)} if assumption else None
    return types.WorkspaceEdit(document_changes=documents, change_annotations=marks)


def _document_edit(part: Part, edits: Sequence[types.TextEdit], marked: bool) -> types.TextDocumentEdit:
    every = [types.AnnotatedTextEdit(UNVERIFIED, e.range, e.new_text) if marked else e for e in edits]
    return types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(part.uri, part.version), every)
