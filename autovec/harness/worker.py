"""The other side of the sandbox: a warm process that forks a child for each call and watches over it.

Comes in: `Request`s on standard input, each with its length in front. Goes out: first `Hello`, then for each request a pickled
`Reply` or `Died` on standard output. The child works on pipes of its own, with limits on processor time,
memory, core dumps and file sizes; it cannot reach the worker's pipes. Not handled: Windows has neither fork nor limits, there
the worker itself makes the call, once.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import pickle
import select
import signal
import struct
import sys
import time
from functools import partial
from typing import IO, cast

from autovec.harness import audit, landlock
from autovec.record import dataclass

LENGTH = struct.Struct("<Q")
GRACE = 5.0  # seconds that the worker has beyond the call's own before it is given up
_LARGEST = 1 << 28
_EXTRA_SECONDS = 2
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in <linux/prctl.h>


@dataclass(frozen=True, slots=True)
class Hello:
    """What the worker says first: what protects the outside from it, and whether it forks a child for each call."""

    sandboxed: bool
    forks: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One call."""

    function: str
    payload: object
    seconds: float
    memory: int  # bytes beyond what the warm worker has mapped
    warm: tuple[str, ...] = ()  # modules to import before the fork


@dataclass(frozen=True, slots=True)
class Reply:
    """What the function gave."""

    value: object


@dataclass(frozen=True, slots=True)
class Died:
    """The call gave no value: it took too long, ran out of memory, crashed, or raised."""

    reason: str


def main() -> None:
    """Serve until standard input ends. The arguments are modules to import first."""
    requests, replies = _own_pipes()
    for module in sys.argv[1:]:
        importlib.import_module(module)
    sys.dont_write_bytecode = True  # autovec's own may be kept, a stranger's not
    forks = hasattr(os, "fork")
    _send(replies, Hello(landlock.restrict(), forks))
    while (request := _receive(requests)) is not None:
        replies.write(_framed(_forked(request, (requests, replies)) if forks else _called(request)))
        replies.flush()


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Move both pipes away from the standard descriptors, which then lead nowhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)
    return requests, replies


def _receive(requests: IO[bytes]) -> Request | None:
    head = requests.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (size,) = cast("tuple[int]", LENGTH.unpack(head))
    request = pickle.loads(requests.read(size))
    return request if isinstance(request, Request) else None


def _send(replies: IO[bytes], message: object) -> None:
    replies.write(_framed(pickle.dumps(message)))
    replies.flush()


def _framed(body: bytes) -> bytes:
    return LENGTH.pack(len(body)) + body


def _called(request: Request) -> bytes:
    """Make the call; whatever it raises becomes a reason."""
    try:
        module, _, name = request.function.partition(":")
        value = getattr(importlib.import_module(module), name)(request.payload)
        return pickle.dumps(Reply(value))
    except BaseException as error:
        return pickle.dumps(Died(f"{type(error).__name__}: {str(error)[:200]}"))


# ------------------------------------------------------------------ the forked child


def _forked(request: Request, pipes: tuple[IO[bytes], ...]) -> bytes:
    for module in (request.function.partition(":")[0], *request.warm):
        _import_first(module)
    reader, writer = os.pipe()
    worker = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(reader)
        for pipe in pipes:
            os.close(pipe.fileno())
        _child(request, writer, worker)
    signal.signal(signal.SIGTERM, partial(_end_with, child))
    os.close(writer)
    answer, late = _gathered(reader, request.seconds)
    os.close(reader)
    _kill_group(child)
    status = os.waitpid(child, 0)[1]
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if len(answer) >= LENGTH.size and LENGTH.unpack(answer[: LENGTH.size])[0] == len(answer) - LENGTH.size:
        return answer[LENGTH.size :]
    return pickle.dumps(Died(f"stopped after {request.seconds:g} s" if late else _epitaph(status)))


def _end_with(child: int, number: int, frame: object) -> None:
    """The answer to a polite request to end: not without the child, whose group whoever asks does not know."""
    _kill_group(child)
    os._exit(1)


def _import_first(module: str) -> None:
    """Import here what the call needs, so that the next child has it; an error shows again in the child."""
    try:
        importlib.import_module(module)
    except Exception:
        return


def _child(request: Request, writer: int, worker: int) -> None:
    """Everything that happens after the fork; never returns."""
    try:
        os.setpgid(0, 0)
        _die_with(worker)
        _limit(request)
        audit.refuse_all()
        body = _called(request)
        message = memoryview(_framed(body))
        while message:
            message = message[os.write(writer, message) :]
    finally:
        os._exit(0)


def _die_with(worker: int) -> None:
    """On Linux, have the kernel kill this process when the worker ends: it is in a group of its own, which no one else knows."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != worker:  # it ended before the kernel knew
        os._exit(0)


def _limit(request: Request) -> None:
    import resource  # does not exist on Windows

    seconds = int(request.seconds) + _EXTRA_SECONDS
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: _mapped() + request.memory,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for what, most in limits.items():
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):
            continue  # macOS does not know all of them


def _mapped() -> int:
    """The size of this process' address space in bytes."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 1 << 36  # unknown: macOS maps tens of GiB before anything runs


def _gathered(reader: int, seconds: float) -> tuple[bytes, bool]:
    """What the child wrote until it closed its end, and whether its time ran out first."""
    end = time.monotonic() + seconds
    parts: list[bytes] = []
    size = 0
    while size <= _LARGEST:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return b"".join(parts), True
        part = os.read(reader, 1 << 20)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts), False


def _kill_group(child: int) -> None:
    """Kill the child and its children. It may not have become a group's leader yet, or be gone."""
    for kill in (os.killpg, os.kill):
        try:
            kill(child, signal.SIGKILL)
        except OSError:
            continue


def _epitaph(status: int) -> str:
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        return f"killed by {signal.Signals(number).name}"
    return f"ended without an answer (exit status {os.WEXITSTATUS(status)})"
