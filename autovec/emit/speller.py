"""Print a tensor expression as NumPy.

Comes in: an expression over axes. Goes out: its text, the dimensions laid out in the order asked for. At every fold and operation
the rule book is asked first for an idiom; the generic form is always there. Not handled here: statements (`statements`), folds
(`folds`), subscripts (`reads`).
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import field, replace
from typing import TYPE_CHECKING

from autovec.affine import affine
from autovec.emit import calls, folds, guards, reads, scalars, scans
from autovec.emit.code import Code, Needed, NoSpelling, Spelling, aligned, becomes_double
from autovec.emit.functions import INFIX, WHOLE, WIDE
from autovec.emit.places import Places, names_in, text_of
from autovec.emit.scalars import infix
from autovec.emit.shield import shielded
from autovec.emit.templates import fill
from autovec.expression import (
    ATOM,
    Apply,
    Axis,
    Expr,
    Lanes,
    Read,
    Reduce,
    Scan,
    free_axes,
    show,
    walk,
)  # fmt: skip
from autovec.facts import kinds as kind
from autovec.facts.kinds import INTEGERS, PYTHON
from autovec.facts.table import Facts
from autovec.record import dataclass
from autovec.rule import picked
from autovec.tensor.statement import Extent

if TYPE_CHECKING:
    from autovec.rule import Book, Match


_SINGLE = frozenset(("float16", "float32", "complex64"))  # beside which a Python float counts as one of them
_WIDENING = frozenset(("/", "<", "<=", ">", ">=", "==", "!="))


@dataclass(slots=True)
class Speller:
    """Prints the expressions of one nest."""

    facts: Facts
    extents: dict[str, Extent]
    needed: Needed
    spelling: Spelling
    book: Book
    places: Places
    new_name: Callable[[str], str]
    setup: list[str] = field(default_factory=list[str])  # lines to run before the whole nest
    before: list[str] = field(default_factory=list[str])  # lines to run before the statement being printed
    local: list[str] = field(default_factory=list[str])  # tests under which alone the statement being printed may run
    named: dict[Expr, Lanes] = field(default_factory=dict[Expr, Lanes])  # masks that got a name for this statement
    inputs: frozenset[str] = frozenset()  # names that exist in front of the nest
    conditional: int = 0  # inside something that a mask may skip
    arrays: dict[str, str] = field(default_factory=dict[str, str])  # lists that were turned into arrays
    around: tuple[str, ...] = ()  # the axes of the statement being printed, folded ones too
    solid: tuple[str, ...] = ()  # axes of the outermost loops that hold nothing but each other
    positions: dict[str, str] = field(default_factory=dict[str, str])  # text -> loop variable, in this statement
    tested: set[str] = field(default_factory=set[str])  # axes that have a lane where the text being printed stands
    totals: dict[Reduce, frozenset[str]] = field(default_factory=dict[Reduce, frozenset[str]])
    akin: set[Reduce] = field(default_factory=set[Reduce])  # totals that are of their array's dtype
    stored: frozenset[str] = frozenset()  # arrays that the nest changes
    spoken: frozenset[str] = frozenset()  # names that the new text reads or binds
    held: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])  # variable -> arrays it picks from

    # -------------------------------------------------------------- the rule book's questions

    def kinds(self, expr: Expr) -> frozenset[str]:
        """The kinds of a lane as the new text holds it: a list's floats are float64; of a fold, of its accumulator."""
        if isinstance(expr, Reduce) and expr in self.totals:
            return self.totals[expr]
        lists = {x.array: f for x in walk(expr) if isinstance(x, Read) and (f := self.facts.array(x.array)) and becomes_double(f)}
        names = {n: replace(f, kinds=frozenset(("float64",))) for n, f in lists.items()}
        return replace(self.facts, names={**self.facts.names, **names}).kinds(expr) if names else self.facts.kinds(expr)

    def kinds_in_loop(self, expr: Expr) -> frozenset[str]:
        """The kinds of a lane in the loop, where a list's floats yield to what they meet; of a fold, of its accumulator."""
        return self.totals[expr] if isinstance(expr, Reduce) and expr in self.totals else self.facts.kinds(expr)

    def lanes_of(self, name: str, kinds: frozenset[str]) -> None:
        """Note the kinds of an array variable that the text makes."""
        self.facts = replace(self.facts, lanes={**self.facts.lanes, name: kinds})

    def extent(self, axis: str) -> Extent:
        """The values of an axis."""
        return self.extents[axis]

    def nonempty(self, axis: str) -> bool:
        """Whether an axis is proved, or was tested, to have a lane."""
        if axis in self.tested:
            return True
        e = self.extents[axis]
        gap = self.facts.linear(Apply("-", (e.stop, e.start)))
        value = None if gap is None else gap.as_int()
        return value is not None and value > 0

    def sources(self, expr: Expr) -> frozenset[str] | None:
        """The arrays whose elements an expression picks."""
        return picked(expr, self.held)

    # -------------------------------------------------------------- expressions

    def np(self, name: str) -> str:
        """`np.name`, as this file calls NumPy."""
        self.needed.numpy = True
        return f"{self.spelling.numpy}.{name}"

    def spell(self, e: Expr, want: tuple[str, ...]) -> Code:
        """The text of `e` with its dimensions in the order of `want`."""
        if not free_axes(e) and not isinstance(e, Reduce) and not any(isinstance(x, Reduce) for x in walk(e)):
            return self.scalar(e)
        match e:
            case Axis(id):
                return self._positions(id)
            case Lanes(id, axes):
                return self.permuted(Code(id, axes), want)
            case Read():
                return reads.spell_read(self, e, want)
            case Reduce("last"):
                return scans.spell_last(self, e, want)
            case Reduce():
                return folds.spell_fold(self, e, want)
            case Scan():
                return scans.spell_scan(self, e, want)
            case Apply():
                return self.apply(e, want)
            case _:
                raise NoSpelling("AV041", f"`{show(e)}` has no array form")

    def scalar(self, e: Expr) -> Code:
        """Python text for a value without lanes."""
        return scalars.spell_scalar(self, e)

    def note_temporary(self, e: Expr) -> None:
        """A value that is held for all its lanes; what matters is where it has more dimensions than the arrays it is made of."""
        largest = max((len(free_axes(x)) for x in walk(e) if isinstance(x, Read | Lanes)), default=0)
        if len(free_axes(e)) > max(largest, 1):
            self.needed.spread = max(self.needed.spread, len(free_axes(e)))

    def ran(self, except_for: frozenset[str] = frozenset()) -> None:
        """What is being printed may stand only where the loops around it run at all, apart from some."""
        for axis in self.around:
            if axis in except_for or self.nonempty(axis):
                continue
            e = self.extents[axis]
            width = affine(Apply("-", (e.stop, e.start)))
            if width is None:
                raise NoSpelling("AV036", "an empty range cannot be told")
            text = f"{text_of(width, self.facts)} > 0"
            if names_in(width) & self.places.kept:
                if text not in self.local:
                    self.local.append(text)
            elif axis in self.solid:
                if text not in self.needed.runs:
                    self.needed.runs.append(text)
            else:
                self.places.require(text, width, "a loop that may not run at all", "AV036")

    def _positions(self, axis: str) -> Code:
        e = self.extents[axis]
        if e.step != 1 and not isinstance(e.step, int):
            raise NoSpelling("AV014", "a step that is not a literal")
        start, stop = self.scalar(e.start).text, self.scalar(e.stop).text
        inside = stop if start == "0" else f"{start}, {stop}"
        text = f"{self.np('arange')}({inside})" if e.step == 1 else f"{self.np('arange')}({start}, {stop}, {e.step})"
        label = axis.partition("·")[0]
        if label.strip("_") and label not in self.spoken:
            self.positions[text] = label
        return Code(text, (axis,))

    def permuted(self, code: Code, want: tuple[str, ...]) -> Code:
        """`code` with its dimensions in the order of `want`."""
        target = tuple(a for a in want if a in code.axes)
        if target == code.axes:
            return code
        if target == code.axes[::-1]:
            return Code(f"{code.at(ATOM)}.T", target)
        order = ", ".join(str(code.axes.index(a)) for a in target)
        return Code(f"{code.at(ATOM)}.transpose({order})", target)

    # -------------------------------------------------------------- operations

    def apply(self, e: Apply, want: tuple[str, ...]) -> Code:
        """An operation on lanes."""
        found = self.idiom(e, want)
        if found is not None:
            return found
        axes = tuple(a for a in want if a in free_axes(e))
        fn, args = e.fn, e.args
        self._note_totals(fn, args)
        if fn in ("*", "/", "**") and self.kinds_in_loop(e) & {"complex", "complex64", "complex128"}:
            self.needed.roundings.append("reassociates")  # NumPy fuses operations on complex arrays
        if fn == "**" and free_axes(args[1]) and "int" in self.kinds_in_loop(args[0]) and "int" in self.kinds_in_loop(args[1]):
            if "float" not in self.kinds_in_loop(args[0]):
                raise NoSpelling("AV012", f"`{show(e)}` has no upper limit in Python")
            args = (Apply("float", args[:1]), args[1])  # declared a float: powers of an int would wrap
        if fn == "**" and not (self.kinds_in_loop(e) and all("int" in k or "bool" in k for k in self.kinds_in_loop(e))):
            self.needed.roundings.append("approximates")  # an array's is not the libm's pow that a scalar's is
        match fn:
            case _ if fn in INFIX:
                a, b = self.fitted(fn, self._in_floats(fn, args), want)
                return replace(infix(fn, *(replace(c, text=aligned(c, axes), level=_level(c, axes)) for c in (a, b))), axes=axes)
            case "neg" | "pos" | "~":
                code = self.spell(args[0], want)
                return Code(f"{ {'neg': '-', 'pos': '+', '~': '~'}[fn] }{code.at(14)}", axes, 14)
            case "and" | "or" | "not":
                return self._logic(fn, args, want, axes)
            case "where":
                return self._select(args, want, axes)
            case "min" | "max" if len(args) == 2:
                return self._extreme(fn, args, want, axes)
            case _:
                return calls.spell_call(self, e, want, axes)

    def idiom(self, e: Expr, want: tuple[str, ...]) -> Code | None:
        """The rule book's spelling, where a rule fits."""
        layout = tuple(a for a in want if a in free_axes(e))
        match = self.book.best(e, self, layout, guarded=True)
        if match is not None and not all(guards.answered(self, g, match.bindings) for g in match.guards):
            match = self.book.best(e, self, layout)
        return None if match is None else self.by_rule(match, want)

    def by_rule(self, match: Match, want: tuple[str, ...]) -> Code:
        """Fill a rule's template."""
        parts = {k: self._operand(b.expr, b.axes) for k, b in match.bindings.items()}
        for guard in match.guards:
            guards.ask(self, guard, match.bindings)
        self.needed.numpy = True
        self.needed.rule(match.rule.code, match.rule.name, match.rule.rounding)
        text, level = fill(match.template, parts, self.spelling.numpy)
        return self.permuted(Code(text, match.axes, level), want)

    def _operand(self, e: Expr, axes: tuple[str, ...]) -> Code:
        """A rule's operand, with exactly these dimensions."""
        code = self.spell(e, axes)
        if code.axes == axes:
            return code
        raise NoSpelling("AV041", "an operand that does not vary over all of a rule's axes")

    def _logic(self, fn: str, args: tuple[Expr, ...], want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
        if any(not (k := self.kinds_in_loop(a)) or not k <= {"bool", "bool_"} for a in args if free_axes(a)):
            raise NoSpelling("AV015", f"what `{show(Apply(fn, args))}` gives is one of its operands, not a truth value")
        if fn == "not":
            return Code(f"~{self.spell(args[0], want).at(14)}", axes, 14)
        first = self.spell(args[0], want)
        with self.guarded():
            second = self.spell(args[1], want)
        sign, level = ("&", 10) if fn == "and" else ("|", 8)
        a, b = (
            f"({aligned(c, axes)})" if _level(c, axes) <= level and c.level < ATOM else aligned(c, axes) for c in (first, second)
        )
        return Code(f"{a} {sign} {b}", axes, level)

    @contextmanager
    def surely(self, axis: str) -> Generator[None, None, None]:
        """Inside, the text stands behind a test that the axis has a lane."""
        tested, self.tested = self.tested, self.tested | {axis}
        try:
            yield
        finally:
            self.tested = tested

    @contextmanager
    def guarded(self) -> Generator[None, None, None]:
        """Inside, some lanes stand for iterations that the loop would have skipped."""
        self.conditional += 1
        try:
            yield
        finally:
            self.conditional -= 1

    def _select(self, args: tuple[Expr, ...], want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
        test, yes, no = args
        if test in self.named or shielded(yes, test) != yes or shielded(no, Apply("not", (test,))) != no:
            test = self.name_mask(test, want)
        with self.guarded():
            guards.ask_for_room(self, "where", (yes, no))
            a = self.spell(shielded(yes, test), want)
            b = self.spell(shielded(no, Apply("not", (test,))), want)
        c = self.spell(test, want)
        if not axes:
            return Code(f"{a.at(2)} if {c.at(2)} else {b.at(1)}", (), 1)
        return Code(f"{self.np('where')}({aligned(c, axes)}, {aligned(a, axes)}, {aligned(b, axes)})", axes)

    def name_mask(self, test: Expr, want: tuple[str, ...]) -> Expr:
        """A mask that is used several times gets a name."""
        if isinstance(test, Lanes) or not free_axes(test) or self.conditional:
            return test
        if test not in self.named:
            code = self.spell(test, want)
            name = self.new_name("mask")
            self.before.append(f"{name} = {code.text}")
            self.named[test] = Lanes(name, code.axes)
        return self.named[test]

    def _extreme(self, fn: str, args: tuple[Expr, ...], want: tuple[str, ...], axes: tuple[str, ...]) -> Code:
        a, b = args
        kinds = self.kinds_in_loop(a), self.kinds_in_loop(b)
        if all(kinds) and not (kinds[0] | kinds[1]) & {"float", "float16", "float32", "float64"}:
            x, y = (aligned(self.spell(v, want), axes) for v in args)
            return Code(f"{self.np('minimum' if fn == 'min' else 'maximum')}({x}, {y})", axes)
        wins = Apply("<" if fn == "min" else ">", (b, a))
        return self._select((wins, b, a), want, axes)

    def fitted(self, fn: str, args: tuple[Expr, ...], want: tuple[str, ...]) -> tuple[Code, Code]:
        """Both operands; Python numbers that meet elements of a smaller type take theirs, as single ones do."""
        guards.ask_for_room(self, fn, args)
        a, b = (self.spell(x, want) for x in args)
        for k, (code, other) in enumerate(((a, args[1]), (b, args[0]))):
            kinds, mine = self.kinds_in_loop(other) - PYTHON, self.kinds_in_loop(args[k])
            if not code.axes or not mine or not mine <= {"int", "float"} or kinds <= WIDE:
                continue
            if {"int", "float"} <= mine and kinds & INTEGERS - WIDE:
                raise NoSpelling("AV012", f"`{show(args[k])}` may be an integer, which wraps around with `{show(other)}`")
            if "float" in mine and not kinds & _SINGLE:
                continue
            if fn in _WIDENING and kinds <= INTEGERS:
                continue  # the integer stays what it is, whatever it meets
            if len(kinds) != 1:
                raise NoSpelling("AV010", f"the type of `{show(other)}` is not known", "annotate the array's dtype")
            only = next(iter(kinds))
            cast = Code(f"{code.at(ATOM)}.astype({self.np('float32' if only == 'complex64' else only)})", code.axes)
            a, b = (cast, b) if k == 0 else (a, cast)
        return a, b

    def _note_totals(self, fn: str, args: tuple[Expr, ...]) -> None:
        """A fold that something is added to adds up in the type of both."""
        for fold, other in (args, args[::-1]) if fn in ("+", "-", "*") else ():
            if isinstance(fold, Reduce):
                self.totals[fold] = kind.apply(fn, (self.kinds_in_loop(other), self.facts.kinds(fold.body)))

    def _in_floats(self, fn: str, args: tuple[Expr, ...]) -> tuple[Expr, ...]:
        """math.floor(x) / 100.0 needs no integer in between: np.floor holds the same number, however large."""
        kinds = [self.kinds_in_loop(a) for a in args]
        floats = fn == "/" or (fn in ("+", "-", "*") and any(k and k <= {"float", "float64"} for k in kinds))
        if not floats:
            return args
        return tuple(Apply(a.fn.replace("math.", "np."), a.args) if isinstance(a, Apply) and a.fn in WHOLE else a for a in args)


def _level(code: Code, axes: tuple[str, ...]) -> int:
    return ATOM if aligned(code, axes) != code.text else code.level
