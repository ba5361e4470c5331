"""`--report out.html`: a run as one page that needs nothing but itself.

The reports of all files come in, HTML goes out: what was rewritten, each with its diff, evidence, timings and a plot, and what
was left alone, by reason. No script, no font, no request; colours follow the reader's light or dark setting, and it fits a phone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from autovec.outcome import FileReport, Left, Rewrite, Speed
from autovec.report.entry import Entry, entries
from autovec.report.figures import count, factor, gain, seconds
from autovec.report.formats import Run
from autovec.report.hunk import hunk
from autovec.report.location import label
from autovec.report.plot import plot
from autovec.report.summary import Totals, totals
from autovec.report.text import rewrite_notes

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --card: #f6f7f9; --ink: #1b1f24; --faint: #5b6572; --edge: #d5dae1;
  --old: #b3261e; --old-ground: #fdecea; --new: #14692f; --new-ground: #e7f6ec; --accent: #1d5fbf; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --card: #1d2126; --ink: #e7eaee; --faint: #9aa5b1;
  --edge: #343b44; --old: #ff9d94; --old-ground: #3a2020; --new: #7fd99a; --new-ground: #173022; --accent: #86b6ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; } h3 { font-size: 1rem; margin: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .6rem; padding: 0; list-style: none; }
.tiles li, article, details { background: var(--card); border: 1px solid var(--edge); border-radius: .5rem;
  padding: .7rem .9rem; }
.tiles b { display: block; font-size: 1.5rem; } .tiles span, .place, dt { color: var(--faint); font-size: .875rem; }
article, details { margin: .8rem 0; } .place { overflow-wrap: anywhere; font-family: ui-monospace, monospace; }
code, pre, table { font: .8125rem/1.5 ui-monospace, monospace; }
pre { margin: .6rem 0; overflow-x: auto; border: 1px solid var(--edge); border-radius: .3rem; background: var(--ground); }
pre span { display: block; padding: 0 .6rem; min-width: max-content; }
pre .old { color: var(--old); background: var(--old-ground); } pre .new { color: var(--new); background: var(--new-ground); }
.row { display: grid; grid-template-columns: minmax(0, 1fr); gap: .8rem; }
@media (min-width: 46rem) { .row { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: center; } }
svg { width: 100%; height: auto; } svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
svg .grid { stroke: var(--edge); stroke-width: 1; } svg .pays { stroke: var(--faint); stroke-dasharray: 4 3; fill: none; }
svg text.pays { fill: var(--faint); stroke: none; }
svg polyline, svg line.before, svg line.after, svg line.other { fill: none; stroke-width: 2.5; }
svg .before { stroke: var(--old); } svg .after { stroke: var(--new); } svg circle.before { fill: var(--old); }
svg circle.after { fill: var(--new); }
svg .plate { fill: var(--card); }
@media (max-width: 46rem) { svg text { font-size: 19px; } }
svg .other { stroke: var(--accent); } svg circle.other { fill: var(--accent); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; } th { font-weight: 600; text-align: right; }
td { text-align: right; } th, td { padding: .1rem .5rem; white-space: nowrap; border-bottom: 1px solid var(--edge); }
dl { margin: .4rem 0; } dd { margin: 0 0 .3rem; overflow-wrap: anywhere; } summary { cursor: pointer; overflow-wrap: anywhere; }
details ul { padding-left: 1.1rem; } li { overflow-wrap: anywhere; }
"""


def page(reports: Sequence[FileReport], run: Run) -> str:
    """The whole document."""
    found = list(entries(reports, show_refusals=True))
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">',
            f"<title>autovec {escape(run.command)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>",
            f"<h1>autovec {escape(run.command)}</h1>",
            *_tiles(totals(reports), run),
            *_rewrites([entry for entry in found if isinstance(entry.finding, Rewrite)], run),
            *_left([entry for entry in found if isinstance(entry.finding, Left)], run),
            *_skipped(reports),
            f"<footer><p class=place>autovec {escape(run.version)}</p></footer>\n</body>\n</html>\n",
        ]
    )


def _tiles(total: Totals, run: Run) -> Iterator[str]:
    verb = "rewritten" if run.command == "rewrite" else "can be rewritten"
    tiles = [(f"{total.rewrites:,}", f"loops {verb}"), (f"{total.left:,}", "loops left alone")]
    tiles += [(f"{total.unfixable:,}", "loops reported only")] if total.unfixable else []
    if total.speedup:
        tiles.insert(1, (factor(total.speedup), "faster in the geometric mean"))
    tiles += [(f"{total.failed:,}", "verifications failed")] if total.failed else []
    tiles += [(f"{total.problems:,}", "files skipped")] if total.problems else []
    yield '<ul class="tiles">'
    yield from (f"<li><b>{escape(figure)}</b><span>{escape(text)}</span></li>" for figure, text in tiles)
    yield "</ul>"


# ------------------------------------------------------------------ rewrites


def _rewrites(found: Sequence[Entry], run: Run) -> Iterator[str]:
    yield f"<h2>{count(len(found), 'rewrite')}</h2>"
    for entry in sorted(found, key=_payoff):
        assert isinstance(entry.finding, Rewrite)
        yield from _rewrite(entry, entry.finding)


def _payoff(entry: Entry) -> float:
    finding = entry.finding
    return -finding.speed.speedup if isinstance(finding, Rewrite) and finding.speed else 0.0


def _rewrite(entry: Entry, finding: Rewrite) -> Iterator[str]:
    yield f"<article>\n<h3>{escape(entry.code)} {escape(entry.name)}</h3>"
    yield f'<p class="place">{escape(label(entry.report.path, entry.where))} in {escape(finding.function)}</p>'
    yield f"<p>{escape(entry.message)}</p>"
    yield f"<pre>{''.join(_diff(entry, finding))}</pre>"
    if finding.edit.definition:
        lines = finding.edit.definition.rstrip("\n").split("\n")
        added = "".join(f'<span class="new">+ {escape(line)}</span>' for line in lines)
        yield f"<pre>{added}</pre>"
    if finding.speed:
        yield f'<div class="row">{plot(finding.speed, *_engines(finding))}<div class="scroll">{_table(finding.speed)}</div></div>'
    notes = [note.partition(": ") for note in rewrite_notes(finding) if not note.startswith("timings")]
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, _, text in notes)
    yield f"<dl>{items}</dl>\n</article>"


def _engines(finding: Rewrite) -> tuple[str, str]:
    """What the rewrite runs on, and what the other form ran on."""
    return ("Numba", "NumPy") if finding.code.startswith("AV9") else ("NumPy", "Numba")


def _diff(entry: Entry, finding: Rewrite) -> Iterator[str]:
    for line in hunk(entry.report.before, finding.edit):
        kind = {"-": ' class="old"', "+": ' class="new"'}.get(line.sign, "")
        yield f"<span{kind}>{line.sign} {escape(line.text)}</span>"


def _table(speed: Speed) -> str:
    cells = ((f"{t.size:,}", seconds(t.before), seconds(t.after), gain(t)) for t in speed.timings)
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in cells)
    return f"<table><tr><th>n</th><th>loop</th><th>new</th><th>gain</th></tr>{rows}</table>"


# ------------------------------------------------------------------ the others


def _left(found: Sequence[Entry], run: Run) -> Iterator[str]:
    if not found:
        return
    yield f"<h2>{count(len(found), 'loop')} left alone</h2>"
    groups = [(key, list(group)) for key, group in groupby(sorted(found, key=_code), key=_code)]
    for (code, name), group in sorted(groups, key=lambda item: -len(item[1])):
        explanation = (run.explain(code) or "").partition("\n\n")[2].strip()
        yield f"<details><summary><b>{escape(code)} {escape(name)}</b>: {len(group):,}</summary>"
        yield f"<p>{escape(explanation)}</p>\n<ul>"
        yield from (_item(entry) for entry in group)
        yield "</ul></details>"


def _code(entry: Entry) -> tuple[str, str]:
    return entry.code, entry.name


def _item(entry: Entry) -> str:
    finding = entry.finding
    hint = f" <br>help: {escape(finding.refusal.hint)}" if isinstance(finding, Left) and finding.refusal.hint else ""
    place = f'<span class="place">{escape(label(entry.report.path, entry.where))}</span>'
    return f"<li>{place} {escape(entry.message)}{hint}</li>"


def _skipped(reports: Sequence[FileReport]) -> Iterator[str]:
    skipped = [report for report in reports if report.error]
    if skipped:
        yield f"<h2>{count(len(skipped), 'file')} skipped</h2>\n<ul>"
        yield from (f'<li><span class="place">{escape(r.path)}</span> {escape(r.error)}</li>' for r in skipped)
        yield "</ul>"
