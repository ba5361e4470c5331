"""A rule file with one thing changed: under another code, with a need dropped, with an operand of the result replaced.

Comes in: the text of a rule file. Goes out: the text of another one. Nothing here is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

CODE = "AVTRIAL000"
_CHEAPER = 1e-3  # so that of two equal rules the one on trial is taken


def on_trial(text: str, cost: float) -> str:
    """The rule by itself, beside whatever rule has its code, its name or its idiom already."""
    tree = ast.parse(text)
    call = _rule_call(tree)
    kept = [k for k in call.keywords if k.arg not in ("code", "name", "cost")]
    call.keywords = [*kept, _keyword("code", CODE), _keyword("name", "on-trial"), _keyword("cost", cost - _CHEAPER)]
    return ast.unparse(tree)


def without_need(text: str, k: int) -> str:
    """The rule without its need number `k`."""
    tree = ast.parse(text)
    for word in _rule_call(tree).keywords:
        if word.arg == "needs" and isinstance(word.value, ast.List | ast.Tuple):
            del word.value.elts[k]
    return ast.unparse(tree)


def broken(text: str) -> Iterator[tuple[str, str]]:
    """The rule with one operand of `after` replaced by ones, for each operand: what was done, and the text."""
    for name in _operands(ast.parse(text)):
        tree = ast.parse(text)
        for f in tree.body:
            if isinstance(f, ast.FunctionDef) and f.name in ("after", _along(tree)):
                f.body = [ast.fix_missing_locations(_Ones(name).visit(s)) for s in f.body]
        yield f"`{name}` replaced by ones", ast.unparse(tree)


class _Ones(ast.NodeTransformer):
    """Replaces a name by ones like it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The name, or ones."""
        return ast.parse(f"np.ones_like({node.id})", mode="eval").body if node.id == self.name else node


def _operands(tree: ast.Module) -> list[str]:
    after = next(f for f in tree.body if isinstance(f, ast.FunctionDef) and f.name == "after")
    parameters = {a.arg for a in after.args.args}
    return sorted({n.id for s in after.body for n in ast.walk(s) if isinstance(n, ast.Name)} & parameters)


def _along(tree: ast.Module) -> str:
    given = next((k.value for k in _rule_call(tree).keywords if k.arg == "along"), None)
    return given.id if isinstance(given, ast.Name) else ""


def _rule_call(tree: ast.Module) -> ast.Call:
    """The call in `RULE = Rule(...)`, which is there: the file was read as a rule before."""
    return next(
        s.value
        for s in tree.body
        if isinstance(s, ast.Assign)
        and isinstance(s.value, ast.Call)
        and isinstance(s.value.func, ast.Name)
        and s.value.func.id == "Rule"
    )


def _keyword(name: str, value: object) -> ast.keyword:
    return ast.keyword(name, ast.Constant(value))  # pyright: ignore[reportArgumentType]  # a text or a number
