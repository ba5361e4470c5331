"""What can be wrong with a command line before anything is done: one line for each, and exit code 2."""

from __future__ import annotations

import click

SUCCESS, SUGGESTIONS, BAD_USAGE, BROKEN_PROMISE = 0, 1, 2, 3


class BadInput(click.ClickException):
    """Something is wrong with the paths or the configuration; nothing was done."""

    exit_code = BAD_USAGE
