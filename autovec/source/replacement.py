"""Puts new text in the place of an expression inside its statement.

Comes in: the statement, the expression, its new text. Goes out: the text as it stands there, in parentheses where it needs them,
and the whole statement with it; also why no line can go in front of the statement. What was put together is parsed and compared
with the tree that it must be.
"""

from __future__ import annotations

import ast
from itertools import pairwise

from autovec.outcome import Refusal
from autovec.source.consumer import others, path_to
from autovec.source.expressions import BUILTINS, Scope, canonical
from autovec.source.find import Function, Site, walk_sites
from autovec.source.position import Located, dedented, indentation, offsets, span, span_between, with_plain_newlines
from autovec.source.text import SourceText, from_text
from autovec.source.tree import walk_nodes

_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Expr)
_MAYBE_NOT = "the rewrite needs a line in front of something that may not be evaluated"


def fitted(statement: ast.stmt, node: Located, value: str, source: SourceText) -> tuple[str, str] | Refusal:
    """The expression as it stands in the statement, and the statement with it, at column 0."""
    root = next(p for p in path_to(statement, node) if isinstance(p, ast.expr))
    for text in (value, f"({value})"):
        if _same_but(root, node, _with_hole(root, node, text, source), text):
            return text, _moved(statement, _with_hole(statement, node, text, source), source)
    return Refusal("AV005", "the new expression does not fit into its statement")


def _with_hole(around: ast.stmt | ast.expr, node: Located, text: str, source: SourceText) -> str:
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
    """Puts one expression in the place of another, in a copy."""

    def __init__(self, old: ast.AST, new: ast.expr):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The node, or the new one."""
        if node is self.old:
            return self.new
        copied = type(node)(**{name: _copied(getattr(node, name, None)) for name in node._fields})
        return self.generic_visit(copied)


def _copied(part: object) -> object:
    return [*part] if isinstance(part, list) else part  # pyright: ignore[reportUnknownVariableType]


def _same_but(root: ast.expr, node: Located, new: str, value: str) -> bool:
    """Whether the text `new` is the expression `root` with `value` in the place of `node`."""
    try:
        wanted = _read_only(_Swap(node, ast.parse(value, mode="eval").body).visit(root))
        return ast.dump(ast.parse(f"({new})", mode="eval").body) == ast.dump(wanted)
    except SyntaxError:
        return False


def _read_only(copy: ast.AST) -> ast.AST:
    """A target as the expression that its text is when it stands alone."""
    if hasattr(copy, "ctx"):
        setattr(copy, "ctx", ast.Load())  # noqa: B010
    for inner in copy.elts if isinstance(copy, ast.Tuple | ast.List) else [copy.value] if isinstance(copy, ast.Starred) else []:
        _read_only(inner)
    return copy


def no_line_in_front(function: Function, site: Site, node: Located, scope: Scope) -> Refusal | None:
    """Why no line can go in front of the statement that holds `node`."""
    statement = site.statement
    if not isinstance(statement, _SIMPLE):
        return Refusal("AV014", "the rewrite needs a line in front of the comprehension")
    path = path_to(statement, node)
    if any(_may_skip(around, inner) for around, inner in pairwise(path)):
        return Refusal("AV014", _MAYBE_NOT)
    if sum(s.statement is statement for s in walk_sites(function.sites)) > 1:
        return Refusal("AV014", "the statement holds another comprehension, and the rewrite needs a line in front")
    ancestors = set(map(id, path))
    for other in (x for part in others(statement, node) for x in walk_nodes(part)):
        if id(other) not in ancestors and _may_act(other, scope):
            return Refusal("AV014", "the rewrite needs a line in front of a call that may do anything")
    return None


def _may_skip(around: ast.AST, inner: ast.AST) -> bool:
    """Whether `around` may be evaluated without its part `inner`."""
    match around:
        case ast.BoolOp(values=[_, *rest]) | ast.Compare(comparators=[_, *rest]):
            return inner in rest
        case ast.IfExp(body=a, orelse=b):
            return inner in (a, b)
        case _:
            return False


def _may_act(node: ast.AST, scope: Scope) -> bool:
    if isinstance(node, ast.Call):
        fn = canonical(node.func, scope) or ""
        return fn not in BUILTINS and not fn.startswith(("math.", "np."))
    return isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr)
