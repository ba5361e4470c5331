"""Print a tensor program as NumPy statements.

Comes in: a `Program`, the facts, and the statements in front of the nest that set up what it fills (`out = np.zeros(n)`, `s =
0.0`). Goes out: the new text for the whole region, or a `Refusal`. Where a set-up value is overwritten whole, or is the neutral
element of the fold that follows, the two statements become one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field

from autovec.affine import affine
from autovec.emit.accumulators import print_best, print_scalar
from autovec.emit.code import Code, Needed, NoSpelling, Spelling, aligned, becomes_double
from autovec.emit.places import Places, text_of
from autovec.emit.repeats import name_repeats
from autovec.emit.rows import ask_of_rows
from autovec.emit.search import print_exit, print_search
from autovec.emit.shield import shielded
from autovec.emit.speller import Speller
from autovec.emit.stores import print_store
from autovec.emit.whole import whole_numbers
from autovec.expression import ATOM, Apply, Const, Expr, Name, Read, Reduce, Slice, free_axes, free_names, walk
from autovec.facts.kinds import INTEGERS, PYTHON, Kinds
from autovec.facts.table import Facts
from autovec.loops.statement import For
from autovec.outcome import Refusal, Rounding
from autovec.record import dataclass
from autovec.rule import Book
from autovec.tensor.statement import (
    Bind,
    Branch,
    Extend,
    Extent,
    Kept,
    Leave,
    Program,
    Search,
    Store,
    Tensor,
    all_statements,
    bound_in_search,
    expressions_of,
    measured,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Setup:
    """A statement in front of the nest that sets up a name which the nest fills: its text and the value."""

    name: str
    text: str
    value: Expr


@dataclass(frozen=True, slots=True)
class NewText:
    """The region's new text; `codes` are the rules that shaped it (code, name), `conditions` what its fast path asks for."""

    text: str
    codes: tuple[tuple[str, str], ...]
    rounding: Rounding
    conditions: tuple[str, ...]
    numpy: bool
    limits: tuple[tuple[str, frozenset[str]], ...] = ()
    runs: tuple[str, ...] = ()
    spread: int = 0
    equal: tuple[tuple[Expr, Expr], ...] = ()  # lengths that are equal in every run that counts
    merged: frozenset[str] = frozenset()  # names whose set-up statements became one with what follows


@dataclass(slots=True)
class Printer:
    """Prints statements; `lines` are those of the block being printed."""

    speller: Speller
    setups: dict[str, Setup]
    live_out: frozenset[str]
    loose: frozenset[str]
    lines: list[str] = field(default_factory=list[str])
    merged: set[str] = field(default_factory=set[str])
    touched: set[str] = field(default_factory=set[str])  # names that a statement before this one reads or writes
    read: set[str] = field(default_factory=set[str])  # arrays of which elements were read, in this statement or before it
    depth: int = 0

    def block(self, body: tuple[Tensor, ...]) -> list[str]:
        """The lines of a block."""
        outer, self.lines = self.lines, []
        for s in body:
            self.statement(s)
        out, self.lines = self.lines, outer
        return out

    def write(self, line: str) -> None:
        """Add a line, after what its expressions had to set up."""
        self.flush()
        self.lines.append(line)

    def flush(self) -> None:
        """Add the lines that expressions had to set up."""
        self.lines += self.speller.before
        self.speller.before.clear()

    def arm(self, body: tuple[Tensor, ...]) -> list[str]:
        """The lines of a block that may not run, and so leaves no name behind for other expressions."""
        self.depth += 1
        lines = self.block(body)
        self.depth -= 1
        self.speller.named.clear()
        return lines

    def statement(self, s: Tensor) -> None:
        """Print one statement."""
        self.speller.around = _around(s, self.speller.extents)
        self.speller.named.clear()
        every = (x for part in all_statements((s,)) for e in expressions_of(part) for x in walk(e))
        self.read |= {x.array for x in every if isinstance(x, Read)}
        start = len(self.lines)
        self.speller.positions.clear()
        merged = set(self.merged)
        self._print(s)
        self.lines[start:] = name_repeats(self.lines[start:], self.lines[:start], self.speller.positions)
        if self.speller.local:
            if not isinstance(s, Store) and not (isinstance(s, Bind) and s.op):
                raise NoSpelling("AV036", "a loop that may not run at all sets a name")
            tests = " and ".join(self.speller.local)
            self.speller.local.clear()
            self.merged = merged  # what set it up stays: the statement may not run
            self.lines[start:] = [f"if {tests}:", *(f"    {line}" for line in self.lines[start:])]
        self.touched |= {n for part in all_statements((s,)) for e in expressions_of(part) for n in free_names(e)}

    def _print(self, s: Tensor) -> None:
        match s:
            case Store():
                print_store(self, s)
            case Bind(name, ()):
                print_scalar(self, s)
                self.touched.add(name)
            case Bind():
                self.array(s)
            case Extend():
                self.extend(s)
            case Kept(loop, body):
                self.kept(loop, body)
            case Branch(test, then, orelse):
                self.branch(test, then, orelse)
            case Search():
                print_search(self, s)
            case Leave():
                print_exit(self, s)

    # -------------------------------------------------------------- loops and branches

    def kept(self, loop: For, body: tuple[Tensor, ...]) -> None:
        """A loop that stays."""
        sp = self.speller
        before = sp.places.kept
        sp.places.kept = before | {loop.label, *_bound(body)}
        self.depth += 1
        inner = self.block(body)
        self.depth -= 1
        sp.places.kept = before
        start, stop = sp.scalar(loop.start).text, sp.scalar(loop.stop).text
        step = str(loop.step) if isinstance(loop.step, int) else sp.scalar(loop.step).text
        inside = f"{start}, {stop}, {step}" if step != "1" else stop if start == "0" else f"{start}, {stop}"
        sp.needed.codes.append(("AV105", "loop-of-arrays"))
        self.write(f"for {loop.label} in {sp.spelling.call('range')}({inside}):")
        self.lines += [f"    {line}" for line in inner or ["pass"]]

    def branch(self, test: Expr, then: tuple[Tensor, ...], orelse: tuple[Tensor, ...]) -> None:
        """A condition that is the same for all lanes."""
        if print_best(self, test, then):
            return
        condition = self.speller.spell(test, ()).text
        self.flush()
        arms = self.arm(then), self.arm(orelse)
        self.lines.append(f"if {condition}:")
        self.lines += [f"    {line}" for line in arms[0] or ["pass"]]
        if arms[1]:
            self.lines += ["else:", *(f"    {line}" for line in arms[1])]

    # -------------------------------------------------------------- arrays

    def array(self, s: Bind) -> None:
        """`name = value` for all lanes of its axes."""
        sp = self.speller
        sp.note_temporary(s.value)
        if s.where is None:
            code = sp.spell(s.value, s.axes)
        else:
            with sp.guarded():
                code = sp.spell(shielded(s.value, s.where), s.axes)
        sources = sp.sources(s.value)
        sp.held.pop(s.name, None)
        if sources is not None and not self.depth:
            sp.held[s.name] = sources
        if code.axes == s.axes:
            self.write(f"{s.name} = {code.text}")
            return
        sizes = [self._size(a) for a in s.axes]
        shape = f"({', '.join(sizes)})" if len(sizes) > 1 else sizes[0]
        sp.needed.roundings.append("reassociates")  # a Python number takes the type of what it meets, an array of it does not
        self.write(f"{s.name} = {sp.np('full')}({shape}, {aligned(code, s.axes)})")

    def _size(self, axis: str) -> str:
        e = self.speller.extents[axis]
        width = affine(Apply("-", (e.stop, e.start)))
        if width is None or e.step != 1:
            raise NoSpelling("AV041", "the number of iterations is not linear")
        text = text_of(width, self.speller.facts)
        return text if self.speller.places.nonnegative(width) else f"max({text}, 0)"

    # -------------------------------------------------------------- lists

    def elements(self, s: Extend) -> Code:
        """The elements that a loop appends, as an array."""
        sp = self.speller
        axes = (s.axis, *s.inner)
        value = shielded(s.value, s.where) if s.where is not None else s.value
        if s.where is not None:
            with sp.guarded():
                code = sp.spell(value, axes)
            mask = sp.spell(s.where, axes)
            if code.axes != axes or mask.axes != axes:
                raise NoSpelling("AV041", "a filter that does not vary over its list")
            code = Code(f"{code.at(ATOM)}[{mask.text}]", axes)
        else:
            code = sp.spell(value, axes)
        if code.axes != axes:
            raise NoSpelling("AV041", f"`{s.list}` gets the same value again and again")
        return code

    def extend(self, s: Extend) -> None:
        """The elements that a loop appended."""
        facts = self.speller.facts
        kinds, lists = facts.kinds(s.value), [facts.array(x.array) for x in walk(s.value) if isinstance(x, Read)]
        unsure = kinds & INTEGERS and any(f is not None and becomes_double(f) and "int" in f.kinds for f in lists)
        if unsure or ("int" in facts.possible(s.value) and any(_mixes(x, facts) for x in walk(s.value))):
            raise NoSpelling("AV010", f"some elements of `{s.list}` may be whole numbers and others floats")
        text = whole_numbers(self, s) or self.listed(self.elements(s), kinds, len(s.inner))
        setup = self.setups.get(s.list)
        if setup and not self.depth and s.list not in self.touched and setup.value == Apply("list", ()):
            self.merged.add(s.list)
            self.write(f"{s.list} = {text}")
        else:
            self.write(f"{s.list}.extend({text})")
        self.touched.add(s.list)

    def listed(self, code: Code, kinds: Kinds, nested: int) -> str:
        """An array as the list that the loop would have built: its elements keep their kind."""
        if kinds and (kinds <= PYTHON or kinds <= {"float", "float64"} or kinds <= {"complex", "complex128"}):
            return f"{code.at(ATOM)}.tolist()"
        if nested:
            raise NoSpelling("AV061", "nested lists of NumPy numbers")
        return f"{self.speller.spelling.call('list')}({code.text})"


def _mixes(e: Expr | Slice, facts: Facts) -> bool:
    """Whether a selection is a whole number in some lanes and surely none in others."""
    match e:
        case Apply("min" | "max" | "where" as fn, args):
            arms = [facts.possible(a) for a in args[fn == "where" :]]
            return frozenset(("int",)) in arms and any(a and "int" not in a for a in arms)
        case _:
            return False


def _around(s: Tensor, extents: dict[str, Extent]) -> tuple[str, ...]:
    """All axes that a statement runs over."""
    axes: set[str] = {*s.around, *s.axes} if isinstance(s, Bind | Store) else set()
    for e in expressions_of(s) if not isinstance(s, Kept | Branch) else ():
        for x in walk(e):
            axes |= free_axes(x) | (set(x.axes) if isinstance(x, Reduce) else set())
    return tuple(a for a in extents if a in axes)


def _bound(body: tuple[Tensor, ...]) -> set[str]:
    """Names that a kept loop changes: no condition in front of the nest can speak of them."""
    out: set[str] = set()
    for s in body:
        match s:
            case Bind(name, _, _, _, _):
                out.add(name)
            case Kept(loop, inner):
                out |= {loop.label} | _bound(inner)
            case Branch(_, then, orelse):
                out |= _bound(then) | _bound(orelse)
            case Search(_, _, places, then):
                out |= {*places} | _bound((*then, *s.orelse))
            case _:
                pass
    return out


def emit(program: Program, facts: Facts, setups: tuple[Setup, ...], live_out: frozenset[str], loose: frozenset[str],
         spelling: Spelling, book: Book, new_name: Callable[[str], str], inputs: frozenset[str] = frozenset(),
         solid: tuple[str, ...] = ()) -> NewText | Refusal:  # fmt: skip
    """The region's new text."""
    needed = Needed()
    extents = dict(program.axes)
    places = Places(facts, extents, needed)
    speller = Speller(facts, extents, needed, spelling, book, places, new_name, inputs=inputs, solid=solid)
    speller.places.others_run = speller.ran
    speller.stored = frozenset(s.array for s in all_statements(program.body) if isinstance(s, Store))
    speller.spoken = names_of(program) | live_out | {s.name for s in setups}
    places.kept = bound_in_search(program.body) | measured(program)
    places.made = frozenset(s.name for s in all_statements(program.body) if isinstance(s, Bind) and s.axes)
    printer = Printer(speller, {s.name: s for s in setups}, live_out, loose)
    try:
        ask_of_rows(speller, program)
        lines = printer.block(program.body)
    except NoSpelling as n:
        return n.refusal
    kept = [s.text for s in setups if s.name not in printer.merged and not _unused(s, program, live_out, printer)]
    text = "\n".join([*kept, *speller.setup, *lines]) + "\n"
    order = (Rounding.EXACT, Rounding.REASSOCIATES, Rounding.APPROXIMATES)
    rounding = max((Rounding(r) for r in needed.roundings), key=order.index, default=Rounding.EXACT)
    return NewText(
        text,
        tuple(needed.codes),
        rounding,
        tuple(needed.conditions),
        needed.numpy,
        tuple(sorted(needed.limits.items())),
        tuple(needed.runs),
        needed.spread,
        program.equal,
        frozenset(printer.merged),
    )


def _unused(s: Setup, program: Program, live_out: frozenset[str], printer: Printer) -> bool:
    """A counter's start that nothing reads any more."""
    value = s.value.args[0] if isinstance(s.value, Apply) and s.value.fn == "neg" else s.value
    if s.name in live_out or not isinstance(value, Const | Name | Read):
        return False
    return s.name not in names_of(program) and s.name not in printer.touched


def names_of(program: Program) -> frozenset[str]:
    """The names that a program reads."""
    read = (free_names(e) for s in all_statements(program.body) for e in expressions_of(s))
    ranges = (free_names(e.start) | free_names(e.stop) for _, e in program.axes)
    return frozenset[str]().union(*read, *ranges)
