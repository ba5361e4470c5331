"""`autovec check`: say what could be rewritten and why the rest cannot, without running any code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autovec.cli.arguments import Arguments
from autovec.cli.delivery import Mode
from autovec.cli.grouping import GroupedCommand
from autovec.cli.parameters import shared_options
from autovec.cli.session import run


@click.command("check", cls=GroupedCommand, short_help="Say what could be rewritten; runs no code.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH...]", default=(Path(),))
@shared_options
@click.pass_context
def command(context: click.Context, /, **given: Any) -> None:
    """Say which scalar loops in the files and directories PATH (default: here) could be rewritten into NumPy.

    Nothing is run and nothing is written: what is found has passed the analysis, but was neither compared nor measured
    yet. PATH `-` reads standard input.

    \b
    Exit codes: 0 nothing found, 1 suggestions, or a file could not be handled, 2 bad usage or configuration.
    """
    context.exit(run(Arguments(**given), Mode.CHECK))
