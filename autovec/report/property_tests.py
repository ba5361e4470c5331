"""`--write-tests DIR`: the rewrites of a file as property tests, each with its loop as the oracle.

Comes in: a file's report after its rewrites landed, and the folder that the tests go to. Goes out: the text of a test file, ""
where nothing landed that was compared. What a test makes up for its inputs is what the checker took them to be.
Not handled: notebooks.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from autovec.outcome import ArrayInput, Contract, FileReport, Rewrite, ScalarInput, Symbol, Trial, writable
from autovec.record import dataclass
from autovec.verify.excerpt import Excerpt, excerpt, without_shared
from autovec.verify.mentioned import constants_in

_HEAD = '''"""What autovec made of loops in {name}: each is compared with the loop as it was, on inputs that Hypothesis makes up.

Written by `autovec rewrite --write-tests`, to be run by pytest; needs hypothesis and autovec. An `Oracle` runs the loop and what
stands in the file now on copies of the same inputs, and fails where values, types, shapes or changes of the inputs differ.
Floats may differ within the loop's own rounding error.
"""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autovec.testing import {strategies}

FILE = Path(__file__).parent / {file!r}
SETTINGS = settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
'''
_TEST = '''

{title} = Oracle(
{arguments}
)


@SETTINGS
@given(st.data())
def test_{title}(data):
    """Line {line}: {code} {rule}."""
{body}
'''
_WORDS = {"arrays", "lists", "numbers", "sizes"}
_NAMES = re.compile(r"[^\W\d]\w*")


def property_tests(report: FileReport, folder: Path) -> str:
    """The test file."""
    landed = list(writable(report.findings))
    tests = [_test(report, f, f.evidence.trial) for f in landed if f.evidence and f.evidence.trial]
    if not tests:
        return ""
    used = sorted(word for word in _WORDS if any(f"{word}(" in test for test in tests))
    file = Path(os.path.relpath(Path(report.path).absolute(), folder.absolute())).as_posix()
    head = _HEAD.format(name=Path(report.path).name, strategies=", ".join(["Oracle", *used]), file=file)
    return head + "".join(_numbered(tests))


def _numbered(tests: list[str]) -> Iterator[str]:
    """The tests with names of their own, where two loops stand on one line."""
    seen: dict[str, int] = {}
    for test in tests:
        title = test.split(maxsplit=1)[0]
        seen[title] = seen.get(title, 0) + 1
        yield test if seen[title] == 1 else test.replace(title, f"{title}_{seen[title]}")


def _test(report: FileReport, found: Rewrite, trial: Trial) -> str:
    line = found.edit.span.line
    title = re.sub(r"\W", "_", f"{found.function}_line_{line}")
    arguments = "\n".join(f"    {name}={value}," for name, value in _arguments(report, found, trial))
    body = "\n".join(f"    {line}" for line in _body(title, trial))
    return _TEST.format(title=title, arguments=arguments, line=line, code=found.code, rule=found.name, body=body)


def _arguments(report: FileReport, found: Rewrite, trial: Trial) -> Iterator[tuple[str, str]]:
    helpers, loop, rewrite = without_shared(trial.old, trial.new)
    where = excerpt(report.after, rewrite, found.edit.span.line)
    yield from (("loop", _literal(loop)), ("rewrite", _literal(rewrite)), ("file", "FILE"))
    yield from _standing(found, where)
    contract = trial.contract
    for name in ("outputs", "loose", "lost", "exact"):
        value: tuple[str, ...] = getattr(contract, name)
        if value:
            yield name, repr(value)
    yield "imports", _literal(contract.prelude)
    if helpers:
        yield "helpers", _literal(helpers)
    if trial.definitions:
        yield "kernels", repr(tuple(re.findall(r"^def (\w+)", trial.definitions, re.MULTILINE)))
    yield "rounding", repr(trial.rounding.value)
    if trial.strict:
        yield "strict", "True"


def _standing(found: Rewrite, where: Excerpt | None) -> Iterator[tuple[str, str]]:
    if where is None:
        yield "kept", _literal(found.edit.after)
        return
    yield from (("function", repr(where.function)), ("place", repr(where.place)))
    if where.name:
        yield from (("name", repr(where.name)), ("statement", _literal(where.statement)))


def _literal(text: str) -> str:
    """A text as people read it, where quotes allow."""
    if "\\" in text or "'''" in text or "\n" not in text:
        return repr(text)
    return f"'''\\\n{text if text.endswith(chr(10)) else text + chr(10)}'''"


# ------------------------------------------------------------------ inputs


@dataclass(frozen=True, slots=True)
class _Inputs:
    """The inputs of one test: how constants near which something may change are handed on."""

    contract: Contract
    near: str

    def line(self, k: int, x: ArrayInput | ScalarInput) -> str:
        """The statement that makes an input."""
        name = f"given[{x.name!r}]"
        if isinstance(x, ScalarInput) and x.value:
            return f"{name} = {_converted(x.value, x.kinds[0])}"
        return f"{name} = data.draw({self._strategy(k, x)}, {x.name!r})"

    def _strategy(self, k: int, x: ArrayInput | ScalarInput) -> str:
        if isinstance(x, ScalarInput):
            return f"numbers({' '.join(x.kinds)!r}{_limits(x)}{self.near})"
        shape = f"({', '.join(x.shape)}{',' if len(x.shape) == 1 else ''})"
        if x.container == "list":
            return f"lists({' '.join(x.dtypes)!r}, {shape}{_limits(x)}{self.near}{', ragged=True' if x.ragged else ''})"
        same = ", ".join(f"given[{y.name!r}]" for y in self.contract.inputs[:k] if self._may_be(x, y))
        return f"arrays({' '.join(x.dtypes)!r}, {shape}{_limits(x)}{self.near}{f', same=[{same}]' if same else ''})"

    def _may_be(self, x: ArrayInput, y: ArrayInput | ScalarInput) -> bool:
        """Whether both may be the same array."""
        alike = isinstance(y, ArrayInput) and y.container == "ndarray" and len(y.shape) == len(x.shape)
        same_limits = isinstance(y, ArrayInput) and (x.low, x.high) == (y.low, y.high)
        return alike and same_limits and not {x.name, y.name} & set(self.contract.fresh)


def _body(title: str, trial: Trial) -> Iterator[str]:
    constants = constants_in(trial.old, trial.new)
    if constants:
        yield f"near = {constants!r}"
    yield from map(_size, _ordered(trial.contract.symbols))
    yield "given = {}"
    inputs = _Inputs(trial.contract, ", near=near" if constants else "")
    yield from (inputs.line(k, x) for k, x in enumerate(trial.contract.inputs))
    yield f"{title}.compare(given)"


def _size(s: Symbol) -> str:
    arguments = ", ".join(([s.at_least] if s.at_least else []) + (["small=True"] if s.window else []))
    return f"{s.name} = data.draw(sizes({arguments}), {s.name!r})"


def _ordered(symbols: tuple[Symbol, ...]) -> list[Symbol]:
    """Sizes behind those that they may not fall below."""
    left, done = list(symbols), list[Symbol]()
    names = {s.name for s in symbols}
    while left:
        known = {s.name for s in done}
        ready = next((s for s in left if set(_NAMES.findall(s.at_least)) & names <= known), left[0])
        left.remove(ready)
        done.append(ready)
    return done


def _limits(x: ArrayInput | ScalarInput) -> str:
    return "".join(f", {word}={value}" for word, value in (("low", x.low), ("high", x.high)) if value)


def _converted(value: str, kind: str) -> str:
    return value if kind == "int" else f"{kind}({value})" if kind in ("float", "bool", "complex") else value
