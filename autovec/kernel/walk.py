"""Reads a loop as Numba will: every statement in turn, every loop until nothing new can come.

Comes in: statements and the state in front of them. Goes out: the state behind them and what they return, or a `Mismatch`: what
Numba would compute otherwise, or not at all. Three passes: the first finds which integers move from one iteration to the next,
the second by how much, the third checks that none of them leaves 64 bits.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import reduce

from autovec.kernel.creation import created
from autovec.kernel.expressions import Reader
from autovec.kernel.extent import INT64, ITERATIONS, SIZE, WRAPPED, Range
from autovec.kernel.number import Mismatch, Number, Overflow, Type, number
from autovec.kernel.state import Array, State, Value, carried, either, settled, starts, steps, widened
from autovec.record import dataclass
from autovec.source.tree import walk_nodes

_MOST_ROUNDS = 12
_HALF = INT64 // 2
Bind = Callable[[State], State]


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What statements leave: the state behind them (None: they always return), the values that they return, and whether every
    float comes out bit for bit. `heads` are the states that hold in every iteration, by the loop's statement."""

    after: State | None
    returned: tuple[Value | None, ...]
    exact: bool
    heads: Mapping[int, State]


@dataclass(slots=True)
class Exits:
    """The states in which a loop is left or goes round early."""

    breaks: State | None = None
    continues: State | None = None


@dataclass(slots=True)
class Walk:
    """One pass. `heads` are the states at the heads of loops, once they are found; `furthest` is how far one iteration goes."""

    reader: Reader
    heads: dict[int, State] = field(default_factory=dict[int, State])
    searching: bool = True
    furthest: int = 0
    first: int = 0
    loops: list[Exits] = field(default_factory=list[Exits])
    returned: list[Value | None] = field(default_factory=list["Value | None"])

    def block(self, body: list[ast.stmt], state: State | None) -> State | None:
        """Statements in order; None behind one that never ends."""
        for statement in body:
            if state is None:
                return None
            state = self.statement(statement, state)
        return state

    def statement(self, s: ast.stmt, state: State) -> State | None:
        """One statement."""
        match s:
            case ast.Assign(targets, value):
                return self._assign(targets, value, state)
            case ast.AnnAssign(ast.Name() as target, _, ast.expr() as value):
                return self._assign([target], value, state)
            case ast.AugAssign(target):
                return self._store(target, self.reader.update(s, _load(target), state), state)
            case ast.If(test, body, orelse):
                self.reader.test(test, state)
                return either(self.block(body, state), self.block(orelse, state))
            case ast.For(target, source, body, orelse):
                return self._loop(s, self.iteration(target, source, state), orelse, state)
            case ast.While(test, body, orelse):
                return self._loop(s, self._tested(test), orelse, state)
            case ast.Return(value):
                self.returned.append(None if value is None else self._result(value, state))
                return None
            case ast.Break() | ast.Continue() if not self.loops:
                raise Mismatch(f"`{ast.unparse(s)}` in the else clause is one of the loop around")
            case ast.Break():
                self.loops[-1].breaks = either(self.loops[-1].breaks, state)
                return None
            case ast.Continue():
                self.loops[-1].continues = either(self.loops[-1].continues, state)
                return None
            case ast.Pass() | ast.Expr(ast.Constant()):
                return state
            case ast.Expr(ast.Call(ast.Attribute(ast.Name(name), "append"), [value], [])):
                return state.bound(name, self._list(name, state).taking(self.reader.number(value, state)))
            case ast.Raise(ast.Name() | ast.Call() as error, None):
                self._check_raised(error)
                return None
            case _:
                raise Mismatch(f"`{ast.unparse(s).splitlines()[0]}` has no compiled form here")

    def _list(self, name: str, state: State) -> Array:
        found = state.names.get(name)
        if not isinstance(found, Array) or not found.is_list or name in state.unsure:
            raise Mismatch(f"`{name}` is no list that the loop made")
        return found

    def _check_raised(self, error: ast.Name | ast.Call) -> None:
        name, args = (error.func, error.args) if isinstance(error, ast.Call) else (error, [])
        home, _, last = (self.reader.canonical(name) or "").rpartition(".")
        known = home == "builtins" and last.endswith(("Error", "Exception"))
        if not known or (isinstance(error, ast.Call) and error.keywords) or not all(isinstance(a, ast.Constant) for a in args):
            raise Mismatch(f"`{ast.unparse(error)}` is no error with a fixed text")

    # -------------------------------------------------------------- assignments

    def _result(self, value: ast.expr, state: State) -> Value | None:
        if isinstance(value, ast.Constant) and value.value is None:
            return None
        return self.reader.value(value, state)

    def _assign(self, targets: list[ast.expr], value: ast.expr, state: State) -> State:
        for target in targets:
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                found = [self._owned(v, state) for v in value.elts]
                for part, one in zip(target.elts, found, strict=True):
                    state = self._store(part, one, state)
            elif isinstance(target, ast.Tuple):
                state = self._unpacked(target, value, state)
            else:
                state = self._store(target, self._owned(value, state), state)
        return state

    def _owned(self, e: ast.expr, state: State) -> Value:
        """A value for a name; a list of the kernel has one name only, as what is known of it follows that name."""
        found = created(e, state, self.reader) or self.reader.value(e, state)
        if isinstance(e, ast.Name) and isinstance(found, Array) and found.is_list:
            raise Mismatch(f"the list `{e.id}` gets another name")
        return found

    def _unpacked(self, target: ast.Tuple, value: ast.expr, state: State) -> State:
        if not (isinstance(value, ast.Attribute) and value.attr == "shape" and self.reader.array(value.value, state)):
            raise Mismatch(f"`{ast.unparse(value)}` is taken apart")
        for part in target.elts:
            state = self._store(part, number("int", within=Range(0, SIZE)), state)
        return state

    def _store(self, target: ast.expr, value: Value, state: State) -> State:
        match target:
            case ast.Name(id=name):
                return state.bound(name, value)
            case ast.Subscript():
                return self._into(target, value, state)
            case _:
                raise Mismatch(f"`{ast.unparse(target)}` is assigned to")

    def _into(self, target: ast.Subscript, value: Value, state: State) -> State:
        text, place = ast.unparse(target), self.reader.value(_load(target), state)
        holder = self.reader.array(target.value, state)
        if holder is not None and holder.container == "copy":
            raise Mismatch(f"`{ast.unparse(target.value)}` is a list, which the loop changes", "make it an array")
        if isinstance(value, Array):
            if place != value:
                raise Mismatch(f"`{text}` is filled with an array of another kind")
            return state
        name = target.value.id if isinstance(target.value, ast.Name) else ""
        if holder is not None and holder.is_list and name:
            return state.bound(name, holder.taking(value))
        self._check_kept(carried(place), value, text)
        if holder is None or not holder.changes:
            return state
        return state.storing(holder, _cut_to_int64(value))

    def _check_kept(self, kept: Number | None, value: Number, text: str) -> None:
        if kept is None or (value.type > kept.type and not ("int64" in kept.ranges and value.type is Type.FLOAT)):
            raise Mismatch(f"`{text}` cuts values to its own type")
        if kept.type is not Type.INT:
            value.settled()
        if kept.type is Type.INT and value.rounded:
            raise Mismatch(f"`{text}` gets an integer that may be too large for a float")
        if kept.type is Type.BOOL and value.type is not Type.BOOL:
            raise Mismatch(f"`{text}` cuts values to bools")

    # -------------------------------------------------------------- loops

    def iteration(self, target: ast.expr, source: ast.expr, state: State) -> Bind:
        """What binds the target of a `for` at the head of its body."""
        items = self._items(source, state)

        def bind(head: State) -> State:
            return self._bound(target, items, head)

        return bind

    def _bound(self, target: ast.expr, items: tuple[Value, ...], state: State) -> State:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        if len(parts) != len(items):
            raise Mismatch(f"`{ast.unparse(target)}` does not take the items apart as they are")
        for part, item in zip(parts, items, strict=True):
            state = self._store(part, item, state)
        return state

    def _items(self, source: ast.expr, state: State) -> tuple[Value, ...]:
        """What a loop's target is bound to; several values for a tuple."""
        fn = (self.reader.canonical(source.func) or "") if isinstance(source, ast.Call) and not source.keywords else ""
        args = source.args if isinstance(source, ast.Call) else []
        match fn, args:
            case "builtins.range", [_, *_] if len(args) <= 3:
                return (_counter([self._end(a, state) for a in args]),)
            case "builtins.enumerate", [one]:
                return (number("int", within=Range(0, ITERATIONS)), *self._items(one, state))
            case "builtins.zip", [_, *_]:
                return tuple(v for a in args for v in self._items(a, state))
            case "numpy.ndindex", [_, *_] if not any(isinstance(a, ast.Starred) for a in args):
                return tuple(_counter([self._end(a, state)]) for a in args)
            case _ if isinstance(source, ast.Tuple) and source.elts:
                return self._among(source, state)
            case _:
                array = self.reader.array(source, state)
                if array is None:
                    raise Mismatch(f"the iteration over `{ast.unparse(source)}` has no compiled form here")
                return (self.reader.part(array, 1, source),)

    def _among(self, source: ast.Tuple, state: State) -> tuple[Value, ...]:
        """What runs over the items of a literal tuple, which may be tuples themselves."""
        rows = [e.elts if isinstance(e, ast.Tuple) else [e] for e in source.elts]
        found: list[Value] = []
        for column in zip(*rows, strict=True) if len({len(row) for row in rows}) == 1 else ():
            items = [self.reader.number(e, state) for e in column]
            if len({n.type for n in items}) > 1:
                break
            found.append(reduce(Number.joined, items))
        if len(found) != len(rows[0]):
            raise Mismatch(f"the items of `{ast.unparse(source)}` have several types")
        return tuple(found)

    def _end(self, e: ast.expr, state: State) -> Number:
        found = self.reader.index(e, state)
        if not found.kinds <= {"int", "int64"}:
            raise Mismatch(f"`{ast.unparse(e)}` is a narrow integer")
        return found

    def _tested(self, test: ast.expr) -> Bind:
        def bind(head: State) -> State:
            self.reader.test(test, head)
            return head

        return bind

    def _loop(self, s: ast.For | ast.While, bind: Bind, orelse: list[ast.stmt], entry: State) -> State | None:
        head, exits = self._stable(s, bind, entry)
        after = head
        if isinstance(s, ast.While):
            self.reader.test(s.test, head)
            if isinstance(s.test, ast.Constant) and s.test.value:
                return exits.breaks
        return either(self.block(orelse, after), exits.breaks)

    def _stable(self, s: ast.For | ast.While, bind: Bind, entry: State) -> tuple[State, Exits]:
        """The state at the head of a loop that holds in every iteration, and how the loop is left from there."""
        head = entry if self.searching else self.heads[id(s)]
        for around in range(_MOST_ROUNDS):
            exits = Exits()
            self.loops.append(exits)
            end = either(self.block(s.body, bind(head)), exits.continues)
            self.loops.pop()
            if end is None or not self.searching:
                break
            wider = widened(head, end, around)
            if wider == head:
                break
            head = wider
        else:
            raise Mismatch("the types of the loop's variables do not settle")
        self.heads[id(s)] = head
        first, further = starts(entry, head)
        self.first = max(self.first, first)
        self.furthest = max(self.furthest, further, steps(head, end) if end is not None else 0)
        return head, exits


def _cut_to_int64(value: Number) -> Number:
    """What an integer array holds of a value: floats are cut off."""
    within = value.range if value.type <= Type.INT else WRAPPED
    return replace(number("int64", within=within), wrapped=value.wrapped)


def _load(target: ast.expr) -> ast.expr:
    """The same place, read."""
    match target:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
        case ast.Subscript(value, index):
            return ast.copy_location(ast.Subscript(value, index, ast.Load()), target)
        case _:
            return target


def _counter(args: list[Number]) -> Number:
    """The variable of a `range`."""
    start = number("int", within=Range(0, 0)) if len(args) == 1 else args[0]
    stop, step = args[0] if len(args) == 1 else args[1], args[2] if len(args) == 3 else None
    first, last = start.range, stop.range
    if not first.within(_HALF) and not last.within(_HALF):
        raise Overflow("the length of a range may not fit in 64 bits")  # one from 2**63 - 1 to -2**63 is empty in Python only
    if step is None or step.range.low > 0:
        by = 1 if step is None else step.range.high
        high = max(first.high, min(last.high - 1, first.high + by * ITERATIONS))
        return number("int", within=Range(first.low, high, max(first.growth, last.growth)))
    low = max(min(first.low, last.low), first.low - ITERATIONS * step.range.magnitude)
    high = min(max(first.high, last.high), first.high + ITERATIONS * step.range.magnitude)
    return number("int", within=Range(min(low, first.low), max(high, first.high), max(first.growth, last.growth)))


def behaviour(body: list[ast.stmt], state: State, reader: Reader) -> Behaviour:
    """What the statements do, compiled as in Python."""
    search = Walk(reader)
    search.block(body, state)
    count = sum(isinstance(n, ast.For | ast.While) for s in body for n in walk_nodes(s))
    limit = search.first + (count + 1) * ITERATIONS * search.furthest
    reader.casts.clear()
    reader.updates.clear()
    final = Walk(reader, {k: settled(v, limit) for k, v in search.heads.items()}, searching=False)
    after = final.block(body, state)
    return Behaviour(after, tuple(final.returned), reader.exact, final.heads)
