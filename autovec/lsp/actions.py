"""What the light bulb offers: rewrite this loop, rewrite all, ignore it, explain it, or why it cannot be rewritten.

Findings and the lines of interest come in, code actions go out at once; the edits of rewrites are left for later (`fixing`).
A client that cannot ask for them later gets a command instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lsprotocol import types

from autovec.lsp.answers import diagnostic, text_edits, workspace_edit
from autovec.lsp.client import Client
from autovec.lsp.fixing import Wish
from autovec.lsp.snapshot import Snapshot
from autovec.lsp.wording import action_title, unfixable
from autovec.outcome import Finding, Refusal, Rewrite, writable
from autovec.record import dataclass
from autovec.report.sentence import identity, is_shown, place
from autovec.source.ignoring import with_ignores
from autovec.source.text import from_text

FIX, EXPLAIN = "autovec.fix", "autovec.explain"
FIX_ALL = "source.fixAll.autovec"
NOTEBOOK_FIX_ALL = "notebook.source.fixAll.autovec"
KINDS = (types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, FIX_ALL, NOTEBOOK_FIX_ALL)


@dataclass(frozen=True, slots=True)
class Menu:
    """The light bulb's menu for some lines of a snapshot. `obstacle` is why no edit can be made here, or empty."""

    snapshot: Snapshot
    client: Client
    only: Sequence[str]
    refusals: bool
    obstacle: str

    def actions(self, findings: Sequence[Finding], first: int, last: int) -> list[types.CodeAction]:
        """Everything that is offered for the lines from `first` to `last`."""
        near = [f for f in findings if place(f).line <= last and first <= place(f).end_line]
        offered = [a for f in near for a in self._of(f)]
        return [a for a in [*offered, *self._of_all(findings)] if self._is_wanted(a)]

    def _of(self, finding: Finding) -> Iterator[types.CodeAction]:
        if isinstance(finding, Rewrite):
            yield self._fix(finding, types.CodeActionKind.QuickFix)
        elif self.client.shows_disabled:
            yield _greyed("Rewrite into NumPy", finding.refusal.message)
        if is_shown(finding, self.refusals):
            yield from self._ignore(finding)
        yield self._explain(finding)

    def _fix(self, finding: Rewrite, kind: types.CodeActionKind) -> types.CodeAction:
        obstacle = self.obstacle or ("" if finding.fixable else unfixable(finding))
        if obstacle:
            return _greyed(action_title(finding), obstacle)
        wish = Wish(self.snapshot.uri, self.snapshot.digest, place(finding))
        action = self._later(action_title(finding), kind, wish)
        action.diagnostics = [diagnostic(self.snapshot, finding)]
        action.is_preferred = True
        return action

    def _of_all(self, findings: Sequence[Finding]) -> Iterator[types.CodeAction]:
        if self.obstacle or not any(writable(findings)):
            return
        wish = Wish(self.snapshot.uri, self.snapshot.digest, None)
        kind = NOTEBOOK_FIX_ALL if any(o.startswith("notebook.") for o in self.only) else FIX_ALL
        yield self._later("Rewrite all loops that pass the check", kind, wish)

    def _later(self, title: str, kind: str, wish: Wish) -> types.CodeAction:
        if self.client.resolves_edits:
            return types.CodeAction(title, kind=kind, data=wish.data())
        return types.CodeAction(title, kind=kind, command=types.Command(title, FIX, arguments=[wish.data()]))

    def _ignore(self, finding: Finding) -> Iterator[types.CodeAction]:
        code = identity(finding)[0]
        source = from_text(self.snapshot.text)
        after, marked = ("", 0) if isinstance(source, Refusal) else with_ignores(source, [(place(finding), code)], "")
        edits = text_edits(self.snapshot, after) if marked else Refusal("AV005", "no comment can stand there")
        if isinstance(edits, Refusal):
            return
        yield types.CodeAction(
            f"Ignore {code} for this loop",
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[diagnostic(self.snapshot, finding)],
            edit=workspace_edit(self.snapshot, edits, self.client),
        )

    def _explain(self, finding: Finding) -> types.CodeAction:
        span = place(finding)
        command = types.Command("Explain this loop", EXPLAIN, arguments=[self.snapshot.uri, span.line, span.column])
        return types.CodeAction("Explain this loop", kind=types.CodeActionKind.QuickFix, command=command)

    def _is_wanted(self, action: types.CodeAction) -> bool:
        kind = str(action.kind.value if isinstance(action.kind, types.CodeActionKind) else action.kind)
        if action.disabled and not self.client.shows_disabled:
            return False
        return not self.only or any(kind == only or kind.startswith(f"{only}.") for only in self.only)


def _greyed(title: str, reason: str) -> types.CodeAction:
    """An action that cannot be taken. Clients show those of refactorings only, and only where the user asks for one."""
    return types.CodeAction(title, kind=types.CodeActionKind.RefactorRewrite, disabled=types.CodeActionDisabled(reason))
