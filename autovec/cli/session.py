"""One run of `rewrite` or `check`: arguments come in, files are looked at and perhaps written, an exit code goes out."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from autovec.cli.arguments import Arguments
from autovec.cli.delivery import Delivery, Mode
from autovec.cli.errors import BROKEN_PROMISE, SUCCESS, SUGGESTIONS, BadInput
from autovec.cli.tasks import Agenda, agenda, settings_on_top
from autovec.cli.terminal import ProgressBar, say
from autovec.cli.work import Memory, Outcome, Task, worker
from autovec.files.content import FileProblem
from autovec.record import dataclass
from autovec.report.sentence import is_shown
from autovec.report.summary import Totals
from autovec.settings.model import CACHE_DIRECTORY, WHOLE_FORMATS, Settings, show_settings
from autovec.settings.reader import SettingsError

if TYPE_CHECKING:
    from autovec.cli.pool import Prepare


def run(arguments: Arguments, mode: Mode) -> int:
    """Do what was asked for."""
    try:
        return _run(arguments, mode)
    except SettingsError as error:
        raise BadInput(str(error)) from None


def _run(arguments: Arguments, mode: Mode) -> int:
    resolver = settings_on_top(arguments)
    here = resolver.of(Path.cwd())
    if arguments.show_settings:
        say(sys.stdout, show_settings(here))
        return SUCCESS
    todo = agenda(arguments, resolver, verify=mode is not Mode.CHECK)
    if todo.excluded:
        return _pass_through(mode)
    with _delivery(arguments, mode, here, todo) as delivery:
        delivery.notices(todo.notices)
        with _memory(arguments, mode, here, todo) as memory:
            prepare = partial(worker, verdicts=_cache_directory(arguments, here) if arguments.cache else None)
            _work_through(todo.tasks, arguments, delivery, Means(prepare, arguments.jobs or _processors(), memory))
        delivery.finish()
    return exit_code(delivery.totals(), arguments, mode)


def exit_code(total: Totals, arguments: Arguments, mode: Mode) -> int:
    """The code for what a run came to."""
    if total.failed:
        return BROKEN_PROMISE
    suggestions = total.rewrites and (mode in (Mode.CHECK, Mode.DIFF) or arguments.exit_non_zero_on_fix)
    suggestions = suggestions or (total.unfixable and mode is Mode.CHECK)
    unfinished = total.problems or suggestions or (mode is Mode.CHECK and total.directives)
    accepted = arguments.exit_zero or arguments.write_baseline or arguments.add_ignore is not None
    return SUGGESTIONS if unfinished and not accepted else SUCCESS


def _pass_through(mode: Mode) -> int:
    """Standard input under the name of an excluded file, as an editor sends it."""
    if mode is Mode.WRITE:
        sys.stdout.buffer.write(sys.stdin.buffer.read())
    return SUCCESS


def _delivery(arguments: Arguments, mode: Mode, here: Settings, todo: Agenda) -> Delivery:
    try:
        stream = (
            arguments.output_file.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            if arguments.output_file
            else None
        )
    except OSError as error:
        raise BadInput(f"{arguments.output_file}: cannot be written: {error.strerror}") from None
    try:
        return Delivery(arguments, mode, here, stream, todo.from_stdin)
    except FileProblem as problem:
        raise BadInput(str(problem)) from None


@contextmanager
def _memory(arguments: Arguments, mode: Mode, here: Settings, todo: Agenda) -> Generator[Memory | None]:
    """What an earlier `check` found; standard input and few lines of a file are not kept."""
    if not arguments.cache or mode is not Mode.CHECK or todo.from_stdin or arguments.since or arguments.profile:
        yield None
        return
    from autovec.files.cache import Cache

    with Cache(_cache_directory(arguments, here)) as cache:
        refusals = here.show_refusals or here.output_format in WHOLE_FORMATS or arguments.report is not None
        yield Memory(cache, lambda report: any(is_shown(finding, refusals) for finding in report.findings))


def _cache_directory(arguments: Arguments, here: Settings) -> Path:
    return arguments.cache_dir or here.root / (here.cache_dir or CACHE_DIRECTORY)


# ------------------------------------------------------------------ looking at it


@dataclass(frozen=True, slots=True)
class Means:
    """What the work is done with: what prepares a worker, how many there are, and what is known already."""

    prepare: Prepare
    jobs: int
    memory: Memory | None


def _work_through(tasks: Sequence[Task], arguments: Arguments, delivery: Delivery, means: Means) -> None:
    with ProgressBar(sys.stderr, len(tasks), visible=not arguments.quiet and len(tasks) > 1) as progress:
        memory = means.memory
        for outcome in progress.over(_remembered(tasks, means, memory) if memory else _outcomes(tasks, means)):
            delivery.accept(outcome)


def _remembered(tasks: Sequence[Task], means: Means, memory: Memory) -> Iterator[Outcome]:
    """All outcomes in order: those that are known, and the others as they come."""
    known = [memory.recall(task) for task in tasks]
    fresh = iter(_outcomes([task for task, outcome in zip(tasks, known, strict=True) if outcome is None], means))
    for task, outcome in zip(tasks, known, strict=True):
        if outcome is not None:
            yield outcome
            continue
        found = next(fresh)
        memory.keep(task, found)
        yield found


def _outcomes(tasks: Sequence[Task], means: Means) -> Iterable[Outcome]:
    verify = any(task.options.verify for task in tasks)
    if len(tasks) <= 1:
        return _here(tasks, means, verify)
    from autovec.cli.pool import run_in_order  # multiprocessing, which one file does without

    return run_in_order(tasks, means.jobs, means.prepare, verify)


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(tasks: Sequence[Task], means: Means, verify: bool) -> Iterator[Outcome]:
    """One file needs no worker process."""
    for task in tasks:
        with means.prepare(verify) as work:
            yield work(task)
