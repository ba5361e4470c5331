"""Walk a function up to a loop and collect what is known of every name.

Comes in: the parameters with their annotations, what the function's own uses show, and the statements in front of the loop.
Goes out: a `Facts` table. One forward pass; branches and loops are joined by forgetting what differs.
Not handled: values that come out of calls to unknown functions; they are `UnknownFact`s that name the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autovec.expression import ONE, Apply, Const, Expr, Length, Name, Opaque, Read, free_names, is_obscure, reads, walk
from autovec.facts.arrays import array_value, is_scalar, makes_array, shared
from autovec.facts.creation import created
from autovec.facts.table import Facts
from autovec.facts.uses import (
    Parameter,
    Uses,
    accesses_in,
    arrays_in,
    attribute_fact,
    definitions,
    parameter_fact,
    uses,
    with_ranks,
)
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust, UnknownFact
from autovec.loops.statement import Append, Assign, For, If, OpaqueStmt, Stmt, While, blocks, expressions, walk_statements
from autovec.record import dataclass

MAX_PASSES = 5  # over a loop's body until the facts at its head stay as they are


@dataclass(frozen=True, slots=True)
class _Passes:
    """What held behind a loop for what held in front of it; `loop` is kept so that its identity stays its own."""

    loop: For | While
    ends: list[tuple[dict[str, Fact], dict[str, Fact]]]


class Flow:
    """The table while walking; `names` is what holds after the statements seen so far.

    What loops of the same function came to on an `earlier` walk with the same facts is taken from there.
    """

    def __init__(self, names: dict[str, Fact], use: Uses, earlier: Flow | None = None):
        self.names = names
        self.use = use
        self.bases: list[str] = earlier.bases if earlier else []
        self._passed: dict[int, _Passes] = earlier._passed if earlier else {}  # by the loop's identity

    def facts(self) -> Facts:
        """The table as it stands."""
        return Facts(dict(self.names))

    def block(self, body: tuple[Stmt, ...]) -> None:
        """Walk statements in order."""
        for s in body:
            self.statement(s)

    def statement(self, s: Stmt) -> None:
        """Take in one statement."""
        for e in expressions(s):
            self._escape(e)
        if _may_rebind(s):
            self._unpin(*(n for n in self.names if n.startswith("self.")))
        match s:
            case Assign(Name(id), None, value, _):
                self._bind(id, self.fact_of(value, id), value)
            case Assign(Name(id), _, _, _) if not s.rebinds and (old := self.facts().array(id)) and old.container == "ndarray":
                self.names[id] = replace(old, fill=None)  # changed in place
            case Assign(Name(id), op, value, _):
                self._update(id, op or "+", value)
            case Assign(Read(name) as place, op, value, _):
                self._store(name, value if op is None else Apply(op, (place, value)))
            case Append(name, value, _):
                self._append(name, value)
            case If(_, then, orelse, _):
                self._branch(then, orelse)
            case For(var, label, _, _, _, body, _):
                self._loop(s, body, {var, label})
            case While(_, body, _):
                self._loop(s, body, set())
            case OpaqueStmt(text, _, writes, why, _):
                for name in writes:
                    self._forget(name, f"{why} ({text})")
            case _:
                pass

    def _escape(self, e: Expr) -> None:
        """Arrays handed to code that is not understood may be filled, and kept, by it."""
        for name in sorted(n for x in walk(e) if isinstance(x, Opaque) and is_obscure(x) for n in x.names):
            fact = self.names.get(name)
            if isinstance(fact, ArrayFact):
                self._forget(name, "it is handed to a call")

    def enter_loop(self, s: Stmt) -> None:
        """Before the first statement of a loop's body: what the body changes is known only as far as all passes agree."""
        changed = assigned(s)
        for _ in range(MAX_PASSES):
            before = dict(self.names)
            self._unpin(*changed)
            if isinstance(s, For):
                self.names[s.var] = self.counter(s)
            for body in blocks(s):
                self.block(body)
            after = self.names
            self.names = {k: join(before[k], after[k]) for k in before if k in after}
            if self.names == before:
                break
        else:
            for name in changed & self.names.keys():
                self.names[name] = UnknownFact("it changes in each iteration")
        self._unpin(*changed)
        if isinstance(s, For):
            self.names[s.var] = self.counter(s)

    def counter(self, s: For) -> ScalarFact:
        """What is known of a loop variable inside its loop."""
        low, stop = (s.start, s.stop) if s.step != -1 else (Apply("+", (s.stop, ONE)), Apply("+", (s.start, ONE)))
        table = Facts(self.names)
        steady = not (free_names(low) | free_names(stop)) & assigned(s)  # else the range was made from values that are gone
        known = s.step > 0 or s.step == -1 if isinstance(s.step, int) else table.nonnegative(Apply("-", (s.stop, s.start)))
        bounded = steady and known  # with a step below 0 a range whose stop lies behind its start is empty
        natural = bounded and table.nonnegative(low)
        return ScalarFact(frozenset(("int",)), None, Trust.PROVED, natural, *((low, stop) if bounded else (None, None)))

    def _loop(self, s: For | While, body: tuple[Stmt, ...], variables: set[str]) -> None:
        """A loop runs any number of times, none included: behind it holds what holds at its head and at its end."""
        passes = self._passed.setdefault(id(s), _Passes(s, []))
        start = dict(self.names)
        known = next((end for before, end in passes.ends if before == start), None)
        if known is None:
            self.enter_loop(s)
            head = dict(self.names)
            self.block(body)
            self.names = {k: join(head[k], f) if k in head else f for k, f in self.names.items()}
            self.leave_loop(variables, body)
            passes.ends.append((start, self.names))
            known = self.names
        self.names = dict(known)

    def leave_loop(self, variables: set[str], body: tuple[Stmt, ...]) -> None:
        """After a loop: nothing that it assigned has a known value."""
        self._unpin(*(name for s in body for name in assigned(s)))
        for v in variables - {""}:
            self.names[v] = ScalarFact(frozenset(("int",)), None, Trust.PROVED)

    def _branch(self, then: tuple[Stmt, ...], orelse: tuple[Stmt, ...]) -> None:
        before = dict(self.names)
        self.block(then)
        one, self.names = self.names, before
        self.block(orelse)
        two = self.names
        self.names = {k: join(one[k], two[k]) for k in one if k in two}
        for k in {*one, *two} - set(self.names):
            self.names[k] = one.get(k) or two[k]

    def _bind(self, name: str, fact: Fact, value: Expr) -> None:
        for source in shared(value) - {name}:
            held = self.names.get(source)
            if isinstance(held, ArrayFact):
                self.names[source] = replace(held, fresh=False, fill=None)
        fact = self._related(fact, value)
        keeps = isinstance(value, Apply) and name in free_names(value)
        self._unpin(name)
        if keeps and isinstance(fact, ScalarFact):
            fact = replace(fact, value=None)
        self.names[name] = fact

    def _related(self, fact: Fact, value: Expr) -> Fact:
        """An array that is made of another one without copying has the same base as that one."""
        if not isinstance(fact, ArrayFact) or fact.fresh:
            return fact
        for source in sorted(free_names(value)):
            other = self.names.get(source)
            if isinstance(other, ArrayFact):
                base = other.base or f"{source}#{len(self.bases)}"
                self.bases.append(base)
                self.names[source] = replace(other, base=base)
                return replace(fact, base=base)
        return fact

    def _unpin(self, *changed: str) -> None:
        """Names get other values: what was said in terms of the old ones no longer holds."""
        if not changed:
            return
        for k, f in self.names.items():
            if isinstance(f, UnknownFact):
                continue
            if isinstance(f, ArrayFact):
                self.names[k] = self._unpinned(k, f, [name for name in changed if name != k])
            elif f.value is not None or f.low is not None or f.stop is not None or f.like:
                gone = [p for p in ("value", "low", "stop") if (e := getattr(f, p)) is not None and _mentions(e, changed)]
                if gone or f.like in changed:
                    self.names[k] = replace(f, **dict.fromkeys(gone), like="" if f.like in changed else f.like)
        for name in changed:
            own = self.names.get(name)
            if isinstance(own, ScalarFact) and own.value is not None:
                self.names[name] = replace(own, value=None)

    def _unpinned(self, array: str, f: ArrayFact, changed: Sequence[str]) -> ArrayFact:
        if any(e is not None and _mentions(e, changed) for e in f.shape or ()):
            own = (self._own(array, q) if e is not None and _mentions(e, changed) else e for q, e in enumerate(f.shape or ()))
            f = replace(f, shape=tuple(own))
        return replace(f, like="") if f.like and f.like in changed else f

    def _own(self, array_name: str, axis: int) -> Expr | None:
        fact = self.names[array_name]
        return Length(array_name, axis) if isinstance(fact, ArrayFact) and fact.container == "ndarray" else None

    def _forget(self, name: str, why: str) -> None:
        self._unpin(name)
        fact = self.names.get(name)
        if isinstance(fact, ArrayFact) and fact.container == "list":
            self.names[name] = UnknownFact(why)
        elif isinstance(fact, ArrayFact):
            self.names[name] = replace(fact, fill=None, fresh=False)
        elif fact is None or isinstance(fact, ScalarFact):
            self.names[name] = UnknownFact(why)

    def _update(self, name: str, op: str, value: Expr) -> None:
        fact = self.fact_of(Apply(op, (Name(name), value)), name)
        self._unpin(name)
        if isinstance(fact, ScalarFact):
            fact = replace(fact, value=None)
        old = self.names.get(name)
        if isinstance(old, ArrayFact):
            fact = self._updated_array(old, name, fact)
        self.names[name] = fact

    def _updated_array(self, old: ArrayFact, name: str, new: Fact) -> Fact:
        """`x += y`, or `x = x + y`, which is read as the same: in place, or another array with another dtype."""
        if old.container == "list" or not isinstance(new, ArrayFact):
            return UnknownFact(f"`{name}` is changed as a whole")
        shape = None if old.rank is None else tuple(Length(name, k) for k in range(old.rank))
        return replace(old, kinds=old.kinds | new.kinds, shape=shape, fill=None)

    def _store(self, name: str, value: Expr) -> None:
        fact = self.names.get(name)
        if not isinstance(fact, ArrayFact):
            return
        if fact.container == "list":
            more = self.facts().kinds(value)
            fact = replace(fact, kinds=(fact.kinds | more) if more else frozenset())
        self.names[name] = replace(fact, fill=None)

    def _append(self, name: str, value: Expr) -> None:
        self._unpin(name)
        fact = self.names.get(name)
        item = self.names.get(value.id) if isinstance(value, Name) else None
        if isinstance(fact, ArrayFact) and isinstance(value, Name) and isinstance(item, ArrayFact):
            base = fact.base or item.base or f"{name}#{len(self.bases)}"  # it may be changed by either name from now on
            self.bases.append(base)
            fact, self.names[value.id] = replace(fact, base=base), replace(item, base=base, fresh=False, fill=None)
        if isinstance(fact, ArrayFact):
            self.names[name] = replace(fact, fill=None, shape=(None,), kinds=fact.kinds | self.facts().kinds(value))

    def fact_of(self, value: Expr, target: str) -> Fact:
        """What an assigned expression is."""
        table = self.facts()
        match value:
            case Opaque(text, _, why) if value.call is None or created(value, table, None, target) is None:
                return UnknownFact(f"{why} ({text})")
            case Name(id) if id in self.names:
                fact = self.names[id]
                return (
                    replace(fact, fresh=False, fill=None)
                    if isinstance(fact, ArrayFact)
                    else replace(fact, value=value)
                    if isinstance(fact, ScalarFact)
                    else fact
                )
            case _:
                pass
        made = created(value, table, self.use.rank(target), target)
        if made is not None:
            return made if made.sure else replace(made, sure=self.use.sure(target))
        kinds = table.possible(value)
        arrays = [n for n in free_names(value) if isinstance(self.names.get(n), ArrayFact)]
        if (arrays or makes_array(value, table)) and self.use.implied.get(target) != 0 and not is_scalar(value, table):
            made = array_value(value, table, self.use.rank(target), target)
            return replace(made, sure=self.use.sure(target)) if isinstance(made, ArrayFact) else made
        elements = any(isinstance(x, Read) or (isinstance(x, Name) and table.array(x.id)) for x in walk(value))
        whole = kinds <= {"int"} and kinds and not elements
        exact = value if whole or isinstance(value, Const) else None
        if not kinds:
            return UnknownFact("its value is not known")
        return ScalarFact(kinds, exact, Trust.PROVED, table.nonnegative(value), like=_element_of(value, table))


def _element_of(value: Expr, table: Facts) -> str:
    """The array of whose dtype a number is, whatever that is: it is one of its elements, or made by its dtype."""
    match value:
        case Read(name, at) if is_scalar(value, table) and at:
            pass
        case Apply(".dtype.type()", (Name(name), _)):
            pass
        case _:
            return ""
    fact = table.array(name)
    return name if fact is not None and fact.container == "ndarray" else ""


def _mentions(e: Expr, names: Sequence[str]) -> bool:
    return any(reads(e, name) for name in names)


def _may_rebind(s: Stmt) -> bool:
    """Whether a statement does something, or calls something, that may give attributes of an object other values."""
    return isinstance(s, OpaqueStmt) or any(is_obscure(x) for e in expressions(s) for x in walk(e))


def join(a: Fact, b: Fact) -> Fact:
    """What holds whichever of two facts does."""
    if a == b:
        return a
    match a, b:
        case ScalarFact(), ScalarFact():
            kinds = a.kinds | b.kinds if a.kinds and b.kinds else frozenset[str]()
            value = a.value if a.value == b.value else None
            like = a.like if a.like == b.like else ""
            return ScalarFact(kinds, value, min(a.trust, b.trust), a.nonnegative and b.nonnegative, like=like)
        case ArrayFact(), ArrayFact() if a.container == b.container:
            shape = a.shape if a.shape == b.shape else None
            if shape is None and a.rank is not None and a.rank == b.rank and a.shape and b.shape:
                shape = tuple(x if x == y else None for x, y in zip(a.shape, b.shape, strict=True))
            fill = a.fill if a.fill == b.fill else None
            base = a.base or b.base if not (a.base and b.base) or a.base == b.base else "?"
            return ArrayFact(
                a.container, a.kinds | b.kinds, shape, min(a.trust, b.trust), a.fresh and b.fresh, fill, a.sure and b.sure, base,
                a.like if a.like == b.like else ""
            )  # fmt: skip
        case _:
            return UnknownFact("it is one thing on one path and another on the other")


def assigned(s: Stmt) -> frozenset[str]:
    """The scalars and whole arrays that a statement may bind anew (stores into elements are not among them)."""
    found: set[str] = set()
    for t in walk_statements((s,)):
        match t:
            case Assign(Name(id), _, _, _):
                found.add(id)
            case For(var, label, _, _, _, _, _):
                found |= {var, label}
            case OpaqueStmt(_, _, writes, _, _):
                found |= writes
            case _:
                pass
    return frozenset(found - {""})


__all__ = [
    "Flow", "Parameter", "Uses", "accesses_in", "arrays_in", "assigned", "attribute_fact", "definitions", "expressions", "join",
    "parameter_fact", "uses", "with_ranks",
]  # fmt: skip
