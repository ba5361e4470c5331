"""Loops that become kernels, and those that may not: what Numba would compute otherwise than Python, hazard by hazard."""

from __future__ import annotations

import pytest
from kernels_made import made, refused

from autovec.kernel.form import Kernel
from autovec.outcome import Refusal


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("p = 1\nfor i in range(n):\n    p *= 3\nreturn p", "`p` may grow beyond 64 bits"),
        ("p, q = 1, 1\nfor i in range(n):\n    p, q = q, p + q\nreturn p", "`q` may grow beyond 64 bits"),
        ("t = 0\nfor i in range(n):\n    t += i * i\nreturn t", "an integer (the result of `+`) may not fit in 64 bits"),
        ("t = 0\nfor v in x:\n    if v > 0.0:\n        t += v\nreturn t",
         "`t` is float64 or int, and which of them cannot be told behind the loop"),
        ("for i in range(n):\n    t = x[i]\nreturn t", "`t` may not be bound in front of the loop"),
        ("for i in range(n):\n    x[i] = 2.0\nreturn i", "`i` may not be bound in front of the loop"),
        ("for i in range(n):\n    y[i] = abs(x[i]) ** 0.5 if i else a ** 0.5", "a Python float to a power may be complex"),
        ("k = 0\nfor i in range(n):\n    k = int(x[i])\n    y[i] = k * 0.5",
         "the integer part of a float may not fit in 64 bits"),
        ("k = 0\nfor i in range(n):\n    k = int(x[i])\nreturn k",
         "`k` is the integer part of a float, which may not fit in 64 bits"),
        ("for i in range(n):\n    k = int(x[i])\n    y[k + 1] = 1.0 if k + 1 < n else 2.0",
         "an integer (the result of `+`) may not fit in 64 bits"),
        ("for i in range(n):\n    if int(x[i]) == int(y[i]):\n        y[i] = 2.0",
         "the integer part of a float may not fit in 64 bits"),
        ("for i in range(n):\n    y[i] = round(x[i], 2)", "`round` may do something else when it is compiled"),
        ("for i in range(n):\n    y[i] = round(n)", "`round` may do something else when it is compiled"),
        ("for i in range(n):\n    y[i] = helper(x[i])", "`helper` may not be bound in front of the loop"),
        ("for i in range(len(x)):\n    y[i] = x[i] + max(x, y)", "`x` is a whole array"),
        ("for i in range(n):\n    x = y\n    y[i] = z", "`z` may not be bound in front of the loop"),
        ("while True:\n    n += 1", "the loop never ends"),
        ("for i in range(n):\n    if x[i] > 0:\n        return i", "the loop returns, and no return follows it"),
        ("for i in range(n):\n    if x[i] > 0:\n        return i\nreturn 0.5", "the result has several types: float, int"),
        ("for i in range(n):\n    y[i] = x[i] or a", "`x[i] or a` is one of its operands, not a bool"),
        ("for i in range(n):\n    y[i] = x[i][0] + x[i, 0, 0]", "`x[i][0]` is a whole array"),
        ("for i in range(n):\n    y[x[i]] = 1.0", "the subscript `x[i]` is not an integer"),
        ("for i in range(n):\n    y[i] = x[i] << 1", "`<<` is not defined for float64 and int"),
        ("for i in range(n):\n    print(x[i])\n    y[i] = x.shape[0]", "`print(x[i])` has no compiled form here"),
    ],
)  # fmt: skip
def test_what_numba_would_do_otherwise_is_refused(body: str, why: str) -> None:
    assert refused(body) == why


@pytest.mark.parametrize(
    ("body", "signature", "why"),
    [
        ("for i in range(n):\n    y[i] = x[i] + x[i]", "x: NDArray[np.float16], y: NDArray[np.float16], n: int",
         "the elements of `y` are float16"),
        ("for i in range(n):\n    y[i] = x[i] ** 2", "x: NDArray[np.float32], y: NDArray[np.float32], n: int",
         "`**` of float32 and int is computed otherwise by Numba"),
        ("for i in range(n):\n    k[i] = x[i] + k[i]", "x: NDArray[np.uint64], k: NDArray[np.int64], n: int",
         "`+` of uint64 and int64 gives another type in Numba"),
        ("for i in range(n):\n    y[i] = x[i] * 0.5", "x: NDArray[np.float32], y: NDArray[np.uint8], n: int",
         "`y[i]` cuts values to its own type"),
        ("for i in range(n):\n    y[i] = b[i] + b[i]", "b: NDArray[np.bool_], y: NDArray[np.float64], n: int",
         "`+` of bool_ and bool_ gives another type in Numba"),
        ("for i in range(1, n):\n    xs[i] = xs[i - 1] + 1.0", "xs: list[float], n: int",
         "`xs` is a list, which the loop changes"),
        ("for i in range(1, n):\n    k[i] = k[i - 1] * k[i - 1] // 3", "k: NDArray[np.int64], n: int",
         "an integer of an array may pass 64 bits, and Numba takes it that none does"),
        ("for i in range(1, n):\n    k[i] = k[i - 1] + k[i - 2]\n    if k[i] > 5:\n        k[i] = 0",
         "k: NDArray[np.int64], n: int", "an integer of an array may pass 64 bits, and Numba takes it that none does"),
        ("for i in range(n):\n    k[i] = b[i] << b[i - 1]", "k: NDArray[np.int64], b: NDArray[np.uint8], n: int",
         "`<<` of uint8 and uint8 is computed otherwise by Numba"),
        ("for i in range(n):\n    k[i] = 2 ** k[i]", "k: NDArray[np.int64], n: int",
         "an integer to a power that may be negative"),
        ("for i in range(n):\n    k[i] = k[i] << k[i - 1]", "k: NDArray[np.int64], n: int", "a shift whose width is not known"),
        ("t = 0\nwhile n > 0:\n    t += k[n]\n    n -= 1\nreturn t", "k: NDArray[np.int64], n: int",
         "`t` is int or int64, and which of them cannot be told behind the loop"),
        ("t = 0\nfor i in range(n):\n    for j in range(i):\n        t += k[i]\nreturn t", "k: NDArray[np.int64], n: int",
         "`t` is int or int64, and which of them cannot be told behind the loop"),
    ],
)  # fmt: skip
def test_types_that_numba_widens_are_refused(body: str, signature: str, why: str) -> None:
    assert refused(body, signature) == why


@pytest.mark.parametrize(
    ("body", "kind", "kernel"),
    [
        ("for i in range(n):\n    y[i] = 2.1 * x[i] + 1.0", "float32", "y[i] = np.float32(2.1) * x[i] + np.float32(1.0)"),
        ("for i in range(n):\n    y[i] = y[i - 1] * 3", "uint8", "y[i] = np.uint8(y[i - 1] * 3)"),
        ("for i in range(n):\n    y[i] = x[i] - (x[i] * x[0])", "int16", "y[i] = np.int16(x[i] - (np.int16(x[i] * x[0])))"),
        ("for i in range(n):\n    y[i] = x[i] if x[i] > 0.1 else x[0]", "float32",
         "y[i] = x[i] if x[i] > np.float32(0.1) else x[0]"),
        ("for i in range(n):\n    y[i] = x[i] if x[i] > 0.5 else x[0]", "float32", "y[i] = x[i] if x[i] > 0.5 else x[0]"),
        ("t = 0.0\nfor i in range(n):\n    t += x[i] * 2\nreturn float(t)", "float32",
         "t = np.float32(t) + (x[i] * np.float32(2))"),
        ("t = x[0]\nfor i in range(n):\n    t = math.sqrt(x[i])\nreturn float(t)", "float32", "t = math.sqrt(np.float64(x[i]))"),
        ("t = 0.0\nfor i in range(n):\n    t += float(x[i])\nreturn t", "float32", "t += float(np.float64(x[i]))"),
        ("for i in range(n):\n    y[i] = (x[i] << 4) | (x[i] >> 4)", "uint8",
         "y[i] = np.uint8((np.uint8(x[i] << 4)) | (np.uint8(x[i] >> 4)))"),
        ("for i in range(n):\n    y[i] += 3 * i", "uint64", "y[i] += np.uint64(3 * i)"),
    ],
)  # fmt: skip
def test_float32_and_narrow_integers_keep_their_kind(body: str, kind: str, kernel: str) -> None:
    found = made(body, f"x: NDArray[np.{kind}], y: NDArray[np.{kind}], n: int")
    assert isinstance(found, Kernel), found
    assert kernel in [line.strip() for line in found.definition.splitlines()]


def test_the_integer_part_of_a_float_stays_within_64_bits() -> None:
    found = made("for i in range(n):\n    k = min(int((x[i] - a) / 2.0), 9)\n    if k >= 0:\n        y[k] += 1.0")
    assert isinstance(found, Kernel), found
    assert "k = min(int(min(max((x[i] - a) / 2.0, -(2.0**63)), 2.0**63 - 1024)), 9)" in found.definition


def test_a_float_to_an_integer_power_and_a_rounded_float_are_computed_as_in_python() -> None:
    found = made("for i in range(n):\n    k = round(x[i] / 2.0)\n    if k > 3:\n        y[i] = a**i + a ** (n - i) + a**2")
    assert isinstance(found, Kernel), found
    assert "k = round(min(max(x[i] / 2.0, -(2.0**63)), 2.0**63 - 1024))" in found.definition
    assert "y[i] = a**np.float64(i) + a ** (np.float64(n - i)) + a**2" in found.definition
    assert found.rounding == "approximates"


def test_a_power_of_a_positive_literal_is_real() -> None:
    found = made("for i in range(n):\n    y[i] = 10000.0 ** (a / n) + 2**a")
    assert isinstance(found, Kernel), found
    negative = made("for i in range(n):\n    y[i] = abs((-2.0) ** a)")
    assert isinstance(negative, Refusal) and "may be complex" in negative.message


WITH_TEST = """\
if y.ndim == x.ndim == 1 and y.flags.writeable and n <= min(len(y), len(x)):
    _f_loop(n, y, float(a), x)
else:
    for i in range(1, n):
        # decay
        y[i] = a * y[i - 1] + x[i]  # feed
"""


def test_a_recurrence_becomes_a_kernel() -> None:
    found = made("for i in range(1, n):\n    # decay\n    y[i] = a * y[i - 1] + x[i]  # feed")
    assert isinstance(found, Kernel)
    assert found.definition == (
        '@njit(error_model="numpy")\n'
        "def _f_loop(n, y, a, x):\n"
        "    for i in range(1, n):\n"
        "        # decay\n"
        "        y[i] = a * y[i - 1] + x[i]  # feed\n"
    )
    conditions = ("y.ndim == x.ndim == 1", "y.flags.writeable", "n <= min(len(y), len(x))")
    assert (found.text, found.conditions, found.rounding) == (WITH_TEST, conditions, "exact")


def test_results_come_back_with_their_kinds() -> None:
    found = made(
        "best = k[0]\nat = 0\nfor i in range(len(k)):\n    if k[i] > best:\n        best = k[i]\n        at = i\nreturn best, at",
        "k: NDArray[np.int64]",
    )
    assert isinstance(found, Kernel)
    assert found.text.startswith("if k.ndim == 1:\n    best, at = _f_loop(k, best, at)\n    best = np.int64(best)\nelse:\n")
    assert found.definition.endswith("    return best, at\n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("t = 0\nfor v in x:\n    t += v\nreturn t", "if len(x) > 0:\n    t = np.float64(_f_loop(x, t))\n"),
        ("t = 0\nfor i in range(1, n):\n    t += k[i]\nreturn t", "if n > 1:\n    t = np.int64(_f_loop(n, t, k))\n"),
        ("t = 0\nfor i in range(n):\n    for j in range(k.shape[0]):\n        t += k[j]\nreturn t",
         "if n > 0 and k.shape[0] > 0:\n    t = np.int64(_f_loop(n, k, t))\n"),
    ],
)  # fmt: skip
def test_a_sum_keeps_its_start_where_nothing_is_added(body: str, text: str) -> None:
    found = made(body, "x: NDArray[np.float64], k: NDArray[np.int64], n: int")
    assert isinstance(found, Kernel), found
    assert "".join(line.removeprefix("    ") for line in found.text.splitlines(keepends=True)[1:3]) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        # NumPy's numbers may be divided by zero, and Python's may not
        ("t = 0.0\nfor i in range(len(x)):\n    t += (x[i] - a) ** 2\nreturn t", "t = np.float64(_f_loop(x, t, float(a)))"),
        ("t = 0.0\nfor i in range(len(x)):\n    t = t * a + 1.0\nreturn t", "t = _f_loop(x, t, float(a))"),
        ("for i in range(len(x)):\n    if x[i] > a:\n        return x[i]\nreturn a", "return np.float64(_f_loop(x, a))"),
        ("t = []\nfor i in range(1, len(x)):\n    t.append(x[i] - x[i - 1])\nreturn t", "t = list(_f_loop(x))"),
    ],
)
def test_floats_come_back_as_they_were(body: str, text: str) -> None:
    found = made(body)
    assert isinstance(found, Kernel), found
    assert text in found.text


def test_a_loop_that_returns_takes_what_follows_along() -> None:
    found = made("for i in range(n):\n    if x[i] > a:\n        return i\n# none\nreturn -1")
    assert isinstance(found, Kernel)
    assert found.conditions == ("x.ndim == 1", "n <= len(x)")
    assert "\n    return _f_loop(n, x, float(a))\nelse:\n    for i in range(n):\n" in found.text
    assert found.definition.endswith("            return i\n    # none\n    return -1\n")


def test_unknown_dtypes_are_tested_for() -> None:
    found = made("for i in range(1, len(x)):\n    y[i] = y[i - 1] + x[k[i]]", "x: np.ndarray, y: np.ndarray, k: np.ndarray")
    assert isinstance(found, Kernel)
    assert found.conditions == (
        "x.ndim == y.ndim == k.ndim == 1", "x.dtype == y.dtype == np.float64", "k.dtype == np.int64", "y.flags.writeable",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        (
            "for i in range(1, n):\n    k[i] = k[i - 1] + m[i]",
            ("k.ndim == m.ndim == 1", "k.flags.writeable", "n <= min(len(k), len(m))"),
        ),
        # what is stored into k may be in m
        (
            "for i in range(1, n):\n    k[i] = k[i - 1] if m[i] + 1 > m[i - 1] else 0",
            (
                "k.ndim == m.ndim == 1",
                "k.flags.writeable",
                "-(2**31) <= k.min(initial=0) and k.max(initial=0) < 2**31 and "
                "-(2**31) <= m.min(initial=0) and m.max(initial=0) < 2**31",
                "n <= min(len(k), len(m))",
            ),
        ),
        (
            "for i in range(1, n):\n    k[i] = m[i]\n    if k[i] * 3 > 5:\n        k[i] = 0",
            (
                "k.ndim == m.ndim == 1",
                "k.flags.writeable",
                "-(2**31) <= k.min(initial=0) and k.max(initial=0) < 2**31 and "
                "-(2**31) <= m.min(initial=0) and m.max(initial=0) < 2**31",
                "n <= min(len(k), len(m))",
            ),
        ),
        (
            "c = np.zeros(9, dtype=np.int64)\nfor i in range(1, n):\n    c[m[i]] += 1\n    if c[m[i]] > 5:\n        k[i] = 0",
            ("m.ndim == k.ndim == 1", "k.flags.writeable"),
        ),
    ],
)
def test_integers_of_arrays_are_tested_where_something_depends_on_their_sums(body: str, conditions: tuple[str, ...]) -> None:
    found = made(body, "k: NDArray[np.int64], m: NDArray[np.int64], n: int")
    assert isinstance(found, Kernel), found
    assert found.conditions == conditions


def test_a_jump_out_of_the_else_clause_belongs_to_the_loop_around() -> None:
    inner = "for i in range(n):\n        if x[i] > a:\n            break\n    else:\n        continue"
    body = f"for k in range(n):\n    {inner}\n    y[k] = a"
    found = made(body, at=1)
    assert isinstance(found, Refusal)
    assert found.message.endswith("`continue` in the else clause is one of the loop around")


def test_a_range_between_elements_has_a_length_of_64_bits() -> None:
    found = made(
        "for r in range(n):\n    for q in range(k[r], k[r + 1]):\n        y[r] += x[q]",
        "x: NDArray[np.float64], y: NDArray[np.float64], k: NDArray[np.int64], n: int",
    )
    assert isinstance(found, Kernel), found
    assert "-(2**31) <= k.min(initial=0) and k.max(initial=0) < 2**31" in found.conditions


def test_defaults_and_truth_tell_what_parameters_are() -> None:
    found = made(
        "t = 0.0\nfor i in range(1, len(x)):\n    t = t * s + x[i] * k\n    if flag and not other:\n        t += 1.0\nreturn t",
        "x: NDArray[np.float64], s, other, k=2, flag=True",
    )
    assert isinstance(found, Kernel), found
    assert found.conditions == ("x.ndim == 1", "isinstance(s, float)", "isinstance(k, int)", "-(2**31) <= k < 2**31")
    assert "_f_loop(x, t, s, k, bool(flag), bool(other))" in found.text


@pytest.mark.parametrize(
    ("body", "conditions"),
    [
        ("q = 0\nfor i in range(1, len(x)):\n    if x[i] > x[q]:\n        q = i\nreturn q",
         ("x.ndim == 1", "x.dtype in (np.float64, np.float32, np.int64)")),
        ("for i in range(1, len(x)):\n    if x[i] > y[i]:\n        y[i] = y[i - 1]",
         ("x.ndim == y.ndim == 1", "x.dtype == y.dtype and x.dtype in (np.float64, np.float32, np.int64)",
          "y.flags.writeable", "len(x) <= len(y)")),
        ("for i in range(1, len(x)):\n    x[i] = x[i - 1] * 0.1",  # a float32 needs a conversion; int64 is cut off in both
         ("x.ndim == 1", "x.dtype in (np.float64, np.int64)", "x.flags.writeable")),
        ("t = x[0]\nfor i in range(1, len(x)):\n    if x[i] > t:\n        t = x[i]\nreturn t",  # which has the array's own type
         ("x.ndim == 1", "x.dtype == np.float64", "isinstance(t, float)")),
        ("t = 0\nfor i in range(len(x)):\n    t += x[i] + 1\nreturn t",  # which is given back as a float64, or as an int64
         ("x.ndim == 1", "x.dtype == np.float64")),
    ],
)  # fmt: skip
def test_a_kernel_is_for_all_dtypes_with_which_it_is_the_same(body: str, conditions: tuple[str, ...]) -> None:
    found = made(body, "x: np.ndarray, y: np.ndarray")
    assert isinstance(found, Kernel), found
    assert found.conditions == conditions


def test_an_array_made_like_another_has_its_dtype() -> None:
    found = made("y = np.zeros_like(x)\nfor i in range(1, len(x)):\n    y[i] = y[i - 1] + x[i] % 3\nreturn y", "x: np.ndarray")
    assert isinstance(found, Kernel), found
    assert found.dtypes == {"x": "int64", "y": "int64"}


def test_an_array_that_is_only_asked_if_it_is_true_is_one_of_bools() -> None:
    body = "for i in range(1, n):\n    if mask[i] and not mask[i - 1]:\n        y[i] = y[i - 1]"
    found = made(body, "mask: np.ndarray, y: np.ndarray, n: int")
    assert isinstance(found, Kernel), found
    assert {"mask": "bool", "y": "float64"}.items() <= dict(found.dtypes).items()


def test_rows_under_other_names_are_stored_into() -> None:
    found = made("h, w = x.shape\nfor i in range(h):\n    row = x[i]\n    row[0] += row[1]", "x: NDArray[np.float64]")
    assert isinstance(found, Kernel), found
    assert "x.flags.writeable" in found.conditions


def test_an_array_made_here_needs_no_test() -> None:
    found = made("y = np.zeros(n)\nfor i in range(1, n):\n    y[i] = y[i - 1] + 1.0\nreturn y", "n: int")
    assert isinstance(found, Kernel), found
    assert found.conditions == ()


def test_counters_in_nested_loops_stay_small() -> None:
    found = made(
        "count = 0\nfor i in range(n):\n    k = i\n    while k < n and x[k] > 0.0:\n        k += 1\n        count += 1\n"
        "    lo, hi = 0, n\n    while lo < hi:\n        mid = (lo + hi) // 2\n        if x[mid] < a:\n            lo = mid + 1\n"
        "        else:\n            hi = mid\nreturn count"
    )
    assert isinstance(found, Kernel), found


def test_a_modulus_keeps_an_integer_small() -> None:
    found = made("state = n % 2147483647\nfor i in range(n):\n    state = (state * 48271) % 2147483647\n    y[i] = state")
    assert isinstance(found, Kernel), found


def test_a_test_of_several_arrays_takes_no_name_of_the_function() -> None:
    found = made("a, v = np.zeros(n), 1.0\nfor i in range(n):\n    a[i] = x[i] + y[i] + v", "x, y, n: int")
    assert isinstance(found, Kernel)
    assert found.conditions[0] == "all(isinstance(each, np.ndarray) for each in (x, y))"
