"""Ctrl-C, SIGTERM, dying workers and closed pipes, with real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import MODEL, REWRITTEN

HERE = Path(__file__).parent
PROGRAM = f"""
import sys
sys.path[:0] = [{str(HERE)!r}, {str(HERE.parent.parent)!r}]
import conftest, fake_pipeline
import autovec.harness.sandbox
sys.modules["autovec.pipeline"] = fake_pipeline
autovec.harness.sandbox.Sandbox = conftest.NoSandbox
from autovec.cli import main
main()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


def start(directory: Path, *words: str) -> subprocess.Popen[str]:
    """`autovec` in a process group of its own, as a shell would start it; in the background shells have Ctrl-C ignored."""
    command = [sys.executable, "-c", PROGRAM, *words]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
    finally:
        signal.signal(signal.SIGINT, before)


def wait_for(path: Path, text: str) -> None:
    """Until the file holds `text`."""
    deadline = time.monotonic() + 20
    while path.read_text() != text:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def group_is_gone(group: int) -> bool:
    """Whether no process of the group is running any more."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not is_running(group):
            return True
        time.sleep(0.02)
    return False


def is_running(group: int) -> bool:
    """Whether a process of the group runs; one that has ended, and waits for an init to take note of it, does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    if not Path("/proc/self/stat").exists():
        return True
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state != "Z":
            return True
    return False


@pytest.mark.parametrize(("how", "code", "said"), [(signal.SIGINT, 130, "\ninterrupted\n"), (signal.SIGTERM, 143, "")])
def test_stopping_leaves_whole_files_and_no_processes(tmp_path: Path, how: signal.Signals, code: int, said: str) -> None:
    (tmp_path / "a.py").write_text(MODEL)
    (tmp_path / "b.py").write_text(MODEL + "# dawdle\n")
    running = start(tmp_path, "rewrite", "--no-cache", "-j2", "--output-format", "concise", ".")
    wait_for(tmp_path / "a.py", REWRITTEN)
    os.killpg(running.pid, how)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, err) == (code, said)
    assert not out or out.startswith("a.py:5:5: AV101 ")  # it may be stopped between the writing and the line about it
    assert sorted(os.listdir(tmp_path)) == ["a.py", "b.py"]
    assert (tmp_path / "b.py").read_text() == MODEL + "# dawdle\n"
    assert group_is_gone(running.pid)


def test_a_closed_pipe_is_no_error(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"m{number}.py").write_text(MODEL)
    running = start(tmp_path, "check", ".")
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    assert "Traceback" not in running.stderr.read()
    running.wait(timeout=20)
    running.stderr.close()
