"""Scalars that one iteration hands to the next, and how.

Comes in: a loop. Goes out: a `Carried` for each name that an iteration may read before it writes it, and that the loop writes.
The kinds are those that a tensor statement can say (reduction, minmax, argminmax, scan, last); anything else is `other`.
Not handled here: values that are only used after the loop, array elements (`order`), and what an exit cuts short.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from autovec.depend.accesses import expressions
from autovec.expression import MIRRORED, Apply, Const, Expr, Name, Read, free_names, substitute
from autovec.loops.statement import Append, Assign, Exit, For, If, OpaqueStmt, Stmt, While, blocks, walk_statements
from autovec.outcome import Span
from autovec.record import dataclass

_FOLDS = frozenset(("+", "*", "min", "max", "&", "|", "^", "and", "or"))
_COMPARED = {">": ("max", True), ">=": ("max", False), "<": ("min", True), "<=": ("min", False)}


class Use(StrEnum):
    """How a carried scalar is used."""

    REDUCTION = "reduction"  # only `name op= e`
    MINMAX = "minmax"  # only `name = max(name, e)` or `if e > name: name = e`
    ARGMINMAX = "argminmax"  # the same, remembering where
    SCAN = "scan"  # one unconditional `name op= e`, and other reads
    LAST = "last"  # a value that the previous iteration put there, and that does not depend on the name
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Carried:
    """One scalar. `op` is the fold of a reduction, extreme or scan; `value` what is folded in (None where there are several).

    `reads` says of a scan or a last value whether the other reads stand "before" the update, "after" it, or "both".
    `companions` are the names that an argminmax remembers, with their values; `strict`: the first of equal extremes wins.
    `read` is where an iteration reads what an earlier one left, `write` where that was written.
    """

    name: str
    use: Use
    op: str | None
    read: Span
    write: Span
    value: Expr | None = None
    reads: str = ""
    companions: tuple[tuple[str, Expr], ...] = ()
    strict: bool = True


@dataclass(frozen=True, slots=True)
class _Update:
    """`name op= value`, written as an assignment or as `if value > name: name = value`."""

    op: str
    value: Expr
    statement: Stmt
    companions: tuple[tuple[str, Expr], ...] = ()
    strict: bool = True


def scalar_carried(loop: For | While) -> tuple[Carried, ...]:
    """Each scalar carried by `loop`, in the order in which an iteration first reads them."""
    written = {name for s in walk_statements(loop.body) for name in _writes(s)}
    exposed: dict[str, Span] = {}
    if isinstance(loop, While):
        _expose(free_names(loop.test), frozenset(), loop.span, exposed)
    _exposed(loop.body, frozenset(), exposed)
    return tuple(_carried(loop, name, read) for name, read in exposed.items() if name in written)


# ------------------------------------------------------------------ what an iteration reads before it writes

_Known = frozenset[str] | None  # names surely written; None: this point is never reached


def _exposed(body: tuple[Stmt, ...], known: _Known, out: dict[str, Span]) -> _Known:
    for s in body:
        if known is None:
            return None
        known = _after(s, known, out)
    return known


def _after(s: Stmt, known: frozenset[str], out: dict[str, Span]) -> _Known:
    _expose(_reads(s), known, s.span, out)
    match s:
        case If(_, then, orelse):
            one, other = _exposed(then, known, out), _exposed(orelse, known, out)
            return other if one is None else one if other is None else one & other
        case For(var=var, body=body):
            _exposed(body, known | {var}, out)
            return known
        case While(body=body):
            _exposed(body, known, out)
            return known
        case Exit():
            return None
        case Assign(Name(id), _, _):
            return known | {id}
        case _:
            return known


def _expose(names: frozenset[str], known: frozenset[str], span: Span, out: dict[str, Span]) -> None:
    for name in sorted(names - known):
        out.setdefault(name, span)


def _reads(s: Stmt) -> frozenset[str]:
    """The names that `s` itself reads, array names of subscripts among them."""
    found = frozenset[str]().union(*map(free_names, expressions(s)))
    match s:
        case Assign(Read() as target, _, _):
            return found | free_names(target)
        case Assign(Name(id), str(), _):
            return found | {id}
        case Append(name, _):
            return found | {name}
        case OpaqueStmt(_, reads, _, _, _):
            return reads
        case _:
            return found


def _writes(s: Stmt) -> frozenset[str]:
    """The names that `s` itself binds or may bind."""
    match s:
        case Assign(Name(id), _, _):
            return frozenset((id,))
        case OpaqueStmt(_, _, writes, _, _):
            return writes
        case _:
            return frozenset()


# ------------------------------------------------------------------ how it is used


def _carried(loop: For | While, name: str, read: Span) -> Carried:
    writers = [s for s in walk_statements(loop.body) if name in _writes(s)]
    write = writers[-1].span
    if isinstance(loop, While) and name in free_names(loop.test):
        return Carried(name, Use.OTHER, None, read, write)
    updates = list(_updates(loop.body, name))
    own = {id(s) for u in updates for s in walk_statements((u.statement,))}
    if updates and all(id(s) in own for s in writers):
        return _folded(loop, name, updates, own, read, write) or Carried(name, Use.OTHER, None, read, write)
    where = _arg_by_index(loop, name)
    if where is not None:
        op, value, strict, span = where
        return Carried(name, Use.ARGMINMAX, op, read, span, value, companions=((name, value),), strict=strict)
    return _last(loop, name, writers, read) or Carried(name, Use.OTHER, None, read, write)


def _updates(body: tuple[Stmt, ...], name: str) -> Iterator[_Update]:
    for s in body:
        match s:
            case Assign(Name(id), str(op), value) if id == name and name not in free_names(value):
                yield _Update("+" if op == "-" else op, value, s)
            case Assign(Name(id), None, Apply("neg", (Name(same),))) if id == same == name:
                yield _Update("*", Const(-1), s)
            case If(test, then, ()) if (found := _extreme(test, then, name, s)) is not None:
                yield found
            case _:
                for block in blocks(s):
                    yield from _updates(block, name)


def _extreme(test: Expr, then: tuple[Stmt, ...], name: str, whole: If) -> _Update | None:
    """`if value > name: name = value; where = ..` in any order of comparison."""
    match test:
        case Apply(">" | ">=" | "<" | "<=" as sign, (value, Name(id))) if id == name:
            op, strict = _COMPARED[sign]
        case Apply(">" | ">=" | "<" | "<=" as sign, (Name(id), value)) if id == name:
            op, strict = _COMPARED[MIRRORED[sign]]
        case _:
            return None
    pairs = [(s.target.id, s.value) for s in then if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None]
    targets = [target for target, _ in pairs]
    distinct = len(set(targets)) == len(targets) == len(then)
    if not distinct or dict(pairs).get(name) != value or any(free_names(e) & {*targets} for _, e in pairs):
        return None
    return _Update(op, value, whole, tuple(p for p in pairs if p[0] != name), strict)


def _folded(loop: For | While, name: str, updates: list[_Update], own: set[int], read: Span, write: Span) -> Carried | None:
    ops = {u.op for u in updates}
    if len(ops) != 1 or not ops <= _FOLDS:
        return None
    op, first = updates[0].op, updates[0]
    negated = any(isinstance(u.statement, Assign) and u.statement.op is None for u in updates)
    if any(u.companions for u in updates):
        return _argminmax(loop, name, first, read) if len(updates) == 1 and not _read_elsewhere(loop, name, own) else None
    if not negated and not _read_elsewhere(loop, name, own):
        use = Use.MINMAX if op in ("min", "max") else Use.REDUCTION
        return Carried(name, use, op, read, write, first.value if len(updates) == 1 else None, strict=first.strict)
    return _scan(loop, name, first, read) if len(updates) == 1 else None


def _argminmax(loop: For | While, name: str, update: _Update, read: Span) -> Carried | None:
    """Its companions may be written and read nowhere else in the loop."""
    names = {k for k, _ in update.companions}
    inside = {id(s) for s in walk_statements((update.statement,))}
    others = [s for s in walk_statements(loop.body) if id(s) not in inside]
    if any(names & (_reads(s) | _writes(s)) for s in others) or names & free_names(update.value):
        return None
    write = update.statement.span
    return Carried(name, Use.ARGMINMAX, update.op, read, write, update.value, "", update.companions, update.strict)


def _read_elsewhere(loop: For | While, name: str, own: set[int]) -> bool:
    return any(name in _reads(s) for s in walk_statements(loop.body) if id(s) not in own)


def _scan(loop: For | While, name: str, update: _Update, read: Span) -> Carried | None:
    position = _position(loop, update.statement)
    if position is None or free_names(update.value) & _tainted(loop, name, update.statement):
        return None
    reads = _sides(loop, name, position)
    return Carried(name, Use.SCAN, update.op, read, update.statement.span, update.value, reads, strict=update.strict)


def _last(loop: For | While, name: str, writers: list[Stmt], read: Span) -> Carried | None:
    match writers:
        case [Assign(Name(), None, value) as only] if name not in free_names(value):
            position = _position(loop, only)
            if position is None or free_names(value) & _tainted(loop, name, only):
                return None
            return Carried(name, Use.LAST, None, read, only.span, value, _sides(loop, name, position))
        case _:
            return None


def _position(loop: For | While, statement: Stmt) -> int | None:
    """Where in the loop's own block `statement` stands, if every iteration reaches it."""
    for position, s in enumerate(loop.body):
        if s is statement:
            return position
        if any(isinstance(x, Exit) for x in walk_statements((s,))):
            return None
    return None


def _sides(loop: For | While, name: str, position: int) -> str:
    before = any(name in _reads(s) for s in walk_statements(loop.body[:position]))
    after = any(name in _reads(s) for s in walk_statements(loop.body[position + 1 :]))
    return "both" if before and after else "before" if before else "after"


def _tainted(loop: For | While, name: str, update: Stmt) -> frozenset[str]:
    """Everything whose value at the update may depend on `name`: an array only by a store in front of it in the same iteration,
    as one from an earlier iteration is a dependence of its own."""
    found = {name}
    first = {id(s) for s in walk_statements(loop.body[: next(k for k, s in enumerate(loop.body) if s is update)])}
    while True:
        grown = found | set(_touched(loop.body, found, update, first))
        if grown == found:
            return frozenset(found)
        found = grown


def _touched(body: tuple[Stmt, ...], found: set[str], update: Stmt, first: set[int], controlled: bool = False) -> Iterator[str]:
    for s in body:
        if s is update:
            continue
        inside = controlled or bool(found & _reads(s))
        if inside:
            yield from _writes(s)
            match s:
                case Assign(Read(array, _), _, _) | Append(array, _) if id(s) in first:
                    yield array
                case For(var=var):
                    yield var
                case _:
                    pass
        for block in blocks(s):
            yield from _touched(block, found, update, first, inside)


def _arg_by_index(loop: For | While, name: str) -> tuple[str, Expr, bool, Span] | None:
    """`if a[i] > a[where]: where = i`: the extreme of `a[i]` by its place, which is read and written only there."""
    found = [s for s in walk_statements(loop.body) if isinstance(s, If) and _is_arg(s, name)]
    if len(found) != 1:
        return None
    inside = {id(s) for s in walk_statements((found[0],))}
    if any(name in _reads(s) | _writes(s) for s in walk_statements(loop.body) if id(s) not in inside):
        return None
    (assign,) = found[0].then
    test = found[0].test
    assert isinstance(assign, Assign) and isinstance(test, Apply)
    left = name not in free_names(test.args[0])
    op, strict = _COMPARED[test.fn if left else MIRRORED[test.fn]]
    return op, assign.value, strict, found[0].span


def _is_arg(s: If, name: str) -> bool:
    match s:
        case If(Apply(">" | ">=" | "<" | "<=", (a, b)), (Assign(Name(id), None, value),), ()) if id == name:
            if name in free_names(value):
                return False
            sides = ((x, y) for x, y in ((a, b), (b, a)) if name in free_names(y) - free_names(x))
            return any(substitute(y, {name: value}) == x for x, y in sides)
        case _:
            return False
