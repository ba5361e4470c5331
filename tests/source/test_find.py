"""Finding candidate loops."""

import pytest

from autovec.outcome import Refusal, Span
from autovec.source.find import Function, Module, Site, may_hold_loops, parse, walk_sites
from autovec.source.text import SourceText, from_text


def source(text: str) -> SourceText:
    result = from_text(text)
    assert isinstance(result, SourceText)
    return result


def module(text: str) -> Module:
    result = parse(source(text))
    assert isinstance(result, Module), result
    return result


def show(site: Site) -> str:
    inner = ", ".join(map(show, site.inner))
    around = "/".join(type(s).__name__ for s in site.chain)
    return f"{type(site.node).__name__}@{site.node.lineno}[{around}]#{site.index}" + (f"({inner})" if inner else "")


def shown(function: Function) -> str:
    flag = " compiled" if function.compiled else ""
    return f"{function.name}<{function.class_name}>{flag}: " + "; ".join(map(show, function.sites))


def test_a_syntax_error_names_its_line() -> None:
    assert parse(source("x = 1\nfor x in:\n")) == Refusal(
        "AV001", "syntax error on line 2: invalid syntax", span=Span(2, 8, 2, 9)
    )


@pytest.mark.parametrize("text", ["for x in " + "(" * 300 + ")" * 300 + ": pass", "x = " + "-" * 90_000 + "1\n"])
def test_what_the_parser_cannot_follow_is_refused(text: str) -> None:
    result = parse(source(text))
    assert isinstance(result, Refusal)
    assert result.code in ("AV001", "AV003")


def test_a_function_nested_too_deeply_is_refused_and_the_others_go_on() -> None:
    chain = " + ".join(["x"] * 400)
    found = module(f"def f(x):\n    for i in x:\n        y = {chain}\n\n\ndef g(x):\n    for i in x:\n        pass\n")
    assert [shown(f) for f in found.functions] == ["g<>: For@7[]#0"]
    assert found.refused == (Refusal("AV003", "f is nested too deeply to be read", span=Span(1, 0, 1, 9)),)


def test_lone_surrogates_are_refused() -> None:
    result = parse(source("for x in '\ud800': pass"))
    assert isinstance(result, Refusal)
    assert result.code == "AV002"


@pytest.mark.parametrize(
    "text",
    [
        "x = 'for'\n",
        "# while\ndef f():\n    pass\n",
        "def f():\n    return [g async for g in h]\n",
        "async def f():\n    async for x in y:\n        pass\n",
        "class A:\n    for x in y:\n        pass\n",
        "f = lambda y: [x for x in y]\n",
        "def f():\n    return {x for x in y}\n",
        "def f():\n    return foo(x for x in y)\n",
    ],
)
def test_nothing_is_found_in(text: str) -> None:
    assert module(text).functions == ()


def test_sites_and_what_is_inside_them() -> None:
    text = """\
class Grid:
    def step(self, n):
        '''for'''
        x = 0
        with n:
            for i in [j for j in n]:
                if i:
                    while n:
                        x += sum(k for k in n)
                else:
                    for k in n: pass
        def inner():
            for z in n: pass
        return max(x, *[q for q in n])

async def g(x):
    try:
        y = 1
    except E:
        for i in x: pass
    match x:
        case 1:
            return math.fsum(i for i in x)

for a in b:
    pass
"""
    assert [shown(f) for f in module(text).functions] == [
        "<module><>: For@25[]#2",
        "Grid.step<Grid>: For@6[With]#0(ListComp@6[With]#0, While@8[With/For/If]#0(Call@9[With/For/If/While]#0), "
        "For@11[With/For/If]#0); ListComp@14[]#4",
        "Grid.step.inner<>: For@13[]#0",
        "g<>: For@20[Try]#0; Call@23[Match]#0",
    ]


def test_the_index_points_into_the_block() -> None:
    found = module("def f(x):\n    t = 0\n    if x:\n        y = 1; z = [i for i in x]\n")
    sites = [s for f in found.functions for s in walk_sites(f.sites)]
    assert [(s.statement.lineno, s.statement is s.block[s.index], s.index) for s in sites] == [(4, True, 1)]


def test_what_another_compiler_has_is_marked() -> None:
    text = """\
from numba import njit as fast
import numba as nb
from foo import bar
@fast
def a():
    for i in x: pass
@nb.njit(parallel=True)
def b():
    def c():
        for i in x: pass
@bar
def d():
    for i in x: pass
"""
    assert [shown(f) for f in module(text).functions] == [
        "a<> compiled: For@6[]#0",
        "b.c<> compiled: For@10[]#0",
        "d<>: For@13[]#0",
    ]


def test_the_byte_test() -> None:
    assert [may_hold_loops(d) for d in (b"x = 1", b"for", b"while")] == [False, True, True]


def test_a_kernel_of_an_earlier_run_is_compiled_where_a_star_import_may_hide_what_its_decorator_is() -> None:
    text = "from numba import njit as _njit\nfrom elsewhere import *\n\n\n@_njit\ndef f(x):\n    for i in x:\n        pass\n"
    assert [function.compiled for function in module(text).functions] == [True]
