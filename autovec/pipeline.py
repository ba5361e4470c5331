"""The whole tool on one screen: a file's bytes in, a report out.

Three questions are asked of every loop: may I (`depend`, `lift`), is it the same (`verify`), is it worth it (`measure`).
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from autovec.emit.code import Spelling
from autovec.harness.sandbox import Sandbox
from autovec.measure.choose import fastest
from autovec.options import Options
from autovec.outcome import (
    Contract, Counterexample, Edit, Evidence, FileReport, Finding, Left, Refusal, Rewrite, Rounding, Span, Speed,
)  # fmt: skip
from autovec.propose.candidates import Candidate, candidates
from autovec.propose.contract import contract
from autovec.propose.reading import Reading, locate, read_function
from autovec.propose.region import Region, region
from autovec.source.comments import carry
from autovec.source.comments import region as with_comments
from autovec.source.find import Function, Module, Site, may_hold_loops, parse
from autovec.source.insertion import add_imports
from autovec.source.numeric import looks_numeric
from autovec.source.position import span, text_of
from autovec.source.splice import splice
from autovec.source.suppress import suppressions
from autovec.source.text import SourceText, decode

MAX_ROUNDS = 3  # a candidate whose check fails for its own reasons gives way to the next


@dataclass(frozen=True, slots=True)
class Work:
    """What every loop of a file is judged with."""

    module: Module
    options: Options
    sandbox: Sandbox | None


def analyse_file(data: bytes, path: str, options: Options, sandbox: Sandbox | None) -> FileReport:
    """Everything that is found in one file, and its new text; never raises."""
    text = decode(data)
    if isinstance(text, Refusal):
        return FileReport(path, error=text.message)
    if not may_hold_loops(data):
        return FileReport(path, text.text, text.text)
    module = parse(text)
    if isinstance(module, Refusal):
        return FileReport(path, text.text, text.text, error=module.message)
    quiet = suppressions(text)
    if quiet.skip_file:
        return FileReport(path, text.text, text.text)
    work = Work(module, options, sandbox)
    findings: list[Finding] = []
    for function in module.functions:
        findings += _function(work, function)
    landed = [f for f in findings if isinstance(f, Rewrite)]
    after = _spliced(text, module, landed)
    if isinstance(after, Refusal):
        return FileReport(path, text.text, text.text, tuple(findings), after.message)
    return FileReport(path, text.text, after, tuple(findings))


def _spliced(text: SourceText, module: Module, landed: list[Rewrite]) -> str | Refusal:
    imports = tuple(dict.fromkeys(s for r in landed for s in r.edit.imports))
    edits = [r.edit for r in landed]
    return splice(text, [*add_imports(text, module.tree, imports), *edits]) if edits else text.text


def _function(work: Work, function: Function) -> list[Finding]:
    sites = [s for s in function.sites if looks_numeric(s.node)]
    if not sites:
        return []
    if function.compiled or isinstance(function.node, ast.Module):
        return []
    try:
        reading = read_function(work.module, function)
    except Exception as error:
        return [Left(_crash(error), function.name, span(s.node, work.module.text)) for s in sites]
    return [f for s in sites for f in _site(work, reading, s)]


def _site(work: Work, reading: Reading, site: Site) -> list[Finding]:
    """The verdict on a loop; where the outer loop is refused, on those inside it."""
    where = span(site.node, work.module.text)
    name = reading.function.name
    quiet = suppressions(work.module.text)
    try:
        answer = _judge(work, reading, site)
    except Exception as error:  # the one broad except of the house: a crash in one loop is a refusal, and the run goes on
        return [Left(_crash(error), name, where)]
    if isinstance(answer, Rewrite):
        if quiet.silences(site.node, answer.code) or not work.options.allows(answer.code):
            return []
        return [answer]
    inner = [f for s in site.inner if looks_numeric(s.node) for f in _site(work, reading, s)]
    if any(isinstance(f, Rewrite) for f in inner):
        return inner
    left = answer if isinstance(answer, Left) else Left(answer, name, answer.span or where)
    return [replace(left, span=where), *(f for f in inner if isinstance(f, Left) and f.counterexample)]


def _crash(error: Exception) -> Refusal:
    return Refusal("AV007", f"internal error: {type(error).__name__}: {error}", "please report this loop")


def _judge(work: Work, reading: Reading, site: Site) -> Rewrite | Left | Refusal:
    """The three questions."""
    if not isinstance(site.node, ast.For | ast.While):
        return Refusal("AV014", "comprehensions")
    located = locate(reading, site.node.lineno, site.node.col_offset)
    if located is None:
        return Refusal("AV014", "the loop's form of iteration has no positions")

    def make(with_setups: bool) -> Region:
        return region(reading, site, located, with_setups)

    enclosing = reading.function.enclosing
    numpy = work.module.bindings.numpy_name(enclosing, site.node.lineno)
    found = candidates(make(False), make, _spelling(reading, numpy.name), work.options.guards)
    if isinstance(found, Refusal):
        return found
    if work.options.rounding == "exact":
        found = tuple(c for c in found if c.new.rounding is Rounding.EXACT)
        if not found:
            return Refusal("AV090", "the rewrite would change the last bits of floats", "allow --rounding bounded")
    statement = numpy.statement if any(c.new.numpy for c in found) else ""
    if not work.options.verify:
        return _rewrite(work, reading, found[0], statement, None, None)
    return _tried(work, reading, found, statement, f"import numpy as {numpy.name}\n" if numpy.name != "numpy" else "import numpy\n")


def _spelling(reading: Reading, numpy: str) -> Spelling:
    """The file's own names for things."""
    names = reading.module.bindings

    def call(canonical: str) -> str:
        home, _, name = canonical.rpartition(".")
        if home == "np":
            return f"{numpy}.{name}"
        if home in ("math", "cmath"):
            for local in names.events:
                meaning = names.resolve(local, reading.function.enclosing)
                if meaning == canonical:
                    return local
                if meaning == home:
                    return f"{local}.{name}"
        return canonical

    return Spelling(numpy, call)


def _prelude(reading: Reading, r: Region) -> tuple[str, frozenset[str]]:
    """Imports that the region's own names need, and the names that are left for it to be given."""
    lines: list[str] = []
    values: set[str] = set()
    for name in sorted(r.inputs):
        meaning = reading.module.bindings.resolve(name, reading.function.enclosing)
        if meaning is None or meaning.startswith("module."):
            values.add(name)
        elif not meaning.startswith("builtins."):
            home, _, last = meaning.rpartition(".")
            lines.append(f"import {meaning} as {name}" if "." not in meaning else f"from {home} import {last} as {name}")
    return "".join(f"{line}\n" for line in lines), frozenset(values)


def _tried(work: Work, reading: Reading, found: tuple[Candidate, ...], statement: str, numpy: str) -> Rewrite | Left | Refusal:
    """Is it the same, is it worth it: the fastest candidate that stands both."""
    assert work.sandbox is not None
    where = found[0].region.span
    pool = list(found)
    contracts: dict[int, Contract] = {}
    for c in pool:
        made = _contract(reading, c, numpy)
        if isinstance(made, Refusal):
            return made
        contracts[id(c)] = made
    pool = [c for c in pool if c.region.text == pool[0].region.text]
    worst: Left | Refusal | None = None
    for _ in range(MAX_ROUNDS):
        if not pool:
            break
        timed = fastest(pool[0].region.text, [c.text for c in pool], contracts[id(pool[0])], sandbox=work.sandbox)
        index, speed = (0, timed) if isinstance(timed, Refusal) else timed
        chosen = pool.pop(index)
        if isinstance(speed, Refusal):
            worst = worst or speed
            continue
        if speed.speedup < work.options.min_speedup:
            worst = worst or _slow(chosen, speed)
            continue
        checked = _check(work, chosen, contracts[id(chosen)])
        if isinstance(checked, Evidence):
            return _rewrite(work, reading, chosen, statement, checked, speed)
        worst = Left(_differs(checked), reading.function.name, where, checked) if isinstance(checked, Counterexample) else checked
    return worst or Refusal("AV041", "no candidate is left")


def _slow(c: Candidate, speed: Speed) -> Refusal:
    code = "AV061" if "_array = " in c.text else "AV060"
    return Refusal(code, f"the array form is {speed.speedup:.1f} times as fast at n = {speed.timings[-1].size:,}, which does not pay")


def _differs(c: Counterexample) -> Refusal:
    return Refusal("AV090", f"verification found a difference: {c.message}", "please report this loop")


def _contract(reading: Reading, c: Candidate, numpy: str) -> Contract | Refusal:
    prelude, values = _prelude(reading, c.region)
    outputs = tuple(sorted(c.region.outputs))
    return contract(c.region.facts, (c.region.loop,), values, outputs, tuple(sorted(c.region.loose)), prelude + numpy)


def _check(work: Work, c: Candidate, made: Contract) -> Evidence | Counterexample | Refusal:
    from autovec.verify.check import verify

    assert work.sandbox is not None
    return verify(c.region.text, c.text, made, rounding=c.new.rounding, sandbox=work.sandbox)


def _rewrite(work: Work, reading: Reading, c: Candidate, statement: str, evidence: Evidence | None, speed: Speed | None) -> Rewrite:
    text = work.module.text
    where: Span = with_comments(c.region.nodes, text)
    before = text_of(where, text)
    after = carry(before, c.text.rstrip("\n"))
    code, name = _code(c)
    return Rewrite(
        code, name, f"{name}: {c.text.strip().splitlines()[-1].strip()}", reading.function.name,
        Edit(where, before, after, (statement,) if statement else ()), c.new.rounding, c.new.conditions, evidence, speed,
    )  # fmt: skip


def _code(c: Candidate) -> tuple[str, str]:
    """The code that describes the rewrite best: a rule's, else that of its generic form."""
    special = [k for k in c.new.codes if k[0] not in ("AV105", "AV200", "AV401", "AV501")]
    if special:
        return special[0]
    if c.new.codes:
        return c.new.codes[0]
    text = c.new.text
    if ".tolist()" in text or "list(" in text:
        return "AV104", "list-map"
    if "where" in text or "out=" in text:
        return "AV102", "masked-map"
    return ("AV103", "in-place-update") if any(f" {op}= " in text for op in "+-*/") else ("AV101", "elementwise-map")
