"""Text to syntax tree, with every way to fail as a `Refusal`.

Comes in: decoded text. Goes out: the tree of the standard library's `ast`, or AV001 (syntax error), AV002 (characters that
cannot be source) or AV003 (nested too deeply for Python's own parser). Warnings about the user's code are not ours to print.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import cast

from autovec.outcome import Refusal, Span

MAX_DEPTH = 150  # of one function; the recursive readers need about four frames a level of Python's 1,000

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Enclosing = tuple[FunctionNode, ...]  # the enclosing functions, outermost first, the function itself last; () is the module


def parse_tree(text: str) -> ast.Module | Refusal:
    """The tree of `text`, its newlines as they are."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except SyntaxError as error:
        return Refusal("AV001", f"syntax error on line {error.lineno}: {error.msg}", span=_where(error))
    except (RecursionError, MemoryError):
        return Refusal("AV003", "the file is nested too deeply to be parsed")
    except ValueError as error:
        return Refusal("AV002", f"the text is not Python source: {error}")


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly inside a node, in the order of the text, less those that only say how a name is used.

    What `ast.iter_child_nodes` does in a quarter of the time, without the contexts of names.
    """
    kind = type(node)
    fields = _FIELDS[kind] if kind in _FIELDS else _fields(kind)
    found: list[ast.AST] = []
    if fields is None:
        return found
    for value in fields(node):
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [item for item in cast("list[object]", value) if isinstance(item, ast.AST)]
    return found


def _fields(kind: type[ast.AST]) -> Callable[[ast.AST], tuple[object, ...]] | None:
    """What gives the fields of such nodes that may hold nodes; None where none does."""
    names = () if kind is ast.Constant else tuple(name for name in kind._fields if name not in _NO_NODES)
    several = names if len(names) != 1 else (*names, "_fields")  # of one name attrgetter gives no tuple
    _FIELDS[kind] = attrgetter(*several) if names else None
    return _FIELDS[kind]


_FIELDS: dict[type[ast.AST], Callable[[ast.AST], tuple[object, ...]] | None] = {}
_NO_NODES = frozenset({
    "id", "ctx", "attr", "kind", "type_comment", "lineno", "module", "level", "asname", "is_async", "simple",
})  # fmt: skip


def walk_nodes(node: ast.AST) -> Sequence[ast.AST]:
    """A node and all inside it, level by level as `ast.walk` gives them."""
    return _walked_once(node) if isinstance(node, FunctionNode) else _walked(node)


@lru_cache(maxsize=32)  # whoever reads a function walks it several times
def _walked_once(function: FunctionNode) -> Sequence[ast.AST]:
    return _walked(function)


def _walked(node: ast.AST) -> list[ast.AST]:
    found = [node]
    for each in found:  # it grows meanwhile
        if not is_leaf(each):
            found += children(each)
    return found


def is_leaf(node: ast.AST) -> bool:
    """Whether there can be no nodes inside a node, as in more than half of them: names, constants and operators."""
    return _FIELDS.get(type(node), _fields) is None


def too_deep(node: ast.AST) -> bool:
    """Is `node` nested deeper than a recursive reader can follow? Counted level by level, so that counting cannot fail."""
    level = [node]
    for depth in range(MAX_DEPTH):
        room = MAX_DEPTH - depth - _SLACK
        level = [child for parent in level for child in children(parent) if not _is_narrow(child, room)]
        if not level:
            return False
    return True


_SLACK = 10  # levels that take no character of their own: an expression as a statement, a constant as a pattern


def _is_narrow(node: ast.AST, width: int) -> bool:
    """Whether a node stands on one line and takes fewer characters than `width`, so that fewer levels fit into it."""
    if not isinstance(node, ast.expr | ast.stmt) or isinstance(node, FunctionNode | ast.ClassDef):
        return False  # decorators stand outside
    return node.lineno == node.end_lineno and (node.end_col_offset or width) - node.col_offset < width


def blocks(statement: ast.AST) -> Iterator[list[ast.stmt]]:
    """The statement lists directly inside a statement, in the order of the text; those of nested scopes too."""
    match statement:
        case ast.Try() | ast.TryStar():
            yield statement.body
            yield from (handler.body for handler in statement.handlers)
            yield from filter(None, (statement.orelse, statement.finalbody))
        case ast.Match(cases=cases):
            yield from (case.body for case in cases)
        case ast.For() | ast.AsyncFor() | ast.While() | ast.If():
            yield from filter(None, (statement.body, statement.orelse))
        case ast.With() | ast.AsyncWith() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Module():
            yield statement.body
        case _:
            return


def every_statement(tree: ast.Module) -> Iterator[ast.stmt]:
    """All statements of a file, those of functions and classes too, in no order."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        for block in blocks(waiting.pop()):
            yield from block
            waiting += block


def outermost_functions(tree: ast.Module) -> list[FunctionNode]:
    """The functions and methods that stand in no other function, in the order of the text."""
    found: list[FunctionNode] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        for block in blocks(waiting.pop()):
            found += [s for s in block if isinstance(s, FunctionNode)]
            waiting += [s for s in block if not isinstance(s, FunctionNode)]
    return sorted(found, key=lambda f: f.lineno)


def _where(error: SyntaxError) -> Span | None:
    if not error.lineno:
        return None
    column = max((error.offset or 1) - 1, 0)
    return Span(error.lineno, column, error.lineno, column + 1)
