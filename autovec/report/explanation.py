"""An explanation as text for people and as a record for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autovec.explain import Explanation
from autovec.outcome import Cell
from autovec.report.ink import Ink
from autovec.report.location import label, located
from autovec.report.machine import Record, finding_record
from autovec.report.text import full


def explanation_text(found: Explanation, cells: tuple[Cell, ...], ink: Ink) -> str:
    """Sections, each with its heading."""
    report = replace(found.report, cells=cells)
    place = label(report.path, located(report, found.span))
    sections = [("facts", found.facts), ("dependences", found.dependences), ("forms tried", tuple(_forms(found)))]
    lines = [f"{ink.bold(place)}: loop in {found.function}\n"]
    lines += [f"\n{ink.bold(heading)}\n{''.join(_item(item) for item in items)}" for heading, items in sections if items]
    verdict = full(report, ink, show_refusals=True)
    return "".join([*lines, f"\n{ink.bold('verdict')}\n", verdict or "nothing: a comment or a setting leaves it alone\n"])


def _forms(found: Explanation) -> Iterator[str]:
    yield from (f"{text}\nwhere {tests}" if tests else text for tests, text in found.forms)


def _item(text: str) -> str:
    return "  - " + text.replace("\n", "\n    ") + "\n"


def explanation_record(found: Explanation, cells: tuple[Cell, ...]) -> Record:
    """The same for programs; the finding is as in the JSON of `check`."""
    report = replace(found.report, cells=cells)
    return {
        "function": found.function,
        "facts": found.facts,
        "dependences": found.dependences,
        "forms": [{"where": tests or None, "text": text} for tests, text in found.forms],
        "findings": [finding_record(report, finding) for finding in report.findings],
    }
