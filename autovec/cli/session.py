"""One run of `rewrite` or `check`: arguments come in, files are looked at, reported and perhaps written, an exit code goes out.

Everything that is wrong with the arguments or the configuration is said before the first file is touched.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from autovec.cli.arguments import Arguments
from autovec.cli.codes import unknown_prefix
from autovec.cli.delivery import Delivery, Mode
from autovec.cli.pool import run_in_order
from autovec.cli.terminal import ProgressBar, say
from autovec.cli.work import Outcome, Task, worker
from autovec.files.discovery import Discovery, Target, discover, is_excluded
from autovec.report.summary import Totals
from autovec.settings.model import Settings, show_settings
from autovec.settings.reader import SettingsError, read_settings
from autovec.settings.resolver import Resolver

STDIN = Path("-")
SUCCESS, SUGGESTIONS, BAD_USAGE, BROKEN_PROMISE = 0, 1, 2, 3


class BadInput(click.ClickException):
    """Something is wrong with the paths or the configuration; nothing was done."""

    exit_code = BAD_USAGE


def run(arguments: Arguments, mode: Mode) -> int:
    """Do what was asked for."""
    try:
        return _run(arguments, mode)
    except SettingsError as error:
        raise BadInput(str(error)) from None


def _run(arguments: Arguments, mode: Mode) -> int:
    resolver = Resolver(arguments.change, _fixed_settings(arguments))
    here = resolver.of(Path.cwd())
    if arguments.show_settings:
        say(sys.stdout, show_settings(here))
        return SUCCESS
    from_stdin = STDIN in arguments.paths
    found = Discovery((_standard_input(arguments, resolver),), ()) if from_stdin else _files(arguments, resolver)
    _check_codes(resolver.seen())
    if from_stdin and is_excluded(found.targets[0].path, found.targets[0].settings):
        return _pass_through(mode)
    data = sys.stdin.buffer.read() if from_stdin else None
    tasks = [Task(str(t.path), t.settings.options(t.path, verify=mode is not Mode.CHECK), data) for t in found.targets]
    with _delivery(arguments, mode, here, from_stdin) as delivery:
        delivery.notices(found.notices)
        _work_through(tasks, arguments, delivery)
        delivery.finish()
    return exit_code(delivery.totals(), arguments, mode)


def exit_code(total: Totals, arguments: Arguments, mode: Mode) -> int:
    """The code for what a run came to."""
    if total.failed:
        return BROKEN_PROMISE
    suggestions = total.rewrites and (mode is not Mode.WRITE or arguments.exit_non_zero_on_fix)
    unfinished = total.problems or suggestions or (mode is Mode.CHECK and total.directives)
    return SUGGESTIONS if unfinished and not arguments.exit_zero else SUCCESS


# ------------------------------------------------------------------ what to look at


def _fixed_settings(arguments: Arguments) -> Settings | None:
    if arguments.config and arguments.isolated:
        raise click.UsageError("--config and --isolated exclude each other")
    if arguments.isolated:
        return Settings()
    if arguments.config is None:
        return None
    settings = read_settings(arguments.config)
    if settings is None:
        raise SettingsError(f"{arguments.config}: there is no [tool.autovec] table in this file")
    return replace(settings, origin=Path.cwd() / arguments.config.name)  # patterns are relative to where it is used


def _files(arguments: Arguments, resolver: Resolver) -> Discovery:
    missing = [path for path in arguments.paths if not path.exists()]
    if missing:
        raise BadInput("\nerror: ".join(f"{path}: no such file or directory" for path in missing))
    return discover(arguments.paths, resolver)


def _standard_input(arguments: Arguments, resolver: Resolver) -> Target:
    if len(arguments.paths) > 1:
        raise click.UsageError("`-` (standard input) cannot be combined with other paths")
    name = arguments.stdin_filename or STDIN
    return Target(name, resolver.of(name.absolute().parent))


def _pass_through(mode: Mode) -> int:
    """Standard input under the name of an excluded file, as an editor sends it."""
    if mode is Mode.WRITE:
        sys.stdout.buffer.write(sys.stdin.buffer.read())
    return SUCCESS


def _check_codes(settings: Sequence[Settings]) -> None:
    for one in settings:
        unknown = unknown_prefix(one.codes())
        if unknown is not None:
            raise BadInput(f"no rule or refusal code starts with {unknown!r} (see `autovec rule --all`)")


# ------------------------------------------------------------------ looking at it


def _delivery(arguments: Arguments, mode: Mode, here: Settings, from_stdin: bool) -> Delivery:
    try:
        stream = (
            arguments.output_file.open("w", encoding="utf-8", errors="backslashreplace", newline="")
            if arguments.output_file
            else None
        )
    except OSError as error:
        raise BadInput(f"{arguments.output_file}: cannot be written: {error.strerror}") from None
    return Delivery(arguments, mode, here, stream, from_stdin)


def _work_through(tasks: Sequence[Task], arguments: Arguments, delivery: Delivery) -> None:
    with ProgressBar(sys.stderr, len(tasks), visible=not arguments.quiet and len(tasks) > 1) as progress:
        for outcome in progress.over(_outcomes(tasks, arguments.jobs or _processors())):
            delivery.accept(outcome)


def _outcomes(tasks: Sequence[Task], jobs: int) -> Iterable[Outcome]:
    verify = any(task.options.verify for task in tasks)
    if len(tasks) == 1:
        return _here(tasks[0], verify)
    return run_in_order(tasks, jobs, worker, verify)


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _here(task: Task, verify: bool) -> Iterator[Outcome]:
    """One file needs no worker process."""
    with worker(verify) as work:
        yield work(task)
