"""What is kept beside the byte code: it comes back as it was, or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autovec import precomputed
from autovec.precomputed import keep, recall, state_of_autovec

VALUE = {"result\t+\tint\tfloat": "float", "none": None, "numbers": [1, 2.5, -0.0, True]}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of its own, the byte code of which lies beside it."""
    monkeypatch.setattr(precomputed, "_PACKAGE", tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    return tmp_path / "__pycache__"


def test_a_value_comes_back(folder: Path) -> None:
    assert recall("rules") is None
    keep("rules", VALUE)
    assert (recall("rules"), recall("numpy")) == (VALUE, None)
    assert [path.name for path in folder.iterdir()] == [f"rules.{sys.implementation.cache_tag}.json"]


def test_a_value_about_something_else_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    keep("numpy", VALUE, "numpy 2.4")
    assert (recall("numpy", "numpy 2.5"), recall("numpy"), recall("numpy", "numpy 2.4")) == (None, None, VALUE)
    monkeypatch.setattr(precomputed, "state_of_autovec", lambda: "changed")
    assert recall("numpy", "numpy 2.4") is None


@pytest.mark.parametrize("damage", [b"", b"[]", b"null", b"{}", b'{"value": 1}', b"\xff\xfe", b"[" * 100_000])
def test_what_is_damaged_is_as_if_it_were_not_there(folder: Path, damage: bytes) -> None:
    keep("rules", VALUE)
    (path,) = folder.iterdir()
    path.write_bytes(damage)
    assert recall("rules") is None
    path.write_bytes(path.read_bytes()[:-3])
    assert recall("rules") is None
    keep("rules", VALUE)
    assert recall("rules") == VALUE


def test_nothing_is_written_where_python_writes_no_byte_code(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep("rules", VALUE)
    assert not folder.exists()


def test_a_place_that_cannot_be_written_costs_nothing(folder: Path) -> None:
    folder.write_text("no folder")
    keep("rules", VALUE)
    assert recall("rules") is None


def test_what_cannot_take_its_place_is_not_left_behind(folder: Path) -> None:
    (folder / f"rules.{sys.implementation.cache_tag}.json").mkdir(parents=True)
    keep("rules", VALUE)
    assert [path.is_dir() for path in folder.iterdir()] == [True]


def test_byte_code_that_lies_elsewhere_takes_it_along(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "elsewhere"))
    keep("rules", VALUE)
    assert recall("rules") == VALUE and not folder.exists()
    monkeypatch.setattr(sys.implementation, "cache_tag", None)
    keep("rules", VALUE)
    assert recall("rules") is None


def test_the_state_changes_with_every_source(tmp_path: Path) -> None:
    source = tmp_path / "part" / "module.py"
    source.parent.mkdir()
    source.write_text("a = 1\n")
    states = [state_of_autovec.__wrapped__()]
    source.write_text("a = 10\n")
    states.append(state_of_autovec.__wrapped__())
    os.utime(source, ns=(1, 1))
    states.append(state_of_autovec.__wrapped__())
    source.rename(source.with_name("other.py"))
    states.append(state_of_autovec.__wrapped__())
    assert len(set(states)) == 4 and states[3] == state_of_autovec.__wrapped__()
