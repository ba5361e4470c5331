"""Read statements that enclose others without changing what these do, and assertions.

Comes in: `with`, `try`, a loop's `else`, or `assert`. Goes out: the statements inside in their order, with what the header does
in front; an `assert` as a raise under the opposite condition. Not handled: a `with` that may swallow an exception and a `try`
with handlers, which stay statements that are not understood: what a loop in there leaves behind where it raises is seen.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from autovec.expression import Apply, Opaque, walk
from autovec.loops.statement import Exit, If, OpaqueStmt, Stmt
from autovec.outcome import Span
from autovec.source.exits import as_written, own_names
from autovec.source.expressions import Scope, canonical, read_expression
from autovec.source.targets import bound

Block = Callable[[list[ast.stmt]], tuple[Stmt, ...]]

PASSING_ON = frozenset((
    "open", "io.open", "gzip.open", "bz2.open", "lzma.open", "tarfile.open", "zipfile.ZipFile", "h5py.File", "np.errstate",
    "np.printoptions", "np.load", "warnings.catch_warnings", "contextlib.nullcontext", "contextlib.closing",
    "contextlib.redirect_stdout", "contextlib.redirect_stderr", "tempfile.TemporaryDirectory", "tempfile.TemporaryFile",
    "tempfile.NamedTemporaryFile", "torch.no_grad", "torch.inference_mode", "torch.enable_grad", "threading.Lock",
))  # fmt: skip
"""What may be entered by `with` and is known to hand every exception on."""


def hands_on(node: ast.With, scope: Scope) -> bool:
    """Whether a `with` is known to swallow no exception."""
    calls = [item.context_expr for item in node.items]
    return all(isinstance(c, ast.Call) and canonical(c.func, scope) in PASSING_ON for c in calls)


def head_of(node: ast.With) -> ast.With:
    """The `with` without its statements."""
    empty = ast.copy_location(ast.Pass(), node)
    return ast.copy_location(ast.With(node.items, [empty]), node)


def read_else(node: ast.For, block: Block) -> If:
    """The else clause of a loop as a branch on what only the loop knows."""
    first, last = node.orelse[0], node.orelse[-1]
    where = Span(first.lineno, first.col_offset, last.end_lineno or last.lineno, last.end_col_offset or 0)
    return If(Opaque("else", frozenset(), "the else clause of a loop"), block(node.orelse), (), where)


def read_finally(node: ast.Try, block: Block, span: Span) -> tuple[Stmt, ...]:
    """`try` without handlers: its statements, and those of `finally`, for which nothing that came before is certain."""
    text = "try: ... finally: ..."
    unsure = OpaqueStmt(text, frozenset(), bound(node.body), "an exception may have ended it", span)
    return (*block(node.body), unsure, *block(node.finalbody))


def read_assert(node: ast.Assert, scope: Scope, span: Span) -> tuple[Stmt, ...] | None:
    """`assert test, message`; None where the test is not understood."""
    test = read_expression(node.test, scope)
    if any(isinstance(x, Opaque) for x in walk(test)):
        return None
    failed = ast.Assert(ast.Constant(False), node.msg)
    names = own_names(node.msg, scope) if node.msg else ()
    return (If(Apply("not", (test,)), (Exit("raise", None, span, as_written(failed), names),), (), span),)
