"""`--strict`: which tests stand in front of a rewrite, what is left alone, and when an array is lost with its function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.pipeline import analyse_file
from autovec.source.find import Site, parse
from autovec.source.text import decode
from autovec.source.unseen import divided, dividing_lengths, unseen_after_raise

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\nDoubles = NDArray[np.float64]\n\n"
STRICT = Options(verify=True, strict=True, min_speedup=1.0, backend="numpy")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def strictly(box: Sandbox, function: str) -> list[Rewrite | Left]:
    """What becomes of the loops of a function."""
    text = HEAD + function.replace("Doubles", "NDArray[np.float64]")
    return list(analyse_file(text.encode(), "f.py", STRICT, box).findings)


LEFT = [
    (
        "def f(x: Doubles, k: NDArray[np.int64], out: Doubles):\n    for i in range(len(k)):\n        out[i] = x[k[i]]\n",
        "became",
    ),
]


@pytest.mark.parametrize(("function", "why"), LEFT)
def test_a_loop_without_a_readable_test_is_left_alone(box: Sandbox, function: str, why: str) -> None:
    (found,) = strictly(box, function)
    assert isinstance(found, Left) and found.refusal.code == "AV063" and why in found.refusal.message


def test_written_arrays_are_kept_apart_of_equal_shape_and_writeable(box: Sandbox) -> None:
    (found,) = strictly(box, "def f(a: float, x: Doubles, y: Doubles):\n    for i in range(len(x)):\n        y[i] += a * x[i]\n")
    assert isinstance(found, Rewrite)
    assert found.edit.after.split("\n") == [
        "if x.ndim == 1 and x.shape == y.shape and not np.may_share_memory(x, y) and y.flags.writeable:",
        "    y += a * x",
        "else:",
        "    for i in range(len(x)):",
        "        y[i] += a * x[i]",
    ]


def test_an_array_of_the_functions_own_needs_no_test(box: Sandbox) -> None:
    text = "def f():\n    out = np.zeros(1000)\n    for i in range(1000):\n        out[i] = 2.0 * i\n    return out\n"
    (found,) = strictly(box, text)
    assert isinstance(found, Rewrite) and found.conditions == ()


def test_a_value_on_which_the_loop_raises_sends_it_to_the_loop(box: Sandbox) -> None:
    text = (
        "def f(x: Doubles):\n    y = np.zeros(len(x))\n    for i in range(len(x)):\n        y[i] = math.log(x[i])\n    return y\n"
    )
    (found,) = strictly(box, text)
    assert isinstance(found, Rewrite)
    assert found.edit.after.split("\n") == [
        "try:",
        '    with np.errstate(all="raise", under="ignore"):',
        "        y = np.log(x)",
        "except (ArithmeticError, ValueError):",
        "    y = np.zeros(len(x))",
        "    for i in range(len(x)):",
        "        y[i] = math.log(x[i])",
    ]
    span = found.edit.span
    lines = (HEAD + text.replace("Doubles", "NDArray[np.float64]")).split("\n")
    first, rest = lines[span.line - 1][: span.column] + found.edit.after, lines[span.end_line :]
    rewritten = "\n".join([*lines[: span.line - 1], first, *rest])
    assert not [f for f in analyse_file(rewritten.encode(), "f.py", STRICT, box).findings if isinstance(f, Rewrite)]


TESTED = {  # what a loop needs, a function with it, and a test that it gets
    "the size of a new array": (
        "def f(n: int):\n    y = np.zeros(n)\n    for k in range(n):\n        y[k] = 0.5 * k\n    return y\n",
        "n >= 0",
    ),
    "lengths that the promise takes for granted": (
        "def f(a: NDArray[np.float64]):\n    n = a.shape[0]\n    out = np.zeros((n, n))\n"
        "    for i in range(n):\n        for j in range(n):\n            out[i, j] = a[i, j] + a[j, i]\n    return out\n",
        "a.shape[1] >= n",
    ),
    "a row of another array": (
        "def f(x: Doubles, a: NDArray[np.float64]):\n    for i in range(a.shape[0]):\n        for j in range(a.shape[1]):\n"
        "            x[j] += a[i, j]\n",
        "not np.may_share_memory(a, x)",
    ),
    "elements to divide a sum by": (
        "def f(x: Doubles):\n    s = 0.0\n    for v in x:\n        s += v\n    return s / len(x)\n",
        "len(x) > 0",
    ),
    "elements to divide a sum of some by": (
        "def f(x: Doubles):\n    s = 0.0\n    for v in x:\n        if v > 0.0:\n            s += v\n    return s / len(x)\n",
        "len(x) > 0",
    ),
    "elements to divide a sum of pairs by": (
        "def f(x: Doubles, y: Doubles):\n    s = 0.0\n"
        "    for u, v in zip(x, y):\n        s += math.exp(u - v) * (u - v)\n    return s / len(x)\n",
        "len(x) > 0",
    ),
    "elements, where something else divides": (
        "def f(x: Doubles, n: float):\n    s = 0.0\n    for v in x:\n        s += v\n    return s / n\n",
        "x.size > 0",
    ),
}


@pytest.mark.parametrize("need", TESTED)
def test_what_a_loop_needs_is_tested(need: str, box: Sandbox) -> None:
    text, test = TESTED[need]
    (found,) = strictly(box, text)
    assert isinstance(found, Rewrite) and test in found.conditions


def test_statements_in_front_that_stay_do_not_keep_tests_away(box: Sandbox) -> None:
    text = (
        "def f(x: Doubles, a: Doubles, n: int):\n    y = np.zeros(n)\n    z = np.zeros(n)\n    for i in range(len(x)):\n"
        "        y[i] = x[i] * a[i]\n        z[i] = x[i] - a[i]\n    return y, z\n"
    )
    (found,) = strictly(box, text)
    assert isinstance(found, Rewrite) and "x.shape == a.shape" in " ".join(found.conditions)


@pytest.mark.parametrize(
    ("before", "after", "lengths"),
    [
        ("", "return s / len(xs)", {"xs"}),
        ("", "s /= len(xs)\n    return s", {"xs"}),
        ("", "xs[0] = 0.0\n    return s / len(xs)", {"xs"}),
        ("", "return s / 2.0", set[str]()),
        ("", "return 1.0 / len(xs)", set[str]()),
        ("xs = xs[1:]", "return s / len(xs)", set[str]()),
        ("", "xs[:] = []\n    return s / len(xs)", set[str]()),
        ("", "del xs[0]\n    return s / len(xs)", set[str]()),
        ("", "xs.clear()\n    return s / len(xs)", set[str]()),
        ("", "g(xs)\n    return s / len(xs)", set[str]()),
        ("ys = list(xs)", "return s / len(ys)", set[str]()),
    ],
)
def test_lengths_that_a_result_is_divided_by(before: str, after: str, lengths: set[str]) -> None:
    text = f"def f(xs):\n    {before or 'pass'}\n    s = 0.0\n    for x in xs:\n        s += x\n    {after}\n"
    site = _site(text)
    assert dividing_lengths(site, frozenset(("s",))) == lengths


@pytest.mark.parametrize(
    ("after", "filled", "matters"),
    [
        ("return s / len(xs)", False, True),
        ("return s / len(xs)", True, False),
        ("return s / 2", False, False),
        ("return s / 0", False, True),
        ("return s ** 2", True, True),
        ("m = s / len(xs)\n    return 1.0 / m", True, True),
        ("m = 2 * s\n    m += 1\n    n = m\n    return n % 3.0, 3.0 % n", True, True),
        ("m = s / len(xs)\n    return m * 2.0", True, False),
        ("return 1.0 / len(xs), s", True, False),
    ],
)
def test_where_it_matters_whose_floats_they_are(after: str, filled: bool, matters: bool) -> None:
    site = _site(f"def f(xs):\n    s = 0.0\n    for x in xs:\n        s += x\n    {after}\n")
    assert (divided(site, frozenset(("s",)), frozenset(("xs",) if filled else ())) == {"s"}) is matters


def test_a_kernel_is_tested_for_arrays_that_it_may_write_to(box: Sandbox) -> None:
    text = HEAD + (
        "def f(x: np.ndarray, y: np.ndarray, k: float):\n    for i in range(1, len(y)):\n"
        "        y[i] = k * y[i - 1] + (1.0 - k) * x[i] / (1.0 + y[i - 1] * y[i - 1])\n"
    )
    options = Options(verify=True, strict=True, min_speedup=1.0, backend="numba")
    (found,) = analyse_file(text.encode(), "f.py", options, box).findings
    assert isinstance(found, Rewrite) and found.code == "AV901" and "y.flags.writeable" in found.conditions


@pytest.mark.parametrize(
    ("text", "tests"),
    [
        ("def f(n: int):\n    y = np.zeros(n)\n    for i in range(1, n):\n        y[i] = 0.5 * y[i - 1] + i\n    return y\n", ()),
        (
            "def f(x: Doubles, n: int):\n    y = np.zeros(n)\n    for i in range(1, n):\n        y[i] = 0.5 * y[i - 1] + x[i]\n"
            "    return y\n",
            ("n <= len(x)",),
        ),
    ],
)
def test_an_array_of_the_functions_own_is_as_long_as_it_made_it(box: Sandbox, text: str, tests: tuple[str, ...]) -> None:
    text = HEAD + text.replace("Doubles", "NDArray[np.float64]")
    options = Options(verify=True, strict=True, min_speedup=1.0, backend="numba")
    (found,) = analyse_file(text.encode(), "f.py", options, box).findings
    assert isinstance(found, Rewrite) and {t for t in found.conditions if "ndim" not in t} == set(tests)


@pytest.mark.parametrize(
    ("before", "inside", "lost"),
    [
        ("out = np.zeros(3)", "out[0] = x", True),
        ("out = np.zeros(3)\n    keep.out = out", "out[0] = x", False),
        ("out = np.zeros(3)\n    g(out)", "out[0] = x", False),
        ("out = np.zeros(3)\n    h = lambda: out", "out[0] = x", False),
        ("out = np.zeros(3)", "out[0] = g(out)", False),
        ("given = given", "given[0] = x", False),
    ],
)
def test_what_is_lost_with_the_function(before: str, inside: str, lost: bool) -> None:
    name = before.split(" ")[0]
    text = f"def f(given, keep, xs):\n    {before}\n    for x in xs:\n        {inside}\n    return {name}\n"
    assert (name in _unseen(text, name)) is lost


def test_what_a_handler_may_see_is_not_lost() -> None:
    text = "def f(xs):\n    out = [1]\n    try:\n        for x in xs:\n            out[0] = x\n    finally:\n        pass\n"
    assert _unseen(text, "out") == frozenset()


def _unseen(text: str, name: str) -> frozenset[str]:
    return unseen_after_raise(_site(text), frozenset((name,)))


def _site(text: str) -> Site:
    """The last loop."""
    source = decode(text.encode())
    assert not hasattr(source, "code")
    module = parse(source)  # type: ignore[arg-type]
    sites = [s for f in module.functions for s in f.sites]  # type: ignore[union-attr]
    assert isinstance(sites[-1].node, ast.For)
    return sites[-1]
