"""Read a comprehension, or a generator that a builtin uses up, as the loop that it stands for.

Comes in: a list comprehension or a call such as `sum(x * x for x in xs)`, and what the names in it mean. Goes out: a
`Comprehension`: the nest of loops that builds the value in a name of its own, which no text can hold, and how the value is made
from that. Rows and sums that the elements are made of become loops inside, a filter an `if`, `:=` a statement in front of it.
Not handled: asynchronous and dict comprehensions, `key=` and `default=`, lists that grow in two loops at once.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from autovec.expression import Apply, Const, Expr, Name, Opaque
from autovec.loops.statement import Append, Assign, For, If, Stmt
from autovec.outcome import RESULT, Refusal, Span
from autovec.record import dataclass
from autovec.source.expressions import Scope, canonical, read_expression
from autovec.source.iteration import iteration
from autovec.source.read import Reader, nest, span_of
from autovec.source.tree import walk_nodes

CONSUMERS = {"math.prod": "product"} | {name: name for name in ("sum", "min", "max", "any", "all", "list", "tuple")}
FOLDS = {"sum": "+", "product": "*", "min": "min", "max": "max", "any": "|", "all": "&"}
NAMES = {"sum": "total", "product": "product", "list": "row"}
STARTS = {"sum": Const(0), "product": Const(1)}
COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
Body = Callable[[Scope, list[ast.expr]], tuple[Stmt, ...]]  # the statements for an element under its filters
Generated = ast.ListComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class Comprehension:
    """`form` is list, tuple, sum, product, min, max, any or all; `stops` where it ends at the first element that decides."""

    form: str
    stops: bool
    loop: For
    assigned: frozenset[str]  # what `:=` binds in the function around


class _Unreadable(Exception):
    """Ends the reading with a refusal; never leaves this module."""

    def __init__(self, why: str, node: ast.expr):
        super().__init__(why)
        self.refusal = Refusal("AV014", why, span=span_of(node))


def consumer(node: ast.expr, scope: Scope) -> tuple[str, Generated] | None:
    """The form and the generator of a comprehension or of the call around one; None where it is neither."""
    match node:
        case ast.ListComp():
            return "list", node
        case ast.Call(func, [ast.ListComp() | ast.GeneratorExp() as inner], []):
            form = CONSUMERS.get(canonical(func, scope) or "")
            return None if form is None else (form, inner)
        case _:
            return None


def read_comprehension(node: ast.expr, scope: Scope, taken: frozenset[str]) -> Comprehension | Refusal:
    """The loop that `node` stands for; its variables get names that are not `taken`."""
    found = consumer(node, scope)
    if found is None:
        what = ast.unparse(node.func) if isinstance(node, ast.Call) else "this expression"
        return Refusal("AV014", f"what {what}() makes of its elements is not known, or it has options", span=span_of(node))
    form, inner = found
    reader = Lowering(Reader(scope, dict.fromkeys(taken, 1)), span_of(node))
    try:
        body = reader.generated(form, inner, scope, RESULT)
    except _Unreadable as obstacle:
        return obstacle.refusal
    if len(body) != 1 or not isinstance(body[0], For):
        return Refusal("AV014", "a loop variable that is assigned in the comprehension", span=span_of(node))
    stops = form in ("any", "all") and isinstance(inner, ast.GeneratorExp)
    return Comprehension(form, stops, body[0], frozenset(n.target.id for n in walk_nodes(node) if isinstance(n, ast.NamedExpr)))


@dataclass(slots=True)
class Lowering:
    """Turns comprehensions into loops; every statement has the place of the outermost."""

    reader: Reader
    span: Span

    def generated(self, form: str, node: Generated, scope: Scope, result: str) -> tuple[Stmt, ...]:
        """The loops that build `result` from the elements of `node`."""
        return self._generators(node.generators, scope, lambda inner, tests: self._element(form, node.elt, inner, result, tests))

    def _generators(self, generators: list[ast.comprehension], scope: Scope, body_of: Body) -> tuple[Stmt, ...]:
        first, *rest = generators
        found = None if first.is_async else iteration(first.target, first.iter, scope)
        if found is None:
            raise _Unreadable(f"the iteration over {ast.unparse(first.iter)} has no positions", first.iter)
        assigned = {n.target.id for test in first.ifs for n in walk_nodes(test) if isinstance(n, ast.NamedExpr)}

        def body(inner: Scope) -> tuple[Stmt, ...]:
            if rest and not first.ifs:
                return self._generators(rest, inner, body_of)
            if rest:
                raise _Unreadable("a filter in front of another loop", first.ifs[0])
            return body_of(inner, first.ifs)

        return nest(found, self.reader, scope, self.span, assigned, body)

    def _element(self, form: str, node: ast.expr, scope: Scope, result: str, tests: list[ast.expr]) -> tuple[Stmt, ...]:
        """What is done with one element, under the filters."""
        if form in ("any", "all"):
            return self._decided(form, node, scope, result, tests)
        made: list[Stmt] = []
        value = self._lowered(node, scope, made)
        last: Stmt = Assign(Name(result), FOLDS[form], value, self.span) if form in FOLDS else Append(result, value, self.span)
        body: tuple[Stmt, ...] = (*made, last)
        for test in reversed(tests):
            front: list[Stmt] = []
            condition = self._lowered(test, scope, front)
            body = (*front, If(condition, body, (), self.span))
        return body

    def _decided(self, form: str, node: ast.expr, scope: Scope, result: str, tests: list[ast.expr]) -> tuple[Stmt, ...]:
        """any and all fold the truth; a filter is a part of it."""
        made: list[Stmt] = []
        value = truth(self._lowered(node, scope, made))
        for test in reversed(tests):
            condition = truth(self._lowered(test, scope, made))
            value = Apply("and", (condition, value)) if form == "any" else Apply("or", (Apply("not", (condition,)), value))
        if made:
            raise _Unreadable("a test that is made in several steps", node)
        return (Assign(Name(result), FOLDS[form], value, self.span),)

    def _lowered(self, node: ast.expr, scope: Scope, made: list[Stmt]) -> Expr:
        """`node` as an expression; comprehensions and assignments in it become statements in front."""
        steps = _Steps(self, scope, made)
        changed = steps.visit(node)
        assert isinstance(changed, ast.expr)
        return read_expression(changed, scope.without(steps.names))

    def row(self, form: str, node: Generated, scope: Scope, made: list[Stmt]) -> str:
        """A comprehension that an element is made of, built in a name of its own."""
        if form not in NAMES:
            raise _Unreadable(f"{form}() inside a comprehension", node)
        name = self._name(NAMES[form])
        made.append(Assign(Name(name), None, STARTS.get(form, Apply("list", ())), self.span))
        made += self.generated(form, node, scope, name)
        return name

    def _name(self, base: str) -> str:
        """A name that no text uses."""
        name, k = base, 2
        while name in self.reader.taken:
            name, k = f"{base}_{k}", k + 1
        self.reader.taken[name] = 1
        return name


class _Steps(ast.NodeTransformer):
    """Replaces what needs statements by names; only where it is evaluated whenever the whole is."""

    def __init__(self, lowering: Lowering, scope: Scope, made: list[Stmt]):
        self.lowering, self.scope, self.made = lowering, scope, made
        self.names: frozenset[str] = frozenset()

    def visit(self, node: ast.AST) -> ast.AST:
        """The node, or the name that holds its value."""
        if isinstance(node, ast.expr) and (found := consumer(node, self.scope)):
            return _named(self.lowering.row(*found, self.scope, self.made), node)
        match node:
            case ast.NamedExpr(ast.Name(id), value):
                held = read_expression(value, self.scope.without(self.names))
                self.made.append(Assign(Name(id), None, held, self.lowering.span))
                self.names |= {id}
                return _named(id, node)
            case ast.BoolOp() | ast.IfExp() | ast.Lambda() | ast.GeneratorExp() | ast.SetComp() | ast.DictComp():
                return node  # what is inside may not be evaluated at all: it stays, and is refused where it needs a statement
            case _:
                copied = ast.copy_location(type(node)(**{name: getattr(node, name) for name in node._fields}), node)
                for name in node._fields:
                    setattr(copied, name, self._part(getattr(node, name)))
                return copied

    def _part(self, part: object) -> object:
        if isinstance(part, list):
            return [self.visit(p) if isinstance(p, ast.AST) else p for p in part]  # type: ignore[reportUnknownVariableType]
        return self.visit(part) if isinstance(part, ast.AST) else part


def _named(name: str, node: ast.expr) -> ast.Name:
    return ast.copy_location(ast.Name(name, ast.Load()), node)


def truth(e: Expr) -> Expr:
    """`e` as a boolean."""
    match e:
        case Apply("and" | "or" | "not" as fn, args):
            return Apply(fn, tuple(map(truth, args)))
        case Apply(fn, _) if fn in COMPARISONS or fn == "bool":
            return e
        case Const(bool()) | Opaque():
            return e
        case _:
            return Apply("bool", (e,))


__all__ = ["CONSUMERS", "RESULT", "Comprehension", "consumer", "read_comprehension", "truth"]
