"""A new array that is set whole: what is stored takes its place, converted where it may be of another dtype."""

from __future__ import annotations

import numpy as np
import pytest
from program_runs import loaded

from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file

HEAD = "import numpy as np\nfrom numpy.typing import NDArray\n\n\n"
GRAM = """\
def f(X: np.ndarray):
    n = X.shape[0]
    K = np.empty((n, n))
    for i, a in enumerate(X):
        for j, b in enumerate(X):
            K[i, j] = np.dot(a, b)
    return K
"""
COUNTS = """\
def f(X: NDArray[np.int64]):
    n = X.shape[0]
    K = np.empty(n)
    for i in range(n):
        K[i] = X[i]
    return K
"""
ROWS = """\
def f(table: NDArray[np.float64], ids: NDArray[np.int64]):
    out = np.zeros((len(ids), table.shape[1]))
    for i in range(len(ids)):
        for d in range(table.shape[1]):
            out[i, d] = table[ids[i], d]
    return out
"""
COPY = """\
def f(table: NDArray[np.float64]):
    out = np.zeros(table.shape)
    for i in range(table.shape[0]):
        for d in range(table.shape[1]):
            out[i, d] = table[i, d]
    return out
"""
PRODUCT = """\
def f(q: NDArray[np.float32], k: NDArray[np.float32]):
    out = np.zeros((q.shape[0], k.shape[0]))
    for i in range(q.shape[0]):
        for j in range(k.shape[0]):
            total = 0.0
            for d in range(q.shape[1]):
                total += q[i, d] * k[j, d]
            out[i, j] = total
    return out
"""


@pytest.mark.parametrize(
    ("loop", "line"),
    [
        (GRAM, "K = (X @ X.T).astype(np.float64, copy=False)"),
        (COUNTS, "K = X.astype(np.float64)"),
        (ROWS, "out = table[ids]"),
        (COPY, "out = table.copy()"),
        (PRODUCT, "total = q @ k.T"),  # no 0.0 in front: a sum of float32 is one without it
        (PRODUCT, "out = total.astype(np.float64)"),
    ],
)
def test_the_text(loop: str, line: str) -> None:
    report = analyse_file((HEAD + loop).encode(), "m.py", Options(verify=False, backend="numpy"), None)
    (rewrite,) = (f for f in report.findings if isinstance(f, Rewrite))
    assert line in [text.strip() for text in rewrite.edit.after.splitlines()]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int64", "uint8"])
def test_what_is_converted_has_the_values_and_the_dtype_of_the_loop(dtype: str) -> None:
    report = analyse_file((HEAD + GRAM).encode(), "m.py", Options(verify=False, backend="numpy"), None)
    old, new = loaded(HEAD + GRAM), loaded(report.after)
    for shape in ((3, 2), (1, 1), (0, 2), (2, 0)):
        X = np.arange(6)[: shape[0] * shape[1]].reshape(shape).astype(dtype)
        before, after = old(X), new(X)
        assert before.dtype == after.dtype == np.float64 and before.shape == after.shape and (before == after).all()
        assert not np.shares_memory(X, after)
