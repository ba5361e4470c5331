"""Small programs whose rewrites were wrong once: a rewrite's text is compared with the loop, without the checker."""

from __future__ import annotations

import copy
import textwrap

import numpy as np
import pytest
from mended_scalars import SCALARS
from mended_stores import STORES, F, G, J, L, U, f8
from program_runs import difference, loaded

from autovec.options import Options
from autovec.pipeline import analyse_file

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\n"

CASES = {
    **STORES,
    **SCALARS,
    "text is empty: list index out of range": (f"""
        def f(b: {F}, n: int):
            for i in range(n):
                t = b[i]
        """, {"b": f8(1, 2), "n": 2}),
    "element name is read behind the loop": (f"""
        def f(c: {F}, n: int):
            s = 0.0
            for x in c:
                for j in range(0, n, 2):
                    t = x
            for k in range(3):
                s += x
            return s
        """, {"c": f8(1, 2), "n": 2}),
    "element name is read behind the inner loop": (f"""
        def f(a: {F}, b: {F}):
            for i in range(len(a)):
                t = 0.0
                for x in b:
                    t += x
                a[i] += x
        """, {"a": f8(1, 2), "b": f8(1, 2, 3)}),
    "unique name of a loop variable in the text": (f"""
        def f(b: {L}, B: {U}, n: int):
            out = [0] * n
            for i in range(0, n, 2):
                for x in b:
                    out[i] -= B[i - 1, i]
                    for k in range(1, n - 1):
                        B[i, k] = x
            return out
        """, {"b": np.array([1, 2]), "B": np.ones((4, 4), np.uint8), "n": 4}),
    "element read although the inner loop does not run": (f"""
        def f(a: {F}, c: {F}, n: int, m: int):
            for i in range(m):
                for j in range(i + 1, n):
                    c[i] += a[i]
        """, {"a": f8(1, 2), "c": f8(1, 2), "n": 2, "m": 5}),
    "element stored although the loop does not run": (f"""
        def f(b: {L}, a: {F}):
            for x in b:
                a[0] += 0.5
        """, {"a": f8(), "b": np.array([], dtype=np.int64)}),
    "sum stored although the loop does not run": (f"""
        def f(out: {F}, b: {F}):
            for x in b:
                out[1] += x
        """, {"out": f8(1), "b": f8()}),
    "row stored although the loop does not run": (f"""
        def f(B: {F}, a: {F}, c: {F}):
            for i in range(len(a)):
                B[0, i] = c[i]
        """, {"B": np.zeros((0, 0)), "a": f8(), "c": f8()}),
    "gather although the outer loop does not run": (f"""
        def f(a: {F}, b: {F}, B: {F}):
            for i, x in enumerate(a):
                for j in range(len(b)):
                    B[j, j + 1] -= b[j]
        """, {"a": f8(), "b": f8(1, 2), "B": np.zeros((0, 0))}),
    "slices of unequal length although a loop does not run": (f"""
        def f(A: {F}, B: {F}, b: {F}):
            for i in range(3):
                for j in range(A.shape[0]):
                    B[j, i] += b[i]
        """, {"A": np.zeros((0, 0)), "B": np.zeros((0, 0)), "b": f8(1, 2, 3)}),
    "slices of unequal length, the inner loop does not run": (f"""
        def f(A: {F}, b: {F}, n: int):
            for k in range(3):
                for l in range(n):
                    A[k, l] = b[2 * k]
        """, {"A": np.zeros((3, 0)), "b": f8(), "n": 0}),
    "condition reads the variable of the loop below it": (f"""
        def f(A: {F}, B: {F}, n: int):
            for i in range(1, n, 3):
                for j in range(i, n):
                    A[i, j] = B[i, j]
        """, {"A": np.zeros((4, 4)), "B": np.ones((4, 4)), "n": 4}),
    "condition reads the variable of the loop below it, list": (f"""
        def f(a: {L}, n: int):
            rows = []
            for i in range(n - 1, -1, -1):
                for j in range(i + 1, n):
                    rows.append(a[j] - a[i])
            return rows
        """, {"a": np.array([3, 1, 2]), "n": 3}),
    "integer element truncated once instead of each time": (f"""
        def f(A: {L}, n: int):
            for i in range(len(A)):
                for j in range(n):
                    A[i] += 0.75
        """, {"A": np.array([3, 1, 2]), "n": 3}),
    "integer element truncated once, a vector": (f"""
        def f(A: {L}, b: {F}):
            for i in range(len(A)):
                for j in range(len(b)):
                    A[i] += b[j]
        """, {"A": np.array([3, 1, 2]), "b": f8(0.75, 0.75)}),
    "kind of an accumulator after no iteration": (f"""
        def f(a: {G}, n: int):
            s = a[0]
            for i in range(2, n):
                s += i
            return s
        """, {"a": np.ones(2, np.float32), "n": 0}),
    "kind of an accumulator, loop variable as a number": (f"""
        def f(A: {J}, n: int):
            s = -math.inf
            for i in range(n):
                s = max(s, A[i] - i)
            return s
        """, {"A": np.array([4, 5], dtype=np.int32), "n": 2}),
    "out= is a gather, which is a copy": (f"""
        def f(a: {F}, b: {F}, B: {F}, idx: {L}):
            for i in range(len(a)):
                B[i, i] = a[i] + b[i]
        """, {"a": f8(1, 2), "b": f8(1, 2), "B": np.zeros((2, 2)), "idx": np.array([1, 0])}),
    "out= is an element": (f"""
        def f(a: {F}, b: {F}, c: {F}):
            for i in range(len(a)):
                for j in range(i):
                    c[j] = c[j] + 1.0
                b[i] = a[i] // c[i]
                c[i] += b[i - 1]
        """, {"a": f8(1, 2), "b": f8(1, 2), "c": f8(1, 2)}),
    "out= of an element, two loops": (f"""
        def f(a: {U}, A: {F}, n: int):
            for i in range(n):
                for j in range(1, n):
                    a[j] = 1
                a[i] += A[i, i]
        """, {"a": np.ones(3, np.uint8), "A": np.ones((3, 3)), "n": 3}),
    "extreme of the loop variable is no int": ("""
        def f(n: int):
            s = 1.0
            for i in range(-1, n - 1):
                if i > s:
                    s = i
            return s
        """, {"n": 5}),
    "product in the array's dtype although the target is wider": (f"""
        def f(c: {F}, A: {U}, n: int):
            for i in range(n):
                for j in range(A.shape[1]):
                    c[i] *= A[i, j]
        """, {"c": f8(1, 2), "A": np.full((2, 4), 20, np.uint8), "n": 2}),
    "stride 2, sum of no elements": (f"""
        def f(c: {G}, n: int):
            s = 0.0
            for i in range(0, n, 2):
                s += c[i + 2]
            return s
        """, {"c": np.ones(4, np.float32), "n": 0}),
    "a loop variable is a weak int: uint8 - i wraps": (f"""
        def f(A: {U}, n: int):
            s = 1.0
            for i in range(n):
                s += A[i + 1, i] - i
            return s
        """, {"A": np.zeros((5, 5), np.uint8), "n": 4}),
    "repeated subtraction as a product in uint8": (f"""
        def f(a: {F}, c: {U}):
            s = 0.0
            for x in a:
                s -= c[0]
            return s
        """, {"a": np.zeros(4), "c": np.array([200], dtype=np.uint8)}),
    "sum of a slice subtracted from an integer element at once": (f"""
        def f(a: {J}, b: {F}, n: int):
            for i, x in enumerate(a):
                for j in range(i + 1, n):
                    a[i] -= b[j + i]
        """, {"a": np.array([1, 0, -4], np.int32), "b": f8(-1.75, 2.5, 0.5, 0.5, -2.25, 1.0, -3.75), "n": 3}),
    "out= is a gather, division": (f"""
        def f(a: {F}, b: {F}, A: {F}, n: int):
            for i in range(n - 1):
                A[i, n - i] = a[i] / b[i]
        """, {"a": f8(5, 3), "b": f8(2, 4), "A": np.zeros((2, 5)), "n": 2}),
    "sum of Python integers into what may be one": (f"""
        def f(c: {F}, n: int, w: float):
            s = w
            for i in range(n):
                for j, x in enumerate(c):
                    s += j
            return s
        """, {"c": f8(1, 2, 3), "n": 2, "w": 3}),
    "extreme and a place that nobody asks for": (f"""
        def f(a: {G}, b: {G}, n: int, m: int, q: int):
            s = 0
            for x, y in zip(a, b):
                for j in reversed(range(n)):
                    for k in range(m):
                        if b[j] < s:
                            s = b[j]
                            q = k
            return s
        """, {"a": np.zeros(2, np.float32), "b": np.array([0.75, -1.0, 0], np.float32), "n": 2, "m": 5, "q": 0}),
    "name of an inner loop returned by the next iteration": (f"""
        def f(a: {F}, c: {F}, n: int):
            for y in c:
                for j in range(n):
                    if a[j - 1] <= 0.5:
                        return t
                    for k in range(3):
                        t = y
        """, {"a": f8(2, 0, 1, 3), "c": f8(1.25, 3), "n": 4}),
    "test of one element in front of a loop that does not run": (f"""
        def f(b: {J}, c: {F}, q: int):
            for x, y in zip(b, c):
                if b[1] < 2.0:
                    t = b[q]
        """, {"b": np.array([1], np.int32), "c": f8(), "q": 0}),
    "positional width of a loop variable in an array operation": (f"""
        def f(a: {U}, n: int):
            out = []
            for i in range(n):
                out.append(a[i] * i)
            return out
        """, {"a": np.array([200, 200, 200], dtype=np.uint8), "n": 3}),
    "an element that is a row of one number, as a subscript": ("""
        def f(labels: np.ndarray, n: int):
            out = np.zeros((len(labels), n))
            for i in range(len(labels)):
                out[i, labels[i]] = 1.0
            return out
        """, {"labels": np.array([[2], [0], [1]]), "n": 3}),
    "a boolean as a subscript": ("""
        def f(labels: np.ndarray, n: int):
            out = np.zeros((len(labels), n))
            for i in range(len(labels)):
                out[i, labels[i]] = 1.0
            return out
        """, {"labels": np.array([True, False, True]), "n": 3}),
    "an element that is a row of one number, in a condition": ("""
        def f(a: np.ndarray):
            gains = 0.0
            for v in a:
                if v > 0:
                    gains += v
            return gains
        """, {"a": np.array([[2.0], [-1.0], [3.0]])}),
    "an element that is a row of one number, chosen by a filter": ("""
        def f(a: np.ndarray, limit: float):
            return np.array([v * v for v in a if v > limit])
        """, {"a": np.array([[2.0], [-1.0], [3.0]]), "limit": 0.0}),
    "an element that is a row of one number, compared with another": ("""
        def f(a: np.ndarray, b: np.ndarray):
            hits = 0
            for i in range(len(a)):
                if a[i] > b[i]:
                    hits += 1
            return hits
        """, {"a": np.array([[2.0], [-1.0], [3.0]]), "b": f8(0, 2, 1)}),
    "a list that is set up and read by what fills it": ("""
        def f(n: int):
            out = [0.0] * n
            for i in range(n):
                out[i] = out[i]
            return out
        """, {"n": 3}),
    "an array that is set up and read by what fills it": (f"""
        def f(a: {F}):
            out = np.zeros(len(a))
            for i in range(len(a)):
                out[i] = abs(out[i]) + a[i]
            return out
        """, {"a": f8(1, -2)}),
    "positions in the name of a counter": (f"""
        def f(a: {F}, A: {F}, n: int):
            s = 0.0
            for x in a:
                j = 0
                while j < n:
                    s += a[j] + A[j, j] * A[j + 1, j]
                    j += 1
            return s
        """, {"a": f8(1, -2), "A": np.arange(12.0).reshape(4, 3), "n": 2}),
    "repeated addition to what is no float any more": (f"""
        def f(a: {L}, n: int):
            s = 1.0
            for i in range(n):
                s = max(s, a[i])
                for x in a:
                    s += a[i]
            return s
        """, {"a": np.array([8, 9]), "n": 2}),
    "repeated addition of a narrow float": (f"""
        def f(a: {G}, out: {F}):
            for i in range(len(a)):
                for k in range(3):
                    out[i] += a[0] / a[i]
        """, {"a": np.array([0.75, 0.7], dtype=np.float32), "out": np.zeros(2)}),
    "a name for a mask in a comprehension": ("""
        def g(x):
            if x >= 0:
                return 1 / (1 + math.exp(-x))
            e = math.exp(x)
            return e / (1 + e)

        def f(a: np.ndarray):
            return np.array([g(v) for v in a])
        """, {"a": f8(-800, 0.5, 800)}),
    "an update at places that are data, by a remainder": (f"""
        def f(B: {J}, c: {F}, n: int):
            for i in range(len(c)):
                for j in range(n - 1):
                    B[j + 1, j] *= 7.5 % c[i]
        """, {"B": np.arange(1, 13, dtype=np.int32).reshape(4, 3), "c": f8(2, 4), "n": 3}),
    "positions subtracted from narrow integers": (f"""
        def f(c: {U}, n: int):
            for i in range(n):
                c[i] -= i
        """, {"c": np.array([8, 0, 2], dtype=np.uint8), "n": 3}),
    "a row read backwards": (f"""
        def f(c: {F}, B: {F}, n: int, m: int):
            for i in range(2, n + 1):
                for j in range(min(n, m)):
                    c[j] = B[i, n - j]
        """, {"c": f8(1, 2, 3), "B": np.arange(9.0).reshape(3, 3), "n": 2, "m": 2}),
    "narrow integers added to what may be a float": (f"""
        def f(b: {U}, w: float):
            s = w
            for x in b:
                s += x
            return s
        """, {"b": np.array([200, 100], dtype=np.uint8), "w": 0.5}),
    "what a lane held before it is handed on": (f"""
        def f(B: {F}, n: int):
            out = np.zeros(len(B))
            for i in range(len(B)):
                s = 0.0
                for k in range(n):
                    t = s
                    s = t * 0.5 + B[i, k]
                    out[i] += t
            return out
        """, {"B": np.arange(6.0).reshape(2, 3), "n": 3}),
    "a count that starts as a float": (f"""
        def f(a: {F}, m: NDArray[np.bool_], n: int):
            s = 0.0
            t = 0.0
            for i in range(n):
                if a[i] > 1.0:
                    s += 1
            for i in range(n):
                t += m[i]
            return s, t
        """, {"a": f8(1, 2, 3), "m": np.array([True, False, True]), "n": 3}),
    "counters added up as a float": ("""
        def f(n: int):
            s = 0.0
            for i in range(-1, n - 1):
                for j in range(n):
                    s += j
            return s
        """, {"n": 3}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_rewrite_does_what_the_loop_does(name: str) -> None:
    source, inputs = CASES[name]
    before = HEAD + textwrap.dedent(source)
    report = analyse_file(
        before.encode(), "program.py", Options(verify=False, backend="numpy" if name in SCALARS else "auto"), None
    )
    assert not [f for f in report.findings if getattr(getattr(f, "refusal", None), "code", "") == "AV007"], report.findings
    first, second = copy.deepcopy(inputs), copy.deepcopy(inputs)
    with np.errstate(all="ignore"):
        expected, found = loaded(before)(**first), loaded(report.after)(**second)
    print(report.after)
    assert (difference("result", expected, found) or difference("arguments", first, second)) == ""
