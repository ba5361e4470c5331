"""Kinds of elements that the fast path is limited to, and the tests that say so.

Comes in: a region whose arrays have dtypes that nobody knows. Goes out: the limits to try in turn, and their text as conditions.
An array of which only the truth, the order or the use as an index matters is never limited.
"""

from __future__ import annotations

from autovec.emit.guards import letter
from autovec.expression import Apply, Expr, Name, Read, walk
from autovec.facts.kinds import FLOATS, INTEGERS
from autovec.facts.value import ArrayFact
from autovec.loops.statement import Append, Assign, expressions, walk_statements
from autovec.propose.contract import indices
from autovec.propose.region import Region

Limits = dict[str, frozenset[str]]
_WHOLE = frozenset(("%", "//", "&", "|", "^", "<<", ">>"))
_ARITHMETIC = _WHOLE | {"+", "-", "*", "/", "**"}


def ladders(small: Region) -> tuple[Limits, ...]:
    """Limits to try in turn where the dtypes of some arrays are not known: none, floats, doubles."""
    open_ = {n: f.kinds for n in small.inputs if isinstance(f := small.facts.names.get(n), ArrayFact) and f.container == "ndarray"
             and len(f.kinds) > 1 and n in _computed(small) and f.like not in small.inputs}  # fmt: skip
    if not open_:
        return ({},)
    steps: list[Limits] = [{}]
    whole = _whole_numbers(small)
    for wanted in (FLOATS, frozenset(("float64",))) if not whole else (frozenset(("int64",)),):
        limited = {n: k & wanted for n, k in open_.items() if k & wanted and k - wanted}
        if limited and limited not in steps:
            steps.append(limited)
    return tuple(steps)


def index_limits(small: Region) -> Limits:
    """Arrays whose elements are subscripts hold integers: a boolean is a subscript too, and means something else in an array."""
    found = {n: f for n in indices((small.loop,)) if isinstance(f := small.facts.names.get(n), ArrayFact)}
    return {n: f.kinds & INTEGERS for n, f in found.items() if n in small.inputs and "bool_" in f.kinds and f.kinds & INTEGERS}


def tightened(a: Limits, b: Limits) -> Limits:
    """What both allow."""
    return {n: a.get(n, b.get(n, frozenset())) & b.get(n, a.get(n, frozenset())) for n in {*a, *b}}


def limit_tests(limits: Limits, numpy: str) -> tuple[str, ...]:
    """The limits as conditions, arrays with the same limit in one."""
    groups: dict[str, list[str]] = {}
    for name, kinds in sorted(limits.items()):
        groups.setdefault(_dtype_test(kinds, numpy), []).append(name)
    out: list[str] = []
    for test, names in groups.items():
        what, _, rest = test.partition(" ")
        if rest.startswith("=="):
            out.append(" == ".join([*(f"{n}.{what}" for n in names), rest.removeprefix("== ")]))
        elif len(names) == 1:
            out.append(f"{names[0]}.{test}")
        else:
            out.append(f"all(a.{test} for a in ({', '.join(names)}))")
    return tuple(out)


def _dtype_test(kinds: frozenset[str], numpy: str) -> str:
    if len(kinds) == 1:
        return f"dtype == {numpy}.{next(iter(kinds))}"
    letters = "".join(k for k in "fiubc" if k in {letter(x) for x in kinds})
    return f'dtype.kind == "{letters}"' if len(letters) == 1 else f'dtype.kind in "{letters}"'


def _whole_numbers(small: Region) -> bool:
    """Whether the loop computes with remainders or bits: then its arrays hold integers."""
    found = (x for s in walk_statements((small.loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Apply))
    return any(x.fn in _WHOLE for x in found)


def _computed(small: Region) -> set[str]:
    """Arrays whose elements are computed with or stored to."""
    out: set[str] = set()
    for s in walk_statements((small.loop,)):
        if isinstance(s, Assign):
            out |= _operands(s.value) | ({s.target.array} if isinstance(s.target, Read) else set())
        elif isinstance(s, Append):
            out |= _operands(s.value)
        for e in expressions(s):
            for x in walk(e):
                if isinstance(x, Apply) and (x.fn in _ARITHMETIC or "." in x.fn):
                    out |= {n for a in x.args for n in _operands(a)}
    return out


def _operands(e: Expr) -> set[str]:
    match e:
        case Read(array, _) | Name(array):
            return {array}
        case Apply("where", (_, a, b)):
            return _operands(a) | _operands(b)
        case Apply(_, args):
            return {n for a in args for n in _operands(a)}
        case _:
            return set()
