"""Subscripts that Numba need not check: the tests of lengths that say so, and that they are never wrong."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from kernels_made import made

from autovec.kernel.form import Kernel

SIGNATURE = ", ".join([*(f"{name}: NDArray[np.float64]" for name in "abc"), "at: NDArray[np.int64], n: int, m: int, k: int"])


def lengths(body: str, signature: str = SIGNATURE) -> tuple[str, ...] | None:
    """What is asked about lengths; None where Numba checks the subscripts."""
    found = made(body, signature)
    assert isinstance(found, Kernel), found
    if "boundscheck" in found.definition:
        return None
    return tuple(c for c in found.conditions if ("<=" in c or "<" in c) and "2**" not in c)


@pytest.mark.parametrize(
    ("body", "tests"),
    [
        ("for i in range(len(a)):\n    a[i] += a[len(a) - 1 - i]", ()),
        ("for i in range(len(a)):\n    a[i] += a[i - 1]", ()),  # -1 is the last one
        ("for i in range(len(a)):\n    a[i] += b[i] * c[i]", ("len(a) <= min(len(b), len(c))",)),
        ("n = len(a)\nfor i in range(1, n):\n    a[i] += a[i - 1] + b[i - 1]", ("n - 1 <= len(b)",)),
        ("for i in range(n):\n    a[i] += b[i + k]", ("n <= len(a)", "k + n <= len(b)", "0 <= k")),
        ("for i in range(n):\n    a[k] += b[i]", ("k < len(a)", "-len(a) <= k", "n <= len(b)")),
        ("for i in range(n, 0, -1):\n    a[i] += a[i - 1]", ("n < len(a)",)),
        ("for i in range(n):\n    for j in range(i):\n        a[j] += b[i - j]", ("n - 1 <= len(a)", "n <= len(b)")),
        ("for i in range(n):\n    a[i] += b[i % 3]", ("n <= len(a)", "3 <= len(b)")),
        ("for i in range(len(a)):\n    if i + k < len(a) and i + k >= 0 and a[i + k] > 0.0:\n        a[i] = 1.0", ()),
        ("for i in range(len(a)):\n    a[i] = a[i + 1] if i + 1 < len(a) else 0.0", ()),
        ("q = 0\nfor i in range(len(a)):\n    if a[i] > 0.0:\n        b[q] = a[i]\n        q += 1\nreturn q",
         ("len(a) <= len(b)",)),
        ("i = 0\nwhile i + 1 < len(a):\n    a[i] = a[i + 1]\n    i += 1", ()),
        ("for i in range(n):\n    k = i\n    while k > 0 and a[k - 1] > a[k]:\n        a[k - 1], a[k] = a[k], a[k - 1]\n"
         "        k -= 1",
         ("n <= len(a)",)),
        ("for i in range(len(a)):\n    if i > 2:\n        break\n    a[i] = b[2 - i]", ("3 <= len(b)",)),
        ("for i in range(n):\n    for j in range(k):\n        a[j] += 1.0\n    for j in range(len(a)):\n        b[j] += 1.0",
         ("k <= len(a)", "len(a) <= len(b)")),
    ],
)  # fmt: skip
def test_lengths_that_put_all_subscripts_inside(body: str, tests: tuple[str, ...]) -> None:
    assert lengths(body) == tests


def test_all_lengths_of_an_array_are_asked_for_at_once() -> None:
    body = "n = x.shape[0]\nfor i in range(n):\n    for j in range(n):\n        x[i, j] = y[j, i] * z[j]"
    signature = "x: NDArray[np.float64], y: NDArray[np.float64], z: NDArray[np.float64]"
    assert lengths(body, signature) == ("n <= min(x.shape[1], *y.shape, len(z))",)


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(n):\n    a[at[i]] += 1.0",  # from data
        "for i in range(0, n, 2):\n    a[i] += a[i + 1]",  # whether the last one is inside depends on how the step fits
        "q = 0\nfor i in range(n):\n    a[q] = 0.0\n    q += 2",  # further than the loop
        "q = 0\nfor i in range(n):\n    for j in range(m):\n        a[q] = 0.0\n        q += 1",
        "for t in range(m):\n    for i in range(len(a)):\n        a[i] += b[i]\n    a, b = b, a",  # lengths that change
        "j = 0\nfor i in range(n):\n    for j in range(m):\n        a[j] += 1.0\n    a[j] += 2.0",  # the last value of j, if any
        # r is no k yet where it is a subscript first
        "for i in range(1, n):\n    r = i\n    while r > 0:\n        r -= 2\n        a[r] += 1.0\n    r = k\n    a[r] = c[r]",
        "for i in range(len(a)):\n    for j in range(n):\n        r = j\n        while r >= k:\n            r -= 1\n"
        "        a[r] += 1.0\n        r = i\n        a[r] = c[r]",
        # a condition that no longer holds
        "for i in range(n):\n    r = i\n    if r < len(a):\n        r = k + at[0]\n        a[r] = a[0]",
    ],
)
def test_other_subscripts_are_checked(body: str) -> None:
    assert lengths(body) is None


def test_no_subscript_is_outside_where_the_tests_hold() -> None:
    rng = random.Random(20261121)
    proved = held = 0
    for _ in range(150):
        body = _program(rng)
        found = made(body, SIGNATURE)
        if not isinstance(found, Kernel) or "boundscheck" in found.definition:
            continue
        proved += 1
        held += sum(_stays_inside(found, rng, body) for _ in range(30))
    assert proved >= 30
    assert held >= 300  # of 30 a program: the tests are not so strict that nothing passes them


def _stays_inside(found: Kernel, rng: random.Random, body: str) -> bool:
    """Whether the tests hold for random arguments; an element outside its array then fails the test."""
    arguments: dict[str, Any] = {name: rng.randrange(-1, 9) for name in "nmk"}
    usual = rng.randrange(9)
    for name in "abc":
        size = max(0, rng.choice([usual, usual, usual, rng.randrange(9), rng.randrange(20)]))
        arguments[name] = np.array([rng.choice([-1.0, 0.0, 2.0]) for _ in range(size)])
    scope: dict[str, Any] = {**arguments, "q": 0, "np": np}
    if not all(eval(test, scope) for test in found.conditions):
        return False
    try:
        exec(found.old, scope)
    except IndexError as error:
        pytest.fail(f"{error} with {arguments} in\n{body}\nunder {found.conditions}")
    except ZeroDivisionError:
        pass
    return True


def _program(rng: random.Random) -> str:
    """A nest of one or two loops with subscripts of many kinds."""
    variables = ["i"]
    lines = ["q = 0", f"for i in {_range(rng, [])}:"]
    pad = "    "
    if rng.random() < 0.5:
        lines.append(f"{pad}for j in {_range(rng, ['i'])}:")
        variables.append("j")
        pad += "    "
    for _ in range(rng.randrange(1, 4)):
        if "j" in variables and not lines[-1].endswith(":") and rng.random() < 0.3:
            lines.append(f"    for j in {_range(rng, ['i'])}:")
        read = f"{rng.choice('bc')}[{_subscript(rng, variables)}]"
        store = f"a[{_subscript(rng, variables)}] += {read}"
        match rng.randrange(8):
            case 0:
                lines.append(f"{pad}if {_condition(rng, variables)}:\n{pad}    {store}")
            case 1:
                lines.append(f"{pad}if {_condition(rng, variables)} and {read} > 0.0:\n{pad}    {store}")
            case 2:
                lines.append(f"{pad}if {read} > 0.0:\n{pad}    a[q] = 1.0\n{pad}    q += 1")
            case 3:
                lines.append(f"{pad}if {_condition(rng, variables)}:\n{pad}    break")
            case 4:
                lines.append(f"{pad}r = {_subscript(rng, variables)}\n{pad}a[r] = {rng.choice('bc')}[r]")
            case 6:
                step, test = rng.choice([("+", "r < m"), ("-", "r > 0"), ("+", "r + 1 < len(a)"), ("-", "r >= k")])
                lines.append(f"{pad}r = {rng.choice(variables)}")
                lines.append(f"{pad}while {test}:\n{pad}    r {step}= 1\n{pad}    a[r] += 1.0")
                lines += [f"{pad}a[r] += 1.0"] if rng.random() < 0.3 else []
            case 5:
                lines.append(f"{pad}a[{_subscript(rng, variables)}] = {read} if {_condition(rng, variables)} else 0.0")
            case _:
                lines.append(pad + store)
    return "\n".join(lines)


def _range(rng: random.Random, variables: list[str]) -> str:
    stop = rng.choice(["n", "m", "len(a)", "len(b)", "len(a) - 1", "min(len(a), len(b))", "n - k", *variables])
    start = rng.choice(["0", "0", "1", "k", *variables])
    match rng.randrange(5):
        case 0:
            return f"range({stop} - 1, {rng.choice(['-1', '0'])}, -1)"
        case 1:
            return f"range({start}, {stop}, {rng.choice([2, 3])})"
        case 2:
            return f"range({start}, {stop})"
        case _:
            return f"range({stop})"


def _subscript(rng: random.Random, variables: list[str]) -> str:
    v, w = rng.choice(variables), rng.choice(variables)
    return rng.choice([
        v, v, v, f"{v} - 1", f"{v} + 1", f"{v} + k", f"n - 1 - {v}", f"len(a) - 1 - {v}", f"{v} - {w}", f"{v} + {w}", f"2 * {v}",
        f"{v} // 2", f"{v} % 3", f"{v} % len(b)", f"({v} + 1) % n", "k", "0", "-1", f"max({v} - 1, 0)", f"min({v}, n - 1)",
    ])  # fmt: skip


def _condition(rng: random.Random, variables: list[str]) -> str:
    v = rng.choice(variables)
    return rng.choice([
        f"{v} > 0", f"{v} + 1 < n", f"0 <= {v} - k < len(a)", f"{v} < len(b)", f"not {v} >= len(c)", f"{v} == 0", f"{v} != k",
        f"{v} >= k and {v} < m", f"{v} < 1 or {v} >= len(a)",
    ])  # fmt: skip
