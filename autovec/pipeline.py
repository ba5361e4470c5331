"""The whole tool on one screen: a file's bytes in, a report out.

Three questions are asked of every loop: may I (`depend`, `lift`), is it the same (`verify`), is it worth it (`measure`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from autovec.options import Options, Pack
from autovec.outcome import RESULT, FileReport, Finding, Left, Refusal, Rewrite, writable
from autovec.record import dataclass
from autovec.source.find import Function, Module, Site, may_hold_loops, parse
from autovec.source.numeric import numeric_sites
from autovec.source.position import span
from autovec.source.suppress import Suppressions, suppressions
from autovec.source.text import decode

if TYPE_CHECKING:
    from autovec.harness.sandbox import Sandbox
    from autovec.propose.reading import Reading

_NUMBERED = re.compile(r"·\d+")  # `source.read` keeps loop variables of one name apart

Decide = Callable[[Site], Rewrite | Left | Refusal]


@dataclass(frozen=True, slots=True)
class Work:
    """What every loop of a file is judged with."""

    module: Module
    quiet: Suppressions
    options: Options
    sandbox: Sandbox | None


def analyse_file(data: bytes, path: str, options: Options, sandbox: Sandbox | None) -> FileReport:
    """Everything that is found in one file, and its new text; never raises."""
    text = decode(data)
    if isinstance(text, Refusal):
        return FileReport(path, error=f"{text.code} {text.message}")
    if not may_hold_loops(data):
        return FileReport(path, text.text, text.text)
    module = parse(text)
    if isinstance(module, Refusal):
        return FileReport(path, text.text, text.text, error=f"{module.code} {module.message}")
    quiet = suppressions(text)
    if quiet.skip_file:
        return FileReport(path, text.text, text.text)
    work = Work(module, quiet, options, sandbox)
    findings: list[Finding] = [Left(r, "", r.span) for r in module.refused if r.span and options.allows(r.code)]
    for function in module.functions:
        findings += analyse_function(work, function)
    findings += _directives(work)
    after = with_rewrites(module, findings)
    if isinstance(after, Refusal):
        return FileReport(path, text.text, text.text, tuple(findings), after.message)
    return FileReport(path, text.text, after, tuple(findings))


def _directives(work: Work) -> list[Finding]:
    """What is wrong with the comments to autovec; whether one is needed shows only where every loop was asked for."""
    idle = () if work.options.verify or work.options.lines is not None else work.quiet.unused(work.options.allows)
    problems = [refusal for refusal in (*work.quiet.warnings, *idle) if work.options.allows(refusal.code)]
    return [Left(refusal, "", refusal.span) for refusal in problems if refusal.span]


def with_rewrites(module: Module, findings: Sequence[Finding]) -> str | Refusal:
    """The file's text with every rewrite of `findings` that may be written in it, and the imports that they need."""
    edits = [f.edit for f in writable(findings)]
    if not edits:
        return module.text.text
    from autovec.source.insertion import with_additions  # few files have an edit
    from autovec.source.splice import splice

    return splice(module.text, with_additions(module.text, module.tree, edits))


def analyse_function(work: Work, function: Function) -> list[Finding]:
    """The findings of one function; an editor asks for those that changed only."""
    sites = _worth_asking(work, function.sites)
    if not sites or function.compiled or function.is_module:
        return []
    decide = _judge(work, function)
    found = [f for s in sites for f in _site(work, function.name, s, decide)]
    _keep_answers()
    return found


def _keep_answers() -> None:
    from autovec.facts.answers import keep_answers  # most files ask nothing

    keep_answers()


def _worth_asking(work: Work, sites: tuple[Site, ...]) -> list[Site]:
    return [s for s in numeric_sites(sites, work.module.tree) if _is_near(work, s)]


def _is_near(work: Work, site: Site) -> bool:
    where, lines = span(site.node, work.module.text), work.options.lines
    return lines is None or any(where.line <= last and first <= where.end_line for first, last in lines)


def _judge(work: Work, function: Function) -> Decide:
    """What decides on the loops of a function.

    The door to everything heavy: to judge takes most of the house, 0.1 s to import, and few files have a loop for it.
    """
    from autovec.judge.court import Court
    from autovec.judge.verdict import judge
    from autovec.propose.reading import read_function

    court = Court(work.options, work.sandbox if work.options.verify else None)

    @cache
    def reading() -> Reading:
        return read_function(work.module, function, work.options.seen)

    return lambda site: judge(court, reading(), site)


def _site(work: Work, name: str, site: Site, decide: Decide) -> list[Finding]:
    """The verdict on a loop; where the outer loop is refused, on those inside it."""
    where = span(site.node, work.module.text)
    try:
        answer = decide(site)
    except Exception as error:  # the one broad except of the house: a crash in one loop is a refusal, and the run goes on
        return [Left(_crash(error, work.options.packs), name, where)]
    if isinstance(answer, Rewrite):
        allowed = work.options.allows(answer.code) and not work.quiet.silences(site.node, answer.code)
        return [replace(answer, fixable=work.options.fixes(answer.code))] if allowed else []
    if isinstance(answer, Refusal) and answer.code == "AV025":
        return []
    inner = [f for s in _worth_asking(work, site.inner) for f in _site(work, name, s, decide)]
    if any(isinstance(f, Rewrite) for f in inner):
        return inner
    left = answer if isinstance(answer, Left) else Left(_in_their_names(answer), name, answer.span or where)
    if work.quiet.silences(site.node, left.refusal.code) and left.counterexample is None:
        return [f for f in inner if isinstance(f, Left) and f.counterexample]
    return [replace(left, span=where), *(f for f in inner if isinstance(f, Left) and f.counterexample)]


def _in_their_names(refusal: Refusal) -> Refusal:
    """The refusal with loop variables called as in the text, where one name may stand for several."""
    message = _NUMBERED.sub("", refusal.message).replace(f"`{RESULT}`", "the result")
    return replace(refusal, message=message, hint=_NUMBERED.sub("", refusal.hint))


def _crash(error: Exception, packs: Sequence[Pack]) -> Refusal:
    from traceback import walk_tb  # which loads much, for what should not happen

    files = [frame.f_code.co_filename for frame, _ in walk_tb(error.__traceback__)]
    foreign = next((file for file in files if any(file.startswith(pack.folder) for pack in packs)), "")
    if foreign:
        message = f"the rule in {foreign} failed: {type(error).__name__}: {error}"
        return Refusal("AV007", message, "mend it, or take its pack out of `rules`")
    return Refusal("AV007", f"internal error: {type(error).__name__}: {error}", "please report this loop")
