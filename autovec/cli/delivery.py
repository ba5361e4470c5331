"""What happens with a file's outcome: it is written, shown as a diff, or only reported, and counted.

Outcomes come in one by one; text goes out as soon as it can, so that a long run shows what it does and an interrupted
one has said what it changed. Documents for programs and statistics need all files and come at the end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from autovec import __version__
from autovec.cli.arguments import Arguments
from autovec.cli.codes import documentation
from autovec.cli.terminal import ink_for, say
from autovec.cli.work import Outcome, not_landed
from autovec.files.content import FileProblem, replace_file
from autovec.outcome import FileReport
from autovec.report.figures import count
from autovec.report.ink import Ink
from autovec.report.summary import Deed, Totals, statistics, summary_line, totals
from autovec.report.text import concise, full, problem_line
from autovec.settings.model import WHOLE_FORMATS, Settings

if TYPE_CHECKING:
    from autovec.cli.review import Review
    from autovec.report.formats import Run


class Mode(Enum):
    """What a run does with what it finds."""

    WRITE = "rewrite"
    DIFF = "rewrite --diff"
    PATCH = "rewrite --patch"
    CHECK = "check"


_DEEDS: dict[Mode, Deed] = {
    Mode.WRITE: "rewritten",
    Mode.DIFF: "would be rewritten",
    Mode.PATCH: "would be rewritten",
    Mode.CHECK: "can be rewritten",
}


class Delivery:
    """Takes the outcomes of one run."""

    def __init__(self, arguments: Arguments, mode: Mode, here: Settings, file: TextIO | None, from_stdin: bool) -> None:
        self._arguments = arguments
        self._mode = mode
        self._format = here.output_format
        self._show_refusals = here.show_refusals
        self._explain = partial(documentation, packs=here.packs)
        self._from_stdin = from_stdin
        self._file = file
        # the rewritten text or the diff owns standard output; what was found is then told on standard error
        taken = from_stdin if mode is Mode.WRITE else mode is Mode.DIFF and self._format not in WHOLE_FORMATS
        self._out = file or (sys.stderr if taken else sys.stdout)
        self._ink = ink_for(self._out, arguments.color)
        self._reports: list[FileReport] = []
        self._written: list[str] = []
        self._patches: list[bytes] = []
        self._review = _review(ink_for(sys.stderr, arguments.color), self._explain) if arguments.interactive else None
        configured = here.root / here.baseline if here.baseline and not arguments.write_baseline else None
        self._baseline = arguments.baseline or configured
        self._known = _known(self._baseline) if self._baseline else frozenset[str]()

    def __enter__(self) -> Delivery:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def notices(self, lines: Sequence[str]) -> None:
        """Say what is worth knowing before the work begins."""
        self._aside("".join(f"warning: {line}\n" for line in lines))

    def accept(self, outcome: Outcome) -> None:
        """Write or show one file's outcome, and report it."""
        if self._review:
            outcome = self._review.of(outcome)
        report = outcome.report
        if self._known and self._baseline:
            from autovec.files.baseline import without_known

            report = without_known(report, self._known, self._baseline.parent)
        if self._mode is Mode.WRITE and self._from_stdin:
            self._pass_on(outcome)
        elif self._mode is Mode.WRITE and outcome.after != outcome.before:
            report = self._write(outcome)
        elif self._mode is Mode.PATCH and outcome.after != outcome.before:
            from autovec.report.diff import patch

            self._patches.append(patch(outcome.before, outcome.after, report.path))
        self._reports.append(report)
        if self._review is None:
            self._show(report)
        if self._mode is Mode.DIFF and self._format not in WHOLE_FORMATS:
            from autovec.report.diff import file_diff

            say(sys.stdout, file_diff(report, ink_for(sys.stdout, self._arguments.color)))

    def finish(self) -> None:
        """Say what needs all files."""
        self._note()
        if self._format in WHOLE_FORMATS:
            from autovec.report.formats import whole

            say(self._out, whole(self._format, self._reports, self._run()))
        elif self._arguments.statistics:
            say(self._out, statistics(self._reports, self._show_refusals))
        self._aside(summary_line(self.totals(), _DEEDS[self._mode], self._show_refusals) + "\n")

    def _note(self) -> None:
        """Write what was found down, as a baseline or as comments beside the loops, where that was asked for."""
        if self._arguments.write_baseline:
            from autovec.files.baseline import write_baseline

            number = write_baseline(self._arguments.write_baseline, self._reports, self._show_refusals)
            self._aside(f"{count(number, 'finding')} written to {self._arguments.write_baseline}\n")
        if self._arguments.report:
            self._write_page(self._arguments.report)
        if self._arguments.patch:
            self._arguments.patch.write_bytes(b"".join(self._patches))
        if self._arguments.add_ignore is not None:
            self._ignore(self._arguments.add_ignore)

    def _run(self) -> Run:
        from autovec.report.formats import Run

        return Run(self._mode.value, __version__, tuple(self._written), self._show_refusals, self._explain)

    def _write_page(self, path: Path) -> None:
        try:
            path.write_text(self._document(path), encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            say(sys.stderr, f"error: {path}: cannot be written: {error.strerror}\n")

    def _document(self, path: Path) -> str:
        """What `--report` asks for by the file's name: evidence as JSON, else a page."""
        if path.suffix == ".json":
            from autovec.report.evidence import evidence_document

            return evidence_document(self._reports)
        from autovec.report.page import page

        return page(self._reports, self._run())

    def _ignore(self, reason: str) -> None:
        from autovec.cli.ignoring import add_ignores

        for report in self._reports:
            try:
                number = add_ignores(report, reason)
            except FileProblem as problem:
                say(sys.stderr, problem_line(report.path, str(problem), ink_for(sys.stderr, self._arguments.color)))
                continue
            if number:
                self._aside(f"{report.path}: {count(number, 'loop')} marked to be ignored\n")

    def totals(self) -> Totals:
        """The counts so far."""
        return totals(self._reports)

    # -------------------------------------------------------------- one file

    def _show(self, report: FileReport) -> None:
        if report.error:
            say(sys.stderr, problem_line(report.path, report.error, ink_for(sys.stderr, self._arguments.color)))
        if self._format in WHOLE_FORMATS or self._arguments.statistics:
            return
        render = full if self._format == "full" and self._mode is not Mode.DIFF else concise  # the diff shows the change already
        if not (self._arguments.quiet and self._out is sys.stderr):
            say(self._out, render(report, self._ink, self._show_refusals))

    def _write(self, outcome: Outcome) -> FileReport:
        report = outcome.report
        try:
            replace_file(Path(report.path), outcome.before, outcome.after)
        except FileProblem as problem:
            return not_landed(report, str(problem))
        self._written.append(report.path)
        if self._arguments.write_tests:
            self._write_tests(report, self._arguments.write_tests)
        return report

    def _write_tests(self, report: FileReport, folder: Path) -> None:
        from autovec.cli.writing_tests import write_tests

        try:
            done = write_tests(report, folder)
        except FileProblem as problem:
            say(sys.stderr, problem_line(report.path, str(problem), ink_for(sys.stderr, self._arguments.color)))
            return
        self._aside(f"{done}\n" if done else "")

    def _pass_on(self, outcome: Outcome) -> None:
        """Standard input's text goes to standard output, as it was where nothing landed."""
        sys.stdout.buffer.write(outcome.after)
        sys.stdout.buffer.flush()

    def _aside(self, text: str) -> None:
        if not self._arguments.quiet:
            sys.stdout.flush()
            say(sys.stderr, text)


def _known(path: Path) -> frozenset[str]:
    from autovec.files.baseline import read_baseline

    return read_baseline(path)


def _review(ink: Ink, explain: Callable[[str], str | None]) -> Review:
    from autovec.cli.review import Review

    return Review(ink, explain)
