"""Print statements that bind one value: accumulators, extremes, plain scalars.

Comes in: the printer and a `Bind` without axes. Goes out: its lines. A name keeps the kind of value that the loop would leave:
where no lane runs it keeps what it held, a count stays a Python integer where somebody could tell, and a set-up value that is
neutral merges with the fold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec.affine import Affine, affine
from autovec.emit.code import Code, NoSpelling
from autovec.emit.folds import layout, require_lane
from autovec.emit.functions import WIDE
from autovec.emit.lists import extreme_of_list, sum_of_list
from autovec.emit.places import text_of
from autovec.expression import Apply, Const, Expr, Name, Read, Reduce, Scan, Slice, free_axes, walk
from autovec.facts.kinds import FLOATS, PLACES, PYTHON, Kinds, apply, interchangeable
from autovec.tensor.statement import Bind, Tensor, expressions_of

if TYPE_CHECKING:
    from autovec.emit.statements import Printer

NARROW = frozenset(("int8", "uint8", "int16", "uint16", "int32", "uint32"))


def print_scalar(p: Printer, s: Bind) -> None:
    """`name = value` or `name op= value`."""
    sp = p.speller
    if s.op is None and isinstance(s.value, Reduce) and s.value.op in ("min", "max") and s.value.start == Name(s.name):
        if not extreme_of_list(p, s.name, s.value):
            _extreme(p, s.name, s.value)
        return
    if s.op is None and isinstance(s.value, Reduce) and s.value.op == "last":
        _last(p, s.name, s.value)
        return
    if s.op is None:
        text = sp.spell(s.value, ()).text
        p.write(f"{s.name} = {_counted(p, s.name, sp.facts.kinds(s.value), text) if _has_place(s.value) else text}")
        return
    if s.op == "+" and isinstance(s.value, Reduce) and set(s.around) <= set(s.value.axes) and sum_of_list(p, s.name, s.value):
        return
    start = _start_kinds(p, s.name)
    total = _total(p, s, start)
    code = sp.spell(s.value, ())
    if "int" in total and (taken := sp.facts.kinds(s.value)) and taken <= {"int"}:
        code = Code(_counted(p, s.name, taken, code.text))  # whatever the name holds, it takes in a Python integer
    setup = p.setups.get(s.name)
    same = s.value in sp.akin or (interchangeable(start, total) if start and total else False)
    typed = s.value in sp.totals or interchangeable(sp.facts.kinds(s.value), total)  # else the sum alone is of another type
    mergeable = typed and same and len(total - PYTHON) <= 1
    if mergeable and setup and not p.depth and s.name not in p.touched and _neutral(s.op, setup.value):
        p.merged.add(s.name)
        p.write(f"{s.name} = {_as_float(p, s.value, total, code.text)}")
        return
    line = f"{s.name} {s.op}= {code.text}"
    if same or s.name in p.loose or s.name not in p.live_out:
        p.write(line)
        return
    every = apply(s.op, (start, sp.facts.possible(s.value)))
    depends = not interchangeable(every, every)
    if depends or any((isinstance(x, Reduce) and x.where is not None) or _is_selection(x) for x in walk(s.value)):
        raise NoSpelling("AV010", f"whether `{s.name}` takes anything in, and so the type of it, depends on the data")
    p.write(f"if {_some_lane(p, s.value, s.around)}:")  # no lane: the name keeps what it had, and its type
    p.lines.append(f"    {line}")


def _as_float(p: Printer, value: Expr, total: Kinds, text: str) -> str:
    """A count, or a sum of counters, that is merged with a start that was a float."""
    taken = p.speller.facts.kinds(value)
    counted = taken and taken <= {"int", "bool", "bool_"} and total <= {"float", "float64"}
    return f"{p.speller.spelling.call('float')}({text})" if counted else text


def _is_selection(e: Expr | Slice) -> bool:
    """A fold under a mask of the lanes around it."""
    match e:
        case Apply("where", (_, Reduce(), Const())):
            return True
        case _:
            return False


def _extreme(p: Printer, name: str, fold: Reduce) -> None:
    """`if the lanes' extreme beats name: name = it`, exactly the loop's test."""
    sp = p.speller
    kinds = sp.facts.kinds(fold.body)
    _refuse_mixtures(p, name, fold.body)
    worst = Const(float("-inf") if fold.op == "max" else float("inf"))
    setup = p.setups.get(name)
    start = setup.value if setup else None
    sign = ">" if fold.op == "max" else "<"
    if kinds <= {"float64"} and start is not None and not p.depth and name not in p.touched and _constant_float(start):
        assert isinstance(start, Const | Apply | Name)
        value = _float_of(start)
        if value is not None:
            p.merged.add(name)
            p.write(f"{name} = {sp.spell(Reduce(fold.op, fold.axes, fold.body, fold.where, Const(value)), ()).text}")
            return
    best = sp.new_name("highest" if fold.op == "max" else "lowest")
    if kinds and kinds <= FLOATS:
        code = sp.spell(Reduce(fold.op, fold.axes, fold.body, fold.where, worst), ())
        p.write(f"{best} = {code.text}")
        p.write(f"if {best} {sign} {name}:")
        p.lines.append(f"    {name} = {best}")
        return
    _same_kind(p, name, fold.body)
    if fold.where is not None:
        raise NoSpelling("AV010", f"the type of what `{name}` is compared with is not known", "annotate the array's dtype")
    code = sp.spell(Reduce(fold.op, fold.axes, fold.body, None), ())
    p.write(f"if {_some_lane(p, fold)}:")
    p.lines += [
        f"    {best} = {_counted(p, name, kinds, code.text)}",
        f"    if {best} {sign} {name}:",
        f"        {name} = {best}",
    ]


def print_best(p: Printer, test: Expr, then: tuple[Tensor, ...]) -> bool:
    """`if the lanes' extreme beats name: where = its place; name = it`, the extreme computed once; whether it was that."""
    match test, then:
        case Apply("<" | ">" as sign, (Reduce("min" | "max" as op) as fold, Name(name))), (*places, Bind(bound, (), None, value)):
            pass
        case _:
            return False
    if bound != name or value != fold:
        return False
    sp = p.speller
    if any(_has_place(e) for s in places for e in expressions_of(s)):
        sp.needed.rule("AV208" if op == "max" else "AV207", f"arg{op}", "exact")
    for axis in fold.axes:
        require_lane(sp, axis)
    kinds, best = sp.facts.kinds(fold.body), sp.new_name("highest" if op == "max" else "lowest")
    _refuse_mixtures(p, name, fold.body)
    _same_kind(p, name, fold.body)
    text, body = sp.spell(fold, ()).text, sp.spell(fold.body, layout(sp, fold.body, free_axes(fold.body))).text
    p.flush()
    lines = [f"{best} = {_counted(p, name, kinds, text)}", f"if {best} {sign} {name}:"]
    lines += [*(f"    {line}" for line in p.arm(tuple(places))), f"    {name} = {best}"]
    if not isinstance(fold.body, Read) and sum(line.count(body) for line in lines) > 1:
        each = sp.new_name("candidates")
        lines = [f"{each} = {body}", *(line.replace(body, each) for line in lines)]
    p.lines += lines
    return True


def _is_told(p: Printer, name: str) -> bool:
    """Whether somebody could tell of what type the name's value is."""
    return name in p.live_out and name not in p.loose


def _has_place(e: Expr) -> bool:
    return any(isinstance(x, Reduce) and x.op in PLACES for x in walk(e))


def _same_kind(p: Printer, name: str, body: Expr) -> None:
    """All lanes hold numbers of one kind, where somebody could tell."""
    kinds = p.speller.facts.kinds(body)
    if kinds & PYTHON and not interchangeable(kinds, kinds) and _is_told(p, name):
        raise NoSpelling("AV010", f"the type of what `{name}` is compared with is not known", "annotate the array's dtype")


def _refuse_mixtures(p: Printer, name: str, body: Expr) -> None:
    """No lane selects between numbers of different kinds, where somebody could tell."""
    if _is_told(p, name) and any(_differ(p, x) for x in walk(body)):
        raise NoSpelling("AV010", f"some of what `{name}` is compared with is of another type than the rest")


def _differ(p: Printer, e: Expr | Slice) -> bool:
    """Whether a selection is between numbers of different kinds."""
    match e:
        case Apply("where", (_, a, b)) | Apply("min" | "max", (a, b)) | Scan(_, _, a, b, True):
            one, other = p.speller.facts.kinds(a), p.speller.facts.kinds(b)
            return bool(one and other) and one != other and not interchangeable(one, other)
        case _:
            return False


def _last(p: Printer, name: str, fold: Reduce) -> None:
    """What the last lane left, where there is a lane."""
    sp = p.speller
    (axis,) = fold.axes
    sure = sp.nonempty(axis)
    starts = (x.start for x in walk(fold.body) if isinstance(x, Reduce) and x.start is not None)
    kinds = sp.facts.kinds(fold.body).union(*map(sp.facts.kinds, starts))
    counts = any(isinstance(x, Reduce) and sp.facts.kinds(x) <= {"int"} for x in walk(fold.body))
    sure_kind = kinds and interchangeable(kinds, kinds) and not (counts and not kinds <= {"float64", "float", "int64"})
    if _is_told(p, name) and not sure_kind:
        raise NoSpelling("AV010", f"the type of `{name}` behind the loop is not known", "annotate the array's dtype")
    with sp.surely(axis):
        text = _counted(p, name, kinds, sp.spell(fold, ()).text)
    if sure:
        p.write(f"{name} = {text}")
        return
    p.write(f"if {_some_lane(p, fold)}:")
    p.lines.append(f"    {name} = {text}")


def _counted(p: Printer, name: str, total: Kinds, text: str) -> str:
    """A count stays a Python integer where somebody could tell."""
    whole = total and total <= {"int"} and _is_told(p, name)
    return f"int({text})" if whole else text


def _start_kinds(p: Printer, name: str) -> Kinds:
    """What the name may hold before something is folded in; in a loop that stays, also what an iteration left, and what a
    statement before this one."""
    setup, facts = p.setups.get(name), p.speller.facts
    start = facts.kinds(setup.value) if setup is not None else facts.starts.get(name, frozenset())
    return start | facts.kinds(Name(name)) if (p.depth or name in p.touched) and start else start


def _total(p: Printer, s: Bind, start: Kinds) -> Kinds:
    """The accumulator's kinds once something was folded in; tells the fold how wide to add up."""
    body = p.speller.facts.kinds(s.value)
    folds = [x for x in walk(s.value) if isinstance(x, Reduce)]
    inner = p.speller.facts.kinds(folds[0].body) if len(folds) == 1 and folds[0] == s.value else body
    if _is_akin(p, s, inner):
        p.speller.akin.add(folds[0])
        p.speller.totals[folds[0]] = inner
        return inner
    if {"int", "float"} <= start and inner & NARROW:
        raise NoSpelling("AV010", f"whether `{s.name}` starts as an integer, and then wraps as small ones do, is not known")
    if inner and inner <= PYTHON and not start <= PYTHON | WIDE:
        raise NoSpelling("AV010", f"`{s.name}` may be narrower than an array of the Python numbers that it takes in")
    total = apply(s.op or "+", (start, inner)) if start and inner else body
    if len(folds) == 1 and folds[0] == s.value and total:
        p.speller.totals[folds[0]] = total
    return total


def _is_akin(p: Printer, s: Bind, kinds: Kinds) -> bool:
    """Whether a number takes in elements of the array of whose dtype, whatever that is, it is itself."""
    match s.value:
        case Reduce("+", axes, Read(array, _), None) if len(kinds) > 1 and {*s.around} <= {*axes}:
            return not p.depth and s.name not in p.touched and p.speller.facts.akin.get(s.name) == array
        case _:
            return False


def _some_lane(p: Printer, value: Expr, around: tuple[str, ...] = ()) -> str:
    """A test that the nest runs at all."""
    folded = (axis for x in walk(value) for axis in (x.axes if isinstance(x, Reduce) else ()))
    return " and ".join(dict.fromkeys(has_lane(p, axis) for axis in (*around, *folded)))


def has_lane(p: Printer, axis: str) -> str:
    """A test that an axis has a lane."""
    e = p.speller.extents[axis]
    width = affine(Apply("-", (e.stop, e.start)))
    if width is None:
        raise NoSpelling("AV036", "an empty range cannot be told")
    text = text_of(width, p.speller.facts)
    if len(width.terms) == 1 and width.constant < 0 and width.terms[0][1] == 1:
        return f"{text_of(Affine(width.terms, 0), p.speller.facts)} > {-width.constant}"
    return f"{text} > 0" if not text.startswith("len(") or " " in text else text


def _neutral(op: str | None, value: Expr) -> bool:
    return isinstance(value, Const) and type(value.value) in (int, float) and value.value == {"+": 0, "*": 1}.get(op or "")


def _constant_float(e: Expr) -> bool:
    return _float_of(e) is not None


def _float_of(e: Expr) -> float | None:
    match e:
        case Const(float() as value) if value == value:
            return value
        case Name("math.inf" | "np.inf" | "numpy.inf"):
            return float("inf")
        case Apply("neg", (x,)):
            inner = _float_of(x)
            return None if inner is None else -inner
        case Apply("float", (Const(str() as text),)):
            return float(text)
        case _:
            return None
