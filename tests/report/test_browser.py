"""The page in a real browser, on a phone and on a desk, light and dark.

It needs chromium, and a folder with `npm i playwright-core` done in it, which AUTOVEC_VSCODE names, as for
tests/lsp/test_vscode.py. AUTOVEC_SCREENSHOTS names a folder to leave the pictures in.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from test_page import RUN
from test_report_formats import DOT, LEFT, SPEED, WRONG, report

from autovec.report.page import page

SCRIPT = Path(__file__).parent / "page.js"
MODULES = Path(os.environ.get("AUTOVEC_VSCODE", "/nowhere")) / "node_modules"
CHROMIUM, NODE = shutil.which("chromium"), shutil.which("node")


@pytest.mark.skipif(
    not (CHROMIUM and NODE and (MODULES / "playwright-core").exists()), reason="no chromium, node or playwright-core"
)
def test_the_page_fits_and_is_quiet_in_a_browser(tmp_path: Path) -> None:
    both = replace(DOT, speed=replace(SPEED, other=((10, 8e-7), (10_000, 9e-5))))
    (tmp_path / "out.html").write_text(page([report(both, LEFT, WRONG)], RUN))
    pictures = Path(os.environ.get("AUTOVEC_SCREENSHOTS", tmp_path))
    given = {"PAGE": (tmp_path / "out.html").as_uri(), "CHROMIUM": str(CHROMIUM), "SCREENSHOTS": str(pictures)}
    environment = {**os.environ, **given, "NODE_PATH": str(MODULES)}
    run = subprocess.run([str(NODE), SCRIPT], env=environment, capture_output=True, text=True, timeout=200)
    assert run.returncode == 0, run.stderr
    views = json.loads(run.stdout)
    assert [(v["device"], v["colorScheme"]) for v in views] == [
        ("phone", "light"), ("phone", "dark"), ("desktop", "light"), ("desktop", "dark"),
    ]  # fmt: skip
    for view in views:
        assert view["complaints"] == []
        assert view["requests"] == 1  # the page itself
        assert view["overflow"] <= 0
        assert view["small"] == 0
        assert len(view["lines"]) == 3 and min(view["lines"]) > 50
        assert (pictures / f"{view['device']}-{view['colorScheme']}.png").stat().st_size > 10_000
    assert views[0]["ground"] != views[1]["ground"]
