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
from autovec.kernel.form import Kernel, Words, kernel
from autovec.outcome import ArrayInput, Contract, Counterexample, Edit, Evidence, Refusal, Rewrite, Rounding, Speed
from autovec.propose.guards import with_fallback
from autovec.propose.region import Region
from autovec.propose.strict import not_strict, strict_contract
from autovec.record import dataclass
from autovec.source.position import text_of
from autovec.source.sizes import stored_arrays

if TYPE_CHECKING:
    from autovec.harness.sandbox import Sandbox

# Times faster than array forms that a kernel must be: it is a second function to read, and takes time to compile. A short
# statement is as plain as can be, and fast enough; of long ones the loop itself is often the plainer text.
_THAN_SHORT, _THAN_LONG, _SHORT = 3.0, 1.3, 88

CALLS = 1000  # the most after which the time to compile is to be saved


@dataclass(frozen=True, slots=True)
class Rival:
    """A loop as a kernel that can run."""

    case: Case
    kernel: Kernel
    contract: Contract
    sandbox: Sandbox
    imports: tuple[str, ...]
    definitions: str

    def handicap(self, array_form: str) -> float:
        """How many times as fast as the array form it has to be, apart from what that one's own tests cost it."""
        lines = array_form.strip().splitlines()
        return (_THAN_SHORT if len(lines) == 1 and len(lines[0]) <= _SHORT else _THAN_LONG) * handicap(self.kernel.conditions)

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

        found = self.kernel
        timed = fastest(
            found.old, (found.text,), self.contract,
            sandbox=self.sandbox, definitions=(self.definitions,),
            dtypes=usual_types(self.case.reading, self.contract) | dict(found.dtypes),
            usual=usual_values(self.case.reading), tests=found.conditions,
        )  # fmt: skip
        return timed if isinstance(timed, Refusal) else self.checked(timed[1])

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
            return self._strictly(speed) if strict else compiled(self.kernel, self.imports, checked, speed)
        return not_same(self.case, self.kernel.span, checked)

    def _strictly(self, speed: Speed) -> Rewrite | Refusal:
        """The kernel, where no input at all shows a difference; if need be under a test that its arrays may be written to."""
        made = strict_contract(self.contract, self.case.site)
        checked = self._verified(made, strict=True)
        if isinstance(checked, Evidence):
            return compiled(self.kernel, self.imports, checked, speed)
        writeable = replace(self, kernel=under_tests_of_memory(self.kernel, self.contract))
        if "read" in checked.message and writeable.kernel.conditions != self.kernel.conditions:
            checked = writeable._verified(made, strict=True)
            if isinstance(checked, Evidence):
                return compiled(writeable.kernel, self.imports, checked, speed)
        return not_strict(checked.message)

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
    njit = bindings.function_name("numba", "njit")
    found = kernel(case.reading, case.site, Words(case.spelling.numpy, njit.name), options.guards)
    if isinstance(found, Refusal):
        return found
    if options.rounding == "exact" and found.rounding is not Rounding.EXACT:
        return INEXACT
    imports = tuple(s for s, used in ((case.statement, found.numpy), (njit.statement, True)) if s and used)
    made = contract_of(case, found.reads, found.facts, found.loop, found.outputs, found.loose)
    if isinstance(made, Refusal):
        return made
    if case.court.sandbox is None:
        return compiled(found, imports, None, None)
    if find_spec("numba") is None:
        return Refusal("AV051", "only a compiled loop would be faster, and Numba is not installed", "pip install numba")
    definitions = "from numba import njit\n" + found.definition.replace(f"@{njit.name}(", "@njit(", 1)
    return Rival(case, found, made, case.court.sandbox, imports, definitions)


def compiled(found: Kernel, imports: tuple[str, ...], evidence: Evidence | None, speed: Speed | None) -> Rewrite:
    """The rewrite that puts a kernel into the file."""
    text = found.reading.module.text
    edit = Edit(found.whole, text_of(found.whole, text), found.text.rstrip("\n"), imports, found.definition)
    message = next(line.strip() for line in found.text.splitlines() if "_loop" in line)
    name = found.reading.function.name
    return Rewrite("AV901", "compiled-loop", message, name, edit, found.rounding, found.conditions, evidence, speed)
