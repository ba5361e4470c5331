"""The verdict on one loop: may I, is it the same, is it worth it.

Comes in: a loop's place in a function. Goes out: a `Rewrite`, a `Refusal`, or a `Left` with the counterexample of a failed check.
Where the dtypes of arrays are not known, the plain rewrite is tried first; where the checker finds a dtype on which it differs,
one that tests for floats, then for doubles, with the loop as its fallback.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from autovec.emit.code import Spelling
from autovec.expression import Expr
from autovec.facts.table import Facts
from autovec.harness.sandbox import Sandbox
from autovec.kernel.form import Kernel, Words, kernel, kernels_of
from autovec.loops.statement import For, While
from autovec.measure.choose import fastest
from autovec.options import Options
from autovec.outcome import Contract, Counterexample, Edit, Evidence, Left, Refusal, Rewrite, Rounding, Speed
from autovec.propose.candidates import ALL_SETUPS, Candidate, Make, Terms, candidates, widened
from autovec.propose.comprehension import comprehension_region, placed
from autovec.propose.contract import contract
from autovec.propose.limits import Limits, ladders
from autovec.propose.reading import Reading, locate
from autovec.propose.region import Region, region
from autovec.propose.strict import not_strict, strict_contract, strict_texts
from autovec.source.comments import carry
from autovec.source.comments import region as with_comments
from autovec.source.fallback import is_fallback, stands_behind_kernel, stands_behind_type_test
from autovec.source.find import Site
from autovec.source.position import dedented, span_of, text_of
from autovec.verify.check import verify

ELEMENT = 8  # bytes
COMPILED_GAIN = 2.0  # a kernel takes the place of an array form only if it is this many times as fast
NOT_COMPILED = ("AV3",)  # rules whose forms no compiled loop beats: matrix products
VECTORISED = (".exp(", ".log(", ".tanh(", ".sin(", ".cos(", ".power(", "argmin(", "argmax(")  # nor one that calls these
TESTED, KINDS, NARROW = 1.3, 1.8, 2.5  # times faster that a text with a test, of kinds of dtypes, of one dtype, must be
MAX_ROUNDS = 4  # a candidate that does not pay, or can't be checked, gives way to the next


@dataclass(frozen=True, slots=True)
class Court:
    """What loops are judged with; without a sandbox nothing is run."""

    options: Options
    sandbox: Sandbox | None


def judge(court: Court, reading: Reading, site: Site) -> Rewrite | Left | Refusal:
    """The three questions."""
    if stands_behind_type_test(site) or stands_behind_kernel(site, kernels_of(reading.module)):
        return Refusal("AV025", "the loop is what a test of types or shapes falls back to")
    if court.options.backend == "numba" and site.is_loop:
        return _compiled_form(court, reading, site, court.options.min_speedup)
    answer = _array_form(court, reading, site)
    least = _least_speedup(court, answer)
    if least is None or not site.is_loop:
        return answer
    compiled = _compiled_form(court, reading, site, least)
    return answer if isinstance(compiled, Refusal) else compiled


def _least_speedup(court: Court, answer: Rewrite | Left | Refusal) -> float | None:
    """What a compiled form of the loop has to reach; None where it is not worth a try."""
    if court.options.backend == "numpy" or (isinstance(answer, Refusal) and answer.code == "AV025"):
        return None
    if not isinstance(answer, Rewrite):
        return court.options.min_speedup
    if answer.speed is None or answer.code.startswith(NOT_COMPILED) or any(f in answer.edit.after for f in VECTORISED):
        return None
    return COMPILED_GAIN * answer.speed.speedup


def _array_form(court: Court, reading: Reading, site: Site) -> Rewrite | Left | Refusal:
    """The three questions about the array forms of a loop."""
    make = regions(reading, site)
    if isinstance(make, Refusal):
        return make
    numpy = reading.module.bindings.numpy_name(reading.function.enclosing, site.node.lineno)
    case = Case(court, reading, spelling(reading, numpy.name), numpy.statement)
    small = make(0)
    steps = [(limits, _found(case, small, make, limits)) for limits in ladders(small)]
    tried = [found for _, found in steps if not isinstance(found, Refusal)]
    answer: Rewrite | Left | Refusal = next((f for _, f in steps if isinstance(f, Refusal)), Refusal("AV041", "no array form"))
    if any(_is_fallback(site, c) for found in tried for c in found):
        return Refusal("AV025", "the loop is what the test around it falls back to")
    ordered = sorted(tried, key=lambda f: (_loops(f[0]), f[0].new.spread))
    return _answer(case, _pool(ordered, make(ALL_SETUPS))) if tried else answer


def _pool(tried: list[tuple[Candidate, ...]], widest: Region) -> tuple[Candidate, ...]:
    """The candidates under all limits on dtypes, as texts for one region, so that they can race each other."""
    some = [c for k, found in enumerate(tried) for c in (found if k == len(tried) - 1 or _loops(found[0]) else found[:1])]
    pool: dict[str, Candidate] = {}
    for c in (widened(c, widest) for c in some):
        pool.setdefault(c.text, c)
    return tuple(pool.values())


def _compiled_form(court: Court, reading: Reading, site: Site, least: float) -> Rewrite | Left | Refusal:
    """The three questions about the loop as a kernel, which has to be `least` times as fast."""
    bindings = reading.module.bindings
    numpy = bindings.numpy_name(reading.function.enclosing, site.node.lineno)
    njit = bindings.function_name("numba", "njit")
    found = kernel(reading, site, Words(numpy.name, njit.name), court.options.guards)
    if isinstance(found, Refusal):
        return found
    if court.options.rounding == "exact" and found.rounding is not Rounding.EXACT:
        return Refusal("AV062", "the rewrite would change the last bits of floats", "allow --rounding bounded")
    imports = tuple(s for s, used in ((numpy.statement, found.numpy), (njit.statement, True)) if s and used)
    if court.sandbox is None:
        return _compiled(found, imports, None, None)
    if find_spec("numba") is None:
        return Refusal("AV051", "only a compiled loop would be faster, and Numba is not installed", "pip install numba")
    case = Case(court, reading, spelling(reading, numpy.name), numpy.statement)
    made = _contract_of(case, found.reads, found.facts, found.loop, found.outputs, found.loose)
    if isinstance(made, Refusal):
        return made
    definitions = "from numba import njit\n" + found.definition.replace(f"@{njit.name}(", "@njit(", 1)
    timed = fastest(found.old, (found.text,), made, sandbox=court.sandbox, definitions=(definitions,))
    if isinstance(timed, Refusal):
        return timed
    _, speed = timed
    if speed.speedup < least:
        return Refusal("AV060", f"compiled, the loop is {speed.speedup:.1f} times as fast, which does not pay")
    checked = verify(found.old, found.text, made, rounding=found.rounding, sandbox=court.sandbox, definitions=definitions)
    if isinstance(checked, Evidence):
        broken = _strictly_compiled(court.sandbox, found, made, site, definitions) if court.options.strict else None
        return broken or _compiled(found, imports, checked, speed)
    if isinstance(checked, Refusal):
        return checked
    refusal = Refusal("AV090", f"verification found a difference: {checked.message}", "please report this loop")
    return Left(refusal, reading.function.name, found.span, checked)


def _strictly_compiled(sandbox: Sandbox, found: Kernel, made: Contract, site: Site, definitions: str) -> Refusal | None:
    """Why a kernel does not keep the promise on all inputs; None where no input shows it."""
    strict = strict_contract(made, site)
    checked = verify(
        found.old, found.text, strict, rounding=found.rounding, sandbox=sandbox, strict=True, definitions=definitions
    )
    return None if isinstance(checked, Evidence) else not_strict(checked.message)


def _compiled(found: Kernel, imports: tuple[str, ...], evidence: Evidence | None, speed: Speed | None) -> Rewrite:
    text = found.reading.module.text
    edit = Edit(found.whole, text_of(found.whole, text), found.text.rstrip("\n"), imports, found.definition)
    message = next(line.strip() for line in found.text.splitlines() if "_loop" in line)
    name = found.reading.function.name
    return Rewrite("AV901", "compiled-loop", message, name, edit, found.rounding, found.conditions, evidence, speed)


def _found(case: Case, small: Region, make: Make, limits: Limits) -> tuple[Candidate, ...] | Refusal:
    """The candidates under some limits on dtypes."""
    found = candidates(small, make, Terms(case.spelling, case.court.options.guards, limits, case.court.options.strict))
    return placed(found) if not isinstance(found, Refusal) and small.form is not None else found


def regions(reading: Reading, site: Site) -> Make | Refusal:
    """What gives the region of a site, with its set-up statements or without."""
    if not site.is_loop:
        found = comprehension_region(reading, site)
        return found if isinstance(found, Refusal) else lambda _: found
    located = locate(reading, site.node.lineno, site.node.col_offset)
    if located is None:
        return Refusal("AV014", "the loop's form of iteration has no positions")
    return lambda most: region(reading, site, located, most)


def _loops(c: Candidate) -> int:
    """How many Python loops are left in the fast path."""
    return sum(code == "AV105" for code, _ in c.new.codes)


def _is_fallback(site: Site, c: Candidate) -> bool:
    """Whether the loop stands in the else-arm of a test whose other arm is the very text that it would become."""
    c = c.landed or c
    return bool(c.new.conditions) and is_fallback(site, c.new.text)


@dataclass(frozen=True, slots=True)
class Case:
    """One loop before the court: how its file spells things, and the import that new text needs ("" for none)."""

    court: Court
    reading: Reading
    spelling: Spelling
    statement: str


def _answer(case: Case, found: tuple[Candidate, ...]) -> Rewrite | Left | Refusal:
    if case.court.options.rounding == "exact":
        found = tuple(c for c in found if c.new.rounding is Rounding.EXACT)
        if not found:
            return Refusal("AV062", "the rewrite would change the last bits of floats", "allow --rounding bounded")
    if case.court.sandbox is None:
        return _rewrite(case, found[0], None, None)
    return _tried(case, found, case.court.sandbox)


def _tried(case: Case, found: tuple[Candidate, ...], sandbox: Sandbox) -> Rewrite | Left | Refusal:
    """The fastest candidate that pays and stands the check."""
    pool = list(found)
    made = _contract(case, pool[0])
    if isinstance(made, Refusal):
        return made
    defined = _definitions(case, pool[0])
    worst: Left | Refusal | None = None
    for _ in range(min(MAX_ROUNDS, len(pool))):
        racing = [c for k, c in enumerate(pool) if all(c.new.text != other.new.text for other in pool[:k])]
        handicaps = [_handicap(c) for c in racing]
        texts = [defined + c.text for c in racing]
        timed = fastest(defined + pool[0].region.text, texts, made, sandbox=sandbox, handicaps=handicaps)
        index, speed = (0, timed) if isinstance(timed, Refusal) else timed
        chosen = racing[index]
        pool.remove(chosen)
        if isinstance(speed, Refusal):
            worst = worst or speed
            continue
        if speed.speedup < case.court.options.min_speedup:
            worst = worst or _slow(chosen, speed)
            continue
        if ELEMENT * speed.timings[-1].size ** chosen.new.spread > case.court.options.max_temporary:
            worst = Refusal("AV040", f"the array form holds {chosen.new.spread} dimensions at once, no array of the loop so many")
            continue
        old, new = defined + chosen.region.text, defined + chosen.text
        checked = verify(old, new, made, rounding=chosen.new.rounding, sandbox=sandbox)
        if isinstance(checked, Evidence) and case.court.options.strict:
            answer = _strictly(case, chosen, made, sandbox)
            if not isinstance(answer, Refusal):
                return _rewrite(case, *answer, speed)
            worst = answer
        elif isinstance(checked, Evidence):
            return _rewrite(case, chosen, checked, speed)
        else:
            worst = _failed(case, chosen, checked)
    return worst or Refusal("AV041", "no candidate is left")


def _strictly(case: Case, c: Candidate, made: Contract, sandbox: Sandbox) -> tuple[Candidate, Evidence] | Refusal:
    """The candidate with the tests under which no input at all shows a difference."""
    defined = _definitions(case, c)
    worst = Refusal("AV063", "the statement has no room for the tests that --strict needs")
    strict = strict_contract(made, c.region.site)
    for form in strict_texts(c, case.spelling.numpy):
        old, new = defined + form.region.text, defined + form.text
        checked = verify(old, new, strict, rounding=form.new.rounding, sandbox=sandbox, strict=True)
        if isinstance(checked, Evidence):
            return form, checked
        worst = not_strict(checked.message)
    return worst


def _handicap(c: Candidate) -> float:
    """How much faster a candidate must be than a plain one: a test and a second version of the loop are more to read, and a test
    of dtypes leaves the other ones slow."""
    tests = " and ".join(c.new.conditions)
    return 1.0 if not tests else NARROW if ".dtype ==" in tests else KINDS if ".dtype.kind" in tests else TESTED


def _definitions(case: Case, c: Candidate) -> str:
    """The file's own functions that the loop calls, as text to run in front of it."""
    text = case.reading.module.text
    return "".join(f"{dedented(span_of([f.statement], text), text)}\n" for f in c.region.callees)


def _slow(c: Candidate, speed: Speed) -> Refusal:
    code = "AV061" if "_array = " in c.text else "AV060"
    return Refusal(
        code, f"the array form is {speed.speedup:.1f} times as fast at n = {speed.timings[-1].size:,}, which does not pay"
    )


def _failed(case: Case, c: Candidate, checked: Counterexample | Refusal) -> Left | Refusal:
    if isinstance(checked, Refusal):
        return checked
    refusal = Refusal("AV090", f"verification found a difference: {checked.message}", "please report this loop")
    return Left(refusal, case.reading.function.name, c.region.span, checked)


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


def _contract(case: Case, c: Candidate) -> Contract | Refusal:
    r = c.region
    return _contract_of(case, r.inputs, r.facts, r.loop, r.outputs, r.loose, c.new.equal)


def _contract_of(
    case: Case, inputs: frozenset[str], facts: Facts, loop: For | While, outputs: frozenset[str], loose: frozenset[str],
    equal: tuple[tuple[Expr, Expr], ...] = (),
) -> Contract | Refusal:  # fmt: skip
    """What the region takes and gives; the names that are modules become imports of the prelude."""
    lines: list[str] = []
    values: set[str] = set()
    for name in sorted(inputs):
        meaning = case.reading.module.bindings.resolve(name, case.reading.function.enclosing)
        if meaning is None or meaning.startswith("module."):
            values.add(name)
        elif not meaning.startswith("builtins."):
            home, _, last = meaning.rpartition(".")
            lines.append(f"import {meaning} as {name}" if "." not in meaning else f"from {home} import {last} as {name}")
    prelude = "".join(f"{line}\n" for line in lines) + f"import numpy as {case.spelling.numpy}\n"
    return contract(facts, (loop,), frozenset(values), tuple(sorted(outputs)), tuple(sorted(loose)), prelude, equal)


def _rewrite(case: Case, c: Candidate, evidence: Evidence | None, speed: Speed | None) -> Rewrite:
    c = c.landed or c
    text = case.reading.module.text
    where = with_comments(c.region.nodes, text)
    before = text_of(where, text)
    code, name = _code(c)
    imports = (case.statement,) if case.statement and c.new.numpy else ()
    edit = Edit(where, before, carry(before, c.text.rstrip("\n")), imports)
    message = c.new.text.strip().splitlines()[-1].strip()
    function = case.reading.function.name
    return Rewrite(code, name, message, function, edit, c.new.rounding, c.new.conditions, evidence, speed)


def _code(c: Candidate) -> tuple[str, str]:
    """The code that describes the rewrite best: a rule's, else that of its generic form."""
    special = [k for k in c.new.codes if k[0] not in ("AV105", "AV200", "AV401", "AV501")]
    if special or c.new.codes:
        return (special or list(c.new.codes))[0]
    text = c.new.text
    if ".tolist()" in text or "list(" in text:
        return "AV104", "list-map"
    if "where(" in text or "where=" in text:
        return "AV102", "masked-map"
    updates = "out=" in text or "[:] = " in text or any(f" {op}= " in text for op in "+-*/")
    return ("AV103", "in-place-update") if updates else ("AV101", "elementwise-map")
