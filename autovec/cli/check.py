"""`autovec check`: say what could be rewritten and why the rest cannot, without running any code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autovec.cli.arguments import Arguments
from autovec.cli.delivery import Mode
from autovec.cli.grouping import GroupedCommand
from autovec.cli.parameters import LOOPS, OUTPUT, RUNNING, Command, flag, option, shared_options
from autovec.cli.session import run

_FILE = click.Path(path_type=Path, dir_okay=False)
_OWN = (
    option(LOOPS, "--baseline", type=_FILE, help="Leave out the findings that this file holds."),
    option(OUTPUT, "--write-baseline", type=_FILE, help="Write all findings to this file, as accepted, and exit with 0."),
    option(
        OUTPUT,
        "--add-ignore",
        is_flag=False,
        flag_value="",
        metavar="[REASON]",
        help="Add `# autovec: ignore[CODE] REASON` to every loop that is found, and exit with 0.",
    ),
    flag(RUNNING, "--watch -w", "Check again whenever a file changes, until Ctrl-C."),
)


def _own_options(function: Command) -> Command:
    for decorate in reversed(_OWN):
        function = decorate(function)
    return function


@click.command("check", cls=GroupedCommand, short_help="Say what could be rewritten; runs no code.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]", default=(Path(),))
@shared_options
@_own_options
@click.pass_context
def command(context: click.Context, /, **given: Any) -> None:
    """Say which scalar loops in the files and directories PATH (default: here) could be rewritten into NumPy.

    Nothing is run and nothing is written: what is found has passed the analysis, but was neither compared nor measured
    yet. PATH `-` reads standard input.

    \b
    Exit codes: 0 nothing found, 1 suggestions, or a file could not be handled, 2 bad usage or configuration.
    """
    arguments = Arguments(**given)
    if not arguments.watch:
        context.exit(run(arguments, Mode.CHECK))
    from autovec.cli.watch import watch

    context.exit(watch(arguments))
