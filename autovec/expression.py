"""The expressions that both intermediate representations share.

Comes in: nothing; every stage builds them. Goes out: frozen trees that compare and hash by value.
One language serves the loops as written (`Name` for a loop variable) and the tensor statements lifted from
them (`Axis` for the same variable once it has become an array axis), so that lifting is substitution.
Not handled here: types, shapes and what a name refers to (`facts/`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field

from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Const:
    """A literal: a Python number, bool, str or None."""

    value: bool | int | float | complex | str | None

    def __eq__(self, other: object) -> bool:  # 1, 1.0 and True differ here, and so do 0.0 and -0.0
        return isinstance(other, Const) and (type(self.value), repr(self.value)) == (type(other.value), repr(other.value))

    def __hash__(self) -> int:
        return hash((type(self.value), repr(self.value)))


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the function: a scalar, a loop variable, or a whole array used as a value."""

    id: str


@dataclass(frozen=True, slots=True)
class Axis:
    """A loop variable that has become an array axis; its value runs over that axis' extent."""

    id: str


@dataclass(frozen=True, slots=True)
class Slice:
    """`start:stop:step` as one subscript of a `Read`; None where the text leaves it out."""

    start: Expr | None
    stop: Expr | None
    step: Expr | None


@dataclass(frozen=True, slots=True)
class Read:
    """`array[at]`; fewer subscripts than the array has axes read a row. `A[i][j]` and `A[i, j]` are the same node."""

    array: str
    at: tuple[Expr | Slice, ...]


@dataclass(frozen=True, slots=True)
class Length:
    """`len(array)` (axis 0) or `array.shape[axis]`."""

    array: str
    axis: int


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or a call by its canonical name.

    Operators: + - * / // % ** @ << >> & | ^ neg pos ~ not < <= > >= == != and or where (`where(c, a, b)` is `a if c else b`).
    Calls: `math.exp`, `np.exp`, `abs`, `min`, `max`, `round`, `int`, `float`, `bool`, `complex`, `divmod`, `sum` ...
    by the thing the name is bound to, not by its spelling; methods and attributes of a value as `.real`, `.sum()`.
    """

    fn: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Reduce:
    """`op` folded over `axes` of `body`: + * min max and or argmin argmax nanargmin nanargmax & | ^ last; and NumPy's own maximum
    minimum argmaximum argminimum, in which a NaN wins.

    `where` masks lanes out (their value is the identity). The order of the fold is not kept. `start`, for min and max
    only, is what the fold begins with (Python's fold: `if x > acc: acc = x`, so a NaN lane never wins).
    """

    op: str
    axes: tuple[str, ...]
    body: Expr
    where: Expr | None = None
    start: Expr | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """`op` folded along `axis`, the value in each lane: of `start` and the bodies of all lanes up to it.

    `before`: of the lanes before it only, so that the first lane has `start`. The op "last" keeps the latest body, so a scan
    before by "last" is a shift by one lane. min and max are Python's folds, as in `Reduce`.
    """

    op: str
    axis: str
    body: Expr
    start: Expr
    before: bool = False


EACH = "each"  # a list comprehension as a call, in `Opaque.call`: its element, its variable, a value of that, how many


@dataclass(frozen=True, slots=True)
class Opaque:
    """An expression that is not understood: its text, the names in it, and what about it is the obstacle.

    `call`, where not None, is what is understood of it as a call: which function, and some of its arguments.
    """

    text: str
    names: frozenset[str]
    why: str
    call: Apply | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Lanes:
    """An array variable of the new text with one dimension for each of `axes`, in this order, lane by lane."""

    id: str
    axes: tuple[str, ...]


Expr = Const | Name | Axis | Read | Length | Apply | Reduce | Scan | Lanes | Opaque

ZERO, ONE = Const(0), Const(1)
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}  # the operands change sides


def children(e: Expr | Slice) -> tuple[Expr | Slice, ...]:
    """The direct parts of `e`, in order."""
    match e:
        case Read(_, at):
            return at
        case Slice(start, stop, step):
            return tuple(x for x in (start, stop, step) if x is not None)
        case Apply(_, args):
            return args
        case Reduce(_, _, body, where, start):
            return tuple(x for x in (body, where, start) if x is not None)
        case Scan(_, _, body, start, _):
            return (body, start)
        case _:
            return ()


def walk(e: Expr | Slice) -> Iterator[Expr | Slice]:
    """`e` and everything below it, parents first."""
    yield e
    for part in children(e):
        yield from walk(part)


def is_obscure(e: Expr | Slice) -> bool:
    """Whether nobody knows what it does: an `Opaque`, unless it is a comprehension that is made of what is understood."""
    if not isinstance(e, Opaque):
        return False
    return e.call is None or e.call.fn != EACH or any(map(is_obscure, walk(e.call)))


def rebuild(e: Expr | Slice, change: Callable[[Expr], Expr]) -> Expr | Slice:
    """`e` with `change` applied to its direct parts."""
    match e:
        case Read(array, at):
            return Read(array, tuple(_part(x, change) for x in at))
        case Slice(start, stop, step):
            return Slice(*(None if x is None else change(x) for x in (start, stop, step)))
        case Apply(fn, args):
            return Apply(fn, tuple(change(a) for a in args))
        case Reduce(op, axes, body, where, start):
            return Reduce(op, axes, change(body), *(None if x is None else change(x) for x in (where, start)))
        case Scan(op, axis, body, start, before):
            return Scan(op, axis, change(body), change(start), before)
        case _:
            return e


def _part(x: Expr | Slice, change: Callable[[Expr], Expr]) -> Expr | Slice:
    return rebuild(x, change) if isinstance(x, Slice) else change(x)


def substitute(e: Expr, names: Mapping[str, Expr]) -> Expr:
    """`e` with each `Name` that has an entry in `names` replaced by it (array names of reads stay)."""
    if isinstance(e, Name):
        return names.get(e.id, e)
    out = rebuild(e, lambda part: substitute(part, names))
    assert not isinstance(out, Slice)
    return out


def free_names(e: Expr | Slice) -> frozenset[str]:
    """Every variable that `e` reads: scalars and arrays, not axes."""
    found: set[str] = set()
    for x in walk(e):
        match x:
            case Name(id):
                found.add(id)
            case Read(array, _) | Length(array, _) | Lanes(array, _):
                found.add(array)
            case Opaque(_, names, _):
                found |= names
            case _:
                pass
    return frozenset(found)


def reads(e: Expr | Slice, name: str) -> bool:
    """Whether `name` is a free name of `e`."""
    match e:
        case Const() | Axis():
            return False
        case Name(id):
            return id == name
        case Read(array, _) | Length(array, _) | Lanes(array, _) if array == name:
            return True
        case Opaque(_, names, _):
            return name in names
        case _:
            return any(reads(part, name) for part in children(e))


def free_axes(e: Expr | Slice) -> frozenset[str]:
    """The axes that `e` varies over: those in it less those it reduces."""
    match e:
        case Axis(id):
            return frozenset((id,))
        case Lanes(_, axes):
            return frozenset(axes)
        case Reduce(_, axes, _, _, _):
            return frozenset[str]().union(*map(free_axes, children(e))) - frozenset(axes)
        case Scan(_, axis, body, start, _):
            return free_axes(body) | free_axes(start) | {axis}
        case _:
            return frozenset[str]().union(*map(free_axes, children(e)))


_INFIX = {"+": 12, "-": 12, "*": 13, "/": 13, "//": 13, "%": 13, "@": 13, "**": 15, "<<": 11, ">>": 11, "&": 10, "^": 9, "|": 8,
          "<": 7, "<=": 7, ">": 7, ">=": 7, "==": 7, "!=": 7, "and": 5, "or": 4}  # fmt: skip
_PREFIX = {"neg": ("-", 14), "pos": ("+", 14), "~": ("~", 14), "not": ("not ", 6)}
ATOM = 20


def show(e: Expr | Slice) -> str:
    """`e` as Python-like text, the user's own names in it; for remarks and tests."""
    return _show(e)[0]


def _show(e: Expr | Slice) -> tuple[str, int]:
    match e:
        case Const(value):
            return repr(value), ATOM
        case Name(id) | Axis(id):
            return id, ATOM
        case Lanes(id, axes):
            return f"{id}<{', '.join(axes)}>", ATOM
        case Read(array, at):
            return f"{array}[{', '.join(show(x) for x in at)}]", ATOM
        case Slice(start, stop, step):
            head = f"{'' if start is None else show(start)}:{'' if stop is None else show(stop)}"
            return head if step is None else f"{head}:{show(step)}", 0
        case Length(array, axis):
            return (f"len({array})" if axis == 0 else f"{array}.shape[{axis}]"), ATOM
        case Apply(fn, args):
            return _show_apply(fn, args)
        case Reduce(op, axes, body, where, start):
            mask = ("" if where is None else f" if {show(where)}") + ("" if start is None else f" from {show(start)}")
            return f"{op}[{', '.join(axes)}]({show(body)}{mask})", ATOM
        case Scan(op, axis, body, start, before):
            return f"{op}[{'before' if before else 'to'} {axis}]({show(body)} from {show(start)})", ATOM
        case Opaque(text, _, _):
            return text, 0


def _show_apply(fn: str, args: tuple[Expr, ...]) -> tuple[str, int]:
    if fn in _INFIX and len(args) == 2:
        level = _INFIX[fn]
        left, right = _show(args[0]), _show(args[1])
        a = left[0] if left[1] >= level + (fn == "**") else f"({left[0]})"
        b = right[0] if right[1] > level - (fn == "**") else f"({right[0]})"
        return f"{a} {fn} {b}", level
    if fn in _PREFIX and len(args) == 1:
        sign, level = _PREFIX[fn]
        text, inner = _show(args[0])
        return (f"{sign}{text}" if inner >= level else f"{sign}({text})"), level
    if fn == "where" and len(args) == 3:
        c, a = (text if level > 1 else f"({text})" for text, level in map(_show, args[:2]))
        return f"{a} if {c} else {show(args[2])}", 1
    if fn.startswith("."):
        text, level = _show(args[0])
        base = text if level >= ATOM else f"({text})"
        tail = ", ".join(show(a) for a in args[1:])
        return (f"{base}{fn[:-2]}({tail})" if fn.endswith("()") else f"{base}{fn}"), ATOM
    return f"{fn}({', '.join(show(a) for a in args)})", ATOM
