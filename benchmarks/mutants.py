"""How many broken rewrites does the checker catch? Rewrites the loops of some files, breaks each rewrite, and has it checked.

    python benchmarks/mutants.py FILE_OR_FOLDER... [--most 40] [--json OUT]

Prints one line a kind of mistake, and the survivors. A survivor counts as equivalent only where it is the same as the rewrite to
the bit on ten times as many inputs and a reason is known (`REASONS`); every other one counts against the checker.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutation import Mutant, mutants

from autovec.harness.sandbox import Sandbox
from autovec.judge import arrays, kernels
from autovec.options import Options
from autovec.outcome import Contract, Counterexample, Evidence, Refusal, Rounding, Speed, Timing
from autovec.pipeline import analyse_file
from autovec.verify.check import verify
from autovec.verify.task import Budget

BUDGET = Budget(seconds=0.2, table_seconds=2.0, judge_seconds=0.4, shrink_seconds=0.0)
STRONG = Budget(seconds=2.0, table_seconds=4.0, judge_seconds=2.0, wall_seconds=60.0, shrink_seconds=0.0)
FAST = Speed((Timing(1000, 1.0, 0.001),), 4)


REASONS: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(("slice off by one", "slice bounds dropped")), "a slice is cut to the length of its array"),
    (frozenset(("out= dropped", "copy dropped", "optimize= dropped")), "only memory is saved"),
    (frozenset(("dtype= dropped", "float dropped", "int dropped", "astype dropped", "item dropped", "list dropped")),
     "it is of that type already"),
    (frozenset(("axis= dropped", "keepdims= dropped", "transpose dropped")), "there is one axis only"),
    (frozenset(("initial= dropped", "where= dropped", "errstate dropped")), "it never comes to that on these inputs"),
    (frozenset(("statement dropped", "wrong function (initial value)")), "every element is written again"),
    (frozenset(("comparison at ties", "operand dropped")), "both sides are equal there"),
    (frozenset(("off by one", "wrong constant", "constant nudged")), "a mask leaves the value out, or a floor is met"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Landed:
    """A rewrite that the checker accepted."""

    where: str
    old: str
    new: str
    contract: Contract
    rounding: Rounding


def landed(paths: list[Path], sandbox: Sandbox) -> list[Landed]:
    """The rewrites of all loops in these files, none measured."""
    found: list[Landed] = []
    here = ""

    def recording(old: str, new: str, contract: Contract, **rest: Any) -> Any:
        answer = verify(old, new, contract, budget=BUDGET, **rest)
        if isinstance(answer, Evidence):
            found.append(Landed(here, old, new, contract, rest["rounding"]))
        return answer

    real = verify, arrays.fastest
    for forms in (arrays, kernels):
        forms.verify, forms.fastest = recording, lambda *_, **__: (0, FAST)  # type: ignore[assignment]
    try:
        for path in paths:
            here = path.name
            analyse_file(path.read_bytes(), str(path), Options(verify=True), sandbox)
    finally:
        for forms in (arrays, kernels):
            forms.verify, forms.fastest = real
    return found


def verdict(r: Landed, text: str, sandbox: Sandbox, budget: Budget, rounding: Rounding) -> Evidence | Counterexample | Refusal:
    """What the checker says of a broken rewrite."""
    return verify(r.old, text, r.contract, rounding=rounding, sandbox=sandbox, budget=budget)


def equivalent(r: Landed, m: Mutant, sandbox: Sandbox) -> str:
    """Why a survivor does the same as the rewrite on every input of the contract; "" where no reason is known."""
    if m.kind.startswith("guard: "):
        answer = verify(r.old, m.text, r.contract, rounding=r.rounding, sandbox=sandbox, budget=STRONG)
        return "the test chooses between the fast path and the loop" if isinstance(answer, Evidence) else ""
    answer = verify(r.new, m.text, r.contract, rounding=Rounding.EXACT, sandbox=sandbox, budget=STRONG)
    if not isinstance(answer, Evidence):
        return ""
    return next((why for kinds, why in REASONS if m.kind in kinds), "")


def main() -> int:
    """Count."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("paths", nargs="+", type=Path)
    p.add_argument("--most", type=int, default=40, help="mutants a rewrite")
    p.add_argument("--json", type=Path)
    a = p.parse_args()
    files = [f for path in a.paths for f in (sorted(path.glob("*.py")) if path.is_dir() else [path]) if f.name != "cases.py"]
    caught: Counter[str] = Counter()
    same: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    mute: Counter[str] = Counter()
    notes: list[dict[str, str]] = []
    with Sandbox(("autovec.verify.trial",)) as sandbox:
        rewrites = landed(files, sandbox)
        print(f"{len(rewrites)} rewrites of {len(files)} files", flush=True)
        for r in rewrites:
            every = mutants(r.new, r.old)
            for m in random.Random(0).sample(every, min(len(every), a.most)):
                answer = verdict(r, m.text, sandbox, BUDGET, r.rounding)
                if isinstance(answer, Counterexample):
                    caught[m.kind] += 1
                    continue
                if isinstance(answer, Refusal):
                    mute[m.kind] += 1  # it would not land
                    continue
                why = equivalent(r, m, sandbox)
                (same if why else survived)[m.kind] += 1
                notes.append({"file": r.where, "kind": m.kind, "why": why, "rewrite": r.new, "mutant": m.text})
                if not why:
                    print(f"SURVIVED {r.where} {m.kind}\n{r.new}---\n{m.text}", flush=True)
    if a.json:
        a.json.write_text(json.dumps(notes, indent=1))
    print(f"{'mistake':36}{'caught':>8}{'refused':>9}{'survived':>9}{'equivalent':>12}")
    for kind in sorted({*caught, *same, *survived, *mute}):
        print(f"{kind:36}{caught[kind]:8}{mute[kind]:9}{survived[kind]:9}{same[kind]:12}")
    stopped, alive = sum(caught.values()) + sum(mute.values()), sum(survived.values())
    print(
        f"{stopped + alive + sum(same.values())} mutants of {len(rewrites)} rewrites, {sum(same.values())} equivalent; "
        f"caught {stopped}/{stopped + alive} = {stopped / max(1, stopped + alive):.1%} "
        f"({sum(caught.values())} by a counterexample, {sum(mute.values())} refused)"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
