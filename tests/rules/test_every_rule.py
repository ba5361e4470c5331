"""One test walks all rule files: what a rule says must be true, and its examples must show it."""

from __future__ import annotations

import ast
import warnings
from itertools import product

import cases
import numpy as np
import pytest
from facts import Facts
from raiser import read_small

from autovec.outcome import Rounding
from autovec.rule.book import Entry, answer, load_book
from autovec.rule.forms import without_start
from autovec.rule.model import Case, Guard, Refused
from autovec.rule.template import with_axis

ENTRIES = cases.book().entries
every_rule = pytest.mark.parametrize("entry", ENTRIES, ids=[e.text.name for e in ENTRIES])


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def same(entry: Entry, old: object, new: object, scale: int) -> bool:
    """Equal, or within what reassociation may do to numbers of this size."""
    a, b = np.asarray(old), np.asarray(new)
    if a.shape != b.shape:
        return False
    if entry.text.rounding is Rounding.EXACT or a.dtype.kind in "biu":
        return np.array_equal(a, b, equal_nan=a.dtype.kind in "fc" and b.dtype.kind in "fc")
    precision = max((np.finfo(x.dtype).eps for x in (a, b) if x.dtype.kind in "fc"), default=0)
    return np.allclose(a, b, rtol=8 * precision, atol=scale * 40 * precision, equal_nan=True)


def runs(entry: Entry, rewrite) -> tuple[int, int]:
    """How often `rewrite` was compared with the loop where the needs allow it, and how often it differed."""
    module = cases.module_of(entry.text.path)
    compared = differed = 0
    for o in cases.operands(entry):
        found = cases.answers(entry, o)
        tests = cases.tests_of(*found) if found else None
        if tests is None:
            continue
        for sizes, seed in product(cases.SIZES, range(6)):
            args = cases.data(entry, o, sizes, seed)
            if not holds(tests, o, args) or is_empty_extreme(entry, args):
                continue
            compared += 1
            old = module.before(*args)
            differed += not agrees(entry, old, rewrite, cases.literals(entry, o, args))
    return compared, differed


def holds(tests: list[str], o: cases.Operands, args: list) -> bool:
    names = {n: a for (n, _), a in zip(o.given, args, strict=True)}
    return all(eval(t, {"np": np}, names) for t in tests)


def is_empty_extreme(entry: Entry, args: list) -> bool:
    """Extremes and positions in an empty array are tested for by the caller, and so is an array of nothing but NaN."""
    if entry.text.name not in ("max", "min", "argmin", "argmax"):
        return False
    return args[0].size == 0 or bool(args[0].dtype.kind == "f" and np.isnan(args[0]).all())


def agrees(entry: Entry, old: object, rewrite, args: list) -> bool:
    try:
        return same(entry, old, rewrite(*args), 200)
    except (ValueError, IndexError, TypeError, OverflowError):
        return False


def test_every_file_is_a_rule():
    assert cases.book().problems == ()


def test_codes_and_names_are_unique():
    assert len({e.text.code for e in ENTRIES}) == len(ENTRIES) == len({e.text.name for e in ENTRIES})


@every_rule
def test_a_file_is_short_and_imports_only_numpy_and_rules(entry):
    text = entry.text.path.read_text()
    parts = list(ast.walk(ast.parse(text)))
    imported = {n.module for n in parts if isinstance(n, ast.ImportFrom)} | {
        n.names[0].name for n in parts if isinstance(n, ast.Import)
    }
    assert len(text.splitlines()) <= 80
    assert imported <= {"numpy", "autovec.rule"}


@every_rule
def test_text_and_module_agree(entry):
    rule, text = cases.module_of(entry.text.path).RULE, entry.text
    for attribute in ("code", "name", "shapes", "rounding", "cost", "refuses"):
        assert getattr(rule, attribute) == getattr(text, attribute)
    assert tuple(rule.also) == text.also
    assert [n.sentence for n in rule.needs] == [n.sentence for n in text.needs]


@every_rule
def test_before_equals_after(entry):
    compared, differed = runs(entry, cases.module_of(entry.text.path).after)
    assert compared >= 30
    assert differed == 0


@every_rule
def test_mutants_are_caught(entry):
    for template in mutants(entry.text.template):
        code = f"lambda {', '.join(n for n, _ in next(cases.operands(entry)).given)}: {template}"
        assert runs(entry, eval(code, {"np": np}))[1] > 0, template


def mutants(template: str) -> list[str]:
    """The expression with one operand replaced by ones."""
    names = sorted({n.id for n in ast.walk(ast.parse(template)) if isinstance(n, ast.Name)} - {"np"})
    return [ast.unparse(_Ones(name).visit(ast.parse(template, mode="eval"))) for name in names]


class _Ones(ast.NodeTransformer):
    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.parse(f"np.ones_like({node.id})", mode="eval").body if node.id == self.name else node


@every_rule
def test_also_matches_and_refuses_does_not(entry):
    assert entry.text.also and entry.text.refuses
    assert [t for t in entry.text.also if not recognised(entry, t)] == []
    assert [k for k, t in entry.text.refuses.items() if recognised(entry, t)] == []


def recognised(entry: Entry, text: str) -> bool:
    """Whether the rule accepts the loop for some kind of its arrays."""
    reader = read_small(text)
    expr = without_start(reader.result()[0])
    kinds = product(cases.KINDS, ("", "float64"))
    return any(accepts(entry, expr, Facts(dict.fromkeys("uvwx", kind), total, reader.extents)) for kind, total in kinds)


def accepts(entry: Entry, expr, facts: Facts) -> bool:
    try:
        answers = [answer(entry.needs, Case(expr, p.bindings, facts)) for p in entry.proposals(expr, facts)]
        return any(not isinstance(a, Refused) for a in answers)
    except TypeError:
        return False


@every_rule
def test_every_need_is_the_only_obstacle_somewhere(entry):
    alone = set()
    for o in variants(entry):
        found = cases.answers(entry, o)
        for obstacle in (Refused, Refused | Guard):
            met = [n for n, a in enumerate(found[1]) if isinstance(a, obstacle)] if found else []
            alone |= set(met) if len(met) == 1 else set()
    assert [n.sentence for i, n in enumerate(entry.text.needs) if i not in alone] == []


def variants(entry: Entry):
    """The operands as they are, computed ones, totals of another kind, and Python's integers."""
    for o in cases.operands(entry):
        yield o
        yield cases.Operands(o.given, computed=True)
        yield from (cases.Operands(o.given, total=total) for total in ("float64", "int64"))
    yield cases.Operands(tuple((n, "int") for n, _ in o.given), total="int")


ALONG = [e for e in ENTRIES if e.text.along]


@pytest.mark.parametrize("entry", ALONG, ids=[e.text.name for e in ALONG])
@pytest.mark.parametrize("positions", [(0,), (1,), None])
def test_along_folds_each_lane_as_before_does(entry, positions):
    if positions is None and entry.text.name.startswith("argm"):
        pytest.skip("a position along two axes is not one number")
    module, template = cases.module_of(entry.text.path), with_axis(entry.text.along, entry.text.axis, positions)
    names = [n for n, _ in next(cases.operands(entry)).given]
    rewrite = eval(f"lambda {', '.join(names)}: {template}", {"np": np})
    compared = 0
    for o in cases.operands(entry):
        found = cases.answers(entry, o)
        if not found or cases.tests_of(*found) is None:
            continue
        rng = np.random.default_rng(7)
        args = [cases.draw(rng, k, (4, 3), False) for _, k in o.given]
        assert same(entry, by_lanes(module.before, args, positions), rewrite(*args), 200)
        compared += 1
    assert compared


def by_lanes(before, args: list, positions: tuple[int, ...] | None):
    if positions is None:
        return before(*(a.ravel() for a in args))
    lanes = [a.T if positions == (0,) else a for a in args]
    return np.array([before(*lane) for lane in zip(*lanes, strict=True)])


def test_the_front_end_raises_every_before_to_the_same_pattern():
    real = load_book()
    assert real.problems == ()
    assert {e.text.name: e.pattern for e in real.entries} == {e.text.name: e.pattern for e in ENTRIES}
