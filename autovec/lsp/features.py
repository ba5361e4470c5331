"""The messages of the protocol that are answered, one function each.

Parameters come in as the protocol has them; who knows the answer is asked (`server` and what it holds). `serve` speaks over
standard input and output until the client leaves.
"""

from __future__ import annotations

import hashlib
import logging
import sys
from collections.abc import Sequence
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from autovec.files.seen import NAME as NOTES
from autovec.lsp.actions import EXPLAIN, FIX, KINDS, Menu
from autovec.lsp.answers import diagnostics, header
from autovec.lsp.explaining import explanation_file
from autovec.lsp.fixing import MOVED_ON, Wish
from autovec.lsp.server import PATIENCE, Server
from autovec.lsp.snapshot import Place, header_span
from autovec.lsp.wording import page, plain
from autovec.outcome import Refusal, Span
from autovec.report.sentence import place
from autovec.settings.model import CACHE_DIRECTORY

_SECTION = "autovec"
_SWITCH = 0.001  # seconds until the thread that analyses lets the one that answers go on; five times that is Python's default
_WATCHED = ("**/pyproject.toml", "**/.gitignore", f"**/{CACHE_DIRECTORY}/{NOTES}")


# ------------------------------------------------------------------ life


def initialize(ls: Server, params: types.InitializeParams) -> None:
    """The client's first message: its settings may be in it."""
    given = _table(params.initialization_options)
    ls.configuration.take(_table(given.get("settings")) or given)


async def initialized(ls: Server, params: types.InitializedParams) -> None:
    """The client is ready: ask to be told of changed configurations, and for the client's own."""
    wanted: list[types.Registration] = []
    if ls.client.watches_files:
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted.append(types.Registration("autovec.files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options))
    if ls.client.registers_configuration:
        section = types.DidChangeConfigurationRegistrationOptions(_SECTION)
        wanted.append(types.Registration("autovec.settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section))
    if wanted:
        await ls.client_register_capability_async(types.RegistrationParams(wanted))
    await _ask_for_settings(ls)


async def _ask_for_settings(ls: Server) -> bool:
    if not ls.client.tells_configuration:
        return False
    answer = await ls.workspace_configuration_async(types.ConfigurationParams([types.ConfigurationItem(section=_SECTION)]))
    told = _table(answer[0]) if answer else {}
    if told:
        ls.configuration.take(told)
        ls.reconsider()
    return bool(told)


async def did_change_configuration(ls: Server, params: types.DidChangeConfigurationParams) -> None:
    """The client's settings changed; some clients send them, others want to be asked."""
    given = _table(_table(params.settings).get(_SECTION))
    if given:
        ls.configuration.take(given)
        ls.reconsider()
    elif not await _ask_for_settings(ls):
        ls.reconsider()


def _table(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def did_change_watched_files(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    """A pyproject.toml changed on disk, or what `autovec trace` noted."""
    ls.reconsider()


def cancel_progress(ls: Server, params: types.WorkDoneProgressCancelParams) -> None:
    """The user does not want to wait any longer."""
    ls.cancel(params.token)


def shutdown(ls: Server, params: None) -> None:
    """The client is about to leave."""
    ls.close()


# ------------------------------------------------------------------ texts


def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A file is shown."""
    ls.take(params.text_document.uri)


def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A keystroke."""
    ls.take(params.text_document.uri)


def did_save(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    """A client that cannot watch files may have saved a pyproject.toml since."""
    if not ls.client.watches_files:
        ls.reconsider()


def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """A file is not shown any more."""
    ls.release(params.text_document.uri)


def notebook_did_open(ls: Server, params: types.DidOpenNotebookDocumentParams) -> None:
    """A notebook is shown."""
    ls.take(params.notebook_document.uri)


def notebook_did_change(ls: Server, params: types.DidChangeNotebookDocumentParams) -> None:
    """A cell was edited, added, moved or removed."""
    ls.take(params.notebook_document.uri)


def notebook_did_close(ls: Server, params: types.DidCloseNotebookDocumentParams) -> None:
    """A notebook is not shown any more."""
    ls.release(params.notebook_document.uri)


# ------------------------------------------------------------------ questions


async def diagnostic(ls: Server, params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
    """What is found in a file or cell, or that it is what the client knows already."""
    uri = params.text_document.uri
    document = ls.documents.find(uri)
    if document is None:
        return types.RelatedFullDocumentDiagnosticReport([])
    answer = await ls.told(document)
    refusals = ls.configuration.settings(answer.snapshot.path).show_refusals
    items = diagnostics(answer.snapshot, answer.findings, refusals).get(uri, [])
    result = hashlib.blake2b(repr(items).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    if result == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result)
    return types.RelatedFullDocumentDiagnosticReport(items, result_id=result)


async def code_action(ls: Server, params: types.CodeActionParams) -> Sequence[types.CodeAction | types.Command]:
    """What can be done about the loops on some lines."""
    document = ls.documents.find(params.text_document.uri)
    if document is None:
        return []
    snapshot, findings, _ = await ls.documents.answer(document, PATIENCE)
    lines = [snapshot.position(params.text_document.uri, _place(p)) for p in (params.range.start, params.range.end)]
    if lines[0] is None or lines[1] is None:
        return []
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    refusals = ls.configuration.settings(snapshot.path).show_refusals
    menu = Menu(snapshot, ls.client, only, refusals, _obstacle(ls))
    actions = menu.actions(findings, lines[0][0], lines[1][0])
    if ls.client.takes_literals:
        return actions
    return [a.command for a in actions if a.command is not None]


def _obstacle(ls: Server) -> str:
    """Why no edit can be made: nothing may be run, and the client has no view to confirm what was not checked."""
    if ls.configuration.runs or ls.client.confirms:
        return ""
    why = "the workspace is not trusted" if not ls.configuration.trusted else "the setting `verify` is off"
    return f"{why}, so nothing is run, and a rewrite that was not checked needs an editor that lets you confirm it"


async def resolve(ls: Server, params: types.CodeAction) -> types.CodeAction:
    """The edit of an action that was chosen."""
    wish = Wish.read(params.data)
    if wish is None:
        return params
    edit = await _fulfilled(ls, wish, params.title)
    if edit is not None:
        params.edit = edit
    return params


async def fix(ls: Server, wish: dict[str, Any]) -> None:
    """The same for a client that cannot ask for edits."""
    read = Wish.read(wish)
    if read is None:
        raise JsonRpcInvalidParams("autovec.fix takes what one of the server's own actions carried")
    edit = await _fulfilled(ls, read, "Rewrite")
    if edit is not None:
        await ls.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label="autovec"))


async def _fulfilled(ls: Server, wish: Wish, title: str) -> types.WorkspaceEdit | None:
    """The edit, or None after the user was told why there is none."""
    async with ls.shown(title) as tell:
        edit = await ls.workshop.fulfil(wish, ls.client, tell)
    document = ls.documents.find(wish.uri)
    if document is not None:
        ls.show_again(document)
    if not isinstance(edit, Refusal):
        return edit
    if edit.message == MOVED_ON:
        raise JsonRpcContentModified(MOVED_ON)
    ls.say(edit.message)
    return None


async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    """Everything about the loop whose first line the pointer is on."""
    document = ls.documents.find(params.text_document.uri)
    if document is None:
        return None
    snapshot, findings, _ = await ls.documents.answer(document, PATIENCE)
    where = snapshot.position(params.text_document.uri, _place(params.position))
    found = [f for f in findings if where is not None and _is_on(header_span(snapshot, f), *where)]
    if not found:
        return None
    texts = [page(snapshot.text.removeprefix("\ufeff"), f) for f in found]
    markdown = ls.client.reads_markdown
    text = "\n---\n\n".join(texts) if markdown else plain("\n".join(texts))
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), header(snapshot, found[0]))


async def explain(ls: Server, uri: str, line: int, column: int) -> None:
    """Open a page about a loop, with the documentation of its rule or refusal."""
    document = ls.documents.find(uri)
    if document is None:
        return
    snapshot, findings, _ = await ls.documents.answer(document, None)
    found = [f for f in findings if (place(f).line, place(f).column) == (line, column)]
    if not found:
        ls.say("the loop is not there any more")
        return
    file = explanation_file(ls.pages, snapshot.text.removeprefix("\ufeff"), found[0])
    shown = ls.client.shows_documents and await ls.window_show_document_async(types.ShowDocumentParams(file.as_uri()))
    if not shown:
        ls.say(plain(page(snapshot.text.removeprefix("\ufeff"), found[0])))


def _is_on(span: Span, line: int, column: int) -> bool:
    return line == span.line and span.column <= column <= span.end_column


def _place(position: types.Position) -> Place:
    return Place(position.line, position.character)


_FEATURES = {
    types.INITIALIZE: initialize,
    types.INITIALIZED: initialized,
    types.SHUTDOWN: shutdown,
    types.WORKSPACE_DID_CHANGE_CONFIGURATION: did_change_configuration,
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: did_change_watched_files,
    types.TEXT_DOCUMENT_DID_OPEN: did_open,
    types.TEXT_DOCUMENT_DID_CHANGE: did_change,
    types.TEXT_DOCUMENT_DID_SAVE: did_save,
    types.TEXT_DOCUMENT_DID_CLOSE: did_close,
    types.NOTEBOOK_DOCUMENT_DID_OPEN: notebook_did_open,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE: notebook_did_change,
    types.NOTEBOOK_DOCUMENT_DID_CLOSE: notebook_did_close,
    types.TEXT_DOCUMENT_DIAGNOSTIC: diagnostic,
    types.TEXT_DOCUMENT_CODE_ACTION: code_action,
    types.CODE_ACTION_RESOLVE: resolve,
    types.TEXT_DOCUMENT_HOVER: hover,
    types.WINDOW_WORK_DONE_PROGRESS_CANCEL: cancel_progress,
}
_OPTIONS = {
    types.TEXT_DOCUMENT_DIAGNOSTIC: types.DiagnosticOptions(False, False, identifier="autovec"),
    types.TEXT_DOCUMENT_CODE_ACTION: types.CodeActionOptions(list(KINDS), resolve_provider=True),
}


def make_server() -> Server:
    """A server that answers every message above."""
    server = Server()
    for message, function in _FEATURES.items():
        server.feature(message, _OPTIONS.get(message))(function)
    server.command(FIX)(fix)
    server.command(EXPLAIN)(explain)
    return server


def serve() -> None:
    """Speak with one client over standard input and output."""
    logging.getLogger("pygls").setLevel(logging.ERROR)  # it warns of what the functions above take care of
    server = make_server()
    sys.setswitchinterval(_SWITCH)
    try:
        server.start_io()
    finally:
        server.close()
