"""Where nothing may be run nothing is, an unchecked edit is the user's to confirm, and notebooks answer cell by cell."""

from __future__ import annotations

import pytest
from lsprotocol import types

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed")

from editor import editor
from test_clients import DOUBLED, children, fix_title


@pytest.mark.asyncio
async def test_in_an_untrusted_workspace_nothing_is_run() -> None:
    async with editor("vscode", trusted=False) as session:
        session.open(DOUBLED)
        await session.problems(bool)
        resolved = await session.resolve((await session.actions(6))[await fix_title(session, 6)])
        assert children(session.client._server.pid) == []
        assert resolved.edit is not None
        (mark,) = resolved.edit.change_annotations.values()
        assert (mark.needs_confirmation, "Nothing was run" in mark.description) == (True, True)


@pytest.mark.asyncio
async def test_without_a_view_to_confirm_there_is_no_unchecked_edit() -> None:
    async with editor("neovim", trusted=False) as session:
        session.open(DOUBLED)
        await session.problems(bool)
        assert not [title for title in await session.actions(6) if title.startswith("Rewrite")]


@pytest.mark.asyncio
async def test_a_cell_of_a_notebook_is_edited_where_it_is() -> None:
    uri, first, second = "file:///workspace/a.ipynb", "vscode-notebook-cell:/a#1", "vscode-notebook-cell:/a#2"
    texts = {first: "%matplotlib inline\nimport numpy as np", second: DOUBLED.split("\n\n\n", 1)[1].rstrip("\n")}
    items = [types.TextDocumentItem(address, types.LanguageKind.Python, 1, text) for address, text in texts.items()]
    cells = [types.NotebookCell(types.NotebookCellKind.Code, address) for address in texts]
    async with editor("vscode") as session:
        notebook = types.NotebookDocument(uri, "jupyter-notebook", 1, cells)
        session.client.notebook_document_did_open(types.DidOpenNotebookDocumentParams(notebook, items))
        (problem,) = await session.problems(bool, second)
        assert problem.range.start == types.Position(3, 4)
        assert await session.pull(first) == ()
        offered = await session.actions(3, uri=second)
        (title,) = (title for title in offered if title.startswith("Rewrite into NumPy"))
        resolved = await session.resolve(offered[title])
        (document,) = resolved.edit.document_changes
        assert (document.text_document.uri, [e.new_text for e in document.edits]) == (second, ["    x *= 2.0\n"])
