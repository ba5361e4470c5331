"""A mark of each function's code that stays when comments, layout and the lines above it change.

Comes in: a file's text, or one function of it. Goes out: the marks, by the function's dotted name and the line on which Python
says that it begins (that of its first decorator).
"""

from __future__ import annotations

import ast
import hashlib

from autovec.outcome import Refusal
from autovec.source.text import SourceText
from autovec.source.tree import FunctionNode, blocks, parse_tree


def fingerprint(function: ast.AST) -> str:
    """The mark of one function."""
    return hashlib.blake2b(ast.dump(function).encode(errors="surrogatepass"), digest_size=12).hexdigest()


def fingerprints(text: SourceText) -> dict[tuple[str, int], str]:
    """The marks of all functions of a file."""
    tree = parse_tree(text.text)
    found: dict[tuple[str, int], str] = {}
    waiting: list[tuple[ast.AST, str]] = [] if isinstance(tree, Refusal) else [(tree, "")]
    while waiting:
        node, name = waiting.pop()
        for statement in (s for block in blocks(node) for s in block):
            inner = f"{name}.{statement.name}".lstrip(".") if isinstance(statement, FunctionNode | ast.ClassDef) else name
            if isinstance(statement, FunctionNode):
                line = min([statement.lineno, *(d.lineno for d in statement.decorator_list)])
                found[inner, line] = fingerprint(statement)
            waiting.append((statement, inner))
    return found
