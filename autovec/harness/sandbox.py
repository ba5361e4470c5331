"""Run a function in a process of its own, which may neither harm this one nor outlive its time.

Comes in: the name of a function ("package.module:function") and one picklable argument. Goes out: `Reply` with its value, or
`Died` with the reason; never an exception for what happened over there. A warm worker (`worker.py`) has NumPy and the module
imported and forks a child for each call, which costs milliseconds; after a death the worker starts anew. What comes back is
data: only autovec's own classes and plain builtins are unpickled. `sandboxed` says whether the kernel took file writes and
the network away. Not handled: reading files is allowed; without fork (Windows) each call costs a new process.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from types import TracebackType
from typing import IO, Protocol, Self, cast

from autovec.harness import threads
from autovec.harness.worker import GRACE, LENGTH, Died, Hello, Reply, Request

_ENTRY = "import sys; sys.path[:] = {path!r}; from autovec.harness.worker import main; main()"
_THREADS = ("OMP", "OPENBLAS", "MKL", "BLIS", "NUMEXPR")
_PINNED = {f"{library}_NUM_THREADS": "1" for library in _THREADS} | {"VECLIB_MAXIMUM_THREADS": "1"}
_PINNED["NUMBA_NUM_THREADS"] = str(threads.MOST)  # of which a kernel uses as many as `threads` says
_LARGEST_REPLY = 1 << 28
WARM_COMPILER = ("autovec.harness.compiler",)
_POLITE_SECONDS = 0.3
_PLAIN = {("builtins", name) for name in ("complex", "set", "frozenset", "bytearray", "range", "slice")}


class Known(Protocol):
    """Answers of earlier calls."""

    def recall(self, function: str, payload: object) -> object | None:
        """What `function(payload)` gave, None where that is not known."""
        ...

    def keep(self, function: str, payload: object, value: object) -> None:
        """Remember what it gave, if that is worth it."""
        ...


class Sandbox:
    """The warm worker. `warm` names modules that it imports before the first call; what is `known` is not run again."""

    def __init__(self, warm: tuple[str, ...] = ("numpy",), memory: int = 4 << 30, known: Known | None = None) -> None:
        self._known = known
        self._warm = warm
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._hello: Hello | None = None
        self._lock = threading.Lock()
        self.interrupted = False

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @property
    def sandboxed(self) -> bool:
        """Whether file writes and the network are really gone over there. Starts the worker where none runs."""
        with self._lock:
            return self._greet() and self._hello is not None and self._hello.sandboxed

    def call(self, function: str, payload: object, seconds: float = 5.0, warm: tuple[str, ...] = ()) -> Reply | Died:
        """`function(payload)` over there, within `seconds` of wall time; `warm` are modules to have imported before."""
        found = self._known.recall(function, payload) if self._known else None
        answer = Reply(found) if found is not None else self._called(Request(function, payload, seconds, self._memory, warm))
        if self._known and found is None and isinstance(answer, Reply):
            self._known.keep(function, payload, answer.value)
        return answer

    def _called(self, request: Request) -> Reply | Died:
        with self._lock:
            ready = not self.interrupted and self._greet()
            if self.interrupted:
                self._stop()
                return Died("interrupted")
            if not ready:
                return Died("the worker could not be started")
            answer = self._exchange(request, request.seconds + GRACE)
            if answer is None:
                self._stop()
                late = f"no answer within {request.seconds:g} s, or the worker broke down"
                return Died("interrupted" if self.interrupted else late)
            if self._hello is not None and not self._hello.forks:
                self._stop()
        return answer

    def close(self) -> None:
        """End the worker and whatever it runs."""
        with self._lock:
            self._stop()

    def interrupt(self) -> None:
        """End what runs now, from any thread and without waiting for it; every later call ends at once."""
        self.interrupted = True
        process = self._process
        if process is not None:
            _kill(process)

    # -------------------------------------------------------------- the worker process

    def _start(self) -> None:
        if self._process is not None:
            return
        self._hello = None
        path = [p for p in sys.path if p]
        self._process = subprocess.Popen(
            [sys.executable, "-I", *(("-B",) if sys.dont_write_bytecode else ()), "-c", _ENTRY.format(path=path), *self._warm],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_PINNED},
            start_new_session=True,
        )

    def _stop(self) -> None:
        process, self._process, self._hello = self._process, None, None
        if process is None:
            return
        _kill(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)

    def _greet(self) -> bool:
        """Have a worker that has said hello; one that dies at once is not tried again."""
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        if self._hello is not None:
            return True
        try:
            self._start()
        except OSError:
            return False
        hello = self._receive(30.0)
        if not isinstance(hello, Hello):
            self._stop()
            return False
        self._hello = hello
        return True

    def _exchange(self, request: Request, seconds: float) -> Reply | Died | None:
        body = pickle.dumps(request)
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(LENGTH.pack(len(body)) + body)
            self._process.stdin.flush()
        except OSError:
            return None
        answer = self._receive(seconds)
        return answer if isinstance(answer, (Reply, Died)) else None

    def _receive(self, seconds: float) -> object:
        """The next message, or None; the worker is killed when it takes too long, which ends the read."""
        process = self._process
        assert process is not None and process.stdout is not None
        alarm = threading.Timer(seconds, _kill, (process,))
        alarm.daemon = True
        alarm.start()
        try:
            head = process.stdout.read(LENGTH.size)
            if len(head) < LENGTH.size:
                return None
            (size,) = cast("tuple[int]", LENGTH.unpack(head))
            return _opened(process.stdout.read(size)) if size <= _LARGEST_REPLY else None
        except (OSError, ValueError):
            return None
        finally:
            alarm.cancel()


class _DataOnly(pickle.Unpickler):
    """The other side ran a stranger's code: let it send data, not calls."""

    def find_class(self, module_name: str, global_name: str, /) -> object:
        found: object = None
        if (module_name, global_name) in _PLAIN or module_name.split(".")[0] == "autovec":
            found = super().find_class(module_name, global_name)
        if not isinstance(found, type):
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not data")
        return found


def _opened(message: bytes) -> object:
    try:
        return _DataOnly(io.BytesIO(message)).load()
    except Exception:  # a damaged pickle raises anything
        return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the worker with its children: the running child leads a group of its own, which only the worker can kill."""
    with suppress(OSError, subprocess.TimeoutExpired):
        process.terminate()
        process.wait(_POLITE_SECONDS)
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):
        pipe.close()
