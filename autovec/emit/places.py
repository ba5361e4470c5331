"""Subscripts to slices: where the lanes of a nest lie in an array.

Comes in: a `Read` whose subscripts are linear in the axes, and the extents. Goes out: the text of a view and its axes. Bounds: an
index below 0 would wrap around silently, so it must be proved or become a condition; an index past the end would have made the
loop raise, so it can't be in a run that counts, except where a mask may have kept the loop from getting there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from autovec.affine import Affine, affine, expression_of, written
from autovec.emit.code import Needed, NoSpelling, length_text
from autovec.expression import Apply, Axis, Const, Expr, Lanes, Length, Name, Read, Slice, free_axes, show, walk
from autovec.facts.table import Facts
from autovec.record import dataclass
from autovec.tensor.statement import Extent

if TYPE_CHECKING:
    from autovec.emit.speller import Speller


ONE = Affine((), 1)


@dataclass(frozen=True, slots=True)
class Line:
    """A subscript along one axis: first index, a stop behind the last (for rising lanes), and the step."""

    axis: str
    first: Affine
    stop: Affine
    step: int | Expr


@dataclass(frozen=True, slots=True)
class Moving:
    """A subscript as a sum: a factor for each axis in it, and the rest, which is the same in all lanes."""

    terms: tuple[tuple[str, int | Expr], ...]
    rest: Affine


def moving(x: Expr) -> Moving | None:
    """`i * stride + k + 1` taken apart; None where it is not linear in its axes."""
    form = affine(x)
    if form is None:
        return None
    terms: list[tuple[str, int | Expr]] = []
    rest = form
    for atom, c in form.terms:
        if not free_axes(atom):
            continue
        rest = rest.without(atom)
        match atom:
            case Axis(id):
                terms.append((id, c))
            case Apply("*", (Axis(id), k) | (k, Axis(id))) if not free_axes(k) and c == 1:
                terms.append((id, k))
            case _:
                return None
    return Moving(tuple(terms), rest)


def text_of(form: Affine, facts: Facts) -> str:
    """A linear form as people write it: positive terms first."""
    parts = sorted(form.terms, key=lambda t: t[1] < 0)
    out = ""
    for atom, c in parts:
        plain = not isinstance(atom, Apply) or atom.fn in ("max", "min") or (atom.fn == "*" and abs(c) == 1)
        shown = length_text(facts, atom.array, atom.axis) if isinstance(atom, Length) else show(atom)
        body = shown if plain else f"({shown})"
        body = body if abs(c) == 1 else f"{abs(c)} * {body}"
        out += (f" + {body}" if c > 0 else f" - {body}") if out else (body if c > 0 else f"-{body}")
    if not out:
        return str(form.constant)
    return out + (f" + {form.constant}" if form.constant > 0 else f" - {-form.constant}" if form.constant else "")


@dataclass(slots=True)
class Places:
    """Finds lanes in arrays; `kept` are the variables of Python loops around, on which no condition can depend."""

    facts: Facts
    extents: dict[str, Extent]
    needed: Needed
    kept: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()  # variables that the new text makes: no condition in front of it can speak of them
    others_run: Callable[[frozenset[str]], None] | None = None  # asks that the loops of all axes but some run at all

    def line(self, x: Expr) -> Line | None:
        """A subscript that moves along exactly one axis; None where it does not."""
        parts = moving(x)
        if parts is None or len(parts.terms) != 1:
            return None
        (axis, factor), rest = parts.terms[0], parts.rest
        extent = self.extents[axis]
        start, stop = affine(extent.start), affine(extent.stop)
        if start is None or stop is None or not isinstance(extent.step, int):
            return None
        if not isinstance(factor, int):
            return self._strided(axis, factor, rest, extent)
        if factor > 0:
            last = stop.plus(ONE.times(-1)).times(factor).plus(rest).plus(ONE)
            first = self._within(start.times(factor).plus(rest))
            return Line(axis, first, self._within(last), factor * extent.step)
        if extent.step != 1:
            return None
        low = stop.plus(ONE.times(-1)).times(factor).plus(rest)
        return Line(axis, low, start.times(factor).plus(rest).plus(ONE), factor)

    def _within(self, form: Affine) -> Affine:
        """`max(a, b) + c` as `max(a + c, b + c)`: then it shows which of the two it is."""
        found = [(x, c) for x, c in form.terms if isinstance(x, Apply) and x.fn in ("max", "min")]
        rest = None if len(found) != 1 or found[0][1] != 1 else form.without(found[0][0])
        if rest is None or rest == Affine((), 0):
            return form
        fn, args = found[0][0].fn, found[0][0].args  # type: ignore[union-attr]
        moved = [f.plus(rest) for f in map(affine, args) if f is not None]
        if len(moved) < len(args):
            return form
        parts = sorted((written(f) for f in moved), key=lambda x: isinstance(x, Const))
        return Affine(((Apply(fn, tuple(parts)), 1),), 0)

    def _strided(self, axis: str, factor: Expr, rest: Affine, extent: Extent) -> Line | None:
        """A stride that only the run knows: it must be positive for a slice to mean the same."""
        if extent.start != Const(0) or extent.step != 1:
            return None
        self.require(f"{show(factor)} > 0", affine(factor), f"the stride {show(factor)} may not be positive", "AV024")
        width = affine(Apply("*", (extent.stop, factor)))
        return None if width is None else Line(axis, rest, rest.plus(width), factor)

    def nonnegative(self, form: Affine) -> bool:
        """Whether a linear form is proved to be 0 or more, whenever the loop runs at all."""
        return self.facts.nonnegative(expression_of(form))

    def first_behind(self, line: Line) -> int | None:
        """The first index, where it is known to be negative, and so to count from the end."""
        known = self.facts.linear(expression_of(line.first))
        value = None if known is None else known.as_int()
        return value if value is not None and value < 0 else None

    def is_roll(self, array: str, k: int, line: Line) -> bool:
        """Whether a line from a negative index on covers the whole dimension, its end first."""
        first, length = self.first_behind(line), self.facts.linear(Length(array, k))
        behind = self.facts.linear(expression_of(line.stop))
        whole = None if length is None or behind is None else behind.minus(length).as_int()
        return first is not None and whole == first and line.step == 1

    def safe_start(self, array: str, line: Line) -> None:
        """The first index must not be negative: proved, or a condition."""
        if self.nonnegative(line.first):
            return
        text = f"{text_of(line.first, self.facts)} >= 0"
        value = self.first_behind(line)
        if value is not None:
            raise NoSpelling("AV024", f"`{array}` is read at index {value}, which counts from the end")
        self.require(text, line.first, f"`{array}` may be read at the negative index {text_of(line.first, self.facts)}", "AV024")

    def require(self, text: str, form: Affine | None, why: str, code: str) -> None:
        """Make `text` a condition of the fast path, if it can be tested before the nest."""
        names = frozenset(n for a in (form.atoms() if form else ()) for n in _names(a))
        if names & self.kept:
            raise NoSpelling(code, why)
        self.needed.condition(text)

    def dimension(self, array: str, k: int) -> Expr:
        """The length of a dimension in terms that compare."""
        return self.facts.extent(array, k)

    def exists(self, array: str, k: int, x: Expr | Slice, s: Speller, conditional: bool) -> None:
        """An element read once instead of in every iteration: the loop read it only if it ran, and its condition held."""
        if isinstance(x, Slice):
            return
        index, length = self.facts.linear(x), self.facts.linear(Length(array, k))
        value = None if index is None else index.as_int()
        if index is not None and length is not None:
            behind = Apply("-", (self.dimension(array, k), x))
            if self.facts.nonnegative(Apply("-", (behind, Const(1)))) and (
                (value is not None and value >= 0) or self.facts.nonnegative(x)
            ):
                return
            if value is not None and value < 0 and self.facts.nonnegative(Apply("+", (self.dimension(array, k), Const(value)))):
                return
        if conditional:
            self._in_front(array)
            form = affine(x)
            size = length_text(self.facts, array, k)
            with s.guarded():  # asks for the elements that the place is made of first
                spelt = s.scalar(x).text
            place = spelt if form is None else text_of(form, self.facts)
            text = f"{size} > {place}" if value is None or value >= 0 else f"{size} >= {-value}"
            if value is None and not self.facts.nonnegative(x):
                text = f"-{size} <= {place} < {size}"
            self.require(text, form, f"`{array}` may be too short for what its condition skips", "AV034")
            return
        s.ran()

    def slice_text(self, array: str, k: int, line: Line, conditional: bool) -> str:
        """The slice for dimension `k`, as "1:-1"; ":" where it is the whole dimension."""
        self.safe_start(array, line)
        length = self.facts.linear(Length(array, k))
        behind = self.facts.linear(expression_of(line.stop))
        gap = None if length is None or behind is None else length.minus(behind).as_int()
        if conditional:
            self._inside(array, k, line, length, behind)
        elif self.others_run and not self._holds(length, behind):
            self.others_run(frozenset((line.axis,)))  # else the loop may never have got here, and the array be too short
        first = "" if line.first.as_int() == 0 else text_of(line.first, self.facts)
        if self.facts.linear(expression_of(line.first)) == Affine((), 0):
            first = ""
        if gap == 0:
            stop = ""
        elif gap is not None and gap > 0:
            stop = f"-{gap}"
        else:
            stop = self._stop(self._clipped(line, self.dimension(array, k)))
        if isinstance(line.step, int) and line.step < 0:
            return self._descending(array, k, line, first, stop)
        by = "" if line.step == 1 else f":{line.step if isinstance(line.step, int) else show(line.step)}"
        return f"{first}:{stop}{by}"

    def _stop(self, line: Line) -> str:
        """A stop that can't be mistaken for one that counts from the end."""
        known = self.facts.linear(expression_of(line.stop))
        value = None if known is None else known.as_int()
        if value is not None:
            return str(max(value, 0))
        text = text_of(line.stop, self.facts)
        return text if self.nonnegative(line.stop) or self._after_start(line) else f"max({text}, 0)"

    def _clipped(self, line: Line, length: Expr) -> Line:
        """A stop that is the smaller of something and the length: a slice ends there by itself."""
        atom = line.stop.terms[0][0] if len(line.stop.terms) == 1 and not line.stop.constant else None
        if not isinstance(atom, Apply) or atom.fn != "min" or line.stop.terms[0][1] != 1 or not self._rises(line):
            return line
        args = [x for x in atom.args if not self.facts.same(x, length)]
        form = affine(args[0] if len(args) == 1 else Apply("min", tuple(args))) if args else None
        return line if form is None else replace(line, stop=form)

    def _rises(self, line: Line) -> bool:
        return not isinstance(line.step, int) or line.step > 0

    def _after_start(self, line: Line) -> bool:
        """Whether the stop is proved not to lie before a start that is not negative."""
        return self.nonnegative(line.stop.minus(line.first)) and self.nonnegative(line.first)

    def _holds(self, length: Affine | None, behind: Affine | None) -> bool:
        return length is not None and behind is not None and self.facts.nonnegative(expression_of(length.minus(behind)))

    def _inside(self, array: str, k: int, line: Line, length: Affine | None, behind: Affine | None) -> None:
        """A masked loop may never have got to the end of this range, so that it lies inside must be proved or tested."""
        if self._holds(length, behind):
            return
        self._in_front(array)
        size = length_text(self.facts, array, k)
        text = f"{size} >= {text_of(line.stop, self.facts)}"
        self.require(text, line.stop, f"`{array}` may be shorter than the lanes that its condition skips", "AV034")

    def _in_front(self, array: str) -> None:
        if array in self.made:
            raise NoSpelling("AV034", f"a part of `{array}` may not be there")

    def _descending(self, array: str, k: int, line: Line, first: str, stop: str) -> str:
        if line.step != -1:
            raise NoSpelling("AV014", f"`{array}` is read backwards with a step")
        return "::-1" if not first and not stop else f"{first}:{stop}|::-1"


def names_in(form: Affine) -> frozenset[str]:
    """The names in a linear form."""
    return frozenset(n for a in form.atoms() for n in _names(a))


def _names(e: Expr) -> frozenset[str]:
    return frozenset(
        x.id if isinstance(x, Name | Lanes) else x.array for x in walk(e) if isinstance(x, Name | Lanes | Length | Read)
    )


def view_text(name: str, slices: list[str]) -> str:
    """`name[slices]`, whole dimensions left out; a "|" in a slice stands for a second subscript that reverses it."""
    if not slices:
        return name
    first, second = [s.split("|")[0] for s in slices], [s.split("|")[1] if "|" in s else ":" for s in slices if ":" in s]
    out = name
    for parts in (first, second):
        while parts and parts[-1] == ":":
            parts.pop()
        if parts:
            out = f"{out}[{', '.join(parts)}]"
    return out
