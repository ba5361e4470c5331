"""Folds of whole lists by Python's own `sum`, `max` and `min`: as fast as they get, since nothing has to be converted.

Comes in: the printer, a name and a fold of a list's elements as they are. Goes out: the line written, or nothing where it is no
such fold. They do what the loop does, element by element and whatever the elements are; only from Python 3.12 on does `sum` add
floats up more precisely. Not handled: elements that are computed with, and rows of lists of lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.expression import ZERO, Const, Read, Reduce, Slice, free_axes

if TYPE_CHECKING:
    from autovec.emit.statements import Printer


_ZEROS = {"0": "", "0.0": ", 0.0"}


def sum_of_list(p: Printer, name: str, fold: Reduce) -> bool:
    """`name += x[i]` in a loop as `name = sum(x, name)`; without the name where it was set up with 0."""
    text = _elements(p, fold) if fold.op == "+" and fold.where is None else None
    if text is None:
        return False
    setup = p.setups.get(name) if not p.depth and name not in p.touched else None
    start = _ZEROS.get(repr(setup.value.value)) if setup is not None and isinstance(setup.value, Const) else None
    if start is not None:
        p.merged.add(name)
    p.speller.needed.rule("AV202", "sum", "reassociates")
    p.write(f"{name} = {p.speller.spelling.call('sum')}({text}{f', {name}' if start is None else start})")
    return True


def extreme_of_list(p: Printer, name: str, fold: Reduce) -> bool:
    """`best = x[0]` and a loop over the others as `best = max(x)`."""
    setup, text = p.setups.get(name), _elements(p, fold)
    if text is None or setup is None or p.depth or name in p.touched or fold.where is not None:
        return False
    array = text.removesuffix("[1:]")
    if setup.value != Read(array, (ZERO,)):
        return False
    p.merged.add(name)
    p.speller.needed.rule("AV203" if fold.op == "max" else "AV204", fold.op, "exact")
    p.write(f"{name} = {p.speller.spelling.call(fold.op)}({array})")
    return True


def _elements(p: Printer, fold: Reduce) -> str | None:
    """The list, or a slice of it, whose elements are folded, each once; None where it is no list."""
    match fold.body:
        case Read(array, (x,)) if not isinstance(x, Slice) and free_axes(x) == frozenset(fold.axes) and len(fold.axes) == 1:
            pass
        case _:
            return None
    sp, fact = p.speller, p.speller.facts.array(array)
    line = sp.places.line(x) if fact is not None and fact.container == "list" and fact.rank == 1 else None
    if line is None or not isinstance(line.step, int) or line.step < 1 or array in p.touched:
        return None
    cut = sp.places.slice_text(array, 0, line, False)
    return array if cut == ":" else f"{array}[{cut}]"
