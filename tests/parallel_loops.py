"""Loops that run on several cores, as bodies of functions; and the stress test, which is run in a process of its own.

    NUMBA_NUM_THREADS=8 python tests/parallel_loops.py

compiles each of them and runs it 200 times with eight threads: everything has to come out as with one thread, and that as Python
has it, to the bit; where threads join what they add up, within its rounding error. A process that ran threads must not fork.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from typing import Any, cast

import numpy as np

from autovec.options import Options
from autovec.pipeline import analyse_file
from autovec.record import dataclass

SIGNATURE = "x: NDArray[np.float64], y: NDArray[np.float64], at: NDArray[np.int64], m: np.ndarray, n: int, k: int, a: float"
HEAD = f"import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\n\ndef f({SIGNATURE}):\n"
RUNS = 200
SIZE = 2003
RACE = """\
from numba import njit, prange
@njit(parallel=True)
def f(x, y):
    for i in prange(0, len(x)):
        y[i % 5] += x[i]
"""
Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loop:
    """`joins`: threads add up floats in another order."""

    body: str
    joins: bool = False


LOOPS = (
    Loop("for i in range(n):\n    y[i] = x[i] * 2.0 + 1.0"),
    Loop("for i in range(n):\n    y[i] = -i / 3.0 + abs(i - 1000) + (i - 7) // 2 + x[-i]"),  # wrong where i is unsigned
    Loop("for i in range(1, n - 1):\n    y[i] = x[i - 1] + x[i + 1]"),
    Loop("for i in range(n):\n    y[i] += x[n - 1 - i]"),
    Loop("for i in range(n):\n    if x[i] < 0.0:\n        continue\n    y[i] = math.sqrt(x[i])"),
    Loop("t = 1.0\nfor i in range(n):\n    t = x[i]\n    if t > a:\n        t = 2.0\n    y[i] = t * t"),
    Loop("for i in range(n):\n    s = 0.0\n    for j in range(n):\n        s += x[j] * x[i]\n    y[i] = s"),
    Loop("for i in range(n):\n    j = 0\n    t = x[i]\n    while j < 30 and t * t < 4.0:\n        t = t * t + x[i]\n"
         "        j += 1\n    y[i] = j"),
    Loop("for i in range(n):\n    for j in range(i):\n        if x[j] > x[i]:\n            break\n        y[i] += 1.0"),
    Loop("for i in range(m.shape[0]):\n    for j in range(1, m.shape[1]):\n        m[i, j] += m[i, j - 1]"),
    Loop("for i in range(1, m.shape[0]):\n    for j in range(m.shape[1]):\n        m[i, j] += m[i - 1, j]"),
    Loop("for t in range(5):\n    for i in range(1, n - 1):\n        y[i] = x[i - 1] + x[i + 1]\n    for i in range(n):\n"
         "        x[i] = y[i] * 0.25"),
    Loop("t = 0.0\nfor i in range(n):\n    t += x[i]\nreturn t", joins=True),
    Loop("t = 3.0\nfor i in range(n):\n    t = t - x[i] * i\nreturn t", joins=True),
    Loop("t = 1.0\nfor i in range(n):\n    if x[i] > 1.0:\n        t *= x[i]\nreturn t", joins=True),
    Loop("t = 0.0\nfor j in range(6):\n    for i in range(n):\n        t += x[i] * j\nreturn t", joins=True),
    Loop("t = 2.0\nq = 0\nfor i in range(n):\n    for j in range(k):\n        t += x[i] * j\n    if x[i] > 0.0:\n        q += 1\n"
         "return t, q", joins=True),
    Loop("t = 0\nfor i in range(n):\n    t += at[i]\nreturn int(t)"),
    Loop("t = 0\nfor i in range(n):\n    for j in range(k):\n        if x[j] > 0.5:\n            t += 1\n            break\n"
         "return t"),
    Loop("t = -math.inf\nfor i in range(n):\n    t = max(t, x[i])\nreturn float(t)"),
    Loop("t = math.inf\nfor i in range(n):\n    if i % 3:\n        t = min(t, x[i] * i)\nreturn float(t)"),
)  # fmt: skip


def arguments(seed: int) -> Arguments:
    """What the functions are given; every sum of them is exact to some 1e-13 of its largest part."""
    random = np.random.default_rng(seed)
    x, y = random.uniform(-2.0, 2.0, SIZE), random.uniform(-2.0, 2.0, SIZE)
    m = random.uniform(-2.0, 2.0, (37, 41))
    return {"x": x, "y": y, "at": random.integers(-5, 5, SIZE), "m": m, "n": SIZE, "k": 7, "a": 0.5}


def function(text: str) -> Callable[..., object]:
    """The function that a program defines."""
    space: dict[str, object] = {"__name__": "parallel"}
    exec(compile(text, "<parallel>", "exec"), space)
    return cast("Callable[..., object]", space["f"])


def left_by(f: Callable[..., object], given: Arguments) -> list[object]:
    """What a call returns, and what its arguments are behind it."""
    own = copy.deepcopy(given)
    return [f(**own), *own.values()]


def same(loop: Loop, one: list[object], other: list[object]) -> bool:
    """Whether two calls left the same."""
    for p, q in zip(one, other, strict=True):
        for a, b in zip(p, q, strict=True) if isinstance(p, tuple) and isinstance(q, tuple) else [(p, q)]:
            close = loop.joins and isinstance(a, float) and isinstance(b, float) and abs(a - b) <= 1e-9 * max(1.0, abs(b))
            if not close and np.asarray(a).tobytes() != np.asarray(b).tobytes():
                return False
    return True


def stressed(loop: Loop, threads: Callable[[int], None], most: int) -> str:
    """How the loop's runs differ, "" where they don't."""
    text = HEAD + "".join(f"    {line}\n" for line in loop.body.split("\n"))
    after = analyse_file(text.encode(), "f.py", Options(verify=False, backend="numba", parallel=True), None).after
    if "prange" not in after:
        return "it is no parallel kernel"
    given, python, kernel = arguments(1), function(text), function(after)
    threads(1)
    expected = left_by(kernel, given)
    if not same(loop, expected, left_by(python, given)):
        return "with one thread it is not what Python has"
    threads(most)
    bad = sum(not same(loop, left_by(kernel, given), expected) for _ in range(RUNS))
    return f"{bad} of {RUNS} runs differ" if bad else ""


def sees_a_race(threads: Callable[[int], None], most: int) -> bool:
    """Whether a sum into few places, which is a race, comes out otherwise with more threads."""
    given = arguments(2)
    kernel = function(RACE)
    threads(1)
    kernel(given["x"], expected := np.zeros(5))
    threads(most)
    kernel(given["x"], found := np.zeros(5))
    return expected.tobytes() != found.tobytes()


def main() -> int:
    """The stress test."""
    import numba

    library = cast(Any, numba)
    most = library.config.NUMBA_NUM_THREADS
    assert sees_a_race(library.set_num_threads, most)
    wrong = [f"{loop.body}\n{found}\n" for loop in LOOPS if (found := stressed(loop, library.set_num_threads, most))]
    print("\n".join(wrong) or f"{len(LOOPS)} loops, {RUNS} runs each: the same as with one thread")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
