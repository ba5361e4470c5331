"""What a caller knows about the names of a nest: comes from `facts`, is read by every test of this part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from autovec.expression import Expr
from autovec.record import dataclass


def _no_names() -> dict[str, Expr]:
    return {}


def _no_pairs() -> dict[str, str]:
    return {}


def _no_ranges() -> dict[Expr, tuple[Expr | None, Expr | None]]:
    return {}


def _no_ranks() -> dict[str, int]:
    return {}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Facts that hold throughout the nest. A name in a subscript is taken to hold a Python integer.

    `known`: names to look through, as n -> len(x). `nonnegative`: expressions that are 0 or more. `ranges`: atom -> (low, stop),
    the stop exclusive. `injective`: index arrays of which no two elements address the same place. `aliases`: pairs of names
    that may be the very same array, never a part of it. `must_alias`: b -> a for `b = a`. `ranks`: dimensions, where known.
    `may_wrap`: one text whose sign is unknown (`a[i - lo]`) may pass zero within the nest, where it would meet its own far end;
    False trusts it not to, as the rewrite's slices need that guard anyway.
    `reorder_updates`: `a[i] += e` and `a[j] -= f` in two statements may change places, as two halves of one reduction.
    """

    known: Mapping[str, Expr] = field(default_factory=_no_names)
    nonnegative: frozenset[Expr] = frozenset()
    ranges: Mapping[Expr, tuple[Expr | None, Expr | None]] = field(default_factory=_no_ranges)
    injective: frozenset[str] = frozenset()
    aliases: frozenset[frozenset[str]] = frozenset()
    must_alias: Mapping[str, str] = field(default_factory=_no_pairs)
    ranks: Mapping[str, int] = field(default_factory=_no_ranks)
    may_wrap: bool = False
    reorder_updates: bool = False
