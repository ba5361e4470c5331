"""What a run was asked for, as plain data: the faces fill it in, the pipeline reads it, nobody changes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from autovec.record import dataclass

RoundingLimit = Literal["bounded", "exact"]
Backend = Literal["auto", "numpy", "numba"]

DEFAULT_MIN_SPEEDUP = 1.5
DEFAULT_MAX_TEMPORARY = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """What one parameter was in the runs that `autovec trace` watched; `mark` stands for the code of its function.

    `least` and `most` are the longest extents of arrays, the lengths of lists, the sizes of integers.
    """

    function: str  # dotted
    mark: str
    parameter: str
    types: tuple[str, ...]
    dtypes: tuple[str, ...]  # of arrays; of lists the kinds of their items
    ranks: tuple[int, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of rules beside autovec's own; `state` changes whenever one of its files does."""

    folder: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """The questions to ask of every loop, and how strictly.

    `select` and `ignore`, `fixable` and `unfixable` hold code prefixes; an empty `select` or `fixable` means everything.
    """

    verify: bool  # run both versions, compare and time them; False for `check`
    min_speedup: float = DEFAULT_MIN_SPEEDUP  # a rewrite that gains less does not land
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fixable: tuple[str, ...] = ()  # what may be written; other rewrites are reported only
    unfixable: tuple[str, ...] = ()
    rounding: RoundingLimit = "bounded"  # "exact" refuses every rewrite that may change the last bits of a float
    backend: Backend = "auto"  # "numpy" and "numba" leave the other out
    parallel: bool = False  # compiled loops may run on several cores
    strict: bool = False  # keep the promise on all inputs: where the loop raises, and where arrays overlap
    guards: bool = True  # False: leave loops alone whose rewrite would need a test at run time
    max_temporary: int = DEFAULT_MAX_TEMPORARY  # bytes that a rewrite may need beyond its inputs and outputs
    packs: tuple[Pack, ...] = ()  # rules of the user's own
    lines: tuple[tuple[int, int], ...] | None = None  # only loops that touch these lines, first and last; None: all
    seen: tuple[Seen, ...] = ()  # of the file's parameters, in real runs

    def allows(self, code: str) -> bool:
        """Whether findings of `code` are wanted: the longest matching prefix decides, and `ignore` wins a tie."""
        return _takes(code, self.select, self.ignore)

    def ignores(self, code: str) -> bool:
        """Whether `ignore` names `code`."""
        return longest_prefix(code, self.ignore) is not None

    def fixes(self, code: str) -> bool:
        """Whether rewrites of `code` may be written: the longest matching prefix decides, and `unfixable` wins a tie."""
        return _takes(code, self.fixable, self.unfixable)


def _takes(code: str, wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> bool:
    named = longest_prefix(code, wanted) if wanted else 0
    if named is None:
        return False
    against = longest_prefix(code, unwanted)
    return against is None or against < named


def longest_prefix(code: str, prefixes: Sequence[str]) -> int | None:
    """The length of the longest of `prefixes` that `code` starts with, None where none fits."""
    return max((len(p) for p in prefixes if code.startswith(p)), default=None)
