"""An editor made of pytest-lsp: it starts `autovec lsp`, speaks as a real client does, and waits for what comes late."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.exceptions import JsonRpcException
from pytest_lsp import client_capabilities
from pytest_lsp.client import LanguageClient, make_test_lsp_client

CLIENTS = ("vscode", "neovim", "emacs")
_PATIENCE = 60.0  # on a machine that does other things too


def capabilities(name: str) -> types.ClientCapabilities:
    """What VS Code 1.139 (as recorded), Neovim 0.11 and Emacs 29.1 say that they can do."""
    if name == "vscode":
        recorded = json.loads((Path(__file__).parent / "vscode_1_139.json").read_text())
        return get_converter().structure(recorded, types.ClientCapabilities)
    return client_capabilities({"neovim": "neovim@0.11.0", "emacs": "emacs"}[name])


@dataclass
class Editor:
    """One client with one file open."""

    client: LanguageClient
    server: types.InitializeResult
    uri: str = ""
    text: str = ""
    version: int = 0
    applied: list[types.ApplyWorkspaceEditParams] = field(default_factory=list)
    published: list[types.PublishDiagnosticsParams] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)

    @property
    def pulls(self) -> bool:
        """Whether it asks for diagnostics."""
        document = self.client.capabilities and self.client.capabilities.text_document
        return bool(document and document.diagnostic)

    @property
    def messages(self) -> list[str]:
        """What the server had it show."""
        return [m.message for m in self.client.messages]

    def open(self, text: str, uri: str = "file:///workspace/model.py") -> None:
        """Show a file."""
        self.uri, self.text, self.version = uri, text, 1
        item = types.TextDocumentItem(uri, types.LanguageKind.Python, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def type(self, text: str) -> None:
        """Change the file."""
        self.text, self.version = text, self.version + 1
        change = types.TextDocumentContentChangeWholeDocument(text)
        document = types.VersionedTextDocumentIdentifier(uri=self.uri, version=self.version)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def pull(self, uri: str = "") -> Sequence[types.Diagnostic]:
        """What the server answers now."""
        params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri or self.uri))
        report = await self.client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return report.items

    async def problems(self, wanted: Callable[[Sequence[types.Diagnostic]], object], uri: str = "") -> list[types.Diagnostic]:
        """The diagnostics once they are as wanted, pulled or pushed."""
        end = time.monotonic() + _PATIENCE
        while True:
            found = await self.pull(uri) if self.pulls else self.client.diagnostics.get(uri or self.uri, ())
            if wanted(found):
                return list(found)
            assert time.monotonic() < end, found
            await asyncio.sleep(0.02)

    async def actions(self, line: int, only: Sequence[str] = (), uri: str = "") -> dict[str, Any]:
        """What is offered on a line (from 0), by title."""
        where = types.Range(types.Position(line, 4), types.Position(line, 4))
        context = types.CodeActionContext([], only=list(only) or None)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri or self.uri), where, context)
        return {a.title: a for a in await self.client.text_document_code_action_async(params) or ()}

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        """The action with its edit."""
        return await self.client.code_action_resolve_async(action)

    async def refused(self, action: types.CodeAction) -> int:
        """The error that an action is answered with."""
        try:
            await self.resolve(action)
        except JsonRpcException as error:
            return error.code
        raise AssertionError("it was answered")

    async def hover(self, line: int, column: int = 4) -> str:
        """The text of a hover."""
        params = types.HoverParams(types.TextDocumentIdentifier(self.uri), types.Position(line, column))
        found = await self.client.text_document_hover_async(params)
        return found.contents.value if found and isinstance(found.contents, types.MarkupContent) else ""


def patched(text: str, edits: Sequence[Any]) -> str:
    """A text without characters beyond the basic plane, with edits applied as a client does."""
    lines = text.splitlines(keepends=True)
    starts = [sum(map(len, lines[:k])) for k in range(len(lines) + 1)]
    for edit in sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True):
        start = starts[edit.range.start.line] + edit.range.start.character
        end = starts[edit.range.end.line] + edit.range.end.character
        text = text[:start] + edit.new_text + text[end:]
    return text


@asynccontextmanager
async def editor(name: str, folder: Path | None = None, **settings: object) -> AsyncGenerator[Editor]:
    """An editor of that kind, connected to a server of its own."""
    client = make_test_lsp_client()
    await client.start_io(sys.executable, "-m", "autovec", "lsp")
    registered: list[str] = []
    applied: list[types.ApplyWorkspaceEditParams] = []
    published: list[types.PublishDiagnosticsParams] = []

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        registered.extend(r.method for r in params.registrations)

    @client.feature(types.WORKSPACE_APPLY_EDIT)
    def apply(params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        applied.append(params)
        return types.ApplyWorkspaceEditResult(applied=True)

    if settings.pop("records", False):
        del client.protocol.fm.features[types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS]

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            published.append(params)
            client.diagnostics[params.uri] = params.diagnostics

    root = (folder or Path("/workspace")).as_uri()
    params = types.InitializeParams(
        capabilities=capabilities(name),
        root_uri=root,
        workspace_folders=[types.WorkspaceFolder(root, "workspace")],
        initialization_options={"settings": {"backend": "numpy", **settings}},  # which of two is faster can differ by the run
    )
    server = await client.initialize_session(params)
    try:
        yield Editor(client, server, applied=applied, published=published, registered=registered)
    finally:
        await client.shutdown_session()
        await client.stop()
