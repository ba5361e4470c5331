"""What refuses a loop without a look at its dependences, and new text that this file would misread.

Comes in: a region. Goes out: the `Refusal`, or None.
"""

from __future__ import annotations

import builtins

from autovec.expression import Apply, Const, Expr, Name, Read, free_names, walk
from autovec.facts.kinds import OPERATORS
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Trust
from autovec.loops.statement import Assign, For, While, expressions, walk_statements
from autovec.outcome import Refusal
from autovec.propose.region import Region
from autovec.propose.roles import arrays_read
from autovec.source.expressions import called_names
from autovec.source.read import reads_opaque

_TELLING = ("AV010", "AV012", "AV013", "AV015", "AV031")  # what the user can do something about


def early_refusal(small: Region) -> Refusal | None:
    """What needs no dependence analysis to refuse."""
    return _plainly_refused(small.loop, small.facts) or _only_hints(small) or _views(small)


def _only_hints(small: Region) -> Refusal | None:
    """Subscripts alone are no evidence, dictionaries and graphs have them, too; beside a known array they are a hint."""
    used = {x.array for s in walk_statements((small.loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Read)}
    facts = [(n, f) for n in sorted(used) if (f := small.inside.array(n)) and f.container == "ndarray"]
    if not facts or any(f.trust > Trust.HINTED for _, f in facts):
        return None
    names = ", ".join(f"`{n}`" for n, _ in facts)
    return Refusal(
        "AV010",
        f"nothing but subscripts suggests that {names} may be an array",
        f"annotate {names}, or run `autovec trace`",
        small.loop.span,
    )


def _plainly_refused(loop: For | While, facts: Facts) -> Refusal | None:
    if isinstance(loop, While):
        return Refusal("AV035", "how often the `while` loop runs depends on the data", span=loop.span)
    unread = reads_opaque((loop,))
    if unread is not None:
        span = getattr(unread, "span", loop.span)
        return Refusal(_code(unread.why), f"`{unread.text}`: {unread.why}", span=span)
    own = {s.var for s in walk_statements((loop,)) if isinstance(s, For)}
    own |= {s.target.id for s in walk_statements((loop,)) if isinstance(s, Assign) and isinstance(s.target, Name)}
    for s in walk_statements((loop,)):
        if any("·" in n for e in expressions(s) for n in free_names(e) - own):
            return Refusal(
                "AV041", "the loop computes with an element of a sequence that the loop around it goes through", span=loop.span
            )
        for e in expressions(s):
            if (text := _text_in(e)) is not None:
                return Refusal("AV015", f"the loop computes with the text {text!r}", span=s.span)
            for x in walk(e):
                if isinstance(x, Read) and not isinstance(facts.names.get(x.array), ArrayFact) and x.array in facts.names:
                    why = getattr(facts.names[x.array], "why", "it is a number")
                    return Refusal(
                        "AV010", f"it is not known that `{x.array}` is an array: {why}", f"annotate `{x.array}`", s.span
                    )
    return None


def _text_in(e: Expr) -> str | None:
    """A string that is an operand, not a keyword or a dtype of a call."""
    operators = (x for x in walk(e) if isinstance(x, Apply) and x.fn in OPERATORS)
    operands = (e, *(a for x in operators for a in x.args))
    return next((x.value for x in operands if isinstance(x, Const) and isinstance(x.value, str)), None)


def _code(why: str) -> str:
    if "call" in why or "method" in why:
        return "AV013" if "may do anything" not in why else "AV031"
    if "iteration" in why:
        return "AV014"
    return {"an exception handler": "AV032", "an attribute is set": "AV031"}.get(why, "AV015")


def _views(small: Region) -> Refusal | None:
    """An array that is written and another one that shares its memory: which elements they share is not known."""
    written = {s.target.array for s in walk_statements((small.loop,)) if isinstance(s, Assign) and isinstance(s.target, Read)}
    assert isinstance(small.loop, For)
    for a in sorted(written):
        for b in arrays_read(small.loop, small.inside):
            x, y = small.inside.array(a), small.inside.array(b)
            if a != b and x and y and x.base and y.base and (x.base == y.base or "?" in (x.base, y.base)):
                return Refusal(
                    "AV023", f"`{b}` shares memory with `{a}`, which the loop writes", f"copy `{b}` first", small.loop.span
                )
    return None


def shadowed(tests: str, text: str, small: Region) -> Refusal | None:
    """Builtins that the new text calls must mean what they usually do."""
    bindings, enclosing = small.reading.module.bindings, small.reading.function.enclosing
    for name in called_names(f"{text}\n{tests}"):
        if hasattr(builtins, name) and bindings.resolve(name, enclosing) != f"builtins.{name}":
            return Refusal("AV015", f"`{name}` means something else in this file", span=small.span)
    return None


def best_refusal(refusals: list[Refusal], blocked: Refusal | None) -> Refusal:
    """The refusal that says best what stands in the way."""
    if refusals:
        return next((r for r in refusals if r.code in _TELLING), refusals[0])
    return blocked or Refusal("AV041", "no loop of the nest can become an array axis")
