"""`autovec trace`: run a program and take notes of what its functions are given, for `check` and `rewrite`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from autovec.cli.errors import SUCCESS, BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import say
from autovec.files.noting import write_traced
from autovec.files.seen import NAME, forget_traced
from autovec.report.figures import count
from autovec.settings.model import CACHE_DIRECTORY
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver


@click.command(
    "trace",
    cls=GroupedCommand,
    short_help="Run a program and learn what its functions are given.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[--] PROGRAM [ARGUMENT...]")
@click.option("--forget", is_flag=True, help="Drop what earlier runs showed, and run nothing.")
@click.pass_context
def command(context: click.Context, words: tuple[str, ...], forget: bool) -> None:
    """Run a Python program, and note the types and sizes of what is given to the functions of the files below this directory.

    PROGRAM is a script, `-m` and a module, or a command that is a Python script, as in `autovec trace -- pytest -q`. It runs as
    always, with this Python; the first 100 calls of each function are looked at. `check` and `rewrite` then know what a
    parameter without an annotation is likely to be, ask for it in the new text, and leave a loop alone that does not pay at the
    sizes that were seen. What was noted of a function no longer counts once its code changes.

    \b
    Exit codes: those of the program; 2 where it cannot be run.
    """
    try:
        settings = Resolver(lambda settings: settings).of(Path.cwd())
    except SettingsError as error:
        raise BadInput(str(error)) from None
    directory = settings.root / (settings.cache_dir or CACHE_DIRECTORY)
    if forget:
        say(sys.stderr, "the notes of earlier runs are gone\n" if forget_traced(directory) else "there are no notes\n")
        context.exit(SUCCESS)
    if not words:
        raise click.UsageError("which program? As in `autovec trace -- script.py`")
    context.exit(_traced(traced_words(words), directory, settings.root))


def traced_words(words: Sequence[str]) -> list[str]:
    """The words behind `python` that run the program."""
    first, rest = words[0], list(words[1:])
    if Path(first).name.startswith("python") and not first.endswith(".py"):
        if not rest or (rest[0].startswith("-") and rest[0] != "-m"):
            raise BadInput(f"{' '.join(words)}: of Python's own options only -m can be traced")
        first, rest = rest[0], rest[1:]
    if first == "-m":
        if not rest:
            raise BadInput("-m: which module?")
        return [first, *rest]
    found = first if Path(first).is_file() else shutil.which(first)
    if found is None:
        raise BadInput(f"{first}: no such script or command")
    if not found.endswith((".py", ".pyw")) and not _is_python(Path(found)):
        raise BadInput(f"{first}: not a Python script")
    return [found, *rest]


def _is_python(script: Path) -> bool:
    with script.open("rb") as file:
        first = file.readline()
    return first.startswith(b"#!") and (b"python" in first or (b"/sh" in first and b"python" in script.read_bytes()[:500]))


def _traced(program: Sequence[str], directory: Path, root: Path) -> int:
    """Run it, and keep what was seen."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "notes.json"
        words = [sys.executable, "-m", "autovec.trace.program", str(output), str(root), *program]
        code = subprocess.run(words, check=False).returncode
        try:
            notes = json.loads(output.read_text("utf-8"))
        except (OSError, ValueError):
            say(sys.stderr, "nothing was noted: the program ended before its notes were written\n")
            return code
    functions, files = write_traced(directory, root, notes)
    where = f" in {directory / NAME}" if functions else ""
    say(sys.stderr, f"noted what {count(functions, 'function')} in {count(files, 'file')} were given{where}\n")
    return code
