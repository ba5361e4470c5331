"""`autovec clean`: forget what earlier runs found."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autovec.cli.errors import BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import say
from autovec.settings.model import CACHE_DIRECTORY
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver

_DIRECTORY = click.Path(path_type=Path, file_okay=False)


@click.command("clean", cls=GroupedCommand, short_help="Forget what earlier runs found.")
@click.option("--cache-dir", type=_DIRECTORY, help="The directory to clean. [default: the configured one]")
def command(cache_dir: Path | None) -> None:
    """Delete what `check` and `rewrite` remember of files that did not change since. What `autovec trace` noted stays;
    `autovec trace --forget` drops that.

    \b
    Exit codes: 0 it is gone, or there was nothing, 2 it cannot be deleted.
    """
    from autovec.files.cache import forget

    try:
        here = Resolver(lambda settings: settings).of(Path.cwd())
        directory = cache_dir or here.root / (here.cache_dir or CACHE_DIRECTORY)
        gone = forget(directory)
    except (OSError, SettingsError) as error:
        raise BadInput(str(error)) from None
    say(sys.stderr, f"{directory}: {'cleaned' if gone else 'there is nothing to clean'}\n")
