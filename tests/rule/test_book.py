"""Loading rules, packs included, and choosing between them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from facts import Facts
from raiser import raise_small

from autovec.options import Pack
from autovec.rule.book import load_book, rule_files
from autovec.rule.text import read_rule

RULE = '''"""Sum of everything, the pack's way."""

import numpy as np

from autovec.rule import Rule, float_elements


def before(a):
    total = 0.0
    for i in range(len(a)):
        total += a[i]
    return total


def after(a):
    return np.sum(a)


RULE = Rule(code="{code}", name="{name}", shapes="a[n]", before=before, after=after, needs=[float_elements("a")], cost={cost})
'''
SUM = raise_small("t = 0.0\nfor x in u:\n    t += x\n", "")[0]


def pack(folder: Path, name: str, cost: float, code: str = "AVZ001") -> Pack:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.py").write_text(RULE.format(code=code, name=name, cost=cost))
    return Pack(str(folder), name)


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ("RULE = ", "OTHER = ", "there is no statement `RULE = Rule(...)` with keyword arguments"),
        ("def after", "def later", "there is no function `after`"),
        ("return np.sum(a)", "x = 1\n    return np.sum(a)", "`after` must be a single `return` of an expression"),
        ('code="AVZ001"', "code=1", "`code` must be a string"),
        ("float_elements(", "unheard_of(", "`unheard_of('a')` is not one of the needs"),
        ("total += a[i]", "total += a[i + 1]", "a is not read by distinct axes; such a rule needs a match function"),
        ("def before", "def 1", "invalid"),
    ],
)
def test_a_file_that_is_no_rule_is_a_problem_and_not_a_crash(tmp_path, old, new, because):
    pack(tmp_path, "mine", 1)
    file = tmp_path / "mine.py"
    file.write_text(file.read_text().replace(old, new))
    (problem,) = load_book((Pack(str(tmp_path)),), raise_small).problems
    assert problem.code == "AV090" and because in problem.message


def test_the_cheaper_rule_wins_and_then_the_lower_code(tmp_path):
    facts = Facts({"u": "float64"})
    assert load_book((pack(tmp_path / "a", "dear", 2),), raise_small).best(SUM, facts).rule.name == "sum"
    assert load_book((pack(tmp_path / "b", "cheap", 0.5),), raise_small).best(SUM, facts).rule.name == "cheap"
    packs = (pack(tmp_path / "b", "first", 0.5, "AVB001"), pack(tmp_path / "c", "second", 0.5, "AVA001"))
    assert load_book(packs, raise_small).best(SUM, facts).rule.name == "second"


def test_a_test_at_run_time_is_offered_only_where_it_can_be_written(tmp_path):
    class Unknown(Facts):
        def kinds(self, expr):
            return frozenset({"float64", "int8"})

    book = load_book((pack(tmp_path, "floats", 0.1),), raise_small)
    assert book.best(SUM, Unknown({})).rule.name == "sum-of-narrow-integers"
    match = book.best(SUM, Unknown({}), guarded=True)
    assert (match.rule.name, match.guards) == ("floats", ('{a}.dtype.kind == "f"',))


def test_whole_numbers_are_exact_where_floats_are_regrouped():
    book = load_book(raise_template=raise_small)
    assert book.best(SUM, Facts({"u": "int64"})).rule.rounding == "exact"
    assert book.best(SUM, Facts({"u": "float64"})).rule.rounding == "reassociates"


def test_the_wanted_order_of_dimensions_decides_a_tie():
    product = raise_small(
        "for i in range(n):\n    for j in range(m):\n        for k in range(q):\n            w[i, j] += u[k, i] * v[k, j]\n", ""
    )[0]
    book = load_book(raise_template=raise_small)
    facts = Facts({"u": "float64", "v": "float64"})
    assert [book.best(product, facts, axes).axes for axes in (("i", "j"), ("j", "i"))] == [("i", "j"), ("j", "i")]


WITHOUT_NUMPY = """
import sys
from autovec.expression import Apply, Axis, Read, Reduce
from autovec.outcome import Refusal
from autovec.rule import codes, load_book
def no_front_end(source, shapes): return Refusal("", "")
class Doubles:
    def kinds(self, expr): return frozenset({"float64"})
    def extent(self, axis): raise AssertionError
codes()
operand = Read("u", (Axis("i"), Axis("k")))
third = Apply("*", (operand, Apply("*", (Read("v", (Axis("k"), Axis("j"))), Read("w", (Axis("i"), Axis("j")))))))
book = load_book(raise_template=no_front_end)
print(book.best(Reduce("+", ("k", "j"), third), Doubles()).rule.name, "numpy" in sys.modules)
"""


def test_matching_imports_no_numpy():
    result = subprocess.run([sys.executable, "-c", WITHOUT_NUMPY], capture_output=True, text=True, check=True)
    assert result.stdout == "contraction False\n"


def test_every_rule_file_is_found():
    assert all(not hasattr(read_rule(p), "message") for p in rule_files((Path(__file__).parents[2] / "rules",)))
