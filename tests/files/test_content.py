"""Reading and writing whole files: what fails leaves everything as it was."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from autovec.files import content
from autovec.files.content import FileProblem, read_file, replace_file

AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that holds `old`."""
    file = tmp_path / "m.py"
    file.write_bytes(b"old")
    return file


def problem(path: Path, before: bytes = b"old") -> str:
    """Why the file could not be replaced."""
    with pytest.raises(FileProblem) as caught:
        replace_file(path, before, b"new")
    return str(caught.value)


def test_a_file_that_changed_meanwhile_is_not_overwritten(path: Path) -> None:
    assert problem(path, before=b"older") == "not written: it changed while autovec was working on it"
    assert (path.read_bytes(), os.listdir(path.parent)) == (b"old", ["m.py"])


def test_a_file_that_vanished(path: Path) -> None:
    path.unlink()
    assert problem(path) == "cannot be written: No such file or directory"
    assert os.listdir(path.parent) == []


def test_a_file_that_the_system_says_is_read_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content.os, "access", lambda name, mode: (name, mode) != (path, os.W_OK))
    assert problem(path) == "cannot be written: it is read-only"
    assert (path.read_bytes(), os.listdir(path.parent)) == (b"old", ["m.py"])


@pytest.mark.skipif(AS_ROOT, reason="nothing is read-only to root")
def test_a_file_without_permission_to_write(path: Path) -> None:
    path.chmod(0o444)
    assert problem(path) == "cannot be written: it is read-only"
    assert path.read_bytes() == b"old"


@pytest.mark.skipif(not AS_ROOT, reason="only root may write them")
def test_to_root_nothing_is_read_only(path: Path) -> None:
    path.chmod(0o444)
    replace_file(path, b"old", b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", 0o444)


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(content.os, step, full)
    assert problem(path) == "cannot be written: No space left on device"
    assert (path.read_bytes(), os.listdir(path.parent)) == (b"old", ["m.py"])


def test_an_interruption_half_way_leaves_the_old_file_and_nothing_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(content.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_file(path, b"old", b"new")
    assert (path.read_bytes(), os.listdir(path.parent)) == (b"old", ["m.py"])


def test_the_mode_stays_and_a_link_stays_a_link(path: Path) -> None:
    path.chmod(0o750)
    link = path.parent / "link.py"
    link.symlink_to("m.py")
    replace_file(link, b"old", b"new")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode), link.is_symlink()) == (b"new", 0o750, True)
    assert sorted(os.listdir(path.parent)) == ["link.py", "m.py"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"a\0b", "cannot be read: binary, or text in UTF-16 (it holds NUL bytes)"),
        ("x = 1".encode("utf-16"), "cannot be read: binary, or text in UTF-16 (it holds NUL bytes)"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, data: bytes | None, message: str) -> None:
    file = tmp_path / "m.py"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(FileProblem) as caught:
        read_file(file)
    assert str(caught.value) == message


@pytest.mark.skipif(AS_ROOT or not hasattr(os, "geteuid"), reason="nothing is unreadable to root, nor without permissions")
def test_what_may_not_be_read(path: Path) -> None:
    path.chmod(0)
    with pytest.raises(FileProblem) as caught:
        read_file(path)
    assert str(caught.value) == "cannot be read: Permission denied"
