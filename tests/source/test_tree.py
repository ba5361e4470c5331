"""Walking trees: as `ast.walk` does, and never deeper than a recursive reader can follow."""

import ast
from pathlib import Path

import pytest

from autovec.source import tree
from autovec.source.tree import MAX_DEPTH, children, too_deep, walk_nodes

SOURCES = sorted(Path(tree.__file__).parent.glob("*.py"))
NESTED = {  # texts in which the first part is repeated, then what is innermost, then what closes each of them
    "signs": ("return ", "-", "x", ""),
    "attributes and calls": ("return x", ".a()", "", ""),
    "keywords": ("return ", "f(k=", "x", ")"),
    "lists over lines": ("return ", "[\n", "", "]"),
    "defaults": ("return lambda a=", "-", "1: a", ""),
    "decorators": ("@x", ".a", "\n    def g(): pass", ""),
    "branches": ("if x: pass", "\n    elif x: pass", "", ""),
    "patterns": ("match x:\n        case ", "[", "1", "]"),
}  # fmt: skip


def nested(name: str, levels: int) -> str:
    """A function with that many levels of something."""
    head, opening, innermost, closing = NESTED[name]
    tail = ": pass" if name == "patterns" else ""
    return f"def f(x):\n    {head}{opening * levels}{innermost}{closing * levels}{tail}\n"


def depth(node: ast.AST) -> int:
    """How many levels there are below a node, counted one by one."""
    level, count = [node], 0
    while level := [child for parent in level for child in children(parent)]:
        count += 1
    return count


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("levels", [1, 20, 60, 70, 80, *range(130, 160)])
def test_the_depth_of_a_function_is_told_exactly(name: str, levels: int) -> None:
    try:
        function = ast.parse(nested(name, levels)).body[0]
    except (SyntaxError, MemoryError, RecursionError):
        pytest.skip("Python's own parser cannot follow")
    assert too_deep(function) == (depth(function) >= MAX_DEPTH)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_nodes_come_as_ast_gives_them(path: Path) -> None:
    module = ast.parse(path.read_bytes())
    expected = [n for n in ast.walk(module) if not isinstance(n, ast.expr_context)]
    assert list(walk_nodes(module)) == expected
    for function in (n for n in expected if isinstance(n, ast.FunctionDef)):
        assert list(walk_nodes(function)) == [n for n in ast.walk(function) if not isinstance(n, ast.expr_context)]
        assert not too_deep(function)
