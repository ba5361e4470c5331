"""What a new user sees first."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from conftest import Run

from autovec import __version__
from autovec.cli import cli


def test_no_words_show_the_help(run: Run) -> None:
    ran = run()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: autovec [OPTIONS] [COMMAND] [ARGS]...\n")


def test_version(run: Run) -> None:
    assert run("--version").out == f"autovec {__version__}\n"


@pytest.mark.parametrize("name", ["check", "rewrite", "rule"])
def test_every_option_has_a_help_text(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_the_help_is_grouped(run: Run) -> None:
    lines = run("rewrite", "--help").out.splitlines()
    headings = [line for line in lines if line.endswith(":") and not line.startswith((" ", "Usage"))]
    assert headings == ["Output:", "Which loops:", "What may land:", "Which files:", "Configuration:", "Running:", "Options:"]


def test_as_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "autovec", "rewrite"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == "error: Missing argument 'PATH...' (see `autovec rewrite --help`)\n"


def test_a_command_is_imported_only_when_it_is_called() -> None:
    heavy = ["numpy", "rich", "islpy", "pathspec", "tomllib", "multiprocessing", "autovec.report", "autovec.source"]
    code = "import sys; from autovec.cli import run_command; run_command(['--version']); "
    code += f"print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == f"autovec {__version__}\n[]\n"
