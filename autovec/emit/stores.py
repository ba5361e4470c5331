"""Print stores into arrays: `out = ...` where the whole array is set, `np.add(a, b, out=...)` and `y += ...` where it is changed.

A sum that is stored into an existing array is computed straight into it: a large temporary costs more than the arithmetic. In the
lanes that a mask leaves out nothing is written (`np.copyto(..., where=)`), and nothing is divided by, or put into a partial
function.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from autovec.emit.code import Code, NoSpelling, aligned
from autovec.emit.functions import INFIX, WIDE
from autovec.emit.guards import ask_for_room
from autovec.emit.places import view_text
from autovec.emit.scatters import print_scatter
from autovec.emit.shield import shielded
from autovec.emit.templates import written_into
from autovec.expression import ATOM, EACH, ZERO, Apply, Const, Expr, Lanes, Opaque, Read, Reduce, Slice, free_axes, show, walk
from autovec.facts.answers import stores
from autovec.facts.kinds import FLOATS, PYTHON, Kinds, apply, in_arrays
from autovec.facts.value import ArrayFact
from autovec.tensor.statement import Store

if TYPE_CHECKING:
    from autovec.emit.statements import Printer

UFUNCS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "//": "floor_divide", "%": "remainder"}


def print_store(p: Printer, s: Store) -> None:
    """`array[at] op= value` for all lanes."""
    fact = p.speller.facts.array(s.array)
    if fact is None or fact.rank != len(s.at):
        raise NoSpelling("AV011", f"how many dimensions `{s.array}` has is not known")
    scattered = s.repeats and not _are_lines(p, s)
    target, axes = ("", ()) if scattered else _target(p, s)
    folded = set(s.around) - set(s.axes) and s.op is not None
    stored = apply(s.op or "+", (fact.kinds, p.speller.facts.kinds(s.value)))
    if folded and not casts(stored, fact.kinds):
        raise NoSpelling(
            "AV010", f"`{s.array}` cuts each sum to its own type", f"annotate the dtypes of `{s.array}` and what it takes in"
        )
    if not fact.fresh and (s.where is not None or _keeps_some(s)):
        test = f"{s.array}.flags.writeable"  # the loop may find nothing to store, and so may be given a read-only array
        p.speller.places.require(test, None, f"`{s.array}` may be read-only", "AV022")
    if isinstance(s.value, Reduce) and s.op is not None:
        p.speller.totals[s.value] = apply(s.op, (fact.kinds, p.speller.facts.kinds(s.value.body)))
    first = s.array not in p.touched and s.array not in p.read and not p.depth
    p.touched.add(s.array)
    if scattered:
        print_scatter(p, s, fact)
    elif fact.container == "list":
        _list(p, s, target, axes, first)
    elif s.where is not None:
        _masked(p, s, target, axes, first)
    else:
        _plain(p, s, target, axes, first)


def _are_lines(p: Printer, s: Store) -> bool:
    """Whether each subscript moves along one axis of its own after all: by a stride that has to be tested."""
    moved = [x for x in s.at if not isinstance(x, Slice) and free_axes(x)]
    return len(moved) == len(s.axes) and all(len(free_axes(x)) == 1 and p.speller.places.line(x) is not None for x in moved)


def _target(p: Printer, s: Store) -> tuple[str, tuple[str, ...]]:
    """The text of the place that is stored to, and the axes of its dimensions."""
    sp, slices, axes = p.speller, list[str](), list[str]()
    masked = s.where is not None or _folds_under_mask(s)
    if is_scattered(s):
        with sp.guarded() if masked else nullcontext():
            return sp.spell(Read(s.array, s.at), s.axes).text, s.axes
    for k, x in enumerate(s.at):
        if isinstance(x, Slice):
            raise NoSpelling("AV041", f"`{show(x)}` has no array form")
        line = sp.places.line(x) if free_axes(x) else None
        if not free_axes(x):
            sp.places.exists(s.array, k, x, sp, masked)
            slices.append(sp.scalar(x).text)
        elif line is None:
            raise NoSpelling("AV022", f"the places of `{s.array}` that are written")
        else:
            axes.append(line.axis)
            slices.append(sp.places.slice_text(s.array, k, line, masked))
    return view_text(s.array, slices), tuple(axes)


def _keeps_some(s: Store) -> bool:
    """Whether the stored value is what the place held already in some lanes."""
    arms = [s.value]
    while arms:
        match arms.pop():
            case Apply("where", (_, a, b)):
                arms += [a, b]
            case Read(s.array, s.at):
                return True
            case _:
                pass
    return False


def is_scattered(s: Store) -> bool:
    """Whether the place is reached through index arrays: it can be assigned to, but it's no view."""
    return sum(bool(free_axes(x)) for x in s.at) > len(s.axes)


def _whole(target: str) -> str:
    """A target that can stand left of `=` without rebinding the name."""
    return target if target.endswith("]") else f"{target}[:]"


def _plain(p: Printer, s: Store, target: str, axes: tuple[str, ...], first: bool) -> None:
    sp = p.speller
    fact = sp.facts.array(s.array)
    assert fact is not None
    held, result = fact.kinds, sp.facts.kinds(s.value)
    if s.op is not None:
        if first and target == s.array and _replaces(p, s, result):
            _replace(p, s, axes)
        else:
            _update(p, s, target, axes, held, result)
        return
    if first and target == s.array and _replaces(p, s, result):
        _replace(p, s, axes)
        return
    if not axes:
        p.write(f"{target} = {sp.spell(s.value, ()).text}")
        return
    if not free_axes(s.value) and not casts(result, held):
        sp.ran()  # a number that does not fit is refused even where it is stored nowhere
    if isinstance(s.value, Apply) and s.value.fn in UFUNCS and not is_scattered(s) and sp.book.best(s.value, sp) is None:
        a, b = (aligned(c, axes) for c in sp.fitted(s.value.fn, s.value.args, axes))
        p.write(f"{sp.np(UFUNCS[s.value.fn])}({a}, {b}, out={target}{_casting(result, held)})")
        return
    code = sp.spell(s.value, axes)
    text = aligned(code, axes)
    into = None if is_scattered(s) else written_into(text, target, sp.spelling.numpy, _casting(result, held))
    if into is None and first and target == s.array and code.axes == axes and _converted(p, s, result):
        p.merged.add(s.array)
        own = "" if isinstance(s.value, Read | Lanes) else ", copy=False"  # else it would be the very array that is read
        into = f"{s.array} = {code.at(ATOM)}.astype({sp.np(next(iter(held)))}{own})"
    p.write(into or f"{_whole(target)} = {text}")


def _folds_under_mask(s: Store) -> bool:
    """Whether what is taken in was folded under a mask, so that the loop may never have got to the place."""
    folds = [x for x in walk(s.value) if isinstance(x, Reduce) and x.where is not None]
    chosen = [x for x in walk(s.value) if isinstance(x, Apply) and x.fn == "where" and isinstance(x.args[1], Reduce)]
    return s.op is not None and bool(folds or chosen)


def _casting(source: Kinds, target: Kinds) -> str:
    """The elements of an array keep its dtype, whatever is stored: for a ufunc that has to be said."""
    return "" if casts(source, target) else ', casting="unsafe"'


def _replaces(p: Printer, s: Store, result: Kinds) -> bool:
    """Whether the stored value can take the place of the array that was set up for it."""
    fact, setup = p.speller.facts.array(s.array), p.setups.get(s.array)
    if fact is None or setup is None or fact.kinds != in_arrays(result) or not _fills(s, fact):
        return False
    return s.op is None or (s.op == "+" and isinstance(setup.value, Apply) and setup.value.fn in ("np.zeros", "np.zeros_like"))


def _converted(p: Printer, s: Store, result: Kinds) -> bool:
    """Whether the stored value, converted if need be, can take the place of the array that was set up for it."""
    fact = p.speller.facts.array(s.array)
    if fact is None or s.array not in p.setups or not _fills(s, fact):
        return False
    return s.op is None and not result & PYTHON and casts(result, fact.kinds)


def _fills(s: Store, fact: ArrayFact) -> bool:
    """Whether a store sets every element of a new array of one dtype."""
    return len(fact.kinds) == 1 and fact.fresh and frozenset(s.axes) == free_axes(s.value)


def _replace(p: Printer, s: Store, axes: tuple[str, ...]) -> None:
    value = p.speller.spell(s.value, axes)
    if value.axes != axes:
        raise NoSpelling("AV041", f"`{s.array}` is filled with fewer axes than it has")
    p.merged.add(s.array)
    copy = isinstance(s.value, Lanes) or (isinstance(s.value, Read) and not _gathers(p, s.value))
    p.write(f"{s.array} = {value.at(ATOM)}.copy()" if copy else f"{s.array} = {value.text}")


def _gathers(p: Printer, e: Read) -> bool:
    """Whether elements are read through index arrays, which gives a new array."""
    return any(not isinstance(x, Slice) and free_axes(x) and p.speller.places.line(x) is None for x in e.at)


def _update(p: Printer, s: Store, target: str, axes: tuple[str, ...], held: Kinds, result: Kinds) -> None:
    assert s.op is not None
    value = p.speller.spell(s.value, axes)
    if not axes:
        p.write(f"{target} {s.op}= {value.text}")
        return
    if value.axes and result == frozenset(("int",)) and not held <= WIDE:
        if len(held) != 1:
            raise NoSpelling("AV010", f"the type of `{s.array}` is not known", f"annotate the dtype of `{s.array}`")
        value = Code(f"{value.at(ATOM)}.astype({p.speller.np(next(iter(held)))})", value.axes)  # as Python's integers do
    counted = free_axes(s.value) and result == frozenset(("int",))  # positions: as an array they are wider than the number was
    if casts(apply(s.op, (held, frozenset(("int64",)) if counted else result)), held):
        name = f"{target}[...]" if "." in target and not target.endswith("]") else target
        p.write(f"{name} {s.op}= {aligned(value, axes)}")
        return
    if s.op in UFUNCS and not is_scattered(s):
        p.write(f'{p.speller.np(UFUNCS[s.op])}({target}, {aligned(value, axes)}, out={target}, casting="unsafe")')
        return
    right = aligned(value, axes)
    right = value.at(INFIX[s.op] + 1) if right == value.text else right
    p.write(f"{_whole(target)} = {target} {s.op} {right}")


# ------------------------------------------------------------------ masks


def _masked(p: Printer, s: Store, target: str, axes: tuple[str, ...], first: bool) -> None:
    """A store in the lanes of a mask; the others keep what they hold."""
    assert s.where is not None
    sp = p.speller
    fact = sp.facts.array(s.array)
    assert fact is not None
    setup = p.setups.get(s.array)
    fill = _fill(setup.value) if setup else None
    result = sp.facts.kinds(s.value)
    if (
        first
        and target == s.array
        and fill is not None
        and len(fact.kinds) == 1
        and in_arrays(result) == fact.kinds
        and fact.fresh
    ):
        _selected(p, s, axes, fill, fact.kinds)
        return
    if not axes:
        raise NoSpelling("AV041", f"one element of `{s.array}` is stored under a condition of many lanes")
    stored = result if s.op is None else apply(s.op, (fact.kinds, result))
    if not casts(stored, fact.kinds) or is_scattered(s):
        old = Read(s.array, s.at)
        value = s.value if s.op is None else Apply(s.op, (old, s.value))
        p.write(f"{_whole(target)} = {aligned(sp.spell(Apply('where', (s.where, value, old)), axes), axes)}")
        return
    _written_through(p, s, target, axes)


def _written_through(p: Printer, s: Store, target: str, axes: tuple[str, ...]) -> None:
    """Only the lanes of the mask are written: `np.add(a, b, out=target, where=mask)`."""
    assert s.where is not None
    sp = p.speller
    fact = sp.facts.array(s.array)
    if s.op is None and s.value == Const(True) and fact is not None and fact.kinds == frozenset(("bool_",)):
        p.write(f"{target} |= {aligned(sp.spell(s.where, axes), axes)}")  # many times as fast as np.copyto
        return
    divides = isinstance(s.value, Apply) and s.value.fn in UFUNCS and s.op is None
    inner = s.value.args if divides and isinstance(s.value, Apply) else (s.value,)
    mask = s.where
    if any(shielded(x, mask) != x for x in inner):
        mask = sp.name_mask(mask, axes)
    with sp.guarded():
        ask_for_room(sp, "where", (s.value, Read(s.array, s.at)))
        covered = tuple(shielded(x, mask) for x in inner)
        codes = sp.fitted(s.value.fn, covered, axes) if isinstance(s.value, Apply) and divides else (sp.spell(covered[0], axes),)
        parts = [aligned(c, axes) for c in codes]
    where = aligned(sp.spell(mask, axes), axes)
    if s.op is not None and s.op in UFUNCS:
        p.write(f"{sp.np(UFUNCS[s.op])}({target}, {parts[0]}, out={target}, where={where})")
    elif divides and isinstance(s.value, Apply):
        p.write(f"{sp.np(UFUNCS[s.value.fn])}({', '.join(parts)}, out={target}, where={where})")
    elif s.op is None:
        p.write(f"{sp.np('copyto')}({target}, {parts[0]}, where={where})")
    else:
        raise NoSpelling("AV041", f"`{s.array}` is updated by {s.op}= under a condition")


def _selected(p: Printer, s: Store, axes: tuple[str, ...], fill: Const, held: Kinds) -> None:
    """The array that was set up with one value: a selection between that and the new values."""
    assert s.where is not None
    fresh = s.value if s.op is None else Apply(s.op, (fill, s.value))
    typed = Const(float(fill.value)) if held <= FLOATS and type(fill.value) is int else fill
    code = p.speller.spell(Apply("where", (s.where, fresh, typed)), axes)
    if code.axes != axes:
        raise NoSpelling("AV041", "a masked store that does not vary over all axes")
    p.merged.add(s.array)
    p.write(f"{s.array} = {code.text}")


def _fill(value: Expr) -> Const | None:
    match value:
        case Apply("np.zeros" | "np.zeros_like", _):
            return ZERO
        case Apply("np.ones" | "np.ones_like", _):
            return Const(1)
        case Apply("np.full", (_, Const() as fill, *_)) | Apply("*", (Apply("list", (Const() as fill,)), _)):
            return fill
        case Opaque(call=Apply(fn, (element, *_))) if fn == EACH:
            return element if isinstance(element, Const) else _fill(element)
        case _:
            return None


# ------------------------------------------------------------------ lists


def _list(p: Printer, s: Store, target: str, axes: tuple[str, ...], first: bool) -> None:
    """`out = [0.0] * n` filled whole, or `out = [[0.0] * m for _ in range(n)]`; or added to, once."""
    kinds, setup = p.speller.facts.kinds(s.value), p.setups.get(s.array)
    fill = _fill(setup.value) if setup is not None else None
    added = s.op == "+" and fill is not None and repr(fill.value) == "0.0"
    if not first or target != s.array or not (s.op is None or added) or s.where is not None or setup is None:
        raise NoSpelling("AV061", f"the list `{s.array}` is changed in place")
    value = p.speller.spell(s.value, axes)
    if value.axes != axes:
        raise NoSpelling("AV041", f"`{s.array}` is filled with one value")
    p.merged.add(s.array)
    kinds = apply("+", (frozenset(("float",)), kinds)) if added else kinds
    if len(kinds & {"int", "float"}) > 1:
        raise NoSpelling("AV012", "some elements may be Python integers", "make the list an array")
    p.write(f"{s.array} = {p.listed(value, kinds, len(axes) - 1)}")


def casts(source: Kinds, target: Kinds) -> bool:
    """Whether NumPy stores any of `source` into any of `target` without being asked to (same-kind casting)."""
    if not source or not target:
        return False
    if source == target and len(source) > 1:
        return True
    return all(stores(a, b) for a in sorted(in_arrays(source)) for b in sorted(in_arrays(target)))  # the same questions each time
