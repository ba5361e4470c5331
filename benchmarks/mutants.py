"""How many broken rewrites does the checker catch? Rewrites the loops of some files, breaks each rewrite, and has it checked.

    python benchmarks/mutants.py FILE_OR_FOLDER... [--most 40] [--lines OUT]
    python benchmarks/mutants.py --table LINES...

Prints one line a kind of mistake, and the survivors. A survivor counts as equivalent only where it is the same as the rewrite to
the bit on ten times as many inputs (apart from the sign of a zero, where the rewrite may change that, and from rounding, where
the mistake may reorder a sum) and a reason is known (`REASONS`); every other one counts against the checker. `--lines` keeps
what became of each mutant, a JSON object a line, as soon as its file is done; a file that is there already is not broken again,
so that a run which was stopped goes on. `--table` adds up several such files. Of compiled loops the kernel is broken.
"""

from __future__ import annotations

import argparse
import ast
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
Record = dict[str, Any]
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
    (frozenset(("assignment instead of update",)), "what it is added to is zero"),
    (frozenset(("narrow dtype",)), "the value fits the narrower type, or is stored into one"),
    (frozenset(("operands swapped",)), "the difference is squared"),
    (frozenset(("arguments swapped",)), "the product of real numbers is the same either way"),
    (frozenset(("axes swapped",)), "the subscripts are equal there, or the matrix is symmetric"),
    (frozenset(("condition dropped", "wrong operator")), "the statement does nothing where the condition matters"),
    (frozenset(("wrong function (NaN or extremes)",)), "the numbers are integers, which have no NaN"),
)  # fmt: skip
REORDERING = frozenset(("operands swapped", "optimize= dropped", "comparison at ties"))
"""Kinds that may add the same numbers in another order, or zeros among them: equal up to the rewrite's own rounding will do."""


@dataclass(frozen=True, slots=True)
class Landed:
    """A rewrite that the checker accepted; `definitions` are its kernels."""

    where: str
    old: str
    new: str
    contract: Contract
    rounding: Rounding
    definitions: str

    def broken(self) -> list[Mutant]:
        """Every way to break it once."""
        return mutants(self.definitions, "") if self.definitions else mutants(self.new, self.old)

    def with_mutant(self, m: Mutant) -> tuple[str, str]:
        """The broken text and its kernels."""
        return (self.new, m.text) if self.definitions else (m.text, "")


def landed(paths: list[Path], sandbox: Sandbox) -> list[Landed]:
    """The rewrites of all loops in these files, none measured."""
    found: list[Landed] = []
    here = ""

    def recording(old: str, new: str, contract: Contract, **rest: Any) -> Any:
        answer = verify(old, new, contract, budget=BUDGET, **rest)
        if isinstance(answer, Evidence):
            found.append(Landed(here, old, new, contract, rest["rounding"], rest.get("definitions", "")))
        return answer

    real = verify, arrays.fastest
    for forms in (arrays, kernels):
        forms.verify, forms.fastest = recording, lambda *_, **__: (0, FAST)  # type: ignore[assignment]
    try:
        for path in paths:
            here = _named(path)
            analyse_file(path.read_bytes(), str(path), Options(verify=True), sandbox)
    finally:
        for forms in (arrays, kernels):
            forms.verify, forms.fastest = real
    return found


def verdict(r: Landed, m: Mutant, sandbox: Sandbox, budget: Budget) -> Evidence | Counterexample | Refusal:
    """What the checker says of a broken rewrite."""
    text, kernels = r.with_mutant(m)
    return verify(r.old, text, r.contract, rounding=r.rounding, sandbox=sandbox, budget=budget, definitions=kernels)


def equivalent(r: Landed, m: Mutant, sandbox: Sandbox) -> str:
    """Why a survivor does the same as the rewrite on every input of the contract; "" where no reason is known."""
    if m.kind.startswith("guard: "):
        answer = verdict(r, m, sandbox, STRONG)
        return "the test chooses between the fast path and the loop" if isinstance(answer, Evidence) else ""
    text, kernels = r.with_mutant(m)
    first = as_python(r.definitions) + fast_path(r.new, r.old)
    text = as_python(kernels) + fast_path(text, r.old)
    zeros = min(r.rounding, Rounding.REASSOCIATES, key=list(Rounding).index)  # of a sum, the sign of zero may differ
    answer = verify(first, text, r.contract, rounding=zeros, sandbox=sandbox, budget=STRONG)
    if not isinstance(answer, Evidence):
        return ""
    if answer.bounds or answer.ulps:  # some bits differ
        return "the same numbers are added in another order" if m.kind in REORDERING else ""
    if any(_is_unreached(branch) for branch in answer.untaken):
        return ""  # a place that no input reached is no place where both do the same
    return next((why for kinds, why in REASONS if m.kind in kinds), "")


def as_python(kernels: str) -> str:
    """Kernels as functions that nothing compiles: NumPy and Numba need not round alike."""
    functions = [node for node in ast.parse(kernels).body if isinstance(node, ast.FunctionDef)]
    for node in functions:
        node.decorator_list = []
    return "".join(f"{ast.unparse(node)}\n" for node in functions)


def fast_path(text: str, old: str) -> str:
    """A rewrite that raises where it would run the loop: what it does then is not compared, nor are its branches asked for."""
    tree, loop = ast.parse(text), ast.dump(ast.parse(old))
    tests = [node for node in ast.walk(tree) if isinstance(node, ast.If) and node.orelse]
    whole = [node for node in tests if ast.dump(ast.Module(node.orelse, [])) == loop]
    for node in whole or [node for node in tests if node in tree.body]:
        node.orelse = ast.parse("raise NotImplementedError").body
    return ast.unparse(tree) + "\n"


def _is_unreached(branch: str) -> bool:
    return branch.endswith(("was never true in the rewrite", "was never reached in the rewrite"))


def became(r: Landed, m: Mutant, sandbox: Sandbox) -> tuple[str, str]:
    """What became of a mutant, and why where it is equivalent; one that gets no answer would not land."""
    answer = verdict(r, m, sandbox, BUDGET)
    if not isinstance(answer, Evidence):
        return ("caught" if isinstance(answer, Counterexample) else "refused"), ""
    why = equivalent(r, m, sandbox)
    return ("equivalent" if why else "survived"), why


def _named(path: Path) -> str:
    """A file with its suite."""
    return f"{path.parent.name}/{path.name}"


def run(files: list[Path], most: int, lines: Path | None) -> list[Record]:
    """Break the rewrites of some files."""
    records = read(lines) if lines and lines.exists() else []
    done = {r["file"] for r in records}
    with Sandbox(("autovec.verify.trial",)) as sandbox:
        for path in files:
            if _named(path) not in done:
                found = broken(path, most, sandbox)
                records += found
                if lines:
                    with lines.open("a", encoding="utf-8") as out:
                        out.writelines(json.dumps(record) + "\n" for record in found)
    return records


def read(lines: Path) -> list[Record]:
    """What an earlier run kept."""
    return [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]


def broken(path: Path, most: int, sandbox: Sandbox) -> list[Record]:
    """What became of the mutants of one file."""
    records: list[Record] = []
    rewrites = landed([path], sandbox)
    for number, r in enumerate(rewrites):
        every = r.broken()
        for m in random.Random(0).sample(every, min(len(every), most)):
            result, why = became(r, m, sandbox)
            record = {"file": r.where, "rewrite": number, "kind": m.kind, "result": result, "why": why}
            if result in ("survived", "equivalent"):
                record |= {"old": r.old, "new": r.definitions or r.new, "mutant": m.text}
            records.append(record)
            if result == "survived":
                print(f"SURVIVED {r.where} {m.kind}\n{r.definitions or r.new}---\n{m.text}", flush=True)
    print(f"{_named(path)}: {len(records)} mutants of {len(rewrites)} rewrites", flush=True)
    return records


def table(records: list[Record]) -> str:
    """A line a kind of mistake, and the sum."""
    columns = ("caught", "refused", "survived", "equivalent")
    counted = Counter((r["kind"], r["result"]) for r in records)
    rows = [f"{'mistake':36}" + "".join(f"{c:>11}" for c in columns)]
    rows += [f"{kind:36}" + "".join(f"{counted[kind, c]:11}" for c in columns) for kind in sorted({k for k, _ in counted})]
    total = Counter(r["result"] for r in records)
    stopped, alive = total["caught"] + total["refused"], total["survived"]
    rewrites = len({(r["file"], r["rewrite"]) for r in records})
    rows.append(
        f"{len(records)} mutants of {rewrites} rewrites, {total['equivalent']} equivalent; "
        f"caught {stopped}/{stopped + alive} = {stopped / max(1, stopped + alive):.1%} "
        f"({total['caught']} by a counterexample, {total['refused']} refused)"
    )
    return "\n".join(rows)


def main() -> int:
    """Count."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("paths", nargs="+", type=Path)
    p.add_argument("--most", type=int, default=40, help="mutants a rewrite")
    p.add_argument("--lines", type=Path)
    p.add_argument("--table", action="store_true")
    a = p.parse_args()
    if a.table:
        print(table([record for path in a.paths for record in read(path)]))
        return 0
    files = [f for path in a.paths for f in (sorted(path.glob("*.py")) if path.is_dir() else [path]) if f.name != "cases.py"]
    print(table(run(files, a.most, a.lines)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
