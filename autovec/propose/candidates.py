"""Candidate texts for a region: legal roles, lifted and printed; those that need a test get the loop as their fallback.

Comes in: a `Region`. Goes out: candidates in the order of preference, or the refusal that says best what stands in the way.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass, replace

from autovec.depend import Assumptions, Dependences, Role, explain, search
from autovec.emit.code import Spelling
from autovec.emit.guards import letter
from autovec.emit.statements import NewText, emit
from autovec.emit.value import emit_value
from autovec.expression import Apply, Const, Expr, Length, Name, Read, walk
from autovec.facts.infer import accesses_in, definitions, expressions
from autovec.facts.kinds import FLOATS
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust
from autovec.lift.walk import lift
from autovec.loops.statement import Append, Assign, For, While, walk_statements
from autovec.outcome import Refusal
from autovec.propose.region import Region
from autovec.propose.shapes import shape_tests, wanted_lengths
from autovec.rule import load_book
from autovec.source.expressions import called_names
from autovec.source.read import reads_opaque
from autovec.tensor.statement import Program

MAX_ROLES = 6  # role assignments looked at
MAX_TEXTS = 3  # different texts handed on


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible new text for a region."""

    region: Region
    new: NewText
    text: str  # with the loop as its fallback where the new text has conditions
    landed: Candidate | None = None  # of a comprehension: what goes into the file


def candidates(
    small: Region, make: Callable[[bool], Region], spelling: Spelling, guards: bool,
    limits: dict[str, frozenset[str]],
) -> tuple[Candidate, ...] | Refusal:  # fmt: skip
    """The candidates for a loop; `make(True)` gives the region with its set-up statements, `limits` are kinds to test for."""
    loop = small.loop
    early = _plainly_refused(loop, small.facts) or _views(small)
    if early is not None:
        return early
    assert isinstance(loop, For)
    found: list[Candidate] = []
    refusals: list[Refusal] = []
    choices, blocked = _roles(loop, small)
    for roles, conditions in choices[:MAX_ROLES]:
        outcome = _candidate(small, make, roles, conditions, spelling, guards, limits)
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
        elif all(outcome.text != c.text for c in found):
            found.append(outcome)
            if not _worth_another(outcome) or len(found) == MAX_TEXTS:
                break
    if found:
        return tuple(found)
    return _best_refusal(refusals, blocked)


def _best_refusal(refusals: list[Refusal], blocked: Refusal | None) -> Refusal:
    if refusals:
        return next((r for r in refusals if r.code in ("AV010", "AV012", "AV013", "AV015", "AV031")), refusals[0])
    return blocked or Refusal("AV041", "no loop of the nest can become an array axis")


def _plainly_refused(loop: For | While, facts: Facts) -> Refusal | None:
    """What needs no dependence analysis to refuse."""
    if isinstance(loop, While):
        return Refusal("AV035", "how often the `while` loop runs depends on the data", span=loop.span)
    unread = reads_opaque((loop,))
    if unread is not None:
        span = getattr(unread, "span", loop.span)
        return Refusal(_code(unread.why), f"`{unread.text}`: {unread.why}", span=span)
    for s in walk_statements((loop,)):
        for e in expressions(s):
            for x in walk(e):
                if isinstance(x, Read) and not isinstance(facts.names.get(x.array), ArrayFact) and x.array in facts.names:
                    why = getattr(facts.names[x.array], "why", "it is a number")
                    return Refusal("AV010", f"it is not known that `{x.array}` is an array: {why}", f"annotate `{x.array}`", s.span)
    return None


def _code(why: str) -> str:
    if "call" in why or "method" in why:
        return "AV013" if "may do anything" not in why else "AV031"
    if "iteration" in why:
        return "AV014"
    return {"an exception handler": "AV032", "an attribute is set": "AV031"}.get(why, "AV015")


# ------------------------------------------------------------------ roles


def _roles(loop: For, small: Region) -> tuple[list[tuple[dict[str, Role], tuple[str, ...]]], Refusal | None]:
    """Legal role assignments with the alias tests that they need, and what stands in the way of the best one."""
    if small.form is not None:  # a comprehension stores nowhere but in what it builds
        return [(dict.fromkeys((s.var for s in walk_statements((loop,)) if isinstance(s, For)), Role.V), ())], None
    arrays = _arrays(loop, small.facts)
    pairs = frozenset(frozenset((a, b)) for a in arrays for b in arrays if a < b and small.inside.may_alias(a, b))
    strict = Dependences(loop, _assumptions(small, pairs))
    legal = [(r, ()) for r in search(strict, lambda _: True)]
    loops = [s.var for s in walk_statements((loop,)) if isinstance(s, For)]
    everything = dict.fromkeys(loops, Role.V)
    first = strict.violation(everything)
    blocked = None if first is None else Refusal("AV020", explain(first), span=loop.span)
    if first is None or not pairs:
        return legal, blocked
    apart = Dependences(loop, _assumptions(small, frozenset()))
    guarded: list[tuple[dict[str, Role], tuple[str, ...]]] = []
    for roles in search(apart, lambda _: True):
        if any(roles == r for r, _ in legal):
            continue
        tests = _alias_tests(small, loop, roles, pairs)
        if tests is not None:
            guarded.append((roles, tests))
    best = sum(r is Role.S for r in legal[0][0].values()) if legal else len(loops)
    better = [g for g in guarded if sum(r is Role.S for r in g[0].values()) < best]
    return [*better[:1], *legal, *better[1:]], blocked


def _alias_tests(small: Region, loop: For, roles: dict[str, Role], pairs: frozenset[frozenset[str]]) -> tuple[str, ...] | None:
    """Tests that rule out the aliases which would make these roles illegal."""
    tests: list[str] = []
    open_pairs = set(pairs)
    while True:
        bad = Dependences(loop, _assumptions(small, frozenset(open_pairs))).violation(roles)
        if bad is None:
            return tuple(tests)
        if bad.via_alias is None or bad.via_alias not in open_pairs:
            return None
        a, b = sorted(bad.via_alias)
        tests.append(f"not np.may_share_memory({a}, {b})")
        open_pairs.discard(bad.via_alias)


def _arrays(loop: For, facts: Facts) -> list[str]:
    found = {x.array for s in walk_statements((loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Read)}
    return sorted(a for a in found if facts.array(a) is not None)


def _assumptions(small: Region, pairs: frozenset[frozenset[str]]) -> Assumptions:
    facts = small.inside
    known: dict[str, Expr] = {k: facts.resolved(v) for k, v in facts.known().items()}
    natural: set[Expr] = {Name(k) for k, f in facts.names.items() if isinstance(f, ScalarFact) and f.nonnegative}
    ranks = {k: f.rank for k, f in facts.names.items() if isinstance(f, ArrayFact) and f.rank is not None}
    lengths = {x for s in walk_statements((small.loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Length)}
    lengths |= {y for v in known.values() for y in walk(v) if isinstance(y, Length)}
    natural |= lengths
    return Assumptions(known=known, nonnegative=frozenset(natural), aliases=pairs, ranks=ranks, reorder_updates=True)


# ------------------------------------------------------------------ one candidate


def _candidate(
    small: Region, make: Callable[[bool], Region], roles: dict[str, Role], tests: tuple[str, ...], spelling: Spelling, guards: bool,
    limits: dict[str, frozenset[str]],
) -> Candidate | Refusal:  # fmt: skip
    assert isinstance(small.loop, For)
    first = tuple(t.replace("np.", f"{spelling.numpy}.") for t in (*_hinted(small, spelling.numpy), *_ranks(small), *tests))
    region = small if first or limits else make(True)
    for _ in range(3):
        new = _printed(region, roles, spelling, limits)
        if isinstance(new, Refusal):
            return new
        every = (*first, *_limit_tests(_tightened(limits, dict(new.limits)), spelling.numpy), *new.conditions)
        if not every and not (new.runs and region.setups) and _shadowed("0", new.text, small) is None:
            return Candidate(region, new, _when(new.text, new.runs))
        if region is small and set(dict(new.limits)) <= set(limits):
            break
        region, limits = small, _tightened(limits, dict(new.limits))
    else:
        return Refusal("AV010", "the dtypes of the arrays are not known well enough", "annotate the arrays' dtypes")
    shadowed = _shadowed(" and ".join(every) or "0", new.text, small)
    if shadowed is not None:
        return shadowed
    if not every:
        return Candidate(small, new, _when(new.text, new.runs))
    if not guards:
        return Refusal("AV023", f"the rewrite would need the test `{' and '.join(every)}`", "allow guards", small.span)
    guarded = replace(new, conditions=every, numpy=new.numpy or f"{spelling.numpy}." in " ".join(every))
    runs = tuple(t for t in new.runs if t not in every)
    plain = Candidate(small, guarded, with_fallback(_when(new.text, runs), every, small))
    fitted = _fitted(small, roles, spelling, limits, tests)
    return plain if fitted is None or len(fitted.text) >= len(plain.text) else fitted


def _fitted(
    small: Region, roles: dict[str, Role], spelling: Spelling, limits: dict[str, frozenset[str]], tests: tuple[str, ...]
) -> Candidate | None:
    """The same with a test that the arrays have the lengths which the lanes ask for: no array needs to be cut to size."""
    lifted = _lifted(small, roles, limits, {})
    if isinstance(lifted, Refusal):
        return None
    lengths = wanted_lengths(*lifted, small.inputs)
    if not lengths:
        return None
    new = _printed(small, roles, spelling, limits, lengths)
    if isinstance(new, Refusal) or set(dict(new.limits)) - set(limits):
        return None
    shapes, settled = shape_tests(lengths, lifted[1])
    asked = (*_hinted(small, spelling.numpy), *_ranks(small, settled), *shapes)
    every = (*asked, *(t.replace("np.", f"{spelling.numpy}.") for t in tests), *_limit_tests(limits, spelling.numpy), *new.conditions)
    if _shadowed(" and ".join(every), new.text, small) is not None:
        return None
    guarded = replace(new, conditions=every, numpy=new.numpy or f"{spelling.numpy}." in " ".join(every))
    runs = tuple(t for t in new.runs if t not in every)
    return Candidate(small, guarded, with_fallback(_when(new.text, runs), every, small))


def _lifted(
    r: Region, roles: dict[str, Role], limits: dict[str, frozenset[str]], lengths: dict[tuple[str, int], Expr]
) -> tuple[Program, Facts] | Refusal:
    """The region lifted, its arrays limited to some kinds of dtype and to some lengths."""
    assert isinstance(r.loop, For)
    narrow: dict[str, Fact] = {}
    for n, f in r.inside.names.items():
        if isinstance(f, ArrayFact):
            kinds = f.kinds & limits[n] if n in limits else f.kinds
            shape = f.shape and tuple(lengths.get((n, k), e) for k, e in enumerate(f.shape))
            narrow[n] = replace(f, kinds=kinds, shape=shape)
    known = r.facts.resolved(r.loop.start)
    loop = replace(r.loop, start=known) if isinstance(known, Const) else r.loop
    starts = {n: f.kinds for n, f in r.facts.names.items() if isinstance(f, ScalarFact)}
    return lift(loop, roles, Facts({**r.inside.names, **narrow}, starts=starts), _names_of(r), r.outputs)


def _names_of(r: Region) -> frozenset[str]:
    """Names that new text may not take for something of its own."""
    assigned = (s.target.id for s in walk_statements((r.loop,)) if isinstance(s, Assign) and isinstance(s.target, Name))
    return r.reading.names | frozenset(assigned)


def _printed(
    r: Region, roles: dict[str, Role], spelling: Spelling, limits: dict[str, frozenset[str]],
    lengths: dict[tuple[str, int], Expr] | None = None,
) -> NewText | Refusal:  # fmt: skip
    """The region lifted and printed."""
    assert isinstance(r.loop, For)
    lifted = _lifted(r, roles, limits, lengths or {})
    if isinstance(lifted, Refusal):
        return lifted
    program, facts = lifted
    names = set(_names_of(r))
    inputs = r.inputs - {s.name for s in r.setups}
    if r.form is not None:
        return emit_value(program, facts, r.form, spelling, load_book(), _namer(names | {r.form.name}), inputs)
    return emit(program, facts, r.setups, r.outputs, r.loose, spelling, load_book(), _namer(names), inputs, _solid(r.loop))


def _solid(loop: For) -> tuple[str, ...]:
    """The outermost loops that hold nothing but the next one: where one of them is empty, the nest does nothing."""
    out = [loop.var]
    while len(loop.body) == 1 and isinstance(loop.body[0], For):
        loop = loop.body[0]
        out.append(loop.var)
    return tuple(out)


def _tightened(a: dict[str, frozenset[str]], b: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {n: a.get(n, b.get(n, frozenset())) & b.get(n, a.get(n, frozenset())) for n in {*a, *b}}


def _limit_tests(limits: dict[str, frozenset[str]], numpy: str) -> tuple[str, ...]:
    """The limits as conditions, arrays with the same limit in one."""
    groups: dict[str, list[str]] = {}
    for name, kinds in sorted(limits.items()):
        groups.setdefault(_dtype_test(kinds, numpy), []).append(name)
    out: list[str] = []
    for test, names in groups.items():
        what, _, rest = test.partition(" ")
        if rest.startswith("=="):
            out.append(" == ".join([*(f"{n}.{what}" for n in names), rest.removeprefix("== ")]))
        elif len(names) == 1:
            out.append(f"{names[0]}.{test}")
        else:
            out.append(f"all(a.{test} for a in ({', '.join(names)}))")
    return tuple(out)


def _dtype_test(kinds: frozenset[str], numpy: str) -> str:
    if len(kinds) == 1:
        return f"dtype == {numpy}.{next(iter(kinds))}"
    letters = "".join(k for k in "fiubc" if k in {letter(x) for x in kinds})
    return f'dtype.kind == "{letters}"' if len(letters) == 1 else f'dtype.kind in "{letters}"'


def _when(text: str, runs: tuple[str, ...]) -> str:
    """The text under tests that are false only where the loop does nothing."""
    return f"if {' and '.join(runs)}:\n{_indented(text)}" if runs else text


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.rstrip("\n").split("\n"))


def with_fallback(text: str, conditions: tuple[str, ...], small: Region) -> str:
    """The text under its conditions, else the region as it was."""
    fast = _indented(text)
    slow = "".join(f"    {line}\n" if line else "\n" for line in small.text.rstrip("\n").split("\n"))
    return f"if {' and '.join(conditions)}:\n{fast}else:\n{slow}"


def _shadowed(tests: str, text: str, small: Region) -> Refusal | None:
    """Builtins that the new text calls must mean what they usually do."""
    bindings, enclosing = small.reading.module.bindings, small.reading.function.enclosing
    for name in called_names(f"{text}\n{tests}"):
        if hasattr(builtins, name) and bindings.resolve(name, enclosing) != f"builtins.{name}":
            return Refusal("AV015", f"`{name}` means something else in this file", span=small.span)
    return None


def _views(small: Region) -> Refusal | None:
    """An array that is written and another one that shares its memory: which elements they share is not known."""
    written = {s.target.array for s in walk_statements((small.loop,)) if isinstance(s, Assign) and isinstance(s.target, Read)}
    assert isinstance(small.loop, For)
    for a in sorted(written):
        for b in _arrays(small.loop, small.inside):
            x, y = small.inside.array(a), small.inside.array(b)
            if a != b and x and y and x.base and y.base and (x.base == y.base or "?" in (x.base, y.base)):
                return Refusal("AV023", f"`{b}` shares memory with `{a}`, which the loop writes", f"copy `{b}` first", small.loop.span)
    return None


def _ranks(small: Region, settled: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Tests for arrays of which only the number of subscripts tells how many dimensions they have."""
    assert isinstance(small.loop, For)
    shown = _shown_numbers(small)
    groups: dict[int, list[str]] = {}
    for n in _arrays(small.loop, small.inside):
        fact = small.inside.array(n)
        if fact and fact.container == "ndarray" and not fact.sure and fact.rank is not None and n not in shown | settled and n in small.inputs:
            groups.setdefault(fact.rank, []).append(n)
    return tuple(" == ".join([*(f"{n}.ndim" for n in names), str(rank)]) for rank, names in groups.items())


def _shown_numbers(small: Region) -> set[str]:
    """Arrays whose elements the nest stores into single elements, or converts afterwards: they are numbers."""
    out: set[str] = set()
    made = definitions((small.loop,))
    for s in walk_statements((small.loop,)):
        if isinstance(s, Assign) and isinstance(s.target, Read):
            fact = small.inside.array(s.target.array)
            if fact and fact.sure and fact.rank == len(s.target.at):
                out |= {n for n, _ in accesses_in(s.value, made)}
        elif isinstance(s, Assign) and s.op is not None and isinstance(s.target, Name) and s.target.id in small.loose:
            out |= {n for n, _ in accesses_in(s.value, made)}
    return out


def _hinted(small: Region, numpy: str) -> tuple[str, ...]:
    """Tests for arrays of which only their use says that they are arrays."""
    found = [n for n in sorted(small.inputs) if isinstance(f := small.facts.names.get(n), ArrayFact) and f.trust is Trust.HINTED]
    if not found:
        return ()
    if len(found) == 1:
        return (f"isinstance({found[0]}, {numpy}.ndarray)",)
    each = next(v for v in ("a", "v", "each") if v not in small.reading.names)
    return (f"all(isinstance({each}, {numpy}.ndarray) for {each} in ({', '.join(found)}))",)


def _namer(names: set[str]) -> Callable[[str], str]:
    taken = set(names)

    def fresh(base: str) -> str:
        name, k = base, 2
        while name in taken:
            name, k = f"{base}_{k}", k + 1
        taken.add(name)
        return name

    return fresh


def _worth_another(c: Candidate) -> bool:
    """Whether a form with more Python loops could be faster: where this one spreads out into temporaries or windows."""
    return "sliding_window_view" in c.text or "None" in c.text or "for " in c.new.text


def ladders(small: Region) -> tuple[dict[str, frozenset[str]], ...]:
    """Limits to try in turn where the dtypes of some arrays are not known: none, floats, doubles.

    An array of which only the truth, the order or the use as an index matters is never limited.
    """
    open_ = {n: f.kinds for n in small.inputs if isinstance(f := small.facts.names.get(n), ArrayFact) and f.container == "ndarray"
             and len(f.kinds) > 1 and n in _computed(small)}  # fmt: skip
    if not open_:
        return ({},)
    steps: list[dict[str, frozenset[str]]] = [{}]
    whole = _whole_numbers(small)
    for wanted in (FLOATS, frozenset(("float64",))) if not whole else (frozenset(("int64",)),):
        limited = {n: k & wanted for n, k in open_.items() if k & wanted and k - wanted}
        if limited and limited not in steps:
            steps.append(limited)
    return tuple(steps)


def _whole_numbers(small: Region) -> bool:
    """Whether the loop computes with remainders or bits: then its arrays hold integers."""
    found = (x for s in walk_statements((small.loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Apply))
    return any(x.fn in ("%", "//", "&", "|", "^", "<<", ">>") for x in found)


def _computed(small: Region) -> set[str]:
    """Arrays whose elements are computed with or stored to."""
    out: set[str] = set()
    for s in walk_statements((small.loop,)):
        if isinstance(s, Assign):
            out |= _operands(s.value) | ({s.target.array} if isinstance(s.target, Read) else set())
        elif isinstance(s, Append):
            out |= _operands(s.value)
        for e in expressions(s):
            for x in walk(e):
                if isinstance(x, Apply) and x.fn in ("+", "-", "*", "/", "**", "%", "//", "&", "|", "^", "<<", ">>") or isinstance(x, Apply) and "." in x.fn:
                    out |= {n for a in x.args for n in _operands(a)}
    return out


def _operands(e: Expr) -> set[str]:
    match e:
        case Read(array, _):
            return {array}
        case Apply("where", (_, a, b)):
            return _operands(a) | _operands(b)
        case Apply(_, args):
            return {n for a in args for n in _operands(a)}
        case _:
            return set()
