"""The tool rewrites the rules' own loops by those rules, and finds nothing more to do in what it wrote."""

from __future__ import annotations

from collections.abc import Iterator

import cases
import pytest

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.packs.programs import annotated, function_of, ranks
from autovec.pipeline import analyse_file
from autovec.rule.book import Entry
from autovec.rule.pattern import shapes_of

ENTRIES = cases.book().entries
KINDS = ("float64", "bool_", "int64", "int8")
NEEDS_A_TEST = {"correlation", "convolution"}  # that there are no more weights than elements is rarely proved


def programs(entry: Entry) -> Iterator[str]:
    """The rule's own loop and its other examples, as functions over arrays of one kind."""
    for kind in KINDS:
        shapes = {n: len(axes) for n, axes in shapes_of(entry.text.shapes).items()}
        yield annotated(function_of(entry.text.before), shapes, kind)
        for text in entry.text.also:
            yield annotated(function_of(text), ranks(text), kind)


def rewrites(text: str) -> tuple[set[str], str]:
    """The codes proposed for a text, and the new text."""
    report = analyse_file(text.encode(), "x.py", Options(verify=False, min_speedup=0.0), None)
    found = [f for f in report.findings if isinstance(f, Rewrite)]
    lines = text.splitlines(keepends=True)
    for f in reversed(found):
        s = f.edit.span
        head, tail = lines[s.line - 1][: s.column], lines[s.end_line - 1][s.end_column :]
        lines[s.line - 1 : s.end_line] = [head + f.edit.after + tail]
    return {f.code for f in found}, "".join(lines)


@pytest.mark.parametrize("entry", ENTRIES, ids=[e.text.name for e in ENTRIES])
def test_the_tool_rewrites_its_own_loops(entry: Entry) -> None:
    if entry.text.name in NEEDS_A_TEST:
        pytest.skip("applies under a test at run time only")
    seen = {p: rewrites(p) for p in programs(entry)}
    mine = [after for codes, after in seen.values() if entry.text.code in codes]
    assert mine, {p: codes for p, (codes, _) in seen.items()}
    assert [after for after in mine if "for " not in after and rewrites(after)[0]] == []
