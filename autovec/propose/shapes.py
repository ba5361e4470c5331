"""Equal shapes as a condition: where a rewrite needs a test anyway, one that says that arrays fit makes its text plain.

Comes in: a lifted nest whose arrays have lengths of their own. Goes out: the lengths that the lanes ask for (so that no slice has
to cut an array to size), and the tests that say so, as `a.shape == b.shape == c.shape`.
"""

from __future__ import annotations

from collections.abc import Iterator

from autovec.affine import Affine, affine, expression_of
from autovec.emit.code import Needed, length_text
from autovec.emit.places import Places, names_in, text_of
from autovec.expression import Expr, Length, Read, Slice, free_axes, walk
from autovec.facts.table import Facts
from autovec.facts.value import ScalarFact
from autovec.tensor.statement import Kept, Program, Store, all_statements, bound_in_search, expressions_of

Dimension = tuple[str, int]


def wanted_lengths(program: Program, facts: Facts, inputs: frozenset[str]) -> dict[Dimension, Expr]:
    """For each dimension of an input of which nothing is known: the length that exactly holds the lanes."""
    places = Places(facts, dict(program.axes), Needed())
    kept = {s.loop.label for s in all_statements(program.body) if isinstance(s, Kept)} | bound_in_search(program.body)
    kept |= {n for n, f in facts.names.items() if isinstance(f, ScalarFact) and f.low is not None}  # variables of loops around
    stops: dict[Dimension, list[Affine]] = {}
    fixed: set[Dimension] = set()  # dimensions that are read at one place, too: how long they are is another matter
    for read in _accesses(program):
        fact = facts.array(read.array)
        if fact is None or fact.container == "list" or read.array not in inputs or fact.rank != len(read.at):
            continue
        for k, x in enumerate(read.at):
            if isinstance(x, Slice) or not free_axes(x):
                fixed.add((read.array, k))
            line = None if isinstance(x, Slice) or not free_axes(x) else places.line(x)
            if line is not None and line.step == 1 and facts.extent(read.array, k) == Length(read.array, k):
                stops.setdefault((read.array, k), []).append(line.stop)
    found: dict[Dimension, Expr] = {}
    for dimension, forms in ((d, f) for d, f in stops.items() if d not in fixed):
        largest = _largest([f for form in forms if (f := facts.linear(expression_of(form))) is not None])
        cut_short = largest is not None and len(largest.terms) == 1 and largest.constant < 0  # the array may be longer
        if largest is not None and not cut_short and not names_in(largest) & (kept | {dimension[0]}):
            found[dimension] = expression_of(largest)
    return found


def unified_lengths(program: Program, facts: Facts, inputs: frozenset[str]) -> dict[Dimension, Expr]:
    """The lengths that statements about whole rows want to be equal, each as the first of its class."""
    leader: dict[Expr, Expr] = {}

    def first(e: Expr) -> Expr:
        while e in leader:
            e = leader[e]
        return e

    for pair in program.equal:
        a, b = sorted((first(facts.resolved(e)) for e in pair), key=_order)
        if a != b and isinstance(b, Length):
            leader[b] = a
    return {(e.array, e.axis): first(e) for e in leader if isinstance(e, Length) and e.array in inputs}


def _order(e: Expr) -> tuple[bool, bool, str]:
    """Names before lengths, lengths of first dimensions before others."""
    return isinstance(e, Length), isinstance(e, Length) and e.axis > 0, repr(e)


def _largest(forms: list[Affine]) -> Affine | None:
    """The largest of forms that differ by constants."""
    gaps = [f.minus(forms[0]).as_int() for f in forms]
    if not forms or any(g is None for g in gaps):
        return None
    return max(zip(gaps, forms, strict=True), key=lambda t: t[0] or 0)[1]


def _accesses(program: Program) -> Iterator[Read]:
    for s in all_statements(program.body):
        if isinstance(s, Store):
            yield Read(s.array, s.at)
        for e in expressions_of(s):
            yield from (x for x in walk(e) if isinstance(x, Read))


def shape_tests(lengths: dict[Dimension, Expr], facts: Facts) -> tuple[tuple[str, ...], frozenset[str]]:
    """The tests that the lengths ask for, and the arrays whose number of dimensions they settle."""
    groups: dict[str, list[str]] = {}
    single: list[str] = []
    whole: set[str] = set()
    for array in sorted({a for a, _ in lengths}):
        fact = facts.array(array)
        like = _like(array, fact.rank if fact and fact.rank else 0, lengths, facts)
        if like is not None:
            groups.setdefault(like, []).append(array)
            continue
        own = {k: form for (name, k), e in sorted(lengths.items(), key=lambda t: t[0]) if name == array and (form := affine(e))}
        if fact and fact.rank == len(own) > 1:
            single.append(f"{array}.shape == ({', '.join(text_of(form, facts) for form in own.values())})")
            whole.add(array)
            continue
        for k, form in own.items():
            single.append(f"{length_text(facts, array, k)} == {text_of(form, facts)}")
    chains = [" == ".join([f"{like}.shape", *(f"{n}.shape" for n in names)]) for like, names in groups.items()]
    settled = frozenset(n for like, names in groups.items() for n in names if (f := facts.array(like)) and f.sure)
    loose = {like: names for like, names in groups.items() if not ((f := facts.array(like)) and f.sure)}
    return (*chains, *single), settled | whole | frozenset(n for names in loose.values() for n in names)


def _like(array: str, rank: int, lengths: dict[Dimension, Expr], facts: Facts) -> str | None:
    """The array whose shape `array` must have, dimension by dimension."""
    wanted = [lengths.get((array, k)) for k in range(rank)]
    first = wanted[0] if wanted else None
    other = facts.array(first.array) if isinstance(first, Length) else None
    if not isinstance(first, Length) or other is None or other.rank != rank or other.container == "list":
        return None
    if any(w != Length(first.array, k) for k, w in enumerate(wanted)):
        return None
    return first.array
