"""The region of a comprehension, and the place of its new text in the statement around it.

Comes in: a site whose node is a comprehension or a builtin's call on one. Goes out: a `Region` whose text binds the value to a
name, which is what is checked and measured; and, for a candidate that stands the check, the text that lands in the file: the
expression alone where it needs no line in front, else the whole statement with those lines (and the old one as their fallback).
Not handled: lines in front of something that may not be evaluated, or more than once.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import pairwise

from autovec.emit.value import Form
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact
from autovec.outcome import Refusal
from autovec.propose.candidates import Candidate, with_fallback
from autovec.propose.reading import Reading, locate_statement
from autovec.propose.region import Region
from autovec.source.comments import comments_in
from autovec.source.comprehension import RESULT, consumer, read_comprehension
from autovec.source.expressions import BUILTINS, Scope, canonical, read_expression
from autovec.source.find import Site, walk_sites
from autovec.source.liveness import live_out, only_converted
from autovec.source.position import dedented, indentation, offsets, span, span_between, with_plain_newlines
from autovec.source.scopes import free_loads
from autovec.source.text import SourceText, from_text

DOUBLES = frozenset(("float", "float64"))
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
SCOPES = (ast.Lambda, ast.JoinedStr, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
ARRAYS = frozenset(("np.array", "np.asarray"))
DTYPES = frozenset(("float", "np.float64", "np.double"))


def comprehension_region(reading: Reading, site: Site) -> Region | Refusal:
    """The region of a comprehension: its value, bound to a name."""
    assert isinstance(site.node, ast.expr)
    path = _path(site.statement, site.node)
    blocked = _unmovable(path)
    if blocked is not None:
        return blocked
    scope = reading.reader.scope
    node, kind = _whole(path, scope)
    read = read_comprehension(_generator(node, kind), scope, reading.names)
    if isinstance(read, Refusal):
        return read
    if read.assigned & (live_out(site.function, (site.statement,)) | free_loads(_others(site.statement, node))):
        return Refusal("AV033", f"`{', '.join(sorted(read.assigned))}` is read behind the comprehension")
    located = locate_statement(reading, site.statement.lineno, site.statement.col_offset, read.loop)
    if located is None:
        return Refusal("AV014", "the statement around the comprehension cannot be read")
    name = _fresh(reading.names)
    where = span(node, reading.module.text)
    loose = kind in ("sum", "product") and _tolerant(reading, site, path[: path.index(node)], node, located.facts)
    text = dedented(where, reading.module.text)
    if kind == "list" and _stored(site.statement, node, located.facts):  # the store makes an array of it anyway
        kind, text = "array", f"{reading.module.bindings.numpy_name(reading.function.enclosing, node.lineno).name}.array({text})"
    form = Form(kind or read.form, name, read.stops, loose)
    inputs = free_loads((node,)) - read.assigned
    text = f"{name} = {text}\n"
    outputs = frozenset((name,))
    free = outputs | {RESULT} if loose else frozenset[str]()
    return Region(
        reading, site, (node,), (), read.loop, located.facts, located.inside, where, text, inputs, outputs, free, form,
    )  # fmt: skip


def _stored(statement: ast.stmt, node: ast.expr, facts: Facts) -> bool:
    """Whether the value goes into a part of an array."""
    match statement:
        case ast.Assign([ast.Subscript(ast.Name(id))], value) if value is node:
            fact = facts.names.get(id)
            return isinstance(fact, ArrayFact) and fact.container == "ndarray"
        case _:
            return False


def _path(statement: ast.stmt, node: ast.expr) -> list[ast.AST]:
    """The nodes from the statement down to `node`, both included."""
    parents = {child: parent for parent in ast.walk(statement) for child in ast.iter_child_nodes(parent)}
    path: list[ast.AST] = [node]
    while path[-1] is not statement:
        path.append(parents[path[-1]])
    return path[::-1]


def _unmovable(path: list[ast.AST]) -> Refusal | None:
    if isinstance(path[0], ast.While):
        return Refusal("AV014", "a comprehension in the test of a `while` loop")
    if any(isinstance(p, SCOPES) for p in path[:-1]):
        return Refusal("AV014", "a comprehension inside a lambda, a format string or another comprehension")
    return None


def _whole(path: list[ast.AST], scope: Scope) -> tuple[ast.expr, str]:
    """The expression to replace: the comprehension, or the call around it that makes one value of it ("" or its form)."""
    node, around = path[-1], path[-2]
    assert isinstance(node, ast.expr)
    if isinstance(node, ast.Call) and canonical(node.func, scope) == "np.fromiter" and _of_doubles(node, scope):
        return node, "doubles"
    if not isinstance(around, ast.Call) or around.args != [node] or not isinstance(node, ast.ListComp):
        found = consumer(node, scope)
        return node, found[0] if found else ""
    fn = canonical(around.func, scope)
    if fn in ARRAYS and (not around.keywords or _of_doubles(around, scope)):
        return around, "doubles" if around.keywords else "array"
    if fn == "len" and not around.keywords and node.generators[-1].ifs:
        return around, "count"
    found = consumer(around, scope)
    return (around, found[0]) if found else (node, "list")


def _of_doubles(call: ast.Call, scope: Scope) -> bool:
    """Whether the only option of a call is that it makes an array of floats of its elements."""
    return [k.arg for k in call.keywords] == ["dtype"] and canonical(call.keywords[0].value, scope) in DTYPES


def _generator(node: ast.expr, kind: str) -> ast.expr:
    """What builds the elements: of np.array([...]) and np.fromiter(...) the list, of len([... if c]) one 1 for each element."""
    match kind, node:
        case ("array" | "doubles" | "count"), ast.Call(_, [ast.GeneratorExp() | ast.ListComp() as inner]):
            elt, generators = inner.elt, inner.generators
            made = ast.copy_location(ast.Constant(1), elt) if kind == "count" else elt
            return ast.copy_location(ast.ListComp(made, generators), inner)
        case _:
            return node


def _fresh(names: frozenset[str]) -> str:
    name, k = "result", 2
    while name in names:
        name, k = f"result_{k}", k + 1
    return name


# ------------------------------------------------------------------ who could tell 0 from 0.0


def _tolerant(reading: Reading, site: Site, above: list[ast.AST], node: ast.expr, facts: Facts) -> bool:
    """Whether what takes the value makes the same of the integer 0 and of 0.0."""
    scope = reading.reader.scope
    match above[-1]:
        case ast.Call(func, [_], []):
            fn = canonical(func, scope) or ""
            return fn == "float" or fn.startswith("math.")
        case ast.BinOp(left, ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right):
            other = facts.kinds(read_expression(right if left is node else left, scope))
            divided = isinstance(op, ast.Div) and left is node and other <= DOUBLES | {"int"}
            return bool(other) and (divided or other <= DOUBLES)
        case ast.AugAssign(ast.Name(id)):
            kinds = facts.kinds(read_expression(ast.Name(id, ast.Load()), scope))
            return bool(kinds) and kinds <= DOUBLES
        case ast.Assign([ast.Subscript()]):
            return _stored(above[-1], node, facts)
        case ast.Assign([ast.Name(id)]):
            return only_converted(site.function, (site.statement,), id, reading.module.bindings, reading.function.enclosing)
        case _:
            return False


# ------------------------------------------------------------------ landing


def placed(found: tuple[Candidate, ...]) -> tuple[Candidate, ...] | Refusal:
    """The candidates that fit into the statement around the comprehension, each with the text that goes there."""
    every = [(c, landed(c)) for c in found]
    fitting = tuple(replace(c, landed=x) for c, x in every if not isinstance(x, Refusal))
    return fitting or next(x for _, x in every if isinstance(x, Refusal))


def landed(c: Candidate) -> Candidate | Refusal:
    """The candidate as it goes into the file."""
    r, node = c.region, c.region.nodes[0]
    assert r.form is not None and isinstance(node, ast.expr)
    *front, last = c.new.text.rstrip("\n").split("\n")
    value = last.removeprefix(f"{r.form.name} = ")
    source = r.reading.module.text
    statement = r.site.statement
    fitting = _fitting(r, statement, value)
    if isinstance(fitting, Refusal):
        return fitting
    if not front and not c.new.conditions and not comments_in(r.span, source):
        return replace(c, text=fitting[0], new=replace(c.new, text=f"{fitting[0]}\n"))
    blocked = _not_once(r, node)
    if blocked is not None:
        return blocked
    where = span(statement, source)
    text = "\n".join([*front, fitting[1]]) + "\n"
    around = replace(r, nodes=(statement,), span=where, text=dedented(where, source) + "\n")
    fast = replace(c.new, text=text)
    return Candidate(around, fast, with_fallback(text, c.new.conditions, around) if c.new.conditions else text)


def _fitting(r: Region, statement: ast.stmt, value: str) -> tuple[str, str] | Refusal:
    """The expression as it stands in the statement, in parentheses where it needs them, and the statement with it."""
    node, source = r.nodes[0], r.reading.module.text
    assert isinstance(node, ast.expr)
    root = next(p for p in _path(statement, node) if isinstance(p, ast.expr))
    for text in (value, f"({value})"):
        if _same_but(root, node, _with_hole(root, node, text, source), text):
            return text, _moved(statement, _with_hole(statement, node, text, source), source)
    return Refusal("AV005", "the new expression does not fit into its statement")


def _with_hole(around: ast.stmt | ast.expr, node: ast.expr, text: str, source: SourceText) -> str:
    """The text of `around` with `text` in the place of `node`."""
    start, end = offsets(span(around, source), source)
    first, last = offsets(span(node, source), source)
    return with_plain_newlines(source.text[start:first]) + text + with_plain_newlines(source.text[last:end])


def _moved(statement: ast.stmt, text: str, source: SourceText) -> str:
    """A statement's new text at column 0."""
    margin = indentation(source.line(statement.lineno))
    whole = from_text(margin + text)
    assert not isinstance(whole, Refusal)
    return dedented(span_between(len(margin), len(whole.text), whole), whole)


class _Swap(ast.NodeTransformer):
    """Puts one expression in the place of another."""

    def __init__(self, old: ast.AST, new: ast.expr):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The node, or the new one."""
        if node is self.old:
            return self.new
        copied = type(node)(**{name: _copied(getattr(node, name, None)) for name in node._fields})
        return self.generic_visit(copied)


def _copied(part: object) -> object:
    return list(part) if isinstance(part, list) else part  # type: ignore[reportUnknownArgumentType]


def _same_but(root: ast.expr, node: ast.expr, new: str, value: str) -> bool:
    """Whether the text `new` is the expression `root` with `value` in the place of `node`."""
    try:
        wanted = _Swap(node, ast.parse(value, mode="eval").body).visit(root)
        return ast.dump(ast.parse(f"({new})", mode="eval").body) == ast.dump(wanted)
    except SyntaxError:
        return False


def _not_once(r: Region, node: ast.expr) -> Refusal | None:
    """Why no line can go in front of the statement."""
    statement = r.site.statement
    if not isinstance(statement, SIMPLE):
        return Refusal("AV014", "the rewrite needs a line in front of the comprehension")
    path = _path(statement, node)
    for around, inner in pairwise(path):
        match around:
            case ast.BoolOp(values=[_, *rest]) if inner in rest:
                return Refusal("AV014", "the rewrite needs a line in front of something that may not be evaluated")
            case ast.IfExp(body=a, orelse=b) if inner in (a, b):
                return Refusal("AV014", "the rewrite needs a line in front of something that may not be evaluated")
            case ast.Compare(comparators=[_, *rest]) if inner in rest:
                return Refusal("AV014", "the rewrite needs a line in front of something that may not be evaluated")
            case _:
                pass
    if sum(s.statement is statement for s in walk_sites(r.reading.function.sites)) > 1:
        return Refusal("AV014", "the statement holds another comprehension, and the rewrite needs a line in front")
    ancestors = set(map(id, path))
    for other in (x for part in _others(statement, node) for x in ast.walk(part)):
        if id(other) not in ancestors and _may_act(other, r.reading.reader.scope):
            return Refusal("AV014", "the rewrite needs a line in front of a call that may do anything")
    return None


def _may_act(node: ast.AST, scope: Scope) -> bool:
    if isinstance(node, ast.Call):
        fn = canonical(node.func, scope) or ""
        return fn not in BUILTINS and not fn.startswith(("math.", "np."))
    return isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr)


def _others(statement: ast.stmt, node: ast.expr) -> list[ast.AST]:
    """The parts of a statement beside `node` and what it is in."""
    path = _path(statement, node)
    inside = set(map(id, path))
    return [child for p in path[:-1] for child in ast.iter_child_nodes(p) if id(child) not in inside]

