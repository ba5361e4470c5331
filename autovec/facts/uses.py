"""What a function's own uses show of its names: ranks, whole numbers, elements that are ordered; and so of its parameters.

Comes in: the function's statements, and parameters with their annotations. Goes out: `Uses`, and a `Fact` for each parameter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from autovec.expression import Apply, Const, Expr, Length, Name, Read, Slice, free_names, walk
from autovec.facts.annotation import annotated, array, is_something_else
from autovec.facts.creation import created
from autovec.facts.kinds import EVERY_ARRAY, NUMBER
from autovec.facts.ranks import CONTRACTS, COPIES, REDUCES, implied_ranks
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust, UnknownFact
from autovec.loops.statement import Assign, For, Stmt, expressions, walk_statements
from autovec.options import Seen
from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its annotation's text ("" for none), its default, where that is a literal, and what it was in real runs."""

    name: str
    annotation: str
    default: Const | None = None
    seen: Seen | None = None


@dataclass(frozen=True, slots=True)
class Uses:
    """How the function uses its names: `shaped` have an array attribute read (.shape, .T, .dtype), `unpacked` are ranks that a
    tuple unpacking of .shape shows, `subscripted` the largest number of subscripts seen. `integral` scalars bound a loop or stand
    in a subscript; `real` arrays have elements that are ordered, converted or given to a `math` function. `scalars`
    are arrays whose elements, read with all the subscripts ever used, can only be numbers there: rows of one element have an
    order and a truth value, too, and can be subscripts, but no function converts them. `implied` are the ranks with which
    statements about whole arrays make sense."""

    shaped: frozenset[str]
    unpacked: Mapping[str, int]
    subscripted: Mapping[str, int]
    integral: frozenset[str] = frozenset()
    real: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()
    implied: Mapping[str, int] = field(default_factory=dict[str, int])

    def rank(self, name: str) -> int | None:
        """The number of dimensions that the uses show."""
        return self.unpacked.get(name) or self.implied.get(name) or self.subscripted.get(name) or None

    def sure(self, name: str) -> bool:
        """Whether the uses leave no other number of dimensions."""
        return name in self.unpacked or name in self.scalars


ORDERED = frozenset(("<", "<=", ">", ">=", "//", "%", "int", "float", "round", "min", "max"))
CONVERSIONS = frozenset(("int", "float", "round"))  # raise for what is no number, as math's do; to compare does not
Accesses = frozenset[tuple[str, int]]


def uses(body: tuple[Stmt, ...], shaped: frozenset[str], unpacked: Mapping[str, int]) -> Uses:
    """The uses in `body`; `shaped` and `unpacked` come from the text, where `len` and `.shape` still look different."""
    seen: dict[str, int] = {}
    integral: set[str] = set()
    real: set[str] = set()
    numbers: set[tuple[str, int]] = set()
    made = definitions(body)
    for s in walk_statements(body):
        if isinstance(s, For):
            integral |= {n for e in (s.start, s.stop) for n in free_names(e)}
        if isinstance(s, Assign) and s.op in ("min", "max"):
            real |= arrays_in(s.value)
        for e in expressions(s):
            for x in walk(e):
                match x:
                    case Apply(fn, args) if fn in ORDERED or fn.startswith("math."):
                        real |= {n for a in args for n in arrays_in(a)}
                        if fn in CONVERSIONS or fn.startswith("math."):
                            numbers |= {n for a in args for n in accesses_in(a, made)}
                    case _:
                        pass
                match x:
                    case Read(name, at):
                        seen[name] = max(seen.get(name, 0), len(at))
                        integral |= {n for y in at for n in free_names(y)}
                    case Length(name, axis):
                        seen[name] = max(seen.get(name, 0), axis + 1)
                    case _:
                        pass
    unpacked = _through_copies(body, seen, unpacked)
    _count_through_rows(body, seen)
    scalars = frozenset(n for n, count in numbers if seen.get(n) == count)
    return Uses(shaped, unpacked, seen, frozenset(integral), frozenset(real), scalars)


def _count_through_rows(body: tuple[Stmt, ...], seen: dict[str, int]) -> None:
    """`row = x[i]` and `row[j]` show that `x` has two dimensions."""
    rows = [(s.target.id, s.value) for s in walk_statements(body) if isinstance(s, Assign) and isinstance(s.target, Name)]
    for _ in range(2):  # a row of a row
        for name, value in rows:
            if isinstance(value, Read) and seen.get(name) and not any(isinstance(x, Slice) for x in value.at):
                seen[value.array] = max(seen.get(value.array, 0), len(value.at) + seen[name])


def _through_copies(body: tuple[Stmt, ...], seen: dict[str, int], unpacked: Mapping[str, int]) -> Mapping[str, int]:
    """An array and its only copy have as many dimensions: those that either shows."""
    bound = Counter(s.target.id for s in walk_statements(body) if isinstance(s, Assign) and isinstance(s.target, Name))
    out = dict(unpacked)
    for s in walk_statements(body):
        match s:
            case Assign(Name(copy), None, Apply(fn, (Name(source), *_))) if fn in COPIES and (bound[copy], bound[source]) == (
                1,
                0,
            ):
                most = max(seen.get(copy, 0), seen.get(source, 0))
                seen |= dict.fromkeys((copy, source), most) if most else {}
                known = out.get(copy) or out.get(source)
                out |= dict.fromkeys((copy, source), known) if known else {}
            case _:
                pass
    return out


def accesses_in(e: Expr | Slice, made: Mapping[str, Accesses]) -> Accesses:
    """(array, number of subscripts) of the elements that `e` is made of, through the names in `made`."""
    match e:
        case Read(name, at):
            return frozenset() if any(isinstance(x, Slice) for x in at) else frozenset(((name, len(at)),))
        case Name(id):
            return made.get(id, frozenset())
        case Apply(fn, _) if fn in CONTRACTS or fn in REDUCES:
            return frozenset()  # of rows a number is made
        case Apply(_, args):
            return frozenset[tuple[str, int]]().union(*(accesses_in(a, made) for a in args))
        case _:
            return frozenset()


def definitions(body: tuple[Stmt, ...]) -> dict[str, Accesses]:
    """The array elements that each scalar name is made of."""
    made: dict[str, Accesses] = {}
    for _ in range(2):  # a name may be made of names that stand further down in a loop
        for s in walk_statements(body):
            if isinstance(s, Assign) and isinstance(s.target, Name):
                made[s.target.id] = made.get(s.target.id, frozenset()) | accesses_in(s.value, made)
    return made


def arrays_in(e: Expr) -> set[str]:
    """Arrays whose elements `e` is made of, other than through a subscript."""
    match e:
        case Read(name, _):
            return {name}
        case Apply(fn, args) if fn not in (".real", ".imag", "abs", "np.abs"):
            return {n for a in args for n in arrays_in(a)}
        case _:
            return set()


def parameter_fact(p: Parameter, use: Uses) -> Fact:
    """What is known of a parameter before the first statement."""
    found = _parameter_fact(p, use)
    if isinstance(found, ArrayFact) and found.container == "ndarray":
        found = replace(found, sure=use.sure(p.name))
    if isinstance(found, ArrayFact) and p.name in use.real:
        return replace(found, kinds=found.kinds - {"complex64", "complex128"} or found.kinds)
    if isinstance(found, ScalarFact) and p.name in use.integral and found.trust is Trust.HINTED:
        return replace(found, kinds=frozenset(("int",)))
    return found


def _parameter_fact(p: Parameter, use: Uses) -> Fact:
    rank = use.rank(p.name)
    found = annotated(p.name, p.annotation, rank) if p.annotation else None
    if found is not None and not isinstance(found, UnknownFact):
        return found
    if p.name in use.shaped:
        return array(p.name, EVERY_ARRAY, rank, Trust.PROVED)
    if found is not None and is_something_else(p.annotation):
        return found
    seen = seen_fact(p.name, p.seen, use) if p.seen is not None else None
    if seen is not None:
        return seen
    if rank is not None:
        return array(p.name, EVERY_ARRAY, rank, Trust.HINTED)
    if p.default is not None and isinstance(p.default.value, float):
        return ScalarFact(frozenset(("float", "int")), None, Trust.DECLARED)
    return ScalarFact(NUMBER, None, Trust.HINTED)


def seen_fact(name: str, seen: Seen, use: Uses) -> Fact | None:
    """What a parameter was in real runs: an array, which the new text has to ask for, or something that is no number.

    None where that is nothing new. The elements may be anything still: the dtype that was seen only says which one comes first.
    """
    if seen.types == ("ndarray",) and len(seen.ranks) == 1 and seen.ranks[0]:
        shown = use.rank(name) if use.sure(name) else None
        fact = array(name, EVERY_ARRAY, shown or seen.ranks[0], Trust.SEEN)
        dtype = seen.dtypes[0].replace("bool", "bool_") if len(seen.dtypes) == 1 else ""
        return replace(fact, seen=dtype) if dtype in EVERY_ARRAY else fact
    others = [t for t in seen.types if t not in _NUMBERS and t != "ndarray"]
    if not others or "ndarray" in seen.types:
        return None
    items = f" of {' and '.join(seen.dtypes).replace('|', ' and ')}" if others == ["list"] and any(seen.dtypes) else ""
    return UnknownFact(f"it was a {' or a '.join(others)}{items} in the runs that `autovec trace` watched")


_NUMBERS = frozenset(("bool", "int", "float", "complex")) | EVERY_ARRAY


def attribute_fact(p: Parameter, values: Sequence[Expr], use: Uses) -> Fact:
    """What is known of `self.x` in every method: what its class declares, or all the values that it puts there."""
    if p.annotation or not values:
        return parameter_fact(p, use)
    rank = use.rank(p.name)
    made = [created(v, Facts({}), rank, p.name) for v in values]
    arrays = [f for f in made if f is not None and f.container == "ndarray"]
    if any(f is not None and f.container == "list" for f in made):
        return UnknownFact("it is a list")
    if len(arrays) < len(made):
        return parameter_fact(p, use)
    ranks = {f.rank for f in arrays if f.sure}
    sure = len(ranks) == 1 and all(f.sure for f in arrays)
    size = next(iter(ranks)) if sure else rank
    kinds = frozenset[str]().union(*(f.kinds for f in arrays))
    return replace(array(p.name, kinds, size), sure=sure or use.sure(p.name))


def with_ranks(use: Uses, parameters: Sequence[Parameter], body: tuple[Stmt, ...]) -> Uses:
    """The uses with the ranks that statements about whole arrays ask of the parameters."""
    certain: dict[str, int] = {}
    least: dict[str, int] = {}
    for p in parameters:
        fact = parameter_fact(p, use)
        if isinstance(fact, ArrayFact) and fact.container == "ndarray" and not fact.sure:
            least[p.name] = max(fact.rank or 1, 1)
        elif isinstance(fact, ArrayFact) and fact.rank is not None:
            certain[p.name] = fact.rank
        elif isinstance(fact, ScalarFact) and fact.trust is Trust.HINTED and not p.default and p.name not in use.integral:
            least[p.name] = 0
    return replace(use, implied=implied_ranks(body, certain, least))
