"""`check --watch`: check again whenever a file changed, until Ctrl-C.

The arguments of a run come in, and it is repeated; nothing goes out but what each run prints. Files are asked for their time and
size twice a second, which every system can do, and new files are found as well.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from autovec.cli.arguments import Arguments
from autovec.cli.delivery import Mode
from autovec.cli.errors import SUCCESS, BadInput
from autovec.cli.session import run
from autovec.cli.tasks import STDIN, settings_on_top
from autovec.cli.terminal import say
from autovec.files.discovery import discover
from autovec.settings.reader import SettingsError

_PAUSE = 0.5  # seconds
_CLEAR = "\x1b[2J\x1b[3J\x1b[H"

State = Mapping[Path, tuple[int, int]]


def watch(arguments: Arguments) -> int:
    """Check, wait for a change, check again."""
    if STDIN in arguments.paths:
        raise click.UsageError("--watch is for files, not for standard input")
    seen = None
    try:
        while True:
            state = _state(arguments)
            if state != seen:
                seen = state
                _once(arguments)
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return SUCCESS


def _once(arguments: Arguments) -> None:
    """One run; what is wrong with the configuration is said, and may be mended while we wait."""
    if sys.stdout.isatty():
        say(sys.stdout, _CLEAR)
    try:
        run(arguments, Mode.CHECK)
    except BadInput as error:
        say(sys.stderr, f"error: {error.format_message()}\n")
    say(sys.stderr, "watching for changes (Ctrl-C ends it)\n")


def _state(arguments: Arguments) -> State:
    """Times and sizes of all files that a run would look at, and of their configuration."""
    try:
        paths = [path for path in arguments.paths if path.exists()]
        found = [target.path for target in discover(paths, settings_on_top(arguments)).targets]
    except SettingsError:
        found = []
    configuration = [folder / "pyproject.toml" for folder in (Path.cwd(), *Path.cwd().parents)]
    return {path: stamp for path in [*found, *configuration] if (stamp := _stamp(path)) is not None}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
