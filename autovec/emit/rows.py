"""What statements about whole rows ask of their operands: numbers where numbers were taken for granted, and equal lengths.

Comes in: a lifted program and the speller. Goes out: conditions of the fast path, and the code for batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.affine import affine
from autovec.emit.code import NoSpelling
from autovec.emit.places import names_in, text_of

if TYPE_CHECKING:
    from autovec.emit.speller import Speller
    from autovec.expression import Expr
    from autovec.tensor.statement import Program


def ask_of_rows(s: Speller, program: Program) -> None:
    """Note the conditions."""
    for name in program.numbers:
        s.needed.condition(f"{s.np('ndim')}({name}) == 0")
    for a, b in program.equal:
        if s.facts.same(a, b):
            continue
        s.needed.condition(f"{_length(s, a)} == {_length(s, b)}")
    for e in program.natural:
        s.needed.condition(f"{_length(s, e)} >= 0")


def _length(s: Speller, e: Expr) -> str:
    """A length in names that exist in front of the nest."""
    for form in (affine(e), s.facts.linear(e)):
        if form is not None and names_in(form) <= s.inputs:
            return text_of(form, s.facts)
    raise NoSpelling("AV041", "lengths cannot be compared in front of the loop")
