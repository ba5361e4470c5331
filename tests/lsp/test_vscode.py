"""The whole way in a real VS Code with the packed extension.

It needs a folder with `npm i node@24 code-server playwright-core` done in it and Debian's chromium, and the packed extension:
AUTOVEC_VSCODE names the folder, and `npm run package` in editors/vscode makes the extension. AUTOVEC_SCREENSHOTS names a folder
to leave the picture in.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from doubled import REWRITTEN, TEXT

HERE = Path(__file__).parent
EXTENSION = HERE.parent.parent / "editors" / "vscode" / "autovec.vsix"
FOLDER = Path(os.environ.get("AUTOVEC_VSCODE", "/nowhere"))
NODE, SERVER = FOLDER / "node_modules/.bin/node", FOLDER / "node_modules/code-server/out/node/entry.js"
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(
    not (SERVER.exists() and EXTENSION.exists() and CHROMIUM), reason="code-server, chromium or the packed extension is not there"
)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A VS Code with the extension, whose server is this Python's."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    data = tmp_path / "data"
    (data / "User").mkdir(parents=True)
    settings = {"autovec.path": [sys.executable, "-P", "-m", "autovec", "lsp"], "workbench.startupEditor": "none"}
    (data / "User" / "settings.json").write_text(json.dumps(settings))
    command = [NODE, SERVER, "--user-data-dir", data, "--extensions-dir", tmp_path / "extensions"]
    subprocess.run([*command, "--install-extension", EXTENSION], check=True, capture_output=True)
    options = ["--auth", "none", "--bind-addr", place, "--disable-telemetry", "--disable-workspace-trust"]
    with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        time.sleep(3)
        yield f"http://{place}"
        server.terminate()


def test_a_loop_is_rewritten_in_vscode(address: str, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "demo.py").write_text(TEXT)
    (workspace / "pyproject.toml").write_text('[tool.autovec]\nbackend = "numpy"\n')
    picture = Path(os.environ.get("AUTOVEC_SCREENSHOTS", tmp_path)) / "menu.png"
    given = {"SERVER": address, "WORKSPACE": str(workspace), "CHROMIUM": str(CHROMIUM), "SCREENSHOT": str(picture)}
    environment = {**os.environ, **given, "NODE_PATH": str(FOLDER / "node_modules")}
    run = subprocess.run([NODE, HERE / "vscode.js"], env=environment, capture_output=True, text=True, timeout=500)
    said = dict(line.split(": ", 1) for line in run.stdout.splitlines())
    assert said["problems"] == "0 0 1", run.stderr  # not twice
    assert said["menu"] == "Quick Fix | Rewrite into NumPy: in-place-update | Ignore AV103 for this loop | Explain this loop"
    assert (workspace / "demo.py").read_text() == REWRITTEN
