"""The examples before and after `autovec rewrite`: they print the same, most loops are gone, and a second run changes nothing."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
AUTOVEC = [sys.executable, "-c", "import sys; from autovec.cli import main; sys.exit(main())"]

# How many loops of each example are rewritten at least: raise a figure when the tool learns more, never lower one.
REWRITTEN = {"cnn_layer": 6, "image_filters": 6, "option_pricing": 9, "text_embeddings": 5, "train_step": 8}

# Loops that have no array form, because each iteration builds on the one before: they are compiled.
COMPILED = {"cnn_layer": {"max_pool"}, "text_embeddings": {"nearest"}}


def run(*command: str | Path) -> str:
    """What a command prints; it has to succeed."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300)
    assert done.returncode == 0, f"exit code {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout


def rewrite(script: Path) -> list[dict[str, Any]]:
    """Rewrites a script in place; the loops that were, as the JSON report has them."""
    (report,) = json.loads(run(*AUTOVEC, "rewrite", "--output-format", "json", script))["files"]
    return [finding for finding in report["findings"] if finding["kind"] == "rewrite"]


def functions(script: Path) -> dict[str, str]:
    """The code of each function."""
    return {node.name: ast.unparse(node) for node in ast.parse(script.read_bytes()).body if isinstance(node, ast.FunctionDef)}


def has_evidence(finding: dict[str, Any]) -> bool:
    """Whether all three questions were answered: cases compared, a speedup, and the size from which it pays."""
    return finding["evidence"]["cases"] > 0 and finding["speed"]["speedup"] >= 1.5 and finding["speed"]["pays_from"] is not None


def test_every_example_is_tested() -> None:
    assert sorted(path.stem for path in (ROOT / "examples").glob("*.py")) == sorted(REWRITTEN)
    assert sum(REWRITTEN.values()) >= 20


@pytest.mark.parametrize("name", REWRITTEN)
def test_an_example_prints_the_same_after_its_rewrite(name: str, tmp_path: Path) -> None:
    script = Path(shutil.copy(ROOT / "examples" / f"{name}.py", tmp_path))
    printed, before = run(sys.executable, script), functions(script)
    landed = rewrite(script)
    after, text = functions(script), script.read_bytes()
    assert run(sys.executable, "-W", "error", script) == printed
    assert {finding["function"] for finding in landed} == {function for function in before if after[function] != before[function]}
    assert {finding["function"] for finding in landed if finding["code"] == "AV901"} >= COMPILED.get(name, set())
    assert len(landed) >= REWRITTEN[name]
    assert [finding for finding in landed if not has_evidence(finding)] == []
    assert rewrite(script) == []
    assert script.read_bytes() == text
