"""`autovec explain FILE:LINE`: everything that is known about one loop."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import click

from autovec.cli.errors import SUCCESS, SUGGESTIONS, BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import ink_for, say
from autovec.cli.work import worker_sandbox
from autovec.files.content import FileProblem, read_file
from autovec.files.seen import traced
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver

_PLACE = re.compile(r"(?P<file>.+?):(?:cell (?P<cell>\d+):)?(?P<line>\d+)(?::\d+)?")


@click.command("explain", cls=GroupedCommand, short_help="Tell everything that is known about one loop.")
@click.argument("place", metavar="FILE:LINE")
@click.option("--run/--no-run", default=True, help="Compare and time the loop as `rewrite` does. [default: run]")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", help="How to print it. [default: text]")
@click.option("--color", type=click.Choice(("auto", "always", "never")), default="auto", help="Colours. [default: auto]")
@click.pass_context
def command(context: click.Context, place: str, run: bool, output_format: str, color: str) -> None:
    """Say of the loop on a line what is known of its names, which dependences there are, which forms were tried, and what became
    of them. In a notebook FILE:cell N:LINE names a line of a cell.

    \b
    Exit codes: 0 there is a loop, 1 there is none that autovec looks at, 2 bad usage.
    """
    from autovec.explain import explain
    from autovec.files.source_text import python_of
    from autovec.report.explanation import explanation_record, explanation_text

    match = _PLACE.fullmatch(place)
    if match is None:
        raise click.UsageError(f"{place!r} is not FILE:LINE")
    path = Path(match["file"])
    try:
        settings = Resolver(lambda settings: settings).of(path.absolute().parent)
        text = python_of(read_file(path), str(path))
    except (FileProblem, SettingsError) as error:
        raise BadInput(f"{path}: {error}") from None
    line = text.line(int(match["cell"] or 0), int(match["line"]))
    options = replace(settings.options(path, verify=run), seen=traced(settings).of(str(path)))
    with worker_sandbox(run) as sandbox:
        found = explain(text.data, str(path), line, options, sandbox)
    if isinstance(found, str):
        say(sys.stderr, f"{place}: {found}\n")
        context.exit(SUGGESTIONS)
    if output_format == "json":
        say(sys.stdout, json.dumps(explanation_record(found, text.cells), indent=2) + "\n")
    else:
        say(sys.stdout, explanation_text(found, text.cells, ink_for(sys.stdout, color)))
    context.exit(SUCCESS)
