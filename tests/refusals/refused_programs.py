"""Programs that are left alone, one for each refusal code, each with the edit that takes its reason away."""

from __future__ import annotations

from dataclasses import dataclass, replace

from autovec.options import Options

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\nD = NDArray[np.float64]\n\n\n"
CHECK = Options(verify=False, backend="numpy")


@dataclass(frozen=True, slots=True)
class Program:
    """A function that is left alone, the text in it that is the reason, and what stands there once the reason is gone."""

    text: str
    reason: str
    instead: str
    options: Options = CHECK


def program(*lines: str, reason: str, instead: str, options: Options = CHECK) -> Program:
    return Program(HEAD + "".join(f"{line}\n" for line in lines), reason, instead, options)


PROGRAMS = {
    "AV010": program(
        "def f(a):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        reason="def f(a)",
        instead="def f(a: NDArray[np.float64])",
    ),
    "AV011": program(
        "def f(A: NDArray[np.float64], b: NDArray[np.float64]):",
        "    for i in range(A.shape[0]):",
        "        A[i, :] = 2.0 * b",
        reason="2.0 * b",
        instead="2.0 * A[i, :]",
    ),
    "AV012": program(
        "def f(xs: list[int]):",
        "    return [x * x * x * x for x in xs]",
        reason="xs: list[int]",
        instead="xs: NDArray[np.int64]",
    ),
    "AV013": program(
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        a[i] = filtered(a[i])",
        reason="filtered(a[i])",
        instead="math.exp(a[i])",
    ),
    "AV014": program(
        "def f(a: NDArray[np.float64], places):",
        "    for i in places(9):",
        "        a[i] = 2.0 * a[i]",
        reason="places(9)",
        instead="range(9)",
    ),
    "AV015": program(
        "def f(a: NDArray[np.float64], n: int):",
        "    for i in range(n):",
        "        a[i] = 2.0 * (a[i] is not None)",
        reason="2.0 * (a[i] is not None)",
        instead="2.0 * a[i]",
    ),
    "AV020": program(
        "def f(a: NDArray[np.float64], b: NDArray[np.float64]):",
        "    for i in range(1, len(a)):",
        "        a[i] = math.sin(a[i - 1])",
        reason="math.sin(a[i - 1])",
        instead="math.sin(b[i])",
    ),
    "AV021": program(
        "def f(a: NDArray[np.float64]):",
        "    out = np.zeros(len(a))",
        "    level = 0.0",
        "    for i in range(len(a)):",
        "        level = math.sin(level + a[i])",
        "        out[i] = level",
        "    return out",
        reason="math.sin(level + a[i])",
        instead="math.sin(a[i])",
    ),
    "AV022": program(
        "def f(ix: NDArray[np.int64], w: NDArray[np.float64], n: int):",
        "    out = np.zeros(n, dtype=np.int64)",
        "    for i in range(len(ix)):",
        "        out[ix[i]] += w[i]",
        "    return out",
        reason="np.zeros(n, dtype=np.int64)",
        instead="np.zeros(n)",
    ),
    "AV023": program(
        "def f(A: NDArray[np.float64], B: NDArray[np.float64]):",
        "    n, m = A.shape",
        "    k, l = B.shape",
        "    for i in range(1, n):",
        "        A[i, 0] = 2.0 * B[i - 1, 0]",
        reason="B[i - 1, 0]",
        instead="B[i, 0]",
        options=replace(CHECK, guards=False),
    ),
    "AV024": program(
        "def f(a: NDArray[np.float64], out: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        out[i] = a[i - 1]",
        reason="range(len(a))",
        instead="range(1, len(a))",
    ),
    "AV030": program(
        "def f(a: NDArray[np.float64], n: int):",
        "    out = np.zeros(n)",
        "    for i in range(n):",
        "        out[i] = math.exp(a[i])",
        "        if out[i] > 2.0:",
        "            break",
        "        out[i] = 0.5 * out[i]",
        "    return out",
        reason="            break",
        instead="            out[i] = 0.0",
    ),
    "AV031": program(
        "def f(a: NDArray[np.float64], log):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        "        log.append(1).copy()",
        reason="        log.append(1).copy()\n",
        instead="",
    ),
    "AV033": program(
        "def f(a: NDArray[np.float64]):",
        "    out = [y for v in a if (y := math.fabs(v)) > 1.0]",
        "    return out, y",
        reason="return out, y",
        instead="return out",
    ),
    "AV034": program(
        "def f(a: NDArray[np.float64], b: NDArray[np.int64]):",
        "    out = np.zeros(len(b))",
        "    for i in range(len(b)):",
        "        if b[i] >= 0:",
        "            out[i] = a[b[i]]",
        "    return out",
        reason="        if b[i] >= 0:\n            out[i]",
        instead="        out[i]",
    ),
    "AV035": program(
        "def f(a: NDArray[np.float64]):",
        "    x = 2.0",
        "    k = 0",
        "    while k < len(a):",
        "        a[k] = 2.0 * x",
        "        k += 1 + (k > 3)",
        reason="1 + (k > 3)",
        instead="1",
    ),
    "AV036": program(
        "def f(tables: list[list[list[float]]]):",
        "    total = 0.0",
        "    for rows in tables:",
        "        for row in rows:",
        "            for x in row:",
        "                total += math.exp(x)",
        "    return float(total)",
        reason="tables: list[list[list[float]]]",
        instead="tables: NDArray[np.float64]",
    ),
    "AV041": program(
        "def f(A: NDArray[np.float64]):",
        "    out = []",
        "    for i in range(A.shape[0]):",
        "        out.append(A[i])",
        "    return out, A.shape[1]",
        reason="A[i])",
        instead="A[i, 0])",
    ),
    "AV050": program(
        "def f(xs: NDArray[np.float16]):",
        "    for i in range(1, len(xs)):",
        "        xs[i] = xs[i - 1] * xs[i]",
        reason="np.float16",
        instead="np.float64",
        options=replace(CHECK, backend="numba"),
    ),
    "AV061": program(
        "def f(xs: list[float]):",
        "    for i in range(len(xs)):",
        "        xs[i] = math.exp(xs[i])",
        reason="xs: list[float]",
        instead="xs: NDArray[np.float64]",
    ),
    "AV062": program(
        "def f(a: NDArray[np.float64]):",
        "    out = np.zeros(len(a))",
        "    for i in range(len(a)):",
        "        out[i] = math.exp(a[i])",
        "    return out",
        reason="math.exp",
        instead="math.sqrt",
        options=replace(CHECK, rounding="exact"),
    ),
}

# left alone without a word
SILENT = {
    "AV025": program(
        "def f(a):",
        "    if isinstance(a, np.ndarray) and a.ndim == 1:",
        "        a *= 2.0",
        "    else:",
        "        for i in range(a.shape[0]):",
        "            a[i] = 2.0 * a[i]",
        reason="isinstance(a, np.ndarray) and a.ndim == 1:\n        a *= 2.0",
        instead="a.shape[0] > 9:\n        a *= 3.0",
    ),
    "AV032": program(
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        try:",
        "            a[i] = 2.0 * a[i]",
        "        except ValueError:",
        "            pass",
        reason="        try:\n            a[i] = 2.0 * a[i]\n        except ValueError:\n            pass\n",
        instead="        a[i] = 2.0 * a[i]\n",
    ),
    "AV037": program(
        "@numba.njit",
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        reason="@numba.njit\n",
        instead="",
    ),
    "AV038": program(
        "def f(a: NDArray[np.float64]):",
        "    for i in range(len(a)):",
        "        a[i] = 2.0 * a[i]",
        "        yield i",
        reason="        yield i\n",
        instead="",
    ),
}
