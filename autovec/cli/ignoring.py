"""`check --add-ignore`: the loops that were found are marked in their files, so that only new ones are told from now on."""

from __future__ import annotations

from pathlib import Path

from autovec.files.content import FileProblem, read_file, replace_file
from autovec.outcome import FileReport, Refusal, Rewrite
from autovec.source.ignoring import with_ignores
from autovec.source.text import decode, encode


def add_ignores(report: FileReport, reason: str) -> int:
    """Mark the loops of one report in its file, and give their number; a `FileProblem` where that cannot be done."""
    found = [(f.edit.span, f.code) for f in report.findings if isinstance(f, Rewrite)]
    if not found or report.error:
        return 0
    if report.cells:
        raise FileProblem("comments cannot be added to a notebook: use a baseline, or add them in an editor")
    data = read_file(Path(report.path))
    text = decode(data)
    if isinstance(text, Refusal) or text.text != report.before:
        raise FileProblem("not written: it changed while autovec was working on it")
    after, number = with_ignores(text, found, " ".join(reason.split()))
    new = encode(after, text)
    if isinstance(new, Refusal):
        raise FileProblem(new.message)
    if number:
        replace_file(Path(report.path), data, new)
    if number < len(found):
        raise FileProblem(f"{len(found) - number} of {len(found)} loops stand where no comment can be added")
    return number
