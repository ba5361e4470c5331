"""`autovec completion SHELL`: the script that makes a shell complete commands, options and paths."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from autovec.cli.grouping import GroupedCommand


@click.command("completion", cls=GroupedCommand, short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a script for SHELL to read at its start.

    \b
    bash: autovec completion bash > ~/.local/share/bash-completion/completions/autovec
    zsh:  autovec completion zsh > "${fpath[1]}/_autovec"
    fish: autovec completion fish > ~/.config/fish/completions/autovec.fish
    """
    kind = get_completion_class(shell)
    root = context.find_root().command
    if kind is None:
        raise click.UsageError(f"nothing is known of {shell}")
    click.echo(kind(root, {}, "autovec", "_AUTOVEC_COMPLETE").source())
