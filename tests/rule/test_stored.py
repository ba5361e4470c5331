"""Rules as data: what was kept is what was raised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autovec import precomputed
from autovec.expression import Apply, Const, Length, Name, Opaque, Read, Slice
from autovec.outcome import Refusal
from autovec.rule import book, load_book
from autovec.rule.stored import data_of, value_of


@pytest.mark.parametrize("entry", load_book().entries, ids=lambda e: e.text.name)
def test_a_rule_survives(entry):
    parts = entry.text, entry.pattern
    assert value_of(json.loads(json.dumps(data_of(parts)))) == parts
    assert [n.sentence for n in value_of(data_of(entry.text)).needs] == [n.sentence for n in entry.text.needs]


@pytest.mark.parametrize("number", [1, 1.0, True, -0.0, 0.1, 2**70, float("inf"), None, "text"])
def test_numbers_stay_what_they_are(number):
    e = Apply("+", (Const(number), Read("a", (Slice(Name("i"), None, Length("a", 0)),))))
    assert value_of(json.loads(json.dumps(data_of(e)))) == e


@pytest.mark.parametrize("foreign", [Const(1j), Opaque("f(x)", frozenset(("f", "x")), "unknown"), {1: object()}, [1]])
def test_what_is_no_part_of_a_rule_is_not_kept(foreign):
    with pytest.raises(TypeError, match="is no part of a rule"):
        data_of(foreign)


@pytest.fixture
def kept(monkeypatch):
    """What is kept between runs, here a dict."""
    values = {}
    monkeypatch.setattr(book, "recall", values.get)
    monkeypatch.setattr(book, "keep", values.__setitem__)
    return values


def own():
    return book._own.__wrapped__(None)


def test_rules_are_raised_once(kept, monkeypatch):
    raised = own()
    kept["rules"] = json.loads(json.dumps(kept["rules"]))
    monkeypatch.setattr(book, "rule_files", lambda _: pytest.fail("the rules were read"))
    assert own() == raised and raised.problems == ()


def test_rules_with_a_problem_are_not_kept(kept, monkeypatch, tmp_path):
    (tmp_path / "bad.py").write_text("RULE = 1\n")
    monkeypatch.setattr(book, "OWN_RULES", tmp_path)
    (problem,) = own().problems
    assert isinstance(problem, Refusal) and kept == {}


def test_another_front_end_keeps_nothing_and_gets_nothing(kept):
    kept["rules"] = "not looked at"
    book._own.__wrapped__(lambda source, shapes: Refusal("AV090", "no front end"))
    assert kept == {"rules": "not looked at"}


def test_what_is_kept_lies_beside_the_byte_code():
    path = precomputed._path("rules")
    assert path is not None and path.parent.name == "__pycache__" and Path(precomputed.__file__).parent == path.parent.parent
