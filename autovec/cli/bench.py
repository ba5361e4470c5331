"""`autovec bench FILE::FUNCTION`: times of a function's loops over sizes, before and after, and the size from which it pays."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from autovec.cli.errors import SUCCESS, SUGGESTIONS, BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import ink_for, say
from autovec.cli.work import Outcome, Task, worker
from autovec.files.seen import traced
from autovec.outcome import FileReport, Rewrite
from autovec.report.sentence import is_shown
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver


@click.command("bench", cls=GroupedCommand, short_help="Time a function's loops over sizes, before and after.")
@click.argument("place", metavar="FILE::FUNCTION")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", help="How to print it. [default: text]")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Colours. [default: auto]")
@click.pass_context
def command(context: click.Context, place: str, output_format: str, color: str) -> None:
    """Time every loop of FUNCTION (`f`, `Class.f`; all without one) that can be rewritten, also where that does not pay.

    Only the loops are run, on inputs made for them, in a sandbox; nothing is written.

    \b
    Exit codes: 0 something was timed, 1 nothing can be, 2 bad usage.
    """
    from autovec.report.machine import finding_record
    from autovec.report.text import full

    file, _, function = place.partition("::")
    report = _timed(Path(file), function)
    if output_format == "json":
        say(sys.stdout, json.dumps([finding_record(report, f) for f in report.findings], indent=2) + "\n")
    else:
        say(sys.stdout, full(report, ink_for(sys.stdout, color), show_refusals=True))
    timed = any(isinstance(f, Rewrite) and f.speed for f in report.findings)
    context.exit(SUCCESS if timed else SUGGESTIONS)


def _timed(path: Path, function: str) -> FileReport:
    try:
        settings = Resolver(lambda settings: settings).of(path.absolute().parent)
    except SettingsError as error:
        raise BadInput(str(error)) from None
    options = replace(settings.options(path, verify=True), min_speedup=0.0, select=(), ignore=())
    options = replace(options, seen=traced(settings).of(str(path)))
    with worker(True) as work:
        outcome: Outcome = work(Task(str(path), options))
    if outcome.report.error:
        raise BadInput(f"{path}: {outcome.report.error}")
    kept = tuple(f for f in outcome.report.findings if is_shown(f, True) and _is_in(f.function, function))
    if not kept:
        raise BadInput(f"{path}: no loop over numbers in {function or 'it'}")
    return replace(outcome.report, findings=kept)


def _is_in(name: str, function: str) -> bool:
    return not function or name == function or name.startswith(f"{function}.")
