"""Types that a function's comments declare, as people wrote them before there were annotations.

Comes in: a function and the file's text. Goes out: the type's text for each parameter that has one:
`# type: (np.ndarray, int) -> float` below the header, or `# type: np.ndarray` behind a parameter that has its line for itself.
Not handled: comments on assignments.
"""

from __future__ import annotations

import ast
import re

from autovec.source.text import SourceText
from autovec.source.tree import FunctionNode

_WHOLE = re.compile(r"#\s*type:\s*\((.*)\)\s*->")
_ONE = re.compile(r"[^'\"#]*#\s*type:\s*([\w.\[\], ]+?)\s*(?:#.*)?")


def commented_types(function: FunctionNode, text: SourceText) -> dict[str, str]:
    """The parameters' types by name."""
    header = [text.line(k).rstrip() for k in range(function.lineno, function.body[0].lineno)]
    if not any("# type:" in line or "#type:" in line for line in header):
        return {}
    names = [*function.args.posonlyargs, *function.args.args]
    whole = next((m[1] for line in header if (m := _WHOLE.search(line))), None)
    return _of_each(names, text) if whole is None else _in_order([n.arg for n in names], whole)


def _in_order(names: list[str], types: str) -> dict[str, str]:
    """One type a parameter; a method's first one has none."""
    try:
        read = ast.parse(f"({types},)" if types.strip() else "()", mode="eval").body
    except SyntaxError:
        return {}
    given = [ast.unparse(e) for e in read.elts] if isinstance(read, ast.Tuple) else []
    if len(given) == len(names) - 1 and names[0] in ("self", "cls"):
        names = names[1:]
    return dict(zip(names, given, strict=True)) if len(given) == len(names) else {}


def _of_each(parameters: list[ast.arg], text: SourceText) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = [p.lineno for p in parameters]
    for p in parameters:
        match = _ONE.fullmatch(text.line(p.lineno).rstrip())
        if match and lines.count(p.lineno) == 1:
            found[p.arg] = match[1]
    return found
