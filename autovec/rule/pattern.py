"""From the source of a rule's `before` to the pattern that the matcher compares with.

Comes in: a `RuleText` and the front end's `raise_template`. Goes out: a `Pattern`, or a `Refusal`.
A pattern is an expression like any other; its arrays are metavariables that stand for whole tensor expressions.
Not handled: arrays read other than by distinct axes (`a[i + 1]`, `a[i, i]`); such rules bring a match function.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from autovec.expression import Axis, Expr, Name, Read, walk
from autovec.outcome import Refusal
from autovec.record import dataclass
from autovec.rule.forms import merged, plain_mask, without_start
from autovec.rule.model import BROKEN

Raise = Callable[[str, str], tuple[Expr, tuple[str, ...]] | Refusal]


@dataclass(frozen=True, slots=True)
class Pattern:
    """`expr` with `axes` as the value's dimensions; `tensors` and `scalars` are its metavariables."""

    expr: Expr
    axes: tuple[str, ...]
    tensors: frozenset[str]
    scalars: frozenset[str]


def shapes_of(text: str) -> dict[str, tuple[str, ...]]:
    """ "a[n, k] x[k]" as {"a": ("n", "k"), "x": ("k",)}."""
    return {name: tuple(re.findall(r"\w+", axes)) for name, axes in re.findall(r"(\w+)\[([^\]]*)\]", text)}


def pattern_of(before: str, shapes: str, raise_template: Raise) -> Pattern | Refusal:
    """The pattern that the function `before` describes."""
    raised = raise_template(before, shapes)
    if isinstance(raised, Refusal):
        return raised
    expr = plain_mask(merged(without_start(raised[0])))
    tensors = frozenset(shapes_of(shapes))
    for e in walk(expr):
        if isinstance(e, Read) and not _is_metavariable(e, tensors):
            return Refusal(BROKEN, f"{e.array} is not read by distinct axes; such a rule needs a match function")
    names = frozenset(e.id for e in walk(expr) if isinstance(e, Name))
    return Pattern(expr, raised[1], tensors, names)


def _is_metavariable(e: Read, tensors: frozenset[str]) -> bool:
    axes = [x.id for x in e.at if isinstance(x, Axis)]
    return e.array in tensors and len(axes) == len(e.at) == len(set(axes))
