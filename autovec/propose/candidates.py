"""Candidate texts for a region: legal roles, lifted and printed; those that need a test get the loop as their fallback.

Comes in: a `Region`. Goes out: candidates in the order of preference, or the refusal that says best what stands in the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from autovec.emit.code import Spelling
from autovec.emit.statements import NewText, emit
from autovec.emit.value import emit_value
from autovec.expression import Const, Expr, Name
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, ScalarFact
from autovec.lift.walk import lift
from autovec.loops.statement import Assign, For, walk_statements
from autovec.options import Pack
from autovec.outcome import Refusal
from autovec.propose.guards import container_tests, rank_tests, under_tests, with_fallback
from autovec.propose.limits import Limits, index_limits, limit_tests, tightened
from autovec.propose.magnitude import unbounded
from autovec.propose.mixed import mixed_numbers
from autovec.propose.obstacles import best_refusal, early_refusal, shadowed
from autovec.propose.region import Region
from autovec.propose.roles import Roles, ordered, role_choices, tests_positions
from autovec.propose.shapes import Dimension, shape_tests, unified_lengths, wanted_lengths
from autovec.record import dataclass
from autovec.rule import load_book
from autovec.tensor.statement import Program

MAX_ROLES = 6  # role assignments looked at
MAX_TEXTS = 3  # different texts handed on
MORE = 40  # characters that a test of equal lengths may take
MAX_LIMITS = 3  # times that printing may find that an array's kinds must be narrower

Make = Callable[[int], Region]  # the region with at most so many of its set-up statements
ALL_SETUPS = 100


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible new text for a region."""

    region: Region
    new: NewText
    text: str  # with the loop as its fallback where the new text has conditions
    landed: Candidate | None = None  # of a comprehension: what goes into the file


def widened(c: Candidate, region: Region) -> Candidate:
    """The candidate as a text for a region with more set-up statements, which stay as they are; it lands as it was."""
    more = region.setups[: len(region.setups) - len(c.region.setups)]
    if not more:
        return c
    return Candidate(region, c.new, "".join(f"{s.text}\n" for s in more) + c.text, c)


@dataclass(frozen=True, slots=True)
class Terms:
    """How the file spells things, whether new text may have tests in front, and the kinds to test for."""

    spelling: Spelling
    guards: bool
    limits: Limits
    strict: bool = False  # ask for the lengths of all arrays
    packs: tuple[Pack, ...] = ()  # rules of the user's own


def candidates(small: Region, make: Make, terms: Terms) -> tuple[Candidate, ...] | Refusal:
    """The candidates for a loop whose region without set-up statements is `small`."""
    early = early_refusal(small)
    if early is not None:
        return early
    assert isinstance(small.loop, For)
    found: list[Candidate] = []
    refusals: list[Refusal] = []
    choices, blocked = role_choices(small.loop, small)
    for roles, tests in ordered(choices, small.loop)[:MAX_ROLES]:
        outcome = _attempted(Attempt(small, make, roles, tests, terms))
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        elif all(outcome.text != c.text for c in found):
            found.append(outcome)
            if not _worth_another(outcome) or len(found) == MAX_TEXTS:
                break
    return tuple(found) or best_refusal(refusals, blocked)


def _attempted(attempt: Attempt) -> Candidate | Refusal:
    """The text with the axes cut at conditions on positions where there are some, else with masks."""
    if tests_positions(attempt.small.loop):
        found = replace(attempt, divides=True).candidate()
        if not isinstance(found, Refusal):
            return found
    return attempt.candidate()


def _worth_another(c: Candidate) -> bool:
    """Whether a form with more Python loops could be faster: where this one spreads out into temporaries or windows."""
    return "sliding_window_view" in c.text or "None" in c.text or "for " in c.new.text


@dataclass(frozen=True, slots=True)
class Attempt:
    """One choice of roles, legal under `tests`."""

    small: Region
    make: Make
    roles: Roles
    tests: tuple[str, ...]
    terms: Terms
    divides: bool = False

    def candidate(self) -> Candidate | Refusal:
        """The best text for these roles: with the set-up statements taken in where they merge with what follows."""
        small, wide = self.small, self.make(ALL_SETUPS)
        if not wide.setups or wide.form is not None:
            return self._in(small)
        found = self._in(wide)
        if isinstance(found, Refusal):
            return self._in(small)
        if not found.new.conditions:
            return found
        if set(found.new.conditions) <= set(found.new.runs):
            return self._in(small)  # where the nest does nothing the set-ups alone are right
        merged = [k for k, s in enumerate(wide.setups) if s.name in found.new.merged]
        kept = {s.name for k, s in enumerate(wide.setups) if not merged or k < merged[0]}
        if not merged or _names(found.new.conditions) & {s.name for s in wide.setups[merged[0] :]}:
            return self._in(small)
        return found if not kept else self._in(self.make(len(wide.setups) - merged[0]))

    def _in(self, region: Region) -> Candidate | Refusal:
        """The best text for a region: a plain one, or one under tests."""
        small, numpy = self.small, self.terms.spelling.numpy
        first = (*container_tests(small, numpy), *rank_tests(small), *self._alias_tests())
        limits = tightened(self.terms.limits, index_limits(small))
        for _ in range(MAX_LIMITS):
            new = self._printed(region, limits, {})
            if isinstance(new, Refusal):
                return new
            if not new.text.strip():
                return Refusal("AV041", "the loop leaves nothing behind", span=small.span)
            asked = dict(new.limits)
            every = (*first, *limit_tests(tightened(limits, asked), numpy), *new.conditions)
            if not every and not (new.runs and region.setups) and shadowed("0", new.text, small) is None:
                plain = Candidate(region, new, under_tests(new.text, new.runs))
                return (self._fitted(region, limits) if self.terms.strict else None) or plain
            if set(asked) <= set(limits):
                return self._guarded(region, new, every, limits)
            limits = tightened(limits, asked)
        return Refusal("AV010", "the dtypes of the arrays are not known well enough", "annotate the arrays' dtypes")

    def _alias_tests(self) -> tuple[str, ...]:
        return tuple(t.replace("np.", f"{self.terms.spelling.numpy}.") for t in self.tests)

    def _guarded(self, region: Region, new: NewText, every: tuple[str, ...], limits: Limits) -> Candidate | Refusal:
        """The text under all its tests."""
        if new.runs and region.setups:  # the set-ups that are merged must happen even where the loop does nothing
            every = (*every, *(t for t in new.runs if t not in every))
        misread = shadowed(" and ".join(every) or "0", new.text, self.small)
        if misread is not None:
            return misread
        if not every:
            return Candidate(region, new, under_tests(new.text, new.runs))
        if not self.terms.guards:
            return Refusal("AV023", f"the rewrite would need the test `{' and '.join(every)}`", "allow guards", self.small.span)
        plain = self._with_fallback(region, new, every)
        fitted = self._fitted(region, limits)
        longer = fitted is None or len(fitted.text) >= len(plain.text) + MORE * len(new.equal)
        return plain if fitted is None or (longer and not self.terms.strict) else fitted

    def _with_fallback(self, region: Region, new: NewText, every: tuple[str, ...]) -> Candidate:
        numpy = new.numpy or f"{self.terms.spelling.numpy}." in " ".join(every)
        runs = tuple(t for t in new.runs if t not in every)
        text = with_fallback(under_tests(new.text, runs), every, region.text)
        return Candidate(region, replace(new, conditions=every, numpy=numpy), text)

    def _fitted(self, region: Region, limits: Limits) -> Candidate | None:
        """The same with a test that the arrays have the lengths which the lanes ask for: no array needs to be cut to size."""
        small, numpy = self.small, self.terms.spelling.numpy
        inputs = small.inputs - {s.name for s in region.setups}
        first = lifted = lifted_region(region, self.roles, limits, {}, self.divides)
        if isinstance(first, Refusal) or isinstance(lifted, Refusal):
            return None
        same = unified_lengths(*first, inputs)
        if same:
            lifted = lifted_region(region, self.roles, limits, same, self.divides)
            if isinstance(lifted, Refusal):
                return None
        lengths = {**wanted_lengths(*lifted, inputs), **same}
        if not lengths:
            return None
        new = self._printed(region, limits, lengths)
        if isinstance(new, Refusal) or set(dict(new.limits)) - set(limits):
            return None
        new = replace(new, equal=first[0].equal)
        shapes, settled = shape_tests(lengths, lifted[1])
        asked = (*container_tests(small, numpy), *rank_tests(small, settled), *shapes)
        every = (*asked, *self._alias_tests(), *limit_tests(limits, numpy), *new.conditions)
        every = (*every, *(t for t in new.runs if region.setups and t not in every))
        return self._with_fallback(region, new, every) if shadowed(" and ".join(every), new.text, small) is None else None

    def _printed(self, r: Region, limits: Limits, lengths: dict[Dimension, Expr]) -> NewText | Refusal:
        """The region lifted and printed."""
        assert isinstance(r.loop, For)
        lifted = lifted_region(r, self.roles, limits, lengths, self.divides)
        if isinstance(lifted, Refusal):
            return lifted
        program, facts = lifted
        names, spelling, book = _names_of(r), self.terms.spelling, load_book(self.terms.packs)
        solid = () if r.orelse else _solid(r.loop, r.outputs)  # what stands behind the loop runs even where the nest does nothing
        inputs = r.inputs - {s.name for s in r.setups}
        if r.form is not None:
            return emit_value(program, facts, r.form, spelling, book, _namer(names | {r.form.name}), inputs)
        return emit(program, facts, r.setups, r.outputs, r.loose, spelling, book, _namer(names), inputs, solid)


def lifted_region(
    r: Region, roles: Roles, limits: Limits, lengths: dict[Dimension, Expr], divides: bool = False
) -> tuple[Program, Facts] | Refusal:
    """The region lifted, its arrays limited to some kinds of dtype and to some lengths."""
    assert isinstance(r.loop, For)
    narrow: dict[str, Fact] = {}
    for n, f in r.inside.names.items():
        if isinstance(f, ArrayFact):
            kinds = f.kinds & limits.get(n, f.kinds) & limits.get(f.like, f.kinds)
            shape = f.shape and tuple(lengths.get((n, k), e) for k, e in enumerate(f.shape))
            narrow[n] = replace(f, kinds=kinds, shape=shape)
        elif isinstance(f, ScalarFact):
            narrow[n] = _limited(f, limits)
    known = r.facts.resolved(r.loop.start)
    loop = replace(r.loop, start=known) if isinstance(known, Const) else r.loop
    numbers = {n: _limited(f, limits) for n, f in r.facts.names.items() if isinstance(f, ScalarFact)}
    starts = {n: f.kinds for n, f in numbers.items()}
    held: dict[str, Expr] = {n: f.value for n, f in numbers.items() if isinstance(f.value, Const)}
    held |= {s.name: s.value for s in r.setups}
    akin = {n: f.like for n, f in numbers.items() if f.like}
    inside = Facts({**r.inside.names, **narrow}, starts=starts, akin=akin)
    lifted = lift(loop, roles, inside, _names_of(r), r.outputs, held, r.orelse, divides)
    return lifted if isinstance(lifted, Refusal) else unbounded(*lifted) or mixed_numbers(*lifted) or lifted


def _limited(f: ScalarFact, limits: Limits) -> ScalarFact:
    """An element of an array of which only some kinds are let in."""
    return replace(f, kinds=f.kinds & limits.get(f.like, f.kinds))


def _names(tests: tuple[str, ...]) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", " ".join(tests)))


def _names_of(r: Region) -> frozenset[str]:
    """Names that new text may not take for something of its own."""
    assigned = (s.target.id for s in walk_statements((r.loop,)) if isinstance(s, Assign) and isinstance(s.target, Name))
    return r.reading.names | frozenset(assigned)


def _solid(loop: For, outputs: frozenset[str]) -> tuple[str, ...]:
    """The outermost loops that hold nothing but the next one: where one of them is empty, the nest does nothing.

    A loop whose variable is read afterwards does something even where the next one is empty.
    """
    out = [loop.var]
    while len(loop.body) == 1 and isinstance(loop.body[0], For) and not {loop.var, loop.label} & outputs:
        loop = loop.body[0]
        out.append(loop.var)
    return tuple(out)


def _namer(names: frozenset[str]) -> Callable[[str], str]:
    taken = set(names)

    def fresh(base: str) -> str:
        name, k = base, 2
        while name in taken:
            name, k = f"{base}_{k}", k + 1
        taken.add(name)
        return name

    return fresh
