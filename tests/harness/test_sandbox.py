"""The sandbox: nothing that runs in it can hang, crash or write to what is outside."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from autovec.harness.sandbox import Died, Reply, Sandbox


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def do(box: Sandbox, text: str, seconds: float = 5.0) -> Reply | Died:
    """Execute a stranger's text."""
    return box.call("builtins:exec", text, seconds)


def why(reply: Reply | Died) -> str:
    assert isinstance(reply, Died), reply
    return reply.reason


def test_an_unknown_function_is_a_death(box: Sandbox) -> None:
    assert why(box.call("no_such_module:f", 1)).startswith("ModuleNotFoundError")
    assert why(box.call("builtins:no_such_function", 1)).startswith("AttributeError")


def test_an_exception_is_a_death(box: Sandbox) -> None:
    assert why(do(box, "1 / 0")) == "ZeroDivisionError: division by zero"


def test_an_endless_loop_is_killed_in_time(box: Sandbox) -> None:
    began = time.monotonic()
    assert why(do(box, "while True: pass", 0.3)) == "stopped after 0.3 s"
    assert why(do(box, "import time; time.sleep(60)", 0.3)) == "stopped after 0.3 s"
    assert time.monotonic() - began < 3


def test_an_interrupt_from_another_thread_ends_the_call_and_all_later_ones() -> None:
    with Sandbox(warm=()) as box:
        assert do(box, "pass") == Reply(None)
        process = box._process
        threading.Timer(0.3, box.interrupt).start()
        began = time.monotonic()
        assert why(do(box, "while True: pass", 60.0)) == "interrupted"
        assert time.monotonic() - began < 3
        assert process is not None and process.poll() is not None
        assert why(do(box, "pass")) == "interrupted"
        assert box._process is None


def test_a_memory_bomb_is_stopped(box: Sandbox) -> None:
    assert why(do(box, "x = bytearray(1 << 40)")).startswith("MemoryError")
    assert why(do(box, "import numpy\nx = numpy.ones(1 << 30)")).startswith(("MemoryError", "_ArrayMemoryError"))


def test_exits_and_crashes_are_survived(box: Sandbox) -> None:
    assert why(do(box, "import os; os._exit(3)")) == "ended without an answer (exit status 3)"
    assert why(do(box, "import os; os.abort()")) == "killed by SIGABRT"
    assert why(do(box, "raise SystemExit(4)")).startswith("SystemExit")
    assert box.call("builtins:len", "four") == Reply(4)


def test_the_worker_starts_anew_when_it_is_killed(box: Sandbox) -> None:
    why(do(box, "import os; os.kill(os.getppid(), 9)"))
    assert box.call("builtins:len", "four") == Reply(4)


def test_the_stranger_cannot_answer_with_code(box: Sandbox) -> None:
    why(box.call("builtins:eval", "__import__('os').system"))
    why(box.call("builtins:eval", "__import__('numpy').zeros(3)"))
    assert box.call("builtins:eval", "{'a': (1, 2.5, None, [True])}") == Reply({"a": (1, 2.5, None, [True])})


def test_output_goes_nowhere(box: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert do(box, "import sys; print('loud'); print('loud', file=sys.stderr)") == Reply(None)
    assert capfd.readouterr() == ("", "")


def test_the_protocol_is_out_of_reach(box: Sandbox) -> None:
    text = "import os\nfor f in range(3, 64):\n    try: os.write(f, b'garbage' * 50)\n    except OSError: pass"
    why(do(box, text))
    assert box.call("builtins:len", "four") == Reply(4)


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is a part of Linux")
def test_files_and_network_are_out_of_reach(box: Sandbox, tmp_path: Path) -> None:
    if not box.sandboxed:
        pytest.skip("this kernel has no Landlock")
    kept = tmp_path / "kept"
    kept.write_text("old")
    assert why(do(box, f"open({str(kept)!r}, 'w')")).startswith("PermissionError")
    assert why(do(box, f"import os; os.unlink({str(kept)!r})")).startswith("PermissionError")
    assert why(do(box, f"import os; os.mkdir({str(tmp_path / 'new')!r})")).startswith("PermissionError")
    refused = ("PermissionError", "ConnectionRefused")  # before Linux 6.7 the network is not restricted
    assert why(do(box, "import socket; socket.create_connection(('127.0.0.1', 9))")).startswith(refused)
    assert kept.read_text() == "old" and os.listdir(tmp_path) == ["kept"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts descriptors in /proc")
def test_nothing_is_left_behind() -> None:
    with Sandbox() as sandbox:
        sandbox.call("builtins:len", "four")
    gc.collect()
    before, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
    for _ in range(3):
        with Sandbox() as sandbox:
            do(sandbox, "import os; os.kill(os.getppid(), 9)")
            do(sandbox, "while True: pass", 0.1)
    gc.collect()
    assert len(os.listdir("/proc/self/fd")) == before and threading.active_count() == threads
    with suppress(ChildProcessError):  # the other tests' worker may live; no dead one waits to be reaped
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


def children(process: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def until(what: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.01)
    return what()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the child in /proc")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_running_child_does_not_outlive_its_worker(number: int) -> None:
    with Sandbox() as sandbox:
        sandbox.call("builtins:len", "four")
        worker = children(os.getpid())[-1]
        call = threading.Thread(target=do, args=(sandbox, "while True: pass", 30.0))
        call.start()
        assert until(lambda: len(children(worker)) == 1)
        time.sleep(0.1)  # the child has its own group now
        (child,) = children(worker)
        os.kill(worker, number)
        call.join(5.0)
        assert not call.is_alive() and until(lambda: not Path(f"/proc/{child}").exists())


def test_it_works_after_close(box: Sandbox) -> None:
    box.close()
    assert box.call("builtins:len", "four") == Reply(4)


def test_one_thread_for_each_library(box: Sandbox) -> None:
    assert box.call("builtins:eval", "__import__('os').environ['OPENBLAS_NUM_THREADS']") == Reply("1")
