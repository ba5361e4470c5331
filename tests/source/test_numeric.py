"""The quick look at a loop."""

import ast

import pytest

from autovec.source.find import Module, parse
from autovec.source.numeric import looks_numeric, numeric_sites
from autovec.source.text import SourceText, from_text


def node(text: str) -> ast.AST:
    statement = ast.parse(text).body[0]
    return statement.value if isinstance(statement, ast.Expr) else statement


@pytest.mark.parametrize(
    "text",
    [
        "for f in files:\n    print(f)",
        "for f in x:\n    y[i] = d['key']",
        "for f in x:\n    self.total += f",
        "for f in x:\n    yield f + 1",
        "for f in x:\n    await f[0]",
        "for f in x:\n    with f[0]: pass",
        "for f in x:\n    del y[f]",
        "for k in d.items():\n    y[k] = 1",
        "for f in x:\n    s += ','.join(f)",
        "for f in x:\n    f(x[0])",
        "for f in x:\n    try:\n        y[f] = 1\n    except E: pass",
        "for f in x:\n    y.append({f: 1})",
        "for f in x:\n    y = 'a %s' % f",
        "for f in x:\n    pass",
        "[f for f in x]",
        "[f.name for f in x]",
        "[str(f) for f in x[0]]",
        "any(isinstance(f, int) for f in x)",
    ],
)
def test_not_numeric(text: str) -> None:
    assert not looks_numeric(node(text))


@pytest.mark.parametrize(
    "text",
    [
        "for f in x:\n    s += f",
        "for i in range(n):\n    '''doc'''\n    y[i] = math.exp(x[i])",
        "for i in range(n):\n    if i < 0:\n        raise ValueError(f'{i} is {x}')\n    y.append(i * 2)",
        "while b:\n    a, b = b, a % b",
        "for f in x:\n    if f > best:\n        best = f",
        "for i in r:\n    if mode == 'full':\n        self.x[i] = g(y[i])",
        "for i in r:\n    np.add.at(y, i, 1)",
        "[[0] * n for _ in range(m)]",
        "[0.0 for _ in range(m)]",
        "[float(f) for f in x]",
        "sum(a * b for a, b in zip(x, y))",
    ],
)
def test_numeric(text: str) -> None:
    assert looks_numeric(node(text))


def test_inner_sites_are_asked_where_the_outer_one_is_not_numeric() -> None:
    loop = "    for f in files:\n        print(f)\n        for i in f:\n            s += i\n        [1 for i in f]\n"
    text = from_text(f"def f(files):\n{loop}")
    assert isinstance(text, SourceText)
    module = parse(text)
    assert isinstance(module, Module)
    assert [s.node.lineno for s in numeric_sites(module.functions[0].sites)] == [4, 6]
