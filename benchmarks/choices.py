"""Is the form that autovec picks the faster one? Every race between an array form and a kernel over some files.

    python benchmarks/choices.py FILE.py ...

For each loop that lands and had both forms in one race: which one was picked, how many times as fast as the loop it is, and how
many times as fast as the pick the other one was at the largest size. The last line is the share of loops on which the pick loses
less than a factor of 1.3. Loops whose array form serves more dtypes than the kernel are counted, but had no race: there the clock
is no judge. Run it on a machine that does nothing else; it is no test, because timings vary.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Rewrite, Speed
from autovec.pipeline import analyse_file

NEAR = 1.3


def loss(speed: Speed) -> float | None:
    """How many times as fast as the pick the other form was; None where there was no race."""
    picks = {t.size: t.after for t in speed.timings}
    both = [(picks[size], other) for size, other in speed.other if size in picks]
    return both[-1][0] / both[-1][1] if both else None


def main(files: list[Path]) -> None:
    """Print the table."""
    lost: list[float] = []
    alone = 0
    print(f"{'loop':56} {'pick':10} {'speedup':>8}   other")
    with Sandbox() as sandbox:
        for file in files:
            report = analyse_file(file.read_bytes(), str(file), Options(verify=True), sandbox)
            for f in report.findings:
                if not isinstance(f, Rewrite) or f.speed is None:
                    continue
                found = loss(f.speed)
                if found is None:
                    alone += 1
                    continue
                lost.append(found)
                name = f"{file.stem}.{f.function}:{f.edit.span.line}"
                print(f"{name:56} {f.code:10} {f.speed.speedup:7.1f}x {found:7.2f}", flush=True)
    near = sum(x <= NEAR for x in lost)
    print(f"\nthe pick is the winner, or within {NEAR} times of it, on {near} of {len(lost)} loops that had both forms in a race")
    print(f"{alone} more had one form, or an array form that serves more dtypes")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
