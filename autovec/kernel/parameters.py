"""What a kernel's parameters are, and the tests that must hold in front of the call.

Comes in: a name, the facts in front of the loop, the statements that move. Goes out: a `Parameter`: how it is passed, its value
in the kernel, the tests. Where the facts leave several dtypes open, the kernel is for one: int64 for an array whose elements
are positions or bits, bool for one of which it is only asked if they are true, float64 for the others.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TypeGuard

from autovec.expression import Apply, Const, Expr, Length, Name
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, ScalarFact, Trust, UnknownFact
from autovec.kernel.extent import EXACT, INT64, ITERATIONS, SIZE, SMALL, WRAPPED, Range, point
from autovec.kernel.number import ARRAY_KINDS, BOOL, TYPES, Mismatch, Type, constant, number
from autovec.kernel.state import Array, Value
from autovec.record import dataclass
from autovec.source.tree import walk_nodes

LIMITS = (INT64, SMALL, 1 << 20)  # of elements of lists of integers: what is tried, the most general first
_PREFERRED = ("float64", "int64", "bool_", "complex128")
_WHOLE = (ast.Mod, ast.FloorDiv, ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `ambiguous`: it may be an integer or a float, or a larger integer than the kernel has room for, and a test
    could tell. `setup`: the statement that makes the argument, "" where it is an expression."""

    name: str
    argument: str
    value: Value
    tests: tuple[str, ...] = ()
    ambiguous: bool = False
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Tests:
    """What the tests in front of a kernel may ask: that a number is a float where it may be an integer; that integers are small,
    those in lists at least -`limit` and less than that, unless it is 2**63, all but the `free` ones; that arrays of unknown dtype
    have all the same one of `dtypes`, where there are any. `numpy`: how the file says NumPy; `taken`: its names; `defaults`: the
    types of the parameters' defaults."""

    floats: bool
    limit: int
    numpy: str
    taken: frozenset[str]
    defaults: Mapping[str, type]
    free: frozenset[str] = frozenset()
    dtypes: tuple[str, ...] = ()  # the kernel is read with the first


def entry(name: str, facts: Facts, nodes: list[ast.stmt], tests: Tests) -> Parameter:
    """The parameter `name`."""
    match facts.names.get(name):
        case ArrayFact("list") as fact:
            return _list(name, fact, tests)
        case ArrayFact() as fact:
            return _array(name, fact, facts, nodes, tests)
        case ScalarFact() as fact if fact.trust is Trust.HINTED and _only_tested(name, nodes):
            return Parameter(name, f"bool({name})", BOOL)
        case ScalarFact() as fact:
            return _scalar(name, fact, facts, tests)
        case UnknownFact(why):
            raise Mismatch(f"it is not known what `{name}` is: {why}", f"annotate `{name}`")
        case None:
            raise Mismatch(f"it is not known what `{name}` is", f"annotate `{name}`")


def _array(name: str, fact: ArrayFact, facts: Facts, nodes: list[ast.stmt], tests: Tests) -> Parameter:
    rank = fact.rank or 0
    if not rank:
        raise Mismatch(f"how many dimensions `{name}` has is not known")
    asked = [*(["isinstance ndarray"] if fact.trust < Trust.DECLARED else []), *([] if fact.sure else [f"ndim {rank}"])]
    kinds = fact.kinds & ARRAY_KINDS
    if not kinds:
        raise Mismatch(f"the elements of `{name}` are {' or '.join(sorted(fact.kinds)) or 'unknown'}")
    if len(fact.kinds) > 1 and not kinds.issuperset(tests.dtypes):
        raise Mismatch(f"`{name}` is an array of another dtype")
    like = facts.array(fact.like)
    chosen = _usual(name, fact, nodes, tests) if like is None else _usual(fact.like, like, nodes, tests)
    chosen = chosen if chosen in kinds else _usual(name, fact, nodes, tests)
    if len(fact.kinds) > 1:
        asked.append(f"dtype {' '.join(tests.dtypes) or chosen}")
    if not fact.fresh and name in _stored(nodes):
        asked.append("flags.writeable")  # Numba refuses to compile a store that a loop may never get to
    within, asks = _elements_within(name, fact, tests) if chosen == "int64" else (WRAPPED, False)
    if asks and tests.limit < INT64 and name not in tests.free:
        asked.append(f"small {tests.limit}")
    value = Array(number(chosen, within=within), rank, memory=name if fact.fresh else "*")
    return Parameter(name, name, value, tuple(asked), asks)


def _usual(name: str, fact: ArrayFact, nodes: list[ast.stmt], tests: Tests) -> str:
    """The kind of elements that the kernel is for."""
    order = ("int64", *_PREFERRED) if name in _whole_numbers(nodes) else _PREFERRED
    order = ("bool_", *order) if _only_tested(name, nodes) else order
    kinds = fact.kinds & ARRAY_KINDS
    return next((k for k in (*tests.dtypes[:1], fact.seen, *order, *sorted(kinds)) if k in kinds), "")


def _elements_within(name: str, fact: ArrayFact, tests: Tests) -> tuple[Range, bool]:
    """How large the elements of an integer array may be, and whether a test could say more."""
    if fact.fresh and fact.fill is not None and isinstance(fact.fill.value, int):
        return point(int(fact.fill.value)), False
    if tests.limit < INT64 and name not in tests.free:
        return Range(-tests.limit, tests.limit - 1), True
    return WRAPPED, True


def _list(name: str, fact: ArrayFact, tests: Tests) -> Parameter:
    """A list goes into the kernel as an array."""
    rank, kinds = fact.rank or 0, fact.kinds
    if not 1 <= rank <= 2:
        raise Mismatch(f"`{name}` is a list of lists of unknown depth")
    asked = ["rectangular"] if rank == 2 else []
    if kinds == frozenset(("int",)):
        variable = next(v for v in (f"{name}_array", f"{name}_elements", f"{name}_as_array") if v not in tests.taken)
        made = f"{tests.numpy}.asarray({name})"
        asked.append(f"whole {tests.limit} {variable}" + (f" {made}" if rank == 2 else ""))
        elements = number("int", within=Range(-tests.limit, tests.limit - 1))
        setup = f"{variable} = {made}" if rank == 1 else ""  # rows of several lengths make no array
        return Parameter(name, variable, Array(elements, rank, "copy"), tuple(asked), tests.limit > LIMITS[-1], setup)
    plain = next((k for k in ("bool", "complex") if kinds == frozenset((k,))), "float")
    if not kinds or (plain == "float" and not kinds <= {"float", "int"}):
        raise Mismatch(f"the elements of the list `{name}` are {' or '.join(sorted(kinds)) or 'unknown'}")
    elements = number(*sorted(kinds), within=Range(1 - EXACT, EXACT - 1))
    flat, nested = f"fromiter({name}, {plain}, len({name}))", f"asarray({name}, dtype={plain})"
    argument = f"{tests.numpy}.{flat if rank == 1 else nested}"
    return Parameter(name, argument, Array(elements, rank, "copy"), tuple(asked))


def _stored(nodes: list[ast.stmt]) -> set[str]:
    """Arrays that are stored into, through other names that are bound to them or to rows of them, too."""
    every = [n for s in nodes for n in walk_nodes(s)]
    found = {_root(n) for n in every if isinstance(n, ast.Subscript) and not isinstance(n.ctx, ast.Load)}
    sources: dict[str, set[str]] = {}
    for n in every:
        if isinstance(n, ast.Assign | ast.For):
            targets = n.targets if isinstance(n, ast.Assign) else [n.target]
            value = n.value if isinstance(n, ast.Assign) else n.iter
            for name in (t.id for target in targets for t in walk_nodes(target) if _is_bound(t)):
                sources.setdefault(name, set()).update(_names(value))
    while more := {s for name in found for s in sources.get(name, ())} - found:
        found |= more
    return found


def _is_bound(e: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(e, ast.Name) and isinstance(e.ctx, ast.Store)


def _root(e: ast.expr) -> str:
    while isinstance(e, ast.Subscript):
        e = e.value
    return e.id if isinstance(e, ast.Name) else ""


def _scalar(name: str, fact: ScalarFact, facts: Facts, tests: Tests) -> Parameter:
    known = facts.resolved(Name(name))
    if isinstance(known, Const) and isinstance(known.value, bool | int | float | complex):
        return Parameter(name, name, constant(known.value))
    kinds = fact.kinds
    unknown = kinds - TYPES.keys()
    if fact.trust is Trust.HINTED and "int" in kinds and tests.defaults.get(name) in (bool, int):
        small = number("int", within=Range(-SMALL, SMALL - 1))
        return Parameter(name, name, small, ("isinstance int", f"within {SMALL}"))
    if unknown and kinds & {"float", "float64"}:
        return Parameter(name, name, number(*sorted(kinds & {"float", "float64"})), ("isinstance float",))
    if unknown or not kinds:
        raise Mismatch(f"`{name}` is {' or '.join(sorted(unknown)) or 'of an unknown type'}")
    if not kinds & {"int", "int64"}:
        return Parameter(name, name, number(*sorted(kinds)))
    if len({TYPES[k] for k in kinds}) == 1:
        return _integer(name, fact, facts, tests)
    if fact.trust is Trust.HINTED or tests.floats:
        return Parameter(name, name, number(*sorted(kinds - {"int"})), ("isinstance float",))
    value = number(*sorted(kinds), within=Range(1 - EXACT, EXACT - 1))
    return Parameter(name, f"float({name})" if value.type is Type.FLOAT else name, value, (), True)


def _only_tested(name: str, nodes: list[ast.stmt]) -> bool:
    """Whether the statements only ask if something, or its elements, are true."""
    every = [n for s in nodes for n in walk_nodes(s)]
    tests = [n.test for n in every if isinstance(n, ast.If | ast.IfExp | ast.While)]
    asked: set[ast.expr] = set()
    while tests:
        match tests.pop():
            case ast.BoolOp(values=parts):
                tests += parts
            case ast.UnaryOp(ast.Not(), operand):
                tests.append(operand)
            case ast.Subscript(ast.Name() as whole):
                asked.add(whole)
            case other:
                asked.add(other)
    return all(n in asked for n in every if isinstance(n, ast.Name) and n.id == name)


def _integer(name: str, fact: ScalarFact, facts: Facts, tests: Tests) -> Parameter:
    """An integer: what bounds it is a size, or a test."""
    kinds = sorted(fact.kinds)
    known = _bounded(Name(name), facts, 5)
    if known is not None:
        return Parameter(name, name, number(*kinds, within=known))
    if tests.limit < INT64 and name not in tests.free:
        return Parameter(name, name, number(*kinds, within=Range(-SMALL, SMALL - 1)), (f"within {SMALL}",))
    computed = (f"within {INT64}",) if fact.trust is Trust.PROVED and "int" in kinds else ()
    return Parameter(name, name, number(*kinds), computed, True)


def _bounded(e: Expr, facts: Facts, depth: int) -> Range | None:
    """How large an integer in front of the loop may be, where sizes alone say so."""
    match e:
        case Const(int() as value):
            return point(int(value))
        case Length():
            return Range(0, SIZE)
        case Name(id) if depth:
            fact = facts.names.get(id)
            if not isinstance(fact, ScalarFact) or not fact.kinds <= {"int", "bool"}:
                return None
            return _running(fact, facts, depth - 1) if fact.value is None else _bounded(fact.value, facts, depth - 1)
        case Apply("+" | "-" | "*" | "//" | "%" | "min" | "max" as op, (a, b)) if depth:
            x, y = _bounded(a, facts, depth - 1), _bounded(b, facts, depth - 1)
            if x is None or y is None:
                return None
            step = {"+": x.plus, "-": x.minus, "*": x.times, "//": x.floored, "%": x.modulo, "min": x.join, "max": x.join}
            found = step[op](y)
            return found if found.within(ITERATIONS) else None
        case _:
            return None


def _running(fact: ScalarFact, facts: Facts, depth: int) -> Range | None:
    """The range of the variable of a loop around."""
    if fact.stop is None or not fact.nonnegative:
        return None
    stop = _bounded(fact.stop, facts, depth)
    return Range(0, ITERATIONS if stop is None else max(stop.high, 0))


def _whole_numbers(nodes: list[ast.stmt]) -> set[str]:
    """Arrays whose elements are positions, ends of ranges, equal to counters, or operands of `%`, `//` and bit operations."""
    found: set[str] = set()
    made: dict[str, set[str]] = {}
    every = [n for s in nodes for n in walk_nodes(s)]
    places: set[str] = set()
    counters = {n.target.id for n in every if isinstance(n, ast.For) and isinstance(n.target, ast.Name) and _is_range(n.iter)}
    for n in every:
        match n:
            case ast.Assign([ast.Name(id)], value):
                made.setdefault(id, set()).update(_elements(value))
            case ast.For(ast.Name(id), ast.Name(source)):
                made.setdefault(id, set()).add(source)
            case ast.Subscript(_, index):
                found |= _elements(index)
                places |= _names(index)
            case ast.Call(ast.Name("range"), args):
                found |= {name for a in args for name in _elements(a)}
            case ast.Compare(left, _, [right]) if isinstance(left, ast.Name) != isinstance(right, ast.Name):
                counter, element = (left, right) if isinstance(left, ast.Name) else (right, left)
                found |= _elements(element) if isinstance(element, ast.Subscript) and _names(counter) <= counters else set()
            case ast.BinOp(a, op, b) if isinstance(op, _WHOLE):
                found |= _elements(a) | _elements(b)
                places |= _names(a) | _names(b)
            case _:
                pass
    return found.union(*(made.get(name, set()) for name in places))


def _is_range(e: ast.expr) -> bool:
    return isinstance(e, ast.Call) and isinstance(e.func, ast.Name) and e.func.id == "range"


def _names(e: ast.expr) -> set[str]:
    return {n.id for n in walk_nodes(e) if isinstance(n, ast.Name)}


def _elements(e: ast.expr) -> set[str]:
    return {n.value.id for n in walk_nodes(e) if isinstance(n, ast.Subscript) and isinstance(n.value, ast.Name)}
