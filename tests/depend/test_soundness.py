"""Random nests against the truth: what is called legal keeps every dependence, and cheap tests never contradict exact ones.

Long mode: `AUTOVEC_NESTS=100000 pytest tests/depend/test_soundness.py -s`, which also prints the share of legal choices found.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import pytest
from dependence_oracle import agree
from nest_oracle import Conflict, Machine, is_kept
from nest_random import Writer
from nest_text import nest

from autovec.depend import Assumptions, Dependences, Role
from autovec.expression import Name
from autovec.loops.statement import For, walk_statements

NATURAL = frozenset((Name("n"), Name("m"), Name("k")))
COUNT = int(os.environ.get("AUTOVEC_NESTS", "300"))
FACTS = Assumptions(nonnegative=NATURAL, may_wrap=True)
ALIASED = Assumptions(nonnegative=NATURAL, may_wrap=True, aliases=frozenset((frozenset(("a", "b")),)))
MANY = 20_000  # pairs of accesses in one run; beyond it a run costs more than it shows
INPUTS = (  # n, m, k, lo, extents of a and b
    (5, 4, 1, 0, 16, 16),
    (4, 6, 2, 1, 9, 9),
    (3, 3, 0, -1, 5, 5),
    (6, 4, 3, 2, 30, 30),
)


def conflicts(loop: For, rank: int, same: dict[str, str]) -> Iterator[frozenset[Conflict]]:
    """What each run of the nest shows; a run that raises shows nothing, as a loop that raises is promised nothing."""
    for seed, (n, m, k, lo, a, b) in enumerate(INPUTS):
        index = [0, 3, 1, 1, 2, 4, 0, 2, 3, 1, 4, 2]
        scalars = {"n": n, "m": m, "k": k, "lo": lo, "t": seed}
        extents = {"a": (a,) * rank, "b": (a if same else b,) * rank}
        machine = Machine(scalars, extents, same, seed, {"index": index})
        try:
            machine.run((loop,))
        except (IndexError, ZeroDivisionError):
            continue
        if sum(len(events) ** 2 for events in machine.touched.values()) < MANY:
            yield machine.conflicts()


def choices(loop: For) -> Iterator[dict[str, Role]]:
    """Every choice of roles with at least one axis."""
    names = [s.var for s in walk_statements((loop,)) if isinstance(s, For)]
    for roles in product(Role, repeat=len(names)):
        if Role.V in roles:
            yield dict(zip(names, roles, strict=True))


def test_what_is_called_legal_keeps_every_dependence() -> None:
    found = legal = 0
    for seed in range(COUNT):
        writer = Writer(seed)
        text = writer.program()
        loop = nest(text)
        facts, same = (ALIASED, {"b": "a"}) if seed % 10 == 0 else (FACTS, {})
        truth = list(conflicts(loop, writer.rank, same))
        if not truth:
            continue
        dependences = Dependences(loop, facts)
        for roles in choices(loop):
            lanes = frozenset(name for name, role in roles.items() if role is Role.V)
            kept = all(is_kept(c, lanes) for c in truth)
            accepted = dependences.violation(roles) is None
            assert kept or not accepted, f"seed {seed}, lanes {sorted(lanes)}:\n{text}"
            legal += kept
            found += accepted
    print(f"\n{found} of {legal} legal choices found: {found / legal:.1%}")
    assert found > 0.4 * legal


@pytest.mark.parametrize("place", ["a[i, i]", "a[i, i - 1]", "a[n - i, i]"])
def test_a_step_that_nobody_knows_leaves_what_is_met_again(place: str) -> None:
    text = f"for i in range(0, n, t):\n    for j in range(m):\n        {place} = {place} * 2 + b[j, 0]"
    dependences = Dependences(nest(text), Assumptions(nonnegative=NATURAL))
    assert dependences.violation({"i": Role.S, "j": Role.V}) is not None
    assert all(agree(pair, setting) for pair, setting in dependences.pairs())


def test_cheap_tests_never_rule_out_what_the_exact_test_finds() -> None:
    for seed in range(COUNT // 10):
        dependences = Dependences(nest(Writer(seed).program()), FACTS)
        for pair, setting in dependences.pairs():
            assert agree(pair, setting), f"seed {seed}: {pair.first.access} {pair.second.access}"
