"""The analysis of a text that changes with every keystroke: only what changed is looked at again.

A text and options come in, an `Analysis` goes out; nothing of the user's is run. What was found in a function is remembered under
all that it can depend on (`surroundings`), with its place relative to the function. While the text does not parse, what was found
before stays where it still holds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import field

from autovec.lsp.carry import carried, moved
from autovec.lsp.surroundings import keys
from autovec.options import Options
from autovec.outcome import Finding, Refusal, Rewrite
from autovec.pipeline import Work, analyse_function
from autovec.record import dataclass
from autovec.report.sentence import place
from autovec.source.find import Function, Module, may_hold_loops, parse
from autovec.source.suppress import Suppressions, suppressions
from autovec.source.text import from_text

_REMEMBERED = 4096  # functions

Key = tuple[str, Options, object]  # what its text may depend on, and the lines of it that a comment elsewhere disables


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is known of a text. Not `complete`: some functions have not been looked at, or the text does not parse."""

    text: str
    findings: tuple[Finding, ...] = ()
    complete: bool = True


@dataclass(slots=True)
class Analyst:
    """Looks at texts, and remembers what it found in their functions."""

    _known: OrderedDict[Key, tuple[Finding, ...]] = field(default_factory=OrderedDict[Key, tuple[Finding, ...]])

    def analyse(self, text: str, options: Options, before: Analysis | None, stop: Callable[[], bool]) -> Analysis:
        """The findings of a text; what is left when `stop` says so is taken from the text `before` where it still holds."""
        module = _parsed(text)
        if module is None:
            return Analysis(text)
        if isinstance(module, Refusal):
            return _carried(before, text)
        quiet = suppressions(module.text)
        if quiet.skip_file:
            return Analysis(text)
        work = Work(module, quiet, options, None)
        return self._looked_at(work, text, before, stop)

    def remember(self, text: str, options: Options, found: Sequence[Finding]) -> None:
        """Take verdicts on some loops of a text, which were run and timed, in place of what analysis alone had said."""
        module = _parsed(text)
        if not isinstance(module, Module):
            return
        for function, key in _keyed(module, suppressions(module.text), options):
            inside = (f for f in found if f.function == function.name and function.line <= place(f).line <= function.end_line)
            own = [moved(f, -function.line) for f in inside]
            if own and key in self._known:
                kept = (f for f in self._known[key] if not any(_overlap(f, new) for new in own))
                self._known[key] = tuple(sorted((*kept, *own), key=place))

    def _looked_at(self, work: Work, text: str, before: Analysis | None, stop: Callable[[], bool]) -> Analysis:
        findings: list[Finding] = []
        missing: list[Function] = []
        for function, key in _keyed(work.module, work.quiet, work.options):
            known = self._found(work, function, key, stop)
            if known is None:
                missing.append(function)
            else:
                findings += known
        if missing and before is not None:
            names = {function.name for function in missing}
            findings += (f for f in carried(before.findings, before.text, text) if f.function in names)
        return Analysis(text, tuple(sorted(findings, key=place)), not missing)

    def _found(self, work: Work, function: Function, key: Key, stop: Callable[[], bool]) -> list[Finding] | None:
        known = self._known.get(key)
        if known is None:
            if stop():
                return None
            known = tuple(moved(f, -function.line) for f in _shown(analyse_function(work, function), work.options))
            self._known[key] = known
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        else:
            self._known.move_to_end(key)
        return [moved(f, function.line) for f in known]


def _parsed(text: str) -> Module | Refusal | None:
    """The module; None where no loop can be in it."""
    if not may_hold_loops(text.encode("utf-8", "surrogatepass")):
        return None
    source = from_text(text)
    return source if isinstance(source, Refusal) else parse(source)


def _keyed(module: Module, quiet: Suppressions, options: Options) -> list[tuple[Function, Key]]:
    found = keys(module)
    return [(f, (found[f.line], options, quiet.around(f.line, f.end_line))) for f in module.functions]


def _carried(before: Analysis | None, text: str) -> Analysis:
    return Analysis(text, tuple(carried(before.findings, before.text, text)) if before else (), complete=False)


def _shown(findings: Sequence[Finding], options: Options) -> list[Finding]:
    return [f for f in findings if isinstance(f, Rewrite) or f.counterexample or not options.ignores(f.refusal.code)]


def _overlap(a: Finding, b: Finding) -> bool:
    return place(a).line <= place(b).end_line and place(b).line <= place(a).end_line
