"""`--strict`: the tests under which a rewrite does what the loop does on every input, also on those that the promise leaves out.

Comes in: a candidate that keeps the default promise. Goes out: the same text under tests on memory, the loop as its fallback.
Lengths are asked for by `candidates` already. Where the loop raises on a value (`math.sqrt` of a negative number, a division by
zero), NumPy does so too, under `errstate`, and then the loop runs from the start. Which texts suffice is for the checker to say,
on inputs of that kind; where none does, the loop is left alone.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.expression import Read
from autovec.facts.value import ArrayFact
from autovec.loops.statement import Assign, For, walk_statements
from autovec.outcome import ArrayInput, Contract, Refusal, ScalarInput
from autovec.propose.candidates import Candidate, widened
from autovec.propose.guards import under_tests, with_errors_to_fallback, with_fallback
from autovec.propose.region import Region
from autovec.propose.roles import arrays_read
from autovec.source.find import Site
from autovec.source.sizes import in_other_names, names_of_sizes, sizes_of_new_arrays
from autovec.source.unseen import divided, dividing_lengths, unseen_after_raise

LENGTHS, WRITEABLE, FILLED, VALUES = "lengths", "writeable", "filled", "values"
_ON_VALUES = ("ValueError: math", "ZeroDivisionError", "OverflowError", "ValueError: cannot")
_ON_LENGTHS = ("IndexError", "broadcast", "the rewrite raised ValueError", "not aligned", "mismatch")


def not_strict(why: str) -> Refusal:
    """The refusal of a rewrite that keeps the default promise only."""
    return Refusal("AV063", f"the rewrite keeps the default promise, but not the strict one: {why}", "leave out --strict")


def strict_contract(made: Contract, site: Site, needs: frozenset[str] = frozenset()) -> Contract:
    """The contract without what the default promise takes for granted: enough elements, and index arrays within range.

    Only the function's own arrays are as long as it made them.
    `needs` is what the tests in front of the rewrite ask for.
    """
    own = _sizes_of_own_arrays(made)
    names = {s.name: f"{s.name}_given" if s.name in own else s.name for s in made.symbols}
    symbols = (*made.symbols, *(replace(s, name=names[s.name]) for s in made.symbols if s.name in own))
    symbols = tuple(replace(s, at_least="") for s in symbols)
    inputs = tuple(x if x.name in own else _unlimited(x if x.name in made.fresh else _sized(x, names)) for x in made.inputs)
    lost = tuple(sorted(unseen_after_raise(site, frozenset(made.fresh))))
    exact = tuple(sorted(_divided(made, site, needs)))
    return replace(made, inputs=inputs, symbols=symbols, lost=lost, exact=exact)


def _sizes_of_own_arrays(made: Contract) -> frozenset[str]:
    """The numbers with which the function made arrays of its own: these are as long as they say, whatever else is not."""
    numbers = frozenset(x.name for x in made.inputs if isinstance(x, ScalarInput) and x.value == x.name)
    shapes = (size for x in made.inputs if isinstance(x, ArrayInput) and x.name in made.fresh for size in x.shape)
    return numbers & frozenset[str]().union(*map(names_of_sizes, shapes))


def _sized(x: ArrayInput | ScalarInput, names: dict[str, str]) -> ArrayInput | ScalarInput:
    """An array with other names for its sizes."""
    return replace(x, shape=tuple(in_other_names(size, names) or size for size in x.shape)) if isinstance(x, ArrayInput) else x


def _divided(made: Contract, site: Site, needs: frozenset[str]) -> frozenset[str]:
    """The results of which it matters whether they are Python's own floats."""
    outputs = frozenset(made.outputs)
    return divided(site, outputs, dividing_lengths(site, outputs) if FILLED in needs else frozenset())


def _unlimited(x: ArrayInput | ScalarInput) -> ArrayInput | ScalarInput:
    """An index array with any values, a number that nothing ties to a length."""
    if isinstance(x, ArrayInput):
        return replace(x, low="", high="")
    return replace(x, value="") if x.value == x.name else x


def need_for(message: str) -> str:
    """What the tests have to ask for more where the checker found this difference; "" where nothing would help."""
    if "read-only" in message:
        return WRITEABLE
    if "where it is divided" in message:
        return FILLED
    if any(f"raised {error}" in message for error in _ON_VALUES):
        return VALUES
    return LENGTHS if any(sign in message for sign in _ON_LENGTHS) else ""


def strict_text(c: Candidate, numpy: str, made: Contract, needs: frozenset[str]) -> Candidate | None:
    """The candidate under tests that its arrays do not overlap, and that what is needed beside holds; None where there is no room
    for tests."""
    if c.landed is not None and c.region.form is None:
        inner = strict_text(c.landed, numpy, made, needs)
        return inner and widened(inner, c.region)
    tests = [*overlap_tests(c.region, numpy), *size_tests(c.region)]
    tests += length_tests(made) if LENGTHS in needs else []
    tests += [f"{name}.flags.writeable" for name in _written(c.region)] if WRITEABLE in needs else []
    tests += _filled_tests(c.region, made, needs) if FILLED in needs else []
    more = tuple(dict.fromkeys(t for t in tests if t not in c.new.conditions))
    if c.landed is not None:
        return None if more or VALUES in needs else c
    if VALUES in needs:
        return _raising(c, more, numpy)
    return _under(c, more) if more else c


def length_tests(made: Contract) -> tuple[str, ...]:
    """Tests that every dimension is as long as the loop reads it: what the default promise takes for granted."""
    places: dict[str, str] = {}
    for x in made.inputs:
        if isinstance(x, ScalarInput) and x.value.isidentifier():
            places[x.value] = x.name
    for x in (x for x in made.inputs if isinstance(x, ArrayInput)):
        for k, s in enumerate(x.shape[: None if x.container == "ndarray" else 1]):
            places.setdefault(s, f"{x.name}.shape[{k}]" if k else f"len({x.name})")
    tests = (_length_test(s.name, s.at_least, places) for s in made.symbols if s.at_least)
    return tuple(test for test in tests if test)


def _length_test(symbol: str, least: str, places: dict[str, str]) -> str:
    length = in_other_names(least, places)
    return f"{places[symbol]} >= {length}" if length and symbol in places else ""


def size_tests(region: Region) -> tuple[str, ...]:
    """Tests that the numbers which say how large a new array is are none below zero, where the loop raises."""
    numbers = {n for n in region.inputs if region.facts.array(n) is None}
    return tuple(f"{name} >= 0" for name in sizes_of_new_arrays(region.text) if name in numbers)


def overlap_tests(region: Region, numpy: str) -> tuple[str, ...]:
    """Tests that no array which the loop writes shares memory with another one that it touches."""
    if not isinstance(region.loop, For):
        return ()
    written = _written(region)
    others = [n for n in arrays_read(region.loop, region.inside) if _may_be_a_view(region, n)]
    pairs = dict.fromkeys(tuple(sorted((a, b))) for a in written for b in sorted({*others, *written}) if a != b)
    return tuple(f"not {numpy}.may_share_memory({a}, {b})" for a, b in pairs if region.inside.may_overlap(a, b))


def _written(region: Region) -> list[str]:
    targets = (s.target.array for s in walk_statements((region.loop,)) if isinstance(s, Assign) and isinstance(s.target, Read))
    return sorted({name for name in targets if _may_be_a_view(region, name)})


def _filled_tests(region: Region, made: Contract, needs: frozenset[str]) -> list[str]:
    """Tests that the lengths which are divided by are not zero; where something else divides, that the loop does something."""
    lengths = dividing_lengths(region.site, frozenset(made.outputs))
    others = _largest(region) if _divided(made, region.site, needs) else []
    return [*(f"len({name}) > 0" for name in sorted(lengths)), *(f"{name}.size > 0" for name in others)]


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


def _raising(c: Candidate, tests: tuple[str, ...], numpy: str) -> Candidate:
    every = (*c.new.conditions, *tests)
    runs = tuple(t for t in c.new.runs if t not in every)
    text = with_errors_to_fallback(under_tests(c.new.text, runs), every, c.region.text, numpy)
    return replace(c, new=replace(c.new, conditions=every, numpy=True), text=text)


def _under(c: Candidate, tests: tuple[str, ...]) -> Candidate:
    """The candidate's fast path under its own tests and these."""
    every = (*c.new.conditions, *tests)
    runs = tuple(t for t in c.new.runs if t not in every)
    text = with_fallback(under_tests(c.new.text, runs), every, c.region.text)
    return replace(c, new=replace(c.new, conditions=every, numpy=True), text=text)
