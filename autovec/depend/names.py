"""What the names of a nest mean: which keep one value throughout, which stand for another expression, which for another array.

Comes in: the nest's statements and what is known of its names. Goes out: answers about single names and expressions at a moment.
A name that is assigned once is looked through where that assignment always came first in the same iteration; any other name
or array that the nest changes has no meaning of its own, because the same text may then be two values.
A new list in each iteration is an array of its own, as long as nobody can read it by another name. Not handled here: a swap
of two arrays' names, or a new array in each iteration; such a name may be any array.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from autovec.depend.accesses import Time, accesses, array_names, loop_name
from autovec.depend.assumptions import Assumptions
from autovec.expression import Apply, Const, Expr, Length, Name, Opaque, Read, Slice, walk
from autovec.loops.statement import Append, Assign, For, OpaqueStmt, Stmt, While, blocks, expressions, walk_statements

_OPERATORS = "+ - * // % ** << >> & | ^ neg pos ~ not < <= > >= == !=".split()  # noqa: SIM905 (a list of 21 lines else)
_PURE = frozenset((*_OPERATORS, "and", "or", "where", "abs", "min", "max", "int", "bool"))
_MAX_DEPTH = 8


@dataclass(frozen=True)
class Names:
    """The names of a nest."""

    body: tuple[Stmt, ...]
    facts: Assumptions

    @cached_property
    def loop_names(self) -> frozenset[str]:
        """The variables of all loops."""
        return frozenset(s.var for s in walk_statements(self.body) if isinstance(s, For))

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Names that the nest binds or may bind, loop variables not counted."""
        found: set[str] = set()
        for s in walk_statements(self.body):
            match s:
                case Assign(Name(id), _, _):
                    found.add(id)
                case OpaqueStmt(_, _, writes, _, _):
                    found |= writes
                case Append(name, _):
                    found |= self._partners(name)
                case _:
                    pass
        return frozenset(found)

    def _partners(self, name: str) -> set[str]:
        """Every name that `name`'s array may have."""
        same = {name, self.outside(name)}
        return same | {other for pair in self.facts.aliases if pair & same for other in pair}

    @cached_property
    def stored(self) -> frozenset[str]:
        """Arrays whose elements the nest may change, under every name that they may have."""
        places = [a.array for a in accesses(self.body) if a.write]
        found = {self.outside(name) for name in places} | set(places)
        if any(self.base(name, ()) is None for name in places):
            return self._arrays
        partners = {name for pair in self.facts.aliases if pair & found for name in pair}
        everything = found | partners
        return frozenset(everything | {b for b in self.facts.must_alias if self.outside(b) in everything})

    @cached_property
    def arrays(self) -> frozenset[str]:
        """Names that are arrays though the nest may not subscript them."""
        return self._rows | self._known_arrays

    @cached_property
    def _rows(self) -> frozenset[str]:
        """Names bound to a row of an array: a view, so each use of `row` after `row = a[i]` reads `a` anew."""
        ranks = self.facts.ranks
        reads = ((name, value) for name, (_, value) in self._temporaries.items() if isinstance(value, Read))
        return frozenset(name for name, read in reads if len(read.at) < ranks.get(read.array, 0))

    def is_invariant(self, e: Expr | Slice) -> bool:
        """Whether `e` is one integer throughout the nest: equal texts are equal numbers."""
        return all(self.keeps(x) for x in walk(e))

    def resolve(self, e: Expr, time: Time) -> Expr:
        """`e` as evaluated at `time`, names that were assigned once before it replaced by their values."""
        return self._resolve(e, time, _MAX_DEPTH)

    def base(self, name: str, time: Time, depth: int = _MAX_DEPTH) -> tuple[str, tuple[Expr | Slice, ...]] | None:
        """The array outside the nest that `name` is or is a row of, with the row's subscripts; None where unknown."""
        if name in self.loop_names:
            return None
        if name not in self._bindings:
            return self.outside(name), ()
        if name in self._new_lists and _is_behind(time, self._new_lists[name]):
            return name, tuple(Name(x) for x in self._new_lists[name] if isinstance(x, str))  # one list for each iteration
        match self._dominating(name, time) if depth else None:
            case Name(id):
                return self.base(id, self._temporaries[name][0], depth - 1)
            case Read(array, at):
                outer = self.base(array, self._temporaries[name][0], depth - 1)
                when = self._temporaries[name][0]
                rows = tuple(x if isinstance(x, Slice) else self._resolve(x, when, depth - 1) for x in at)
                return None if outer is None else (outer[0], (*outer[1], *rows))
            case _:
                return None

    @cached_property
    def _new_lists(self) -> dict[str, Time]:
        """Names that are bound in one place, to a new list that no array of the nest gets hold of: when they are bound."""
        bound: dict[str, list[tuple[Time, Expr]]] = {}
        for time, s in _with_time(self.body, ()):
            if isinstance(s, Assign) and isinstance(s.target, Name):
                bound.setdefault(s.target.id, []).append((time, s.value))
        new = {name: found[0][0] for name, found in bound.items() if len(found) == 1 and found[0][1] == Apply("list", ())}
        given = frozenset(n for s in walk_statements(self.body) for n in self._given_away(s)) if new else frozenset[str]()
        return {name: time for name, time in new.items() if name not in given}

    def _given_away(self, s: Stmt) -> frozenset[str]:
        """Names that a statement puts into an array or a list of which the nest reads elements, or hands to code unknown."""
        if isinstance(s, Append) and isinstance(s.value, Name) and s.list not in self._read:
            return frozenset()
        if isinstance(s, OpaqueStmt):
            return s.reads | s.writes
        return frozenset(n for e in _used(s) for x in walk(e) for n in _whole_names(x))

    @cached_property
    def _read(self) -> frozenset[str]:
        """Every name that stands in an expression of the nest."""
        nodes = [x for s in walk_statements(self.body) for e in _used(s) for x in walk(e)]
        return frozenset(x.array if isinstance(x, Read | Length) else x.id for x in nodes if isinstance(x, Read | Length | Name))

    def outside(self, name: str) -> str:
        """`name` by the first name of its array."""
        for _ in range(_MAX_DEPTH):
            if name not in self.facts.must_alias:
                break
            name = self.facts.must_alias[name]
        return name

    @cached_property
    def _bindings(self) -> frozenset[str]:
        """Names that may be bound to another object in the nest."""
        found: set[str] = set()
        for s in walk_statements(self.body):
            if isinstance(s, Assign) and isinstance(s.target, Name) and (s.op is None or s.target.id not in self._arrays):
                found.add(s.target.id)
            if isinstance(s, OpaqueStmt):
                found |= s.writes & self.assigned
        return frozenset(found)

    @cached_property
    def _known_arrays(self) -> frozenset[str]:
        """Names that are arrays by what the caller says, subscripted in the nest or not."""
        aliased = frozenset(name for pair in self.facts.aliases for name in pair)
        ranked = frozenset(name for name, rank in self.facts.ranks.items() if rank)
        return aliased | ranked | frozenset(self.facts.must_alias)

    @cached_property
    def _arrays(self) -> frozenset[str]:
        return array_names(self.body) | self._known_arrays

    @cached_property
    def _temporaries(self) -> dict[str, tuple[Time, Expr]]:
        """Names with one plain assignment in the nest: when, and the value."""
        count: dict[str, int] = {}
        found: dict[str, tuple[Time, Expr]] = {}
        for time, s in _with_time(self.body, ()):
            for name in _bound(s):
                count[name] = count.get(name, 0) + 1
            if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None:
                found[s.target.id] = (time, s.value)
        return {k: v for k, v in found.items() if count[k] == 1 and k not in self.loop_names}

    def _dominating(self, name: str, time: Time) -> Expr | None:
        """The value of `name` at `time`, where its only assignment always came before, in the same iteration."""
        if name not in self._temporaries:
            return None
        when, value = self._temporaries[name]
        return value if _is_behind(time, when) else None

    def _resolve(self, e: Expr, time: Time, depth: int) -> Expr:
        if isinstance(e, Name) and e.id in self._temporaries and depth:
            value = self._dominating(e.id, time)
            return e if value is None else self._resolve(value, self._temporaries[e.id][0], depth - 1)
        match e:
            case Apply(fn, args):
                return Apply(fn, tuple(self._resolve(a, time, depth) for a in args))
            case Read(array, at) if not any(isinstance(x, Slice) for x in at):
                return Read(array, tuple(self._resolve(x, time, depth) for x in at if not isinstance(x, Slice)))
            case _:
                return e

    def keeps(self, x: Expr | Slice) -> bool:
        """Whether `x` itself, its parts not looked at, cannot change within the nest."""
        match x:
            case Const():
                return True
            case Name(id):
                return id not in self.assigned and id not in self.loop_names
            case Length(array, _):
                return array not in self.assigned
            case Read(array, _):
                return array not in self.assigned and array not in self.stored
            case Apply(fn, _):
                return fn in _PURE or fn.startswith("math.")
            case _:
                return False


def _is_behind(time: Time, when: Time) -> bool:
    """Whether a moment always comes after another one, in the same iteration."""
    if len(time) < len(when):
        return False
    block, position, here = when[:-1], when[-1], time[len(when) - 1]
    return time[: len(block)] == block and isinstance(here, int) and isinstance(position, int) and here > position


def _used(s: Stmt) -> tuple[Expr, ...]:
    """The expressions in a statement, but not a name that it binds."""
    return tuple(e for e in expressions(s) if not (isinstance(s, Assign) and e is s.target and isinstance(e, Name)))


def _whole_names(e: Expr | Slice) -> frozenset[str]:
    """The names that stand in `e` itself as they are."""
    match e:
        case Name(id):
            return frozenset((id,))
        case Opaque(_, names):
            return names
        case _:
            return frozenset()


def _bound(s: Stmt) -> frozenset[str]:
    match s:
        case Assign(Name(id), _, _):
            return frozenset((id,))
        case OpaqueStmt(_, _, writes, _, _):
            return writes
        case Append(name, _):
            return frozenset((name,))
        case _:
            return frozenset()


def _with_time(body: tuple[Stmt, ...], time: Time) -> Iterator[tuple[Time, Stmt]]:
    """Every statement with the moment it begins, as in `accesses`."""
    for position, s in enumerate(body):
        here = (*time, position)
        yield here, s
        match s:
            case For(var=var, body=inner):
                yield from _with_time(inner, (*here, 1, var))
            case While(body=inner):
                yield from _with_time(inner, (*here, 1, loop_name(s)))
            case _:
                for arm, block in enumerate(blocks(s), 1):
                    yield from _with_time(block, (*here, arm))
