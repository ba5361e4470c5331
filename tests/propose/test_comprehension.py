"""Comprehensions and generators in builtins: what is left alone, what they become, and that it stands the check."""

from __future__ import annotations

import pytest

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.pipeline import analyse_file

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\n\n"
ARRAY = "NDArray[np.float64]"


def function(parameters: str, *body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body)
    return f"{HEAD}def f({parameters}):\n{lines}"


def rewritten(source: str) -> str:
    """The body of the last function after a run that checks nothing."""
    after = analyse_file(source.encode(), "f.py", Options(verify=False), None).after
    lines = after.splitlines(keepends=True)
    first = max(k for k, line in enumerate(lines) if line.startswith("def "))
    return "".join(line.removeprefix("    ") for line in lines[first + 1 :])


def refusals(source: str) -> list[tuple[str, str]]:
    """Code and message of every refusal; nothing may be rewritten."""
    report = analyse_file(source.encode(), "f.py", Options(verify=False), None)
    assert report.after == report.before
    return [(f.refusal.code, f.refusal.message) for f in report.findings if isinstance(f, Left)]


LEFT = {
    "own sum": (
        HEAD + f"def sum(xs):\n    return 0\n\n\ndef f(x: {ARRAY}):\n    return float(sum(v * v for v in x))\n",
        ("AV014", "what sum() makes of its elements is not known, or it has options"),
    ),
    "own len": (
        HEAD + f"def len(x):\n    return 0\n\n\ndef f(x: {ARRAY}):\n    return sum(v for v in x if v > 1.0)\n",
        ("AV015", "`len` means something else in this file"),
    ),
    "option": (
        function(f"x: {ARRAY}", "return min((v * 2 for v in x), default=0.0)"),
        ("AV014", "what min() makes of its elements is not known, or it has options"),
    ),
    "while test": (
        function(f"x: {ARRAY}", "while any(v > 1.0 for v in x):", "    x = x / 2", "return x"),
        ("AV035", "how often the `while` loop runs depends on the data"),
    ),
    "lambda": (
        function("xs: list[float]", "return f'{[math.exp(v) for v in xs]}'"),
        ("AV014", "a comprehension inside a lambda, a format string or another comprehension"),
    ),
    "no positions": (
        function(f"x: {ARRAY}", "return [v * 2.0 for v in x.tolist()]"),
        ("AV014", "the iteration over x.tolist() has no positions"),
    ),
    "filter before a loop": (
        function(f"m: {ARRAY}", "return sum(v * 2 for row in m if row[0] > 0 for v in row)"),
        ("AV014", "a filter in front of another loop"),
    ),
    "stops early": (
        function(f"x: {ARRAY}", "return any(1.0 / v > 3.0 for v in x)"),
        ("AV030", "any() stops at the element that decides; one behind it may be worse"),
    ),
    "walrus read later": (
        function(f"x: {ARRAY}", "out = [y for v in x if (y := v * 2.0) > 1.0]", "return out, y"),
        ("AV033", "`y` is read behind the comprehension"),
    ),
    "big integers": (
        function("n: int", "return sum(i * i for i in range(n))"),
        ("AV012", "`+[i](i * i)` may pass 64 bits, Python's integers have no limit"),
    ),
    "perhaps integers": (
        function("xs: list[float]", "return [v * 2 for v in xs]"),
        ("AV012", "some elements may be Python integers"),
    ),
    "rounded to integers": (
        function(f"x: {ARRAY}", "return [int(v) % 10 for v in x if v > 0.0]"),
        ("AV012", "`int(x[_])` may pass 64 bits, Python's integers have no limit"),
    ),
    "not always evaluated": (
        function("xs: list[float], flag: bool", "return [math.exp(v) for v in xs] if flag else None"),
        ("AV014", "the rewrite needs a line in front of something that may not be evaluated"),
    ),
    "a call before": (
        function("xs: list[float], g", "return g(xs), [math.exp(v) for v in xs]"),
        ("AV014", "the rewrite needs a line in front of a call that may do anything"),
    ),
    "line in front of a test": (
        function("xs: list[float]", "if max(math.exp(v) for v in xs) > 2.0:", "    return 1", "return 0"),
        ("AV014", "the rewrite needs a line in front of the comprehension"),
    ),
    "nested lists in two loops": (
        function(f"m: {ARRAY}", "return [abs(v) for row in m for v in row]"),
        ("AV041", "the result grows in 2 loops at once"),
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_left_alone(name: str) -> None:
    source, refusal = LEFT[name]
    assert refusals(source) == [refusal]


def test_two_in_one_statement_that_need_lines() -> None:
    source = function("xs: list[float]", "return [math.exp(v) for v in xs], [math.sin(v) for v in xs]")
    why = ("AV014", "the statement holds another comprehension, and the rewrite needs a line in front")
    assert refusals(source) == [why, why]


NEW = {
    "any": ("return any(v < 0.0 for v in x)", "return bool((x < 0.0).any())\n"),
    "all under a filter": ("return all(v < 9.0 for v in x if v > 1.0)", "return bool((~(x > 1.0) | (x < 9.0)).all())\n"),
    "any of a list": ("return any([1.0 / v > 3.0 for v in x])", "return bool((1.0 / x > 3.0).any())\n"),
    "test of an if": (
        "if not any(v < 0.0 for v in x):\n        return 1\n    return 2",
        "if not bool((x < 0.0).any()):\n    return 1\nreturn 2\n",
    ),
    "count": ("return sum(1 for v in x if v > 0.5)", "return int(np.count_nonzero(x > 0.5))\n"),
    "length": ("return len([v for v in x if v > 0.5])", "return int(np.count_nonzero(x > 0.5))\n"),
    "filtered sum": (
        "return sum(v for v in x if v > 0.5)",
        "if x.ndim == 1:\n    chosen = x[x > 0.5]\n    return chosen.sum() if len(chosen) else 0\n"
        "else:\n    return sum(v for v in x if v > 0.5)\n",
    ),
    "sum of magnitudes": ("return sum(math.fabs(v) for v in x)", "return np.fabs(x).sum() if len(x) else 0\n"),
    "converted sum": ("return float(sum(math.fabs(v) for v in x))", "return float(np.fabs(x).sum())\n"),
    "in parentheses": (
        "return 2 ** sum(math.fabs(v) for v in x)",
        "return 2 ** (np.fabs(x).sum() if len(x) else 0)\n",
    ),
    "smallest": (
        "low = min(math.fabs(v) for v in x)\n    return low",
        "values = np.fabs(x)\nlow = min(values[0], np.fmin.reduce(values))\nreturn low\n",
    ),
    "filtered list": (
        "out = [\n        # doubled\n        2.0 * math.fabs(v)\n        for v in x  # all\n        if v > 0.0\n    ]\n"
        "    return out",
        "# doubled\nout = (2.0 * np.fabs(x))[x > 0.0].tolist()  # all\nreturn out\n",
    ),
    "the variable of the array": ("return [math.fabs(x) for x in x]", "return np.fabs(x).tolist()\n"),
    "walrus": (
        "return [y for v in x if (y := math.fabs(v)) > 1.0]",
        "y = np.fabs(x)\nreturn y[y > 1.0].tolist()\n",
    ),
    "array": ("return np.array([math.sqrt(v) for v in x])", "return np.sqrt(x)\n"),
    "copy": (
        "return np.array([v for v in x if v > 0.0])",
        "if x.ndim == 1:\n    return x[x > 0.0]\nelse:\n    return np.array([v for v in x if v > 0.0])\n",
    ),
    "from an iterator": ("return np.fromiter((math.sqrt(v) for v in x), dtype=float)", "return np.sqrt(x)\n"),
    "tuple": ("return 1, tuple(math.fabs(v) for v in x)", "return 1, tuple(np.fabs(x).tolist())\n"),
    "places that are written to": (
        "x[[2 * k for k in range(5)]] = 0.0\n    del x",
        "x[(2 * np.arange(5)).tolist()] = 0.0\ndel x\n",
    ),
    "two in one statement": (
        "return any(v < 0.0 for v in x), all(v > 0.0 for v in x)",
        "return bool((x < 0.0).any()), bool((x > 0.0).all())\n",
    ),
}


@pytest.mark.parametrize("name", NEW)
def test_becomes(name: str) -> None:
    body, new = NEW[name]
    source = f"{HEAD}def f(x: {ARRAY}):\n    {body}\n"
    assert rewritten(source) == new


def test_list_becomes_an_array_once_in_front() -> None:
    source = function("xs: list[float]", "if xs: return [math.sin(v) for v in xs]", "return None")
    new = "if xs:\n    xs_array = np.fromiter(xs, float, count=len(xs))\n    return np.sin(xs_array).tolist()\nreturn None\n"
    assert rewritten(source) == new


def test_rows() -> None:
    source = function(f"m: {ARRAY}", "return [[math.fabs(v) for v in row] for row in m]")
    assert "return np.fabs(m).tolist()\n" in rewritten(source)


def test_second_run_changes_nothing() -> None:
    source = function("a: np.ndarray", "return np.array([v * 2.5 for v in a])")
    once = analyse_file(source.encode(), "f.py", Options(verify=False), None).after
    assert once != source
    assert analyse_file(once.encode(), "f.py", Options(verify=False), None).after == once


CHECKED = {
    "smallest": "return min(abs(v - 1.0) for v in x)",
    "filtered sum": "return sum(v for v in x if v > 0.5)",
    "count": "return sum(1 for v in x if v > 0.5)",
    "walrus": "return [y for v in x if (y := v * v - 1.0) > 0.0]",
    "array": "return np.array([math.exp(v) for v in x])",
}


@pytest.mark.parametrize("name", CHECKED)
def test_stands_the_check_and_pays(name: str) -> None:
    source = f"{HEAD}def f(x: {ARRAY}):\n    {CHECKED[name]}\n"
    with Sandbox() as sandbox:
        report = analyse_file(source.encode(), "f.py", Options(verify=True), sandbox)
    (finding,) = report.findings
    assert isinstance(finding, Rewrite), finding
    assert finding.evidence and finding.evidence.cases > 20
    assert finding.speed and finding.speed.speedup > 1.5
