"""Run a random program and its rewrite on the same inputs and say where they differ; make a wrong program small.

The comparison is this file's own: dtypes, shapes and kinds exactly, floats up to a tolerance relative to their scale.
"""

from __future__ import annotations

import ast
import builtins
import copy
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from unittest.mock import patch

import numpy as np
from dependence_oracle import Doubted

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file
from autovec.propose import roles

SIZES = ((0, 0), (1, 1), (2, 5), (5, 2), (5, 5), (0, 5), (3, 1), (7, 4), (2, 2), (4, 3))
RANKS = {"a": 1, "b": 1, "c": 1, "A": 2, "B": 2}
KIND = {np.float64: float, np.bool_: bool}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one program: `wrong` says how the rewrite differs ("": it does not), `runs` how many inputs were compared."""

    rewrites: int
    runs: int
    wrong: str
    after: str = ""


def judged(source: str, seed: int) -> Verdict:
    """The program analysed without running it, its rewrite compared with it, its quickly found dependences with exact ones."""
    with patch.object(roles, "Dependences", Doubted):
        report = analyse_file(source.encode(), "program.py", Options(verify=False, backend="numpy"), None)
    crashes = [f.refusal.message for f in report.findings if not isinstance(f, Rewrite) and f.refusal.code == "AV007"]
    if report.error or crashes:
        return Verdict(0, 0, f"crash: {report.error or crashes[0]}", report.after)
    rewrites = sum(isinstance(f, Rewrite) for f in report.findings)
    if not rewrites:
        return Verdict(0, 0, "")
    runs, wrong = compared(source, report.after, seed)
    return Verdict(rewrites, runs, wrong, report.after)


def compared(before: str, after: str, seed: int) -> tuple[int, str]:
    """On how many inputs the first finishes, and the first difference on one of these."""
    runs = 0
    old, new = loaded(before), loaded(after)
    for inputs in drawn(before, seed):
        with (
            warnings.catch_warnings(record=True),
            np.errstate(all="ignore"),
            patch.multiple(np, empty=sevens, empty_like=sevens_like),
        ):
            first, second = copy.deepcopy(inputs), copy.deepcopy(inputs)  # one call keeps what is shared shared
            try:
                expected = old(**first)
            except (IndexError, ZeroDivisionError, ValueError, OverflowError, TypeError, NameError, AssertionError):
                continue  # nothing is promised there
            runs += 1
            try:
                found = new(**second)
            except OverflowError as error:
                if "out of bounds" not in str(error):  # a number that the first iteration would raise on: the loop had none
                    return runs, f"{shown(inputs)}\n  raises {type(error).__name__}: {error}"
                continue
            except Exception as error:
                return runs, f"{shown(inputs)}\n  raises {type(error).__name__}: {error}"
        wrong = difference("result", expected, found) or difference("arguments", first, second)
        if wrong:
            return runs, f"{shown(inputs)}\n  {wrong}"
    return runs, ""


def sevens(shape: object, dtype: object = float) -> object:
    """np.empty whose elements are the same in every run."""
    return np.full(shape, 7, dtype)  # type: ignore[call-overload]


def sevens_like(array: np.ndarray, dtype: object = None) -> object:
    """np.empty_like whose elements are the same in every run."""
    return np.full_like(array, 7, dtype)  # type: ignore[call-overload]


def loaded(source: str):  # type: ignore[no-untyped-def]
    """The function `f` of a module's text."""
    space: dict[str, object] = {}
    exec(compile(source, "program", "exec"), space)
    return space["f"]


def shown(inputs: dict[str, object]) -> str:
    """The inputs as one line."""
    return ", ".join(f"{k}={v.tolist() if isinstance(v, np.ndarray) else v}" for k, v in inputs.items())


# ------------------------------------------------------------------ inputs


def drawn(source: str, seed: int) -> Iterator[dict[str, object]]:
    """Inputs for the parameters of `f`: several sizes, with and without room behind the end, and one array given twice."""
    pick = Random(seed)
    function = next(n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef) and n.name == "f")
    kinds = {a.arg: ast.unparse(a.annotation) for a in function.args.args if a.annotation}
    for k, (n, m) in enumerate(SIZES * 2):
        inputs = {name: value(name, kind, n, m, pick, pick.choice((0, 0, 1, 4))) for name, kind in kinds.items()}
        twins = [
            (x, y) for x in kinds for y in kinds if x < y and kinds[x] == kinds[y] and RANKS.get(x) == RANKS.get(y) and x in RANKS
        ]
        if k >= len(SIZES) and twins:
            x, y = pick.choice(twins)
            inputs[x] = inputs[y]
        yield inputs


def value(name: str, kind: str, n: int, m: int, pick: Random, room: int) -> object:
    """One argument; floats are multiples of 1/4, so that most sums are exact."""
    match name:
        case "n" | "m":
            return n if name == "n" else m
        case "q":
            return pick.choice((0, 1, 2, -1, 3))
        case "w":
            return pick.choice((0.5, -1.25, 2.0, 0.0, 3))
        case "idx":
            return np.array([pick.randrange(max(n, 1)) for _ in range(n + room)], dtype=np.int64)
        case _:
            shape = (n + room, m + pick.choice((0, room))) if RANKS[name] == 2 else (n + room,)
    size = math.prod(shape)
    if kind.startswith("list"):
        return [
            pick.randrange(-8, 9) / 4 if kind == "list[float]" and pick.random() < 0.8 else pick.randrange(-3, 4)
            for _ in range(size)
        ]
    dtype = np.dtype(kind.removeprefix("NDArray[np.").removesuffix("]"))
    if dtype.kind == "f":
        special = pick.random() < 0.15
        items = [math.nan if special and pick.random() < 0.2 else pick.randrange(-16, 17) / 4 for _ in range(size)]
    else:
        low = 0 if dtype.kind == "u" else -5
        rare = (0, 200, 255) if dtype != np.int64 or pick.random() < 0.7 else (2**63 - 1, -(2**63), 2**62)
        items = [pick.randrange(low, 9) if pick.random() < 0.9 else pick.choice(rare) for _ in range(size)]
    return np.array(items, dtype=dtype).reshape(shape)


# ------------------------------------------------------------------ comparison


def difference(where: str, a: object, b: object) -> str:
    """How two values differ, "" where they do not."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.dtype != b.dtype or a.shape != b.shape:
            return f"{where}: {a.dtype}{a.shape} became {b.dtype}{b.shape}"
        return "" if close(a, b) else f"{where}: {a.tolist()} became {b.tolist()}"
    if KIND.get(type(a), type(a)) is not KIND.get(type(b), type(b)) and not {type(a), type(b)} <= {float, np.float64}:
        return f"{where}: {a!r} ({type(a).__name__}) became {b!r} ({type(b).__name__})"
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        if len(a) != len(b):
            return f"{where}: length {len(a)} became {len(b)}"
        parts = (difference(f"{where}[{k}]", x, y) for k, (x, y) in enumerate(zip(a, b, strict=True)))
        return next((p for p in parts if p), "")
    if isinstance(a, dict) and isinstance(b, dict):
        return next((p for k in a if (p := difference(k, a[k], b[k]))), "")
    if a is None:
        return ""
    return "" if close(np.asarray(a), np.asarray(b)) else f"{where}: {a!r} became {b!r}"


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether numbers are equal up to rounding."""
    if a.dtype.kind not in "fc":
        return bool(np.array_equal(a, b))
    finite = np.abs(a[np.isfinite(a)])
    scale = max(1.0, float(finite.max(initial=0.0)))
    tolerance = (1e-4 if a.dtype == np.float32 else 1e-9) * scale
    with np.errstate(all="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= tolerance)
    return bool(same.all())


# ------------------------------------------------------------------ the smallest program


def smallest(source: str, seed: int) -> str:
    """A program that is still wrong in the same way and of which nothing more can be left out."""
    way = sort(judged(source, seed).wrong)
    while True:
        shorter = next((s for s in shortened(source) if way in ways(s, seed)), None)
        if shorter is None:
            return source
        source = shorter


def sort(wrong: str) -> str:
    """The kind of a difference, without its values."""
    return "crash" if wrong.startswith("crash") else "raises" if "\n  raises " in wrong else "differs" if wrong else ""


def ways(source: str, seed: int) -> set[str]:
    """How the rewrite of `source` differs, on inputs of the same and of other seeds."""
    try:
        return {sort(judged(source, seed + k).wrong) for k in range(3)} if is_closed(source) else set()
    except (NameError, AttributeError):
        return set()


def is_closed(source: str) -> bool:
    """Whether the function binds every name that it reads."""
    nodes = list(ast.walk(ast.parse(source)))
    names = [n for n in nodes if isinstance(n, ast.Name)]
    bound = {n.id for n in names if isinstance(n.ctx, ast.Store)} | {n.arg for n in nodes if isinstance(n, ast.arg)}
    bound |= {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    return {n.id for n in names} <= bound | {"np", "math", "NDArray"} | vars(builtins).keys()


def shortened(source: str) -> Iterator[str]:
    """The program with one statement left out, one branch taken, one operation replaced by its operand, one parameter less."""
    whole = ast.unparse(ast.parse(source))
    for k in range(sum(1 for _ in ast.walk(ast.parse(source)))):
        for how in range(4):
            tree = ast.parse(source)
            if _cut(list(ast.walk(tree))[k], how, {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}):
                text = ast.unparse(ast.fix_missing_locations(tree))
                if len(text) < len(whole):
                    yield f"{text}\n"


def _cut(node: ast.AST, how: int, used: set[str]) -> bool:
    match node:
        case ast.arguments(args=args) if how == 0:
            node.args = [a for a in args if a.arg in used]
            return True
        case ast.FunctionDef(body=body) | ast.For(body=body) | ast.While(body=body) | ast.If(body=body):
            if how < len(body) and len(body) > 1:
                del body[how]
                return True
            if isinstance(node, ast.If) and how == 3 and node.orelse:
                node.orelse = []
                return True
            return _unwrap(body)
        case ast.BinOp() | ast.Assign() | ast.AugAssign() | ast.Compare() | ast.Return() | ast.Expr():
            return _replace(node, how)
        case _:
            return False


def _unwrap(body: list[ast.stmt]) -> bool:
    """The first branch in `body` taken without its test."""
    for k, s in enumerate(body):
        if isinstance(s, ast.If):
            body[k : k + 1] = s.body
            return True
    return False


def _replace(node: ast.AST, how: int) -> bool:
    """An operation below `node` replaced by one of its operands."""
    for name in ("value", "left", "right"):
        below = getattr(node, name, None)
        if isinstance(below, ast.BinOp):
            parts: list[ast.expr] = [below.left, below.right]
        elif isinstance(below, ast.Call | ast.Tuple):
            parts = below.args if isinstance(below, ast.Call) else below.elts
        elif isinstance(below, ast.IfExp):
            parts = [below.body, below.orelse]
        else:
            continue
        if how < len(parts):
            setattr(node, name, parts[how])
            return True
    return False
