"""Lists of lists: they become arrays where their rows are equally long, and else the loop runs."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable
from typing import cast

import pytest
from rewriting import function, reasons, rewrite

from autovec.options import Options
from autovec.pipeline import analyse_file

ROWS = "A: list[list[float]], B: list[list[float]], x: list[float]"

PRODUCT = """
C = [[0.0] * len(B[0]) for _ in range(len(A))]
for i in range(len(A)):
    for j in range(len(B[0])):
        for k in range(len(B)):
            C[i][j] += A[i][k] * B[k][j]
return C
"""
ROW_BY_ROW = """
C = []
for i in range(len(A)):
    row = []
    for j in range(len(B)):
        row.append(A[i][j] + 0.5 * B[i][j])
    C.append(row)
return C
"""
ROWS_OF_SUMS = """
C = []
for row in A:
    new = []
    for j in range(len(B[0])):
        t = 0.0
        for k in range(len(B)):
            t += row[k] * B[k][j]
        new.append(t)
    C.append(new)
return C
"""
BY_ROWS = """
y = []
for row in A:
    s = 0.0
    for a, b in zip(row, x):
        s += a * b
    y.append(s)
return y
"""
TOTAL = "t = 0.0\nfor row in A:\n    for v in row:\n        t += v * v\nreturn t\n"
COLUMNS = "s = [0.0] * len(A[0])\nfor i in range(len(A)):\n    for j in range(len(A[0])):\n        s[j] += A[i][j]\nreturn s\n"
OUTER = """
C = [[0.0 for _ in x] for _ in range(len(x))]
for i in range(len(x)):
    for j in range(len(x)):
        C[i][j] = x[i] * x[j] * 0.5
return C
"""
ALL = {"product": PRODUCT, "rows of sums": ROWS_OF_SUMS, "row by row": ROW_BY_ROW, "by rows": BY_ROWS, "total": TOTAL,
       "columns": COLUMNS, "outer": OUTER}  # fmt: skip
Table = list[list[float]]


def compiled(source: str) -> Callable[[Table, Table, list[float]], object]:
    names: dict[str, object] = {}
    exec(source, names)
    return cast("Callable[[Table, Table, list[float]], object]", names["f"])


def outcome(f: Callable[[Table, Table, list[float]], object], args: tuple[Table, Table, list[float]]) -> tuple[object, object]:
    mine = copy.deepcopy(args)
    try:
        return f(*mine), mine
    except (IndexError, ValueError) as error:
        return type(error), None


def alike(a: object, b: object) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        one, other = cast("list[object]", a), cast("list[object]", b)
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(a, float):
        return isinstance(b, float) and math.isclose(a, b, rel_tol=1e-12)
    return a == b


def tables(seed: int) -> tuple[Table, Table, list[float]]:
    """Square and oblong tables, ragged ones, empty ones, and such that hold integers, too."""
    r = random.Random(seed)
    n, m, p = (r.randrange(4) if r.random() < 0.3 else r.randrange(1, 6) for _ in range(3))

    def number() -> float:
        return r.randrange(-5, 6) if seed % 3 == 0 else r.uniform(-5.0, 5.0)

    A, B = ([[number() for _ in range(width)] for _ in range(height)] for height, width in ((n, m), (m, p)))
    if r.random() < 0.3 and A:
        A[r.randrange(len(A))].append(number())
    return A, B, [number() for _ in range(m)]


@pytest.mark.parametrize("text", ALL.values(), ids=ALL.keys())
def test_a_table_becomes_an_array(text: str) -> None:
    source = function(ROWS, text)
    new = rewrite(source)
    assert new != source
    before, after = compiled(source), compiled(new)
    returned = 0
    for seed in range(300):
        expected, left = outcome(before, tables(seed))
        found, mine = outcome(after, tables(seed))
        if isinstance(expected, type):
            continue  # what happens where the loop raises is not promised
        returned += 1
        assert alike(expected, found) and alike(left, mine), (tables(seed), expected, found)
    assert returned > 100


def test_a_product_of_tables_is_a_matrix_product() -> None:
    assert "C = (A_array[:, :len(B)] @ B_array).tolist()" in rewrite(function(ROWS, PRODUCT))


@pytest.mark.parametrize(
    "text",
    [
        OUTER.replace(" * 0.5", ""),  # of integers it is a table of integers
        PRODUCT.replace("0.0", "0"),
        ROW_BY_ROW.replace("row = []", "row = A[i]"),
    ],
)
def test_what_stays_a_loop(text: str) -> None:
    assert reasons(function(ROWS, text))


def test_rows_that_are_read_through_their_table_are_no_new_lists() -> None:
    """`C[0]` is the first row, which grows on."""
    text = "C = []\nt = 0.0\nfor i in range(len(x)):\n    row = []\n    C.append(row)\n"
    text += "    for v in x:\n        row.append(v * 0.5)\n"
    source = function(ROWS, text + "        t += len(C[0])\nreturn t\n")
    report = analyse_file(source.encode(), "f.py", Options(verify=False), None)
    before, after = compiled(source), compiled(report.after)
    for seed in range(60):
        assert alike(*(outcome(f, tables(seed))[0] for f in (before, after)))
