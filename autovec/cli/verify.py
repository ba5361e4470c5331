"""`autovec verify`: the checker alone, for a rewrite that a person or a language model wrote, or once more for an earlier run."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import say
from autovec.options import Seen
from autovec.outcome import Counterexample, Evidence, Refusal, Rounding
from autovec.record import dataclass
from autovec.report.verdict import difference_text, evidence_text
from autovec.settings.model import ROUNDINGS

SAME, DIFFERENT, NO_ANSWER = 0, 1, 2


@click.command("verify", cls=GroupedCommand, short_help="Compare two versions of a function.")
@click.argument("old", metavar="OLD.py:f|EVIDENCE.json")
@click.argument("new", metavar="[NEW.py:g]", required=False)
@click.option("--contract", default="", metavar="TEXT", help='What it takes, as "x: float64[n, m], k: int in 0..n".')
@click.option("--strict", is_flag=True, help="Compare exceptions, partial results and overlapping arrays, too.")
@click.option("--rounding", type=click.Choice(ROUNDINGS), default="bounded", help="exact: floats bit for bit. [default: bounded]")
@click.option("--trust-module", is_flag=True, help="Run all the code of both modules, with what they import.")
@click.option("--write-test", type=click.Path(path_type=Path, dir_okay=False), help="Write a difference to this file, as a test.")
@click.pass_context
def command(
    context: click.Context,
    old: str,
    new: str | None,
    contract: str,
    strict: bool,
    rounding: str,
    trust_module: bool,
    write_test: Path | None,
) -> None:
    """Look for an input on which the function NEW.py:g does not do what OLD.py:f does. `Class.f` names a method.

    What the functions take is read off annotations, what `autovec trace` noted of the old one, and its code, tried out, and
    printed; --contract says it instead. Only the functions are run, with what they need of their modules, in a sandbox;
    --trust-module runs the modules.

    What `autovec rewrite --report EVIDENCE.json` wrote is compared again: each rewrite of that run, on the very same inputs.

    \b
    Exit codes: 0 no difference found, 1 a difference, 2 no answer (or bad usage).
    """
    if new is None:
        if contract or strict or trust_module or write_test or rounding != "bounded":
            raise click.UsageError("options go with two functions: evidence says by itself how it was compared")
        context.exit(_again(Path(old)))
    limit = Rounding.EXACT if rounding == "exact" else Rounding.APPROXIMATES
    context.exit(_compare((old, new), _Terms(limit, strict, contract, trust_module, write_test)))


@dataclass(frozen=True, slots=True)
class _Terms:
    """What was asked for beside the two functions."""

    rounding: Rounding
    strict: bool
    contract: str
    trust_module: bool
    write_test: Path | None


def _compare(functions: tuple[str, str], asked: _Terms) -> int:
    """Compare two functions; the code to exit with."""
    from autovec.verify.whole.question import Terms
    from autovec.verify.whole.verdict import compared, sandbox_for_trials

    old, new = functions
    with sandbox_for_trials() as box:  # it starts meanwhile
        terms = Terms(asked.rounding, asked.strict, asked.contract, seen=() if asked.contract else _watched(old))
        verdict = compared(old, new, terms, asked.trust_module, box)
    match verdict.answer:
        case Evidence() as evidence:
            say(sys.stdout, evidence_text(old, new, evidence, verdict.contract, asked.trust_module))
            return SAME
        case Refusal(message=message, hint=hint):
            say(sys.stderr, f"no answer: {message}{f' ({hint})' if hint else ''}\n")
            return NO_ANSWER
        case counterexample:
            if asked.write_test is not None:
                asked.write_test.write_text(verdict.test, encoding="utf-8")
            say(sys.stdout, difference_text(old, new, counterexample, verdict.contract, verdict.test, asked.write_test))
            return DIFFERENT


def _watched(function: str) -> tuple[Seen, ...]:
    """What `autovec trace` saw the function "FILE.py:name" be given, as long as it is the same."""
    from autovec.files.content import FileProblem, read_file
    from autovec.files.seen import traced
    from autovec.settings.reader import SettingsError
    from autovec.settings.resolver import Resolver
    from autovec.source.fingerprint import fingerprints
    from autovec.source.text import decode

    file, _, name = function.rpartition(":")
    try:
        notes = traced(Resolver(lambda settings: settings).of(Path(file).absolute().parent)).of(file)
        text = decode(read_file(Path(file))) if notes else None
    except (SettingsError, FileProblem):
        return ()
    if text is None or isinstance(text, Refusal):
        return ()
    marks = {mark for (dotted, _), mark in fingerprints(text).items() if dotted == name}
    return tuple(s for s in notes if s.function == name and s.mark in marks)


def _again(path: Path) -> int:
    """Compare the rewrites of an earlier run once more; the code to exit with."""
    from autovec.harness.sandbox import Sandbox
    from autovec.report.evidence import Unreadable, read_evidence, versions
    from autovec.report.verdict import again_text, versions_text
    from autovec.verify.check import verify_again

    if path.suffix != ".json":
        raise click.UsageError("give two functions, as OLD.py:f NEW.py:g, or a file of evidence that ends in .json")
    try:
        found = read_evidence(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, Unreadable) as error:
        raise click.UsageError(f"{path} cannot be read: {error}") from None
    say(sys.stdout, versions_text(found.versions, versions()))
    worst = SAME if found.kept else NO_ANSWER
    with Sandbox() as sandbox:
        for kept in found.kept:
            answer = verify_again(kept.trial, sandbox=sandbox)
            say(sys.stdout, again_text(kept, answer))
            worst = worst if worst == DIFFERENT else _exit_code(answer) or worst
    say(sys.stderr, "" if found.kept else f"no answer: {path} holds no rewrite that was compared\n")
    return worst


def _exit_code(answer: Evidence | Counterexample | Refusal) -> int:
    return DIFFERENT if isinstance(answer, Counterexample) else NO_ANSWER if isinstance(answer, Refusal) else SAME
