"""`autovec rule`: the documentation of a rule or a refusal, offline."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import click

from autovec.cli.codes import all_codes, documentation
from autovec.cli.errors import BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.options import Pack
from autovec.settings.reader import SettingsError
from autovec.settings.resolver import Resolver


@click.command("rule", cls=GroupedCommand, short_help="Explain a rule or a refusal code.")
@click.argument("code", required=False, metavar="[CODE]")
@click.option("--all", "everything", is_flag=True, help="Explain all rules and refusals.")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", help="How to print it. [default: text]")
def command(code: str | None, everything: bool, output_format: str) -> None:
    """Explain CODE, a rule as AV201 or a refusal as AV020 (or by its name, as loop-carried-dependence)."""
    if (code is None) != everything:
        raise click.UsageError("give one CODE, or --all")
    packs = _packs()
    chosen = all_codes(packs) if code is None else (code,)
    texts = {key: _documentation(key, packs) for key in chosen}
    if output_format == "json":
        records = [{"code": key, "documentation": text} for key, text in texts.items()]
        click.echo(json.dumps(records, indent=2))
    else:
        click.echo("\n".join(text.rstrip("\n") + "\n" for text in texts.values()), nl=False)


def _packs() -> tuple[Pack, ...]:
    """The rule packs of the project here."""
    try:
        return Resolver(lambda settings: settings).of(Path.cwd()).packs
    except SettingsError as error:
        raise BadInput(str(error)) from None


def _documentation(code: str, packs: tuple[Pack, ...]) -> str:
    text = documentation(code, packs)
    if text is None:
        close = difflib.get_close_matches(code.upper(), all_codes(packs), n=1)
        raise click.UsageError(f"no rule or refusal is called {code!r}" + (f"; did you mean {close[0]}?" if close else ""))
    return text
