"""Several files at the same time: a few worker processes, each with its own pipeline and sandbox.

Tasks come in, outcomes go out in the same order. A worker that dies costs the file that it was working on, which is
reported; a new worker takes the others. concurrent.futures is not used because there one such death fails all tasks, and
nobody learns which file it was. Workers leave Ctrl-C to this process, and end when it does.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from autovec.cli.work import Outcome, Task, Work, failed
from autovec.record import dataclass

Prepare = Callable[[bool], AbstractContextManager[Work]]
_FORKS = sys.platform == "linux"  # elsewhere forking is missing or not safe
_HEAVY = ("autovec.pipeline", "autovec.judge.verdict")  # take long to import: once, not in each process
_MANY = 50  # files, in which some loop over numbers is to be expected
_PATIENCE = 2.0  # seconds for a worker to leave by itself


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    connection: Connection
    number: int  # of the task that it is working on
    task: Task


def run_in_order(tasks: Sequence[Task], jobs: int, prepare: Prepare, verify: bool) -> Iterator[Outcome]:
    """Every task's outcome, in the order of `tasks`, as soon as it and all before it are there."""
    if _FORKS and len(tasks) >= _MANY:
        for module in _HEAVY:
            import_module(module)
    crew = _Crew(deque(enumerate(tasks)), prepare, verify)
    ready: dict[int, Outcome] = {}
    try:
        for _ in range(min(jobs, len(tasks))):
            crew.hire()
        for number in range(len(tasks)):
            while number not in ready:
                ready.update(crew.results())
            yield ready.pop(number)
    finally:
        crew.dismiss()


class _Crew:
    """The workers that are busy; each has exactly one task."""

    def __init__(self, pending: deque[tuple[int, Task]], prepare: Prepare, verify: bool) -> None:
        self._pending = pending
        self._prepare = prepare
        self._verify = verify
        self._busy: dict[Connection, _Worker] = {}
        self._context = multiprocessing.get_context("fork") if _FORKS else multiprocessing.get_context("spawn")

    def hire(self) -> None:
        """Start a worker on the next task."""
        number, task = self._pending.popleft()
        mine, theirs = self._context.Pipe()
        inherited = (mine, *self._busy) if _FORKS else ()
        arguments = (theirs, inherited, self._prepare, self._verify)
        process = self._context.Process(target=_serve, args=arguments, daemon=True)
        with _undisturbed():
            process.start()
        theirs.close()
        self._busy[mine] = _Worker(process, mine, number, task)
        self._send(self._busy[mine])

    def results(self) -> dict[int, Outcome]:
        """Wait for at least one outcome, and keep the workers busy."""
        done: dict[int, Outcome] = {}
        for connection in wait(list(self._busy)):
            worker = self._busy.pop(connection)  # pyright: ignore[reportArgumentType]  # only connections are waited for
            try:
                done[worker.number] = worker.connection.recv()
                self._next(worker)
            except (EOFError, OSError):
                done[worker.number] = self._bury(worker)
        return done

    def _next(self, worker: _Worker) -> None:
        if not self._pending:
            _dismiss(worker)
            return
        worker.number, worker.task = self._pending.popleft()
        self._busy[worker.connection] = worker
        self._send(worker)

    def _send(self, worker: _Worker) -> None:
        try:
            worker.connection.send(worker.task)
        except OSError:  # it died before its task; the end of file tells
            return

    def _bury(self, worker: _Worker) -> Outcome:
        """The outcome of a worker that is gone, and a new one in its place."""
        worker.connection.close()
        worker.process.join(_PATIENCE)
        if self._pending:
            self.hire()
        return failed(worker.task.path, f"the process that worked on it ended with exit code {worker.process.exitcode}")

    def dismiss(self) -> None:
        """Stop every worker that is still there."""
        for worker in self._busy.values():
            worker.process.terminate()
        for worker in self._busy.values():
            _dismiss(worker)


@contextmanager
def _undisturbed() -> Generator[None]:
    """A process that is told to end while it is being forked would complain; it hears of it when it serves."""
    if not _FORKS:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _dismiss(worker: _Worker) -> None:
    """Let a worker go: it ends at the end of its input, or is ended."""
    worker.connection.close()
    worker.process.join(_PATIENCE)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()


def _serve(connection: Connection, inherited: Sequence[Connection], prepare: Prepare, verify: bool) -> None:
    """A worker's life: tasks in, outcomes out, until the other side is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _FORKS:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    for other in inherited:  # else this process would keep its siblings' input open
        other.close()
    with prepare(verify) as work:
        while True:
            try:
                task: Task = connection.recv()
                connection.send(work(task))
            except (EOFError, BrokenPipeError):
                return
