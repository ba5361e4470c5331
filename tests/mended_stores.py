"""Small programs around stores, counters and narrow integers whose rewrites were wrong once, and what they are written with."""

from __future__ import annotations

import numpy as np

F, G, L, J, U = (f"NDArray[np.{d}]" for d in ("float64", "float32", "int64", "int32", "uint8"))


def f8(*x: float) -> np.ndarray:
    return np.array(x, dtype=np.float64)


STORES = {
    "places outside an array in a loop whose outer one runs no times": (
        f"""
        def f(a: {F}, b: {F}, idx: {L}, n: int):
            for i in range(n):
                for j in range(len(idx)):
                    a[idx[j]] += b[i]
            return a
        """,
        {"a": f8(1, 2), "b": f8(), "idx": np.array([0, 7]), "n": 0},
    ),
    "places outside an array in a loop whose outer one has a step and runs no times": (
        f"""
        def f(a: {F}, b: {F}, n: int, q: int):
            for i in range(n, 0, -q):
                for j in range(n - 1, -1, -2):
                    a[j + 1] += b[i]
            return a
        """,
        {"a": f8(-1.75, -1.5), "b": f8(-1.25, 2.75), "n": 2, "q": -1},
    ),
    "an infinite factor of a sum in which one element is 0": (
        f"""
        def f(a: {F}, b: {F}):
            out = np.zeros(len(b))
            for j in range(len(b)):
                for i in range(len(a)):
                    out[j] += a[i] * b[j]
            return out
        """,
        {"a": f8(0, 1, 2), "b": f8(1, float("inf"), 3)},
    ),
    "the counter of a while loop behind it": (
        f"""
        def f(a: {F}, n: int):
            s = 0.0
            i = 0
            while i < n:
                s += a[i]
                i += 1
            return s, i
        """,
        {"a": f8(1, 2, 3), "n": 3},
    ),
    "the length of a row": (
        f"""
        def f(x: {F}, c: {F}, out: {F}):
            for i in range(len(x)):
                row = x[i]
                for j in range(len(row)):
                    out[i, j] = row[j] * c[j]
        """,
        {"x": np.arange(6.0).reshape(2, 3), "c": f8(1, 2, 3), "out": np.zeros((2, 3))},
    ),
    "the length of a row whose number of dimensions its own rows show": (
        f"""
        def f(x: {F}, c: {F}):
            out = np.zeros(x.shape)
            for i, row in enumerate(x):
                for j, v in enumerate(row):
                    out[i, j] = v * c[j]
            return out
        """,
        {"x": np.arange(6.0).reshape(2, 3), "c": f8(1, 2, 3)},
    ),
    "an element that was fetched before a loop that stays stores to it": (
        f"""
        def f(a: {F}, b: {F}, m: int):
            for i in range(len(a)):
                x = a[i]
                for j in range(m):
                    b[i] += x
                    a[i] = j
        """,
        {"a": f8(1, 2), "b": f8(0, 0), "m": 3},
    ),
    "an element that was fetched before a branch that stays stores to it": (
        f"""
        def f(a: {F}, b: {F}, m: int):
            for i in range(len(a)):
                x = a[i]
                if m > 2:
                    a[i] = 0.0
                b[i] = x
        """,
        {"a": f8(1, 2), "b": f8(0, 0), "m": 3},
    ),
    "elements that were fetched before another name for the array was stored to": (
        f"""
        def f(a: {F}, b: {F}, c: {F}):
            for i, x in enumerate(a):
                b[i] = x * 2.0
                c[i] = x * 3.0
        """,
        {"a": (shared := f8(1, 2, 3)), "b": shared, "c": f8(0, 0, 0)},
    ),
    "elements of a zip that were fetched before another name was stored to": (
        f"""
        def f(a: {F}, b: {F}, out: {F}):
            for x, y in zip(a, b):
                a[len(a) - 1] += x
                out[0] += y
        """,
        {"a": (both := f8(1, 2, 3)), "b": both, "out": f8(0)},
    ),
    "a start that the test of the best reads": (
        f"""
        def f(a: {F}):
            best = math.inf
            at = 0
            for i, x in enumerate(a):
                if x < best:
                    best = x
                    at = i
            return at
        """,
        {"a": f8(3, 1, 2)},
    ),
    "a counter divides narrow integers": (
        f"""
        def f(b: NDArray[np.uint8], out: {F}, n: int):
            for i in range(1, n):
                out[i] = b[i] / -i
        """,
        {"b": np.arange(300, dtype=np.uint8), "out": np.zeros(300), "n": 300},
    ),
    "a counter is compared with narrow integers": (
        f"""
        def f(b: NDArray[np.uint8], out: {F}, n: int):
            for i in range(n):
                if b[i] < i:
                    out[i] = 1.0
        """,
        {"b": np.full(300, 200, dtype=np.uint8), "out": np.zeros(300), "n": 300},
    ),
    "a product under a mask reads a place that the loop never got to": (
        f"""
        def f(c: {F}, b: {F}, B: NDArray[np.float64], n: int):
            for x in c:
                if x > 100.0:
                    B[-1, n - 1] *= b[-1]
            return B
        """,
        {"c": f8(1, 2), "b": f8(2), "B": np.ones((2, 2)), "n": 5},
    ),
    "integers that are cut each time, by a counter that the loop carries by hand": (
        f"""
        def f(b: {L}, c: {F}, n: int):
            for i in range(1, n):
                j = 0
                while j < n:
                    b[i] *= c[i] - j
                    j += 1
        """,
        {"b": np.array([1, 2, 3]), "c": f8(0.5, 1.5, 2.5), "n": 3},
    ),
    "a counter of a while that is read behind it": (
        f"""
        def f(a: {F}, n: int):
            s = 0.0
            k = 0
            while k < n:
                s += a[k]
                k += 1
            return s, k
        """,
        {"a": f8(1, 2, 3), "n": 3},
    ),
    "a counter of a while that runs no times": (
        f"""
        def f(a: {F}, k: int, n: int):
            s = 0.0
            while k <= n:
                s += a[k]
                k += 1
            return s, k
        """,
        {"a": f8(1, 2, 3), "k": 5, "n": 1},
    ),
    "a counter of a while that returns": (
        f"""
        def f(a: {F}, t: float):
            k = 0
            while k < len(a):
                if a[k] > t:
                    return k
                k += 1
            return -k
        """,
        {"a": f8(1, 2, 3), "t": 9.0},
    ),
    "a number that narrow integers cannot hold, behind an and": (
        """
        def f(a: np.ndarray):
            k = 0
            for v in a:
                if v % 4 == 0 and v % 400 == 0:
                    k += 1
            return k
        """,
        {"a": np.array([1, 3, 101], dtype=np.int8)},
    ),
    "a number that narrow integers cannot hold, in a branch": (
        """
        def f(a: np.ndarray):
            out = np.zeros(len(a))
            for i in range(len(a)):
                if a[i] < 0:
                    out[i] = a[i] + 400
            return out
        """,
        {"a": np.array([1, 3, 101], dtype=np.int8)},
    ),
    "a number that narrow integers cannot hold, stored in a branch": (
        f"""
        def f(a: {U}):
            for i in range(len(a)):
                if a[i] > 250:
                    a[i] = 256
        """,
        {"a": np.array([1, 3, 101], dtype=np.uint8)},
    ),
    "a number that narrow integers cannot hold, beside elements": (
        f"""
        def f(a: {U}):
            out = np.zeros_like(a)
            for i in range(len(a)):
                out[i] = -1 if a[i] > 250 else a[i]
            return out
        """,
        {"a": np.array([1, 3, 101], dtype=np.uint8)},
    ),
    "a Python float that is handed on meets single precision": (
        """
        def f(x: np.ndarray):
            out = np.zeros(len(x))
            g = 0.0
            for i in range(len(x)):
                g += 0.1
                out[i] = g * x[i]
            return out
        """,
        {"x": np.array([0.1, 0.7, 1e6], np.float32)},
    ),
    "multiples of a Python float meet single precision": (
        """
        def f(x: NDArray[np.float32]):
            out = np.zeros(len(x))
            for i in range(len(x)):
                out[i] = x[i] + i * 0.1
            return out
        """,
        {"x": np.array([0.1, 0.7, 1e6], np.float32)},
    ),
    "unsigned elements are added to a signed integer": (
        """
        def f(a: NDArray[np.int64], b: NDArray[np.uint8]):
            s = a[0]
            for j in range(len(b)):
                s += b[j]
            for j in range(len(b)):
                a[1] *= b[j]
            return s
        """,
        {"a": np.array([2**60 + 1, 2**53 + 1]), "b": np.array([1, 3, 5], dtype=np.uint8)},
    ),
}
