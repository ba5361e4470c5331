"""`rewrite --interactive`: each rewrite is shown, and the user says what becomes of it.

A file's outcome comes in, the same with only the accepted rewrites goes out. What the user edits lands as edited, if the file
still parses and is the same elsewhere; it was not compared with the loop, and the report says so by having no evidence.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import click

from autovec.cli.terminal import say
from autovec.cli.work import Outcome, encoded
from autovec.outcome import FileReport, Finding, Refusal, Rewrite, writable
from autovec.report.edits import rewritten
from autovec.report.ink import Ink
from autovec.report.text import full

_QUESTION = "rewrite this loop? [y]es, [n]o, [a]ll, [q]uit, [e]xplain, e[d]it: "


class Review:
    """One run's questions; `all` and `quit` answer those that follow."""

    def __init__(self, ink: Ink, explain: Callable[[str], str | None]) -> None:
        self._ink = ink
        self._explain = explain
        self._rest = ""

    def of(self, outcome: Outcome) -> Outcome:
        """The outcome with what the user wants."""
        report = outcome.report
        if report.error or not any(writable(report.findings)):
            return outcome
        findings = tuple(self._chosen(report))
        after = rewritten(report.before, findings)
        if isinstance(after, Refusal):
            return Outcome(replace(report, after=report.before, findings=(), error=after.message), outcome.before, outcome.before)
        return encoded(replace(report, findings=findings, after=after), outcome.before)

    def _chosen(self, report: FileReport) -> Iterator[Finding]:
        for finding in report.findings:
            answer = self._asked(report, finding) if isinstance(finding, Rewrite) and finding.fixable else finding
            if answer is not None:
                yield answer

    def _asked(self, report: FileReport, finding: Rewrite) -> Rewrite | None:
        if not self._rest:
            say(sys.stderr, full(replace(report, findings=(finding,)), self._ink, show_refusals=False))
        while True:
            match self._rest or self._answer():
                case "y":
                    return finding
                case "n":
                    return None
                case "a" | "q" as rest:
                    self._rest = rest
                    return finding if rest == "a" else None
                case "e":
                    say(sys.stderr, (self._explain(finding.code) or finding.message) + "\n")
                case "d":
                    changed = _edited(report.before, finding)
                    if changed is not None:
                        return changed
                case _:
                    continue

    def _answer(self) -> str:
        say(sys.stderr, _QUESTION)
        line = sys.stdin.readline()
        return line.strip().lower()[:1] if line else "q"


def _edited(before: str, finding: Rewrite) -> Rewrite | None:
    """The rewrite as the user's editor left it, None where that cannot land."""
    text = click.edit(finding.edit.after, extension=".py")
    if text is None:
        return None
    changed = replace(finding, edit=replace(finding.edit, after=text.rstrip("\n")), evidence=None, speed=None)
    after = rewritten(before, [changed])
    if isinstance(after, Refusal):
        say(sys.stderr, f"that cannot land: {after.message}\n")
        return None
    return changed
