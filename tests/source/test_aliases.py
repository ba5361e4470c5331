"""Annotations with a module's own names for types, and with None among them."""

from __future__ import annotations

import ast

import pytest

from autovec.facts.value import ArrayFact, Trust
from autovec.propose.reading import read_function
from autovec.source.aliases import plain
from autovec.source.find import Module, parse
from autovec.source.imports import bindings
from autovec.source.text import SourceText, from_text

HEAD = """import numpy as np
from typing import Optional, TypeAlias, Union
from numpy.typing import NDArray
Real = np.float64
Vector = NDArray[Real]
Weights: TypeAlias = "Vector"
Either = Union[Vector, list[float]]
Loop = Loop
size = 3
if size:
    Odd = Vector
"""
MEANT = {
    "Vector": "NDArray[np.float64]",
    "Weights": "NDArray[np.float64]",
    "'Weights'": "NDArray[np.float64]",
    "Optional[Vector]": "NDArray[np.float64] | None",
    "Vector | None": "NDArray[np.float64] | None",
    "None | np.ndarray": "np.ndarray | None",
    "Vector | Weights | None": "NDArray[np.float64] | NDArray[np.float64] | None",
    "list[Optional[float]]": "list[float | None]",
    "int": "int",
    "str | 'Vector'": "str | NDArray[np.float64]",
    "Annotated[Vector, 'metres']": "NDArray[np.float64]",
    "Odd": "Odd",
    "Loop": "Loop",
    "size": "size",
    "float": "float",
    "not a type": "not a type",
}


@pytest.mark.parametrize("annotation", MEANT)
def test_what_an_annotation_means(annotation: str) -> None:
    assert plain(annotation, bindings(ast.parse(HEAD), HEAD)) == MEANT[annotation]


def test_a_parameter_of_an_alias_is_an_array() -> None:
    source = from_text(f"{HEAD}\ndef f(x: Optional[Weights]):\n    for i in range(len(x)):\n        x[i] = 2 * x[i]\n")
    assert isinstance(source, SourceText)
    module = parse(source)
    assert isinstance(module, Module)
    fact = read_function(module, module.functions[0]).start["x"]
    assert isinstance(fact, ArrayFact)
    assert (fact.kinds, fact.trust) == (frozenset(("float64",)), Trust.OPTIONAL)
