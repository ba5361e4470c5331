"""Attributes of `self`: first what must not be concluded of them, then what the class says."""

from __future__ import annotations

import textwrap

import pytest
from test_flow import shown

from autovec.facts.table import Facts
from autovec.options import Options
from autovec.outcome import Refusal
from autovec.pipeline import analyse_file
from autovec.propose.reading import locate, read_function
from autovec.source.find import parse
from autovec.source.text import SourceText, decode

HEAD = "import numpy as np\nfrom numpy.typing import NDArray\n\n\n"
EVERY = "bool_|complex128|float16|float32|float64|int32|int64|int8|uint8"


def of_class(setup: str, method: str, more: str = "") -> str:
    """A module with one class."""
    init = textwrap.indent(textwrap.dedent(setup).strip(), " " * 8)
    body = textwrap.indent(textwrap.dedent(method).strip(), " " * 8)
    top = f"class C:\n{textwrap.indent(more, '    ')}    def __init__(self, n, x: np.ndarray):\n{init}\n"
    return f"{HEAD}{top}\n    def m(self, k):\n{body}\n"


def facts(source: str) -> Facts:
    """The facts in front of the first loop of the method `m`."""
    text = decode(source.encode())
    assert isinstance(text, SourceText)
    module = parse(text)
    assert not isinstance(module, Refusal)
    method = next(f for f in module.functions if f.name == "C.m")
    node = method.sites[0].node
    found = locate(read_function(module, method), node.lineno, node.col_offset)
    assert found is not None
    return found.facts


LOOP = "for i in range(k):\n    self.x[i] += 1.0"

SETUPS = [
    ("self.x = np.zeros(n)", "ndarray[len(self.x)] float64 declared"),
    ("self.x = np.zeros((n, n))[0]", f"ndarray[len(self.x)] {EVERY} hinted"),
    ("self.x = np.zeros(n)\nself.x = np.ones(n, dtype=int)", "ndarray[len(self.x)] float64|int64 declared"),
    ("self.x: NDArray[np.float32] = make(n)", "ndarray[len(self.x)] float32 declared"),
    ("self.x = x", f"ndarray[len(self.x)] {EVERY} declared"),
    ("self.x = make(n)", f"ndarray[len(self.x)] {EVERY} hinted"),
    ("self.x = np.zeros(n)\nself.x = make(n)", f"ndarray[len(self.x)] {EVERY} hinted"),
    ("self.x, self.y = np.zeros(n), 1", f"ndarray[len(self.x)] {EVERY} hinted"),
    ("for self.x in make(n):\n    pass", f"ndarray[len(self.x)] {EVERY} hinted"),
    ("self.x = [0.0] * n", "unknown"),
    ("self.x = []", "unknown"),
]


@pytest.mark.parametrize(("setup", "fact"), SETUPS)
def test_what_the_class_says(setup: str, fact: str) -> None:
    assert shown(facts(of_class(setup, LOOP)), "self.x") == fact


def test_an_annotation_in_the_class() -> None:
    source = of_class("self.y = 1", LOOP, "x: NDArray[np.int64]\n")
    assert shown(facts(source), "self.x") == "ndarray[len(self.x)] int64 declared"


@pytest.mark.parametrize("call", ["self.reset()", "reset(k)", "k = reset()", "self.x = np.zeros(3)", "print(self)"])
def test_a_length_does_not_outlive_a_call(call: str) -> None:
    table = facts(of_class("self.x = np.zeros(n)", f"q = len(self.x)\n{call}\n{LOOP}"))
    assert shown(table, "q").startswith("int") and " = " not in shown(table, "q")


def test_a_length_is_known() -> None:
    table = facts(of_class("self.x = np.zeros(n)", f"q = len(self.x)\n{LOOP}"))
    assert shown(table, "q") == "int = len(self.x) >= 0 proved"


METHODS = [
    (
        "for i in range(len(self.x)):\n    self.x[i] *= 2.0",
        "self.x[...] *= 2.0",
    ),
    (
        "s = 0.0\nfor i in range(len(self.x)):\n    s += self.x[i] * self.rate\nreturn s",
        "s = (self.x * self.rate).sum()\nreturn s",
    ),
    (
        "out = np.zeros(len(self.x))\nfor i in range(len(self.x)):\n    out[i] = self.x[i] + 1.0\nreturn out",
        "out = self.x + 1.0\nreturn out",
    ),
]


@pytest.mark.parametrize(("loop", "new"), METHODS)
def test_methods_are_rewritten(loop: str, new: str) -> None:
    source = of_class("self.x = np.zeros(n)\nself.rate = 0.5", loop)
    options = Options(verify=False, backend="numpy")
    after = analyse_file(source.encode(), "c.py", options, None).after
    assert textwrap.dedent(after.split("def m(self, k):\n")[1]).strip() == new


def test_a_method_that_hands_the_object_on_is_left_alone() -> None:
    source = of_class("self.x = np.zeros(n)", "for i in range(len(self.x)):\n    self.x[i] = g(self)")
    assert analyse_file(source.encode(), "c.py", Options(verify=False), None).after == source
