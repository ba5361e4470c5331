"""Loops that may run on several cores, and those in which threads would race: race by race, with the reason that users read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import parallel_loops
import pytest
from kernels_made import made, made_parallel
from parallel_loops import LOOPS, SIGNATURE, Loop

from autovec.kernel.form import Kernel
from autovec.outcome import Refusal

LEFT = "an iteration needs what another one left in `t` on line"
LAST = "is read behind the loop, where it is what the last iteration left"
EARLY = "may end the loop before its last iteration"
AN_EARLIER = "on line 8 may write an element that an earlier iteration of `i` wrote"
NEXT_TO = "`y[i - 1]` on line 8 reads what the previous iteration of `i` wrote to `y[i]` on line 8"
SCRATCH = "t = np.zeros(5)\nfor i in range(len(x)):\n    for j in range(1, 5):\n        t[j] = {}\n    y[i] = t[4]"


def alone(body: str) -> str:
    """Why the loop runs on one core only."""
    assert isinstance(made(body, SIGNATURE), Kernel)
    found = made_parallel(body, SIGNATURE)
    assert isinstance(found, Refusal), found.definition
    return found.message


def parallel(body: str) -> Kernel:
    """The kernel on several cores."""
    found = made_parallel(body, SIGNATURE)
    assert isinstance(found, Kernel), found
    assert found.parallel and found.definition.startswith('@njit(error_model="numpy", parallel=True)\n')
    return found


@pytest.mark.parametrize(
    ("body", "why"),
    [
        # stores that meet
        ("for i in range(1, n):\n    y[i] = y[i - 1] * a", NEXT_TO),
        ("for i in range(n):\n    y[at[i]] = x[i]", f"`y[at[i]]` {AN_EARLIER}"),
        ("for i in range(n):\n    y[at[i]] += x[i]",
         "`y[at[i]]` on line 8 must be read before a later iteration of `i` may write `y[at[i]]` on line 8"),
        ("for i in range(n):\n    y[i % 3] += x[i]",
         "`y[i % 3]` on line 8 must be read before a later iteration of `i` may write `y[i % 3]` on line 8"),
        ("for i in range(n):\n    y[k] += x[i]",
         "`y[k]` on line 8 must be read before a later iteration of `i` may write `y[k]` on line 8"),
        ("for i in range(n):\n    y[i - k] = x[i]", f"`y[i - k]` {AN_EARLIER}"),
        ("for i in range(n - 1):\n    y[i] = y[i + 1] * a",
         "`y[i + 1]` on line 8 must be read before the next iteration of `i` writes `y[i]` on line 8"),
        ("for i in range(n):\n    y[i] = y[n - 1 - i] * a",
         "`y[n - 1 - i]` on line 8 must be read before a later iteration of `i` may write `y[i]` on line 8"),
        ("for i in range(n):\n    y[-i] = y[i] * a",
         "`y[i]` on line 8 must be read before a later iteration of `i` may write `y[-i]` on line 8"),
        ("z = y[1:]\nfor i in range(len(z)):\n    z[i] = y[i]",
         "`z` and `y` are parts of one array, and which elements they share is not known"),
        ("z = m[0]\nfor i in range(1, len(z)):\n    z[i] = m[0, i - 1]",
         "`z` and `m` are parts of one array, and which elements they share is not known"),
        ("z = y\nfor i in range(1, len(z)):\n    z[i] = y[i - 1]",
         "`z` and `y` are parts of one array, and which elements they share is not known"),
        # scalars that are handed on
        ("t = 0.0\nfor i in range(n):\n    t += x[i]\n    y[i] = t\nreturn t",
         f"{LEFT} 9"),
        ("t = 0.0\nfor i in range(n):\n    t = t * a + x[i]\nreturn t", f"{LEFT} 9"),
        ("t = 2\nfor i in range(t):\n    t += at[i]\nreturn int(t)", f"{LEFT} 9"),
        ("t = 0.0\nfor i in range(n):\n    t = x[i] - t\nreturn t", f"{LEFT} 9"),
        ("t = 0.0\nfor i in range(n):\n    t += x[i]\n    t *= a\nreturn t", f"{LEFT} 9"),
        ("t = 0.0\nfor i in range(n):\n    if t < a:\n        t += x[i]\nreturn t",
         f"{LEFT} 9"),
        ("t = 0.0\nfor i in range(n):\n    for j in range(n):\n        if x[j] > t:\n            t += x[i]\nreturn t",
         f"{LEFT} 10"),
        ("t = x[0]\nfor i in range(n):\n    if x[i] > t:\n        t = x[i]\nreturn t",
         f"{LEFT} 9"),
        ("t = x[0]\nfor i in range(n):\n    t = max(x[i], t)\nreturn t", f"{LEFT} 9"),
        ("q = 0\nfor i in range(n):\n    y[q] = x[i]\n    q += 1", "an iteration needs what another one left in `q` on line 9"),
        ("t = 0.0\nfor i in range(n):\n    y[i] = t\n    t = x[i]", f"{LEFT} 9"),
        ("t = 0.0\nfor i in range(n):\n    if x[i] > a:\n        t = x[i]\n    y[i] = t",
         f"{LEFT} 10"),
        ("t = 0\nfor i in range(n):\n    t += x[i]\nreturn float(t)",
         "`t` is float64 or int, and threads join numbers of one type only"),
        # last values
        ("t = 0.0\nfor i in range(n):\n    t = x[i] * 2.0\n    y[i] = t\nreturn t",
         f"`t` {LAST}"),
        ("i = 0\nfor i in range(n):\n    y[i] = x[i]\nreturn i", f"`i` {LAST}"),
        ("j = 0\nfor i in range(n):\n    for j in range(k):\n        y[i] += x[i]\nreturn j", f"`j` {LAST}"),
        # exits, and what counts nothing
        ("for i in range(n):\n    if x[i] > a:\n        break\n    y[i] = 1.0",
         f"`break` on line 9 {EARLY}"),
        ("for i in range(n):\n    if x[i] > a:\n        raise ValueError('too large')\n    y[i] = 1.0",
         f"`raise ValueError('too large')` on line 9 {EARLY}"),
        ("for i in range(n):\n    if x[i] > a:\n        return i\nreturn -1", f"`return i` on line 9 {EARLY}"),
        ("for i in range(n):\n    if x[i] > a:\n        break\nelse:\n    a = 2.0\nreturn a", "the loop has an `else`"),
        ("i = 0\nwhile i < n:\n    y[i] = x[i]\n    i += 1",
         "the loop counts nothing, so that nobody knows its iterations beforehand"),
        ("for v in x:\n    y[0] = v", "the loop runs over `x`, not over a range with step 1"),
        ("for i in range(0, n, 2):\n    y[i] = x[i]", "the loop runs over `range(0, n, 2)`, not over a range with step 1"),
        ("out = []\nfor i in range(n):\n    out.append(x[i])\nreturn out",
         "`out.append(x[i])` on line 9 changes how long a list is"),
        ("prange = 2.0\nfor i in range(n):\n    y[i] = prange * x[i]", "`prange` is a variable of the loop"),
        # errors, which threads may lose
        ("for i in range(n):\n    y[i] = x[at[i]]",
         "its subscripts have to be checked as it runs, and an error in one of several threads may be lost"),
    ],
)  # fmt: skip
def test_what_iterations_have_to_do_with_each_other(body: str, why: str) -> None:
    assert alone(body) == why


def test_a_loop_that_changes_its_variable_is_left_alone() -> None:
    found = made_parallel("for i in range(len(x)):\n    y[0] = x[i]\n    i = 2", SIGNATURE)
    assert isinstance(found, Refusal) and found.message == "`i` is changed in the loop that counts it"


def test_an_array_that_every_iteration_uses_for_itself_is_a_race() -> None:
    why = "`t[j - 1]` on line 10 must be read before a later iteration of `i` may write `t[j]` on line 10"
    assert alone(SCRATCH.format("t[j - 1] + x[i]")) == why
    short = parallel(SCRATCH.format("x[i] * j"))  # not the loop over i, but the one that fills it
    assert "    for i in range(len(x)):\n        for j in prange(1, 5):\n" in short.definition


def test_arrays_that_may_be_one_are_told_apart_by_a_test() -> None:
    found = parallel("for i in range(1, len(y)):\n    y[i] = x[i - 1] * a + x[i]")
    assert found.conditions[-1] == "not np.may_share_memory(x, y)"
    assert found.text.splitlines()[1] == "    _f_loop(y, x, float(a))" and found.text.splitlines()[2] == "else:"
    same = parallel("for i in range(len(y)):\n    y[i] = x[i] * a")  # the very same array is no harm
    assert not any("may_share_memory" in test for test in same.conditions)


@pytest.mark.parametrize(
    ("header", "written"),
    [
        # of `prange(n)` Numba makes the variable unsigned, and `-i` a large number
        ("range(n)", "prange(0, n)"),
        ("range((n))", "prange(0, (n))"),
        ("range(2, n)", "prange(2, n)"),
        ("range( len(x) )", "prange(0,  len(x) )"),
        ("range(5)", "prange(0, 5)"),
    ],
)
def test_the_variable_of_a_parallel_loop_stays_signed(header: str, written: str) -> None:
    found = parallel(f"for i in {header}:\n    # twice\n    y[i] = x[i] * 2.0")
    assert f"    for i in {written}:\n        # twice\n        y[i] = x[i] * 2.0\n" in found.definition


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.body)
def test_loops_of_which_no_iteration_needs_another_one(loop: Loop) -> None:
    assert parallel(loop.body).rounding == ("reassociates" if loop.joins else "exact")


def test_only_the_outermost_parallel_loop_is_one() -> None:
    found = parallel("for i in range(m.shape[0]):\n    for j in range(m.shape[1]):\n        m[i, j] = m[i, j] * a")
    assert found.definition.count("prange") == 1 and "for i in prange(0, m.shape[0])" in found.definition
    inner = parallel("for i in range(1, m.shape[0]):\n    for j in range(m.shape[1]):\n        m[i, j] = m[i - 1, j] * a")
    assert "for i in range(1, m.shape[0]):\n        for j in prange(0, m.shape[1])" in inner.definition


def test_no_race_shows_in_200_runs_with_more_threads_than_cores() -> None:
    environment = {**os.environ, "NUMBA_NUM_THREADS": "8"}
    words = [sys.executable, str(Path(parallel_loops.__file__))]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"{len(LOOPS)} loops, 200 runs each: the same as with one thread\n"
