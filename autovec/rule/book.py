"""All rules, and the best one for an expression.

Comes in: the folders of rule files (the package's own and packs), an expression, and the facts about it.
Goes out: the cheapest `Match`, or None; `problems` says which files are not rules.
Preference is by cost, then code, never by the order of files. Not handled: spelling what a metavariable is bound to (`emit`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from autovec.expression import Apply, Expr, Reduce, free_axes, walk
from autovec.options import Pack
from autovec.outcome import Refusal, Rounding
from autovec.precomputed import keep, recall
from autovec.record import dataclass
from autovec.rule.context import Context
from autovec.rule.forms import merged, natural_axes, separable
from autovec.rule.matcher import Reading, readings, readings_along, same_fold
from autovec.rule.model import BROKEN, About, Bound, Case, Guard, Match, Matcher, Need, Proposal, Refused
from autovec.rule.needs import BOOLS, INTEGERS, REGROUPABLE
from autovec.rule.pattern import Pattern, Raise, pattern_of
from autovec.rule.stored import data_of, value_of
from autovec.rule.template import with_axis
from autovec.rule.text import RuleText, read_rule

TRANSPOSED = 0.25  # the cost of an operand that is laid out otherwise than it is read
GUARDED = 0.5  # the cost of a test at run time
OPERATION = 0.1  # the cost of an operation that is left to an operand, times WIDER for each axis that it runs over
WIDER = 3.0
_NAME = "rules"
PACK_CODE = re.compile(r"AV[A-Z]{1,8}[0-9]{3}")
_HERE = Path(__file__).resolve()
OWN_RULES = next((p for p in (_HERE.parents[1] / "rules", _HERE.parents[2] / "rules") if p.is_dir()), _HERE.parents[1] / "rules")


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule ready to be tried: its text, and its pattern or its match function."""

    text: RuleText
    pattern: Pattern | None

    @property
    def about(self) -> About:
        """How the rule is shown."""
        return About(self.text.code, self.text.name, self.text.rounding, self.text.title)

    @property
    def needs(self) -> tuple[Need, ...]:
        """The rule's needs, and what regrouping a product needs."""
        return self.text.needs if self.text.rounding is Rounding.EXACT else (*self.text.needs, REGROUPABLE)

    def proposals(self, expr: Expr, context: Context) -> Iterator[Proposal]:
        """Every way in which the rule reads `expr`, needs not yet asked."""
        if self.pattern is None:
            yield from _matcher(self.text.path, self.text.match, self.text.written)(expr, context)
            return
        if not _same_head(self.pattern.expr, expr):
            return
        regroup = self.text.rounding is not Rounding.EXACT
        for r in readings(self.pattern, expr, regroup):
            yield Proposal(self.text.template, r.bindings, r.axes, self.text.cost)
        if self.text.along:
            for r in readings_along(self.pattern, expr, regroup):
                yield from self._along(r)

    def _along(self, r: Reading) -> Iterator[Proposal]:
        if len(r.reduced) == 1 - len(r.axes[:1]):
            return
        layout = next(b.axes for b in r.bindings.values() if b.axes)
        positions = tuple(i for i, a in enumerate(layout) if a in r.reduced) if r.axes else None
        yield Proposal(with_axis(self.text.along, self.text.axis, positions), r.bindings, r.axes, self.text.cost)


@dataclass(frozen=True, slots=True)
class Book:
    """The rules, by code; `problems` are the files that could not be read as one."""

    entries: tuple[Entry, ...]
    problems: tuple[Refusal, ...]

    def best(self, expr: Expr, context: Context, axes: tuple[str, ...] = (), guarded: bool = False) -> Match | None:
        """The cheapest spelling of `expr`; of two equally cheap ones, that whose dimensions are `axes` in this order.

        Spellings that hold only under a test at run time take part where the caller can write one (`guarded`).
        """
        fitting = (m for m in self.matches(expr, context) if guarded or not m.guards)
        return min(fitting, key=lambda m: (m.cost + TRANSPOSED * bool(axes and m.axes != axes), m.rule.code), default=None)

    def matches(self, expr: Expr, context: Context) -> Iterator[Match]:
        """Every spelling of `expr` whose needs are proved or can be tested; none of a sum that is better taken apart first."""
        if separable(merged(expr)):
            return
        for entry in self.entries:
            for p in entry.proposals(expr, context):
                answered = answer(entry.needs, Case(expr, p.bindings, context))
                if not isinstance(answered, Refused):
                    yield _match(entry, p, (*answered, *p.guards), context.kinds(expr))

    def find(self, code: str) -> Entry | None:
        """The rule with this code."""
        return next((e for e in self.entries if e.text.code == code), None)


def answer(needs: tuple[Need, ...], case: Case) -> tuple[str, ...] | Refused:
    """The tests that the needs leave to run time, or the first refusal."""
    tests: list[str] = []
    for need in needs:
        match need.ask(case):
            case Refused() as refused:
                return refused
            case Guard(test) if test not in tests:
                tests.append(test)
            case _:
                continue
    return tuple(tests)


def load_book(packs: tuple[Pack, ...] = (), raise_template: Raise | None = None) -> Book:
    """The package's own rules and those of packs; read once for each state of the packs."""
    return _load(packs, raise_template)


@lru_cache(maxsize=8)
def _load(packs: tuple[Pack, ...], raise_template: Raise | None) -> Book:
    own = _own(raise_template)
    read = [_entry(path, raise_template) for path in rule_files(tuple(Path(p.folder) for p in packs))]
    entries, problems = list(own.entries), [*own.problems, *(e for e in read if isinstance(e, Refusal))]
    for entry in (e for e in read if isinstance(e, Entry)):
        clash = _clash(entry, entries)
        entries += [] if clash else [entry]
        problems += [Refusal(BROKEN, f"{entry.text.path} is not used: {clash}")] if clash else []
    return Book(tuple(sorted(entries, key=_by_code)), tuple(problems))


@cache
def _own(raise_template: Raise | None) -> Book:
    """The package's own rules, kept as the front end raised them: to raise them takes longer than to look at a file."""
    kept = None if raise_template else recall(_NAME)
    if kept is not None:
        return Book(tuple(Entry(text, pattern) for text, pattern in value_of(kept)), ())
    read = [_entry(path, raise_template) for path in rule_files((OWN_RULES,))]
    entries = sorted((e for e in read if isinstance(e, Entry)), key=_by_code)
    book = Book(tuple(entries), tuple(e for e in read if isinstance(e, Refusal)))
    if not raise_template and not book.problems:
        keep(_NAME, data_of(tuple((e.text, e.pattern) for e in entries)))
    return book


def _by_code(entry: Entry) -> tuple[str, str]:
    return entry.text.code, entry.text.name


def _clash(entry: Entry, known: list[Entry]) -> str:
    """What is wrong with the code or the name of a pack's rule; "" for nothing."""
    if not PACK_CODE.fullmatch(entry.text.code):
        return f"the code {entry.text.code!r} is not one for packs, which is AV, letters, and three digits, as AVX101"
    other = next((e for e in known if entry.text.code == e.text.code or entry.text.name == e.text.name), None)
    return f"{other.text.path} has its code or its name already" if other else ""


def rule_files(folders: tuple[Path, ...]) -> list[Path]:
    """The rule files in `folders` and below."""
    return [path for folder in folders for path in sorted(folder.rglob("*.py")) if path.name != "__init__.py"]


def _entry(path: Path, raise_template: Raise | None) -> Entry | Refusal:
    text = read_rule(path)
    if isinstance(text, Refusal):
        return text
    if text.match:
        return Entry(text, None)
    pattern = pattern_of(text.before, text.shapes, raise_template or _front_end())
    return pattern if isinstance(pattern, Refusal) else Entry(text, pattern)


def _front_end() -> Raise:
    """The front end is imported when the first rule is raised: most runs find the rules raised, or no loop to look up."""
    from autovec.lift.template import raise_template

    return raise_template


@cache
def _matcher(path: Path, function: str, written: int) -> Matcher:
    """The match function of the rule file at `path`, which runs here for the first time, without its NumPy examples; a file
    that was `written` anew is read anew."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [s for s in tree.body if isinstance(s, ast.ImportFrom | ast.FunctionDef)]
    namespace: dict[str, Any] = {}
    exec(compile(tree, str(path), "exec"), namespace)
    return namespace[function]


def _same_head(pattern: Expr, expr: Expr) -> bool:
    """A cheap test before the costly one; comparisons may be mirrored."""
    match pattern, expr:
        case Reduce(), Reduce():
            return same_fold(pattern, expr)
        case Apply(fn, args), Apply(same, others):
            return fn == same and len(args) == len(others)
        case _:
            return False


def _match(entry: Entry, p: Proposal, guards: tuple[str, ...], kinds: frozenset[str]) -> Match:
    about = entry.about
    if about.rounding is Rounding.REASSOCIATES and kinds and kinds <= INTEGERS | BOOLS:
        about = About(about.code, about.name, Rounding.EXACT, about.title)  # wrapping integers may be added in any order
    cost = p.cost + sum(map(_cost, p.bindings.values())) + GUARDED * len(guards)
    return Match(about, p.template, p.bindings, p.axes, cost, guards)


def _cost(b: Bound) -> float:
    natural = natural_axes(b.expr, set(b.axes))
    operations = (e for e in walk(b.expr) if isinstance(e, Apply | Reduce))
    return TRANSPOSED * (natural != b.axes) + OPERATION * sum(WIDER ** len(free_axes(e)) for e in operations)
