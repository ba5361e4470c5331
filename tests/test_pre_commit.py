"""The hooks in an environment that pre-commit makes itself, without a network: found, rewritten, and then quiet.

autovec is built from the checkout; what it needs is taken from this environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
from doubled import REWRITTEN, TEXT

ROOT = Path(__file__).parent.parent
TOOLS = ("pre-commit", "git")
BUILT = ["pyproject.toml", "setup.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml", "autovec", "rules"]
pytestmark = pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="pre-commit or git is not installed")


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


def repository(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init")
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "all", "--allow-empty")
    return folder


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the checkout's own hooks."""
    folder = tmp_path_factory.mktemp("hooks")
    for name in BUILT:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        source = ROOT / name
        shutil.copytree(source, folder / name, ignore=ignored) if source.is_dir() else shutil.copy(source, folder / name)
    return repository(folder)


def test_the_hooks_find_rewrite_and_are_content(hooks: Path, tmp_path: Path) -> None:
    project, home = tmp_path / "project", tmp_path / "home"
    project.mkdir()
    (project / "model.py").write_text(TEXT)
    (project / "pyproject.toml").write_text('[tool.autovec]\nbackend = "numpy"\n')
    repository(project)
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    environment = {**os.environ, **offline, "PRE_COMMIT_HOME": str(home), "PYTHONPATH": sysconfig.get_path("purelib")}

    def run(hook: str) -> subprocess.CompletedProcess[str]:
        words = ["pre-commit", "try-repo", str(hooks), hook, "--files", "model.py", "pyproject.toml"]
        return subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, timeout=600)

    found = run("autovec")
    assert found.returncode == 1, found.stdout + found.stderr
    assert "AV103 in-place-update: x *= 2.0" in found.stdout
    rewritten = run("autovec-rewrite")
    assert rewritten.returncode == 1, rewritten.stdout  # pre-commit stops a commit whose files a hook changed
    assert (project / "model.py").read_text() == REWRITTEN
    for hook in ("autovec", "autovec-rewrite"):
        content = run(hook)
        assert content.returncode == 0, content.stdout
