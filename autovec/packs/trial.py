"""Is a rule right? What a rule file says must be true, and its examples must show it.

Comes in: a rule file. Goes out: a `Verdict`, with every problem in a sentence. The tool must find the rule's own loop and those
in `also`, and none of those in `refuses`; what it writes for the rule's own loop must be the same by the checker, for every kind
of elements that the needs admit, and must not be once an operand of `after` is replaced. A need that keeps nothing away is noted.
`after` and the loops run in the sandbox only; a `match` function runs here, as it does in `check`.
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Iterator
from dataclasses import field
from itertools import product
from pathlib import Path

from autovec.harness.sandbox import Reply, Sandbox
from autovec.options import Options
from autovec.outcome import Counterexample, Refusal, Rewrite, Rounding
from autovec.packs import declared
from autovec.packs.programs import annotated, function_of, ranks, scalar_kind
from autovec.packs.variants import CODE, broken, on_trial, without_need
from autovec.pipeline import analyse_file
from autovec.record import dataclass
from autovec.rule.pattern import shapes_of
from autovec.rule.text import RuleText, read_rule
from autovec.settings.packs import pack_in
from autovec.verify.whole.question import Terms
from autovec.verify.whole.verdict import compared

KINDS = ("float64", "float32", "int64", "int8", "bool_", "complex128")
_FEW = ("float64", "bool_", "int8", "float32")  # taken two at a time
_IMPORTS = frozenset(("numpy", "autovec.rule"))
_SECONDS = 10.0


@dataclass(slots=True)
class Verdict:
    """What a rule came to: how many programs and broken versions of it were compared, and what is wrong."""

    path: Path
    code: str = ""
    name: str = ""
    compared: int = 0
    broken: int = 0
    problems: list[str] = field(default_factory=list[str])
    notes: list[str] = field(default_factory=list[str])  # worth a look, and not wrong


def judged(path: Path, sandbox: Sandbox) -> Verdict:
    """The rule in a file, put to the test."""
    rule = read_rule(path)
    if isinstance(rule, Refusal):
        return Verdict(path, problems=[rule.message])
    verdict = Verdict(path, rule.code, rule.name)
    verdict.problems += _form(rule)
    verdict.problems += _disagreement(rule, sandbox)
    with tempfile.TemporaryDirectory() as folder:
        trial = _Trial(rule, path.read_text(encoding="utf-8"), Path(folder), sandbox, verdict)
        trial.examples()
        trial.comparisons()
        trial.needs()
    return verdict


def _form(rule: RuleText) -> Iterator[str]:
    tree = ast.parse(rule.path.read_text(encoding="utf-8"))
    imported = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    imported |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    if not imported <= _IMPORTS:
        yield f"it imports {', '.join(sorted(imported - _IMPORTS))}; a rule imports numpy and autovec.rule only"
    if not rule.why:
        yield "it has no docstring, which is its documentation"
    for what, given in (("also", rule.also), ("refuses", rule.refuses)):
        if not given:
            yield f"`{what}` is empty: give at least one loop"


def _disagreement(rule: RuleText, sandbox: Sandbox) -> Iterator[str]:
    """Where the file, when it runs, says something else than its text."""
    reply = sandbox.call("autovec.packs.declared:run", str(rule.path), seconds=_SECONDS)
    if not isinstance(reply, Reply):
        yield f"it cannot be run: {reply.reason}"
    elif reply.value != declared.read(rule):
        yield "what `RULE` is when the file runs is not what its text says: write plain literals"


@dataclass(slots=True)
class _Trial:
    """One rule's trial; `folder` is for variants of its file, each a pack of its own."""

    rule: RuleText
    text: str
    folder: Path
    sandbox: Sandbox
    verdict: Verdict
    packs: int = 0

    def options(self, text: str) -> Options:
        """What the tool is asked with a variant of the rule as its only pack."""
        self.packs += 1
        home = self.folder / f"pack{self.packs}"
        home.mkdir()
        (home / "rule.py").write_text(on_trial(text, self.rule.cost), encoding="utf-8")
        return Options(verify=False, min_speedup=0.0, backend="numpy", packs=(pack_in(home),))

    def examples(self) -> None:
        """The loops in `also` are found, those in `refuses` are not."""
        options = self.options(self.text)
        for text in self.rule.also:
            if not any(self._after(p, options) for p in self._programs(text)):
                self.verdict.problems.append(f"a loop in `also` is not found:\n{text}")
        for reason, text in self.rule.refuses.items():
            if any(self._after(p, options) for p in self._programs(text)):
                self.verdict.problems.append(f"the loop in `refuses` that is called {reason!r} is found, as if it were the idiom")

    def comparisons(self) -> None:
        """What is written for the rule's own loop is the same; what broken versions of the rule write is not."""
        options = self.options(self.text)
        written = {kind: self._after(self._own(kind), options) for kind in KINDS}
        found = [kind for kind, after in written.items() if after]
        if not found:
            self.verdict.problems.append("the tool does not find the rule's own loop, or prefers another rule for it")
        for kind in found:
            self._same(kind, written[kind])
        if self.rule.match:
            return
        for what, text in broken(self.text):
            self.verdict.broken += 1
            variant = self.options(text)
            if found and not any(self._differs(kind, self._after(self._own(kind), variant)) for kind in found):
                self.verdict.problems.append(f"with {what}, `after` is as good: is that operand needed?")

    def needs(self) -> None:
        """Without any one of its needs, the rule would be taken for more, or without a test."""
        programs = list(self._several_kinds())
        options = self.options(self.text)
        usual = [self._after(p, options) for p in programs]
        for k, need in enumerate(self.rule.needs):
            variant = self.options(without_need(self.text, k))
            if all(self._after(p, variant) == after for p, after in zip(programs, usual, strict=True)):
                self.verdict.notes.append(f"nothing was found that the need {need.sentence!r} alone keeps away")

    def _same(self, kind: str, after: str) -> None:
        self.verdict.compared += 1
        answer = self._answer(kind, after)
        if isinstance(answer, Counterexample):
            self.verdict.problems.append(f"`after` is not what `before` is, for {kind}: {answer.message}\n{answer.snippet}")
        elif isinstance(answer, Refusal):
            self.verdict.problems.append(f"for {kind} there is no answer: {answer.message}")

    def _differs(self, kind: str, after: str) -> bool:
        return bool(after) and isinstance(self._answer(kind, after), Counterexample)

    def _answer(self, kind: str, after: str) -> object:
        """What the checker says of the rule's own loop and of what was written for it."""
        old, new = self.folder / "old.py", self.folder / "new.py"
        old.write_text(self._own(kind), encoding="utf-8")
        new.write_text(after, encoding="utf-8")
        limit = Rounding.EXACT if self.rule.rounding is Rounding.EXACT else Rounding.APPROXIMATES
        return compared(f"{old}:f", f"{new}:f", Terms(limit, contract=self._contract(kind)), False, self.sandbox).answer

    def _contract(self, kind: str) -> str:
        shapes = shapes_of(self.rule.shapes)
        names = [a.arg for a in function_of(self.rule.before).args.args]
        of = {name: "bool_" if name == "m" and len(names) > 1 else kind for name in names}
        parts = [f"{n}: {of[n]}[{', '.join(shapes[n])}]" if n in shapes else f"{n}: {scalar_kind(n)}" for n in names]
        return ", ".join(parts)

    def _own(self, kind: str) -> str:
        rank = {name: len(axes) for name, axes in shapes_of(self.rule.shapes).items()}
        return annotated(function_of(self.rule.before), rank, kind)

    def _programs(self, text: str) -> Iterator[str]:
        return (annotated(function_of(text), ranks(text), kind) for kind in KINDS)

    def _several_kinds(self) -> Iterator[str]:
        """The rule's loops with every combination of kinds, where that is few."""
        yield from (p for text in self.rule.also for p in self._programs(text))
        rank = {name: len(axes) for name, axes in shapes_of(self.rule.shapes).items()}
        for chosen in product(_FEW, repeat=len(rank)) if len(rank) < 3 else ((kind,) * len(rank) for kind in KINDS):
            yield annotated(function_of(self.rule.before), rank, dict(zip(rank, chosen, strict=True)))

    def _after(self, program: str, options: Options) -> str:
        """The program as the rule has it rewritten; "" where it is not found, or another rule is preferred."""
        report = analyse_file(program.encode(), "example.py", options, None)
        found = any(isinstance(f, Rewrite) and f.code == CODE for f in report.findings)
        return report.after if found and not report.error else ""
