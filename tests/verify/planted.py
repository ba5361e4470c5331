"""Rewrites that are wrong on purpose, and legitimate ones: the data that the checker is checked with.

Each entry is a loop, a rewrite of it, and the contract; `why` says on which inputs a wrong one shows.
"""

from __future__ import annotations

from dataclasses import dataclass

from autovec.outcome import ArrayInput, Contract, Rounding, ScalarInput, Symbol

FLOATS = ("float64",)
SYMBOLS = (Symbol("n"),)


@dataclass(frozen=True, slots=True)
class Planted:
    name: str
    why: str
    old: str
    new: str
    contract: Contract
    rounding: Rounding = Rounding.EXACT


def array(name: str, *shape: str, dtypes: tuple[str, ...] = FLOATS, low: str = "", high: str = "") -> ArrayInput:
    return ArrayInput(name, "ndarray", dtypes, shape or ("n",), low, high)


def listed(name: str, *shape: str, kinds: tuple[str, ...] = ("float",), low: str = "", high: str = "") -> ArrayInput:
    return ArrayInput(name, "list", kinds, shape or ("n",), low, high)


def size(name: str) -> ScalarInput:
    return ScalarInput(name, ("int",), value=name)


def of(*inputs: ArrayInput | ScalarInput, out: tuple[str, ...] = (), symbols: str = "n", fresh: tuple[str, ...] = (),
       loose: tuple[str, ...] = ()) -> Contract:  # fmt: skip
    return Contract(tuple(Symbol(s) for s in symbols.split()), inputs, out, loose=loose, fresh=fresh)


X, Y, OUT, N = array("x"), array("y"), array("out"), size("n")
INDEX = array("index", dtypes=("int64",), low="-m", high="m")
BYTES = ("uint8", "int8")
HALVES = ("float64", "float32", "float16")
ALL = ("float64", "float32", "int64", "int32", "uint8", "int8", "bool")
NEAR = Rounding.REASSOCIATES

WRONG = (
    Planted("last dropped", "any input", "for i in range(n):\n    out[i] = x[i] * 2.0",
            "out[:n - 1] = x[:n - 1] * 2.0", of(X, OUT, N)),
    Planted("first dropped", "any input", "for i in range(n):\n    out[i] = x[i] + 1.0",
            "out[1:n] = x[1:n] + 1.0", of(X, OUT, N)),
    Planted("wrong axis when square", "equal sizes only",
            "for i in range(n):\n    s = 0.0\n    for j in range(m):\n        s += a[i, j]\n    out[i] = s",
            "out[:] = a.sum(axis=0) if n == m else a.sum(axis=1)",
            of(array("a", "n", "m"), OUT, N, size("m"), symbols="n m"), NEAR),
    Planted("sum in a narrow type", "a sum that it cannot hold",
            "t = np.zeros(1)\nfor i in range(n):\n    t[0] += x[i] * x[i]", "t = np.zeros(1)\nt[0] += (x * x).sum()",
            of(array("x", dtypes=("float16",)), N, out=("t",)), NEAR),
    Planted("product of matrices in a narrow type", "a total of a wider type",
            "for i in range(n):\n    for j in range(n):\n        out[i] += a[i, j] * x[j]",
            'if a.dtype.kind == x.dtype.kind == out.dtype.kind == "f":\n    out += a @ x\nelse:\n    for i in range(n):\n'
            "        for j in range(n):\n            out[i] += a[i, j] * x[j]",
            of(array("out", dtypes=HALVES), array("a", "n", "n", dtypes=HALVES), array("x", dtypes=HALVES), N, fresh=("out",)),
            NEAR),
    Planted("infinite factor in front of a sum", "an infinity", "t = 0.0\nfor i in range(n):\n    for j in range(m):\n"
            "        t += x[i] * a[i, j] * y[j]", "t = 0.0\nt += x @ a @ y",
            of(X, array("a", "n", "m"), array("y", "m"), N, size("m"), symbols="n m", out=("t",)), NEAR),
    Planted("a slice that should be empty", "a size of none beside one of more than two",
            "for i in range(n - 1):\n    out[i] = x[i] * y[i]", "out[:-1] = x[:max(n - 1, -1)] * y[:max(n - 1, 0)]",
            Contract((Symbol("k", at_least="n - 1"), Symbol("n")), (array("x", "k"), array("y", "k"), OUT, N), ())),
    Planted("NaN wins", "NaN", "best = -math.inf\nfor v in x:\n    if v > best:\n        best = v",
            "best = x.max(initial=-np.inf)", of(X, out=("best",)), NEAR),
    Planted("NaN loses", "NaN", "for i in range(n):\n    out[i] = max(x[i], y[i])",
            "out[:] = np.maximum(x, y)", of(X, Y, OUT, N), NEAR),
    Planted("int8 accumulator", "sums beyond 127", "t = 0\nfor i in range(n):\n    t += int(x[i])",
            "t = int(x.sum(dtype=x.dtype))", of(array("x", dtypes=BYTES), N, out=("t",))),
    Planted("int8 product in the dot", "products beyond 127", "t = 0\nfor i in range(n):\n    t += int(x[i]) * int(y[i])",
            "t = int(x @ y)", of(array("x", dtypes=("int8",)), array("y", dtypes=("int8",)), N, out=("t",))),
    Planted("repeated index", "repeated indices", "for i in range(n):\n    h[index[i]] += x[i]",
            "h[index] += x", of(INDEX, X, array("h", "m"), N, symbols="n m"), NEAR),
    Planted("first write wins", "repeated indices", "for i in range(n):\n    h[index[i]] = x[i]",
            "h[index[::-1]] = x[::-1]", of(INDEX, X, array("h", "m"), N, symbols="n m")),
    Planted("wraparound forgotten", "index -1", "for i in range(n):\n    out[i] = x[i] - x[i - 1]",
            "out[1:] = x[1:] - x[:-1]\nif n:\n    out[0] = x[0]", of(X, array("out"), N, fresh=("out",))),
    Planted("roll the other way", "any input", "for i in range(n):\n    out[i] = x[i - 1]",
            "out[:] = np.roll(x, -1)", of(X, OUT, N, fresh=("out",))),
    Planted("maximum of nothing", "empty", "best = 0.0\nfor v in x:\n    if v > best:\n        best = v",
            "best = max(0.0, x[np.argmax(x)]) if not np.isnan(x).any() else max([0.0, *x])", of(X, out=("best",))),
    Planted("dtype widened", "float32", "out = np.empty_like(x)\nfor i in range(n):\n    out[i] = x[i] + 1",
            "out = x + 1.0 * np.ones(n)", of(array("x", dtypes=("float64", "float32")), N, out=("out",))),
    Planted("list became array", "any input", "out = []\nfor v in x:\n    out.append(v * v)",
            "out = np.asarray(x) ** 2", of(listed("x"), out=("out",))),
    Planted("int became np.int64", "any input", "t = 0\nfor v in x:\n    if v > 0:\n        t += 1",
            "t = np.count_nonzero(x > 0) + np.int64(0)", of(X, out=("t",))),
    Planted("bool became np.bool_", "any input", "found = False\nfor v in x:\n    if v > 1.0:\n        found = True",
            "found = (x > 1.0).any()", of(X, out=("found",))),
    Planted("same array twice", "aliased arrays", "for i in range(1, n):\n    out[i] = x[i - 1] + 1.0",
            "out[1:] = x[:-1] + 1.0", of(X, OUT, N)),
    Planted("recurrence taken for a map", "any input", "for i in range(1, n):\n    x[i] = x[i] + 0.5 * x[i - 1]",
            "x[1:] = x[1:] + 0.5 * x[:-1]", of(X, N), NEAR),
    Planted("summed in float32", "float64 data", "t = 0.0\nfor i in range(n):\n    t += x[i]",
            "t = np.float64(x.astype(np.float32).sum(dtype=np.float64)) if n else 0.0", of(X, N, out=("t",)), NEAR),
    Planted("one-pass variance", "data far from zero",
            "m = 0.0\nfor i in range(n):\n    m += x[i]\nm = m / n\nv = 0.0\nfor i in range(n):\n    d = x[i] - m\n"
            "    v += d * d\nv = v / n",
            "m = x.sum() / n\nv = (x * x).sum() / n - m * m", of(X, N, out=("v",)), NEAR),
    Planted("Gram distance", "data far from zero",
            "for i in range(n):\n    s = 0.0\n    for k in range(m):\n        d = a[i, k] - b[i, k]\n"
            "        s += d * d\n    out[i] = s",
            "out[:] = (a * a).sum(1) + (b * b).sum(1) - 2 * (a * b).sum(1)",
            of(array("a", "n", "m"), array("b", "n", "m"), OUT, N, size("m"), symbols="n m"), NEAR),
    Planted("last of equal minima", "ties", "k = -1\nbest = math.inf\nfor i in range(n):\n    if x[i] < best:\n"
            "        best = x[i]\n        k = i",
            "k = -1\nif n and not np.isnan(x).any() and x.min() < np.inf:\n    k = n - 1 - int(np.argmin(x[::-1]))\n"
            "else:\n    best = math.inf\n    for i in range(n):\n        if x[i] < best:\n            best = x[i]\n"
            "            k = i",
            of(X, N, out=("k",))),
    Planted("NaN in argmax", "NaN", "k = 0\nfor i in range(n):\n    if x[i] > x[k]:\n        k = i",
            "k = int(np.argmax(x)) if n else 0", of(X, N, out=("k",))),
    Planted("floored, not truncated", "negative numbers", "for i in range(n):\n    out[i] = int(x[i])",
            "out[:] = np.floor(x)", of(X, array("out", dtypes=("int64",)), N)),
    Planted("remainder with the other sign", "negative numbers", "for i in range(n):\n    out[i] = x[i] % 3.0",
            "out[:] = np.fmod(x, 3.0)", of(X, OUT, N)),
    Planted("division truncated", "negative ints", "for i in range(n):\n    out[i] = x[i] // 2",
            "out[:] = np.trunc(x / 2)", of(array("x", dtypes=("int64",)), array("out", dtypes=("int64",)), N)),
    Planted("row above", "any input", "for i in range(1, n):\n    for j in range(m):\n        out[i, j] = a[i - 1, j]",
            "out[1:] = a[1:]", of(array("a", "n", "m"), array("out", "n", "m"), N, size("m"), symbols="n m")),
    Planted("input scaled in place", "any input", "for i in range(n):\n    out[i] = x[i] * x[i] + 1.0",
            "x *= x\nout[:] = x + 1.0", of(X, OUT, N)),
    Planted("store dropped", "any input", "for i in range(n):\n    y[i] = x[i] + 1.0\n    out[i] = y[i] * 2.0",
            "out[:] = (x + 1.0) * 2.0", of(X, Y, OUT, N, fresh=("x", "y", "out"))),
    Planted("scalar left behind", "any input", "t = 0.0\nfor i in range(n):\n    t = x[i] * 2.0\n    out[i] = t",
            "t = 0.0\nout[:] = x * 2.0", of(X, OUT, N, out=("t",))),
    Planted("loop variable when empty", "empty", "i = -5\nfor i in range(n):\n    out[i] = x[i]",
            "out[:] = x\ni = n - 1", of(X, OUT, N, out=("i",))),
    Planted("bound although empty", "empty", "for i in range(n):\n    out[i] = x[i]",
            "out[:] = x\ni = n - 1", of(X, OUT, N, out=("i",))),
    Planted("negative zero lost", "negative zero", "for i in range(n):\n    out[i] = -x[i]",
            "out[:] = 0.0 - x", of(X, OUT, N)),
    Planted("odd tail lost", "odd sizes", "for i in range(0, n, 2):\n    out[i // 2] = x[i]",
            "k = n // 2\nout[:k] = x[0:2 * k:2]", of(X, OUT, N, fresh=("out",))),
    Planted("block boundary", "64 and more", "for i in range(n):\n    out[i] = x[i] + 1.0",
            "for s in range(0, n, 64):\n    e = s + 63 if s + 64 < n else n\n    out[s:e] = x[s:e] + 1.0", of(X, OUT, N)),
    Planted("masked division warns", "zeros", "for i in range(n):\n    if y[i] != 0:\n        out[i] = x[i] / y[i]\n"
            "    else:\n        out[i] = 0.0",
            "out[:] = np.where(y != 0, x / y, 0.0)", of(X, Y, OUT, N)),
    Planted("stores after the break", "values above the limit", "for i in range(n):\n    if x[i] > 1.5:\n"
            "        break\n    out[i] = x[i]",
            "out[:] = np.where(x > 1.5, out, x)", of(X, OUT, N)),
    Planted("count after the break", "values above the limit", "c = 0\nfor v in x:\n    if v > 1.5:\n        break\n    c += 1",
            "c = int(np.count_nonzero(~(x > 1.5)))", of(X, out=("c",))),
    Planted("memory order", "Fortran order", "k = 0\nfor i in range(n):\n    for j in range(m):\n"
            "        out[k] = a[i, j]\n        k += 1",
            "out[:] = a.ravel(order='K')\nk = a.size",
            of(array("a", "n", "m"), array("out", "n * m"), N, size("m"), out=("k",), symbols="n m")),
    Planted("big ints", "beyond 64 bits", "t = 0\nfor v in x:\n"
            "    t += v", "t = int(np.sum(np.array(x, dtype=object).astype(np.float64)))",
            of(listed("x", kinds=("int",)), out=("t",))),
    Planted("ints wrap", "beyond 64 bits", "t = 1\nfor v in x:\n    t = t * v",
            "t = 1\nfor v in x:\n    t = t * v if abs(t * v) < 2 ** 63 else int(np.int64((t * v) % 2 ** 63))",
            of(listed("x", kinds=("int",)), out=("t",))),
    Planted("kind of a mixed list", "ints among floats", "out = []\nfor v in x:\n    out.append(v + 1)",
            "out = (np.array(x, dtype=float) + 1).tolist()", of(listed("x", kinds=("int", "float")), out=("out",))),
    Planted("view instead of copy", "any input", "out = np.empty(n)\nfor i in range(n):\n    out[i] = x[i]",
            "out = x[:n]", of(X, N, out=("out",))),
    Planted("copy instead of the input", "any input", "for i in range(n):\n    x[i] = x[i] + 1.0\nout = x",
            "x += 1.0\nout = x.copy()", of(X, N, out=("out",))),
    Planted("one row many times", "identity of rows", "out = []\nfor i in range(n):\n    out.append([0.0] * m)",
            "out = [[0.0] * m] * n", of(N, size("m"), out=("out",), symbols="n m")),
    Planted("short circuit at the edge", "first element", "c = 0\nfor i in range(n):\n"
            "    if i > 0 and x[i - 1] < x[i]:\n        c += 1",
            "c = int(np.count_nonzero(np.roll(x, 1) < x))", of(X, N, out=("c",))),
    Planted("half up", "halves", "for i in range(n):\n    out[i] = round(x[i])",
            "out[:] = np.floor(x + 0.5)", of(X, OUT, N)),
    Planted("unsigned difference", "unsigned bytes", "for i in range(n):\n    out[i] = abs(int(x[i]) - int(y[i]))",
            "out[:] = np.abs(x - y)",
            of(array("x", dtypes=BYTES), array("y", dtypes=BYTES), array("out", dtypes=("int64",)), N)),
    Planted("clip with crossed limits", "low above high", "for i in range(n):\n    out[i] = min(max(x[i], a), b)",
            "out[:] = np.clip(x, min(a, b), max(a, b))",
            of(X, OUT, N, ScalarInput("a", ("float",)), ScalarInput("b", ("float",)))),
    Planted("wrong constant", "any input", "t = 0.0\nfor i in range(n):\n    t = 0.9 * t + x[i]",
            "t = 0.0\nfor i in range(n):\n    t = 0.9000000000001 * t + x[i]", of(X, N, out=("t",)), NEAR),
    Planted("smallest dropped", "any input", "t = 0.0\nfor i in range(n):\n    t += x[i]",
            "t = 0.0\nif n:\n    t = np.float64(np.delete(x, np.abs(x).argmin()).sum())", of(X, N, out=("t",)), NEAR),
    Planted("median of an even count", "even sizes", "s = sorted(x)\nif n > 0:\n    t = s[n // 2]",
            "if n > 0:\n    t = np.median(x)", of(X, N, out=("t",)), NEAR),
    Planted("transposed window", "kernels that are not symmetric",
            "for i in range(n - m + 1):\n    s = 0.0\n    for k in range(m):\n        s += x[i + k] * w[k]\n    out[i] = s",
            "out[:n - m + 1] = np.convolve(x, w, 'valid')",
            Contract((Symbol("n", at_least="m"), Symbol("m", window=True)),
                     (array("x"), array("w", "m"), array("out"), size("n"), size("m")), (), fresh=("out",)), NEAR),
    Planted("float32 accumulator", "float32 data", "t = 0.0\nfor i in range(n):\n    t += float(x[i])",
            "t = float(x.sum())", of(array("x", dtypes=("float32",)), N, out=("t",)), NEAR),
    Planted("silent where the loop raises on nothing", "any input", "for i in range(n):\n    out[i] = x[i]",
            "out[:] = x\nif n == 17:\n    raise ValueError('seventeen')", of(X, OUT, N)),
)  # fmt: skip

RIGHT = (
    Planted("scaled", "", "for i in range(n):\n    out[i] = x[i] * 2.0 + 1.0", "out[:n] = x[:n] * 2.0 + 1.0", of(X, OUT, N)),
    Planted("every dtype", "", "for i in range(n):\n    out[i] = x[i]", "out[:] = x",
            of(array("x", dtypes=("int32", "uint8", "bool", "float32")), OUT, N)),
    Planted("sum", "", "t = 0.0\nfor i in range(n):\n    t += x[i]", "t = 0.0\nif n:\n"
            "    t = x.sum()", of(X, N, out=("t",)), NEAR),
    Planted("sum, loose", "", "t = 0.0\nfor i in range(n):\n"
            "    t += x[i]", "t = x.sum()", of(X, N, out=("t",), loose=("t",)), NEAR),
    Planted("dot", "", "t = 0.0\nfor i in range(n):\n"
            "    t += x[i] * y[i]", "t = 0.0 + np.dot(x, y)", of(X, Y, N, out=("t",)), NEAR),
    Planted("row sums", "", "for i in range(n):\n    s = 0.0\n    for j in range(m):\n        s += a[i, j]\n    out[i] = s",
            "out[:] = a.sum(axis=1)", of(array("a", "n", "m"), OUT, N, size("m"), symbols="n m", fresh=("out",)), NEAR),
    Planted("matrix times vector", "",
            "for i in range(n):\n    s = 0.0\n    for j in range(m):\n        s += a[i, j] * v[j]\n    out[i] = s",
            "out[:] = a @ v", of(array("a", "n", "m"), array("v", "m"), OUT, N, size("m"), symbols="n m", fresh=("out",)), NEAR),
    Planted("histogram", "", "for i in range(n):\n    h[index[i]] += x[i]", "np.add.at(h, index, x)",
            of(INDEX, X, array("h", "m"), N, symbols="n m", fresh=("h",))),
    Planted("count", "", "t = 0\nfor v in x:\n    if v > 0:\n"
            "        t += 1", "t = int(np.count_nonzero(x > 0))", of(X, out=("t",))),
    Planted("maximum as the loop has it", "", "best = -math.inf\nfor v in x:\n    if v > best:\n        best = v",
            "best = np.fmax.reduce(x, initial=-np.inf)", of(X, out=("best",)), NEAR),
    Planted("masked division", "", "for i in range(n):\n    if y[i] != 0:\n        out[i] = x[i] / y[i]\n    else:\n"
            "        out[i] = 0.0",
            "np.divide(x, y, out=out, where=y != 0)\nout[y == 0] = 0.0", of(X, Y, OUT, N, fresh=("out", "y"))),
    Planted("running sum", "", "t = 0.0\nfor i in range(n):\n    t += x[i]\n    out[i] = t", "out[:] = np.cumsum(x)",
            of(X, OUT, N), NEAR),
    Planted("list comprehension", "", "out = []\nfor v in x:\n    out.append(v * v)", "out = [v * v for v in x]",
            of(listed("x", kinds=("int", "float")), out=("out",))),
    Planted("two-pass variance", "",
            "m = 0.0\nfor i in range(n):\n    m += x[i]\nm = m / n\nv = 0.0\nfor i in range(n):\n    d = x[i] - m\n"
            "    v += d * d\nv = v / n",
            "m = x.sum() / n\nv = ((x - m) ** 2).sum() / n", of(X, N, out=("v",)), NEAR),
    Planted("exponential", "", "for i in range(n):\n    out[i] = math.exp(-x[i] * x[i])", "out[:] = np.exp(-x * x)",
            of(X, OUT, N), Rounding.APPROXIMATES),
    Planted("correlation", "",
            "for i in range(n - m + 1):\n    s = 0.0\n    for k in range(m):\n        s += x[i + k] * w[k]\n    out[i] = s",
            "out[:n - m + 1] = np.correlate(x, w, 'valid')",
            Contract((Symbol("n", at_least="m"), Symbol("m", window=True)),
                     (array("x"), array("w", "m"), array("out"), size("n"), size("m")), (), fresh=("out",)), NEAR),
    Planted("attribute", "", "for i in range(len(self.x)):\n    self.total += self.x[i]", "self.total += self.x.sum()",
            of(array("self.x"), ScalarInput("self.total", ("float",)), out=("self.total",), loose=("self.total",)), NEAR),
    Planted("first hit", "", "k = -1\nfor i in range(n):\n    if x[i] > 0.5:\n        k = i\n        break",
            "hits = np.flatnonzero(x > 0.5)\nk = int(hits[0]) if hits.size else -1", of(X, N, out=("k",))),
    Planted("early return", "", "for i in range(n):\n    if x[i] < 0:\n        return i\nreturn -1",
            "hits = np.flatnonzero(x < 0)\nreturn int(hits[0]) if hits.size else -1", of(X, N)),
)  # fmt: skip
