"""One line for one finding: the concise format, and the first line of the full one."""

from __future__ import annotations

from autovec.outcome import Edit, Evidence, FileReport, Finding, Left, Rewrite, Rounding, Span, Speed
from autovec.report.figures import count, factor
from autovec.report.ink import Ink
from autovec.report.location import label, located
from autovec.report.refusals import refusal_name

DIRECTIVES = {"AV006", "AV008"}  # comments to autovec that mean nothing, or do nothing
_ALWAYS = {"AV005", "AV007", *DIRECTIVES}  # an edit that does not fit its file; a crash
_MANY = 1e6  # units in the last place, where sums cancel
_LONGEST = 140  # characters of a sentence behind place, code and name


def place(finding: Finding) -> Span:
    """Where a finding is, in the text as it was before."""
    return finding.edit.span if isinstance(finding, Rewrite) else finding.span


def is_shown(finding: Finding, show_refusals: bool) -> bool:
    """Whether people see it: loops left alone only on request, defects of autovec and of directives always."""
    return isinstance(finding, Rewrite) or show_refusals or finding.counterexample is not None or finding.refusal.code in _ALWAYS


def shown(report: FileReport, show_refusals: bool) -> list[Finding]:
    """The findings that people see, by place."""
    return sorted((f for f in report.findings if is_shown(f, show_refusals)), key=place)


def headline(report: FileReport, finding: Finding, ink: Ink) -> str:
    """The line, as `src/model.py:88:5: AV201 dot-product: 41x faster at n = 10,000, ...`."""
    code, name = identity(finding)
    where = ink.bold(label(report.path, located(report, place(finding))))
    return f"{where}: {f'{ink.code(code)} {name}'.rstrip()}: {shortened(statement(finding))}"


def identity(finding: Finding) -> tuple[str, str]:
    """The code and its name."""
    if isinstance(finding, Rewrite):
        return finding.code, finding.name
    return finding.refusal.code, refusal_name(finding.refusal.code)


def one_line(text: str) -> str:
    """The text without line breaks, so that one finding stays one line."""
    return " ".join(text.split())


def shortened(text: str) -> str:
    """One line that fits a terminal: of a longer one its beginning."""
    line = one_line(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3].rstrip() + "..."


def statement(finding: Finding) -> str:
    """What is said of it, without place and code."""
    if isinstance(finding, Left):
        return finding.counterexample.message if finding.counterexample else finding.refusal.message
    parts = [speed_phrase(finding.speed)] if finding.speed else []
    parts += [evidence_phrase(finding.evidence)] if finding.evidence else []
    said = "; ".join(parts or _new_lines(finding.edit)) or finding.message
    return said if finding.fixable else f"unfixable: {said}"


def _new_lines(edit: Edit) -> list[str]:
    """The statements that are new, without the tests around them."""
    old = {line.strip() for line in edit.before.splitlines()}
    return [line for line in map(str.strip, edit.after.splitlines()) if line not in old and not line.endswith(":")]


def speed_phrase(speed: Speed) -> str:
    """How much faster, and from which size it pays; where the loop has the same size whatever the data, just how much."""
    if len(speed.timings) == 1:
        return f"{factor(speed.speedup)} faster at the only size measured"
    pays = "pays at no size measured" if speed.pays_from is None else f"pays from n = {speed.pays_from:,}"
    return f"{factor(speed.speedup)} faster at n = {speed.timings[-1].size:,}, {pays}"


def evidence_phrase(evidence: Evidence) -> str:
    """How many cases agreed, and how closely."""
    closeness = "bit for bit" if evidence.rounding is Rounding.EXACT else "within rounding"
    return f"{count(evidence.cases, 'case')} equal {closeness}"


def closer_look(evidence: Evidence) -> tuple[tuple[str, str], ...]:
    """What is said of evidence beside the number of cases, each with its heading; "" where there is nothing to say."""
    return ("rounding", rounding_phrase(evidence)), ("branches", branches_phrase(evidence))


def rounding_phrase(evidence: Evidence) -> str:
    """How far apart floats were that are not equal, "" where all are."""
    if not evidence.ulps:
        return ""
    most = "more than a million" if evidence.ulps > _MANY else _short(evidence.ulps)
    bounds = f"the largest error is {evidence.bounds:.2g} of the loop's own error bound (4 are allowed)"
    return f"{bounds}, {most} units in the last place"


def _short(value: float) -> str:
    return f"{value:.2g}" if value < 9.95 else f"{value:,.0f}"


def branches_phrase(evidence: Evidence) -> str:
    """How many branches of both versions were taken, and which were not; "" where there are none."""
    if not evidence.branches:
        return ""
    if not evidence.untaken:
        return f"all {evidence.branches} taken" if evidence.branches > 1 else "the only one taken"
    return f"of {evidence.branches}, not all were taken: {'; '.join(evidence.untaken)}"
