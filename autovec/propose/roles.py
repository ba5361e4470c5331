"""Which loops of a nest become array axes, and which tests on memory that takes.

Comes in: a region. Goes out: the legal role assignments, best first, each with the tests that rule out the aliases which stand in
its way; and what stands in the way of the best one.
"""

from __future__ import annotations

from collections.abc import Iterator

from autovec.depend import Assumptions, Dependences, Role, explain, search
from autovec.expression import Apply, Expr, Length, Name, Read, free_names, walk
from autovec.facts.arrays import shared
from autovec.facts.table import Facts
from autovec.facts.value import ArrayFact, ScalarFact
from autovec.loops.exits import exits_behind
from autovec.loops.statement import Append, Assign, For, If, While, expressions, walk_statements
from autovec.outcome import Refusal
from autovec.propose.region import Region

COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
Roles = dict[str, Role]
Choice = tuple[Roles, tuple[str, ...]]  # roles, and tests under which they are legal
Pairs = frozenset[frozenset[str]]


def role_choices(loop: For, small: Region) -> tuple[list[Choice], Refusal | None]:
    """Legal role assignments with the alias tests that they need, and what stands in the way of the best one."""
    if small.form is not None:  # a comprehension stores nowhere but in what it builds
        return [(dict.fromkeys((s.var for s in walk_statements((loop,)) if isinstance(s, For)), Role.V), ())], None
    pairs = frozenset(_pairs(loop, small))
    (nest,) = exits_behind((loop,))[:1]
    assert isinstance(nest, For)
    strict = Dependences(nest, assumptions(loop, small.inside, pairs), allow_exits=True)
    legal: list[Choice] = [(r, ()) for r in search(strict, lambda _: True)]
    loops = [s.var for s in walk_statements((loop,)) if isinstance(s, For)]
    everything = dict.fromkeys(loops, Role.V)
    first = strict.violation(everything)
    blocked = None if first is None else Refusal("AV020", explain(first), span=loop.span)
    if first is None or not pairs:
        return legal, blocked
    apart = Dependences(nest, assumptions(loop, small.inside, frozenset()), allow_exits=True)
    guarded: list[Choice] = []
    for roles in search(apart, lambda _: True):
        if any(roles == r for r, _ in legal):
            continue
        tests = _alias_tests(small, nest, roles, pairs)
        if tests is not None:
            guarded.append((roles, tests))
    best = sum(r is Role.S for r in legal[0][0].values()) if legal else len(loops)
    better = [g for g in guarded if sum(r is Role.S for r in g[0].values()) < best]
    return [*better[:1], *legal, *better[1:]], blocked


def _pairs(loop: For, small: Region) -> Iterator[frozenset[str]]:
    """Arrays that may be the same one; and lists that grow, with those of which they may be a row."""
    read, facts = arrays_read(loop, small.facts), small.inside
    yield from (frozenset((a, b)) for a in read for b in read if a < b and facts.may_alias(a, b))
    grown = {s.list for s in walk_statements((loop,)) if isinstance(s, Append)}
    measured = {x.array for s in walk_statements((loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Length)}
    grown -= {s.target.id for s in walk_statements((loop,)) if isinstance(s, Assign) and isinstance(s.target, Name)}
    lists = {n for n in grown | measured | set(read) if (fact := small.facts.array(n)) is None or fact.container == "list"}
    yield from (frozenset((a, b)) for a in grown for b in lists if a != b and facts.may_overlap(a, b))


def ordered(choices: list[Choice], nest: For | While) -> list[Choice]:
    """The choices, that with the loops over the results as axes first where a condition on positions stands inside the others."""
    if not tests_positions(nest):
        return choices
    stores = (s.target for s in walk_statements((nest,)) if isinstance(s, Assign) and isinstance(s.target, Read))
    results = frozenset[str]().union(*map(free_names, stores))
    return sorted(choices, key=lambda c: any((r is Role.V) != (loop in results) for loop, r in c[0].items()))


def tests_positions(nest: For | While) -> bool:
    """Whether a condition in the nest compares whole numbers that a loop's variable is among."""
    loops = {s.var for s in walk_statements((nest,)) if isinstance(s, For)}
    values = {s.target.id: s.value for s in walk_statements((nest,)) if isinstance(s, Assign) and isinstance(s.target, Name)}
    known = loops | {n for n, e in values.items() if free_names(e) & loops and not any(isinstance(x, Read) for x in walk(e))}
    tests = (x for s in walk_statements((nest,)) if isinstance(s, If) for x in walk(s.test) if isinstance(x, Apply))
    return any(x.fn in COMPARISONS and any(isinstance(y, Name) and y.id in known for y in walk(x)) for x in tests)


def _alias_tests(small: Region, loop: For, roles: Roles, pairs: Pairs) -> tuple[str, ...] | None:
    """Tests that rule out the aliases which would make these roles illegal."""
    tests: list[str] = []
    open_pairs = set(pairs)
    while True:
        bad = Dependences(loop, assumptions(small.loop, small.inside, frozenset(open_pairs)), allow_exits=True).violation(roles)
        if bad is None:
            return tuple(tests)
        if bad.via_alias is None or bad.via_alias not in open_pairs:
            return None
        a, b = sorted(bad.via_alias)
        if any((fact := small.facts.array(n)) is not None and fact.container == "list" for n in (a, b)):
            return None  # no test tells whether lists have a row in common
        tests.append(f"not np.may_share_memory({a}, {b})")
        open_pairs.discard(bad.via_alias)


def arrays_read(loop: For, facts: Facts) -> list[str]:
    """The arrays of a nest, by name: those that it subscripts, and those that it names as a whole without making them."""
    parts = [x for s in walk_statements((loop,)) for e in expressions(s) for x in walk(e)]
    found = {x.array for x in parts if isinstance(x, Read)} | {x.id for x in parts if isinstance(x, Name)}
    plain = (s for s in walk_statements((loop,)) if isinstance(s, Assign) and s.op is None)
    found -= {s.target.id for s in plain if isinstance(s.target, Name)}
    return sorted(a for a in found if facts.array(a) is not None)


def assumptions(loop: For | While, facts: Facts, pairs: Pairs) -> Assumptions:
    """What the tests of dependences may take for granted throughout a loop; `pairs` may each be one array."""
    known: dict[str, Expr] = {k: facts.resolved(v) for k, v in facts.known().items()}
    natural: set[Expr] = {Name(k) for k, f in facts.names.items() if isinstance(f, ScalarFact) and f.nonnegative}
    own = _made_anew(loop)
    arrays = {k: f for k, f in facts.names.items() if isinstance(f, ArrayFact) and k not in own}
    ranks = {k: f.rank for k, f in arrays.items() if f.rank is not None}
    lengths = {x for s in walk_statements((loop,)) for e in expressions(s) for x in walk(e) if isinstance(x, Length)}
    lengths |= {y for v in known.values() for y in walk(v) if isinstance(y, Length)}
    natural |= lengths
    return Assumptions(known=known, nonnegative=frozenset(natural), aliases=pairs, ranks=ranks, reorder_updates=True)


def _made_anew(loop: For | While) -> frozenset[str]:
    """Names that the nest binds to new arrays only, which share memory with none."""
    bound: dict[str, bool] = {}
    for s in walk_statements((loop,)):
        if isinstance(s, Assign) and isinstance(s.target, Name) and s.op is None:
            bound[s.target.id] = bound.get(s.target.id, True) and isinstance(s.value, Apply) and not shared(s.value)
    return frozenset(name for name, anew in bound.items() if anew)
