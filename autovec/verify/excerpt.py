"""Where a rewrite stands in its file, so that a test can find it there again, also after somebody changed it.

Comes in: a file's text and the text of a rewrite. Goes out: an `Excerpt`, which says in words of the file where it stands; later,
from the file as it is then, the text that stands there. The rewrite is looked for by what it says first, then by its place: the
function, and how many statements stand in front of it and behind it. Not handled: rewrites that share a line with other code in a
way that their text alone does not show.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import takewhile

from autovec.record import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Moved(Exception):
    """What is looked for is not in the file any more; the text says what."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive statements: `body[2].orelse[1:-3]` of a function; or, with a name, the expression that the name stands for, and
    the statement around it."""

    function: str  # as Class.method
    place: str
    name: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Statements of one block, and the path of that block."""

    path: str
    block: list[ast.stmt]
    first: int
    count: int

    @property
    def place(self) -> str:
        behind = len(self.block) - self.first - self.count
        return f"{self.path}[{self.first}:{-behind if behind else ''}]"


def excerpt(text: str, new: str, line: int) -> Excerpt | None:
    """The place nearest to a line where the statements of `new` stand, or the value that they bind as their only statement."""
    wanted = ast.parse(new).body
    found = [(abs(at - line), e) for name, function in _functions(ast.parse(text)) for at, e in _places(name, function, wanted)]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def standing(text: str, where: Excerpt, new: str) -> str:
    """What stands in the file now where `new` stood. Raises `Moved`."""
    functions = [f for name, f in _functions(ast.parse(text)) if name == where.function]
    if not functions:
        raise Moved(f"there is no function `{where.function}` any more")
    found = (e for f in functions for _, e in _places(where.function, f, ast.parse(new).body))
    if any((e.name, e.statement) == (where.name, where.statement) for e in found):
        return new
    return _at(functions[-1], where)


def function_text(text: str, name: str) -> str:
    """The definition of a function of the file, wherever it stands. Raises `Moved`."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function) and node.name == name]
    if not found:
        raise Moved(f"there is no function `{name}` any more")
    return ast.unparse(found[-1]) + "\n"


def without_shared(old: str, new: str) -> tuple[str, str, str]:
    """The functions that both texts begin with, and both texts without them."""
    before, after = ast.parse(old).body, ast.parse(new).body
    pairs = takewhile(lambda pair: isinstance(pair[0], Function) and _is_same(*pair), zip(before, after, strict=False))
    shared = len(list(pairs))
    return _text(before[:shared]), _rest(old, before, shared), _rest(new, after, shared)


def _text(statements: list[ast.stmt]) -> str:
    return "".join(f"{ast.unparse(s)}\n" for s in statements)


def _rest(text: str, statements: list[ast.stmt], shared: int) -> str:
    if not shared:
        return text
    return "".join(text.splitlines(keepends=True)[(statements[shared - 1].end_lineno or 0) :]).lstrip("\n")


def _functions(tree: ast.AST, owner: str = "") -> Iterator[tuple[str, Function]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield f"{owner}{node.name}", node
        inner = f"{owner}{node.name}." if isinstance(node, Function | ast.ClassDef) else owner
        yield from _functions(node, inner)


def _places(name: str, function: Function, wanted: list[ast.stmt]) -> Iterator[tuple[int, Excerpt]]:
    """The line and the place of each occurrence."""
    for run in _runs(function, "", len(wanted)):
        if all(map(_is_same, run.block[run.first : run.first + run.count], wanted)):
            yield run.block[run.first].lineno, Excerpt(name, run.place)
    match wanted:
        case [ast.Assign(targets=[ast.Name(id=bound)], value=value)]:
            for run in _runs(function, "", 1):
                statement = run.block[run.first]
                for path, node in _expressions(statement, f"{run.path}[{run.first}]"):
                    if _is_same(node, value):
                        yield node.lineno, Excerpt(name, path, bound, ast.unparse(statement))
        case _:
            return


def _runs(node: ast.AST, path: str, count: int) -> Iterator[_Run]:
    for field, block in _blocks(node):
        here = f"{path}.{field}".lstrip(".")
        yield from (_Run(here, block, first, count) for first in range(len(block) - count + 1) if count)
        for k, s in enumerate(block):
            yield from _runs(s, f"{here}[{k}]", count)


def _blocks(node: ast.AST) -> Iterator[tuple[str, list[ast.stmt]]]:
    for field, value in ast.iter_fields(node):
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt | ast.ExceptHandler | ast.match_case):
            yield field, value  # pyright: ignore[reportUnknownVariableType]


def _expressions(node: ast.AST, path: str) -> Iterator[tuple[str, ast.expr]]:
    """Those of a statement, without those of the statements in it."""
    for field, value in ast.iter_fields(node):
        for k, child in enumerate(value) if isinstance(value, list) else [(None, value)]:  # pyright: ignore
            if isinstance(child, ast.AST) and not isinstance(child, ast.stmt):
                here = f"{path}.{field}".lstrip(".") + ("" if k is None else f"[{k}]")
                if isinstance(child, ast.expr):
                    yield here, child
                yield from _expressions(child, here)


def _is_same(a: ast.AST, b: ast.AST) -> bool:
    return ast.dump(a) == ast.dump(b)


def _at(function: Function, where: Excerpt) -> str:
    found: object = function
    for step in where.place.split("."):
        field, _, index = step.partition("[")
        found = getattr(found, field, None)
        found = _indexed(found, index.rstrip("]")) if index else found
    if isinstance(found, ast.expr) and where.name:
        return f"{where.name} = {ast.unparse(found)}\n"
    if isinstance(found, list) and found and not where.name:
        return _text(found)  # pyright: ignore[reportUnknownArgumentType]
    raise Moved(f"`{where.function}` has no statements any more where the rewrite stood")


def _indexed(values: object, index: str) -> object:
    if not isinstance(values, list):
        return None
    first, colon, last = index.partition(":")
    if colon:
        return values[int(first) : int(last) if last else None]  # pyright: ignore[reportUnknownVariableType]
    return values[int(first)] if int(first) < len(values) else None  # pyright: ignore
