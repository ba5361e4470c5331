"""Print searches: what runs once, for the first or the last lane in which a test holds, and the exits of loops.

Comes in: the printer and a `Search` or a `Leave`. Goes out: its lines, as `hits = x > limit`, `if hits.any():` and
`i = int(hits.argmax())`.
Not handled: a test that could fail behind the lane at which the loop would have stopped.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from autovec.affine import affine
from autovec.emit.accumulators import has_lane
from autovec.emit.code import Code, NoSpelling
from autovec.emit.places import text_of
from autovec.emit.shield import shielded
from autovec.expression import Apply, Const, Expr, Lanes, Name, Reduce, free_axes
from autovec.tensor.statement import Bind, Leave, Search, Tensor

if TYPE_CHECKING:
    from autovec.emit.statements import Printer

FAILS = "assert False"
_SOME = Lanes("", ())
_RULES = {"raise": ("AV702", "validation"), "first": ("AV701", "first-hit"), "last": ("AV703", "last-value")}


def print_exit(p: Printer, s: Leave) -> None:
    """`return value`, `break`, `raise ...`."""
    if s.text:
        p.write(s.text)
    elif s.value is None:
        p.write(s.kind)
    else:
        whole = s.value.args if isinstance(s.value, Apply) and s.value.fn == "tuple" and len(s.value.args) > 1 else (s.value,)
        p.write(f"{s.kind} {', '.join(p.speller.spell(e, ()).at(1) for e in whole)}")


def print_search(p: Printer, s: Search) -> None:
    """The test on all lanes, and what follows for one of them."""
    sp = p.speller
    if s.early and shielded(s.test, _SOME) != s.test:
        raise NoSpelling("AV030", "the test that ends the loop could fail on the elements behind")
    for a, b in s.apart:
        sp.places.require(f"not {sp.np('may_share_memory')}({a}, {b})", None, f"`{a}` may be `{b}`", "AV023")
    sp.needed.rule(*_RULES[_sort(s)], "exact")
    if _assertion(p, s):
        return
    with sp.guarded() if s.early else nullcontext():
        hits = _hits(p, s)
    lines = _short(p, s, hits) if s.places and len(s.axes) == 1 else None
    if lines is None:
        lines = [*(_located(p, s, hits) if s.places else ()), *_inner(p, s.then)]
    p.lines += [f"    {line}" for line in lines or ([] if _only_else(s) else ["pass"])]
    if s.orelse:
        p.lines += ["else:"] * (not _only_else(s)) + [f"    {line}" for line in _inner(p, s.orelse)]


def _only_else(s: Search) -> bool:
    """Whether something happens only where no lane is found."""
    return bool(s.orelse) and not s.then and not s.places


def _sort(s: Search) -> str:
    leaves = {t.kind for t in s.then if isinstance(t, Leave)}
    return "raise" if "raise" in leaves else "first" if leaves or s.early else "last"


def _runs(p: Printer, s: Search) -> str:
    """Tests that the loops have iterations over whose lanes the test does not vary."""
    idle = (axis for axis in s.axes if axis not in free_axes(s.test) and not p.speller.nonempty(axis))
    return " and ".join(dict.fromkeys(has_lane(p, axis) for axis in idle))


def _assertion(p: Printer, s: Search) -> bool:
    """`assert (x > 0).all(), message` where the loop asserts; done if it is that."""
    match s.test, s.then:
        case Apply("not", (test,)), (Leave("raise", None, text),) if not s.places and text.startswith(FAILS) and not _runs(p, s):
            p.write(f"assert {p.speller.spell(Reduce('and', s.axes, test), ()).at(2)}{text.removeprefix(FAILS)}")
            return True
        case _:
            return False


def _hits(p: Printer, s: Search) -> str:
    """The lines that test all lanes; gives the name of the truths where the place of one is asked for."""
    sp = p.speller
    if not s.places:
        found, runs = sp.spell(Reduce("or", s.axes, s.test), ()), _runs(p, s)
        found = Code(f"{runs} and {found.at(6)}", (), 5) if runs else found
        p.write(f"if not {found.at(6)}:" if _only_else(s) else f"if {found.text}:")
        return ""
    code = sp.spell(s.test, s.axes)
    if code.axes != s.axes:
        raise NoSpelling("AV041", "a test that does not vary over all of its loops")
    hits = sp.new_name("hits")
    p.write(f"{hits} = {code.text}")
    p.write(f"if {hits}.any():")
    return hits


def _inner(p: Printer, body: tuple[Tensor, ...]) -> list[str]:
    p.depth += 1
    lines = p.block(body)
    p.depth -= 1
    return lines


def _short(p: Printer, s: Search, hits: str) -> list[str] | None:
    """Where the place is all that is asked for: it needs no name."""
    place = _place(p, s, hits)
    match s.then:
        case (Leave("return", Name(id)),) if id == s.places[0]:
            return [f"return {place}"]
        case (Bind(name, (), None, Name(id)),) if id == s.places[0]:
            return [f"{name} = {place}"]
        case _:
            return None


def _place(p: Printer, s: Search, hits: str) -> str:
    """The value of the loop's variable at the hit."""
    extent = p.speller.extents[s.axes[0]]
    where = f"{p.speller.np('flatnonzero')}({hits})[-1]" if s.last else f"{hits}.argmax()"
    return _counted(p, extent.start, extent.step, f"int({where})")


def _counted(p: Printer, start: Expr, step: int | Expr, place: str) -> str:
    """`start + step * place`."""
    text = place if step == 1 else f"{p.speller.scalar(Const(step) if isinstance(step, int) else step).at(14)} * {place}"
    if start == Const(0):
        return text
    form = affine(start)
    first = p.speller.scalar(start).at(13) if form is None else text_of(form, p.speller.facts)
    return f"{text} - {first[1:]}" if first.startswith("-") else f"{text} + {first}"


def _located(p: Printer, s: Search, hits: str) -> list[str]:
    """The lines that bind the places."""
    if len(s.axes) == 1:
        return [f"{s.places[0]} = {_place(p, s, hits)}"]
    if s.last:
        lines = [f"{', '.join(s.places)} = {p.speller.np('argwhere')}({hits})[-1].tolist()"]
    else:
        call = p.speller.spelling.call
        place = f"{p.speller.np('unravel_index')}({hits}.argmax(), {hits}.shape)"
        lines = [f"{', '.join(s.places)} = {call('map')}({call('int')}, {place})"]
    for name, axis in zip(s.places, s.axes, strict=True):
        extent = p.speller.extents[axis]
        if extent.start != Const(0) or extent.step != 1:
            lines.append(f"{name} = {_counted(p, extent.start, extent.step, name)}")
    return lines
