"""The conditions that rules may name, each answering proved, guard at run time, or refused because.

Comes in: the bindings of a match and the facts about them. Goes out: an `Answer`.
A rule file names them in its `needs`; the book finds them here by that name, so that reading a rule runs none of its code.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise

from autovec.expression import Apply, Const, Expr, Length, Name, Read, Reduce, free_axes, walk
from autovec.rule.forms import factors
from autovec.rule.model import Answer, Bound, Case, Guard, Need, Proved, Refused

FLOATS = frozenset({"float", "float16", "float32", "float64", "longdouble"})
COMPLEX = frozenset({"complex", "complex64", "complex128", "clongdouble"})
SIGNED = frozenset({"int8", "int16", "int32", "int64"})
UNSIGNED = frozenset({"uint8", "uint16", "uint32", "uint64"})
BOOLS = frozenset({"bool", "bool_"})
PYTHON = frozenset({"bool", "int", "float", "complex"})
INTEGERS = SIGNED | UNSIGNED
_LETTERS = (("f", FLOATS), ("c", COMPLEX), ("i", SIGNED), ("u", UNSIGNED), ("b", BOOLS))


def _allowed(kinds: frozenset[str], allowed: frozenset[str], name: str, what: str) -> Answer:
    """Proved where all of `kinds` are allowed, a test of the dtype where some are, else refused."""
    fit = kinds & allowed
    if kinds and fit == kinds:
        return Proved()
    if not fit or kinds & PYTHON:
        return Refused(f"the elements of {name} are {', '.join(sorted(kinds - allowed)) or 'unknown'}, not {what}")
    letters = "".join(letter for letter, group in _LETTERS if kinds & group and kinds & group <= allowed)
    if not letters:
        return Refused(f"the elements of {name} may be {', '.join(sorted(kinds - allowed))}, not {what}")
    return Guard(f'{{{name}}}.dtype.kind == "{letters}"' if len(letters) == 1 else f'{{{name}}}.dtype.kind in "{letters}"')


def _first_bad(answers: Iterable[Answer]) -> Answer:
    """Several answers as one: the first refusal, else all the tests together."""
    tests: list[str] = []
    for a in answers:
        if isinstance(a, Refused):
            return a
        if isinstance(a, Guard) and a.test not in tests:
            tests.append(a.test)
    return Guard(" and ".join(tests)) if tests else Proved()


def _elements(names: tuple[str, ...], allowed: frozenset[str], what: str) -> Need:
    def ask(case: Case) -> Answer:
        asked = names or tuple(n for n, b in case.bindings.items() if b.axes)
        return _first_bad(_allowed(case.context.kinds(case.bindings[n].expr), allowed, n, what) for n in asked)

    return Need(f"the elements of {_listed(names) if names else 'all operands'} are {what}", ask)


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(", ".join(names).rsplit(", ", 1))


def float_elements(*names: str) -> Need:
    """Floats of any width."""
    return _elements(names, FLOATS, "floats")


def real_elements(*names: str) -> Need:
    """Floats, or integers of a fixed width."""
    return _elements(names, FLOATS | INTEGERS, "real numbers of a fixed width")


def real_or_finite(*names: str) -> Need:
    """Real numbers, or finite complex ones: how an infinite complex number multiplies differs between libraries."""

    def ask(case: Case) -> Answer:
        asked = names or tuple(case.bindings)
        kinds = [case.context.kinds(case.bindings[n].expr) for n in asked]
        if all(kinds) and frozenset[str]().union(*kinds) <= FLOATS | INTEGERS | COMPLEX and any(k <= COMPLEX for k in kinds):
            return Guard(" and ".join(f"np.isfinite({{{n}}}).all()" for n in asked))
        return _first_bad(_allowed(k, FLOATS | INTEGERS, n, "real numbers") for k, n in zip(kinds, asked, strict=True))

    return Need(f"the elements of {_listed(names) if names else 'all operands'} are real numbers, or finite complex ones", ask)


def bool_elements(*names: str) -> Need:
    """Truth values: an integer array as a mask would be taken for positions."""
    return _elements(names, BOOLS, "truth values")


def wide_elements(*names: str) -> Need:
    """Numbers whose sum NumPy does not widen: `sum` of int8 elements is an int64, in the loop it stays an int8."""
    return _elements(names, FLOATS | COMPLEX | {"int64", "uint64"}, "numbers that NumPy does not widen when it adds them up")


def no_nan(*names: str) -> Need:
    """No NaN: Python's comparisons are all false for one, NumPy's minimum and maximum pass it on."""

    def ask(case: Case) -> Answer:
        return _first_bad(_free_of_nan(n, case.bindings[n], case) for n in names)

    return Need(f"no element of {_listed(names)} is NaN", ask)


def _free_of_nan(name: str, bound: Bound, case: Case) -> Answer:
    kinds = case.context.kinds(bound.expr)
    if kinds and not kinds & (FLOATS | COMPLEX):
        return Proved()
    value = _number(bound.expr)
    if value is not None:
        return Refused(f"{name} is NaN") if math.isnan(value) else Proved()
    if case.context.sources(bound.expr) is None:
        return Refused(f"{name} is computed, and may be NaN")
    return Guard(f"not np.isnan({{{name}}}).any()" if bound.axes else f"not np.isnan({{{name}}})")


def same_kind(*names: str) -> Need:
    """All of one type: Python's `min` hands back one of its operands as it is, NumPy's converts it."""

    def ask(case: Case) -> Answer:
        kinds = [_numpy_kinds(case.context.kinds(case.bindings[n].expr)) for n in names]
        sources = {case.context.sources(case.bindings[n].expr) for n in names}
        if len(sources) == 1 and all(s and len(s) == 1 for s in sources) and not frozenset[str]().union(*kinds) & COMPLEX:
            return Proved()  # elements of one array
        if not frozenset[str]().union(*kinds) <= FLOATS | INTEGERS | {"int"}:
            return Refused(f"{_listed(names)} may be other than real numbers")
        strong = [k for k, n in zip(kinds, names, strict=True) if not _weak(case.bindings[n].expr, kinds)]
        if len(frozenset[str]().union(*strong)) <= 1 or (len(strong) == 1 and "int" not in strong[0]):
            return Proved()
        if not frozenset[str].intersection(*strong):
            return Refused(f"{_listed(names)} are of different types")
        tests = [f"{{{names[0]}}}.dtype == {{{n}}}.dtype" for n in names[1:]]
        return Guard(" and ".join(tests)) if all(case.bindings[n].axes for n in names) else Refused("the types are not known")

    return Need(f"{_listed(names)} are of the same type", ask)


def _numpy_kinds(kinds: frozenset[str]) -> frozenset[str]:
    """`kinds` with Python's floats as the double precision that they are."""
    return frozenset({"float": "float64", "complex": "complex128", "bool": "bool_"}.get(k, k) for k in kinds)


def _weak(e: Expr, kinds: list[frozenset[str]]) -> bool:
    """Whether `e` is a number that every type of the other operands holds: a small literal, or any real one beside doubles."""
    others = frozenset[str]().union(*kinds) - {"int"}
    if others <= {"float64"} and not free_axes(e):
        return True
    value = _number(e)
    if value is None:
        return False
    whole = value == value // 1 and abs(value) <= 127
    if others <= FLOATS:
        return whole
    return whole and isinstance(value, int) and value >= 0 and others <= FLOATS | INTEGERS


def keeps_type() -> Need:
    """The loop's total has the elements' own type: a wider one would round less, or not wrap."""

    def ask(case: Case) -> Answer:
        if not isinstance(case.expr, Reduce):
            return Proved()
        total, body = (_numpy_kinds(case.context.kinds(e)) for e in (case.expr, case.expr.body))
        if body <= total and len(total) <= len(body):
            return Proved()
        arrays = tuple(n for n, b in case.bindings.items() if b.axes)
        if not arrays or not body & total:
            return Refused(f"the total is {', '.join(sorted(total))}, what is added to it {', '.join(sorted(body))}")
        kept = _as_python(body & total)
        return _first_bad(_allowed(case.context.kinds(case.bindings[n].expr), kept, n, "of the total's type") for n in arrays)

    return Need("the total has the type of what is added to it", ask)


def _as_python(kinds: frozenset[str]) -> frozenset[str]:
    """`kinds` and the Python kinds that are the same numbers."""
    return kinds | {p for p, n in (("float", "float64"), ("complex", "complex128"), ("bool", "bool_")) if n in kinds}


def totals_in_double() -> Need:
    """The total is a double while the elements are narrower: `total = 0.0` over integers."""

    def ask(case: Case) -> Answer:
        if not isinstance(case.expr, Reduce):
            return Refused("nothing is added up")
        total = _numpy_kinds(case.context.kinds(case.expr))
        return Proved() if total == frozenset({"float64"}) else Refused(f"the total is {', '.join(sorted(total))}, not a double")

    return Need("the total is a double", ask)


def short(*names: str) -> Need:
    """The operand is an array of the user's, which may be named twice without computing it twice."""

    def ask(case: Case) -> Answer:
        long = [n for n in names if not _is_short(case.bindings[n].expr)]
        return Refused(f"{long[0]} is computed, and the rewrite would name it twice") if long else Proved()

    return Need(f"{_listed(names)} is an array, not a computed value", ask)


def _is_short(e: Expr) -> bool:
    return isinstance(e, Read | Name | Const | Length)


def ordered(low: str, high: str) -> Need:
    """`low <= high`, known from literals or tested; neither is NaN then."""

    def ask(case: Case) -> Answer:
        ends = [_number(case.bindings[n].expr) for n in (low, high)]
        if ends[0] is None or ends[1] is None:
            vary = any(case.bindings[n].axes for n in (low, high))
            return Guard(f"np.all({{{low}}} <= {{{high}}})" if vary else f"{{{low}}} <= {{{high}}}")
        return Proved() if ends[0] <= ends[1] else Refused(f"{low} is above {high}")

    return Need(f"{low} is not above {high}, and neither is NaN", ask)


def _number(e: Expr) -> float | None:
    """The value of a literal number, signed or not."""
    match e:
        case Const(value) if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case Apply("neg", (Const(value),)) if isinstance(value, int | float) and not isinstance(value, bool):
            return -value
        case _:
            return None


def _regroupable(case: Case) -> Answer:
    """A product of three or more may be regrouped where all have one type: `int8 * int8 * float` wraps in one order only.

    Two elements that the loop does not multiply with each other are not, either: their product may be 0, and meet an infinity.
    """
    if not isinstance(case.expr, Reduce) or len(factors(case.expr.body)) < 3:
        return Proved()
    written, operands = set(walk(case.expr.body)), [b.expr for b in case.bindings.values()]
    if len(operands) == 2 and any(e not in written and len([f for f in factors(e) if free_axes(f)]) > 1 for e in operands):
        return Refused("the loop multiplies in another order")
    strong = {_numpy_kinds(k) for f in factors(case.expr.body) if not (k := case.context.kinds(f)) <= PYTHON or free_axes(f)}
    if len(strong) <= 1 and all(len(k) == 1 for k in strong):
        return Proved()
    names = [n for n, b in case.bindings.items() if b.axes]
    if len(strong) > 1 or not all(_is_short(case.bindings[n].expr) for n in names):
        return Refused("the factors may be of different types")
    return Guard(" and ".join(f"{{{a}}}.dtype == {{{b}}}.dtype" for a, b in pairwise(names))) if len(names) > 1 else Proved()


REGROUPABLE = Need("of more than two factors all have one type, and elements are multiplied in the loop's order", _regroupable)

NEEDS: dict[str, Callable[..., Need]] = {
    f.__name__: f
    for f in (float_elements, real_elements, real_or_finite, bool_elements,
              wide_elements, no_nan,
              same_kind, keeps_type, totals_in_double, short, ordered)
}  # fmt: skip
