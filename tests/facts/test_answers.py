"""What NumPy was asked before is not asked again, and is what it would say."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from autovec.facts import answers, samples
from autovec.facts.kinds import EVERY_ARRAY, OPERATORS, PYTHON

NAMES = ("np.add", "np.sin", "np.matmul", "np.arctan2", "np.zeros", "np.no_such", "np.random.rand", "math.exp", "abs", "no")


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], object]:
    """What is kept between runs; the table starts anew from it."""
    values: dict[tuple[str, str], object] = {}
    monkeypatch.setattr(answers, "recall", lambda name, about: values.get((name, about)))
    monkeypatch.setattr(answers, "keep", lambda name, value, about: values.__setitem__((name, about), value))
    start_anew(monkeypatch)
    return values


def start_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    table = answers._Table()
    monkeypatch.setattr(answers, "_table", lambda: table)


def everything() -> list[object]:
    """Many questions and their answers."""
    kinds = sorted(PYTHON | EVERY_ARRAY)
    found: list[object] = [answers.result(fn, pair) for fn in sorted(OPERATORS) for pair in product(kinds, repeat=2)]
    found += [ask(fn) for fn in NAMES for ask in (answers.is_ufunc, answers.elementwise_inputs)]
    found += [answers.stores(a, b) for a, b in product(sorted(EVERY_ARRAY), repeat=2)]
    return found + [answers.constant(name) for name in ("math.pi", "np.inf", "np.newaxis", "np.sin")]


def directly() -> list[object]:
    """The same, of NumPy."""
    kinds = sorted(PYTHON | EVERY_ARRAY)
    found: list[object] = [samples.result(fn, *pair) for fn in sorted(OPERATORS) for pair in product(kinds, repeat=2)]
    found += [ask(fn) for fn in NAMES for ask in (samples.is_ufunc, samples.elementwise_inputs)]
    found += [samples.stores(a, b) for a, b in product(sorted(EVERY_ARRAY), repeat=2)]
    return found + [samples.constant(name) for name in ("math.pi", "np.inf", "np.newaxis", "np.sin")]


def test_answers_are_numpys_and_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = everything()
    assert first == directly()
    answers.keep_answers()
    start_anew(monkeypatch)
    for question in ("result", "is_ufunc", "elementwise_inputs", "stores", "constant"):
        monkeypatch.setattr(samples, question, lambda *words: pytest.fail(f"asked again: {words}"))
    assert everything() == first


def test_what_other_runs_learnt_stays(kept: dict[tuple[str, str], object]) -> None:
    answers.is_ufunc("np.sin")
    (about,) = {("numpy", answers._numpy())}
    kept[about] = {"is_ufunc\tnp.cos": True}
    answers.keep_answers()
    assert kept == {about: {"is_ufunc\tnp.cos": True, "is_ufunc\tnp.sin": True}}
    kept.clear()
    answers.keep_answers()
    assert kept == {}  # nothing was learnt since


def test_an_unknown_numpy_is_asked_in_every_run(kept: dict[tuple[str, str], object], monkeypatch: pytest.MonkeyPatch) -> None:
    for spec in (None, SimpleNamespace(origin=None), SimpleNamespace(origin="/nowhere/numpy/__init__.py")):
        monkeypatch.setattr(answers, "find_spec", lambda _, spec=spec: spec)
        start_anew(monkeypatch)
        assert answers.result("+", ("int8", "int8")) == "int8"
        answers.keep_answers()
        assert kept == {}
