"""From an offer to an edit: the loop is compared and timed first, and the edit is for the very text that it was offered for.

What an action was about comes in: a document, the digest of its text, and a loop's lines or the whole document. Out goes the
edit, or a `Refusal`: the text moved on (AV005), the check said no, or it may not be run here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from lsprotocol import types

from autovec.lsp.answers import text_edits, workspace_edit
from autovec.lsp.client import Client
from autovec.lsp.configuration import Configuration
from autovec.lsp.documents import Document, Documents
from autovec.lsp.examination import Examiner
from autovec.lsp.snapshot import Snapshot
from autovec.outcome import Finding, Refusal, Rewrite, Span, writable
from autovec.pipeline import with_rewrites
from autovec.record import dataclass
from autovec.report.sentence import place, statement
from autovec.source.find import parse
from autovec.source.text import from_text

MOVED_ON = "the text has changed since this was offered"
ASSUMPTION = "Nothing was run. That both texts do the same rests on the analysis alone; the speed is not measured."


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants rewritten: the loop at `near`, or everything that passes."""

    uri: str
    digest: str
    near: Span | None

    def data(self) -> dict[str, object]:
        """The wish as an action carries it to the client and back."""
        near = self.near
        lines = None if near is None else [near.line, near.column, near.end_line, near.end_column]
        return {"uri": self.uri, "digest": self.digest, "near": lines}

    @staticmethod
    def read(data: object) -> Wish | None:
        """The wish that a client sent back; None for what no action of ours carried."""
        match data:
            case {"uri": str(uri), "digest": str(digest), "near": None}:
                return Wish(uri, digest, None)
            case {"uri": str(uri), "digest": str(digest), "near": [int(a), int(b), int(c), int(d)]}:
                return Wish(uri, digest, Span(a, b, c, d))
            case _:
                return None


class Workshop:
    """Makes edits."""

    def __init__(self, documents: Documents, configuration: Configuration, examiner: Examiner) -> None:
        self._documents = documents
        self._configuration = configuration
        self._examiner = examiner

    async def fulfil(self, wish: Wish, client: Client, tell: Callable[[str], None]) -> types.WorkspaceEdit | Refusal:
        """The edit for a wish; cancelling this ends the check."""
        document = self._documents.find(wish.uri)
        if document is None or document.snapshot.digest != wish.digest:
            return Refusal("AV005", MOVED_ON)
        snapshot = document.snapshot
        if self._configuration.runs:
            refused = await self._examine_all(document, snapshot, wish, tell)
            if refused is not None:
                return refused
        wanted = await self._wanted(document, wish)
        if document.snapshot.digest != wish.digest:
            return Refusal("AV005", MOVED_ON)
        if not any(writable(wanted)):
            return _why_not(wanted)
        return _edit(document.snapshot, list(writable(wanted)), client, "" if self._configuration.runs else ASSUMPTION)

    async def _wanted(self, document: Document, wish: Wish) -> list[Finding]:
        near = wish.near
        known = (await self._documents.answer(document, None)).findings
        return [f for f in known if near is None or (place(f).line <= near.end_line and near.line <= place(f).end_line)]

    async def _examine_all(
        self, document: Document, snapshot: Snapshot, wish: Wish, tell: Callable[[str], None]
    ) -> Refusal | None:
        """Have a verdict on everything that is wanted, or why there is none."""
        for finding in writable(await self._wanted(document, wish)):
            if finding.evidence is not None and finding.speed is not None:
                continue
            verdicts = await self._examined(document, snapshot, place(finding), tell)
            if isinstance(verdicts, Refusal):
                return verdicts
        return None

    async def _examined(
        self, document: Document, snapshot: Snapshot, near: Span, tell: Callable[[str], None]
    ) -> tuple[Finding, ...] | Refusal:
        """The verdicts; none once the text has moved on, because they are of no use then."""
        options = self._documents.options(snapshot)
        task = asyncio.create_task(self._examiner.examine(snapshot.text, options, near, tell))
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=0.05)
                if document.snapshot.digest != snapshot.digest:
                    return Refusal("AV005", MOVED_ON)
        finally:
            task.cancel()
        verdicts = task.result()
        if not isinstance(verdicts, Refusal):
            self._documents.remember(snapshot, verdicts)
        return verdicts


def _why_not(findings: Sequence[Finding]) -> Refusal:
    if not findings:
        return Refusal("AV005", "the loop is not there any more")
    return Refusal("AV060", f"The loop on line {place(findings[0]).line} stays as it is: {statement(findings[0])}.")


def _edit(snapshot: Snapshot, wanted: list[Rewrite], client: Client, assumption: str) -> types.WorkspaceEdit | Refusal:
    source = from_text(snapshot.text)
    module = source if isinstance(source, Refusal) else parse(source)
    after = module if isinstance(module, Refusal) else with_rewrites(module, wanted)
    edits = after if isinstance(after, Refusal) else text_edits(snapshot, after)
    return edits if isinstance(edits, Refusal) else workspace_edit(snapshot, edits, client, assumption)
