"""Numbers of an array's own type, whatever that is, and values that all lanes choose alike."""

from __future__ import annotations

import copy
import textwrap

import numpy as np
import pytest
from program_runs import difference, loaded
from rewriting import function, rewrite

REWRITTEN = {
    "sum in the elements' type": (
        "x: np.ndarray",
        """
            total = x.dtype.type(0)
            for i in range(x.shape[0]):
                total += x[i]
            return total
        """,
        """
            total += x.sum(dtype=x.dtype)
        """,
    ),
    "sum that starts with an element": (
        "x: np.ndarray",
        """
            total = x[0]
            for i in range(1, len(x)):
                total += x[i]
            return total
        """,
        """
            total += x[1:].sum(dtype=x.dtype)
        """,
    ),
    "number of cmath": (
        "z: NDArray[np.complex128], angle: float",
        """
            turn = cmath.exp(1j * angle)
            out = np.zeros_like(z)
            for i in range(len(z)):
                out[i] = z[i] * turn
            return out
        """,
        """
            out = z * turn
        """,
    ),
    "chunks": (
        "x: NDArray[np.float32], out: NDArray[np.float32], size: int",
        """
            for start in range(0, len(x), size):
                chunk = x[start : start + size]
                peak = np.abs(chunk).max()
                for i in range(len(chunk)):
                    out[start + i] = chunk[i] / peak if peak > 0 else 0.0
        """,
        """
            for start in range(0, len(x), size):
                chunk = x[start:start + size]
                peak = np.abs(chunk).max()
                if peak > 0:
                    np.divide(chunk, peak, out=out[start:len(chunk) + start], casting="unsafe")
        """,
    ),
}


def whole(name: str) -> str:
    """The program."""
    parameters, text, _ = REWRITTEN[name]
    return function(parameters, text).replace("import math\n", "import cmath\n")


def fast_path(source: str) -> str:
    """What stands under the test of the rewrite."""
    new = rewrite(source)
    return new.partition(".ndim == 1")[2].partition(":\n")[2].partition("    else:\n        ")[0]


@pytest.mark.parametrize("name", REWRITTEN)
def test_it_is_rewritten(name: str) -> None:
    source = whole(name)
    assert textwrap.dedent(REWRITTEN[name][2]) in f"\n{textwrap.dedent(fast_path(source))}"


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, np.float32, np.float64, np.bool_, np.complex128])
@pytest.mark.parametrize("name", [n for n in REWRITTEN if n.startswith("sum")])
def test_sums_wrap_and_keep_their_type_as_the_loop_s_do(name: str, dtype: type) -> None:
    new = rewrite(whole(name))
    assert new != whole(name)
    for x in (np.arange(100).astype(dtype), np.array([3, 200, 90]).astype(dtype), np.ones(1, dtype)):
        first, second = copy.deepcopy(x), copy.deepcopy(x)
        with np.errstate(all="ignore"):
            assert difference("result", loaded(whole(name))(first), loaded(new)(second)) == ""
