"""What a run looks at: paths and settings come in, one task a file goes out, with `--since` for its changed lines only, with
`--profile` for those that take time.

Everything that is wrong with the paths or the configuration is said here, before the first file is touched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from autovec.cli.arguments import Arguments
from autovec.cli.codes import pack_problems, unknown_prefix
from autovec.cli.errors import BadInput
from autovec.cli.work import Task
from autovec.files.content import FileProblem
from autovec.files.discovery import Discovery, Target, discover, is_excluded
from autovec.files.seen import Traced, traced
from autovec.options import Options
from autovec.record import dataclass
from autovec.settings.model import Settings
from autovec.settings.reader import SettingsError, read_option, read_settings, with_values
from autovec.settings.resolver import Resolver

STDIN = Path("-")
Lines = tuple[tuple[int, int], ...]
Given = TypeVar("Given")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Agenda:
    """The files of a run; `excluded` is standard input under a name that is to be left out."""

    tasks: tuple[Task, ...]
    notices: tuple[str, ...]
    from_stdin: bool
    excluded: bool = False


def agenda(arguments: Arguments, resolver: Resolver, verify: bool) -> Agenda:
    """What there is to do."""
    from_stdin = STDIN in arguments.paths
    found = Discovery((_standard_input(arguments, resolver),), ()) if from_stdin else _files(arguments, resolver)
    _check_codes(resolver.seen())
    if from_stdin and is_excluded(found.targets[0].path, found.targets[0].settings):
        return Agenda((), (), True, excluded=True)
    data = sys.stdin.buffer.read() if from_stdin else None
    notes = None if arguments.isolated else traced(resolver.of(Path.cwd()), arguments.cache_dir)
    tasks = tuple(Task(str(t.path), _options(t, verify, notes), data) for t in found.targets)
    broken = (problem for one in resolver.seen() for problem in pack_problems(one.packs))
    tasks = _in_profile(_since(tasks, arguments.since), arguments.profile)
    cold = (f"{arguments.profile}: no function with a loop in these files took 1% of the time",)
    notices = (*found.notices, *dict.fromkeys(broken), *(cold if arguments.profile and not tasks else ()))
    return Agenda(tasks, notices, from_stdin)


def _options(target: Target, verify: bool, notes: Traced | None) -> Options:
    options = target.settings.options(target.path, verify=verify)
    seen = notes.of(str(target.path)) if notes else ()
    return replace(options, seen=seen) if seen else options


def settings_on_top(arguments: Arguments) -> Resolver:
    """The settings of each directory: the nearest file's or those of `--config`, with the command line's words on top."""
    files = [Path(text) for text in arguments.config if _is_file(text)]
    values = {key: value for text in arguments.config if not _is_file(text) for key, value in read_option(text).items()}
    return Resolver(lambda settings: arguments.change(with_values(settings, values)), _fixed(arguments, files))


def _is_file(text: str) -> bool:
    return "=" not in text or Path(text).is_file()


def _fixed(arguments: Arguments, files: Sequence[Path]) -> Settings | None:
    if files and arguments.isolated:
        raise click.UsageError("--config FILE and --isolated exclude each other")
    if len(files) > 1:
        raise click.UsageError("--config takes one file only")
    if arguments.isolated:
        return Settings()
    if not files:
        return None
    settings = read_settings(files[0])
    if settings is None:
        raise SettingsError(f"{files[0]}: there is no [tool.autovec] table in this file")
    return replace(settings, origin=Path.cwd() / files[0].name)  # patterns are relative to where it is used


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


def _check_codes(settings: Sequence[Settings]) -> None:
    for one in settings:
        unknown = unknown_prefix(one.codes(), one.packs)
        if unknown is not None:
            raise BadInput(f"no rule or refusal code starts with {unknown!r} (see `autovec rule --all`)")


def _since(tasks: tuple[Task, ...], revision: str | None) -> tuple[Task, ...]:
    if revision is None:
        return tasks
    from autovec.files.changed import changed_lines

    lines = _looked_up(changed_lines, revision, tasks)
    changed = ((task, lines.get(Path(task.path))) for task in tasks)
    return tuple(replace(task, options=replace(task.options, lines=own)) for task, own in changed if own)


def _in_profile(tasks: tuple[Task, ...], profile: Path | None) -> tuple[Task, ...]:
    """The tasks in which time was spent, those with the most of it first."""
    if profile is None:
        return tasks
    from autovec.files.profile import hot_lines

    hot = _looked_up(hot_lines, profile, tasks)
    known = [task for task in tasks if Path(task.path) in hot]
    known.sort(key=lambda task: -hot[Path(task.path)].share)
    return tuple(replace(task, options=replace(task.options, lines=_both(task.options.lines, hot[Path(task.path)].lines)))
                 for task in known)  # fmt: skip


def _looked_up(
    look: Callable[[Given, Sequence[Path]], Mapping[Path, Found]], given: Given, tasks: tuple[Task, ...]
) -> Mapping[Path, Found]:
    """What `look` finds in the tasks' files; what is wrong with what was given to it is bad input."""
    try:
        return look(given, [Path(task.path) for task in tasks])
    except FileProblem as problem:
        raise BadInput(str(problem)) from None


def _both(some: Lines | None, others: Lines) -> Lines:
    """The lines that are in both, as ranges; None is all lines."""
    if some is None:
        return others
    pairs = ((max(a, c), min(b, d)) for a, b in some for c, d in others)
    return tuple((first, last) for first, last in pairs if first <= last)
