"""What is done with one file, in this process or in a worker: read it, run the pipeline, encode the new text.

A `Task` comes in, an `Outcome` goes out, also where the file cannot be handled. The pipeline is imported here and only
when there is work, because it is heavy.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autovec.files.content import NOTEBOOK, FileProblem, read_file
from autovec.options import Options
from autovec.outcome import FileReport, Refusal, Rewrite
from autovec.record import dataclass

if TYPE_CHECKING:
    from autovec.files.cache import Cache
    from autovec.harness.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Task:
    """One file to look at; `data` is its content where it is at hand already (standard input)."""

    path: str
    options: Options
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found, and the file's bytes before and after."""

    report: FileReport
    before: bytes = b""
    after: bytes = b""


Work = Callable[[Task], Outcome]
_MANY_OBJECTS = 200_000  # about those of a file of ten thousand lines


@dataclass(frozen=True, slots=True)
class Memory:
    """What was found in files with the same content before; files that could not be handled are looked at anew.

    A report is kept without the text that it was made of, which is the file's own; it is put back where findings are `shown`.
    """

    cache: Cache
    shown: Callable[[FileReport], bool]

    def recall(self, task: Task) -> Outcome | None:
        """The outcome of a task, where it is known."""
        try:
            data = read_file(Path(task.path))
        except FileProblem:
            return None
        report = self.cache.find(self.cache.key(data, task.path, task.options), task.path)
        if report is None or not self.shown(report):
            return None if report is None else Outcome(report, data, data)
        before = report.before or _text_of(data)
        return Outcome(replace(report, before=before, after=report.after or before), data, data)

    def keep(self, task: Task, outcome: Outcome) -> None:
        """Remember an outcome by the bytes that it is about."""
        report = outcome.report
        if report.error:
            return
        before = report.before if report.cells and report.findings else ""
        after = report.after if report.after != report.before else ""
        self.cache.store(self.cache.key(outcome.before, task.path, task.options), replace(report, before=before, after=after))


def _text_of(data: bytes) -> str:
    from autovec.source.text import decode

    text = decode(data)
    return "" if isinstance(text, Refusal) else text.text


def failed(path: str, error: str) -> Outcome:
    """The outcome of a file that could not be handled."""
    return Outcome(FileReport(path, error=error))


@contextmanager
def worker(verify: bool, verdicts: Path | None = None) -> Generator[Work]:
    """The function that does the work, with a sandbox of its own behind it where code is to be run; `verdicts` is the directory
    where those of earlier runs are."""
    with worker_sandbox(verify, verdicts) as sandbox, _seldom_collecting():
        yield partial(_look_at, sandbox=sandbox)


@contextmanager
def _seldom_collecting() -> Generator[None]:
    """Look for garbage seldom: a syntax tree has no cycles, and looking through the trees takes longer than making them."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY_OBJECTS, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def worker_sandbox(verify: bool, verdicts: Path | None = None) -> Generator[Sandbox | None]:
    """Where code runs, None where none is to be run."""
    if not verify:
        yield None
        return
    from autovec.harness.sandbox import Sandbox

    if verdicts is None:
        with Sandbox() as sandbox:
            yield sandbox
        return
    from autovec.files.verdicts import Verdicts

    with closing(Verdicts(verdicts)) as known, Sandbox(known=known) as sandbox:
        yield sandbox


def _look_at(task: Task, sandbox: Sandbox | None) -> Outcome:
    from autovec.files.source_text import python_of
    from autovec.pipeline import analyse_file

    try:
        data = read_file(Path(task.path)) if task.data is None else task.data
        python = python_of(data, task.path)
    except FileProblem as problem:
        return failed(task.path, str(problem))
    report = replace(analyse_file(python.data, task.path, task.options, sandbox), cells=python.cells)
    return encoded(_without_ignored(report, task.options), data)


def not_landed(report: FileReport, error: str) -> FileReport:
    """The report of a file that stays as it was because of `error`: its rewrites are none."""
    kept = tuple(f for f in report.findings if not isinstance(f, Rewrite))
    return replace(report, after=report.before, findings=kept, error=error)


def _without_ignored(report: FileReport, options: Options) -> FileReport:
    """The report without the refusals that `--ignore` names; the pipeline leaves out the rewrites itself."""
    kept = tuple(f for f in report.findings if isinstance(f, Rewrite) or f.counterexample or not options.ignores(f.refusal.code))
    return replace(report, findings=kept)


def encoded(report: FileReport, data: bytes) -> Outcome:
    """The outcome with the new text as bytes of the file; text that cannot be encoded does not land."""
    if report.error:
        return Outcome(not_landed(report, report.error), data, data)
    if report.after == report.before:
        return Outcome(report, data, data)
    after = _bytes_of_notebook(report, data) if report.path.endswith(NOTEBOOK) else _bytes_of(report, data)
    if isinstance(after, Refusal):
        return Outcome(not_landed(report, after.message), data, data)
    return Outcome(report, data, after)


def _bytes_of(report: FileReport, data: bytes) -> bytes | Refusal:
    from autovec.source.text import decode, encode

    source = decode(data)
    return source if isinstance(source, Refusal) else encode(report.after, source)


def _bytes_of_notebook(report: FileReport, data: bytes) -> bytes | Refusal:
    """Only the sources of cells that change are written anew."""
    from autovec.files.notebook import read_notebook
    from autovec.source.notebook import join, split

    notebook = read_notebook(data)
    changed = split(report.after, join(notebook.sources), notebook.sources)
    return changed if isinstance(changed, Refusal) else notebook.replaced(changed)
