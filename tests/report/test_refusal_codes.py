"""Every refusal code that the code base can give is documented, and every documentation reads well."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autovec.report.refusals import REFUSALS, RefusalKind, refusal_name

SOURCES = Path(__file__).parent.parent.parent / "autovec"


def test_every_code_in_the_sources_is_documented() -> None:
    used = {code for path in SOURCES.rglob("*.py") for code in re.findall(r'"(AV0\d\d)"', path.read_text(encoding="utf-8"))}
    assert used - REFUSALS.keys() == set()


@pytest.mark.parametrize("kind", REFUSALS.values(), ids=REFUSALS)
def test_every_documentation_reads_well(kind: RefusalKind) -> None:
    assert re.fullmatch(r"AV0\d\d", kind.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.name)
    assert kind.explanation[0].isupper() or kind.explanation.startswith("`")
    assert kind.explanation.endswith(".") and kind.remedy.endswith((".", '".'))
    assert not kind.remedy[0].isupper()


def test_codes_are_sorted_and_names_are_unique() -> None:
    assert list(REFUSALS) == sorted(REFUSALS)
    assert len({kind.name for kind in REFUSALS.values()}) == len(REFUSALS)
    assert refusal_name("AV999") == ""
