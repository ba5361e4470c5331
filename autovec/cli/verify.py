"""`autovec verify`: the checker alone, for a rewrite that a person or a language model wrote."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from autovec.cli.grouping import GroupedCommand
from autovec.cli.terminal import say
from autovec.outcome import Evidence, Refusal, Rounding
from autovec.report.verdict import difference_text, evidence_text
from autovec.settings.model import ROUNDINGS

SAME, DIFFERENT, NO_ANSWER = 0, 1, 2


@click.command("verify", cls=GroupedCommand, short_help="Compare two versions of a function.")
@click.argument("old", metavar="OLD.py:f")
@click.argument("new", metavar="NEW.py:g")
@click.option("--contract", default="", metavar="TEXT", help='What it takes, as "x: float64[n, m], k: int in 0..n".')
@click.option("--strict", is_flag=True, help="Compare exceptions, partial results and overlapping arrays, too.")
@click.option("--rounding", type=click.Choice(ROUNDINGS), default="bounded", help="exact: floats bit for bit. [default: bounded]")
@click.option("--trust-module", is_flag=True, help="Run all the code of both modules, with what they import.")
@click.option("--write-test", type=click.Path(path_type=Path, dir_okay=False), help="Write a difference to this file, as a test.")
@click.pass_context
def command(
    context: click.Context,
    old: str,
    new: str,
    contract: str,
    strict: bool,
    rounding: str,
    trust_module: bool,
    write_test: Path | None,
) -> None:
    """Look for an input on which the function NEW.py:g does not do what OLD.py:f does. `Class.f` names a method.

    What the functions take is read off annotations and the old function's code, tried out, and printed; --contract says it
    instead. Only the functions are run, with what they need of their modules, in a sandbox; --trust-module runs the modules.

    \b
    Exit codes: 0 no difference found, 1 a difference, 2 no answer (or bad usage).
    """
    from autovec.verify.whole.question import Terms
    from autovec.verify.whole.verdict import compared

    limit = Rounding.EXACT if rounding == "exact" else Rounding.APPROXIMATES
    verdict = compared(old, new, Terms(limit, strict, contract), trust_module)
    match verdict.answer:
        case Evidence() as evidence:
            say(sys.stdout, evidence_text(old, new, evidence, verdict.contract, trust_module))
            context.exit(SAME)
        case Refusal(message=message, hint=hint):
            say(sys.stderr, f"no answer: {message}{f' ({hint})' if hint else ''}\n")
            context.exit(NO_ANSWER)
        case counterexample:
            if write_test is not None:
                write_test.write_text(verdict.test, encoding="utf-8")
            say(sys.stdout, difference_text(old, new, counterexample, verdict.contract, verdict.test, write_test))
            context.exit(DIFFERENT)
