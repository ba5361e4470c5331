"""How fast is the checker? Cases a second of a simple elementwise loop, and what one operation costs on tracked numbers.

    python benchmarks/throughput.py

Both in processor time of one worker; run it on a machine that does nothing else.
"""

from __future__ import annotations

import time

from autovec.harness.cases import sized
from autovec.harness.region import compile_region
from autovec.outcome import ArrayInput, Contract, Evidence, Rounding, ScalarInput, Symbol
from autovec.verify.task import Budget, Task
from autovec.verify.tracked import judge
from autovec.verify.trial import run

MAP = "for i in range(n):\n    out[i] = x[i] * 2.0 + 1.0"
FAST = "out[:n] = x[:n] * 2.0 + 1.0"
SUM = "t = 0.0\nfor i in range(n):\n    t += x[i] * y[i]"
OPERATIONS = 2  # of the sum, for each element
SIZE = 2000


def contract(outputs: tuple[str, ...], *arrays: str) -> Contract:
    """Arrays of doubles of one length, and the length."""
    inputs = tuple(ArrayInput(name, "ndarray", ("float64",), ("n",)) for name in arrays)
    return Contract((Symbol("n"),), (*inputs, ScalarInput("n", ("int",), value="n")), outputs)


def cases_a_second() -> float:
    """Of the whole trial: making inputs, running both versions, comparing."""
    task = Task(MAP, FAST, contract(("out",), "x", "out"), Rounding.EXACT, Budget(seconds=2.0))
    began = time.process_time()
    answer = run(task)
    assert isinstance(answer, Evidence)
    return (answer.cases + answer.inconclusive) / (time.process_time() - began)


def microseconds_an_operation() -> float:
    """Of the loop on numbers that know their own error."""
    made = contract(("t",), "x", "y")
    region = compile_region(SUM, made)
    outcome, args = region.run(sized(made, SIZE)), sized(made, SIZE)
    began = time.process_time()
    judge(SUM, made, sized(made, SIZE), outcome, args)
    return (time.process_time() - began) / (SIZE * OPERATIONS) * 1e6


def main() -> None:
    """Print the best of five."""
    print(f"{max(cases_a_second() for _ in range(5)):,.0f} cases a second")
    print(f"{min(microseconds_an_operation() for _ in range(5)):.1f} µs an operation on tracked numbers")


if __name__ == "__main__":
    main()
