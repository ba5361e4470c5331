"""`autovec doctor`: what autovec finds on this machine, for a report of a defect or when something does not work."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import click

from autovec import __version__
from autovec.cli.errors import SUCCESS, SUGGESTIONS
from autovec.cli.grouping import GroupedCommand
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver
from autovec.versions import installed

_PACKAGES = ("numpy", "numba", "islpy", "click", "pathspec", "rich", "pygls")
_OPTIONAL = {"pygls"}


@click.command("doctor", cls=GroupedCommand, short_help="Say what autovec finds on this machine.")
@click.pass_context
def command(context: click.Context) -> None:
    """Print versions, whether loops run in a sandbox, and which configuration holds here.

    \b
    Exit codes: 0 all is well, 1 something is missing (the line says what).
    """
    lines = [
        ("autovec", __version__, True),
        ("python", f"{platform.python_version()} ({sys.executable})", True),
        ("system", f"{platform.platform()}, {os.cpu_count()} processors", True),
        *(_package(name) for name in _PACKAGES),
        _worker(),
        _configuration(),
    ]
    for name, text, well in lines:
        click.echo(f"{'ok  ' if well else 'BAD '} {name}: {text}")
    context.exit(SUCCESS if all(well for _, _, well in lines) else SUGGESTIONS)


def _package(name: str) -> tuple[str, str, bool]:
    found = installed(name)
    if found is not None:
        return name, found, True
    missing = "not installed; the language server needs it (pip install autovec[lsp])"
    return name, missing if name in _OPTIONAL else "not installed", name in _OPTIONAL


def _worker() -> tuple[str, str, bool]:
    """Whether loops can be run, and how well they are shut in."""
    from autovec.harness.sandbox import Sandbox
    from autovec.harness.worker import Reply

    with Sandbox() as sandbox:
        shut_in = sandbox.sandboxed
        alive = isinstance(sandbox.call("math:sqrt", 4.0), Reply)
    text = "runs loops, without file writes and network" if shut_in else "runs loops, NOT shut off from files and network"
    return "worker", text if alive else "cannot be started: nothing can be compared or timed", alive


def _configuration() -> tuple[str, str, bool]:
    try:
        origin = Resolver(lambda settings: settings).of(Path.cwd()).origin
    except SettingsError as error:
        return "configuration", str(error), False
    return "configuration", str(origin) if origin else "none, so the defaults hold", True
