"""Adds import statements at the top of a file, and functions above those that call them, where a person would have put them.

Comes in: a file, its tree and statements such as `import numpy as np`. Goes out: one edit that adds those that are missing:
in the first group of imports, before imports of the package's own modules, sorted among `import x` lines; else below the
docstring and `from __future__`; never inside `if` or `try`, never between two statements on one line. A new function goes above
the module's statement that holds its caller, and above the comments that stand directly on that.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from autovec.outcome import Edit, Span
from autovec.source.position import span
from autovec.source.text import SourceText


def with_additions(text: SourceText, tree: ast.Module, edits: Sequence[Edit]) -> list[Edit]:
    """The edits, and those that add the imports and the functions which they need."""
    imports = add_imports(text, tree, tuple(dict.fromkeys(s for edit in edits for s in edit.imports)))
    added = {e.span: e.after for e in imports}
    for edit in edits:
        if edit.definition:
            line = _line_above(text, tree, edit.span.line)
            place = Span(line, 0, line, 0)
            added[place] = f"{added.get(place, '')}{edit.definition}\n\n"
    return [*(Edit(place, "", after) for place, after in sorted(added.items())), *edits]


def _line_above(text: SourceText, tree: ast.Module, line: int) -> int:
    """The line to insert a function above which a statement on `line` calls."""
    holder = next(s for s in tree.body if span(s, text).line <= line <= (s.end_lineno or s.lineno))
    above = span(holder, text).line
    while above > 1 and text.line(above - 1).startswith("#"):
        above -= 1
    return above


def add_imports(text: SourceText, tree: ast.Module, statements: Sequence[str]) -> tuple[Edit, ...]:
    """One edit, or none where the module imports all of it already."""
    present = {ast.dump(s) for s in tree.body if isinstance(s, ast.Import | ast.ImportFrom)}
    wanted = [s for s in dict.fromkeys(statements) if ast.dump(ast.parse(s).body[0]) not in present]
    if not wanted:
        return ()
    line, before, after = _position(text, tree.body, ast.parse(wanted[0]).body[0])
    lines = "".join(f"{s}\n" for s in sorted(wanted, key=lambda s: (s.startswith("from "), s)))
    end = len(text.starts)
    if line > end:  # the last line has no newline
        column = len(text.line(end))
        return (Edit(Span(end, column, end, column), "", f"\n{before}{lines}".removesuffix("\n")),)
    return (Edit(Span(line, 0, line, 0), "", f"{before}{lines}{after}"),)


def _position(text: SourceText, body: list[ast.stmt], new: ast.stmt) -> tuple[int, str, str]:
    """The line to insert above, and the blank lines around the new text."""
    start = _after_preamble(body)
    imports = _leading_imports(body[start:])
    if not imports:
        return _without_imports(text, body, start)
    third_party = [s for s in imports if _section(s) == 1]
    later = [s for s in third_party if _order(s) > _order(new)]
    if later and _begins_line(later[0], body, text):
        return later[0].lineno, "", ""
    if third_party:
        return _below(third_party[-1], body), "", ""
    standard = [s for s in imports if _section(s) == 0]
    if standard:
        line = _below(standard[-1], body)
        return line, "\n", "" if _is_blank(text, line) else "\n"
    return (imports[0].lineno, "", "\n") if _begins_line(imports[0], body, text) else (_below(imports[-1], body), "", "")


def _without_imports(text: SourceText, body: list[ast.stmt], start: int) -> tuple[int, str, str]:
    if start:
        line = _below(body[start - 1], body)
        return line, "\n", "" if line > len(text.starts) or _is_blank(text, line) else "\n"
    if not body:
        return 1, "", ""
    first = span(body[0], text).line
    above = first
    while above > 1 and text.line(above - 1).startswith("#"):
        above -= 1
    line = first if above == 1 else above  # a comment on line 1 is the file's, not the statement's
    return line, "", "\n\n" if isinstance(body[0], ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else "\n"


def _after_preamble(body: list[ast.stmt]) -> int:
    """The index of the first statement behind the docstring and the `from __future__` imports."""
    at = 0
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *_]:
            at = 1
        case _:
            pass
    while at < len(body) and _is_future(body[at]):
        at += 1
    return at


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"


def _leading_imports(body: list[ast.stmt]) -> list[ast.Import | ast.ImportFrom]:
    found: list[ast.Import | ast.ImportFrom] = []
    for statement in body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        found.append(statement)
    return found


def _order(statement: ast.stmt) -> tuple[bool, str]:
    """`import x` goes before `from x import y`, each in the order of the alphabet."""
    return isinstance(statement, ast.ImportFrom), _module(statement)


def _section(statement: ast.Import | ast.ImportFrom) -> int:
    """0 for the standard library, 1 for others, 2 for the package's own."""
    if isinstance(statement, ast.ImportFrom) and statement.level:
        return 2
    return 0 if _module(statement).split(".")[0] in sys.stdlib_module_names else 1


def _module(statement: ast.stmt) -> str:
    match statement:
        case ast.Import(names=[first, *_]):
            return first.name
        case ast.ImportFrom(module=str(module)):
            return module
        case _:
            return ""


def _below(statement: ast.stmt, body: list[ast.stmt]) -> int:
    """The first line below a statement that no statement which shares a line with it reaches."""
    end = statement.end_lineno or statement.lineno
    for other in body:
        if other.lineno <= end:
            end = max(end, other.end_lineno or end)
    return end + 1


def _begins_line(statement: ast.stmt, body: list[ast.stmt], text: SourceText) -> bool:
    line = statement.lineno
    alone = all(other is statement or (other.end_lineno or 0) < line or other.lineno >= line for other in body)
    return alone and not text.line(statement.lineno)[: span(statement, text).column].strip(" \t\f")


def _is_blank(text: SourceText, line: int) -> bool:
    return line > len(text.starts) or not text.line(line).strip()
