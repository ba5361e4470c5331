"""`autovec lsp`: the language server, over standard input and output."""

from __future__ import annotations

import importlib.util

import click

from autovec.cli.grouping import GroupedCommand


@click.command("lsp", cls=GroupedCommand, short_help="Serve an editor over standard input and output.")
def command() -> None:
    """Speak the Language Server Protocol over standard input and output; an editor starts this.

    It needs the extra `lsp`: pip install 'autovec[lsp]'.
    """
    if importlib.util.find_spec("pygls") is None:
        raise click.ClickException("the language server needs pygls: pip install 'autovec[lsp]'")
    from autovec.lsp.features import serve

    serve()
