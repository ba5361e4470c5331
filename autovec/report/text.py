"""The formats for people: `concise`, a line a finding, and `full`, with the change and its evidence, as Ruff prints them.

A file's report comes in, text goes out. Line numbers are those of the file as it was before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autovec.outcome import Evidence, FileReport, Finding, Left, Rewrite, Rounding, Speed
from autovec.report.figures import count, factor, seconds
from autovec.report.ink import Ink
from autovec.report.location import located
from autovec.report.sentence import closer_look, headline, one_line, place, shown

Margin = tuple[int, int]  # the width of line numbers, and how many lines stand above the cell

_NEWLINE = re.compile(r"\r\n|\r|\n")
_ROUNDINGS = {
    Rounding.EXACT: "bit for bit equal",
    Rounding.REASSOCIATES: "equal within the loop's own rounding error (operations in another order)",
    Rounding.APPROXIMATES: "equal within the loop's own rounding error (functions computed in another way)",
}


def problem_line(path: str, problem: str, ink: Ink) -> str:
    """The line for a file that could not be handled."""
    return f"{ink.bold(path)}: {ink.error('error')}: {one_line(problem)}\n"


def concise(report: FileReport, ink: Ink, show_refusals: bool) -> str:
    """One line a finding."""
    return "".join(headline(report, finding, ink) + "\n" for finding in shown(report, show_refusals))


def full(report: FileReport, ink: Ink, show_refusals: bool) -> str:
    """A block a finding, with an empty line after each."""
    findings = shown(report, show_refusals)
    return "".join(_block(report, finding, ink) + "\n" for finding in findings)


def _block(report: FileReport, finding: Finding, ink: Ink) -> str:
    where = located(report, place(finding))
    width, above = len(str(where.end_line)), place(finding).line - where.line
    gutter = ink.faint(" " * width + " |")
    if isinstance(finding, Rewrite):
        excerpt, notes = _change(report.before, finding, (width, above), ink), rewrite_notes(finding)
    else:
        excerpt, notes = _first_line(_NEWLINE.split(report.before), finding, (width, above), ink), _left_notes(finding)
    indent = " " * (width + 1)
    tail = [f"{indent}{ink.faint('=')} {note}".replace("\n", f"\n{indent}  ") for note in notes]
    return "\n".join([headline(report, finding, ink), gutter, *excerpt, gutter, *tail, *_snippet(finding)]) + "\n"


# ------------------------------------------------------------------ the code


def _change(before: str, finding: Rewrite, margin: Margin, ink: Ink) -> Iterator[str]:
    """The lines as a diff, old ones with their numbers. What parses the text is imported only where a change is shown."""
    from autovec.report.hunk import hunk

    width, above = margin
    for line in hunk(before, finding.edit):
        label = f"{line.number - above if line.number else '':>{width}}"
        paint = {"+": ink.added, "-": ink.removed}.get(line.sign, str)
        mark = "|" if line.sign == " " else line.sign
        yield f"{ink.faint(label)} {paint(f'{mark} {line.text}'.rstrip())}"


def _first_line(lines: Sequence[str], finding: Left, margin: Margin, ink: Ink) -> Iterator[str]:
    """The loop's first line with carets below, and where it lies elsewhere, the line that is to blame."""
    width, above = margin
    blamed = [s for s in (finding.refusal.span,) if s is not None and s.line != finding.span.line]
    for span in (finding.span, *blamed):
        if not 1 <= span.line <= len(lines):
            continue
        text = lines[span.line - 1]
        end = span.end_column if span.end_line == span.line else len(text.rstrip())
        carets = re.sub(r"[^\t]", " ", text[: span.column]) + "^" * max(1, end - span.column)
        yield f"{ink.faint(f'{span.line - above:>{width}} |')} {text.rstrip()}"
        yield f"{ink.faint(' ' * width + ' |')} {ink.removed(carets)}"


# ------------------------------------------------------------------ the notes


def rewrite_notes(finding: Rewrite) -> Iterator[str]:
    """What is said below a change, each with its heading."""
    if not finding.fixable:
        yield f"unfixable: reported only, as `fixable` and `unfixable` say of {finding.code}"
    if finding.evidence:
        yield f"evidence: {_verdict(finding.evidence)}"
        yield from (f"{head}: {text}" for head, text in closer_look(finding.evidence) if text)
        yield f"dtypes: {_dtypes(finding.evidence.dtypes)}"
    if finding.speed:
        yield f"timings: {_timings(finding.speed)}"
        yield from _confidence(finding.speed)
    if finding.speed and finding.speed.first_call:
        yield f"compilation: {_compilation(finding.speed)}"
    if finding.cores:
        yield f"parallel: {finding.cores}"
    if finding.conditions:
        yield "conditions: the new form runs where " + " and ".join(finding.conditions) + ", the loop elsewhere"
    if finding.edit.imports:
        yield "imports: " + "; ".join(finding.edit.imports)


def _confidence(speed: Speed) -> Iterator[str]:
    last = speed.timings[-1]
    if last.high:
        sure = f"between {factor(last.low)} and {factor(last.high)} with a confidence of 95%"
        yield f"confidence: at n = {last.size:,} the speedup lies {sure}"


def _compilation(speed: Speed) -> str:
    calls, size = speed.calls_to_amortise, speed.timings[-1].size
    return f"the first call in a process takes {speed.first_call:.1f} s, paid back after {count(calls, 'call')} at n = {size:,}"


def _verdict(evidence: Evidence) -> str:
    parts = [f"{count(evidence.cases, 'case')} {_ROUNDINGS[evidence.rounding]}"]
    if evidence.inconclusive:
        parts.append(f"{evidence.inconclusive:,} inconclusive")
    parts.append("sandboxed" if evidence.sandboxed else "not sandboxed (this system has no such thing)")
    return ", ".join(parts)


def _dtypes(combinations: tuple[str, ...]) -> str:
    """Names of the same dtypes together: "x, y: float64, float32; k: int"."""
    tried: dict[str, list[str]] = {}
    for text in combinations:
        for name, _, dtype in (part.partition(": ") for part in text.split(", ") if part):
            tried.setdefault(name, []).append(dtype)
    names: dict[str, list[str]] = {}
    for name, dtypes in tried.items():
        names.setdefault(", ".join(dict.fromkeys(dtypes)), []).append(name)
    listed = "; ".join(f"{', '.join(same)}: {dtypes}" for dtypes, same in names.items())
    several = f" ({len(combinations)} combinations)" if len(combinations) > 1 else ""
    return listed + several if listed else "none (no inputs)"


def _timings(speed: Speed) -> str:
    """A line a size, in columns."""
    rows = [(f"{t.size:,}", seconds(t.before), seconds(t.after), factor(t.before / t.after)) for t in speed.timings]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    padded = [[*(cell.rjust(width) for cell, width in zip(row[:3], widths, strict=True)), row[3]] for row in rows]
    return ("\n" + " " * len("timings: ")).join(f"n = {n}: {before} -> {after} ({ratio})" for n, before, after, ratio in padded)


def _left_notes(finding: Left) -> Iterator[str]:
    if finding.counterexample:
        blame = finding.refusal.hint or "an error of autovec: please report it with the snippet below"
        yield f"defect: analysis had called this rewrite safe, {blame}"
        yield "note: the comparison caught it, and the loop is left as it was"
    elif finding.refusal.hint:
        yield f"help: {one_line(finding.refusal.hint)}"


def _snippet(finding: Finding) -> list[str]:
    """What reproduces a failed verification, without indentation so that it can be pasted."""
    if isinstance(finding, Rewrite) or finding.counterexample is None:
        return []
    return ["", finding.counterexample.snippet.strip("\n")]
