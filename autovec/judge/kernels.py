"""The three questions about a loop as a kernel for Numba.

Comes in: a case. Goes out: a `Rival`, which can be timed beside array forms or alone, and then checked; or the refusal that says
why the loop is no kernel. Numba itself is imported in the sandbox only.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from autovec.judge.court import INEXACT, Answer, Case, contract_of, handicap, not_same
from autovec.judge.watched import too_small, usual_types, usual_values
from autovec.kernel.form import Kernel, Words, kernel, parallel_kernel
from autovec.outcome import ArrayInput, Contract, Counterexample, Edit, Evidence, Left, Refusal, Rewrite, Rounding, Speed
from autovec.propose.guards import with_fallback
from autovec.propose.region import Region
from autovec.propose.strict import not_strict, strict_contract
from autovec.record import dataclass
from autovec.source.imports import NewName
from autovec.source.position import text_of
from autovec.source.sizes import stored_arrays

if TYPE_CHECKING:
    from autovec.harness.sandbox import Sandbox

# Times faster than array forms that a kernel must be: it is a second function to read, and takes time to compile. A short
# statement is as plain as can be, and fast enough; of long ones the loop itself is often the plainer text.
_THAN_SHORT, _THAN_LONG, _SHORT = 3.0, 1.3, 88
THAN_ONE_CORE = 1.5  # and on several cores than on one: they are not its user's alone

_RUNS = "on all cores; Numba ends the process where such a function is called behind a fork, or by two threads at once"

CALLS = 1000  # the most after which the time to compile is to be saved


@dataclass(frozen=True, slots=True)
class Rival:
    """A loop as a kernel that can run. `threads` is the same on several cores; or why there is no such, if that was asked."""

    case: Case
    kernel: Kernel
    contract: Contract
    sandbox: Sandbox
    imports: tuple[str, ...]
    definitions: str
    threads: Rival | str = ""

    @property
    def runners(self) -> tuple[Rival, ...]:
        """The kernel, and the one on several cores if there is any."""
        return (self, self.threads) if isinstance(self.threads, Rival) else (self,)

    @property
    def dtypes(self) -> dict[str, str]:
        """What all of them can be timed with."""
        return {name: k for one in self.runners for name, k in one.kernel.dtypes.items()}

    @property
    def effort(self) -> float:
        """How many times as fast as one core's it has to be."""
        return THAN_ONE_CORE if self.kernel.parallel else 1.0

    def handicap(self, array_form: str) -> float:
        """How many times as fast as the array form it has to be, apart from what that one's own tests cost it."""
        lines = array_form.strip().splitlines()
        than = _THAN_SHORT if len(lines) == 1 and len(lines[0]) <= _SHORT else _THAN_LONG
        return than * handicap(self.kernel.conditions) * self.effort

    def without(self, loser: Rival, why: str) -> Rival | None:
        """What is left of them, once one of them did not do."""
        return replace(self, threads=why) if loser is not self else None

    def text_in(self, region: Region) -> str | None:
        """The region's text with the kernel in the loop's place; None where it takes more statements than the region has."""
        outer, inner = region.span, self.kernel.span
        if region.form is not None or inner.line < outer.line or inner.end_line > outer.end_line:
            return None
        lines = region.text.splitlines(keepends=True)
        return "".join([*lines[: inner.line - outer.line], self.kernel.text, *lines[inner.end_line - outer.line + 1 :]])

    def alone(self) -> Answer:
        """The answer where no array form runs beside it."""
        from autovec.measure.choose import fastest

        runners = self.runners
        timed = fastest(
            self.kernel.old, tuple(one.kernel.text for one in runners), self.contract,
            sandbox=self.sandbox, definitions=tuple(one.definitions for one in runners),
            handicaps=tuple(one.effort for one in runners),
            dtypes=usual_types(self.case.reading, self.contract) | self.dtypes,
            usual=usual_values(self.case.reading), tests=[t for one in runners for t in one.kernel.conditions],
        )  # fmt: skip
        if isinstance(timed, Refusal):
            return timed
        winner = runners[timed[0]]
        answer = winner.checked(timed[1])
        rest = None if isinstance(answer, Rewrite) else self.without(winner, reason(answer))
        return answer if rest is None else rest.alone()

    def checked(self, speed: Speed) -> Answer:
        """The answer once it has been timed."""
        if speed.speedup < self.case.court.options.min_speedup:
            return Refusal("AV060", f"compiled, the loop is {speed.speedup:.1f} times as fast, which does not pay")
        if small := too_small(self.case.reading, self.contract, speed, self.case.court.options.min_speedup):
            return small
        calls = _calls_to_repay(speed)
        if calls > CALLS:
            return Refusal("AV060", f"compiled, it takes {calls:,.0f} calls to save the time to compile the loop")
        checked = self._verified(self.contract, strict=False)
        if isinstance(checked, Evidence):
            strict = self.case.court.options.strict
            return self._strictly(speed) if strict else self._landed(checked, speed)
        return not_same(self.case, self.kernel.span, checked)

    def _strictly(self, speed: Speed) -> Rewrite | Refusal:
        """The kernel, where no input at all shows a difference; if need be under a test that its arrays may be written to."""
        made = strict_contract(self.contract, self.case.site)
        checked = self._verified(made, strict=True)
        if isinstance(checked, Evidence):
            return self._landed(checked, speed)
        writeable = replace(self, kernel=under_tests_of_memory(self.kernel, self.contract))
        if "read" in checked.message and writeable.kernel.conditions != self.kernel.conditions:
            checked = writeable._verified(made, strict=True)
            if isinstance(checked, Evidence):
                return writeable._landed(checked, speed)
        return not_strict(checked.message)

    def _landed(self, evidence: Evidence, speed: Speed) -> Rewrite:
        slower = f"on several cores it is not {THAN_ONE_CORE:g} times as fast as on one"
        cores = _RUNS if self.kernel.parallel else self.threads if isinstance(self.threads, str) else slower
        return compiled(self.kernel, self.imports, evidence, speed, cores)

    def _verified(self, contract: Contract, *, strict: bool) -> Evidence | Counterexample | Refusal:
        from autovec.verify.check import verify

        found = self.kernel
        return verify(
            found.old, found.text, contract,
            rounding=found.rounding, sandbox=self.sandbox, strict=strict, definitions=self.definitions,
        )  # fmt: skip


def under_tests_of_memory(found: Kernel, made: Contract) -> Kernel:
    """The kernel under tests that the arrays which it stores into may be written to, else the loop."""
    stored = stored_arrays(found.old)
    arrays = [x.name for x in made.inputs if isinstance(x, ArrayInput) and x.container == "ndarray" and x.name in stored]
    tests = tuple(f"{name}.flags.writeable" for name in arrays if f"{name}.flags.writeable" not in found.conditions)
    head = f"if {' and '.join(found.conditions)}:\n"
    every = (*found.conditions, *tests)
    if found.conditions and not found.text.startswith(head):
        return found
    if found.conditions:
        text = f"if {' and '.join(every)}:\n{found.text.removeprefix(head)}"
    else:
        text = with_fallback(found.text, every, found.old) if tests else found.text
    return replace(found, text=text, conditions=every)


def _calls_to_repay(speed: Speed) -> float:
    """How many calls at the largest size save as much time as it takes to compile."""
    last = speed.timings[-1]
    return speed.first_call / max(last.before - last.after, 1e-9)


def rival(case: Case) -> Rival | Rewrite | Refusal:
    """The loop as a kernel; already the rewrite where nothing is to be run."""
    bindings, options = case.reading.module.bindings, case.court.options
    njit, prange = bindings.function_name("numba", "njit"), bindings.function_name("numba", "prange")
    words = Words(case.spelling.numpy, njit.name, prange.name)
    found = kernel(case.reading, case.site, words, options.guards)
    if isinstance(found, Refusal):
        return found
    if options.rounding == "exact" and found.rounding is not Rounding.EXACT:
        return INEXACT
    threads = _threads(case, words) if options.parallel else ""
    made = contract_of(case, found.reads, found.facts, found.loop, found.outputs, found.loose)
    if isinstance(made, Refusal):
        return made
    if case.court.sandbox is None:
        best, why = (threads, _RUNS) if isinstance(threads, Kernel) else (found, threads)
        return compiled(best, _imports(case, best, njit, prange), None, None, why)
    if find_spec("numba") is None:
        return Refusal("AV051", "only a compiled loop would be faster, and Numba is not installed", "pip install numba")

    def running(one: Kernel, beside: Rival | str = "") -> Rival:
        assert case.court.sandbox is not None
        names = ((njit.name, "njit"), (prange.name, "prange"))[: 1 + one.parallel]
        head = "".join(f"{_binding(name, function)}\n" for name, function in names)
        return Rival(case, one, made, case.court.sandbox, _imports(case, one, njit, prange), head + one.definition, beside)

    return running(found, running(threads) if isinstance(threads, Kernel) else threads)


def _threads(case: Case, words: Words) -> Kernel | str:
    """The loop as a kernel on several cores, or why it is none."""
    options = case.court.options
    if options.strict:
        return "with --strict, as arrays that overlap make its iterations meet"
    found = parallel_kernel(case.reading, case.site, words, options.guards)
    if isinstance(found, Refusal):
        return f"{found.message} ({found.hint})" if found.hint else found.message
    inexact = options.rounding == "exact" and found.rounding is not Rounding.EXACT
    return "threads would add up in another order, which --rounding exact forbids" if inexact else found


def _imports(case: Case, found: Kernel, njit: NewName, prange: NewName) -> tuple[str, ...]:
    functions = [name.statement for name in (njit, prange)[: 1 + found.parallel] if name.statement]
    numba = ", ".join([*functions[:1], *(s.removeprefix("from numba import ") for s in functions[1:])])
    return tuple(s for s in (case.statement if found.numpy else "", numba) if s)


def _binding(name: str, function: str) -> str:
    """The import by which a name that the file uses means a function of Numba."""
    if "." in name:
        return f"import numba as {name.partition('.')[0]}"
    return f"from numba import {function}" + (f" as {name}" if name != function else "")


def reason(answer: Answer) -> str:
    """Why something did not land."""
    return answer.message if isinstance(answer, Refusal) else answer.refusal.message if isinstance(answer, Left) else ""


def compiled(found: Kernel, imports: tuple[str, ...], evidence: Evidence | None, speed: Speed | None, cores: str) -> Rewrite:
    """The rewrite that puts a kernel into the file; `cores` says whether it runs on several of them, if that was asked."""
    text = found.reading.module.text
    edit = Edit(found.whole, text_of(found.whole, text), found.text.rstrip("\n"), imports, found.definition)
    message = next(line.strip() for line in found.text.splitlines() if "_loop" in line)
    name = found.reading.function.name
    return Rewrite("AV901", "compiled-loop", message, name, edit, found.rounding, found.conditions, evidence, speed, cores=cores)
