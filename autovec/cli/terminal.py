"""Where text goes: findings to standard output or a file, progress and notices to standard error.

Decides on colours (`--color`, NO_COLOR, FORCE_COLOR, whether it is a terminal). rich draws the progress bar and is
imported only where there is a terminal to draw it on.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

import click

from autovec.report.ink import Ink

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")


def ink_for(stream: TextIO, color: str) -> Ink:
    """Colours as asked for; NO_COLOR beats FORCE_COLOR, an explicit choice beats both."""
    if color != "auto":
        return Ink(color == "always")
    if os.environ.get("NO_COLOR"):
        return Ink(False)
    if os.environ.get("FORCE_COLOR"):
        return Ink(True)
    return Ink(stream.isatty() and os.environ.get("TERM") != "dumb")


def say(stream: TextIO, text: str) -> None:
    """Write text as it is, escape sequences included, at once."""
    click.echo(text, file=stream, nl=False, color=True)


class ProgressBar:
    """How many of the files are done, on a terminal; elsewhere nothing."""

    def __init__(self, stream: TextIO, total: int, visible: bool) -> None:
        self._progress = _bar(stream) if visible and stream.isatty() else None
        self._task = self._progress.add_task("files", total=total) if self._progress else None

    def over(self, items: Iterable[Item]) -> Iterator[Item]:
        """Pass the items on, with the bar hidden while the caller prints what it has to say about one."""
        for item in items:
            with self._hidden():
                yield item

    @contextmanager
    def _hidden(self) -> Generator[None]:
        if self._progress is None or self._task is None:
            yield
            return
        self._progress.stop()
        yield
        self._progress.advance(self._task)
        self._progress.start()

    def __enter__(self) -> ProgressBar:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()


def _bar(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("autovec"), BarColumn(), MofNCompleteColumn(), TextColumn("files"), TimeElapsedColumn())
    # without a thread of its own: worker processes are forked from this one
    console = Console(file=stream)
    return Progress(*columns, console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
