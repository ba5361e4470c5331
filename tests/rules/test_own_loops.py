"""The tool rewrites the rules' own loops by those rules, and finds nothing more to do in what it wrote."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from textwrap import indent

import cases
import pytest

from autovec.options import Options
from autovec.outcome import Rewrite
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
        yield annotated(ast.parse(entry.text.before).body[0], shapes, kind)
        for text in entry.text.also:
            yield annotated(function_of(text), ranks(text), kind)


def function_of(text: str) -> ast.FunctionDef:
    """Bare statements as a function of the names that they read."""
    names = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Name)]
    stored = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    parameters = sorted({n.id for n in names} - stored - {"range", "len", "zip", "enumerate", "min", "max"})
    result = next((n for n in ("t", "best") if n in stored), "w")
    return ast.parse(f"def f({', '.join(parameters)}):\n{indent(text, '    ')}    return {result}").body[0]


def ranks(text: str) -> dict[str, int]:
    """How many subscripts each array has in a text; an array that is iterated over has one."""
    found: dict[str, int] = {}
    for n in ast.walk(ast.parse(text)):
        match n:
            case ast.Subscript(ast.Name(a), ast.Tuple(at)):
                found[a] = len(at)
            case ast.Subscript(ast.Subscript(ast.Name(a)), _):
                found[a] = 2
            case ast.Subscript(ast.Name(a), _):
                found.setdefault(a, 1)
            case ast.For(iter=ast.Name(a)):
                found[a] = 1
            case ast.For(iter=ast.Call(ast.Name("zip" | "enumerate"), arrays)):
                found |= {a.id: 1 for a in arrays}
    return found


def annotated(function: ast.FunctionDef, rank: dict[str, int], kind: str) -> str:
    """The function with the facts in its annotations; conditions are truth values."""
    for a in function.args.args:
        dims = ", ".join(["int"] * rank.get(a.arg, 0))
        of = "bool_" if a.arg == "m" and len(function.args.args) > 1 else kind
        text = f"np.ndarray[tuple[{dims}], np.dtype[np.{of}]]" if dims else "int" if a.arg in "nmpq" else "float"
        a.annotation = ast.parse(text, mode="eval").body
    return f"import numpy as np\n\n\n{ast.unparse(ast.fix_missing_locations(function))}\n"


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
