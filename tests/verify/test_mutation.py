"""The ways to break a rewrite: each gives another text, and the fallback stays whole."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

SPEC = importlib.util.spec_from_file_location("mutation", Path(__file__).parents[2] / "benchmarks" / "mutation.py")
assert SPEC is not None and SPEC.loader is not None
mutation = importlib.util.module_from_spec(SPEC)
sys.modules["mutation"] = mutation
SPEC.loader.exec_module(mutation)


def broken(text: str, old: str = "pass") -> list[str]:
    return sorted(f"{m.kind}: {m.text.strip()}" for m in mutation.mutants(text, old))


def test_what_is_broken_in_a_sum_over_an_axis() -> None:
    assert [m for m in broken("s = (a - b).sum(axis=1)") if "narrow" not in m] == [
        "axis= dropped: s = (a - b).sum()",
        "off by one: s = (a - b).sum(axis=0)",
        "off by one: s = (a - b).sum(axis=2)",
        "operand dropped: s = a.sum(axis=1)",
        "operands swapped: s = (b - a).sum(axis=1)",
        "statement dropped: pass",
        "wrong function (other): s = (a - b).mean(axis=1)",
        "wrong function (other): s = (a - b).prod(axis=1)",
        "wrong operator: s = (a + b).sum(axis=1)",
    ]


def test_masks_slices_and_scatters() -> None:
    found = broken("out[1:n] = np.where(m, a, b)\nnp.add.at(c, i, v)")
    assert "mask dropped: out[1:n] = a\nnp.add.at(c, i, v)" in found
    assert "mask inverted: out[1:n] = np.where(m, b, a)\nnp.add.at(c, i, v)" in found
    assert "slice off by one: out[1:n - 1] = np.where(m, a, b)\nnp.add.at(c, i, v)" in found
    assert "rebinds instead of storing: out = np.where(m, a, b)\nnp.add.at(c, i, v)" in found
    assert "scatter without repeats: out[1:n] = np.where(m, a, b)\nc.__setitem__(i, v)" in found


def test_the_loop_behind_a_test_stays_whole() -> None:
    loop = "for i in range(n):\n    y[i] = x[i] * 2"
    text = "if x.ndim == 1:\n    y[:n] = x * 2\nelse:\n    for i in range(n):\n        y[i] = x[i] * 2\n"
    found = mutation.mutants(text, loop)
    assert found and all("    for i in range(n):\n        y[i] = x[i] * 2" in m.text for m in found)
    assert any(m.kind == "guard: comparison at ties" for m in found)
