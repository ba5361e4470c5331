"""Raise a rule's `before` to the expression that it computes, through the same stages as a user's loop.

Comes in: the source of a function and the shapes of its array parameters, as "a[n, k] x[k]". Goes out: the value that it returns,
as an expression over axes, and those axes in the order of the value's dimensions; or a `Refusal`.
"""

from __future__ import annotations

import re

from autovec.depend import Role
from autovec.expression import Apply, Expr, Length, Name, Read
from autovec.facts.infer import Flow, uses
from autovec.facts.kinds import EVERY_ARRAY, NUMBER
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust
from autovec.lift.walk import lift
from autovec.loops.statement import Exit, For, Stmt, walk_statements
from autovec.outcome import Refusal
from autovec.source.read import read_text
from autovec.tensor.statement import Bind, Branch, Extend, Program, Store, Tensor


def raise_template(source: str, shapes: str) -> tuple[Expr, tuple[str, ...]] | Refusal:
    """The value of the function `source`, and the axes of its dimensions."""
    parameters, body = read_text(source)
    returned = next((s.value for s in body if isinstance(s, Exit) and s.kind == "return"), None)
    loop = next((s for s in body if isinstance(s, For)), None)
    if loop is None or not isinstance(returned, Name):
        return Refusal("AV014", "a rule's `before` fills or folds one name in one loop nest and returns it")
    flow = Flow(_facts(parameters, shapes), uses(body, frozenset(), {}))
    for s in body[: body.index(loop)]:
        flow.statement(s)
    roles = {s.var: Role.V for s in walk_statements((loop,)) if isinstance(s, For)}
    lifted = lift(loop, roles, _with_locals(flow, loop), frozenset(parameters), frozenset((returned.id,)))
    if isinstance(lifted, Refusal):
        return lifted
    found = _value(lifted[0], returned.id)
    return found or Refusal("AV041", f"the loop never sets `{returned.id}`")


def _facts(parameters: tuple[str, ...], shapes: str) -> dict[str, Fact]:
    ranks = {name: len(re.findall(r"\w+", axes)) for name, axes in re.findall(r"(\w+)\[([^\]]*)\]", shapes)}
    facts: dict[str, Fact] = {}
    for p in parameters:
        if p in ranks:
            facts[p] = ArrayFact("ndarray", EVERY_ARRAY, tuple(Length(p, k) for k in range(ranks[p])), Trust.PROVED)
        else:
            facts[p] = ScalarFact(NUMBER, None, Trust.PROVED)
    return facts


def _with_locals(flow: Flow, loop: Stmt) -> Facts:
    flow.enter_loop(loop)
    return flow.facts()


def _value(program: Program, name: str) -> tuple[Expr, tuple[str, ...]] | None:
    out: tuple[Expr, tuple[str, ...]] | None = None
    for s in _flat(program.body):
        match s:
            case Bind(bound, axes, _, value, _) if bound == name:
                out = value, axes
            case Store(array, _, axes, _, value, None) if array == name:
                out = value, axes
            case Store(array, at, axes, _, value, where) if array == name and where is not None:
                out = Apply("where", (where, value, Read(array, at))), axes
            case Extend(bound, axis, inner, value, _) if bound == name:
                out = value, (axis, *inner)
            case _:
                pass
    return out


def _flat(body: tuple[Tensor, ...]) -> list[Tensor]:
    return [t for s in body for t in ((s,) if not isinstance(s, Branch) else (*_flat(s.then), *_flat(s.orelse)))]
