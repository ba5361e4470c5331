"""NumPy's functions and methods that give an array whatever they are given: `np.linspace`, `np.random.rand(n)`, `x.reshape(-1)`.

Comes in: a call as an expression, keywords as (name, value) behind the other arguments, and the facts so far. Goes out: an
`ArrayFact`, or None. Where the number of dimensions hangs on the arguments it is that of the uses, which the new text tests.
Not handled: functions that give a number for numbers, a tuple, or a list.
"""

from __future__ import annotations

from collections.abc import Callable

from autovec.expression import ZERO, Apply, Const, Expr, Length, Name, Opaque, Read, walk
from autovec.facts.kinds import EVERY_ARRAY, Kinds, in_arrays
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Trust

Dtype = Callable[[tuple[Expr, ...]], Kinds | None]  # that of a call's arguments
Shape = tuple[Expr | None, ...]

DOUBLES, WHOLE = frozenset(("float64",)), frozenset(("int64",))
SIZED = {"np.linspace": 2, "np.logspace": 2, "np.geomspace": 2}  # where the number of elements stands
DRAWN = {"rand": 0, "randn": 0, "random": 0, "random_sample": 0, "ranf": 0, "sample": 0, "standard_normal": 0, "normal": 2,
         "uniform": 2, "exponential": 1, "lognormal": 2, "laplace": 2, "gamma": 2, "beta": 2, "randint": 2, "poisson": 1,
         "binomial": 2}  # fmt: skip
"""np.random's functions with the position of the size, without which they give a number."""
COUNTED = frozenset(("randint", "poisson", "binomial"))
NEW = frozenset((
    "np.array", "np.concatenate", "np.stack", "np.vstack", "np.hstack", "np.column_stack", "np.dstack", "np.tile",
    "np.repeat", "np.sort", "np.argsort", "np.flatnonzero", "np.diff", "np.cumsum", "np.cumprod", "np.kron", "np.pad", "np.roll",
    "np.triu", "np.tril", "np.tri", "np.convolve", "np.correlate", "np.fromiter", "np.fromstring", "np.loadtxt",
    "np.genfromtxt", "np.linalg.inv", "np.linalg.pinv", "np.linalg.cholesky", "np.linalg.solve", "np.linalg.matrix_power",
    "np.eye", "np.identity", "np.random.permutation", "np.delete", "np.insert", "np.append",
    "np.fft.fft", "np.fft.ifft", "np.fft.rfft", "np.fft.irfft", "np.fft.fft2", "np.fft.ifft2", "np.fft.fftshift",
    "np.fft.fftfreq",
    ".flatten()", ".cumsum()", ".cumprod()", ".argsort()", ".repeat()",
))  # fmt: skip
"""What gives an array that shares memory with no other."""
VIEWS = frozenset((
    "np.reshape", "np.ravel", "np.transpose", "np.swapaxes", "np.moveaxis", "np.expand_dims", "np.squeeze", "np.flip",
    "np.fliplr", "np.flipud", "np.rot90", "np.diag", "np.diagonal", "np.frombuffer", "np.asarray", "np.ascontiguousarray",
    "np.asfortranarray",
    ".reshape()", ".ravel()", ".transpose()", ".swapaxes()", ".squeeze()", ".diagonal()", ".view()",
))  # fmt: skip
"""What may give a part of its argument, in another shape."""
KEEPING = (VIEWS - {"np.frombuffer", ".view()"}) | {"np.sort", "np.roll", ".flatten()", ".repeat()", "np.repeat", "np.tile"}
ONLY = {"np.eye": DOUBLES, "np.identity": DOUBLES, "np.loadtxt": DOUBLES, "np.argsort": WHOLE, "np.flatnonzero": WHOLE,
        ".argsort()": WHOLE}  # fmt: skip
FLAT = frozenset((".flatten()", ".ravel()", "np.ravel", "np.flatnonzero", "np.convolve"))
OTHER_VALUES = frozenset(("retstep=", "return_index=", "return_counts=", "return_inverse="))  # keywords that make tuples


def made_by_call(call: Apply, table: Facts, rank: int | None, target: str, dtype: Dtype) -> ArrayFact | None:
    """The array that a call gives, None where it may give something else."""
    fn, args = call.fn, call.args
    if any(isinstance(a, Const) and a.value in OTHER_VALUES for a in args):
        return None
    if any(isinstance(a, Opaque) and a.text.startswith("*") for a in args):
        return None
    home, _, name = fn.rpartition(".")
    if home == "np.random" and name in DRAWN:
        return _drawn(name, args, table, rank, target)
    if fn in SIZED and all(isinstance(a, Const) and isinstance(a.value, str) for a in args[3:4]):
        return _spaced(call, table, rank, target, dtype)
    if fn.startswith(".") and not _is_array(args[0], table):
        return None
    if (fn not in NEW and fn not in VIEWS) or _of_texts(args):
        return None
    fresh = fn in NEW and Const("copy=") not in args
    shape = _shape(call, table, target)
    return ArrayFact(
        "ndarray", _kinds(call, table, dtype), shape or _own(rank, target), Trust.PROVED, fresh, sure=shape is not None
    )


def _of_texts(args: tuple[Expr, ...]) -> bool:
    """Whether an array would be made of strings."""
    listed = args[0] if args and isinstance(args[0], Apply) and args[0].fn in ("list", "tuple") else ZERO
    return any(isinstance(x, Const) and isinstance(x.value, str) for x in walk(listed))


def _shape(call: Apply, table: Facts, target: str) -> Shape | None:
    """The shape of an array whose number of dimensions the call shows."""
    match call:
        case Apply(fn) if fn in FLAT:
            return (Length(target, 0),)
        case Apply("np.eye" | "np.identity", (n, *rest)) if rest[:1] != [Const("dtype=")] and _is_number(n, table):
            columns = rest[0] if rest and not isinstance(rest[0], Const) else n
            return (table.resolved(n), table.resolved(columns)) if _is_number(columns, table) else None
        case Apply("np.array", (Apply("list" | "tuple") as items, *_)):
            return _listed_shape(items, table)
        case _:
            return None


def _listed_shape(e: Expr, table: Facts) -> Shape | None:
    """The shape of nested lists of numbers that are written there; None where rows differ."""
    if not isinstance(e, Apply) or e.fn not in ("list", "tuple"):
        return () if table.kinds(e) and not _is_whole_array(e, table) else None
    inner = {_listed_shape(item, table) for item in e.args}
    first = next(iter(inner), None)
    return (Const(len(e.args)), *first) if len(inner) == 1 and first is not None else None


def _is_whole_array(e: Expr, table: Facts) -> bool:
    return any(isinstance(x, Name) and table.array(x.id) is not None for x in walk(e)) or isinstance(e, Read)


def _own(rank: int | None, target: str) -> Shape | None:
    return None if rank is None else tuple(Length(target, k) for k in range(rank))


def _is_array(e: Expr, table: Facts) -> bool:
    fact = table.array(e.id) if isinstance(e, Name) else None
    return fact is not None and fact.container == "ndarray"


def _kinds(call: Apply, table: Facts, dtype: Dtype) -> Kinds:
    """The kinds of the elements, as far as the call says."""
    fn, args = call.fn, call.args
    given = next((args[k + 1] for k, a in enumerate(args) if a == Const("dtype=")), None)
    if given is not None:
        return dtype((given,)) or EVERY_ARRAY
    if fn in ONLY and (len(args) == 1 or (isinstance(args[1], Const) and isinstance(args[1].value, str))):
        return ONLY[fn]
    like = table.array(args[0].id) if args and isinstance(args[0], Name) and fn in KEEPING else None
    if like is not None and like.container == "ndarray":
        return like.kinds
    if fn == "np.array" and len(args) == 1 and isinstance(args[0], Apply) and args[0].fn in ("list", "tuple"):
        return _listed(args[0], table) or EVERY_ARRAY
    return EVERY_ARRAY


def _listed(e: Apply, table: Facts) -> Kinds | None:
    """The dtype of an array made of a list of numbers that are written there."""
    kinds: set[str] = set()
    for item in e.args:
        inner = _listed(item, table) if isinstance(item, Apply) and item.fn in ("list", "tuple") else table.kinds(item)
        if not inner:
            return None
        kinds |= in_arrays(inner)
    found = frozenset(kinds)
    return found if len(found) == 1 else DOUBLES if found == DOUBLES | WHOLE else None


def _drawn(name: str, args: tuple[Expr, ...], table: Facts, rank: int | None, target: str) -> ArrayFact | None:
    size = _size(args, DRAWN[name])
    if size is None or size == Const(None):
        return None
    sizes = args if name in ("rand", "randn") else size.args if isinstance(size, Apply) and size.fn == "tuple" else (size,)
    kinds = frozenset(("int64", "int32")) if name in COUNTED else DOUBLES
    if name == "randint" and Const("dtype=") in args:
        kinds = EVERY_ARRAY
    if len(sizes) == 1 and not _is_number(sizes[0], table):
        return ArrayFact("ndarray", kinds, _own(rank, target), Trust.PROVED, True, sure=False)
    return ArrayFact("ndarray", kinds, tuple(map(table.resolved, sizes)), Trust.PROVED, True)


def _size(args: tuple[Expr, ...], position: int) -> Expr | None:
    """The size among a call's arguments."""
    for k, a in enumerate(args):
        if a == Const("size="):
            return args[k + 1]
        if isinstance(a, Const) and isinstance(a.value, str) and a.value.endswith("="):
            return None
        if k == position:
            return a
    return None


def _spaced(call: Apply, table: Facts, rank: int | None, target: str, dtype: Dtype) -> ArrayFact:
    """`np.linspace(a, b, n)` has n elements where a and b are numbers."""
    plain = not any(isinstance(a, Const) and isinstance(a.value, str) for a in call.args)
    real = all(table.kinds(a) <= {"int", "float", "float64", "int64"} and table.kinds(a) for a in call.args[:2])
    if plain and real and len(call.args) == 3 and _is_number(call.args[2], table):
        return ArrayFact("ndarray", DOUBLES, (table.resolved(call.args[2]),), Trust.PROVED, True)
    kinds = DOUBLES if real and Const("dtype=") not in call.args else _kinds(call, table, dtype)
    return ArrayFact("ndarray", kinds, _own(rank, target), Trust.PROVED, True, sure=False)


def _is_number(e: Expr, table: Facts) -> bool:
    """Whether a size is one whole number for sure."""
    kinds = table.kinds(e)
    return bool(kinds) and kinds <= {"int", "int64"} and not (isinstance(e, Name) and table.array(e.id) is not None)
