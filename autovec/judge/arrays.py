"""The three questions about the array forms of a loop, and about a compiled one that runs beside them.

Comes in: a case, and the loop as a kernel if it may be one. Goes out: a `Rewrite`, a `Refusal`, or a `Left` with the
counterexample of a failed check. Where the dtypes of arrays are not known, the plain rewrite is tried first; where the checker
finds a dtype on which it differs, one that tests for floats, then for doubles, with the loop as its fallback.
The clock and the checker are imported where they are asked first: `check` runs no code.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from autovec.judge.court import INEXACT, Answer, Case, contract_of, handicap, not_same
from autovec.judge.kernels import Rival, reason
from autovec.judge.watched import too_small, usual_types, usual_values
from autovec.outcome import Contract, Edit, Evidence, Left, Refusal, Rewrite, Rounding, Speed
from autovec.propose.candidates import ALL_SETUPS, Candidate, Make, Terms, candidates, widened
from autovec.propose.comprehension import comprehension_region, placed
from autovec.propose.limits import Limits, ladders
from autovec.propose.reading import Reading, locate
from autovec.propose.region import Region, region
from autovec.propose.strict import need_for, not_strict, strict_contract, strict_text
from autovec.rule.book import PACK_CODE
from autovec.source.comments import carry
from autovec.source.comments import region as with_comments
from autovec.source.fallback import is_fallback
from autovec.source.find import Site
from autovec.source.position import dedented, span_of, text_of

if TYPE_CHECKING:
    from autovec.harness.sandbox import Sandbox

ELEMENT = 8  # bytes
MAX_ROUNDS = 4  # a candidate that does not pay, or can't be checked, gives way to the next


def best_form(case: Case, rival: Rival | None) -> tuple[Answer, Answer | None]:
    """The fastest of the array forms of a loop and its rival, if that can run where they do; what became of the rival, if it won
    a race."""
    make = regions(case.reading, case.site)
    if isinstance(make, Refusal):
        return make, None
    small = make(0)
    steps = [(limits, _found(case, small, make, limits)) for limits in ladders(small)]
    tried = [found for _, found in steps if not isinstance(found, Refusal)]
    if not tried:
        return next((f for _, f in steps if isinstance(f, Refusal)), Refusal("AV041", "no array form")), None
    if any(_is_fallback(case.site, c) for found in tried for c in found):
        return Refusal("AV025", "the loop is what the test around it falls back to"), None
    ordered = sorted(tried, key=lambda f: (_loops(f[0]), f[0].new.spread))
    return _answer(case, _pool(ordered, make(ALL_SETUPS)), rival)


def _pool(tried: list[tuple[Candidate, ...]], widest: Region) -> tuple[Candidate, ...]:
    """The candidates under all limits on dtypes, as texts for one region, so that they can race each other."""
    some = [c for k, found in enumerate(tried) for c in (found if k == len(tried) - 1 or _loops(found[0]) else found[:1])]
    pool: dict[str, Candidate] = {}
    for c in (widened(c, widest) for c in some):
        pool.setdefault(c.text, c)
    return tuple(pool.values())


def _found(case: Case, small: Region, make: Make, limits: Limits) -> tuple[Candidate, ...] | Refusal:
    """The candidates under some limits on dtypes."""
    options = case.court.options
    found = candidates(small, make, Terms(case.spelling, options.guards, limits, options.strict, options.packs))
    return placed(found) if not isinstance(found, Refusal) and small.form is not None else found


def regions(reading: Reading, site: Site) -> Make | Refusal:
    """What gives the region of a site, with its set-up statements or without."""
    if not site.is_loop:
        found = comprehension_region(reading, site)
        return found if isinstance(found, Refusal) else lambda _: found
    located = locate(reading, site.node.lineno, site.node.col_offset)
    if located is None:
        return _without_positions(reading, site)
    return lambda most: region(reading, site, located, most)


def _without_positions(reading: Reading, site: Site) -> Refusal:
    """Why a loop does not count: most run over objects; or nobody knows whether `range` is Python's."""
    bindings, around = reading.module.bindings, reading.function.enclosing
    hidden = [name for name in site.called_in_header if hasattr(builtins, name) and bindings.resolve(name, around) is None]
    star = bindings.unknown_star
    if not star or not hidden:
        return Refusal("AV014", "the loop's form of iteration has no positions")
    message = f"`{hidden[0]}` may not be Python's own: it is not known what `{reading.module.text.line(star).strip()}` binds"
    return Refusal("AV014", message, "import by name what the file needs of it")


def _loops(c: Candidate) -> int:
    """How many Python loops are left in the fast path."""
    return sum(code == "AV105" for code, _ in c.new.codes)


def _is_fallback(site: Site, c: Candidate) -> bool:
    """Whether the loop stands in the else-arm of a test whose other arm is the very text that it would become."""
    c = c.landed or c
    return bool(c.new.conditions) and is_fallback(site, c.new.text)


def _answer(case: Case, found: tuple[Candidate, ...], rival: Rival | None) -> tuple[Answer, Answer | None]:
    if case.court.options.rounding == "exact":
        found = tuple(c for c in found if c.new.rounding is Rounding.EXACT)
        if not found:
            return INEXACT, None
    made = _contract(case, found[0])
    if isinstance(made, Refusal):
        return made, None
    if case.court.sandbox is None:
        return _rewrite(case, found[0], None, None), None
    return _tried(case, list(found), made, case.court.sandbox, rival)


def _tried(
    case: Case, pool: list[Candidate], made: Contract, sandbox: Sandbox, rival: Rival | None
) -> tuple[Answer, Answer | None]:  # fmt: skip
    """The fastest candidate that pays and stands the check."""
    worst: Left | Refusal | None = None
    compiled: Answer | None = None
    for _ in range(MAX_ROUNDS):
        if not pool:
            break
        chosen, speed = _fastest(case, pool, made, sandbox, rival)
        if isinstance(chosen, Rival):
            assert rival is not None and isinstance(speed, Speed)
            compiled = chosen.checked(speed)
            if isinstance(compiled, Rewrite):
                return compiled, compiled
            rival = rival.without(chosen, reason(compiled))
            continue
        pool.remove(chosen)
        answer = speed if isinstance(speed, Refusal) else _checked(case, chosen, made, sandbox, speed)
        if isinstance(answer, Rewrite):
            return answer, compiled
        worst = answer if isinstance(answer, Left) or worst is None or answer.code not in ("AV060", "AV061") else worst
    return worst or Refusal("AV041", "no candidate is left"), compiled


def _fastest(
    case: Case, pool: list[Candidate], made: Contract, sandbox: Sandbox, rival: Rival | None
) -> tuple[Candidate | Rival, Speed | Refusal]:
    """The winner of one race."""
    from autovec.measure.choose import fastest

    racing = [c for k, c in enumerate(pool) if all(c.new.text != other.new.text for other in pool[:k])]
    defined = _definitions(case, pool[0])
    texts = [defined + c.text for c in racing]
    beside = _beside(rival, racing, pool[0].region) if rival is not None else []
    texts += [defined + text for _, text in beside]
    shortest = min((c.new.text for c in racing), key=len)
    handicaps = [*(handicap(c.new.conditions) for c in racing), *(one.handicap(shortest) for one, _ in beside)]
    conditions = [*(c.new.conditions for c in racing), *(one.kernel.conditions for one, _ in beside)]
    timed = fastest(
        defined + pool[0].region.text, texts, made, sandbox=sandbox, handicaps=handicaps,
        definitions=[*[""] * len(racing), *(one.definitions for one, _ in beside)] if beside else (),
        dtypes=usual_types(case.reading, made) | (rival.dtypes if rival is not None and beside else {}),
        usual=usual_values(case.reading), tests=[t for asked in conditions for t in asked],
    )  # fmt: skip
    if isinstance(timed, Refusal):
        return racing[0], timed
    return [*racing, *(one for one, _ in beside)][timed[0]], timed[1]


def _beside(rival: Rival, racing: list[Candidate], region: Region) -> list[tuple[Rival, str]]:
    """The kernels that can run where the array forms do, each with the region's text with it in."""
    if _serves_more(racing, rival):
        return []
    texts = [(one, one.text_in(region)) for one in rival.runners]
    return [(one, text) for one, text in texts if text is not None]


def _serves_more(racing: list[Candidate], rival: Rival) -> bool:
    """Whether one of the forms is fast for every dtype, and the kernel for some: then the clock is no judge."""
    narrow = any(".dtype" in test for test in rival.kernel.conditions)
    return narrow and any("for " not in c.new.text and not any(".dtype" in t for t in c.new.conditions) for c in racing)


def _checked(case: Case, chosen: Candidate, made: Contract, sandbox: Sandbox, speed: Speed) -> Answer:
    """The answer about a candidate that has been timed."""
    from autovec.verify.check import verify

    if speed.speedup < case.court.options.min_speedup:
        return _slow(chosen, speed)
    if small := too_small(case.reading, made, speed, case.court.options.min_speedup):
        return small
    if ELEMENT * speed.timings[-1].size ** chosen.new.spread > case.court.options.max_temporary:
        return Refusal("AV040", f"the array form holds {chosen.new.spread} dimensions at once, no array of the loop so many")
    defined = _definitions(case, chosen)
    old, new = defined + chosen.region.text, defined + chosen.text
    checked = verify(old, new, made, rounding=chosen.new.rounding, sandbox=sandbox)
    if not isinstance(checked, Evidence):
        return not_same(case, chosen.region.span, checked, _blamed(chosen))
    if not case.court.options.strict:
        return _rewrite(case, chosen, checked, speed)
    answer = _strictly(case, chosen, made, sandbox)
    return answer if isinstance(answer, Refusal) else _rewrite(case, *answer, speed)


def _strictly(case: Case, c: Candidate, made: Contract, sandbox: Sandbox) -> tuple[Candidate, Evidence] | Refusal:
    """The candidate with the tests under which no input at all shows a difference; a difference says what to test for more."""
    from autovec.verify.check import verify

    defined = _definitions(case, c)
    worst = Refusal("AV063", "the statement has no room for the tests that --strict needs")
    needs: set[str] = set()
    while (form := strict_text(c, case.spelling.numpy, made, frozenset(needs))) is not None:
        old, new = defined + form.region.text, defined + form.text
        strict = strict_contract(made, c.region.site, frozenset(needs))
        checked = verify(old, new, strict, rounding=form.new.rounding, sandbox=sandbox, strict=True)
        if isinstance(checked, Evidence):
            return form, checked
        worst, need = not_strict(checked.message), need_for(checked.message)
        if not need or need in needs:
            break
        needs.add(need)
    return worst


def _definitions(case: Case, c: Candidate) -> str:
    """The file's own functions that the loop calls, as text to run in front of it."""
    text = case.reading.module.text
    return "".join(f"{dedented(span_of([f.statement], text), text)}\n" for f in c.region.callees)


def _slow(c: Candidate, speed: Speed) -> Refusal:
    code = "AV061" if "_array = " in c.text else "AV060"
    return Refusal(
        code, f"the array form is {speed.speedup:.1f} times as fast at n = {speed.timings[-1].size:,}, which does not pay"
    )


def _blamed(c: Candidate) -> str:
    """Whose error a wrong text is, where a pack's rule had a part in it; else ours, which goes without saying."""
    foreign = [code for code, _ in c.new.codes if PACK_CODE.fullmatch(code)]
    return f"an error of the rule {foreign[0]}, or of autovec: try `autovec rules test` on it" if foreign else ""


def _contract(case: Case, c: Candidate) -> Contract | Refusal:
    r = c.region
    return contract_of(case, r.inputs, r.facts, r.loop, r.outputs, r.loose, c.new.equal)


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
