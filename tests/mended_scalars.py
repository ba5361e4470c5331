"""Programs whose rewrites once were wrong: scalars behind loops that end early, run no times or mix kinds of numbers."""

import numpy as np
from mended_stores import F, G, J, L, U, f8

SCALARS = {
    "a search in two loops, the outer of which is not read and runs no times": (f"""
        def f(a: {F}, b: {F}, w: float):
            for x in a:
                for y in b:
                    if y < 1.0:
                        return w / (len(a) * 1.0)
            return w
        """, {"a": f8(), "b": f8(0.5), "w": 2.0}),
    "an else clause of a loop that runs no times": (f"""
        def f(A: {F}, n: int, q: int, w: float):
            out = A.copy()
            e = w
            for i in range(1, n):
                for j in range(0, n, 2):
                    out[j, i] = out[j, i]
            else:
                e = q
            return e, A.shape[1]
        """, {"A": f8(1).reshape(1, 1), "n": 1, "q": -1, "w": 0.5}),
    "a sum of the larger of an element and a number": (f"""
        def f(c: {F}, w: float):
            s = 1
            for y in c:
                s -= max(y, w)
            return s
        """, {"c": f8(-3, -4), "w": 3}),
    "a product of the larger of a small integer and a number": (f"""
        def f(a: {F}, c: {U}):
            for i in range(len(a)):
                a[i] += max(0.0, c[i]) * c[i]
            return a
        """, {"a": f8(1, 2), "c": np.array([200, 255], np.uint8)}),
    "a sum of small integers and numbers in an array of small integers": (f"""
        def f(a: {U}, c: {U}, w: float):
            for i in range(len(a)):
                a[i] = 0.5 * ((w if c[i] == 0 else c[i]) + a[i])
            return a
        """, {"a": np.array([100, 250], np.uint8), "c": np.array([200, 0], np.uint8), "w": 1.0}),
    "a sum of elements and of numbers": (f"""
        def f(c: {F}):
            s = 0
            for y in c:
                s += y if y > 0 else 0
            return s
        """, {"c": f8(-3, -4)}),
    "the larger of an element and a number, with another sign in each iteration": (f"""
        def f(a: {L}, b: {F}, c: {L}, n: int, q: int, w: float):
            r = w
            for i in range(n - 1, -1, -1):
                r = max(r, b[i + 1])
                for y in c:
                    for k, x in enumerate(a):
                        r = -r
                    k = b[i - q]
            return r
        """, {"a": np.array([1]), "b": f8(-3, -4), "c": np.array([1]), "n": 1, "q": 0, "w": 3}),
    "a sum that starts with what another iteration left": (f"""
        def f(a: {F}, A: {G}, n: int, m: int):
            s = a[0]
            for i in range(m):
                if i < s:
                    s = i
                for j in range(n):
                    s += A[j, i]
            return s
        """, {"a": f8(2, 3), "A": np.array([[-2], [-3]], np.float32), "n": 1, "m": 1}),
    "a sum that is a float once something else was taken in": (f"""
        def f(a: {U}, b: {F}, n: int):
            s = a[0]
            for i in range(n):
                s += b[i]
                s += a[i]
            return s
        """, {"a": np.array([200, 100, 50], np.uint8), "b": f8(1, 2, 3), "n": 3}),
    "a product of narrow floats in a place for wide ones": (f"""
        def f(b: {G}, A: {F}, w: float):
            for y in b:
                A[0, 0] *= y + w
        """, {"b": np.array([0.1, 0.2, 0.7, 1.9, 2.3, 3.3], np.float32), "A": np.ones((1, 1)), "w": 0.0}),
    "the variable of a loop that ends early after work": (f"""
        def f(a: {F}, c: {L}):
            s = 0.0
            for l, x in enumerate(c):
                if x < 2:
                    break
                s += a[l]
            return s, l
        """, {"a": f8(1, 2, 3), "c": np.array([5, 1, 7])}),
    "a remainder by 0 of the larger of a whole number and a float": (f"""
        def f(A: {L}, c: {F}, w: float):
            for k in range(3):
                c[k] = max(A[k], w) % k
        """, {"A": np.array([3, 4, 5]), "c": f8(1, 2, 3), "w": 0.5}),
    "the largest of what may be whole numbers": (f"""
        def f(b: list[float], idx: {L}, n: int, m: int):
            s = -math.inf
            for i in range(1, n):
                for j in range(m):
                    s = max(s, i - b[idx[j]])
            return s
        """, {"b": [0.5, 1.25, -3, -2], "idx": np.array([2, 0]), "n": 3, "m": 2}),
    "a loop up to the counter of a while": (f"""
        def f(a: {F}, A: {F}, n: int):
            out2 = np.zeros((n, n))
            s = a[0]
            l = 0
            while l < n:
                for p in range(l + 1):
                    out2[p, l] = 2.0
                    if a[p] < s:
                        s = a[p]
                        q = p
                    A[l, p] = out2[l, p]
                l += 1
            return out2, s
        """, {"a": f8(3, 2, 1), "A": np.zeros((3, 3)), "n": 3}),
    "arithmetic on whole numbers that 64 bits do not hold": (f"""
        def f(x: {F}):
            out = []
            for v in x:
                out.append(int(v) % 10)
            return out, [math.floor(v) // 3 for v in x]
        """, {"x": f8(1.5, 1e25, -1e300)}),
    "the smaller of a whole number and a float": ("""
        def f(n: int):
            out = []
            for i in range(n):
                out.append(min(i, 2.0))
            return out
        """, {"n": 4}),
    "a sum under a test that the steps lead somewhere": (f"""
        def f(a: {U}, b: {J}, n: int, q: int):
            s = 0.0
            for i in range(n, 0, -q):
                j = 0
                while j < n:
                    s += (a[i + 1] - a[j - q]) // (b[0] % 1.0)
                    j += 1
            return s
        """, {"a": np.array([8, 6], np.uint8), "b": np.array([3], np.int32), "n": 1, "q": -1}),
    "large integers and floats in an array of integers": (f"""
        def f(a: {G}, c: {L}, A: {L}, n: int, m: int):
            out = A.copy()
            for i in range(n):
                for k in range(m):
                    v = c[i]
                    if k != 0:
                        v = a[0]
                    out[i, k] = v
            return out
        """, {"a": np.array([1.25], np.float32), "c": np.array([2**63 - 1, 5]), "A": np.ones((2, 2), np.int64), "n": 2, "m": 2}),
    "lengths of a list and of an array": (f"""
        def f(a: {F}, b: list[int], c: {F}, n: int, q: int):
            for i in range(n - 1, -1, -1):
                for j, x in enumerate(b):
                    if a[j] >= a[i + q] + 2.0:
                        c[j] = 2
        """, {"a": f8(1, 5, 3), "b": [1, 2, 3], "c": f8(1, 2, 3), "n": 2, "q": 0}),
    "a list's floats beside elements of float32": (f"""
        def f(x: {G}, b: list[float]):
            s = 1.0
            for i in range(len(x)):
                s += x[0] + b[i]
            return s
        """, {"x": np.array([0.1, 0.2], np.float32), "b": [0.3, 0.7]}),
    "a list's integers beside elements of uint8": (f"""
        def f(A: {U}, b: list[float], out: {F}):
            for x in b:
                out[0] += A[0] - x
            return out
        """, {"A": np.array([3], np.uint8), "b": [5, 7], "out": f8(0)}),
    "counters added to an element of int32": (f"""
        def f(a: {J}, n: int):
            s = a[0]
            for i in range(n):
                s += i
            return s
        """, {"a": np.array([255], np.int32), "n": 3}),
    "powers of a half added to an element of float32": (f"""
        def f(a: {G}, n: int):
            s = a[0]
            r = 1.0
            for i in range(n - 1):
                s += r
                r *= 0.5
            return s
        """, {"a": np.array([0.1], np.float32), "n": 4}),
    "the best among some elements, with its place": (f"""
        def f(a: {J}, b: {J}, n: int):
            s, q = a[0], -1
            for p in range(n):
                if b[p] > 3:
                    if b[p] < s:
                        s = b[p]
                        q = p
            return s, q
        """, {"a": np.array([9], np.int32), "b": np.array([8, 2, 5, 5], np.int32), "n": 4}),
    "the place alone of the best among some elements": (f"""
        def f(a: {F}, b: {F}):
            best = 0
            for p in range(len(a)):
                if b[p] > 0:
                    if a[p] > a[best]:
                        best = p
            return best
        """, {"a": f8(1, 9, 5, 7), "b": f8(0, 0, 1, 1)}),
    "the smaller of an element of int32 and one of float64": (f"""
        def f(a: {F}, c: {J}, w: float):
            s = w
            for j in range(len(a)):
                s = min(s, a[j] if a[j] > 2 else c[j])
            return s
        """, {"a": f8(3, 1), "c": np.array([7, -1], np.int32), "w": 3.0}),
    "the variable of a loop around one that runs no times": (f"""
        def f(a: {F}, A: {F}, B: {F}, n: int):
            s = 1.0
            for j in range(A.shape[0]):
                for k in range(n // 2):
                    s += (a[k + 2] - A[j, k]) / (B[j, j] - B[k, k + j])
            return s, j
        """, {"a": f8(1, 2), "A": f8(1, 2).reshape(2, 1), "B": f8(1).reshape(1, 1), "n": 0}),
    "a mask that an arm of a branch makes": (f"""
        def f(a: {G}, b: {F}, q: int):
            s = a[0]
            for i in range(len(b)):
                if (2.0 if i ** 2 > 2.0 else i ** 2 - 2.0) < s:
                    s = 2.0 if i ** 2 > 2.0 else i ** 2 - 2.0
                    q = i
            return s, q
        """, {"a": np.array([-1], np.float32), "b": f8(1, 2, 3), "q": 2}),
    "the integer part of a NaN that no iteration takes": (f"""
        def f(b: {G}, v: {F}, q: int):
            s = -1.0
            for j in range(len(b)):
                if v[j] > 9.0:
                    break
                for k in range(q):
                    if b[k] + int(b[j]) > s:
                        s = b[k] + int(b[j])
            return s
        """, {"b": np.array([float("nan")], np.float32), "v": f8(1), "q": 0}),
    "the largest of some elements and a whole number": (f"""
        def f(a: {F}, c: {U}):
            s = 0.0
            for j in range(len(a)):
                if (a[j] if c[j] > 3 else 2) > s:
                    s = a[j] if c[j] > 3 else 2
            return s
        """, {"a": f8(1, 5), "c": np.array([4, 1], np.uint8)}),
}  # fmt: skip
