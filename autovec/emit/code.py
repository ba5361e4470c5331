"""Pieces of new text: an expression's text with its binding strength and the axes of its dimensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from autovec.expression import ATOM, Length, show
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact
from autovec.outcome import Refusal, Span
from autovec.record import dataclass


class NoSpelling(Exception):
    """Ends the printing of a nest with a refusal; never leaves `emit`."""

    def __init__(self, code: str, message: str, hint: str = "", span: Span | None = None):
        super().__init__(message)
        self.refusal = Refusal(code, message, hint, span)


@dataclass(frozen=True, slots=True)
class Code:
    """A text whose value has one dimension for each of `axes`, in order; `level` is how strongly it binds (`ATOM`: a name)."""

    text: str
    axes: tuple[str, ...] = ()
    level: int = ATOM

    def at(self, level: int) -> str:
        """The text as an operand of something that binds with `level`."""
        return self.text if self.level >= level else f"({self.text})"


@dataclass(slots=True)
class Needed:
    """What the new text needs: conditions for its fast path, rules that gave a spelling, and whether it uses NumPy."""

    conditions: list[str] = field(default_factory=list[str])
    codes: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    roundings: list[str] = field(default_factory=list[str])
    numpy: bool = False
    spread: int = 0  # dimensions of the largest temporary that has more of them than any array it is made of
    limits: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])  # array -> kinds
    runs: list[str] = field(default_factory=list[str])  # tests that are false only where the nest does nothing

    def limit(self, array: str, kinds: frozenset[str]) -> None:
        """The fast path is right only for these kinds of `array`."""
        self.limits[array] = self.limits.get(array, kinds) & kinds

    def condition(self, text: str) -> None:
        """The fast path is right only where `text` holds."""
        weaker, stronger = text.replace(" > 0", " >= 0"), text.replace(" >= 0", " > 0")
        if weaker != text and weaker in self.conditions:
            self.conditions[self.conditions.index(weaker)] = text
        elif text not in self.conditions and stronger not in self.conditions:
            self.conditions.append(text)

    def precondition(self, text: str) -> None:
        """What `condition` says, where other conditions make sense only if this one holds."""
        if text not in self.conditions:
            self.conditions.insert(0, text)

    def rule(self, code: str, name: str, rounding: str) -> None:
        """A rule gave a part of the text."""
        if (code, name) not in self.codes:
            self.codes.append((code, name))
        self.roundings.append(rounding)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How this file calls things: `numpy` is its name for NumPy, `call` gives the text for a canonical name such as math.exp."""

    numpy: str
    call: Callable[[str], str]


def becomes_double(fact: ArrayFact) -> bool:
    """Whether it is a list of floats, of which an array of float64 is made."""
    return fact.container == "list" and "float" in fact.kinds and fact.kinds <= {"float", "int"}


def length_text(facts: Facts, array: str, axis: int) -> str:
    """The length of an array along an axis, or of a list or its rows."""
    fact = facts.array(array)
    if fact is not None and fact.container == "list":
        return f"len({array}{'[0]' * axis})"
    return show(Length(array, axis))


def aligned(code: Code, axes: tuple[str, ...]) -> str:
    """`code` as an operand among `axes`: dimensions of length 1 where it lacks an axis that is not leading."""
    if not code.axes:
        return code.text
    present = [a in code.axes for a in axes]
    while present and not present[0]:
        present.pop(0)
    if all(present):
        return code.text
    inside = ["None" if not p else ":" for p in present]
    while inside[-1] == ":":  # NumPy adds those itself
        inside.pop()
    return f"{code.at(ATOM)}[{', '.join(inside)}]"
