"""`autovec rule`: the documentation of a rule or a refusal, offline."""

from __future__ import annotations

import difflib
import json

import click

from autovec.cli.codes import all_codes, documentation
from autovec.cli.grouping import GroupedCommand


@click.command("rule", cls=GroupedCommand, short_help="Explain a rule or a refusal code.")
@click.argument("code", required=False, metavar="[CODE]")
@click.option("--all", "everything", is_flag=True, help="Explain all rules and refusals.")
@click.option("--output-format", type=click.Choice(("text", "json")), default="text", help="How to print it. [default: text]")
def command(code: str | None, everything: bool, output_format: str) -> None:
    """Explain CODE, a rule as AV201 or a refusal as AV020 (or by its name, as loop-carried-dependence)."""
    if (code is None) != everything:
        raise click.UsageError("give one CODE, or --all")
    chosen = all_codes() if code is None else (code,)
    texts = {key: _documentation(key) for key in chosen}
    if output_format == "json":
        records = [{"code": key, "documentation": text} for key, text in texts.items()]
        click.echo(json.dumps(records, indent=2))
    else:
        click.echo("\n".join(text.rstrip("\n") + "\n" for text in texts.values()), nl=False)


def _documentation(code: str) -> str:
    text = documentation(code)
    if text is None:
        close = difflib.get_close_matches(code.upper(), all_codes(), n=1)
        raise click.UsageError(f"no rule or refusal is called {code!r}" + (f"; did you mean {close[0]}?" if close else ""))
    return text
