"""The server itself: the open documents, the configuration and the client, and what it tells the client unasked.

Diagnostics are pulled by clients that can, and pushed to the others, never both. What takes longer than a moment is shown as
progress with a way to cancel it.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from autovec import __version__
from autovec.lsp.answers import diagnostics
from autovec.lsp.client import Client
from autovec.lsp.configuration import Configuration
from autovec.lsp.documents import Answer, Document, Documents
from autovec.lsp.examination import Examiner
from autovec.lsp.fixing import Workshop
from autovec.lsp.notebook import notebook_snapshot
from autovec.lsp.snapshot import Encoding, Snapshot, file_snapshot

_DEBOUNCE = 0.03  # seconds without a keystroke before anything is pushed
PATIENCE = 0.08  # seconds after which an answer says what is known already
_ENCODINGS: dict[str, Encoding] = {types.PositionEncodingKind.Utf8: "utf-8", types.PositionEncodingKind.Utf32: "utf-32"}
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells(cells=[types.NotebookCellLanguage("python")], notebook="*")]
)


class Server(LanguageServer):
    """One editor's server. Texts come whole: pygls counts lines otherwise than the protocol where a form feed ends one."""

    def __init__(self) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  # pygls does not say what its further arguments are
            "autovec", __version__, types.TextDocumentSyncKind.Full, _NOTEBOOKS
        )
        self.configuration = Configuration()
        self.documents = Documents(self.configuration, self._complete)
        self.examiner = Examiner()
        self.workshop = Workshop(self.documents, self.configuration, self.examiner)
        self._background: set[asyncio.Task[None]] = set()
        self._told: tuple[str, ...] = ()
        self._cancellable: dict[int | str, asyncio.Task[object] | None] = {}
        self._folder: TemporaryDirectory[str] | None = None

    @property
    def client(self) -> Client:
        """What the client can do."""
        return Client(self.client_capabilities)

    def close(self) -> None:
        """End everything that still runs."""
        self.documents.close()
        self.examiner.close()
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def pages(self) -> Path:
        """A folder for what is shown as a document; it is gone when the server is."""
        self._folder = self._folder or TemporaryDirectory(prefix="autovec-")
        return Path(self._folder.name)

    # -------------------------------------------------------------- texts

    def take(self, uri: str) -> None:
        """A file, or a notebook through one of its cells or itself, was opened or changed."""
        document = self.documents.put(self._snapshot(uri))
        self._tell_problems()
        self._push_later(document)

    def release(self, uri: str) -> None:
        """A file or a notebook was closed: nothing is said of it any more."""
        document = self.documents.drop(uri)
        if document is not None and not self.client.pulls:
            for address in document.snapshot.addresses:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(address, []))

    def reconsider(self) -> None:
        """The configuration may have changed: look at everything again."""
        self.configuration.forget()
        self.documents.forget()
        for document in self.documents:
            self._push_later(document)
        self._refresh()
        self._tell_problems()

    def _snapshot(self, uri: str) -> Snapshot:
        notebook = self.workspace.get_notebook_document(notebook_uri=uri, cell_uri=uri)
        notebook = notebook or self.workspace.get_notebook_document(cell_uri=uri)
        encoding = _ENCODINGS.get(
            str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding)), "utf-16"
        )
        if notebook is None:
            text = self.workspace.get_text_document(uri)
            return file_snapshot(uri, Path(text.path), text.version, text.source, encoding)
        addresses = [cell.document for cell in notebook.cells if cell.kind == types.NotebookCellKind.Code]
        open_cells = self.workspace.text_documents
        texts = [(a, self.workspace.get_text_document(a)) for a in addresses if a in open_cells]
        path = Path(self.workspace.get_text_document(notebook.uri).path)
        return notebook_snapshot(notebook.uri, path, [(a, t.version, t.source) for a, t in texts], encoding)

    # -------------------------------------------------------------- what is said unasked

    async def told(self, document: Document) -> Answer:
        """The answer to a client that waits for diagnostics; what cannot be told again later is waited for."""
        can_follow = self.client.refreshes or not self.client.pulls
        return await self.documents.answer(document, PATIENCE if can_follow else None)

    def publish(self, answer: Answer) -> None:
        """Push what is known."""
        snapshot = answer.snapshot
        shown = diagnostics(snapshot, answer.findings, self.configuration.settings(snapshot.path).show_refusals)
        versions = {part.uri: part.version for part in snapshot.parts}
        for address, items in shown.items():
            params = types.PublishDiagnosticsParams(address, items, versions.get(address))
            self.text_document_publish_diagnostics(params)

    def say(self, text: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """A message that the client shows."""
        self.window_show_message(types.ShowMessageParams(kind, f"autovec: {text}"))

    def show_again(self, document: Document) -> None:
        """What is known of a document has changed without a keystroke."""
        self._push_later(document)
        self._refresh()

    def _complete(self, document: Document) -> None:
        if self.client.pulls:
            self._refresh()
        else:
            self._spawn(self._push(document, debounce=0.0))

    def _push_later(self, document: Document) -> None:
        if not self.client.pulls:
            self._spawn(self._push(document, _DEBOUNCE))

    async def _push(self, document: Document, debounce: float) -> None:
        snapshot = document.snapshot
        await asyncio.sleep(debounce)
        if document.snapshot is snapshot:
            answer = await self.told(document)
            if document.snapshot is answer.snapshot and self.documents.find(snapshot.uri) is document:
                self.publish(answer)

    def _refresh(self) -> None:
        if self.client.pulls and self.client.refreshes:
            self.workspace_diagnostic_refresh(None)

    def _tell_problems(self) -> None:
        problems = tuple(self.configuration.problems)
        for problem in problems:
            if problem not in self._told:
                self.say(problem, types.MessageType.Warning)
        self._told = problems

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # -------------------------------------------------------------- progress

    @asynccontextmanager
    async def shown(self, title: str) -> AsyncGenerator[Callable[[str], None]]:
        """Show that something is going on; where the user cancels it, the task that it is shown for is cancelled."""
        if not self.client.shows_progress:
            yield lambda message: None
            return
        token = str(uuid.uuid4())
        await self.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(token))
        self._cancellable[token] = asyncio.current_task()
        self.progress(types.ProgressParams(token, types.WorkDoneProgressBegin(title, cancellable=True)))
        try:
            yield lambda message: self.progress(types.ProgressParams(token, types.WorkDoneProgressReport(message=message)))
        finally:
            del self._cancellable[token]
            self.progress(types.ProgressParams(token, types.WorkDoneProgressEnd()))

    def cancel(self, token: int | str) -> None:
        """The user does not want to wait for what is shown under a token."""
        task = self._cancellable.get(token)
        if task is not None:
            task.cancel()
