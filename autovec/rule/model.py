"""What a rule is, and what comes out when one fits.

Comes in: rule files build a `Rule` (for their readers and tests); the book builds `Match` values.
Goes out: frozen data; nothing here looks at a text or asks a question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from autovec.expression import Expr
from autovec.outcome import Rounding
from autovec.record import dataclass
from autovec.rule.context import Context

BROKEN = "AV090"  # the code of a rule file that is not one


@dataclass(frozen=True, slots=True)
class Bound:
    """What a metavariable stands for: a tensor expression laid out with `axes` as its dimensions in order; none: a scalar."""

    expr: Expr
    axes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proved:
    """The need holds on every input."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The need holds where `test` does; metavariables stand in it in braces, as `{a}`."""

    test: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The need does not hold, or may not hold and no test would tell."""

    because: str


Answer = Proved | Guard | Refused


@dataclass(frozen=True, slots=True)
class Case:
    """What a need is asked about: the expression that matched, what the metavariables stand for, and the facts."""

    expr: Expr
    bindings: Mapping[str, Bound]
    context: Context


@dataclass(frozen=True, slots=True)
class Need:
    """A condition under which a rule's two sides agree; `sentence` is how the documentation puts it."""

    sentence: str
    ask: Callable[[Case], Answer]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a match function offers: an expression over metavariables, what they stand for, and the value's dimensions in order.

    `guards` are tests that it needs beside those of the rule's needs.
    """

    template: str
    bindings: Mapping[str, Bound]
    axes: tuple[str, ...]
    cost: float
    guards: tuple[str, ...] = ()


Matcher = Callable[[Expr, Context], Iterable[Proposal]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One idiom: the loop `before`, the expression `after`, and what must hold for the two to agree.

    `shapes` gives the axes of each array parameter, as "a[n, k] x[k]"; parameters without a shape are scalars.
    `along` is the spelling where the operands have further axes or several are reduced; its last parameter is the axis argument.
    `also` are other loops that must be recognised, `refuses` ones that must not. `match` replaces the pattern where
    one template cannot say it (any number of operands, windows). Of the rules that fit, the lowest `cost` wins, then the code.
    """

    code: str
    name: str
    shapes: str
    before: Callable[..., object]
    after: Callable[..., object]
    needs: Iterable[Need] = ()
    rounding: str = "exact"
    also: Iterable[str] = ()
    refuses: Mapping[str, str] = field(default_factory=dict[str, str])
    along: Callable[..., object] | None = None
    match: Matcher | None = None
    cost: float = 1.0


@dataclass(frozen=True, slots=True)
class About:
    """How a rule is shown to a user."""

    code: str
    name: str
    rounding: Rounding
    title: str


@dataclass(frozen=True, slots=True)
class Match:
    """A spelling that fits: `template` is one expression over the metavariables in `bindings`, its dimensions are `axes`.

    A metavariable may stand in the template more than once: bind it to a name first where its text is long.
    `guards` are tests over the same metavariables, in braces, under which the spelling holds.
    """

    rule: About
    template: str
    bindings: Mapping[str, Bound]
    axes: tuple[str, ...]
    cost: float
    guards: tuple[str, ...] = ()
