"""The words that every stage shares: where something is, what a region takes and gives, and how a question was answered."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import field
from enum import StrEnum

from autovec.record import dataclass

RESULT = "·value"  # the name of what a comprehension's loop builds; no identifier starts with a dot


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file: lines count from 1, columns from 0 in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column + 1}"


class Rounding(StrEnum):
    """How far a rewrite may differ in the last bits of floats."""

    EXACT = "exact"  # bit for bit
    REASSOCIATES = "reassociates"  # the same operations in another order
    APPROXIMATES = "approximates"  # another function of the same value, as np.exp for math.exp


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a loop is left alone, in the user's names; `hint` is the smallest edit that would free it."""

    code: str
    message: str
    hint: str = ""
    span: Span | None = None


# ------------------------------------------------------------------ what a region takes and gives


@dataclass(frozen=True, slots=True)
class Symbol:
    """A free size. `window` marks one that is small in practice (the taps of a filter); `at_least` is a Python
    expression over other symbols that it may not fall below, or "" """

    name: str
    window: bool = False
    at_least: str = ""


@dataclass(frozen=True, slots=True)
class ArrayInput:
    """An array-like input. `shape` holds one Python expression a dimension, over the contract's symbols.

    container "ndarray": `dtypes` are NumPy names, one is drawn for each case. container "list" (nested where the shape has
    several dimensions): `dtypes` are Python kinds out of int, float, bool, complex, str.
    Integer elements lie in low <= value < high (expressions over the symbols, "" for no limit): index arrays have one.
    The rows of a `ragged` list may be shorter than its shape says.
    """

    name: str
    container: str
    dtypes: tuple[str, ...]
    shape: tuple[str, ...]
    low: str = ""
    high: str = ""
    ragged: bool = False


@dataclass(frozen=True, slots=True)
class ScalarInput:
    """A scalar input. `kinds` are out of int, float, bool, complex, str or NumPy names such as float64 (a NumPy scalar).

    `value`, where not "", is a Python expression over the symbols (say "n" or "9.80665"): the input is exactly that.
    Else integers lie in low <= value < high (expressions over the symbols; "" for no limit).
    """

    name: str
    kinds: tuple[str, ...]
    value: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """What a region reads and leaves behind, for the checker and the clock, which see nothing else of the analysis.

    `outputs` are compared after the region, beside every input array and a value that the region returns.
    `loose` are outputs of which nobody can tell a Python number from a NumPy scalar (the code behind converts them).
    `fresh` are inputs that share memory with no other input; `lost` are those that nobody sees again where the region raises.
    `exact` are outputs of which it matters whether they are a Python float or a NumPy one (only the first raises when it is
    divided by zero). `prelude` is run before: imports, pure helper functions.
    """

    symbols: tuple[Symbol, ...]
    inputs: tuple[ArrayInput | ScalarInput, ...]
    outputs: tuple[str, ...]
    loose: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    prelude: str = "import math\nimport numpy as np\n"

    @property
    def roots(self) -> tuple[str, ...]:
        """The distinct roots of the input names, in order: `self` for `self.x`."""
        return tuple(dict.fromkeys(x.name.partition(".")[0] for x in self.inputs))


# ------------------------------------------------------------------ how the three questions were answered


@dataclass(frozen=True, slots=True)
class Course:
    """Which inputs were tried: so many of the table of corner cases, then so many random ones, then such that were drawn for
    branches not yet taken; `digest` is a checksum of all of them, in order."""

    corners: int
    drawn: int
    steered: int
    digest: str


@dataclass(frozen=True, slots=True)
class Trial:
    """All that a comparison rests on, so that it can be run again: both texts, what they take, and which inputs were tried."""

    old: str
    new: str
    contract: Contract
    rounding: Rounding
    strict: bool
    definitions: str
    seed: int
    course: Course


@dataclass(frozen=True, slots=True)
class Evidence:
    """No difference found: how many cases were compared, over which dtypes, and how the floats agreed.

    Where floats differ in their bits, `ulps` is the largest difference between both versions in units in the last place, and
    `bounds` the largest distance from the exact value in units of the loop's own error bound (four are allowed).
    `untaken` names the branches of either version that no input took, of `branches` in all.
    """

    cases: int  # compared: the original returned
    inconclusive: int  # a comparison was closer than its own rounding error, or the original raised
    dtypes: tuple[str, ...]  # one text per combination tried, as "x: float32"
    rounding: Rounding  # EXACT where every compared case was bitwise equal
    sandboxed: bool  # files and network were taken away from the process that ran the code
    ulps: float = 0.0
    bounds: float = 0.0
    branches: int = 0
    untaken: tuple[str, ...] = ()
    trial: Trial | None = field(default=None, repr=False)  # None where several trials were one comparison


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An input on which the two differ; `snippet` reproduces it when pasted into a Python prompt."""

    message: str
    snippet: str
    dtypes: str = ""  # the dtype combination it was found with, as "x: uint8"
    inputs: tuple[str, ...] = ()  # lines that make the arguments
    gap: float = 0.0  # where only floats differ: how far, relative to the larger


@dataclass(frozen=True, slots=True)
class Timing:
    """Both versions at one size: seconds a call; their ratio is 95% sure to lie between `low` and `high` (0: unknown)."""

    size: int
    before: float
    after: float
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True, slots=True)
class Speed:
    """Both versions at several sizes, smallest first, and the size from which the rewrite pays (None: at none measured).

    `first_call` are the seconds of a first call that compiles; the figures per call are without it. `other` are sizes and seconds
    of the best form of the other kind, compiled or not, that ran in the same race.
    """

    timings: tuple[Timing, ...]
    pays_from: int | None
    first_call: float = 0.0
    other: tuple[tuple[int, float], ...] = ()

    @property
    def speedup(self) -> float:
        """Before over after at the largest size measured."""
        last = self.timings[-1]
        return last.before / last.after

    @property
    def calls_to_amortise(self) -> int:
        """After how many calls at the largest size measured the first one has paid."""
        last = self.timings[-1]
        gain = last.before - last.after
        return math.ceil(self.first_call / gain) if self.first_call and gain > 0 else 0


# ------------------------------------------------------------------ what the user is told


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `span` of the file by `after`; `imports` are statements that the new text needs at the top of the file,
    `definition` is a function that it calls, to stand above the function or class that holds the span."""

    span: Span
    before: str
    after: str
    imports: tuple[str, ...] = ()
    definition: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A loop that can be replaced. Without evidence and speed (`check`) it is a candidate, not yet a promise.

    One that is not `fixable` is reported only: the user wants to write it by hand.
    """

    code: str  # the rule that gave the spelling, or the generic form's code
    name: str  # its name, as "dot-product"
    message: str
    function: str
    edit: Edit
    rounding: Rounding
    conditions: tuple[str, ...] = ()  # tests in the new text under which its fast path runs
    evidence: Evidence | None = None
    speed: Speed | None = None
    fixable: bool = True
    cores: str = ""  # of a compiled loop: whether it runs on several cores, or why not; "" where that was not asked


@dataclass(frozen=True, slots=True)
class Left:
    """A loop that is left alone, and why."""

    refusal: Refusal
    function: str
    span: Span
    counterexample: Counterexample | None = None  # set where verification failed on an edit that analysis had called safe


Finding = Rewrite | Left


def writable(findings: Iterable[Finding]) -> Iterator[Rewrite]:
    """The findings that may be written into the file."""
    return (f for f in findings if isinstance(f, Rewrite) and f.fixable)


@dataclass(frozen=True, slots=True)
class Cell:
    """A code cell of a notebook: its number among all cells (from 1), and its lines of the joined text, `end_line` exclusive."""

    number: int
    line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class FileReport:
    """All that was found in one file. `after` equals `before` where nothing landed; `error` says why a file was skipped.

    Of a notebook the texts are those of its code cells joined, and `cells` says which lines are whose.
    """

    path: str
    before: str = ""
    after: str = ""
    findings: tuple[Finding, ...] = field(default_factory=tuple)
    error: str = ""
    cells: tuple[Cell, ...] = ()
