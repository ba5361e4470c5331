"""Which files a run is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from autovec.files.discovery import discover
from autovec.settings.model import Settings
from autovec.settings.resolver import Resolver

Find = Callable[..., list[str]]


@pytest.fixture
def find(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Find:
    """Makes files in an empty directory and gives those that are found in the paths."""
    monkeypatch.chdir(tmp_path)

    def found(files: str, *paths: str, **settings: object) -> list[str]:
        for name in files.split():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        resolver = Resolver(lambda s: replace(s, **settings))
        return [target.path.as_posix() for target in discover([Path(p) for p in paths], resolver).targets]

    return found


def test_what_is_left_out_by_default(find: Find) -> None:
    files = "a.py b.txt c.pyw d.pyi .venv/e.py node_modules/f/g.py sub/build/h.py sub/i.py"
    assert find(files, ".") == ["a.py", "c.pyw", "sub/i.py"]


def test_a_named_file_is_taken_unless_exclusion_is_forced(find: Find) -> None:
    assert find("build/a.py script", "build/a.py", "script") == ["build/a.py", "script"]
    assert find("", "build/a.py", "script", force_exclude=True) == ["script"]


def test_a_named_directory_is_walked_though_it_is_excluded(find: Find) -> None:
    Path(".gitignore").write_text("out/\n")
    assert find("build/a.py build/venv/b.py out/c.py out/build/d.py", "build", "out") == ["build/a.py", "out/c.py"]


def test_patterns_of_the_settings(find: Find) -> None:
    files = "a_pb2.py gen/b.py src/gen/c.py src/d.py"
    assert find(files, ".", extend_exclude=("*_pb2.py", "/gen")) == ["src/d.py", "src/gen/c.py"]
    assert find("", "src", extend_exclude=("src/gen",)) == ["src/d.py"]


def test_gitignore_deepest_first(find: Find) -> None:
    for directory, lines in ((".", "*_tmp.py\n/top.py\n"), ("sub", "!keep_tmp.py\n")):
        Path(directory).mkdir(exist_ok=True)
        Path(directory, ".gitignore").write_text(lines)
    files = "a_tmp.py top.py sub/top.py sub/keep_tmp.py sub/b_tmp.py"
    assert find(files, ".") == ["sub/keep_tmp.py", "sub/top.py"]
    assert find("", "sub") == ["sub/keep_tmp.py", "sub/top.py"]
    assert len(find("", ".", respect_gitignore=False)) == 5


def test_gitignore_of_another_repository_does_not_count(find: Find) -> None:
    Path(".gitignore").write_text("*.py\n")
    assert find("repo/.git/config repo/a.py", "repo") == ["repo/a.py"]


def test_every_file_once_and_no_links_in_directories(find: Find, tmp_path: Path) -> None:
    assert find("src/a.py", "src/a.py", ".", "./src") == ["src/a.py"]
    (tmp_path / "src" / "loop").symlink_to(tmp_path)
    (tmp_path / "link.py").symlink_to(tmp_path / "src" / "a.py")
    assert find("", ".") == ["src/a.py"]
    assert find("", "link.py") == ["link.py"]


def test_a_directory_above_that_is_called_build_does_not_matter(
    find: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "build" / "project").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "build" / "project")
    assert find("a.py build/b.py", str(tmp_path / "build" / "project")) == [f"{tmp_path.as_posix()}/build/project/a.py"]
    monkeypatch.chdir("/")
    assert find("", str(tmp_path / "build" / "project")) == [f"{tmp_path.as_posix()}/build/project/a.py"]


def test_directories_without_python_are_told(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    notices = discover([tmp_path / "docs"], Resolver(lambda s: s, Settings())).notices
    assert notices == (f"{tmp_path / 'docs'}: no Python files found in this directory",)
