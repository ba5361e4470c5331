"""A small front end for the tests of rules: just enough Python to raise their loops, shared with nothing in the package.

Comes in: a function's source. Goes out: what `autovec.lift.template.raise_template` gives.
Loops that it cannot read fail the test.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from autovec.expression import Apply, Axis, Const, Expr, Length, Name, Read, Reduce
from autovec.tensor.statement import Extent

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Mod: "%", ast.BitAnd: "&", ast.BitOr: "|"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def raise_small(source: str, _shapes: str) -> tuple[Expr, tuple[str, ...]]:
    """The value that the function returns, and its axes in order; `source` may also be bare statements."""
    return read_small(source).result()


def read_small(source: str) -> Reader:
    """The same, with the extents of the axes."""
    reader = Reader()
    tree = ast.parse(source).body
    body = tree[0].body if isinstance(tree[0], ast.FunctionDef) else tree
    reader.block(body, (), None)
    return reader


@dataclass
class Reader:
    """What was read so far: the values and axes of names, the loops inside of which each was set, the extents of the loops."""

    extents: dict[str, Extent] = field(default_factory=dict)
    values: dict[str, Expr] = field(default_factory=dict)
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    depth: dict[str, tuple[str, ...]] = field(default_factory=dict)
    last: str = ""
    returned: Expr | None = None

    def result(self) -> tuple[Expr, tuple[str, ...]]:
        """The returned value, or the last one assigned."""
        if self.returned is not None and not (isinstance(self.returned, Name) and self.returned.id in self.axes):
            return self.returned, ()
        name = self.returned.id if isinstance(self.returned, Name) else self.last
        return self.values[name], self.axes[name]

    def block(self, body: list[ast.stmt], loops: tuple[str, ...], mask: Expr | None) -> None:
        for s in body:
            self.statement(s, loops, mask)

    def statement(self, s: ast.stmt, loops: tuple[str, ...], mask: Expr | None) -> None:
        match s:
            case ast.For():
                self.loop(s, loops, mask)
            case ast.If(test, [ast.Assign([ast.Name(id)], value)], []) if self.is_best(test, id, value):
                op = {"<": "min", ">": "max"}[_COMPARE[type(test.ops[0])]]
                self.fold(ast.Name(id), op, self.expr(value), loops, mask)
            case ast.If(test, [ast.Assign([ast.Name(id)], value), ast.Assign([ast.Name(at)])], []) if self.is_best(
                test, id, value
            ):
                op = {"<": "argmin", ">": "argmax"}[_COMPARE[type(test.ops[0])]]
                self.fold(ast.Name(at), op, self.expr(value), loops, mask)
            case ast.If(test, then, []):
                test = self.expr(test)
                self.block(then, loops, test if mask is None else Apply("and", (mask, test)))
            case ast.If(test, [ast.Assign([target], a)], [ast.Assign(_, b)]):
                self.assign(target, Apply("where", (self.expr(test), self.expr(a), self.expr(b))), loops, mask)
            case ast.AugAssign(target, op, value):
                self.fold(target, _BINARY[type(op)], self.expr(value), loops, mask)
            case ast.Assign([ast.Name(id) as target], ast.BinOp(ast.Name(same), op, value)) if id == same and loops:
                self.fold(target, _BINARY[type(op)], self.expr(value), loops, mask)
            case ast.Assign([ast.Name(id) as t], ast.Call(ast.Name("min" | "max" as op), [ast.Name(x), v])) if id == x and loops:
                self.fold(t, op, self.expr(v), loops, mask)
            case ast.Assign([ast.Name(id) as t], ast.BoolOp(op, [ast.Name(same), value])) if id == same and loops:
                self.fold(t, "and" if isinstance(op, ast.And) else "or", self.expr(value), loops, mask)
            case ast.Assign([ast.Name(id)], ast.Call()) if not loops:
                self.last = id
            case ast.Assign([target], value):
                self.assign(target, self.expr(value), loops, mask)
            case ast.Return(value):
                self.returned = self.expr(value)
            case _:
                raise ValueError(ast.unparse(s))

    def is_best(self, test: ast.expr, name: str, value: ast.expr) -> bool:
        sides = [ast.unparse(test.left), ast.unparse(test.comparators[0])] if isinstance(test, ast.Compare) else []
        return sides == [ast.unparse(value), name]

    def loop(self, s: ast.For, loops: tuple[str, ...], mask: Expr | None) -> None:
        match s.target, s.iter:
            case ast.Name(i), ast.Call(ast.Name("range")):
                axis = i
                bounds = [self.expr(a) for a in s.iter.args]
                self.extents[axis] = Extent(*(bounds if len(bounds) > 1 else [Const(0), *bounds]), 1)
            case ast.Tuple([ast.Name(i), ast.Name(x)]), ast.Call(ast.Name("enumerate"), [ast.Name(a)]):
                axis, self.values[x] = i, Read(a, (Axis(i),))
            case ast.Tuple(names), ast.Call(ast.Name("zip"), arrays):
                axis = "_".join(n.id for n in names)
                self.values |= {n.id: Read(a.id, (Axis(axis),)) for n, a in zip(names, arrays, strict=True)}
            case ast.Name(x), ast.Name(a):
                axis, self.values[x] = f"{x}_", Read(a, (Axis(f"{x}_"),))
            case _:
                raise ValueError(ast.unparse(s))
        self.values[axis] = Axis(axis)
        self.block(s.body, (*loops, axis), mask)

    def assign(self, target: ast.expr, value: Expr, loops: tuple[str, ...], mask: Expr | None) -> None:
        match target:
            case ast.Name(id):
                self.values[id], self.depth[id] = value, loops
            case ast.Subscript(ast.Name(id)):
                at = [self.expr(x).id for x in _subscripts(target)]
                self.values[id], self.axes[id] = value, tuple(at)
        self.last = id
        self.axes.setdefault(id, ())

    def fold(self, target: ast.expr, op: str, value: Expr, loops: tuple[str, ...], mask: Expr | None) -> None:
        """`target op= value`: over the loops that the target's subscript lacks; a local total is replaced by its fold."""
        at = tuple(self.expr(x).id for x in _subscripts(target)) if isinstance(target, ast.Subscript) else ()
        name = target.value.id if isinstance(target, ast.Subscript) else target.id
        value = Apply("neg", (value,)) if op == "-" else value
        over = tuple(a for a in loops if a not in at)
        if isinstance(target, ast.Name):  # the loops that the total is carried through: all whose axis is still free later
            over = self.carried(name, loops)
        total = Reduce("+" if op == "-" else op, over, value, mask) if over else value
        self.values[name], self.axes[name], self.last = total, at, name

    def carried(self, name: str, loops: tuple[str, ...]) -> tuple[str, ...]:
        """The loops inside of which `name` was set last."""
        return tuple(a for a in loops if a not in self.depth.get(name, ()))

    def expr(self, e: ast.expr) -> Expr:
        match e:
            case ast.Constant(value):
                return Const(value)
            case ast.Name(id):
                return self.values.get(id, Name(id)) if id not in self.axes or self.axes[id] == () else Name(id)
            case ast.BinOp(a, op, b):
                return Apply(_BINARY[type(op)], (self.expr(a), self.expr(b)))
            case ast.UnaryOp(ast.USub(), a):
                return Apply("neg", (self.expr(a),))
            case ast.UnaryOp(ast.Not(), a):
                return Apply("not", (self.expr(a),))
            case ast.Compare(a, [op], [b]):
                return Apply(_COMPARE[type(op)], (self.expr(a), self.expr(b)))
            case ast.BoolOp(op, [a, b]):
                return Apply("and" if isinstance(op, ast.And) else "or", (self.expr(a), self.expr(b)))
            case ast.IfExp(c, a, b):
                return Apply("where", (self.expr(c), self.expr(a), self.expr(b)))
            case ast.Subscript(ast.Attribute(ast.Name(a), "shape"), ast.Constant(axis)):
                return Length(a, axis)
            case ast.Subscript():
                return Read(_root(e), tuple(self.expr(x) for x in _subscripts(e)))
            case ast.Call(ast.Name("len"), [ast.Name(a)]):
                return Length(a, 0)
            case ast.Call(f, args):
                return Apply(ast.unparse(f), tuple(self.expr(a) for a in args))
            case ast.Attribute():
                return Name(ast.unparse(e))
        raise ValueError(ast.unparse(e))


def _root(e: ast.expr) -> str:
    while isinstance(e, ast.Subscript):
        e = e.value
    return e.id


def _subscripts(e: ast.expr) -> list[ast.expr]:
    if not isinstance(e, ast.Subscript):
        return []
    own = list(e.slice.elts) if isinstance(e.slice, ast.Tuple) else [e.slice]
    return [*_subscripts(e.value), *own]
