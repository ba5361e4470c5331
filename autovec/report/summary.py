"""The last words of a run: how many loops, how much faster, how many left alone, and how many files failed.

The reports of all files come in, one line goes out (or one a code, for `--statistics`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from autovec.outcome import FileReport, Left, Rewrite, writable
from autovec.record import dataclass
from autovec.report.figures import count, factor, geometric_mean
from autovec.report.sentence import DIRECTIVES, identity, is_shown

Deed = Literal["rewritten", "would be rewritten", "can be rewritten"]


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over a whole run."""

    rewrites: int
    files: int  # that hold those rewrites
    speedup: float | None  # the geometric mean, where anything was timed
    left: int
    failed: int  # verifications that found a difference
    problems: int  # files that could not be handled
    directives: int = 0  # comments to autovec that mean nothing or do nothing
    unfixable: int = 0  # rewrites that are reported only, of which `rewrites` counts none


def totals(reports: Sequence[FileReport]) -> Totals:
    """The counts."""
    found = [[f for f in r.findings if isinstance(f, Rewrite)] for r in reports]
    landed = [list(writable(findings)) for findings in found]
    rewrites = [f for findings in landed for f in findings]
    kept = [f for r in reports for f in r.findings if isinstance(f, Left)]
    left = [f for f in kept if f.refusal.code not in DIRECTIVES]
    return Totals(
        rewrites=len(rewrites),
        files=sum(bool(findings) for findings in landed),
        speedup=geometric_mean(f.speed.speedup for f in rewrites if f.speed),
        left=sum(f.counterexample is None for f in left),
        failed=sum(f.counterexample is not None for f in left),
        problems=sum(bool(r.error) for r in reports),
        directives=len(kept) - len(left),
        unfixable=sum(map(len, found)) - len(rewrites),
    )


def summary_line(total: Totals, deed: Deed, refusals_shown: bool) -> str:
    """One sentence: "12 loops rewritten in 3 files (geometric mean 58x), 7 left alone (run with -v to see why)"."""
    parts = [_rewritten(total, deed)]
    if total.unfixable:
        parts.append(f"{total.unfixable:,} reported only (unfixable)")
    if total.left:
        parts.append(f"{total.left:,} left alone" + ("" if refusals_shown else " (run with -v to see why)"))
    if total.directives:
        parts.append(f"{count(total.directives, 'directive')} without effect")
    if total.failed:
        parts.append(f"{count(total.failed, 'verification')} failed")
    if total.problems:
        parts.append(f"{count(total.problems, 'file')} skipped")
    return ", ".join(parts)


def _rewritten(total: Totals, deed: Deed) -> str:
    if not total.rewrites:
        return f"no loops {deed}" if deed == "rewritten" else f"no loops that {deed}"
    verb = deed
    gain = f" (geometric mean {factor(total.speedup)})" if total.speedup else ""
    return f"{count(total.rewrites, 'loop')} {verb} in {count(total.files, 'file')}{gain}"


def statistics(reports: Sequence[FileReport], show_refusals: bool) -> str:
    """A line a code, the most frequent first: how often, which, and the mean speedup."""
    findings = [f for r in reports for f in r.findings if is_shown(f, show_refusals)]
    counts = Counter(identity(f) for f in findings)
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return "".join(f"{number:>6,}  {code}  {name}{_gain(reports, code)}\n" for (code, name), number in rows)


def _gain(reports: Sequence[FileReport], code: str) -> str:
    found = [f for r in reports for f in r.findings if isinstance(f, Rewrite) and f.code == code]
    mean = geometric_mean(f.speed.speedup for f in found if f.speed)
    return f" ({factor(mean)})" if mean else ""
