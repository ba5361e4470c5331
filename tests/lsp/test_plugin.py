"""python-lsp-server finds the plug-in, and its hooks answer: a diagnostic, a fix, and an edit after the check."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pylsp", reason="python-lsp-server is not installed")

from doubled import REWRITTEN, TEXT
from pylsp.config.config import Config
from pylsp.workspace import Document, Workspace

from autovec.lsp import plugin


class Endpoint:
    """Takes what the server sends to its client."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def request(self, method: str, params: object) -> None:
        self.sent.append((method, params))


@pytest.fixture
def document(tmp_path: Path) -> Document:
    (tmp_path / "pyproject.toml").write_text('[tool.autovec]\nbackend = "numpy"\n')
    endpoint = Endpoint()
    workspace = Workspace(tmp_path.as_uri(), endpoint)
    workspace._config = Config(tmp_path.as_uri(), {}, 0, {})
    uri = (tmp_path / "model.py").as_uri()
    workspace.put_document(uri, TEXT, version=1)
    return workspace.get_document(uri)


def test_the_server_finds_it() -> None:
    (found,) = entry_points(group="pylsp", name="autovec")
    assert found.load() is plugin


def test_a_loop_is_offered_checked_and_replaced(document: Document) -> None:
    (problem,) = plugin.pylsp_lint(document)
    where = {"start": {"line": 5, "character": 4}, "end": {"line": 5, "character": 22}}
    assert problem == {
        "source": "autovec",
        "code": "AV103",
        "message": "in-place-update: could become `x *= 2.0`",
        "severity": 3,
        "range": where,
    }
    (action,) = plugin.pylsp_code_actions(document, where)
    assert (action["title"], action["kind"]) == ("Rewrite into NumPy: in-place-update", "quickfix")
    assert plugin.pylsp_code_actions(document, {"start": {"line": 0}, "end": {"line": 1}}) == []
    command = action["command"]
    assert plugin.pylsp_commands() == [command["command"]]
    plugin.pylsp_execute_command(document._workspace, command["command"], command["arguments"])
    ((method, params),) = document._workspace._endpoint.sent
    assert method == "workspace/applyEdit"
    (edit,) = params["edit"]["changes"][document.uri]
    lines = TEXT.splitlines(keepends=True)
    lines[edit["range"]["start"]["line"] : edit["range"]["end"]["line"]] = [edit["newText"]]
    assert "".join(lines) == REWRITTEN


def test_what_the_project_writes_by_hand_is_not_offered(document: Document) -> None:
    (Path(document.path).parent / "pyproject.toml").write_text('[tool.autovec]\nunfixable = ["AV103"]\n')
    (problem,) = plugin.pylsp_lint(document)
    assert problem["code"] == "AV103"
    assert plugin.pylsp_code_actions(document, problem["range"]) == []


def test_a_fix_of_an_earlier_text_does_nothing(document: Document) -> None:
    (action,) = plugin.pylsp_code_actions(document, {"start": {"line": 5}, "end": {"line": 5}})
    document._workspace.put_document(document.uri, TEXT.replace("2.0", "3.0"), version=2)
    plugin.pylsp_execute_command(document._workspace, plugin.FIX, action["command"]["arguments"])
    assert document._workspace._endpoint.sent == []
