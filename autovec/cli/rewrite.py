"""`autovec rewrite`: rewrite loops in place, or show what would be rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from autovec.cli.arguments import Arguments
from autovec.cli.delivery import Mode
from autovec.cli.grouping import GroupedCommand
from autovec.cli.parameters import LANDING, MIN_SPEEDUP, OUTPUT, RUNNING, option, shared_options
from autovec.cli.session import run
from autovec.cli.tasks import STDIN

_DIFF = option(OUTPUT, "--diff", is_flag=True, help="Print a unified diff of what would change, and write nothing.")
_PATCH = option(
    OUTPUT,
    "--patch",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what would change to this file, for `git apply`, and change nothing else.",
)
_WRITE_TESTS = option(
    OUTPUT,
    "--write-tests",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIRECTORY",
    help="Write a property test for each rewrite that lands, with the loop as its oracle, for pytest and Hypothesis.",
)
_INTERACTIVE = option(LANDING, "--interactive", "-i", is_flag=True, help="Ask for each: yes, no, all, quit, explain, edit.")
_NON_ZERO = option(RUNNING, "--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 where a file was changed.")


@click.command("rewrite", cls=GroupedCommand, short_help="Rewrite loops in place: analysed, compared and measured.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@_DIFF
@_PATCH
@_WRITE_TESTS
@shared_options
@MIN_SPEEDUP
@_INTERACTIVE
@_NON_ZERO
@click.pass_context
def command(context: click.Context, /, **given: Any) -> None:
    """Rewrite scalar loops over numbers in the files and directories PATH, in place.

    A loop is rewritten when its dependences allow it, when both versions gave the same results on inputs made to tell them
    apart, and when the new one was measured to be faster. Only the loops themselves are run, in a sandbox, never your modules.
    PATH `-` reads standard input and writes the new text to standard output.

    \b
    Exit codes: 0 done, 1 a file could not be handled (with --diff: something would change),
    2 bad usage or configuration, 3 a verification failed where analysis was sure (a defect of autovec).
    """
    arguments = Arguments(**given)
    _check(arguments)
    context.exit(run(arguments, Mode.DIFF if arguments.diff else Mode.PATCH if arguments.patch else Mode.WRITE))


def _check(arguments: Arguments) -> None:
    if arguments.diff and arguments.patch:
        raise click.UsageError("--diff and --patch exclude each other")
    if arguments.write_tests and (arguments.diff or arguments.patch or STDIN in arguments.paths):
        raise click.UsageError("--write-tests is for rewrites that land: not with --diff, --patch or standard input")
    if arguments.interactive and (arguments.diff or STDIN in arguments.paths):
        raise click.UsageError("--interactive cannot be combined with --diff or standard input")
