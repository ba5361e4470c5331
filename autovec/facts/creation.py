"""Arrays and lists that the function makes itself: `np.zeros((n, m))`, `[0.0] * n`, `x.copy()`, `np.asarray(x, dtype=float)`.

Comes in: the assigned expression and the facts so far. Goes out: an `ArrayFact`, or None where it makes no array.
"""

from __future__ import annotations

from dataclasses import replace

from autovec.expression import EACH, ZERO, Apply, Const, Expr, Length, Name, Opaque, Read, free_names, walk
from autovec.facts.annotation import dtype_kinds
from autovec.facts.kinds import EVERY_ARRAY, Kinds
from autovec.facts.makers import made_by_call
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, ScalarFact, Trust

FILLS = {"np.zeros": Const(0), "np.ones": Const(1), "np.empty": None,
         "np.zeros_like": Const(0), "np.ones_like": Const(1), "np.empty_like": None}  # fmt: skip


def created(value: Expr, table: Facts, rank: int | None, target: str) -> ArrayFact | None:
    """The array that `value` makes for `target`; `rank` is what its uses show."""
    match value:
        case Apply("np.zeros" | "np.ones" | "np.empty" as fn, (shape, *more)):
            return _made(_shape(shape, table, rank, target), _dtype(more, table) or frozenset(("float64",)), FILLS[fn])
        case Apply("np.full", (shape, fill, *more)):
            kinds = _dtype(more, table) or _full_kinds(table.kinds(fill))
            return _made(_shape(shape, table, rank, target), kinds, fill if isinstance(fill, Const) else None)
        case Apply("np.zeros_like" | "np.ones_like" | "np.empty_like" as fn, (Name(id), *more)):
            like = table.array(id)
            if like is None or like.container == "list":
                return None
            made = _made(_like(id, like), _dtype(more, table) or like.kinds, FILLS[fn])
            return replace(made, sure=like.sure, like="" if more else like.like or id)
        case Apply(".copy()" | "np.copy", (Name(id),)):
            like = table.array(id)
            if like is None or like.container == "list":
                return None
            return replace(_made(_like(id, like), like.kinds, None), sure=like.sure, like=like.like or id)
        case Apply("np.asarray" | "np.array" | "np.ascontiguousarray", (Name(id), *more)):
            return _converted(value.fn, id, _dtype(more, table), table, rank, target)
        case Apply("np.arange", _):
            return ArrayFact("ndarray", frozenset(("int64", "float64")), (Length(target, 0),), Trust.PROVED, True)
        case Apply(".astype()", (Name(id), dtype)):
            like = table.array(id)
            if like is None:
                return None
            return replace(_made(_like(id, like), _dtype([dtype], table) or EVERY_ARRAY, None), sure=like.sure)
        case Apply(fn) if fn.startswith(("np.", ".")):
            return made_by_call(value, table, rank, target, lambda dtype: _dtype(dtype, table))
        case Opaque(call=Apply(fn, (element, Name(variable), one, count))) if fn == EACH:
            return _each(element, variable, one, table.resolved(count), table, target)
        case Opaque(call=Apply() as call):
            return created(call, table, rank, target)
        case _:
            return _list(value, table)


def _made(shape: tuple[Expr | None, ...] | None, kinds: Kinds, fill: Const | None) -> ArrayFact:
    return ArrayFact("ndarray", kinds, shape, Trust.PROVED, True, fill)


def _like(name: str, like: ArrayFact) -> tuple[Expr | None, ...] | None:
    return None if like.shape is None else tuple(Length(name, k) if e is None else e for k, e in enumerate(like.shape))


def _full_kinds(fill: Kinds) -> Kinds:
    names = {"int": "int64", "float": "float64", "bool": "bool_", "complex": "complex128"}
    return frozenset(names.get(k, k) for k in fill) or EVERY_ARRAY


def _shape(e: Expr, table: Facts, rank: int | None, target: str) -> tuple[Expr | None, ...] | None:
    match e:
        case Apply("tuple", extents):
            return tuple(table.resolved(x) for x in extents)
        case Apply(".shape", (Name(id),)):
            like = table.array(id)
            if like and like.rank is not None:
                return _like(id, like)
            return None if rank is None else tuple(Length(id, k) for k in range(rank))
        case Name(id) if table.array(id) is not None:
            return None
        case _ if table.kinds(e) <= {"int", "int64"} and table.kinds(e):
            return (table.resolved(e),)
        case Name(id) if isinstance(table.names.get(id), ScalarFact) and rank in (None, 1):
            return (table.resolved(e),)
        case _:
            return None if rank is None else tuple(Length(target, k) for k in range(rank))


def _dtype(rest: list[Expr] | tuple[Expr, ...], table: Facts) -> Kinds | None:
    """The dtype among the trailing arguments: `dtype=np.float32`, a positional one, or `x.dtype`; None where none is given."""
    items = list(rest)
    while items:
        item = items.pop(0)
        if item == Const("dtype="):
            return _named(items.pop(0), table) or EVERY_ARRAY
        if isinstance(item, Const) and isinstance(item.value, str) and item.value.endswith("="):
            items.pop(0)
            continue
        return _named(item, table) or EVERY_ARRAY
    return None


def _named(e: Expr, table: Facts) -> Kinds | None:
    match e:
        case Const(str() as text):
            return dtype_kinds(text.removeprefix("dtype:"))
        case Apply(".dtype", (Name(id),)):
            like = table.array(id)
            return like.kinds if like else None
        case Name(id):
            return dtype_kinds(id)
        case _:
            return None


def _converted(fn: str, name: str, kinds: Kinds | None, table: Facts, rank: int | None, target: str) -> ArrayFact:
    like = table.array(name)
    own = like.kinds if like and like.container == "ndarray" else EVERY_ARRAY
    lengths = None if rank is None else tuple(Length(target, k) for k in range(rank))
    fresh = fn == "np.array" or bool(like and like.container == "list")
    return ArrayFact("ndarray", kinds or own, lengths, Trust.PROVED, fresh, sure=False)


def _list(value: Expr, table: Facts) -> ArrayFact | None:
    match value:
        case Apply("list", ()):
            return ArrayFact("list", frozenset(), (ZERO,), Trust.PROVED, True)
        case Apply("*", (Apply("list", (item,)), count)) | Apply("*", (count, Apply("list", (item,)))):
            kinds = frozenset[str]() if _holds_array(item, table) else table.kinds(item)
            fill = item if isinstance(item, Const) else None
            return ArrayFact("list", kinds, (table.resolved(count),), Trust.PROVED, True, fill) if kinds else None
        case Apply("list", items):
            kinds = [table.kinds(x) for x in items]
            if not all(kinds) or any(isinstance(x, Read) or _holds_array(x, table) for x in items):
                return None
            return ArrayFact("list", frozenset[str]().union(*kinds), (Const(len(items)),), Trust.PROVED, True)
        case _:
            return None


def _each(element: Expr, variable: str, one: Expr, count: Expr, table: Facts, target: str) -> ArrayFact | None:
    """The list that a comprehension makes, of numbers or of lists that are equally long; `one` is a value of its variable."""
    of = table.array(one.array) if isinstance(one, Read) else None
    if isinstance(one, Read) and (of is None or of.rank != 1):
        return None
    first = ScalarFact(table.kinds(one), None, Trust.PROVED)
    inside = Facts(dict(table.names) | {variable: first})
    row = created(element, inside, None, target)
    if row is not None:
        shape = (None,) if row.shape is None else row.shape
        varies = row.container != "list" or any(e is None or variable in free_names(e) for e in shape)
        return None if varies else replace(row, shape=(count, *shape))
    kinds = inside.possible(element) if first.kinds and not _holds_array(element, inside) else frozenset[str]()
    fill = element if isinstance(element, Const) else None
    return ArrayFact("list", kinds, (count,), Trust.PROVED, True, fill) if kinds else None


def _holds_array(e: Expr, table: Facts) -> bool:
    """Whether a whole array is an operand of `e`: then `e` is no number."""
    return any(isinstance(x, Name) and table.array(x.id) is not None for x in walk(e))
