"""Guards of rules as limits on the dtypes of arrays.

A rule that holds for some dtypes only gives a test such as `{a}.dtype.kind in "fiu"`, where `a` may stand for a whole expression.
What can be tested in front of the nest are the arrays themselves: an expression of arrays of these kinds is of these kinds, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from autovec.emit.code import NoSpelling, becomes_double
from autovec.expression import Const, Expr, Read, free_names, show, walk
from autovec.facts.kinds import FLOATS, INTEGERS, PYTHON, holds

if TYPE_CHECKING:
    from autovec.emit.speller import Speller
    from autovec.rule import Bound

LIMIT = re.compile(r'\{(\w+)\}\.dtype\.kind (?:==|in) "(\w+)"')
NOT_NAN = re.compile(r"not np\.isnan\(\{(\w+)\}\)\.any\(\)")
COMPARED = frozenset(("<", "<=", ">", ">=", "==", "!="))  # NumPy compares with any integer
WHOLE = frozenset(("%", "//", "&", "|", "^", "<<", ">>"))  # of whole numbers, mostly
WIDEST = frozenset(("int64",))
LETTERS = {"bool_": "b", "complex64": "c", "complex128": "c"}


def answered(s: Speller, guard: str, bindings: Mapping[str, Bound]) -> bool:
    """Whether the guard can be tested in front of the nest."""
    return any(found is not None for found in (limits(s, guard, bindings), _tests(s, guard, bindings)))


def ask(s: Speller, guard: str, bindings: Mapping[str, Bound]) -> None:
    """Make the guard a limit or a condition of the fast path."""
    limited = limits(s, guard, bindings)
    for array, kinds in (limited or {}).items():
        s.needed.limit(array, kinds)
    for test in _tests(s, guard, bindings) or () if limited is None else ():
        s.needed.condition(test)


def _tests(s: Speller, guard: str, bindings: Mapping[str, Bound]) -> tuple[str, ...] | None:
    parts = guard.split(" and ")
    if any(NOT_NAN.fullmatch(part) for part in parts):
        found = [_nan_tests(s, part, bindings) for part in parts]
        known = [tests for tests in found if tests is not None]
        return tuple(t for tests in known for t in tests) if len(known) == len(parts) else None
    test = scalar_test(s, guard, bindings)
    return None if test is None else (test,)


def _nan_tests(s: Speller, part: str, bindings: Mapping[str, Bound]) -> tuple[str, ...] | None:
    """Tests that the arrays from which an expression picks its elements hold no NaN; the nest must not store any there."""
    match = NOT_NAN.fullmatch(part)
    arrays = s.sources(bindings[match[1]].expr) if match else None
    if arrays is None or not all(_holds_still(s, a) for a in arrays):
        return None
    return tuple(f"not {s.np('isnan')}({a}).any()" for a in sorted(arrays))


def _holds_still(s: Speller, array: str) -> bool:
    """Whether an array exists in front of the nest and keeps its elements."""
    fact = s.facts.array(array)
    known = fact is not None and fact.container == "ndarray" and array in s.inputs and array not in s.places.kept
    return known and not any(array == b or s.facts.may_alias(array, b) for b in s.stored)


def scalar_test(s: Speller, guard: str, bindings: Mapping[str, Bound]) -> str | None:
    """A guard about numbers that exist in front of the nest, as "low <= high"."""
    names = re.findall(r"\{(\w+)\}", guard)
    exprs = [bindings[n].expr for n in names]
    if any(
        bindings[n].axes or not free_names(e) <= s.inputs or free_names(e) & s.places.kept
        for n, e in zip(names, exprs, strict=True)
    ):
        return None
    return guard.replace("np.", f"{s.spelling.numpy}.").format(**{n: s.scalar(bindings[n].expr).at(8) for n in names})


def ask_for_room(s: Speller, fn: str, args: tuple[Expr, ...]) -> None:
    """A literal that an array's type may not hold raises, whatever the lanes: where a condition may keep the loop from computing
    it in any of them, the array must be one of a type that holds it."""
    for literal, other in (args, args[::-1]) if s.conditional and fn not in COMPARED else ():
        if not isinstance(literal, Const) or type(literal.value) is not int:
            continue
        if not any(k in INTEGERS and not holds(k, literal.value) for k in s.kinds_in_loop(other)):
            continue
        arrays = {x.array for x in walk(other) if isinstance(x, Read)}
        wanted = WIDEST if fn in WHOLE else FLOATS
        if not arrays or not arrays <= s.inputs or not all((f := s.facts.array(n)) and f.kinds & wanted for n in arrays):
            raise NoSpelling("AV010", f"whether {literal.value} fits the type of `{show(other)}` is not known")
        for name in sorted(arrays):
            s.needed.limit(name, wanted)


def letter(kind: str) -> str:
    """The letter that NumPy has for a kind of dtype."""
    return LETTERS.get(kind) or ("u" if kind.startswith("u") else kind[0])


def limits(s: Speller, guard: str, bindings: Mapping[str, Bound]) -> dict[str, frozenset[str]] | None:
    """The kinds that the guard leaves to each array; None where it asks something else, or of a value that no array decides."""
    out: dict[str, frozenset[str]] = {}
    for part in guard.split(" and "):
        found = LIMIT.fullmatch(part)
        if found is None:
            return None
        expr, allowed = bindings[found[1]].expr, frozenset(found[2])
        arrays = {x.array for x in walk(expr) if isinstance(x, Read)}
        for name in arrays:
            fact = s.facts.array(name)
            if fact is not None and becomes_double(fact) and "f" in allowed:
                continue
            if fact is None or fact.container == "list" or name not in s.inputs:
                return None
            if not fact.kinds - PYTHON or not {letter(k) for k in fact.kinds} & allowed:
                return None
            if "float64" in fact.kinds and "f" not in allowed:
                return None  # what holds for all but the usual dtype is no help
            if {letter(k) for k in fact.kinds} - allowed:
                out[name] = out.get(name, fact.kinds) & {k for k in fact.kinds if letter(k) in allowed}
        if not arrays:
            return None
    return out
