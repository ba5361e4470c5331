"""Tests in front of a fast path: what they ask, and the text with the loop as its fallback.

Comes in: a region of which something is not known for sure. Goes out: the tests on containers and numbers of dimensions, as text;
tests on dtypes are in `limits`, on shapes in `shapes`, on memory in `roles`.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from autovec.expression import Const, Name, Read, walk
from autovec.facts.infer import accesses_in, definitions
from autovec.facts.value import ArrayFact, Trust
from autovec.loops.statement import Append, Assign, Exit, For, If, expressions, walk_statements
from autovec.propose.region import Region
from autovec.propose.roles import arrays_read


def container_tests(small: Region, numpy: str) -> tuple[str, ...]:
    """Tests for arrays of which only their use, or what was seen of them, says that they are arrays."""
    found = [n for n in sorted(small.inputs) if isinstance(f := small.facts.names.get(n), ArrayFact) and f.trust < Trust.DECLARED]
    if not found:
        return ()
    return (are_instances(found, f"{numpy}.ndarray", small.reading.names),)


def are_instances(names: Sequence[str], kind: str, taken: Container[str]) -> str:
    """The test that all of `names` are of one kind; `taken` are names that mean something else in the function."""
    if len(names) == 1:
        return f"isinstance({names[0]}, {kind})"
    each = next(v for v in ("a", "v", "each", "value") if v not in taken)
    return f"all(isinstance({each}, {kind}) for {each} in ({', '.join(names)}))"


def rank_tests(small: Region, settled: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Tests for arrays of which only the number of subscripts tells how many dimensions they have."""
    assert isinstance(small.loop, For)
    asked = small.inputs - _shown_numbers(small) - settled - _only_asked(small)
    groups: dict[int, list[str]] = {}
    for n in arrays_read(small.loop, small.inside):
        fact = small.inside.array(n)
        told = fact is not None and fact.like in asked and fact.fresh  # made like another array, which is asked
        if n in asked and fact and fact.container == "ndarray" and not fact.sure and fact.rank is not None and not told:
            groups.setdefault(fact.rank, []).append(n)
    return tuple(" == ".join([*(f"{n}.ndim" for n in names), str(rank)]) for rank, names in groups.items())


def _shown_numbers(small: Region) -> set[str]:
    """Arrays whose elements the nest stores into single elements, or converts afterwards: they are numbers."""
    out: set[str] = set()
    made = definitions((small.loop,))
    for s in walk_statements((small.loop,)):
        if isinstance(s, Assign) and isinstance(s.target, Read):
            fact = small.inside.array(s.target.array)
            if fact and fact.sure and fact.rank == len(s.target.at):
                out |= {n for n, _ in accesses_in(s.value, made)}
        elif isinstance(s, Assign) and s.op is not None and isinstance(s.target, Name) and s.target.id in small.loose:
            out |= {n for n, _ in accesses_in(s.value, made)}
    return out


def _only_asked(small: Region) -> frozenset[str]:
    """The array of which the nest only asks whether its elements meet a condition, if it is a single one.

    The elements of another array could be rows of one number, which have a truth value, too: over all lanes it is the same.
    """
    reads: set[Read] = set()
    form = small.form.kind if small.form else ""
    loops = sum(isinstance(s, For) for s in walk_statements((small.loop,)))
    for s in walk_statements((small.loop,)):
        found = {x for e in expressions(s) for x in walk(e) if isinstance(x, Read)}
        reads |= found
        counts = (isinstance(s, Assign) and isinstance(s.target, Name)) or (isinstance(s, Append) and form == "count")
        ends = isinstance(s, Exit) and not found and (loops == 1 or s.value is None or isinstance(s.value, Const))
        if not ends and not isinstance(s, For | If) and not (counts and (form in ("any", "all") or not found)):
            return frozenset()
    return frozenset(x.array for x in reads) if len(reads) == 1 else frozenset()


def under_tests(text: str, runs: tuple[str, ...]) -> str:
    """The text under tests that are false only where the loop does nothing."""
    return f"if {' and '.join(runs)}:\n{_indented(text)}" if runs else text


def with_fallback(text: str, conditions: tuple[str, ...], loop: str) -> str:
    """The text under its conditions, else the loop as it was."""
    return f"if {' and '.join(conditions)}:\n{_indented(text)}else:\n{_indented(loop)}"


def with_errors_to_fallback(text: str, conditions: tuple[str, ...], loop: str, numpy: str) -> str:
    """The text under its conditions and without an error, else the loop as it was, which raises what it raises."""
    asked = f"if not ({' and '.join(conditions)}):\n    raise FloatingPointError  # for the loop\n" if conditions else ""
    fast = f'{asked}with {numpy}.errstate(all="raise", under="ignore"):\n{_indented(text)}'
    return f"try:\n{_indented(fast)}except (ArithmeticError, ValueError):\n{_indented(loop)}"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.rstrip("\n").split("\n"))
