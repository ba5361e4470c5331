"""What a region takes and gives, for the checker and the clock.

Comes in: the facts in front of the region, the names that it reads and leaves, its loops. Goes out: a `Contract`. Sizes are
symbols: an array's unknown dimension is one, a known relation (`n = len(x)`, `out = np.zeros((n, m))`) is an expression over
them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import field

from autovec.affine import Affine, affine
from autovec.expression import Apply, Const, Expr, Length, Name, Read, Slice, free_names, show, substitute, walk
from autovec.facts.infer import expressions
from autovec.facts.kinds import INTEGERS, PYTHON
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, ScalarFact, UnknownFact
from autovec.loops.statement import Assign, For, If, Stmt, blocks, walk_statements
from autovec.outcome import ArrayInput, Contract, Refusal, ScalarInput, Symbol
from autovec.record import dataclass


@dataclass(slots=True)
class Builder:
    """Collects symbols while inputs are described."""

    facts: Facts
    symbols: dict[str, str] = field(default_factory=dict[str, str])  # name -> at_least
    windows: set[str] = field(default_factory=set[str])
    same: dict[str, str] = field(default_factory=dict[str, str])  # symbol -> the one that it equals

    def unify(self, a: Expr, b: Expr) -> None:
        """Two sizes are one in every run that counts."""
        one, other = self.size(a), self.size(b)
        if one != other and one.isidentifier() and other.isidentifier():
            self.same[other] = one

    def size(self, e: Expr) -> str:
        """An integer as a Python expression over symbols."""
        return self._text(self.facts.resolved(e))

    def ceiling(self, e: Expr) -> str:
        """The same, with the variables of loops around at their largest."""
        return self._text(self._highest(self.facts.resolved(e), 4))

    def _highest(self, e: Expr, depth: int) -> Expr:
        for name in sorted(free_names(e)) if depth else ():
            fact = self.facts.names.get(name)
            if isinstance(fact, ScalarFact) and fact.stop is not None and fact.value is None:
                last = Apply("-", (self.facts.resolved(fact.stop), Const(1)))
                return self._highest(substitute(e, {name: last}), depth - 1)
        return e

    def _text(self, e: Expr) -> str:
        match e:
            case Const(int() as value):
                return str(value)
            case Length(array, axis):
                return self._symbol(f"{array.replace('.', '_')}_{axis}")
            case Name(id):
                return self._symbol(id.replace(".", "_").replace("·", "_"))
            case Apply(("+" | "-" | "*" | "//" | "%") as fn, (a, b)):
                return f"({self._text(a)} {fn} {self._text(b)})"
            case Apply(("min" | "max") as fn, args):
                return f"{fn}({', '.join(map(self._text, args))})"
            case Apply("neg", (a,)):
                return f"(-{self._text(a)})"
            case Apply("int", (a,)):
                return self._text(a)
            case _:
                return self._symbol("size_" + "".join(c if c.isalnum() else "_" for c in show(e)))

    def _symbol(self, name: str) -> str:
        while name in self.same:
            name = self.same[name]
        self.symbols.setdefault(name, "")
        return name


@dataclass(frozen=True, slots=True)
class Index:
    """An index array (or scalar) and the dimension that it addresses."""

    array: str
    dimension: int


def contract(
    facts: Facts, body: tuple[Stmt, ...], inputs: frozenset[str], outputs: tuple[str, ...], loose: tuple[str, ...], prelude: str,
    equal: Iterable[tuple[Expr, Expr]] = (),
) -> Contract | Refusal:  # fmt: skip
    """The contract of the statements `body`; `equal` are lengths that are equal where the statements get through."""
    b = Builder(facts)
    for one, other in equal:
        b.unify(one, other)
    b.symbols.clear()
    index = indices(body)
    described: list[ArrayInput | ScalarInput] = []
    for name in sorted(inputs):
        fact = facts.names.get(name)
        if fact is None or isinstance(fact, UnknownFact):
            why = fact.why if isinstance(fact, UnknownFact) else "it is not defined in this function"
            return Refusal("AV010", f"it is not known what `{name}` is: {why}", f"annotate `{name}`")
        described.append(_array(b, name, fact, index) if isinstance(fact, ArrayFact) else _scalar(b, name, fact, body))
    _floors(b, body)
    fresh = tuple(n for n in sorted(inputs) if isinstance(f := facts.names[n], ArrayFact) and f.fresh)
    for s in described:
        if isinstance(s, ScalarInput) and s.name.replace(".", "_") in b.symbols and not (s.value or s.high):
            described[described.index(s)] = ScalarInput(s.name, ("int",), s.name.replace(".", "_"))
    symbols = tuple(Symbol(n, n in b.windows, floor) for n, floor in b.symbols.items())
    return Contract(symbols, tuple(described), outputs, loose, fresh, prelude=prelude)


def _array(b: Builder, name: str, fact: ArrayFact, index: dict[str, Index]) -> ArrayInput:
    rank = fact.rank if fact.rank is not None else 1
    shape = tuple(b.size(e if fact.shape and (e := fact.shape[k]) is not None else Length(name, k)) for k in range(rank))
    target = index.get(name)
    if fact.container == "list":
        kinds = tuple(sorted(k for k in fact.kinds if k in PYTHON)) or ("float",)
        return ArrayInput(name, "list", kinds, shape)
    dtypes = tuple(sorted((k.rstrip("_") for k in fact.kinds), key=lambda d: (d != "float64", d)))
    if target is None:
        return ArrayInput(name, "ndarray", dtypes, shape)
    whole = tuple(d for d in dtypes if d in INTEGERS) or ("int64",)
    size = b.size(Length(target.array, target.dimension))
    return ArrayInput(name, "ndarray", whole, shape, f"-({size})", size)


def _scalar(b: Builder, name: str, fact: ScalarFact, body: tuple[Stmt, ...]) -> ScalarInput:
    kinds = tuple(sorted(k.rstrip("_") if k == "bool_" else k for k in fact.kinds)) or ("int", "float")
    known = b.facts.resolved(Name(name))
    if known != Name(name) and fact.kinds <= {"int"}:
        return ScalarInput(name, ("int",), b.size(known))
    if isinstance(known, Const) and isinstance(known.value, bool | int | float) and math.isfinite(known.value):
        return ScalarInput(name, kinds, repr(known.value))
    if fact.low is not None and fact.stop is not None:
        return ScalarInput(name, ("int",), "", b.size(fact.low), b.size(fact.stop))
    return ScalarInput(name, kinds)


def indices(body: tuple[Stmt, ...]) -> dict[str, Index]:
    """Arrays whose elements are used as subscripts, directly or through a scalar."""
    held: dict[str, str] = {}
    for s in walk_statements(body):
        if isinstance(s, Assign) and isinstance(s.target, Name) and isinstance(source := _bare(s.value), Read):
            held[s.target.id] = source.array
    out: dict[str, Index] = {}
    for s in walk_statements(body):
        for r in (x for e in expressions(s) for x in walk(e) if isinstance(x, Read)):
            for k, x in enumerate(r.at):
                for y in walk(x):
                    if isinstance(y, Read):
                        out.setdefault(y.array, Index(r.array, k))
                    elif isinstance(y, Name) and y.id in held:
                        out.setdefault(held[y.id], Index(r.array, k))
    return out


def _bare(e: Expr) -> Expr:
    return e.args[0] if isinstance(e, Apply) and e.fn == "int" and len(e.args) == 1 else e


def _floors(b: Builder, body: tuple[Stmt, ...]) -> None:
    """How small a size may be for the loop to get through: enough elements for every unconditional read, no negative range."""
    loops: dict[str, For] = {s.var: s for s in walk_statements(body) if isinstance(s, For)}
    for loop in loops.values():
        stop = b.facts.linear(loop.stop)
        if stop is not None:
            _range_floor(b, stop)
    for s in _unconditional(body):
        for r in (x for e in expressions(s) for x in walk(e) if isinstance(x, Read)):
            for k, x in enumerate(r.at):
                _read_floor(b, r.array, k, x, loops)


def _unconditional(body: tuple[Stmt, ...]) -> list[Stmt]:
    out: list[Stmt] = []
    for s in body:
        out.append(s)
        if not isinstance(s, If):
            for block in blocks(s):
                out += _unconditional(block)
    return out


def _range_floor(b: Builder, stop: Affine) -> None:
    rising = [a for a, c in stop.terms if c == 1]
    falling = [(a, c) for a, c in stop.terms if c < 0]
    if len(rising) == 1 and falling:
        floor = " + ".join(f"{-c} * {b.ceiling(a)}" for a, c in falling)
        _raise(b, b.ceiling(rising[0]), floor)


def _raise(b: Builder, symbol: str, floor: str) -> None:
    if symbol in b.symbols and not b.symbols[symbol] and symbol not in floor:
        b.symbols[symbol] = floor


def _sizes_in(b: Builder, stop: Expr) -> set[str]:
    lengths = (y for y in walk(b.facts.resolved(stop)) if isinstance(y, Length))
    return {n for n in free_names(stop) if n in b.symbols} | {b.size(y) for y in lengths}


def _read_floor(b: Builder, array: str, k: int, x: Expr | Slice, loops: dict[str, For]) -> None:
    if isinstance(x, Slice) or any(isinstance(y, Read) for y in walk(x)):
        return
    form = affine(x)
    length = b.facts.resolved(Length(array, k))
    if form is None or not isinstance(length, Length | Name):
        return
    moving = [loop for var, loop in loops.items() if form.coefficient(Name(var)) == 1]  # the outer ones first
    if len(moving) > 1:
        width, around = (_sizes_in(b, loop.stop) for loop in (moving[-1], moving[0]))
        b.windows |= width - around  # of chunks both are the array's own length
    if len(moving) == 1 and len(form.terms) == 1 and form.constant >= 0:
        floor = b.ceiling(moving[0].stop)
        if form.constant:
            floor = f"{floor} + {form.constant}"
        _raise(b, b.size(length), floor)
