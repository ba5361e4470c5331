"""Filters, diagonals and sums of products, and what only looks like them."""

from __future__ import annotations

import pytest
from facts import Facts
from raiser import read_small

from autovec.expression import Expr, show
from autovec.rule.recognise import contraction_of, diagonal_of, filter_of


def read(loop: str) -> tuple[Expr, Facts]:
    reader = read_small(loop)
    return reader.result()[0], Facts({}, extents=reader.extents)


def correlation(at: str, tap: str, lanes: str = "len(x) - len(k) + 1", taps: str = "len(k)", flipped: bool = False) -> str:
    expr, facts = read(f"for i in range({lanes}):\n    for j in range({taps}):\n        w[i] += x[{at}] * k[{tap}]\n")
    found = filter_of(expr, facts, flipped)
    return "nothing" if found is None else f"{show(found.signal)} with {show(found.weights)}"


@pytest.mark.parametrize(
    ("at", "tap"),
    [("i + 2 * j", "j"), ("i - j", "j"), ("i + j", "2 * j"), ("i + j", "i"), ("i", "j"), ("i + j", "len(k) - 1 - j")],
)
def test_no_correlation(at, tap):
    assert correlation(at, tap) == "nothing"


def test_a_correlation_reads_the_whole_signal_or_a_stretch():
    assert correlation("i + j", "j") == "x with k"
    assert correlation("j + i", "j", lanes="n") == "x[:len(k) + n - 1] with k"
    assert correlation("i + j + 2", "j", lanes="n", taps="3") == "x[2:n + 4] with k[:3]"


def test_a_convolution_takes_the_weights_from_the_last():
    assert correlation("i + j", "len(k) - 1 - j", flipped=True) == "x with k"
    assert correlation("i + j", "2 - j", taps="3", flipped=True) == "x[:len(x) - len(k) + 3] with k[:3]"


@pytest.mark.parametrize("loop", ["for i in range(n):\n    t += a[i, i]\n", "for i in range(len(a)):\n    t += a[i, i + 1]\n"])
def test_no_whole_diagonal(loop):
    assert diagonal_of(*read("t = 0.0\n" + loop)) is None


@pytest.mark.parametrize("body", ["u[i]", "u[i] / v[i]", "u[i] + v[i]", "c * u[i]"])
def test_no_contraction(body):
    assert contraction_of(read(f"t = 0.0\nfor i in range(n):\n    t += {body}\n")[0]) is None


def test_a_window_pays_to_optimize_and_a_small_product_does_not():
    nest = "for i in range(n):\n    for j in range(m):\n        w[i] += {}\n"
    window, plain = (contraction_of(read(nest.format(body))[0]) for body in ("x[i + j] * k[j]", "x[i, j] * k[j]"))
    assert (window.subscripts, window.pays_to_optimize) == ("ij,j->i", True)
    assert (plain.subscripts, plain.pays_to_optimize) == ("ij,j->i", False)
