"""`--report evidence.json`: everything that the rewrites of a run rest on, so that anybody can have it compared again.

The reports of all files come in, JSON goes out: where, the text before and after, the verdict, the timings, and the trial: both
texts as they were run, the contract, the seed and which inputs were tried, with the versions and the machine of the run. And
back: `read_evidence` gives the trials. What is read is data; the texts in it are code, which is only ever run in the sandbox.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, cast

from autovec import __version__
from autovec.outcome import ArrayInput, Contract, Course, FileReport, Rewrite, Rounding, ScalarInput, Symbol, Trial
from autovec.record import dataclass
from autovec.report.location import label, located
from autovec.versions import installed

FORMAT = "autovec evidence 1"
_LIBRARIES = ("numpy", "numba")
Record = dict[str, Any]


class Unreadable(Exception):
    """A file that holds no evidence; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One rewrite of an earlier run, and what was found then."""

    where: str
    title: str
    cases: int
    trial: Trial


@dataclass(frozen=True, slots=True)
class Evidences:
    """What a file of evidence holds."""

    versions: Mapping[str, str]
    kept: tuple[Kept, ...]


def versions() -> dict[str, str]:
    """Of everything that a comparison rests on, and the machine."""
    found = {"autovec": __version__, "python": platform.python_version()}
    found |= {name: installed(name) or "none" for name in _LIBRARIES}
    return found | {"system": platform.platform(), "machine": platform.machine(), "processors": str(os.cpu_count())}


def evidence_document(reports: Sequence[FileReport]) -> str:
    """The whole file."""
    rewrites = [_rewrite(report, f) for report in reports for f in report.findings if isinstance(f, Rewrite)]
    document = {"format": FORMAT, "versions": versions(), "rewrites": rewrites}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _rewrite(report: FileReport, f: Rewrite) -> Record:
    return {
        "where": label(report.path, located(report, f.edit.span)),
        "function": f.function,
        "code": f.code,
        "name": f.name,
        "before": f.edit.before,
        "after": f.edit.after,
        "imports": f.edit.imports,
        "definition": f.edit.definition,
        "conditions": f.conditions,
        "rounding": f.rounding.value,
        "evidence": asdict(f.evidence) if f.evidence else None,
        "timings": [asdict(t) for t in f.speed.timings] if f.speed else [],
        "pays_from": f.speed.pays_from if f.speed else None,
    }


# ------------------------------------------------------------------ reading


def read_evidence(text: str) -> Evidences:
    """The trials in a file. Raises `Unreadable`."""
    try:
        document: Any = json.loads(text)
        if not isinstance(document, dict) or cast(Record, document).get("format") != FORMAT:
            raise Unreadable(f"it is not of the format {FORMAT!r}")
        records = cast("list[Record]", document["rewrites"])
        kept = tuple(_kept(r) for r in records if r["evidence"] and r["evidence"]["trial"])
        return Evidences(dict(cast("dict[str, str]", document["versions"])), kept)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"it holds no evidence that can be read ({type(error).__name__}: {error})") from None


def _kept(record: Record) -> Kept:
    trial: Record = record["evidence"]["trial"]
    read = Trial(
        old=str(trial["old"]),
        new=str(trial["new"]),
        contract=_contract(trial["contract"]),
        rounding=Rounding(trial["rounding"]),
        strict=bool(trial["strict"]),
        definitions=str(trial["definitions"]),
        seed=int(trial["seed"]),
        course=Course(**{key: trial["course"][key] for key in ("corners", "drawn", "steered", "digest")}),
    )
    return Kept(str(record["where"]), f"{record['code']} {record['name']}", int(record["evidence"]["cases"]), read)


def _contract(record: Record) -> Contract:
    inputs = tuple(_input(x) for x in record["inputs"])
    names = {key: tuple(map(str, record[key])) for key in ("outputs", "loose", "fresh", "lost", "exact")}
    return Contract(tuple(Symbol(**s) for s in record["symbols"]), inputs, **names, prelude=str(record["prelude"]))


def _input(record: Record) -> ArrayInput | ScalarInput:
    fields: Record = {key: tuple(cast("list[str]", value)) if isinstance(value, list) else value for key, value in record.items()}
    return ArrayInput(**fields) if "container" in record else ScalarInput(**fields)
