"""What gets installed: every module of autovec/ and of rules/ (as autovec.rules), from a wheel and from an editable install."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

import autovec

ROOT = Path(__file__).parent.parent
BUILT = ["pyproject.toml", "setup.py", "README.md", "LICENSE", "autovec", "rules"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

BUILD = "import sys; from setuptools import build_meta; print(getattr(build_meta, sys.argv[1])(sys.argv[2]))"
FIND = """
import importlib.util, json, site, sys
place, dependencies, names = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
site.addsitedir(place)
sys.path.append(dependencies)
specs = {name: importlib.util.find_spec(name) for name in names}
print(json.dumps([name for name, spec in specs.items() if spec is None or spec.origin.startswith(dependencies)]))
"""


def modules() -> list[str]:
    """The importable name of every source file."""
    files = [*(ROOT / "autovec").rglob("*.py"), *(ROOT / "rules").rglob("*.py")]
    return sorted(importable(path.relative_to(ROOT)) for path in files)


def importable(path: Path) -> str:
    """The dotted name of a source file once it is installed."""
    parts = path.with_suffix("").parts
    parts = ("autovec", *parts) if parts[0] == "rules" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build reads, so that building leaves nothing in the real tree."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in BUILT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, copy / name)
    return copy


def built(checkout: Path, hook: str, place: Path) -> list[str]:
    """Builds a wheel by one of setuptools' hooks, unpacks it into `place`, and names the files in it."""
    run = subprocess.run([sys.executable, "-c", BUILD, hook, str(place)], cwd=checkout, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    with zipfile.ZipFile(place / run.stdout.splitlines()[-1]) as wheel:
        wheel.extractall(place)
        return wheel.namelist()


def not_found(site: Path) -> list[str]:
    """Modules that an interpreter can't find in `site`, with this environment's packages behind it."""
    command = [sys.executable, "-I", "-S", "-c", FIND, str(site), sysconfig.get_path("purelib"), json.dumps(modules())]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


needs_setuptools = pytest.mark.skipif(
    int(version("setuptools").split(".")[0]) < 77, reason="building takes setuptools 77 (pip install -e '.[dev]')"
)


@needs_setuptools
def test_the_wheel_holds_every_module(checkout: Path, tmp_path: Path) -> None:
    files = built(checkout, "build_wheel", tmp_path)
    assert sorted({name.split("/")[0].split("-")[0] for name in files}) == ["autovec"]
    assert "autovec/py.typed" in files
    assert not_found(tmp_path) == []


@needs_setuptools
def test_an_editable_install_finds_every_module(checkout: Path, tmp_path: Path) -> None:
    built(checkout, "build_editable", tmp_path)
    assert not_found(tmp_path) == []


def test_the_version_is_written_once() -> None:
    assert PROJECT["dynamic"] == ["version"]
    assert [int(part) for part in autovec.__version__.split(".")] >= [0, 1, 0]
    assert f"## {autovec.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_supported_pythons_are_declared() -> None:
    prefix = "Programming Language :: Python :: "
    minors = [line.removeprefix(prefix) for line in PROJECT["classifiers"] if line.startswith(f"{prefix}3.")]
    assert minors == ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={minors[0]}"
