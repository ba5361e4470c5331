"""`--strict`: the tests under which a rewrite does what the loop does on every input, also on those that the promise leaves out.

Comes in: a candidate that keeps the default promise. Goes out: the same text under tests on memory, the loop as its fallback.
Lengths are asked for by `candidates` already. Which texts suffice is for the checker to say, on inputs of that kind; where none
does, the loop is left alone. Not handled: ranges of values (`math.sqrt` of a negative number): such loops are left alone.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.expression import Read
from autovec.facts.value import ArrayFact
from autovec.loops.statement import Assign, For, walk_statements
from autovec.outcome import ArrayInput, Contract, Refusal, ScalarInput
from autovec.propose.candidates import Candidate
from autovec.propose.guards import under_tests, with_fallback
from autovec.propose.region import Region
from autovec.propose.roles import arrays_read
from autovec.source.find import Site
from autovec.source.unseen import divided, unseen_after_raise


def not_strict(why: str) -> Refusal:
    """The refusal of a rewrite that keeps the default promise only."""
    return Refusal("AV063", f"the rewrite keeps the default promise, but not the strict one: {why}", "leave out --strict")


def strict_contract(made: Contract, site: Site) -> Contract:
    """The contract without what the default promise takes for granted: enough elements, and index arrays within range."""
    symbols = tuple(replace(s, at_least="") for s in made.symbols)
    lost = tuple(sorted(unseen_after_raise(site, frozenset(made.fresh))))
    exact = tuple(sorted(divided(site, frozenset(made.outputs))))
    return replace(made, inputs=tuple(map(_unlimited, made.inputs)), symbols=symbols, lost=lost, exact=exact)


def _unlimited(x: ArrayInput | ScalarInput) -> ArrayInput | ScalarInput:
    """An index array with any values, a number that nothing ties to a length."""
    if isinstance(x, ArrayInput):
        return replace(x, low="", high="")
    return replace(x, value="") if x.value == x.name else x


def strict_texts(c: Candidate, numpy: str) -> tuple[Candidate, ...]:
    """The candidate under tests that its arrays do not overlap, and then also that they may be written to."""
    tests = tuple(t for t in overlap_tests(c.region, numpy) if t not in c.new.conditions)
    writeable = tuple(f"{name}.flags.writeable" for name in _written(c.region))
    filled = tuple(f"{name}.size > 0" for name in _largest(c.region)) if divided(c.region.site, c.region.outputs) else ()
    forms = dict.fromkeys((tests, (*tests, *writeable), (*tests, *filled), (*tests, *writeable, *filled)))
    return tuple(_under(c, form) if form else c for form in forms if not form or c.landed is None)


def overlap_tests(region: Region, numpy: str) -> tuple[str, ...]:
    """Tests that no array which the loop writes shares memory with another one that it touches."""
    if not isinstance(region.loop, For):
        return ()
    written = _written(region)
    others = [n for n in arrays_read(region.loop, region.inside) if _may_be_a_view(region, n)]
    pairs = dict.fromkeys(tuple(sorted((a, b))) for a in written for b in sorted({*others, *written}) if a != b)
    return tuple(f"not {numpy}.may_share_memory({a}, {b})" for a, b in pairs if region.inside.may_alias(a, b))


def _written(region: Region) -> list[str]:
    targets = (s.target.array for s in walk_statements((region.loop,)) if isinstance(s, Assign) and isinstance(s.target, Read))
    return sorted({name for name in targets if _may_be_a_view(region, name)})


def _largest(region: Region) -> list[str]:
    """The array that is read with the most dimensions: where it has elements, the loop does something."""
    if not isinstance(region.loop, For):
        return []
    known = [(n, f) for n in arrays_read(region.loop, region.inside) if (f := region.facts.array(n)) and n in region.inputs]
    found = sorted((n for n, f in known if f.container == "ndarray"), key=lambda n: -(dict(known)[n].rank or 0))
    return found[:1]


def _may_be_a_view(region: Region, name: str) -> bool:
    """Whether it is an array that came in from outside, of which somebody else may hold a view."""
    fact = region.facts.array(name)
    inside = name in region.inputs and name not in {s.name for s in region.setups}
    return inside and isinstance(fact, ArrayFact) and fact.container == "ndarray" and not fact.fresh


def _under(c: Candidate, tests: tuple[str, ...]) -> Candidate:
    """The candidate's fast path under its own tests and these."""
    every = (*c.new.conditions, *tests)
    runs = tuple(t for t in c.new.runs if t not in every)
    text = with_fallback(under_tests(c.new.text, runs), every, c.region.text)
    return replace(c, new=replace(c.new, conditions=every, numpy=True), text=text)
