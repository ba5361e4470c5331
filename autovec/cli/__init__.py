"""The command line: arguments come in, the pipeline runs, a report and an exit code go out.

The commands live in modules that are imported only when they are called, so that `autovec --version` stays instant.

Exit codes: 0 nothing left to say, 1 suggestions left or a file could not be handled, 2 bad usage or configuration,
3 a verification failed on an edit that analysis had called safe, 130 and 143 interrupted and terminated.
"""

from __future__ import annotations

import gc
import importlib
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import NoReturn

import click

from autovec import __version__

_COMMANDS = {
    "check": "autovec.cli.check",
    "rewrite": "autovec.cli.rewrite",
    "explain": "autovec.cli.explain",
    "bench": "autovec.cli.bench",
    "trace": "autovec.cli.trace",
    "rule": "autovec.cli.rule",
    "rules": "autovec.cli.rules",
    "verify": "autovec.cli.verify",
    "lsp": "autovec.cli.lsp",
    "init": "autovec.cli.init",
    "doctor": "autovec.cli.doctor",
    "clean": "autovec.cli.clean",
    "completion": "autovec.cli.completion",
}  # fmt: skip
_SELDOM = (200_000, 20, 50)  # objects between two searches for garbage, of which imports make none
_BAD_USAGE = 2
_INTERRUPTED = 130
_TERMINATED = 143


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for; each module holds one called `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = _COMMANDS.get(cmd_name)
        return importlib.import_module(module).command if module else None


@click.group(cls=_LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="autovec %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Rewrite scalar loops over numbers into NumPy: never wrong, then readable, then fast.

    A rewrite lands only when its dependences allow it, a fuzzer finds no difference, and it is measured to be faster.
    Everything runs on this machine; nothing is sent anywhere.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(_BAD_USAGE)


def main() -> NoReturn:
    """The entry point: run a command and end the process with its exit code."""
    gc.set_threshold(*_SELDOM)
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show must not end the run
    code = run_command(sys.argv[1:])
    gc.disable()  # else all that is left is searched for garbage once more before the process ends
    sys.exit(code)


def run_command(words: Sequence[str]) -> int:
    """Run one command line and give its exit code; what goes wrong with it is one line on standard error."""
    try:
        return int(cli.main(list(words), prog_name="autovec", standalone_mode=False) or 0)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "autovec"
        click.echo(f"error: {error.format_message().rstrip('.')} (see `{command} --help`)", err=True)
        return error.exit_code
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return _INTERRUPTED


def _terminate(*_: object) -> NoReturn:
    """Leave through the `finally` blocks: no temporary file and no worker stays behind."""
    sys.exit(_TERMINATED)
