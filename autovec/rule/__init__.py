"""Rules: idiomatic NumPy spellings for tensor expressions, one file each."""

from autovec.rule.book import Book, load_book
from autovec.rule.context import Context
from autovec.rule.documentation import codes, documentation
from autovec.rule.forms import factors, multiplied, natural_axes, picked
from autovec.rule.model import About, Bound, Match, Proposal, Rule
from autovec.rule.needs import (
    bool_elements,
    float_elements,
    keeps_type,
    no_nan,
    ordered,
    real_elements,
    real_or_finite,
    same_kind,
    short,
    totals_in_double,
    wide_elements,
)
from autovec.rule.recognise import contraction_of, diagonal_of, filter_of

__all__ = [
    "About",
    "Book",
    "Bound",
    "Context",
    "Match",
    "Proposal",
    "Rule",
    "bool_elements",
    "codes",
    "contraction_of",
    "diagonal_of",
    "documentation",
    "factors",
    "filter_of",
    "float_elements",
    "keeps_type",
    "load_book",
    "multiplied",
    "natural_axes",
    "no_nan",
    "ordered",
    "picked",
    "real_elements",
    "real_or_finite",
    "same_kind",
    "short",
    "totals_in_double",
    "wide_elements",
]
