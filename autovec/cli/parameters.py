"""The options that `rewrite` and `check` share, in Ruff's words, under headings for the help text.

What click makes of them are the fields of `Arguments`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from autovec.cli.grouping import GroupedOption
from autovec.settings.model import BACKENDS, OUTPUT_FORMATS, ROUNDINGS, PerFileIgnores
from autovec.settings.reader import WrongValue, parse_bytes, parse_factor

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Any], Any]


# ------------------------------------------------------------------ the types of values


class _List(click.ParamType[tuple[str, ...]]):
    """A list with commas."""

    def __init__(self, name: str) -> None:
        self.name = name

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        return tuple(item.strip() for item in str(value).split(",") if item.strip())


class _PatternsWithCodes(click.ParamType[PerFileIgnores]):
    """PATTERN:CODE pairs with commas; a pattern may come several times."""

    name = "pattern:code"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> PerFileIgnores:
        pairs = [item.strip().rpartition(":") for item in str(value).split(",") if item.strip()]
        if not all(pattern and code for pattern, _, code in pairs):
            self.fail(f"{value!r} is not a list of PATTERN:CODE pairs, as tests/*:AV1", param, ctx)
        return tuple((pattern.strip(), (code.strip(),)) for pattern, _, code in pairs)


class _Parsed(click.ParamType[Any]):
    """A value that the configuration reader knows how to read."""

    def __init__(self, name: str, parse: Callable[[str], object]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> object:
        try:
            return self._parse(str(value))
        except WrongValue as error:
            self.fail(f"{value!r} is not {error}", param, ctx)


_CODES = _List("codes")
_PATTERNS = _List("patterns")


# ------------------------------------------------------------------ the options


def option(heading: str, *names: str, **attributes: Any) -> Decorator:
    """A click option under a heading of the help text."""
    return click.option(*names, cls=GroupedOption, heading=heading, **attributes)


def flag(heading: str, names: str, text: str, default: bool | None = False) -> Decorator:
    """A click flag under a heading of the help text."""
    return option(heading, *names.split(), is_flag=True, default=default, help=text)


LOOPS = "Which loops"
LANDING = "What may land"
FILES = "Which files"
OUTPUT = "Output"
CONFIGURATION = "Configuration"
RUNNING = "Running"

_SHARED: tuple[Decorator, ...] = (
    option(
        LOOPS, "--select", type=_CODES, help="Only findings with these code prefixes, as AV2,AV101. Replaces the configured ones."
    ),
    option(LOOPS, "--extend-select", type=_CODES, help="Code prefixes to look for beside the selected ones."),
    option(LOOPS, "--ignore", type=_CODES, help="Code prefixes to leave out; the longest prefix that fits decides."),
    option(
        LOOPS,
        "--per-file-ignores",
        type=_PatternsWithCodes(),
        help="Codes to leave out in some files, as tests/*:AV1,old.py:AV2. Adds to the configured ones.",
    ),
    option(
        LANDING,
        "--fixable",
        type=_CODES,
        help="Code prefixes that rewrite may write; others are reported only. Replaces the configured ones. [default: all]",
    ),
    option(LANDING, "--unfixable", type=_CODES, help="Code prefixes that are reported only; the longest that fits decides."),
    option(LOOPS, "--since", metavar="REF", help="Only loops on lines that changed since this commit, branch or tag of git."),
    option(
        LOOPS,
        "--profile",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="Only loops in functions that took 1% of the time of a run or more, files with the most of it first: a profile by "
        "cProfile, Scalene (JSON) or py-spy (raw, speedscope).",
    ),
    option(
        LANDING,
        "--rounding",
        type=click.Choice(ROUNDINGS),
        help="bounded: floats may differ within the loop's own rounding error; exact: bit for bit. [default: bounded]",
    ),
    option(
        LANDING,
        "--backend",
        type=click.Choice(BACKENDS),
        help="numpy: array forms only; numba: compiled loops only; auto: whichever is right and faster. [default: auto]",
    ),
    flag(
        LANDING,
        "--parallel/--no-parallel",
        "Compiled loops may run on all cores, where no iteration needs another one and that pays. Numba ends the process where "
        "such a function is called behind a fork, or by two threads at once. [default: no-parallel]",
        default=None,
    ),
    flag(
        LANDING,
        "--guards/--no-guards",
        "Rewrites that need a test at run time, with the loop as fallback. [default: guards]",
        default=None,
    ),
    flag(
        LANDING,
        "--strict/--no-strict",
        "Keep the promise also where the loop raises and where arrays overlap, by tests before the loop. [default: no-strict]",
        default=None,
    ),
    option(
        LANDING,
        "--max-temporary",
        type=_Parsed("size", parse_bytes),
        help="Memory that a rewrite may need beyond its inputs and outputs. [default: 256MB]",
    ),
    option(
        FILES,
        "--exclude",
        type=_PATTERNS,
        help="Patterns of files and directories to leave out, as in .gitignore. Replaces the defaults.",
    ),
    option(FILES, "--extend-exclude", type=_PATTERNS, help="Patterns to leave out beside the configured ones."),
    flag(
        FILES,
        "--force-exclude/--no-force-exclude",
        "Leave out excluded files even where they are named on the command line.",
        default=None,
    ),
    flag(
        FILES, "--respect-gitignore/--no-respect-gitignore", "Leave out what .gitignore names. [default: respect]", default=None
    ),
    option(
        FILES,
        "--stdin-filename",
        type=click.Path(path_type=Path),
        help="The name to report for standard input (PATH `-`), and to find its settings by.",
    ),
    option(OUTPUT, "--output-format", type=click.Choice(OUTPUT_FORMATS), help="How findings are printed. [default: full]"),
    option(OUTPUT, "--output-file", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Print findings to this file."),
    option(
        OUTPUT,
        "--report",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Also write an HTML page with every change, its evidence and timings, and what was left alone; or, to a file "
        "that ends in .json, all that the evidence rests on, for `autovec verify`.",
    ),
    flag(OUTPUT, "--show-refusals -v", "Also print the loops that were left alone, with their reasons.", default=None),
    flag(OUTPUT, "--statistics", "Print how often each code was found instead of the findings."),
    flag(OUTPUT, "--quiet -q", "Print findings and errors only: no progress, notices or summary."),
    option(
        OUTPUT,
        "--color",
        type=click.Choice(("auto", "always", "never")),
        default="auto",
        help="Colours; auto asks the terminal, NO_COLOR and FORCE_COLOR. [default: auto]",
    ),
    option(
        CONFIGURATION,
        "--config",
        multiple=True,
        metavar="FILE|KEY=VALUE",
        help="Read the settings from this TOML file instead of the nearest pyproject.toml, or set one. Can be repeated.",
    ),
    flag(CONFIGURATION, "--isolated", "Read no configuration file."),
    flag(CONFIGURATION, "--show-settings", "Print the settings that hold here, and stop."),
    option(
        RUNNING,
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        help="How many files to work on at the same time. [default: one a processor]",
    ),
    flag(
        RUNNING,
        "--cache/--no-cache",
        "check: look up what was found in files that did not change; rewrite: look up verdicts on the same two texts. "
        "[default: cache]",
        default=True,
    ),
    option(RUNNING, "--cache-dir", type=click.Path(path_type=Path, file_okay=False), help="Where. [default: .autovec_cache]"),
    flag(RUNNING, "--exit-zero", "Exit with 0 even where suggestions are left or files were skipped."),
)

MIN_SPEEDUP = option(
    LANDING,
    "--min-speedup",
    type=_Parsed("factor", parse_factor),
    help="How much faster a rewrite must be measured to land. [default: 1.5]",
)


def shared_options(command: Command) -> Command:
    """Add the options above, in their order."""
    for decorate in reversed(_SHARED):
        command = decorate(command)
    return command
