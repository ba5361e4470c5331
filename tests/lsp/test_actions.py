"""What the light bulb offers beside the quick fix, and what a changed configuration does to what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed")

from doubled import LOOP, NEW, TEXT
from editor import editor, patched
from test_clients import edits_of

BOTH = TEXT + "\n\n" + TEXT.split("\n\n\n", 1)[1].replace("doubled", "again")
FIX_ALL = "source.fixAll.autovec"


@pytest.mark.asyncio
async def test_all_loops_of_a_file_are_rewritten_in_one_edit() -> None:
    async with editor("vscode") as session:
        session.open(BOTH)
        await session.problems(lambda items: len(items) == 2)
        (action,) = (await session.actions(0, only=["source.fixAll"])).values()
        assert action.kind == FIX_ALL
        assert patched(BOTH, await edits_of(session, action)) == BOTH.replace(LOOP, NEW)


@pytest.mark.asyncio
async def test_what_the_project_writes_by_hand_is_shown_and_not_offered(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.autovec]\nunfixable = ["AV103"]\n')
    async with editor("vscode", tmp_path) as session:
        session.open(TEXT, (tmp_path / "model.py").as_uri())
        (problem,) = await session.problems(bool)
        assert problem.code == "AV103"
        assert await session.actions(5, only=["source.fixAll"]) == {}
        offered = await session.actions(5)
        (greyed,) = (a for title, a in offered.items() if title.startswith("Rewrite"))
        assert greyed.disabled.reason == "AV103 is reported only, as `fixable` and `unfixable` say"
        assert "Ignore AV103 for this loop" in offered


@pytest.mark.asyncio
async def test_a_loop_is_ignored_by_a_comment_of_ours() -> None:
    async with editor("vscode") as session:
        session.open(TEXT)
        await session.problems(bool)
        action = (await session.actions(5))["Ignore AV103 for this loop"]
        (document,) = action.edit.document_changes
        after = patched(TEXT, document.edits)
        assert after == TEXT.replace("range(n):", "range(n):  # autovec: ignore[AV103]")
        session.type(after)
        assert await session.problems(lambda items: not items) == []


@pytest.mark.asyncio
async def test_a_changed_configuration_holds_at_once(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.autovec]\n")
    async with editor("vscode", tmp_path) as session:
        session.open(TEXT, (tmp_path / "model.py").as_uri())
        await session.problems(bool)
        assert "workspace/didChangeWatchedFiles" in session.registered
        project.write_text('[tool.autovec]\nignore = ["AV103"]\n')
        event = types.FileEvent(project.as_uri(), types.FileChangeType.Changed)
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        assert await session.problems(lambda items: not items) == []
        project.write_text("[tool.autovec]\n")
        session.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
        assert len(await session.problems(bool)) == 1
