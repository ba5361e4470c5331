"""What the forms of one loop are judged with: the options, the sandbox, how the file spells things.

Comes in: what was read of a function, and what a text takes and gives. Goes out: a `Case`, and its `Contract` for the checker and
the clock.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from autovec.emit.code import Spelling
from autovec.expression import Expr
from autovec.facts.table import Facts
from autovec.loops.statement import For, While
from autovec.options import Options
from autovec.outcome import Contract, Counterexample, Left, Refusal, Rewrite, Span
from autovec.propose.contract import contract
from autovec.propose.reading import Reading
from autovec.record import dataclass
from autovec.source.find import Site

if TYPE_CHECKING:
    from autovec.harness.sandbox import Sandbox

Answer = Rewrite | Left | Refusal
_IMPORTED = frozenset({"builtins", "numpy", "numba", "scipy", *sys.stdlib_module_names})  # what runs nothing of the user's
INEXACT = Refusal("AV062", "the rewrite would change the last bits of floats", "allow --rounding bounded")
_TESTED, _KINDS, _NARROW = 1.3, 1.8, 2.5  # times faster that a text with a test, of kinds of dtypes, of one dtype, must be


@dataclass(frozen=True, slots=True)
class Court:
    """What loops are judged with; without a sandbox nothing is run."""

    options: Options
    sandbox: Sandbox | None


@dataclass(frozen=True, slots=True)
class Case:
    """One loop before the court: how its file spells things, and the import that new text needs ("" for none)."""

    court: Court
    reading: Reading
    site: Site
    spelling: Spelling
    statement: str


def case_of(court: Court, reading: Reading, site: Site) -> Case:
    """The case of a loop."""
    numpy = reading.module.bindings.numpy_name(reading.function.enclosing, site.node.lineno)
    return Case(court, reading, site, spelling(reading, numpy.name), numpy.statement)


def spelling(reading: Reading, numpy: str) -> Spelling:
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


def contract_of(
    case: Case, inputs: frozenset[str], facts: Facts, loop: For | While, outputs: frozenset[str], loose: frozenset[str],
    equal: tuple[tuple[Expr, Expr], ...] = (),
) -> Contract | Refusal:  # fmt: skip
    """What the region takes and gives; the names of modules that are known become imports of the prelude."""
    lines: list[str] = []
    values: set[str] = set()
    for name in sorted(inputs):
        meaning = case.reading.module.bindings.resolve(name, case.reading.function.enclosing)
        if meaning is None or meaning.startswith("module."):
            values.add(name)
        elif meaning.partition(".")[0] not in _IMPORTED:
            return _foreign(name, meaning)
        elif not meaning.startswith("builtins."):
            home, _, last = meaning.rpartition(".")
            lines.append(f"import {meaning} as {name}" if "." not in meaning else f"from {home} import {last} as {name}")
    prelude = "".join(f"{line}\n" for line in lines) + f"import numpy as {case.spelling.numpy}\n"
    return contract(facts, (loop,), frozenset(values), tuple(sorted(outputs)), tuple(sorted(loose)), prelude, equal)


def _foreign(name: str, meaning: str) -> Refusal:
    """What a user's module holds is not known, because it is not run."""
    home, _, last = meaning.rpartition(".")
    value = name if home else f"{name}.x"
    what = f"what `{name}` is" if home else f"what the loop takes from `{name}`"
    message = f"it is not known {what}: autovec does not import `{home or last}`"
    return Refusal("AV010", message, f"read it in front of the loop, as in `value = float({value})`, and use that")


def handicap(conditions: tuple[str, ...]) -> float:
    """How much faster a candidate must be than a plain one: a test and a second version of the loop are more to read, and a test
    of dtypes leaves the other ones slow."""
    tests = " and ".join(conditions)
    several = ".dtype.kind" in tests or ".dtype in" in tests
    return 1.0 if not tests else _KINDS if several else _NARROW if ".dtype ==" in tests else _TESTED


def not_same(case: Case, where: Span, checked: Counterexample | Refusal, blamed: str = "") -> Left | Refusal:
    """The answer where the checker found a difference, or gave no answer; `blamed` says whose error it is if not ours."""
    if isinstance(checked, Refusal):
        return checked
    refusal = Refusal("AV090", f"verification found a difference: {checked.message}", blamed)
    return Left(refusal, case.reading.function.name, where, checked)
