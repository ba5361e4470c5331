"""One session under the capabilities of each editor: squiggle, light bulb, edit, hover; nothing twice, nothing stale."""

from __future__ import annotations

import ast
import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from lsprotocol import types

pytest.importorskip("pytest_lsp", reason="pytest-lsp is not installed")

from doubled import LOOP, NEW, TEXT
from editor import CLIENTS, Editor, editor, patched

DOUBLED = TEXT.replace("    x = np", '    label = "😀"\n    x = np').replace("return x", "return x, label")
CALLING = """\
import numpy as np
from elsewhere import smooth


def calling(n: int):
    y = np.ones(n)
    for i in range(1, n):
        y[i] = smooth(y[i - 1])
    return y
"""
T = TypeVar("T")
CONTENT_MODIFIED, REQUEST_CANCELLED = -32801, -32800


async def edits_of(session: Editor, action: types.CodeAction | types.Command) -> list[types.TextEdit]:
    if isinstance(action, types.Command):  # a client that cannot ask for an edit later
        command = ast.literal_eval(action.command)  # lsprotocol takes the action for a command, and makes its command a text
        params = types.ExecuteCommandParams(command["command"], command["arguments"])
        await session.client.workspace_execute_command_async(params)
        edit = session.applied[-1].edit
    else:
        resolved = await session.resolve(action)
        assert resolved.edit is not None
        edit = resolved.edit
    if edit.document_changes is None:  # a client that does not check versions
        assert edit.changes is not None
        return list(edit.changes[session.uri])
    (document,) = edit.document_changes
    assert (document.text_document.uri, document.text_document.version) == (session.uri, session.version)
    return list(document.edits)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CLIENTS)
async def test_from_the_squiggle_to_the_edit(name: str) -> None:
    async with editor(name, records=True) as session:
        session.open(DOUBLED)
        (problem,) = await session.problems(bool)
        assert (problem.code, problem.source, problem.severity) == ("AV103", "autovec", types.DiagnosticSeverity.Information)
        assert problem.message == "in-place-update: could become `x *= 2.0`"
        assert problem.range == types.Range(types.Position(6, 4), types.Position(6, 22))
        offered = await session.actions(6)
        assert "Rewrite into NumPy: in-place-update" in offered
        assert "compared and not timed" in (await session.hover(6)).replace("Not compared", "not compared").lower()
        edits = await edits_of(session, offered["Rewrite into NumPy: in-place-update"])
        after = patched(session.text, edits)
        assert after == DOUBLED.replace(LOOP, NEW)
        (checked,) = await session.problems(lambda items: items and "faster" in items[0].message)
        assert checked.code == "AV103"
        hover = await session.hover(6)
        assert "equal bit for bit" in hover
        assert "| n | loop | rewrite |" in hover
        assert bool(session.published) != session.pulls  # pushed or pulled, never both


@pytest.mark.asyncio
@pytest.mark.parametrize("name", CLIENTS)
async def test_a_refused_loop_says_why(name: str) -> None:
    async with editor(name) as session:
        session.open(CALLING)
        await session.problems(lambda items: not items)
        hover = ""
        while not hover:
            hover = await session.hover(6)
        assert hover.startswith("**autovec AV013**")
        assert "smooth" in hover
        offered = await session.actions(6)
        greyed = [a for a in offered.values() if getattr(a, "disabled", None)]
        assert [a.title for a in greyed] == (["Rewrite into NumPy"] if name == "vscode" else [])
        assert all("smooth" in a.disabled.reason for a in greyed)


@pytest.mark.asyncio
async def test_columns_are_in_the_units_of_the_client() -> None:
    line = '    label = "😀"; total = sum(x[i] * x[i] for i in range(n))\n'
    async with editor("vscode") as session:
        session.open(f"import numpy as np\n\n\ndef squares(n: int):\n    x = np.ones(n)\n{line}    return total, label\n")
        (problem,) = await session.problems(bool)
        start = line.index("sum(") + 1  # the emoji in front is one character and two units
        assert problem.range == types.Range(types.Position(5, start), types.Position(5, len(line)))


async def fix_title(session: Editor, line: int) -> str:
    return next(title for title in await session.actions(line) if title.startswith("Rewrite into NumPy: "))


@pytest.mark.asyncio
async def test_an_action_offered_for_an_earlier_text_is_refused() -> None:
    async with editor("vscode") as session:
        session.open(DOUBLED)
        await session.problems(bool)
        action = (await session.actions(6))[await fix_title(session, 6)]
        session.type(DOUBLED.replace("2.0", "3.0"))
        assert await session.refused(action) == CONTENT_MODIFIED


@pytest.mark.asyncio
async def test_a_check_is_given_up_when_the_text_changes_under_it() -> None:
    async with editor("vscode") as session:
        session.open(DOUBLED)
        await session.problems(bool)
        action = (await session.actions(6))[await fix_title(session, 6)]
        answer = asyncio.create_task(session.refused(action))
        await asyncio.sleep(0.05)
        session.type(DOUBLED.replace("2.0", "3.0"))
        assert await answer == CONTENT_MODIFIED


@pytest.mark.asyncio
@pytest.mark.parametrize("way", ["request", "progress"])
async def test_a_running_check_is_cancelled_at_once(way: str) -> None:
    async with editor("vscode") as session:
        session.open(DOUBLED)
        await session.problems(bool)
        action = (await session.actions(6))[await fix_title(session, 6)]
        answer = asyncio.create_task(session.refused(action))
        pid = session.client._server.pid
        workers = await within_time(lambda: children(pid))
        began = time.monotonic()
        if way == "request":
            (message,) = session.client.protocol._request_futures
            session.client.cancel_request(types.CancelParams(message))
        else:
            (token,) = session.client.progress_reports
            session.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
        assert await answer == REQUEST_CANCELLED
        assert time.monotonic() - began < 2.0  # 0.2 s where nothing else runs
        await within_time(lambda: not any(alive(worker) for worker in workers))


async def within_time(found: Callable[[], T]) -> T:
    """What is found, as soon as it is."""
    end = time.monotonic() + 30.0
    while not (value := found()):
        assert time.monotonic() < end
        await asyncio.sleep(0.01)
    return value


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def alive(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")
