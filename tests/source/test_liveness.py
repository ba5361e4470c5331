"""What a region reads from before it and leaves for after it. The region is what stands between the lines `#<` and `#>`."""

import ast
import textwrap

import pytest

from autovec.source.imports import bindings
from autovec.source.liveness import live_in, live_out, only_converted, passes_through
from autovec.source.tree import FunctionNode, blocks

Region = tuple[FunctionNode | ast.Module, list[ast.stmt], ast.Module]


def region(text: str) -> Region:
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines, 1) if line.strip() == "#<")
    last = next(n for n, line in enumerate(lines, 1) if line.strip() == "#>")
    tree = ast.parse(text)
    owner: FunctionNode | ast.Module = tree
    for node in ast.walk(tree):
        if isinstance(node, FunctionNode) and node.lineno < first and (node.end_lineno or 0) >= last - 1:
            owner = node
    for node in ast.walk(tree):
        handlers = [h.body for h in getattr(node, "handlers", [])]
        for block in [*blocks(node), *handlers]:
            found = [s for s in block if first < s.lineno < last]
            if found:
                return owner, found, tree
    raise AssertionError("no region")


def in_function(body: str) -> Region:
    return region("def f(a, n, c):\n" + textwrap.indent(textwrap.dedent(body).strip("\n"), "    "))


LOOP = "#<\nfor i in range(n):\n    t = a[i]\n    s += t\n#>\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (LOOP + "return s", "s"),
        (LOOP, ""),
        (LOOP + "s = 0\nreturn s", ""),
        (LOOP + "if c:\n    s = 0\nreturn s", "s"),
        (LOOP + "if c:\n    s = 0\nelse:\n    s = 1\nreturn s", ""),
        (LOOP + "s += 1", "s"),
        (LOOP + "a[i] = 1", "i"),
        (LOOP + "return [i for i in a]", ""),
        (LOOP + "return [i for i in a if i < t]", "t"),
        (LOOP + "return [j for i in a for j in i]", ""),
        (LOOP + "for i in a:\n    pass\nreturn i", "i"),  # where the second loop runs no times
        (LOOP + "return lambda i: i", ""),
        (LOOP + "return lambda: t", "t"),
        ("def g():\n    return t\n" + LOOP, "t"),
        ("global s\n" + LOOP, "s"),
        (LOOP + "return locals()", "i s t"),
        (LOOP + "g = (s for _ in a)\ns = 0", "s"),
        (LOOP + "g = sum(0 for _ in a)\ns = 0", ""),
        (LOOP + "match c:\n    case [t]:\n        pass\n    case _:\n        return t", "t"),
        (LOOP + "while True:\n    pass\nreturn s", ""),
        (LOOP + "with c as t:\n    pass\nreturn t", ""),
        (LOOP + "del t", ""),
        (LOOP + "c and (t := 1)\nreturn t", "t"),
        (LOOP + "x = yield s", "s"),
        (LOOP + "return f'{t}'", "t"),
        (LOOP + "class A:\n    x = t", "t"),
    ],
)
def test_live_out(body: str, expected: str) -> None:
    function, statements, _ = in_function(body)
    assert live_out(function, statements) == set(expected.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("while c:\n    print(t)\n    #<\n    for i in a:\n        t = i\n    #>\n", "t"),
        ("while c:\n    t = 0\n    print(t)\n    #<\n    for i in a:\n        t = i\n    #>\n", ""),
        ("try:\n    #<\n    for i in a:\n        t = i\n    #>\nfinally:\n    print(t)", "t"),
        ("try:\n    #<\n    for i in a:\n        t = i\n    #>\nexcept E:\n    print(t)", "t"),
        ("try:\n    #<\n    for i in a:\n        t = i\n    #>\n    return 1\nfinally:\n    print(t)", "t"),
        ("try:\n    pass\nexcept E:\n    #<\n    for i in a:\n        t = i\n    #>\nreturn t", "t"),
        ("while c:\n    #<\n    if n:\n        t = 1\n        break\n    #>\n    t = 2\nreturn t", "t"),
        ("while c:\n    #<\n    if n:\n        t = 1\n        continue\n    #>\n    t = 2\nreturn 0", ""),
        ("with c:\n    #<\n    t = 1\n    #>\n    t = 2\nreturn t", "t"),  # the with may swallow what `t = 2` raises
        ("for k in a:\n    #<\n    t = 1\n    #>\nelse:\n    return t", "t"),
    ],
)
def test_live_out_of_a_region_in_a_block(text: str, expected: str) -> None:
    function, statements, _ = in_function(text)
    assert live_out(function, statements) == set(expected.split())


def test_all_is_live_at_module_level() -> None:
    module, statements, _ = region("#<\nfor i in x:\n    t = i\n#>\n")
    assert (live_out(module, statements), live_in(module, statements)) == ({"i", "t"}, {"x", "i"})


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (LOOP, "range n a s"),
        ("#<\nt = 0\nfor i in a:\n    t += i\n#>\n", "a"),
        ("#<\nfor i in a:\n    if i:\n        t = 1\n    s = t\n#>\n", "a t"),
        ("#<\nwhile c:\n    c = c - 1\n#>\n", "c"),
        ("#<\ny = [i * k for i in a]\n#>\n", "a k"),
        ("#<\nfor i in a:\n    out[i] = 1\n#>\n", "a out"),
        ("#<\nfor i in a:\n    t = i\nelse:\n    t = 1\ns = t\n#>\n", "a"),
    ],
)
def test_live_in(body: str, expected: str) -> None:
    function, statements, _ = in_function(body)
    assert live_in(function, statements) == set(expected.split())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (LOOP + "return s, t, i", "s t i"),
        ("#<\ns = 0\nfor i in a:\n    s += i\n#>\nreturn s, i", "i"),
        ("#<\nif c:\n    t = 0\nelse:\n    t = 1\n#>\nreturn t", ""),
        ("#<\nif c:\n    t = 0\nelse:\n    raise E\n#>\nreturn t", ""),
    ],
)
def test_passes_through(body: str, expected: str) -> None:
    function, statements, _ = in_function(body)
    assert passes_through(function, statements) == set(expected.split())


@pytest.mark.parametrize(
    ("tail", "expected"),
    [
        ("return s", False),
        ("return s + 1", False),
        ("return float(s), s", False),
        ("print(s)", False),
        ("out[0] = s", False),
        ("out[s] = 1", False),
        ("out[0] = u[0] = s", False),
        ("return math.floor(s)", False),  # not the same for a large np.int64
        ("return round(s)", False),
        ("float = c\nreturn float(s)", False),
        ("return lambda: float(s)", False),
        ("if c:\n    return s\nreturn float(s)", False),
        ("return float(s)", True),
        ("return math.sqrt(s) + int(s)", True),
        ("u[0] = s", True),
        ("return [float(s) for _ in a]", True),
        ("s = float(s)\nreturn s", True),
        ("s = 0\nreturn s", True),
        ("", True),
    ],
)
def test_only_converted(tail: str, expected: bool) -> None:
    text = "import math\ndef f(a, n, c, u):\n" + textwrap.indent(LOOP + tail, "    ")
    function, statements, tree = region(text)
    assert isinstance(function, ast.FunctionDef)
    names = bindings(tree, text)
    assert only_converted(function, statements, "s", names, (function,), frozenset({"u"})) is expected
