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

    `select` and `ignore` hold code prefixes; an empty `select` means everything.
    """

    verify: bool  # run both versions, compare and time them; False for `check`
    min_speedup: float = DEFAULT_MIN_SPEEDUP  # a rewrite that gains less does not land
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    rounding: RoundingLimit = "bounded"  # "exact" refuses every rewrite that may change the last bits of a float
    backend: Backend = "auto"  # "numpy" and "numba" leave the other out
    strict: bool = False  # keep the promise on all inputs: where the loop raises, and where arrays overlap
    guards: bool = True  # False: leave loops alone whose rewrite would need a test at run time
    max_temporary: int = DEFAULT_MAX_TEMPORARY  # bytes that a rewrite may need beyond its inputs and outputs
    packs: tuple[Pack, ...] = ()  # rules of the user's own
    lines: tuple[tuple[int, int], ...] | None = None  # only loops that touch these lines, first and last; None: all
    seen: tuple[Seen, ...] = ()  # of the file's parameters, in real runs

    def allows(self, code: str) -> bool:
        """Whether findings of `code` are wanted: the longest matching prefix decides, and `ignore` wins a tie."""
        selected = longest_prefix(code, self.select) if self.select else 0
        return selected is not None and not self.ignores(code, beyond=selected)

    def ignores(self, code: str, beyond: int = 0) -> bool:
        """Whether `ignore` names `code` with a prefix of at least `beyond` characters."""
        ignored = longest_prefix(code, self.ignore)
        return ignored is not None and ignored >= beyond


def longest_prefix(code: str, prefixes: Sequence[str]) -> int | None:
    """The length of the longest of `prefixes` that `code` starts with, None where none fits."""
    return max((len(p) for p in prefixes if code.startswith(p)), default=None)
