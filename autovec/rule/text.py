"""Reading a rule file as text.

Comes in: the path of a rule file. Goes out: a `RuleText`, or a `Refusal` that says what is wrong with the file.
Rule files are read, not imported: most runs need neither NumPy nor a rule's Python code, and a broken pack stops nothing.
Not handled: raising `before` into a pattern (`pattern.py`).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from autovec.outcome import Refusal, Rounding
from autovec.record import dataclass
from autovec.rule.model import BROKEN, Need
from autovec.rule.needs import NEEDS

Ask = tuple[str, tuple[str, ...]]  # one of `NEEDS` by its name, and the parameters that it is about


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule file's contents: literals as they are, functions as source, `along` with the name of its axis parameter."""

    path: Path
    written: int  # when, by the file's time stamp
    code: str
    name: str
    shapes: str
    rounding: Rounding
    cost: float
    asks: tuple[Ask, ...]
    also: tuple[str, ...]
    refuses: Mapping[str, str]
    why: str
    before: str
    after: str
    template: str
    along: str
    axis: str
    match: str

    @property
    def title(self) -> str:
        """The first line of the file's docstring."""
        return self.why.partition("\n")[0].rstrip(".")

    @property
    def needs(self) -> tuple[Need, ...]:
        """What must hold for both sides to agree."""
        return tuple(_need(ask) for ask in self.asks)


class _Malformed(Exception):
    """What is wrong with a rule file, as a sentence."""


def read_rule(path: Path) -> RuleText | Refusal:
    """The rule in `path`."""
    try:
        text = path.read_text(encoding="utf-8")
        return _read(path, text, ast.parse(text))
    except (OSError, SyntaxError, TypeError, ValueError, _Malformed) as wrong:
        return Refusal(BROKEN, f"{path} is not a rule: {wrong}")


def _read(path: Path, text: str, tree: ast.Module) -> RuleText:
    functions = {f.name: f for f in tree.body if isinstance(f, ast.FunctionDef)}
    given = _rule_call(tree)
    before, after = (_function(functions, n) for n in ("before", "after"))
    spelled, matcher = given.get("along"), given.get("match")
    along = _function(functions, spelled.id) if isinstance(spelled, ast.Name) else None
    return RuleText(
        path=path,
        written=path.stat().st_mtime_ns,
        code=_string(given, "code"),
        name=_string(given, "name"),
        shapes=_string(given, "shapes"),
        rounding=Rounding(_string(given, "rounding", "exact")),
        cost=float(ast.literal_eval(given["cost"])) if "cost" in given else 1.0,
        asks=_asks(given.get("needs")),
        also=tuple(ast.literal_eval(given["also"])) if "also" in given else (),
        refuses=dict(ast.literal_eval(given["refuses"])) if "refuses" in given else {},
        why=ast.get_docstring(tree) or "",
        before=_source(text, before),
        after=_source(text, after),
        template=ast.unparse(_returned(after)),
        along=ast.unparse(_returned(along)) if along else "",
        axis=along.args.args[-1].arg if along else "",
        match=matcher.id if isinstance(matcher, ast.Name) else "",
    )


def _rule_call(tree: ast.Module) -> dict[str, ast.expr]:
    """The keywords of the `RULE = Rule(...)` statement."""
    for s in tree.body:
        match s:
            case ast.Assign(targets=[ast.Name(id="RULE")], value=ast.Call(func=ast.Name(id="Rule"), args=[], keywords=keywords)):
                return {k.arg: k.value for k in keywords if k.arg}
            case _:
                continue
    raise _Malformed("there is no statement `RULE = Rule(...)` with keyword arguments")


def _function(functions: Mapping[str, ast.FunctionDef], name: str) -> ast.FunctionDef:
    if name not in functions:
        raise _Malformed(f"there is no function `{name}`")
    return functions[name]


def _source(text: str, f: ast.FunctionDef) -> str:
    """The text of a function at the top level, less what stands behind it on its last line."""
    lines = text.split("\n")[f.lineno - 1 : f.end_lineno]
    return "\n".join([*lines[:-1], lines[-1].encode()[: f.end_col_offset].decode()])


def _returned(f: ast.FunctionDef) -> ast.expr:
    match f.body:
        case [ast.Return(value=ast.expr() as value)]:
            return value
        case _:
            raise _Malformed(f"`{f.name}` must be a single `return` of an expression")


def _string(given: Mapping[str, ast.expr], key: str, default: str | None = None) -> str:
    match given.get(key):
        case ast.Constant(value=str() as value):
            return value
        case None if default is not None:
            return default
        case _:
            raise _Malformed(f"`{key}` must be a string")


def _asks(listed: ast.expr | None) -> tuple[Ask, ...]:
    if listed is None:
        return ()
    if not isinstance(listed, ast.List | ast.Tuple):
        raise _Malformed("`needs` must be a list")
    return tuple(_ask(e) for e in listed.elts)


def _ask(e: ast.expr) -> Ask:
    match e:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in NEEDS:
            ask = name, tuple(ast.literal_eval(a) for a in args)
            _need(ask)
            return ask
        case _:
            raise _Malformed(f"`{ast.unparse(e)}` is not one of the needs: {', '.join(NEEDS)}")


@cache
def _need(ask: Ask) -> Need:
    name, parameters = ask
    return NEEDS[name](*parameters)
