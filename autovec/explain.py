"""Everything that is known about one loop: what `autovec explain` prints.

Comes in: a file's bytes and a line. Goes out: an `Explanation`: the facts about the loop's names, what becomes of each loop of
the nest and which dependence stands in the way, the texts that were tried, and the finding that the pipeline comes to. Nothing is
decided here: the stages are asked again, one by one, as the pipeline asks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from autovec.depend import Role
from autovec.expression import Expr, show
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust
from autovec.harness.sandbox import Sandbox
from autovec.judge.arrays import regions
from autovec.judge.court import spelling
from autovec.loops.statement import For, While, walk_statements
from autovec.options import Options
from autovec.outcome import FileReport, Finding, Refusal, Rewrite, Span
from autovec.pipeline import Work, analyse_function, with_rewrites
from autovec.propose.candidates import Candidate, Terms, candidates
from autovec.propose.limits import Limits, ladders, limit_tests
from autovec.propose.reading import Reading, read_function
from autovec.propose.region import Region
from autovec.propose.roles import role_choices
from autovec.source.find import Function, Module, Site, parse
from autovec.source.numeric import numeric_sites
from autovec.source.position import span
from autovec.source.suppress import Suppressions
from autovec.source.text import decode

_MANY_KINDS = 5
_TRUST = {
    Trust.HINTED: "hinted by how it is used",
    Trust.OPTIONAL: "declared, or None",
    Trust.SEEN: "seen in real runs",
    Trust.DECLARED: "declared",
    Trust.PROVED: "proved by the code",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of the loop at `span`; `report` holds the finding, if the pipeline comes to one."""

    function: str
    span: Span
    facts: tuple[str, ...]
    dependences: tuple[str, ...]
    forms: tuple[tuple[str, str], ...]  # the tests under which a form was tried, and its text or why there is none
    report: FileReport


def explain(data: bytes, path: str, line: int, options: Options, sandbox: Sandbox | None) -> Explanation | str:
    """The explanation of the loop on a line, or why there is none."""
    text = decode(data)
    module = text if isinstance(text, Refusal) else parse(text)
    if isinstance(text, Refusal) or isinstance(module, Refusal):
        return module.message if isinstance(module, Refusal) else "the file cannot be read"
    found = [(f, s) for f in module.functions for s in f.sites if _holds(s, line, module)]
    if not found:
        return "there is no loop on this line"
    function, site = found[-1]
    why = _not_looked_at(function, site, line, module)
    if why:
        return why
    near = next(s for s in numeric_sites((site,)) if _holds(s, line, module))
    findings = _findings(module, function, line, options, sandbox)
    after = with_rewrites(module, findings)
    report = FileReport(path, text.text, after if isinstance(after, str) else text.text, tuple(findings))
    return _explanation(read_function(module, function, options.seen), near, report, options)


def _holds(site: Site, line: int, module: Module) -> bool:
    where = span(site.node, module.text)
    return where.line <= line <= where.end_line


def _not_looked_at(function: Function, site: Site, line: int, module: Module) -> str:
    if function.is_module:
        return "the loop stands at the top level of the file: put it into a function"
    if function.compiled:
        return "a decorator compiles the function already"
    if not any(_holds(s, line, module) for s in numeric_sites((site,))):
        return "the loop does something that loops over numbers do not do (it prints, writes to objects, handles text, ...)"
    return ""


def _findings(module: Module, function: Function, line: int, options: Options, sandbox: Sandbox | None) -> list[Finding]:
    """What the pipeline says, whatever comments ask it to leave unsaid."""
    outspoken = Suppressions(module.text, skip_file=False, mentioned=False, warnings=())
    work = Work(module, outspoken, replace(options, lines=((line, line),)), sandbox)
    return [f for f in analyse_function(work, function) if isinstance(f, Rewrite) or f.span.line <= line <= f.span.end_line]


def _explanation(reading: Reading, site: Site, report: FileReport, options: Options) -> Explanation:
    where = span(site.node, reading.module.text)
    make = regions(reading, site)
    if isinstance(make, Refusal):
        return Explanation(reading.function.name, where, (), (), (), report)
    small = make(0)
    names = {*small.inputs, *small.outputs}
    facts = tuple(f"`{name}`: {_fact(fact)}" for name, fact in sorted(small.facts.names.items()) if name in names)
    numpy = reading.module.bindings.numpy_name(reading.function.enclosing, site.node.lineno).name
    terms = [Terms(spelling(reading, numpy), options.guards, limits, packs=options.packs) for limits in ladders(small)]
    forms = tuple(form for one in terms for form in _forms(candidates(small, make, one), one.limits, numpy))
    return Explanation(reading.function.name, where, facts, tuple(_dependences(small)), tuple(dict.fromkeys(forms)), report)


def _forms(found: tuple[Candidate, ...] | Refusal, limits: Limits, numpy: str) -> Iterator[tuple[str, str]]:
    tests = " and ".join(limit_tests(limits, numpy))
    if isinstance(found, Refusal):
        yield tests, f"none: {found.message}"
        return
    yield from ((tests, c.new.text.strip()) for c in found)


def _dependences(small: Region) -> Iterator[str]:
    """What becomes of each loop in the best legal order, and what forbids a better one."""
    if isinstance(small.loop, While):
        yield "the number of iterations depends on what the loop computes"
        return
    choices, blocked = role_choices(small.loop, small)
    labels = {s.var: s.label or s.var for s in walk_statements((small.loop,)) if isinstance(s, For)}
    if choices:
        roles, tests = choices[0]
        words = {Role.V: "becomes an array axis", Role.S: "stays a Python loop"}
        yield from (f"the loop over `{labels.get(var, var)}` {words[role]}" for var, role in roles.items())
        yield from (f"where {test}" for test in tests)
    if blocked is not None:
        yield f"in the way of all loops as axes: {blocked.message}"


def _fact(fact: Fact) -> str:
    match fact:
        case ArrayFact():
            shape = "of unknown rank" if fact.shape is None else f"with shape ({_extents(fact.shape)})"
            return f"{fact.container} of {_kinds(fact.kinds)} {shape}, {_TRUST[fact.trust]}"
        case ScalarFact():
            value = f" that equals {show(fact.value)}" if fact.value is not None else ""
            return f"{_kinds(fact.kinds)}{value}, {_TRUST[fact.trust]}"
        case _:
            return f"unknown: {fact.why}"


def _extents(shape: tuple[Expr | None, ...]) -> str:
    return ", ".join("?" if extent is None else show(extent) for extent in shape)


def _kinds(kinds: frozenset[str]) -> str:
    if not kinds:
        return "unknown type"
    return f"{len(kinds)} possible dtypes" if len(kinds) > _MANY_KINDS else " or ".join(sorted(kinds))
