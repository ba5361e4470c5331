"""The open files and notebooks, and what is known of each.

Texts come in from the editor, analyses go out. An analysis runs in a thread, one at a time; when the text changes meanwhile it
stops at its next function and starts anew. Whoever asks says how long to wait: after that the answer is what is known already,
and the document remembers that it owes the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from autovec.lsp.carry import carried
from autovec.lsp.configuration import Configuration
from autovec.lsp.incremental import Analysis, Analyst
from autovec.lsp.snapshot import Snapshot
from autovec.options import Options
from autovec.outcome import Finding
from autovec.record import dataclass


@dataclass(slots=True, eq=False)
class Document:
    """A file or notebook; `settled` is the snapshot that `analysis` is of, once all of it was looked at."""

    snapshot: Snapshot
    analysis: Analysis | None = None
    settled: Snapshot | None = None
    task: asyncio.Task[None] | None = None
    owing: bool = False


class Answer(NamedTuple):
    """What is known of a snapshot; not `final` where more is to come."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    final: bool


class Documents:
    """All that is open. `paid` is called with a document whose owed rest is there."""

    def __init__(self, configuration: Configuration, paid: Callable[[Document], None]) -> None:
        self._configuration = configuration
        self._paid = paid
        self._analyst = Analyst()
        self._open: dict[str, Document] = {}
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="analyst")

    def __iter__(self) -> Iterator[Document]:
        return iter(list(self._open.values()))

    def find(self, uri: str) -> Document | None:
        """The document that a file's, a notebook's or a cell's address belongs to."""
        found = self._open.get(uri)
        return found or next((d for d in self._open.values() if uri in d.snapshot.addresses), None)

    def put(self, snapshot: Snapshot) -> Document:
        """A text that was opened or changed."""
        document = self._open.get(snapshot.uri)
        if document is None:
            document = self._open[snapshot.uri] = Document(snapshot)
        document.snapshot = snapshot
        self._start(document)
        return document

    def drop(self, uri: str) -> Document | None:
        """A text that was closed."""
        return self._open.pop(uri, None)

    def forget(self) -> None:
        """The configuration changed: everything is to be looked at again."""
        for document in self:
            document.settled = None

    def close(self) -> None:
        """Start nothing more."""
        self._closed = True
        self._open.clear()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def options(self, snapshot: Snapshot) -> Options:
        """What is asked of the loops of a file."""
        options = self._configuration.settings(snapshot.path).options(snapshot.path, verify=False)
        return replace(options, seen=self._configuration.seen(snapshot.path))

    def remember(self, snapshot: Snapshot, found: tuple[Finding, ...]) -> None:
        """Verdicts on loops of a snapshot."""
        self._analyst.remember(snapshot.text, self.options(snapshot), found)
        document = self._open.get(snapshot.uri)
        if document is not None:
            document.settled = None

    async def answer(self, document: Document, patience: float | None) -> Answer:
        """What is known of the newest text after so many seconds (None: all that there is)."""
        loop = asyncio.get_running_loop()
        end = None if patience is None else loop.time() + patience
        while document.settled is not document.snapshot:
            left = None if end is None else end - loop.time()
            if left is not None and left <= 0:
                return self._known(document)
            task = self._start(document)
            await asyncio.wait({task}, timeout=left)
            if task.done():
                task.result()  # a crash is whoever asks's to hear of
        assert document.analysis is not None
        return Answer(document.snapshot, document.analysis.findings, True)

    def _look(self, document: Document, snapshot: Snapshot) -> Analysis:
        def is_stale() -> bool:
            return self._closed or document.snapshot is not snapshot

        return self._analyst.analyse(snapshot.text, self.options(snapshot), document.analysis, is_stale)

    def _known(self, document: Document) -> Answer:
        snapshot = document.snapshot
        document.owing = True
        before = document.analysis
        known = tuple(carried(before.findings, before.text, snapshot.text)) if before else ()
        return Answer(snapshot, known, False)

    def _start(self, document: Document) -> asyncio.Task[None]:
        if document.task is None or document.task.done():
            document.task = asyncio.create_task(self._analyse(document))
        return document.task

    async def _analyse(self, document: Document) -> None:
        loop = asyncio.get_running_loop()
        while document.settled is not document.snapshot:
            snapshot: Snapshot = document.snapshot
            if self._configuration.excludes(snapshot.path):
                found = Analysis(snapshot.text)
            else:
                found = await loop.run_in_executor(self._thread, self._look, document, snapshot)
            if document.snapshot is snapshot:
                document.analysis, document.settled = found, snapshot
        if document.owing:
            document.owing = False
            self._paid(document)
