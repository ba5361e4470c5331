"""Lists in kernels: those that go in as arrays, those that are made inside and come out as lists."""

from __future__ import annotations

import pytest
from kernels_made import made, refused

from autovec.kernel.form import Kernel

LISTS = "xs: list[float], ks: list[int], rows: list[list[float]], k: NDArray[np.int64], a: float, n: int"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("for i in range(len(xs)):\n    xs[i] = a", "`xs` is a list, which the loop changes"),
        ("for i in range(n):\n    row = rows[i]\n    row[0] = a", "`row` is a list, which the loop changes"),
        ("for i in range(n):\n    xs.append(a)", "`xs` is no list that the loop made"),
        ("best = xs\nfor i in range(n):\n    best = xs\nreturn best", "`best` is a list, of which the kernel has a copy"),
        ("t = 0.0\nfor i in range(n):\n    c = xs.copy()\n    t += c[i]\nreturn t", "the list `xs` is copied"),
        ("out = []\nfor v in xs:\n    out.append(1)\n    out.append(a * v)\nreturn out", "a list holds numbers of several types"),
        ("out = [0] * n\nfor i in range(n):\n    out[i] = a * a\nreturn out", "a list holds numbers of several types"),
        ("out = []\nfor v in k:\n    out.append(v)\nreturn out", "`out` holds int64"),
        ("out = []\nfor v in xs:\n    out.append(v)\nreturn out", "`out` holds float or int"),
        ("out = []\nfor i in range(n):\n    other = out\n    other.append(i)\nreturn out", "the list `out` gets another name"),
        ("out = []\nfor i in range(n):\n    t = out[-1]\n    out.append(t)\nreturn out",
         "the list `out` is read before anything is in it"),
        ("p = 1\nfor v in ks:\n    p *= v\nreturn p", "an integer (the result of `*`) may not fit in 64 bits"),
        ("out = [1]\nfor i in range(n):\n    out.append(out[-1] * 3)\nreturn out", "`out` may grow beyond 64 bits"),
        ("best = xs[0]\nfor v in xs:\n    best = v\nreturn best",
         "`best` is float or int, and which of them cannot be told behind the loop"),
        ("t = 0\nfor v in xs:\n    t += v % 2\nreturn float(t) + (1 if t == 7 else 0)",
         "`t` is float or int, and which of them cannot be told behind the loop"),
        ("c = 0\nfor v in xs:\n    if v * v == 9:\n        c += 1\nreturn c",
         "an integer that a float may not hold is compared with a float"),
        ("for v in xs:\n    if v < a:\n        raise ValueError(f'{v}')", "`ValueError(f'{v}')` is no error with a fixed text"),
    ],
)  # fmt: skip
def test_what_a_kernel_cannot_do_with_lists(body: str, why: str) -> None:
    assert refused(body, LISTS) == why


def test_a_list_goes_in_as_an_array_and_another_comes_out() -> None:
    found = made("out = []\ns = 0.0\nfor v in xs:\n    s = a * s + v\n    out.append(s)\nreturn out", LISTS)
    assert isinstance(found, Kernel), found
    assert found.text == "out = _f_loop(np.fromiter(xs, float, len(xs)), float(a)).tolist()\n"
    assert found.definition == (
        '@njit(error_model="numpy")\n'
        "def _f_loop(xs, a):\n"
        "    out = []\n"
        "    s = 0.0\n"
        "    for v in xs:\n"
        "        s = a * s + v\n"
        "        out.append(s)\n"
        "    return np.asarray(out)\n"
    )


def test_integers_of_a_list_are_tested_where_they_may_grow() -> None:
    found = made("t = 0\nfor v in ks:\n    t += v % 7\nreturn t", LISTS)
    assert isinstance(found, Kernel), found
    assert found.conditions == ("ks_array.dtype == np.int64",)
    found = made("c = 0\nfor v in ks:\n    if v * v > 9:\n        c += 1\nreturn c", LISTS)
    assert isinstance(found, Kernel), found
    assert found.conditions == ("ks_array.dtype == np.int64 and -(2**31) <= ks_array.min() and ks_array.max() < 2**31",)
    assert found.text.startswith("ks_array = np.asarray(ks)\nif ks_array.dtype == np.int64 and ")


def test_rows_of_one_length_are_an_array() -> None:
    found = made("t = 0.0\nfor row in rows:\n    for v in row:\n        t = a * t + v\nreturn t", LISTS)
    assert isinstance(found, Kernel), found
    assert found.conditions == ("len(set(map(len, rows))) == 1",)
    assert found.text.splitlines()[1] == ("    t = _f_loop(np.asarray(rows, dtype=float), t, float(a))")


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("t = 0\nfor i in range(n):\n    t += i % 3\nreturn t", ()),
        ("t = 0\nfor i in range(len(k)):\n    if i * n > 4:\n        t += 1\nreturn t", ("k.ndim == 1", "-(2**31) <= n < 2**31")),
        ("y = np.zeros(n)\nfor i in range(len(k)):\n    y[i * n + 1] = a\nreturn y", ("k.ndim == 1",)),  # no such place, then
    ],
)
def test_integers_are_tested_only_where_they_may_leave_64_bits(body: str, conditions: tuple[str, ...]) -> None:
    found = made(body, LISTS)
    assert isinstance(found, Kernel), found
    assert found.conditions == conditions


@pytest.mark.parametrize(
    "body",
    [
        "stack = [n]\nt = 0\n"
        "while stack:\n    v = stack.pop()\n    if v > 1:\n        stack.append(v - 1)\n        t += 1\nreturn t",
        "t = 0.0\nfor d in (-1, 0, 1):\n    for i in range(1, len(xs) - 1):\n        t = 0.5 * t + xs[i + d]\nreturn t",
        "t = 0\nfor y, x in ((0, 1), (1, 0)):\n    for i in range(n):\n        t += (y + x + i) % 3\nreturn t",
        "y = np.zeros((n, 2))\nfor i, j in np.ndindex(n, 2):\n    w = np.zeros(3)\n    w[j] = a\n    y[i, j] = w[1]\nreturn y",
        "c = np.zeros(n, dtype=complex)\nfor i in range(n):\n    c[i] = complex(a, 1.0) * 2j\nreturn c",
        "t = 0.0\nfor v in xs:\n    if v < 0:\n        raise ValueError('negative')\n    t = 0.5 * t + v\nreturn t",
        "t = 0.0\nfor v in xs:\n    t += v * v\nreturn t",
    ],
)
def test_more_that_compiles_as_it_stands(body: str) -> None:
    assert isinstance(found := made(body, LISTS), Kernel), found
