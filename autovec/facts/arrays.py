"""What an expression over whole arrays gives: a number, a new array, or memory that another name holds.

Comes in: the expression and the facts in front of it. Goes out: an `ArrayFact`, or an `UnknownFact` where nothing is sure.
"""

from __future__ import annotations

from autovec.expression import Apply, Expr, Length, Name, Read, Slice, walk
from autovec.facts.answers import is_ufunc
from autovec.facts.kinds import EVERY_ARRAY, OPERATORS
from autovec.facts.makers import NEW, SIZED, made_by_call
from autovec.facts.ranks import CONTRACTS, REDUCES
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, Trust, UnknownFact

NUMBERS = frozenset((".sum()", ".mean()", ".min()", ".max()", ".std()", ".item()", ".size", "float", "int"))  # of a whole array
COPIES = frozenset((".copy()", ".astype()", "np.copy", "np.array", "np.zeros_like", "np.ones_like", "np.empty_like",
                    "float", "int", ".sum()", ".mean()", ".item()", "abs", "math.sqrt", "math.exp", "np.zeros", "np.ones",
                    "np.full", "np.empty"))  # fmt: skip


def shared(value: Expr) -> frozenset[str]:
    """Arrays whose memory the value may be: the name itself, a part of it, or what passes it on; arithmetic makes a new one."""
    match value:
        case Name(id):
            return frozenset((id,))
        case Read(name, at):
            return frozenset((name,)) if at else frozenset()
        case Apply(fn, _) if fn in OPERATORS or fn in COPIES or fn in NEW or fn in SIZED or fn in CONTRACTS:
            return frozenset()
        case Apply(fn, _) if is_ufunc(fn):
            return frozenset()
        case Apply(_, args):
            return frozenset[str]().union(*map(shared, args))
        case _:
            return frozenset()


def elementwise(e: Expr) -> bool:
    """Whether the value is an array of the elements' results: operators and ufuncs, and parts of arrays."""
    match e:
        case Apply(fn, _) if fn in NEW or fn in SIZED:
            return True
        case Apply(fn, (_,)) if fn in NUMBERS or fn in REDUCES:
            return True  # one number, which meets every element
        case Apply(fn, args):
            known = fn in OPERATORS or fn in (".T", ".real", ".imag", ".copy()", ".conjugate()", "abs")
            return (known or is_ufunc(fn)) and all(map(elementwise, args))
        case _:
            return True


def makes_array(e: Expr, table: Facts) -> bool:
    """Whether the value is made, element by element, of an array that is made within it."""
    match e:
        case Apply(fn, _) if fn in NEW or fn in SIZED:
            return made_by_call(e, table, None, "", lambda _: None) is not None
        case Apply(_, args):
            return elementwise(e) and any(makes_array(a, table) for a in args)
        case _:
            return False


def is_scalar(e: Expr, table: Facts) -> bool:
    """Whether the value is a number for sure: every array in it is read with all its subscripts."""
    match e:
        case Read(array_name, at):
            fact = table.array(array_name)
            return fact is not None and fact.rank == len(at) and not any(isinstance(x, Slice) for x in at)
        case Name(id):
            return not isinstance(table.names.get(id), ArrayFact)
        case Apply(fn, (_,)) if fn in NUMBERS or fn in REDUCES:
            return True
        case Apply(fn, _) if fn in NEW or fn in SIZED:
            return False
        case Apply("sum" | "min" | "max", (Name(id),)) if (fact := table.array(id)) and fact.rank == 1:
            return True  # Python's own, of a list or a vector
        case Apply(".dtype.type()", (_, value)):
            return is_scalar(value, table)
        case Apply(_, args):
            return all(is_scalar(a, table) for a in args)
        case _:
            return True


def array_value(value: Expr, table: Facts, rank: int | None, target: str) -> Fact:
    """The fact about `target`, bound to an expression in which whole arrays stand."""
    kinds = table.kinds(value)
    if isinstance(value, Read):
        fact = table.array(value.array)
        if fact is None or fact.container == "list":
            return UnknownFact(f"a row of {value.array}")
        lengths = None if rank is None else tuple(Length(target, k) for k in range(rank))
        return ArrayFact("ndarray", fact.kinds, lengths, fact.trust)
    if any(isinstance(x, Name) and (f := table.array(x.id)) and f.container == "list" for x in walk(value)):
        return UnknownFact("an expression of whole lists")
    if not elementwise(value):
        return UnknownFact("its value is not known")
    shape = None if rank is None else tuple(Length(target, k) for k in range(rank))
    return ArrayFact("ndarray", kinds or EVERY_ARRAY, shape, Trust.PROVED, fresh=isinstance(value, Apply) and value.fn != ".T")
