"""Walk a function up to a loop and collect what is known of every name.

Comes in: the parameters with their annotations, what the function's own uses show, and the statements in front of the loop.
Goes out: a `Facts` table. One forward pass; branches and loops are joined by forgetting what differs.
Not handled: values that come out of calls to unknown functions; they are `UnknownFact`s that name the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from autovec.expression import ONE, Apply, Const, Expr, Length, Name, Opaque, Read, Slice, free_names, walk
from autovec.facts.annotation import annotated, array
from autovec.facts.creation import created
from autovec.facts.kinds import EVERY_ARRAY, NUMBER, OPERATORS, function
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust, UnknownFact
from autovec.loops.statement import Append, Assign, For, If, OpaqueStmt, Stmt, While, blocks, walk_statements


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its annotation's text ("" for none) and its default, where that is a literal."""

    name: str
    annotation: str
    default: Const | None = None


@dataclass(frozen=True, slots=True)
class Uses:
    """How the function uses its names: `shaped` have an array attribute read (.shape, .T, .dtype), `unpacked` are ranks that a
    tuple unpacking of .shape shows, `subscripted` the largest number of subscripts seen. `integral` scalars bound a loop or stand
    in a subscript; `real` arrays have elements that are ordered, converted or given to a `math` function. `scalars`
    are arrays whose elements, read with all the subscripts ever used, can only be numbers there."""

    shaped: frozenset[str]
    unpacked: Mapping[str, int]
    subscripted: Mapping[str, int]
    integral: frozenset[str] = frozenset()
    real: frozenset[str] = frozenset()
    scalars: frozenset[str] = frozenset()

    def rank(self, name: str) -> int | None:
        """The number of dimensions that the uses show."""
        return self.unpacked.get(name) or self.subscripted.get(name) or None

    def sure(self, name: str) -> bool:
        """Whether the uses leave no other number of dimensions."""
        return name in self.unpacked or name in self.scalars


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
            numbers |= accesses_in(s.value, made) | made.get(getattr(s.target, "id", ""), frozenset())
        if isinstance(s, If):
            numbers |= accesses_in(s.test, made)
        for e in expressions(s):
            for x in walk(e):
                match x:
                    case Apply(fn, args) if fn in ORDERED or fn.startswith("math."):
                        real |= {n for a in args for n in arrays_in(a)}
                        numbers |= {n for a in args for n in accesses_in(a, made)}
                    case Apply("where", (test, _, _)):
                        numbers |= accesses_in(test, made)
                    case _:
                        pass
                match x:
                    case Read(name, at):
                        seen[name] = max(seen.get(name, 0), len(at))
                        integral |= {n for y in at for n in free_names(y)}
                        numbers |= {n for y in at for n in accesses_in(y, made)}
                    case Length(name, axis):
                        seen[name] = max(seen.get(name, 0), axis + 1)
                    case _:
                        pass
    scalars = frozenset(n for n, count in numbers if seen.get(n) == count)
    return Uses(shaped, unpacked, seen, frozenset(integral), frozenset(real), scalars)


MAX_PASSES = 5  # over a loop's body until the facts at its head stay as they are
ORDERED = frozenset(("<", "<=", ">", ">=", "//", "%", "int", "float", "round", "min", "max"))


Accesses = frozenset[tuple[str, int]]


def accesses_in(e: Expr | Slice, made: Mapping[str, Accesses]) -> Accesses:
    """(array, number of subscripts) of the elements that `e` is made of, through the names in `made`."""
    match e:
        case Read(name, at):
            return frozenset() if any(isinstance(x, Slice) for x in at) else frozenset(((name, len(at)),))
        case Name(id):
            return made.get(id, frozenset())
        case Apply(_, args):
            return frozenset().union(*(accesses_in(a, made) for a in args))
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


def expressions(s: Stmt) -> tuple[Expr, ...]:
    """The expressions directly in a statement."""
    match s:
        case For(_, _, start, stop, step, _, _):
            return (start, stop) if isinstance(step, int) else (start, stop, step)
        case While(test, _, _) | If(test, _, _, _):
            return (test,)
        case Assign(target, _, value, _):
            return (target, value)
        case Append(_, value, _):
            return (value,)
        case _:
            value = getattr(s, "value", None)
            return () if value is None else (value,)


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
    if p.annotation:
        found = annotated(p.name, p.annotation, rank)
        if not isinstance(found, UnknownFact):
            return found
    if p.name in use.shaped:
        return array(p.name, EVERY_ARRAY, rank, Trust.PROVED)
    if rank is not None:
        return array(p.name, EVERY_ARRAY, rank, Trust.HINTED)
    if p.default is not None and isinstance(p.default.value, float):
        return ScalarFact(frozenset(("float", "int")), None, Trust.DECLARED)
    return ScalarFact(NUMBER, None, Trust.HINTED)


class Flow:
    """The table while walking; `names` is what holds after the statements seen so far."""

    def __init__(self, names: dict[str, Fact], use: Uses):
        self.names = names
        self.use = use
        self.bases: list[str] = []

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
        match s:
            case Assign(Name(id), None, value, _):
                self._bind(id, self.fact_of(value, id), value)
            case Assign(Name(id), op, value, _):
                self._update(id, op or "+", value)
            case Assign(Read(name, at), _, value, _):
                self._store(name, at, value)
            case Append(name, value, _):
                self._append(name, value)
            case If(_, then, orelse, _):
                self._branch(then, orelse)
            case For(var, label, _, _, _, body, _):
                self.enter_loop(s)
                self.block(body)
                self.leave_loop({var, label}, body)
            case While(_, body, _):
                self.enter_loop(s)
                self.block(body)
                self.leave_loop(set(), body)
            case OpaqueStmt(text, _, writes, why, _):
                for name in writes:
                    self._forget(name, f"{why} ({text})")
            case _:
                pass

    def _escape(self, e: Expr) -> None:
        """Arrays handed to code that is not understood may be filled, and kept, by it."""
        for name in sorted(n for x in walk(e) if isinstance(x, Opaque) for n in x.names):
            fact = self.names.get(name)
            if isinstance(fact, ArrayFact):
                self._forget(name, "it is handed to a call")

    def enter_loop(self, s: Stmt) -> None:
        """Before the first statement of a loop's body: what the body changes is known only as far as all passes agree."""
        changed = assigned(s)
        for _ in range(MAX_PASSES):
            before = dict(self.names)
            for name in changed:
                self._unpin(name)
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
        for name in changed:
            self._unpin(name)
        if isinstance(s, For):
            self.names[s.var] = self.counter(s)

    def counter(self, s: For) -> ScalarFact:
        """What is known of a loop variable inside its loop."""
        low, stop = (s.start, s.stop) if s.step != -1 else (Apply("+", (s.stop, ONE)), Apply("+", (s.start, ONE)))
        table = Facts(self.names)
        steady = not (free_names(low) | free_names(stop)) & assigned(s)  # else the range was made from values that are gone
        bounded = steady and isinstance(s.step, int) and (s.step > 0 or s.step == -1)
        natural = bounded and table.nonnegative(low)
        return ScalarFact(frozenset(("int",)), None, Trust.PROVED, natural, *((low, stop) if bounded else (None, None)))

    def leave_loop(self, variables: set[str], body: tuple[Stmt, ...]) -> None:
        """After a loop: nothing that it assigned has a known value."""
        for s in body:
            for name in assigned(s):
                self._unpin(name)
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
        for source in _shared(value) - {name}:
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

    def _unpin(self, name: str) -> None:
        """`name` gets another value: what was said in terms of the old one no longer holds."""
        for k, f in self.names.items():
            if isinstance(f, ScalarFact):
                gone = [p for p in ("value", "low", "stop") if (e := getattr(f, p)) is not None and name in free_names(e)]
                if gone:
                    self.names[k] = replace(f, **dict.fromkeys(gone))
            elif isinstance(f, ArrayFact) and f.shape is not None:
                shape = tuple(self._own(k, q, e) if e is not None and name in free_names(e) and name != k else e
                              for q, e in enumerate(f.shape))  # fmt: skip
                self.names[k] = replace(f, shape=shape)
        own = self.names.get(name)
        if isinstance(own, ScalarFact):
            self.names[name] = replace(own, value=None)

    def _own(self, array_name: str, axis: int, _: Expr) -> Expr | None:
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

    def _store(self, name: str, at: tuple[Expr | Slice, ...], value: Expr) -> None:
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
        if isinstance(fact, ArrayFact):
            self.names[name] = replace(fact, fill=None, shape=(None,), kinds=fact.kinds | self.facts().kinds(value))

    def fact_of(self, value: Expr, target: str) -> Fact:
        """What an assigned expression is."""
        table = self.facts()
        match value:
            case Opaque(text, _, why):
                return UnknownFact(f"{why} ({text})")
            case Name(id) if id in self.names:
                fact = self.names[id]
                return replace(fact, fresh=False, fill=None) if isinstance(fact, ArrayFact) else replace(
                    fact, value=value) if isinstance(fact, ScalarFact) else fact
            case _:
                pass
        made = created(value, table, self.use.rank(target), target)
        if made is not None:
            return made if made.sure else replace(made, sure=self.use.sure(target))
        kinds = table.kinds(value)
        arrays = [n for n in free_names(value) if isinstance(self.names.get(n), ArrayFact)]
        if arrays and not _is_scalar(value, table):
            made = _array_value(value, table, self.use.rank(target), target)
            return replace(made, sure=self.use.sure(target)) if isinstance(made, ArrayFact) else made
        exact = value if kinds <= {"int"} and kinds and not any(isinstance(x, Read) for x in walk(value)) else None
        return ScalarFact(kinds, exact, Trust.PROVED, table.nonnegative(value)) if kinds else UnknownFact("its value is not known")


def _shared(value: Expr) -> frozenset[str]:
    """Arrays whose memory the value may be: the name itself, a part of it, or what passes it on; arithmetic makes a new one."""
    match value:
        case Name(id):
            return frozenset((id,))
        case Read(name, at):
            return frozenset((name,)) if at else frozenset()
        case Apply(fn, _) if fn in OPERATORS or fn in COPIES:
            return frozenset()
        case Apply(_, args):
            return frozenset().union(*map(_shared, args))
        case _:
            return frozenset()


COPIES = frozenset((".copy()", ".astype()", "np.copy", "np.array", "np.zeros_like", "np.ones_like", "np.empty_like", "float", "int", ".sum()",
                    ".mean()", ".item()", "abs", "math.sqrt", "math.exp", "np.zeros", "np.ones", "np.full", "np.empty"))  # fmt: skip


def _elementwise(e: Expr) -> bool:
    """Whether the value is an array of the elements' results: operators and ufuncs, and parts of arrays."""
    match e:
        case Apply(fn, args):
            known = fn in OPERATORS or fn in (".T", ".real", ".imag", ".copy()", ".conjugate()", "abs")
            return (known or isinstance(function(fn), np.ufunc)) and all(map(_elementwise, args))
        case _:
            return True


def _is_scalar(e: Expr, table: Facts) -> bool:
    """Whether the value is a number for sure: every array in it is read with all its subscripts."""
    match e:
        case Read(array_name, at):
            fact = table.array(array_name)
            return fact is not None and fact.rank == len(at) and not any(isinstance(x, Slice) for x in at)
        case Name(id):
            return not isinstance(table.names.get(id), ArrayFact)
        case Apply(fn, _) if fn in (".sum()", ".mean()", ".min()", ".max()", ".std()", ".item()", ".size", "float", "int") and len(e.args) == 1:
            return True
        case Apply(_, args):
            return all(_is_scalar(a, table) for a in args)
        case _:
            return True


def _array_value(value: Expr, table: Facts, rank: int | None, target: str) -> Fact:
    kinds = table.kinds(value)
    if isinstance(value, Read):
        fact = table.array(value.array)
        if fact is None or fact.container == "list":
            return UnknownFact(f"a row of {value.array}")
        return ArrayFact("ndarray", fact.kinds, None if rank is None else tuple(Length(target, k) for k in range(rank)), fact.trust)
    if any(isinstance(x, Name) and (f := table.array(x.id)) and f.container == "list" for x in walk(value)):
        return UnknownFact("an expression of whole lists")
    if not _elementwise(value):
        return UnknownFact("its value is not known")
    shape = None if rank is None else tuple(Length(target, k) for k in range(rank))
    return ArrayFact("ndarray", kinds or EVERY_ARRAY, shape, Trust.PROVED, fresh=isinstance(value, Apply) and value.fn != ".T")


def join(a: Fact, b: Fact) -> Fact:
    """What holds whichever of two facts does."""
    if a == b:
        return a
    match a, b:
        case ScalarFact(), ScalarFact():
            kinds = a.kinds | b.kinds if a.kinds and b.kinds else frozenset()
            return ScalarFact(kinds, a.value if a.value == b.value else None, min(a.trust, b.trust), a.nonnegative and b.nonnegative)
        case ArrayFact(), ArrayFact() if a.container == b.container:
            shape = a.shape if a.shape == b.shape else None
            if shape is None and a.rank is not None and a.rank == b.rank and a.shape and b.shape:
                shape = tuple(x if x == y else None for x, y in zip(a.shape, b.shape, strict=True))
            fill = a.fill if a.fill == b.fill else None
            base = a.base or b.base if not (a.base and b.base) or a.base == b.base else "?"
            return ArrayFact(
                a.container, a.kinds | b.kinds, shape, min(a.trust, b.trust), a.fresh and b.fresh, fill, a.sure and b.sure, base
            )
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


__all__ = ["ONE", "Flow", "Parameter", "Uses", "assigned", "expressions", "join", "parameter_fact", "uses"]
