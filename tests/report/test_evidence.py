"""Evidence as a file: what was compared comes back as it was, and what is no evidence is said to be none."""

from __future__ import annotations

import json

import pytest

from autovec.outcome import (
    ArrayInput,
    Contract,
    Course,
    Edit,
    Evidence,
    FileReport,
    Rewrite,
    Rounding,
    ScalarInput,
    Span,
    Symbol,
    Trial,
)
from autovec.report.evidence import Kept, Unreadable, evidence_document, read_evidence, versions

CONTRACT = Contract(
    (Symbol("n"), Symbol("k", window=True, at_least="n + 1")),
    (ArrayInput("x", "ndarray", ("float64", "int8"), ("n", "k"), low="0", high="n"), ScalarInput("w", ("int",), value="n")),
    ("s",), loose=("s",), lost=("x",), prelude="import numpy as np\n",
)  # fmt: skip
TRIAL = Trial("s = x.min()", "s = min(x)", CONTRACT, Rounding.REASSOCIATES, True, "", 7, Course(120, 300, 4, "0badcafe"))
EVIDENCE = Evidence(424, 1, ("x: float64",), Rounding.EXACT, sandboxed=True, ulps=2.0, bounds=0.5, trial=TRIAL)


def rewrite(evidence: Evidence | None) -> Rewrite:
    edit = Edit(Span(3, 4, 5, 20), "for ...", "s = min(x)")
    return Rewrite("AV204", "min", "s = min(x)", "f", edit, Rounding.REASSOCIATES, evidence=evidence)


def document(*found: Rewrite) -> str:
    return evidence_document([FileReport("m.py", "old", "new", found)])


def test_a_trial_comes_back_as_it_was() -> None:
    found = read_evidence(document(rewrite(EVIDENCE), rewrite(None)))
    assert found.kept == (Kept("m.py:3:5", "AV204 min", 424, TRIAL),)
    assert found.versions == versions()


def test_versions_and_machine_are_in_it() -> None:
    assert set(versions()) == {"autovec", "python", "numpy", "numba", "system", "machine", "processors"}
    assert versions()["numpy"] != "none"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "it is not of the format 'autovec evidence 1'"),
        ("{", "it holds no evidence that can be read (JSONDecodeError: "),
        (json.dumps({"format": "autovec evidence 1"}), "it holds no evidence that can be read (KeyError: 'rewrites')"),
        (document(rewrite(EVIDENCE)).replace('"seed": 7', '"seed": "x"'), "it holds no evidence that can be read (ValueError: "),
        (document(rewrite(EVIDENCE)).replace('"digest"', '"sum"'), "it holds no evidence that can be read (KeyError: 'digest')"),
    ],
)
def test_what_is_no_evidence_is_said(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_evidence(text)
    assert str(caught.value).startswith(why)
