"""Print a value that is the same for all lanes, as plain Python.

Comes in: an expression without axes. Goes out: its text with no more parentheses than it takes.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from autovec.affine import affine
from autovec.emit.code import Code, NoSpelling, length_text
from autovec.emit.functions import INFIX
from autovec.expression import ATOM, Apply, Const, Expr, Lanes, Length, Name, Opaque, Read, Slice, show
from autovec.facts.kinds import INTEGERS

DIVIDES = frozenset(("/", "//", "%"))

if TYPE_CHECKING:
    from autovec.emit.speller import Speller


def spell_scalar(s: Speller, e: Expr) -> Code:
    """Python text for a value without lanes."""
    match e:
        case Const(value):
            text = repr(value)
            if isinstance(value, float) and not isfinite(value):
                text = f"-{s.np('inf')}" if value < 0 else s.np(text)
            return Code(text, (), 14 if text.startswith("-") else ATOM)
        case Name(id):
            return Code(id)
        case Length(array, axis):
            return Code(length_text(s.facts, array, axis))
        case Lanes(id, ()):
            return Code(id)
        case Read(array, at):
            for k, x in enumerate(at):
                s.places.exists(array, k, x, s, s.conditional > 0)
            fact = s.facts.array(array)
            between = "][" if fact is not None and fact.container == "list" else ", "
            return Code(f"{array}[{between.join(_subscript(s, x) for x in at)}]")
        case Apply(fn, args):
            return _apply(s, fn, args)
        case Opaque(text, _, _):
            return Code(text, (), 0)
        case _:
            raise NoSpelling("AV041", f"`{show(e)}` has no array form")


def _subscript(s: Speller, x: Expr | Slice) -> str:
    if isinstance(x, Slice):
        first, stop = ("" if p is None else spell_scalar(s, p).text for p in (x.start, x.stop))
        return f"{first}:{stop}" + ("" if x.step is None else f":{spell_scalar(s, x.step).text}")
    return spell_scalar(s, x).text


def _ask_for_divisor(s: Speller, e: Expr, code: Code) -> None:
    """A division that the loop may never have come to must not fail."""
    if s.conditional:
        s.places.require(f"{code.at(8)} != 0", affine(e), "a division that its condition skips", "AV034")
    else:
        s.ran()


def _may_fail(s: Speller, fn: str, args: tuple[Expr, ...]) -> bool:
    """Whether a function has no value for some numbers: the integer part of a NaN, the logarithm of 0."""
    if fn in ("int", "round"):
        return not s.facts.kinds(args[0]) <= INTEGERS | {"int", "bool", "bool_"}
    return fn.startswith("math.") and not isinstance(args[0], Const)


def _apply(s: Speller, fn: str, args: tuple[Expr, ...]) -> Code:
    parts = [spell_scalar(s, a) for a in args if not (isinstance(a, Const) and isinstance(a.value, str))]
    if fn in DIVIDES and not (isinstance(args[1], Const) and args[1].value):
        _ask_for_divisor(s, args[1], parts[1])
    elif _may_fail(s, fn, args) and not s.conditional:
        s.ran()
    match fn:
        case _ if fn in INFIX:
            return infix(fn, parts[0], parts[1])
        case "@":
            return Code(f"{parts[0].at(13)} @ {parts[1].at(14)}", (), 13)
        case "neg" | "pos" | "~":
            return Code(f"{ {'neg': '-', 'pos': '+', '~': '~'}[fn] }{parts[0].at(14)}", (), 14)
        case "not":
            return Code(f"not {parts[0].at(6)}", (), 6)
        case "and" | "or":
            level = 5 if fn == "and" else 4
            return Code(f"{parts[0].at(level)} {fn} {parts[1].at(level + 1)}", (), level)
        case "where":
            return Code(f"{parts[1].at(2)} if {parts[0].at(2)} else {parts[2].at(1)}", (), 1)
        case "list":
            return Code(f"[{', '.join(p.text for p in parts)}]")
        case "tuple":
            return Code(f"({', '.join(p.text for p in parts)}{',' if len(parts) == 1 else ''})")
        case _ if fn.startswith("."):
            tail = fn.removesuffix("()")
            return Code(f"{parts[0].at(ATOM)}{tail}" + (f"({', '.join(p.text for p in parts[1:])})" if fn.endswith("()") else ""))
        case _:
            return Code(f"{s.spelling.call(fn)}({_arguments(s, args)})")


def _arguments(s: Speller, args: tuple[Expr, ...]) -> str:
    out, rest = list[str](), list(args)
    while rest:
        a = rest.pop(0)
        if isinstance(a, Const) and isinstance(a.value, str) and a.value.endswith("=") and rest:
            out.append(a.value + _argument(s, rest.pop(0)))
        else:
            out.append(_argument(s, a))
    return ", ".join(out)


def _argument(s: Speller, a: Expr) -> str:
    if isinstance(a, Const) and isinstance(a.value, str) and a.value.startswith("dtype:"):
        return s.spelling.call(a.value.removeprefix("dtype:"))
    return spell_scalar(s, a).text


def infix(fn: str, a: Code, b: Code) -> Code:
    """`a fn b` with no more parentheses than it takes."""
    level = INFIX[fn]
    if fn == "**":
        return Code(f"{a.at(level + 1)} ** {b.at(level - 1)}", (), level)
    left = a.at(level + 1) if level == 7 else a.at(level)
    return Code(f"{left} {fn} {b.at(level + 1)}", (), level)
