"""Print a tensor program whose result is one value: what a comprehension, or a builtin that uses one up, would have given.

Comes in: a lifted program whose last statement builds the value, and the form of the value (list, sum, min, any, ...). Goes out:
the lines to run before, and `name = expression` as the last one. The value keeps its kind: counts and tests are Python's, a sum
of nothing is the integer 0 unless nobody can tell, and NaN never wins min and max unless it comes first.
Not handled: programs with a Python loop left in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from autovec.affine import affine
from autovec.emit.code import Code, Needed, NoSpelling, Spelling
from autovec.emit.folds import layout
from autovec.emit.functions import RISKY, RISKY_CALLS
from autovec.emit.places import Places, text_of
from autovec.emit.rows import ask_of_rows
from autovec.emit.speller import Speller
from autovec.emit.statements import NewText, Printer
from autovec.emit.whole import whole_numbers
from autovec.expression import ATOM, ZERO, Apply, Const, Expr, Lanes, Length, Read, Reduce, Slice, free_axes, rebuild, walk
from autovec.facts.kinds import FLOATS, PYTHON, apply
from autovec.facts.table import Facts
from autovec.outcome import Refusal, Rounding
from autovec.record import dataclass
from autovec.rule import Book
from autovec.tensor.statement import Bind, Extend, Program, measured

STARTS = {"sum": Const(0), "product": Const(1)}
DOUBLES = frozenset(("float", "float64"))
TRUTHS = frozenset(("bool", "bool_"))


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is made from what the loop builds: list, tuple, array, doubles (an array of dtype float), count, sum,
    product, min, max, any or all.

    `name` is what the printed text binds it to. `stops`: the elements behind the one that decides are never looked at.
    `loose`: nobody can tell the integer 0 from 0.0.
    """

    kind: str
    name: str
    stops: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Value:
    """Prints the last statement as an expression."""

    printer: Printer
    form: Form

    @property
    def speller(self) -> Speller:
        """The speller of the whole program."""
        return self.printer.speller

    def text(self, s: Bind | Extend) -> str:
        """The expression."""
        if isinstance(s, Extend):
            return self._elements(s)
        if self.form.kind in ("any", "all"):
            return self._test(s.value)
        if self.form.kind in ("min", "max"):
            return self._extreme(s.value)
        return self._total(s.value)

    # -------------------------------------------------------------- lists and arrays

    def _elements(self, s: Extend) -> str:
        if self.form.kind == "count":
            if s.where is None:
                raise NoSpelling("AV041", "a count of all elements")
            return f"int({self.speller.spell(Reduce('+', (s.axis, *s.inner), s.value, s.where), ()).text})"
        if self.form.kind in ("array", "doubles"):
            return self._array(s)
        kinds = self.speller.facts.kinds(s.value)
        if self.form.kind == "list" and (whole := whole_numbers(self.printer, s)) is not None:
            return whole
        if len(kinds & {"int", "float"}) > 1:
            raise NoSpelling("AV012", "some elements may be Python integers", "make the list an array")
        if "int" in kinds and any(_makes_integers(x) for x in walk(s.value)):
            raise NoSpelling("AV012", "the elements are Python integers, which have no upper limit")
        for fold in _bare_sums(s.value):
            self._require_lanes(fold.axes, "a sum of nothing is the integer 0")
        text = self.printer.listed(self.printer.elements(s), kinds, len(s.inner))
        if self.form.kind != "tuple":
            return text
        inside = text.removeprefix("list(").removesuffix(")") if text.startswith("list(") else text
        return f"tuple({inside})"

    def _array(self, s: Extend) -> str:
        kinds = self.speller.facts.kinds(s.value)
        wide = self.form.kind == "doubles" and kinds <= FLOATS | {"int64", "int32", "float", "bool_"}
        if not kinds or not (wide or kinds <= DOUBLES):
            self._limit(s.value)
        if s.inner:
            self._require_lanes((s.axis,), "an array of no rows has no columns")
        code = self.printer.elements(s)
        bare = isinstance(s.value, Read) and s.where is None
        if wide and not kinds <= DOUBLES:
            return f"{code.at(ATOM)}.astype({self.speller.spelling.call('float')})"
        return f"{code.at(ATOM)}.copy()" if bare else code.text

    def _limit(self, value: Expr) -> None:
        """An array of no elements is one of float64: the fast path is for arrays whose elements are that."""
        sp = self.speller
        arrays = {x.array: f for x in walk(value) if isinstance(x, Read) and (f := sp.facts.array(x.array))}
        open_ = [n for n, f in arrays.items() if f.container == "ndarray" and len(f.kinds) > 1 and "float64" in f.kinds]
        if not open_:
            raise NoSpelling("AV010", "the dtype of an array of no elements would not be the same", "annotate the arrays' dtypes")
        for name in open_:
            sp.needed.limit(name, frozenset(("float64",)))

    def _require_lanes(self, axes: tuple[str, ...], why: str) -> None:
        sp = self.speller
        for axis in axes:
            if not sp.nonempty(axis):
                e = sp.extents[axis]
                sp.places.require(self._some_lane((axis,)), affine(Apply("-", (e.stop, e.start))), why, "AV036")

    # -------------------------------------------------------------- any and all

    def _test(self, e: Expr) -> str:
        fold = _fold(e)
        body = _plain_truth(fold.body, self.speller.facts)
        if self.form.stops and any(isinstance(x, Apply) and _risky(x.fn) for x in walk(body)):
            raise NoSpelling("AV030", f"{self.form.kind}() stops at the element that decides; one behind it may be worse")
        plain = Reduce("or" if self.form.kind == "any" else "and", fold.axes, body)
        if not self.form.stops:
            return f"bool({self.speller.spell(plain, ()).text})"
        with self.speller.guarded():
            return f"bool({self.speller.spell(plain, ()).text})"

    # -------------------------------------------------------------- sums

    def _total(self, e: Expr) -> str:
        sp = self.speller
        start = STARTS[self.form.kind]
        fold = e if isinstance(e, Reduce) else None
        body = sp.facts.kinds(e if fold is None else fold.body)
        total = apply("+" if self.form.kind == "sum" else "*", (sp.facts.kinds(start), body))
        if fold is None or not total:
            raise NoSpelling("AV041", "a sum of the same value again and again")
        if fold.body == Const(1) and fold.where is not None:
            return f"int({sp.spell(fold, ()).text})"
        if "int" in total:
            raise NoSpelling("AV012", "the elements are Python integers, which have no upper limit")
        if fold.where is not None and not self.form.loose:
            return self._chosen_total(fold, start)
        sp.totals[fold] = total
        text = sp.spell(fold, ()).text
        if self.form.loose or all(sp.nonempty(a) for a in fold.axes):
            return text
        return f"{text} if {self._some_lane(fold.axes)} else {start.value}"

    def _chosen_total(self, fold: Reduce, start: Const) -> str:
        """A sum of the elements that a filter keeps, which may be none."""
        name = self._bound("chosen", self._compressed(fold))
        method = "sum" if self.form.kind == "sum" else "prod"
        kinds = self.speller.facts.kinds(fold.body)
        if not kinds <= FLOATS | DOUBLES | {"int64", "uint64", "complex128", "bool_"}:
            raise NoSpelling("AV010", "how wide the loop adds up depends on the array's dtype", "annotate the array's dtype")
        self.speller.needed.rule("AV200", "reduction", "reassociates")
        return f"{name}.{method}() if len({name}) else {start.value}"

    def _compressed(self, fold: Reduce) -> Code:
        """The lanes of a fold that its filter keeps, as one dimension."""
        return self.printer.elements(Extend(self.form.name, fold.axes[0], fold.axes[1:], fold.body, fold.where))

    def _bound(self, base: str, code: Code) -> str:
        if code.text.isidentifier():
            return code.text
        name = self.speller.new_name(base)
        self.printer.lines.append(f"{name} = {code.text}")
        return name

    def _some_lane(self, axes: tuple[str, ...]) -> str:
        """A test that the nest runs at all."""
        tests: list[str] = []
        stops = [self.speller.extents[a].stop for a in axes]
        first = stops[0]
        if len(axes) > 1 and isinstance(first, Length) and stops == [Length(first.array, k) for k in range(len(axes))]:
            return f"{first.array}.size"
        for axis in axes:
            e = self.speller.extents[axis]
            shortest = e.stop.args if isinstance(e.stop, Apply) and e.stop.fn == "min" and e.start == ZERO else ()
            if shortest and all(isinstance(x, Length) and x.axis == 0 for x in shortest):
                tests += [self.speller.scalar(x).text for x in shortest]
                continue
            width = affine(Apply("-", (e.stop, e.start)))
            if width is None:
                raise NoSpelling("AV036", "an empty range cannot be told")
            text = text_of(width, self.speller.facts)
            tests.append(text if text.startswith("len(") and " " not in text else f"{text} > 0")
        return " and ".join(dict.fromkeys(tests))

    # -------------------------------------------------------------- extremes

    def _extreme(self, e: Expr) -> str:
        """Python's fold starts from the first element: a NaN there wins, elsewhere it never does."""
        sp = self.speller
        fold = replace(_fold(e), start=None)
        kinds = sp.facts.kinds(fold.body)
        if not kinds or kinds & {"complex", "complex64", "complex128", "int"} or len(kinds & PYTHON) > 1:
            raise NoSpelling("AV012" if "int" in kinds else "AV010", f"the type of what {self.form.kind}() compares is not known")
        if len(fold.axes) != 1 or not free_axes(fold.body):
            raise NoSpelling("AV041", "an extreme over several loops")
        sp.needed.rule("AV203" if self.form.kind == "max" else "AV204", self.form.kind, "exact")
        order = layout(sp, fold.body, frozenset(fold.axes))
        code = sp.spell(fold.body, order) if fold.where is None else self._compressed(fold)
        if not kinds & (FLOATS | DOUBLES):
            return f"{code.at(ATOM)}.{self.form.kind}()"
        name = self._bound("values", code)
        return f"{self.form.kind}({name}[0], {sp.np('f' + self.form.kind)}.reduce({name}))"


def _makes_integers(e: Expr | Slice) -> bool:
    """Whether a Python integer may come out that no array holds."""
    return isinstance(e, Read) or (isinstance(e, Apply) and (e.fn in ("int", "round") or e.fn.startswith("math.")))


def _bare_sums(e: Expr) -> list[Reduce]:
    """The sums in an element of a list that nothing converts to a float."""
    match e:
        case Reduce("+" | "*"):
            return [e]
        case Apply(fn, _) if fn == "float" or fn.startswith(("math.", "np.")):
            return []
        case Apply(_, args):
            return [x for a in args for x in _bare_sums(a)]
        case _:
            return []


def _inlined(before: list[Bind], last: Bind | Extend) -> tuple[list[Bind], Bind | Extend]:
    """Values that only the last statement reads, once, in their place there."""
    kept: list[Bind] = []
    for k, s in enumerate(before):
        held = Lanes(s.name, s.axes)
        later = [x for b in before[k + 1 :] for x in walk(b.value)]
        parts = (last.value, *(() if last.where is None else (last.where,)))
        if s.where is None and s.op is None and held not in later and sum(x == held for e in parts for x in walk(e)) == 1:
            where = None if last.where is None else _put(last.where, held, s.value)
            last = replace(last, value=_put(last.value, held, s.value), where=where)
        else:
            kept.append(s)
    return kept, last


def _put(e: Expr, old: Lanes, new: Expr) -> Expr:
    if e == old:
        return new
    out = rebuild(e, lambda part: _put(part, old, new))
    assert not isinstance(out, Slice)
    return out


def _risky(fn: str) -> bool:
    return fn in RISKY or fn.rpartition(".")[2] in RISKY_CALLS


def _fold(e: Expr) -> Reduce:
    if not isinstance(e, Reduce) or (e.where is not None and e.op in "|&"):
        raise NoSpelling("AV041", "a fold that is not over all lanes")
    return e


def _plain_truth(e: Expr, facts: Facts) -> Expr:
    """`e` without conversions to bool of what is one."""
    if isinstance(e, Apply) and e.fn == "bool" and (kinds := facts.kinds(e.args[0])) and kinds <= TRUTHS:
        return e.args[0]
    out = rebuild(e, lambda part: _plain_truth(part, facts))
    assert not isinstance(out, Slice)
    return out


def emit_value(program: Program, facts: Facts, form: Form, spelling: Spelling, book: Book, new_name: Callable[[str], str],
               inputs: frozenset[str]) -> NewText | Refusal:  # fmt: skip
    """The text that binds the value to the form's name."""
    needed = Needed()
    extents = dict(program.axes)
    speller = Speller(facts, extents, needed, spelling, book, Places(facts, extents, needed), new_name, inputs=inputs)
    speller.places.others_run = speller.ran
    printer = Printer(speller, {}, frozenset(), frozenset())
    *front, last = program.body
    made = speller.places.kept = measured(program)
    try:
        ask_of_rows(speller, program)
        before = [s for s in front if isinstance(s, Bind) and (s.axes or s.name in made)]
        if not isinstance(last, Bind | Extend) or len(before) != len(front):
            raise NoSpelling("AV041", "a loop would have to stay")
        before, last = _inlined(before, last)
        for s in before:
            printer.statement(s)
        speller.around = tuple(extents)
        text = Value(printer, form).text(last)
        if speller.local:
            raise NoSpelling("AV036", "a part that may not be evaluated at all")
    except NoSpelling as n:
        return n.refusal
    order = (Rounding.EXACT, Rounding.REASSOCIATES, Rounding.APPROXIMATES)
    rounding = max((Rounding(r) for r in needed.roundings), key=order.index, default=Rounding.EXACT)
    lines = "\n".join([*speller.setup, *printer.lines, *speller.before, f"{form.name} = {text}"])
    limits = tuple(sorted(needed.limits.items()))
    return NewText(f"{lines}\n", tuple(needed.codes), rounding, tuple(needed.conditions), needed.numpy, limits)
