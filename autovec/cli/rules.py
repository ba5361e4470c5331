"""`autovec rules`: rules of one's own. `new` writes one to start from, `test` puts a pack to the test."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import indent

import click

from autovec.cli.errors import SUCCESS, SUGGESTIONS, BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import say
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver


@click.group("rules", short_help="Write and test rules of one's own.")
def command() -> None:
    """Rules of one's own, a file each, in a folder that `rules` in [tool.autovec] names.

    A pack is code: the functions that `match=` names run wherever autovec looks at a loop, with your rights. Use no pack that you
    would not run. What a pack proposes is compared and measured as everything is.
    """


@command.command("new", cls=GroupedCommand, short_help="Write a rule to start from.")
@click.argument("name")
@click.option("--code", default=None, help="The rule's code, as AVX101. [default: the next AVX that is free]")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path("rules"), help="Where. [default: rules]")
def new(name: str, code: str | None, folder: Path) -> None:
    """Write the rule NAME (as squared-difference) into a folder, as a file that passes its tests, to be changed.

    \b
    Exit codes: 0 written, 2 bad usage, or there is such a file.
    """
    from autovec.packs.skeleton import NAME, next_code, skeleton
    from autovec.rule import codes
    from autovec.rule.book import PACK_CODE
    from autovec.settings.packs import pack_in

    if not NAME.fullmatch(name):
        raise click.UsageError(f"{name!r} is not a name of small letters, digits and hyphens, as squared-difference")
    if code is not None and not PACK_CODE.fullmatch(code):
        raise click.UsageError(f"{code!r} is not AV, letters, and three digits, as AVX101")
    path = folder / f"{name.replace('-', '_')}.py"
    taken = codes((pack_in(folder),)) if folder.is_dir() else ()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(skeleton(name, code or next_code(taken)))
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None
    say(sys.stdout, f"{path}: written; change it, then run `autovec rules test {path}`\n")
    if not _is_configured(folder):
        say(sys.stderr, f'to use it, write `rules = ["{folder.as_posix()}"]` under [tool.autovec] in pyproject.toml\n')


def _is_configured(folder: Path) -> bool:
    try:
        return folder.resolve() in Resolver(lambda settings: settings).of(Path.cwd()).folders
    except SettingsError:
        return False


@command.command("test", cls=GroupedCommand, short_help="Put rules to the test.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="PATH...")
@click.pass_context
def test(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Put every rule in the files and folders PATH to the test.

    The tool must find the rule's own loop and those in `also`, and none in `refuses`; `after` must be the same for all kinds of
    elements that the needs admit, and must not be the same once an operand is replaced. A need that keeps nothing away is noted.

    \b
    Exit codes: 0 all rules passed, 1 something is wrong with one, 2 bad usage.
    """
    from autovec.harness.sandbox import Sandbox
    from autovec.packs.trial import judged
    from autovec.rule.book import rule_files

    files = [file for path in paths for file in (rule_files((path,)) if path.is_dir() else [path])]
    wrong = list(_clashes(paths))
    with Sandbox(("autovec.verify.whole.trials",)) as sandbox:
        for file in files:
            verdict = judged(file, sandbox)
            wrong += verdict.problems
            figures = f"{verdict.compared} kinds of elements compared, {verdict.broken} broken versions caught"
            say(sys.stdout, f"{file}: {verdict.code} {verdict.name}: {figures if not verdict.problems else 'wrong'}\n")
            say(sys.stdout, "".join(f"{indent(text, '  ')}\n" for text in verdict.problems))
            say(sys.stdout, "".join(f"  note: {text}\n" for text in verdict.notes))
    if not files:
        raise BadInput("there is no rule file")
    context.exit(SUGGESTIONS if wrong else SUCCESS)


def _clashes(paths: tuple[Path, ...]) -> tuple[str, ...]:
    """What is wrong with a pack as a whole: a code or a name that is taken, or not one for packs."""
    from autovec.cli.codes import pack_problems
    from autovec.rule.book import OWN_RULES
    from autovec.settings.packs import pack_in

    folders = [path.resolve() for path in paths if path.is_dir() and not path.resolve().is_relative_to(OWN_RULES)]
    found = pack_problems(tuple(map(pack_in, folders)))
    say(sys.stdout, "".join(f"{problem}\n" for problem in found))
    return found
