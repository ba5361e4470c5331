"""Normalise the forms in which people iterate to counted loops.

Comes in: the target and the iterable of a `for` (or of a comprehension). Goes out: counted loop headers, outermost first, and
what each target name stands for: `for i, x in enumerate(a)` counts `i` from 0 to `len(a)`, and `x` is `a[i]`.
Not handled: iterables whose elements can't be addressed by a position (dicts, generators, files); they are None.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import pairwise

from autovec.expression import ONE, ZERO, Apply, Axis, Const, Expr, Length, Name, Read, Slice
from autovec.record import dataclass
from autovec.source.expressions import Scope, canonical, read_expression


@dataclass(frozen=True, slots=True)
class Counter:
    """One counted loop: the variable's name in the text ("" where there is none), and its range."""

    label: str
    start: Expr
    stop: Expr
    step: int | Expr


@dataclass(frozen=True, slots=True)
class Iteration:
    """Loop headers, and what the other target names stand for, in terms of the loop variables (`Axis(k)`, k counting headers)."""

    counters: tuple[Counter, ...]
    elements: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be iterated by position: its length, and its element at a position."""

    length: Expr
    at: Callable[[Expr], Expr]


def plus(a: Expr, b: Expr) -> Expr:
    """`a + b`, simplified for integer literals."""
    match a, b:
        case (Const(int() as x), Const(int() as y)):
            return Const(x + y)
        case (_, Const(0)) | (Const(0), _):
            return a if b == ZERO else b
        case (_, Const(int() as y)) if y < 0:
            return Apply("-", (a, Const(-y)))
        case _:
            return Apply("+", (a, b))


def iteration(target: ast.expr, iterable: ast.expr, scope: Scope) -> Iteration | None:
    """How `for target in iterable` counts; None where it does not."""
    call = iterable if isinstance(iterable, ast.Call) and not iterable.keywords else None
    fn = canonical(call.func, scope) if call else None
    if call and fn in ("range", "np.arange") and isinstance(target, ast.Name):
        return _range(target.id, call, scope)
    if call and fn == "np.ndindex":
        return _ndindex(target, call, scope)
    if call and fn == "itertools.product":
        return _product(target, call, scope)
    if call and fn == "reversed" and isinstance(target, ast.Name) and isinstance(call.args[0], ast.Call):
        inner = iteration(target, call.args[0], scope)
        return _reverse(inner) if inner and len(inner.counters) == 1 and not inner.elements else None
    steps = _literal_steps(iterable)
    if steps is not None and isinstance(target, ast.Name):
        return Iteration((Counter(target.id, Const(steps[0]), Const(steps[1]), steps[2]),), ())
    return _elements(target, iterable, scope)


def _literal_steps(iterable: ast.expr) -> tuple[int, int, int] | None:
    """`(-1, 0, 1)` as a range: start, stop and step of literal integers that rise evenly; None for anything else."""
    if not isinstance(iterable, ast.Tuple | ast.List) or not iterable.elts:
        return None
    try:
        values: object = ast.literal_eval(iterable)
    except ValueError:
        return None
    assert isinstance(values, tuple | list)
    numbers = [x for x in values if type(x) is int]  # type: ignore[misc]
    step = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    even = all(b - a == step for a, b in pairwise(numbers))
    return (numbers[0], numbers[-1] + 1, step) if len(numbers) == len(iterable.elts) and even and step > 0 else None


def _range(label: str, call: ast.Call, scope: Scope) -> Iteration | None:
    args = [read_expression(a, scope) for a in call.args]
    if not 1 <= len(args) <= 3:
        return None
    start, stop = (ZERO, args[0]) if len(args) == 1 else (args[0], args[1])
    step: int | Expr = 1
    if len(args) == 3:
        last = args[2]
        step = last.value if isinstance(last, Const) and type(last.value) is int else last
    return None if step == 0 else Iteration((Counter(label, start, stop, step),), ())


def _reverse(inner: Iteration) -> Iteration | None:
    c = inner.counters[0]
    if c.step != 1:
        return None
    return Iteration((Counter(c.label, plus(c.stop, Const(-1)), plus(c.start, Const(-1)), -1),), ())


def _ndindex(target: ast.expr, call: ast.Call, scope: Scope) -> Iteration | None:
    if not isinstance(target, ast.Tuple) or not all(isinstance(t, ast.Name) for t in target.elts):
        return None
    labels = [t.id for t in target.elts if isinstance(t, ast.Name)]
    match call.args:
        case [ast.Starred(ast.Attribute(ast.Name(array), "shape"))] | [ast.Attribute(ast.Name(array), "shape")]:
            stops: list[Expr] = [Length(array, k) for k in range(len(labels))]
        case args if len(args) == len(labels) and not any(isinstance(a, ast.Starred) for a in args):
            stops = [read_expression(a, scope) for a in args]
        case _:
            return None
    return Iteration(tuple(Counter(label, ZERO, stop, 1) for label, stop in zip(labels, stops, strict=True)), ())


def _product(target: ast.expr, call: ast.Call, scope: Scope) -> Iteration | None:
    if not isinstance(target, ast.Tuple) or len(target.elts) != len(call.args):
        return None
    parts = [iteration(t, a, scope) for t, a in zip(target.elts, call.args, strict=True)]
    if any(p is None or len(p.counters) != 1 or p.elements for p in parts):
        return None
    return Iteration(tuple(p.counters[0] for p in parts if p), ())


def _elements(target: ast.expr, iterable: ast.expr, scope: Scope) -> Iteration | None:
    bound: list[tuple[str, Expr]] = []
    label = [""]
    length = _bind(target, iterable, scope, bound, label)
    if length is None:
        return None
    return Iteration((Counter(label[0], ZERO, length, 1),), tuple(bound))


def _bind(target: ast.expr, iterable: ast.expr, scope: Scope, bound: list[tuple[str, Expr]], label: list[str]) -> Expr | None:
    """Match a target against enumerate, zip, reversed or a plain sequence; the number of iterations, None where it can't be."""
    call = iterable if isinstance(iterable, ast.Call) else None
    fn = canonical(call.func, scope) if call else None
    if call and fn == "enumerate":
        return _bind_enumerate(target, call, scope, bound, label)
    if call and fn == "zip":
        if not isinstance(target, ast.Tuple) or len(target.elts) != len(call.args) or call.keywords:
            return None
        lengths = [_bind(t, a, scope, bound, label) for t, a in zip(target.elts, call.args, strict=True)]
        kept = [n for n in lengths if n is not None]
        return None if len(kept) != len(lengths) else shortest(kept)
    if call and fn == "range" and isinstance(target, ast.Name):
        return _bind_range(target.id, call, scope, bound)
    source = sequence(iterable, scope)
    if source is None:
        return None
    return source.length if _bind_element(target, source.at(Axis("0")), bound) else None


def shortest(lengths: list[Expr]) -> Expr:
    """The smallest of several lengths; equal ones count once."""
    unique = tuple(dict.fromkeys(lengths))
    return unique[0] if len(unique) == 1 else Apply("min", unique)


def _bind_enumerate(
    target: ast.expr, call: ast.Call, scope: Scope, bound: list[tuple[str, Expr]], label: list[str]
) -> Expr | None:
    if not isinstance(target, ast.Tuple) or len(target.elts) != 2 or not isinstance(target.elts[0], ast.Name):
        return None
    starts = [*call.args[1:], *(k.value for k in call.keywords if k.arg == "start")]
    start = read_expression(starts[0], scope) if starts else ZERO
    if start == ZERO and not label[0]:
        label[0] = target.elts[0].id
    else:
        bound.append((target.elts[0].id, plus(Axis("0"), start)))
    return _bind(target.elts[1], call.args[0], scope, bound, label)


def _bind_range(name: str, call: ast.Call, scope: Scope, bound: list[tuple[str, Expr]]) -> Expr | None:
    counted = _range(name, call, scope)
    if counted is None or counted.counters[0].step != 1:
        return None
    c = counted.counters[0]
    bound.append((name, plus(c.start, Axis("0"))))
    return c.stop if c.start == ZERO else Apply("-", (c.stop, c.start))


def _bind_element(target: ast.expr, element: Expr, bound: list[tuple[str, Expr]]) -> bool:
    match target:
        case ast.Name(id):
            bound.append((id, element))
            return True
        case ast.Tuple(elts) if isinstance(element, Read):
            parts = [Read(element.array, (*element.at, Const(k))) for k in range(len(elts))]
            return all(_bind_element(t, p, bound) for t, p in zip(elts, parts, strict=True))
        case _:
            return False


def sequence(node: ast.expr, scope: Scope) -> Source | None:
    """A variable, a row, or one of these sliced by literals or reversed, as something with positions."""
    if isinstance(node, ast.Call) and canonical(node.func, scope) == "reversed" and len(node.args) == 1:
        inner = sequence(node.args[0], scope)
        return None if inner is None else Source(inner.length, lambda k: inner.at(_mirror(inner.length, k)))
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _sliced(node, node.slice, scope)
    e = read_expression(node, scope)
    match e:
        case Name(id):
            return Source(Length(id, 0), lambda k: Read(id, (k,)))
        case Read(array, at) if not any(isinstance(x, Slice) for x in at):
            return Source(Length(array, len(at)), lambda k: Read(array, (*at, k)))
        case _:
            return None


def _mirror(length: Expr, k: Expr) -> Expr:
    return Apply("-", (Apply("-", (length, ONE)), k))


def _sliced(node: ast.Subscript, cut: ast.Slice, scope: Scope) -> Source | None:
    inner = sequence(node.value, scope)
    start, stop, step = (None if p is None else read_expression(p, scope) for p in (cut.lower, cut.upper, cut.step))
    if inner is None:
        return None
    if start is None and stop is None and step == Const(-1):
        return Source(inner.length, lambda k: inner.at(_mirror(inner.length, k)))
    if step not in (None, ONE):
        return None
    first = _literal(start, 0)
    last = _literal(stop, 0)
    if first is None or last is None or first < 0 or last > 0:
        return None  # a stop counted from the front may lie behind the end
    return Source(plus(inner.length, Const(last - first)), lambda k: inner.at(plus(k, Const(first))))


def _literal(e: Expr | None, default: int) -> int | None:
    if e is None:
        return default
    return e.value if isinstance(e, Const) and type(e.value) is int else None
