"""Is the form that autovec picks the fastest one? Every loop of some files measured as an array form and as a kernel.

    python benchmarks/choices.py FILE.py ...

For each loop that has both forms: how many times as fast as the loop each of them is, which one is picked, and how much the pick
loses against the winner. The last line is the share of loops on which it loses less than a factor of 1.3. Run it on a machine
that does nothing else; it is no test, because timings vary.
"""

from __future__ import annotations

import sys
from pathlib import Path

from autovec.harness.sandbox import Sandbox
from autovec.options import Backend, Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file

NEAR = 1.3


def speedups(file: Path, backend: Backend, sandbox: Sandbox) -> dict[tuple[int, str], tuple[str, float]]:
    """By line and function: the code of each rewrite, and how many times as fast it is."""
    report = analyse_file(file.read_bytes(), str(file), Options(verify=True, backend=backend), sandbox)
    found = (f for f in report.findings if isinstance(f, Rewrite) and f.speed is not None)
    return {(f.edit.span.end_line, f.function): (f.code, f.speed.speedup) for f in found if f.speed is not None}


def main(files: list[Path]) -> None:
    """Print the table."""
    near = total = 0
    print(f"{'loop':48} {'array':>14} {'kernel':>14}   pick      loses")
    with Sandbox() as sandbox:
        for file in files:
            arrays, kernels, picks = (speedups(file, b, sandbox) for b in ("numpy", "numba", "auto"))
            for key in sorted(arrays.keys() & kernels.keys() & picks.keys()):
                best = max(arrays[key][1], kernels[key][1])
                pick = kernels[key][1] if picks[key][0] == "AV901" else arrays[key][1]
                near, total = near + (best / pick <= NEAR), total + 1
                name = f"{file.stem}.{key[1]}:{key[0]}"
                kind = "kernel" if picks[key][0] == "AV901" else "array"
                array = f"{arrays[key][0]} {arrays[key][1]:.0f}x"
                print(f"{name:48} {array:>14} {kernels[key][1]:>13.0f}x   {kind:8} {best / pick:5.2f}")
    print(f"\nthe pick is the winner or within {NEAR} times of it on {near} of {total} loops that have both forms")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
