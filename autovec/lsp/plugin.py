"""The plug-in for python-lsp-server: its hooks, answered from the same analysis and the same check as `autovec lsp`.

Documents come in as python-lsp-server has them; plain dictionaries go out, as it wants them. Its code actions cannot leave an
edit for later, so a fix is a command: the loop is compared and timed once the user chose it, and nothing is edited if the text
moved on.
Not handled: notebooks, and cancelling, which that server does not pass on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, cast

from pylsp import hookimpl

from autovec.harness.sandbox import Sandbox
from autovec.lsp.configuration import Configuration
from autovec.lsp.incremental import Analyst
from autovec.lsp.snapshot import Place, Snapshot, file_snapshot, header_span
from autovec.lsp.wording import action_title, sentence
from autovec.outcome import Finding, Rewrite, Span, writable
from autovec.pipeline import analyse_file
from autovec.report.edits import line_changes
from autovec.report.sentence import identity, is_shown, place

FIX = "autovec.pylsp.fix"
_INFORMATION, _HINT = 3, 4
_ANALYST = Analyst()

Record = dict[str, Any]


class Document(Protocol):
    """What is used of python-lsp-server's documents."""

    uri: str
    path: str
    source: str


class Workspace(Protocol):
    """What is used of its workspaces."""

    def get_document(self, doc_uri: str) -> Document:
        """The document with an address."""
        ...

    def apply_edit(self, edit: Record) -> object:
        """Have the client change texts."""
        ...


@hookimpl
def pylsp_lint(document: Document) -> list[Record]:
    """The diagnostics of a document."""
    snapshot, configuration = _snapshot(document), Configuration()
    refusals = configuration.settings(snapshot.path).show_refusals
    return [_diagnostic(snapshot, f) for f in _findings(snapshot, configuration) if is_shown(f, refusals)]


@hookimpl
def pylsp_code_actions(document: Document, range: Mapping[str, Mapping[str, int]]) -> list[Record]:
    """The fixes of the loops on some lines."""
    snapshot = _snapshot(document)
    first, last = range["start"]["line"] + 1, range["end"]["line"] + 1
    found = writable(_findings(snapshot, Configuration()))
    return [_action(snapshot, f) for f in found if place(f).line <= last and first <= place(f).end_line]


@hookimpl
def pylsp_commands() -> list[str]:
    """The command behind the fixes."""
    return [FIX]


@hookimpl
def pylsp_execute_command(workspace: Workspace, command: str, arguments: Sequence[Any]) -> None:
    """Check a loop and have it replaced, if the text is still the one that the fix was offered for."""
    if command != FIX:
        return
    wish = cast("Record", arguments[0])
    snapshot = _snapshot(workspace.get_document(str(wish["uri"])))
    if snapshot.digest != wish["digest"]:
        return
    near = (int(wish["line"]), int(wish["end_line"]))
    options = Configuration().settings(snapshot.path).options(snapshot.path, verify=True)
    with Sandbox() as sandbox:
        text = snapshot.text.encode("utf-8", "surrogatepass")
        report = analyse_file(text, str(snapshot.path), replace(options, lines=(near,)), sandbox)
    edits = list(_edits(snapshot, report.after))
    if edits and not report.error:
        workspace.apply_edit({"changes": {snapshot.uri: edits}})


def _snapshot(document: Document) -> Snapshot:
    return file_snapshot(document.uri, Path(document.path), None, document.source, "utf-16")


def _findings(snapshot: Snapshot, configuration: Configuration) -> tuple[Finding, ...]:
    if configuration.excludes(snapshot.path):
        return ()
    options = configuration.settings(snapshot.path).options(snapshot.path, verify=False)
    return _ANALYST.analyse(snapshot.text, options, None, stop=lambda: False).findings


def _diagnostic(snapshot: Snapshot, finding: Finding) -> Record:
    return {
        "source": "autovec",
        "code": identity(finding)[0],
        "message": sentence(finding),
        "severity": _INFORMATION if isinstance(finding, Rewrite) else _HINT,
        "range": _range(snapshot, header_span(snapshot, finding)),
    }


def _action(snapshot: Snapshot, finding: Rewrite) -> Record:
    span = place(finding)
    wish = {"uri": snapshot.uri, "digest": snapshot.digest, "line": span.line, "end_line": span.end_line}
    title = action_title(finding)
    command = {"title": title, "command": FIX, "arguments": [wish]}
    return {"title": title, "kind": "quickfix", "diagnostics": [_diagnostic(snapshot, finding)], "command": command}


def _edits(snapshot: Snapshot, after: str) -> Iterator[Record]:
    for change in line_changes(snapshot.text.removeprefix("\ufeff"), after):
        yield {"range": _range(snapshot, Span(change.line, 0, change.end_line, 0)), "newText": change.text}


def _range(snapshot: Snapshot, span: Span) -> Record:
    stretch = snapshot.stretch(span)
    return {"start": _position(stretch.start), "end": _position(stretch.end)}


def _position(at: Place) -> Record:
    return {"line": at.line, "character": at.column}
