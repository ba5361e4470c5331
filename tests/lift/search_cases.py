"""Loops that end early, as text: those left alone, with the reason, and those that are rewritten, with what they become."""

from __future__ import annotations

F = "NDArray[np.float64]"
L = "NDArray[np.int64]"

LEFT = {
    "test reads a sum": (
        f"x: {F}, t: float",
        """
            s = 0.0
            for v in x:
                s += v
                if s > t:
                    return s
            return s
        """,
        ("AV030", "the test on line 10 reads `s`, which the loop changes"),
    ),
    "test could fail behind the hit": (
        f"x: {F}, y: {F}",
        """
            for i in range(len(x)):
                if x[i] / y[i] > 2.0:
                    return i
            return -1
        """,
        ("AV030", "the test that ends the loop could fail on the elements behind"),
    ),
    "test reads what an earlier round wrote": (
        f"x: {F}",
        """
            for i in range(1, len(x)):
                if x[i - 1] < 0.0:
                    break
                x[i] = x[i] * 2.0
        """,
        ("AV020", "`x[i - 1]` on line 8 reads what the previous iteration of `i` wrote to `x[i]` on line 10"),
    ),
    "test reads what the same round wrote": (
        f"x: {F}, y: {F}",
        """
            for i in range(len(x)):
                x[i] += y[i]
                if x[i] > 9.0:
                    return i
            return -1
        """,
        ("AV030", "the test on line 9 reads `x`, which the loop changes"),
    ),
    "sum in the middle of a row": (
        f"A: {F}, t: float",
        """
            A.shape[1]
            for i in range(A.shape[0]):
                s = 0.0
                for j in range(A.shape[1]):
                    s += A[i, j]
                    if s > t:
                        return i
            return -1
        """,
        ("AV030", "the test on line 12 reads `s`, which the loop changes"),
    ),
    "last value behind the loop": (
        f"x: {F}",
        """
            for i in range(len(x)):
                d = x[i] * 2.0
                if d > 5.0:
                    break
            return d
        """,
        ("AV033", "`d` keeps the value of the last iteration behind the loop"),
    ),
    "message tells of a sum": (
        f"x: {F}",
        """
            s = 0.0
            for v in x:
                if v < 0.0:
                    raise ValueError(f"{s} so far")
                s += v
            return s
        """,
        ("AV030", "what is raised tells of `s`, which the loop changes"),
    ),
}

REWRITTEN = {
    "two exits in turn": (
        f"A: {F}",
        """
            for i in range(A.shape[0]):
                if A[i, 0] > 1.0:
                    return 1
                for j in range(A.shape[1]):
                    if A[i, j] < 0.0:
                        return 2
            return 3
        """,
        """
            for i in range(len(A)):
                if A[i, 0] > 1.0:
                    return 1
                if (A[i] < 0.0).any():
                    return 2
            return 3
        """,
    ),
    "first hit": (
        f"x: {F}, t: float",
        """
            for i in range(1, len(x)):
                if x[i] > t:
                    return i
            return -1
        """,
        """
            hits = x[1:] > t
            if hits.any():
                return int(hits.argmax()) + 1
            return -1
        """,
    ),
    "last hit by a loop that runs backwards": (
        f"x: {F}, t: float",
        """
            for i in range(len(x) - 1, -1, -1):
                if x[i] > t:
                    return i
            return -1
        """,
        """
            hits = x > t
            if hits.any():
                return int(np.flatnonzero(hits)[-1])
            return -1
        """,
    ),
    "every second": (
        f"x: {F}, t: float",
        """
            for i in range(0, len(x), 2):
                if x[i] > t:
                    return i, x[i]
            return -1, t
        """,
        """
            hits = x[::2] > t
            if hits.any():
                i = 2 * int(hits.argmax())
                return i, x[i]
            return -1, t
        """,
    ),
    "any": (
        f"x: {F}",
        """
            for i in range(len(x) - 1):
                if x[i] > x[i + 1]:
                    return False
            return True
        """,
        """
            if (x[:-1] > x[1:]).any():
                return False
            return True
        """,
    ),
    "flag": (
        f"x: {F}",
        """
            ok = True
            for v in x:
                if not v >= 0.0:
                    ok = False
                    break
            return ok
        """,
        """
            ok = True
            if (~(x >= 0.0)).any():
                ok = False
            return ok
        """,
    ),
    "element of the first hit": (
        f"x: {F}, t: float",
        """
            for v in x:
                if v > t:
                    return v
            return None
        """,
        """
            hits = x > t
            if hits.any():
                k = int(hits.argmax())
                return x[k]
            return None
        """,
    ),
    "first place in a table": (
        f"A: {F}, t: float",
        """
            for i in range(A.shape[0]):
                for j in range(1, A.shape[1]):
                    if A[i, j] > t:
                        return i, j
            return None
        """,
        """
            hits = A[:, 1:] > t
            if hits.any():
                i, j = map(int, np.unravel_index(hits.argmax(), hits.shape))
                j = j + 1
                return i, j
            return None
        """,
    ),
    "first equal pair": (
        f"x: {L}",
        """
            n = len(x)
            for i in range(n):
                for j in range(i + 1, n):
                    if x[i] == x[j]:
                        return i, j
            return None
        """,
        """
            n = len(x)
            for i in range(n):
                hits = x[i] == x[i + 1:]
                if hits.any():
                    j = int(hits.argmax()) + i + 1
                    return i, j
            return None
        """,
    ),
    "first hit of each row": (
        f"A: {F}, t: float",
        """
            out = np.full(A.shape[0], -1)
            for i in range(A.shape[0]):
                for j in range(A.shape[1]):
                    if A[i, j] > t:
                        out[i] = j
                        break
            return out
        """,
        """
            out = np.full(A.shape[0], -1)
            for i in range(len(A)):
                hits = A[i] > t
                if hits.any():
                    j = int(hits.argmax())
                    out[i] = j
            return out
        """,
    ),
    "two ways to end": (
        f"x: {F}, lo: float, hi: float",
        """
            for i in range(len(x)):
                if x[i] < lo:
                    return -i
                if x[i] > hi:
                    return i
            return None
        """,
        """
            hits = (x < lo) | (x > hi)
            if hits.any():
                i = int(hits.argmax())
                if x[i] < lo:
                    return -i
                else:
                    return i
            return None
        """,
    ),
    "validation": (
        f"x: {F}",
        """
            y = np.zeros(len(x))
            for i in range(len(x)):
                if x[i] < 0.0:
                    raise ValueError(f"{x[i]} at {i}")
                y[i] = x[i] * 2.0
            return y
        """,
        """
            hits = x < 0.0
            if hits.any():
                i = int(hits.argmax())
                raise ValueError(f"{x[i]} at {i}")
            y = x * 2.0
            return y
        """,
    ),
    "validation of a name of the loop": (
        f"x: {F}",
        """
            s = 0.0
            for i, v in enumerate(x):
                if v < 0.0:
                    raise ValueError('no %r at %d' % (v, i))
                s += v
            return float(s)
        """,
        """
            hits = x < 0.0
            if hits.any():
                i = int(hits.argmax())
                v = x[i]
                raise ValueError("no %r at %d" % (v, i))
            s = x.sum()
            return float(s)
        """,
    ),
    "work on the way": (
        f"x: {F}",
        """
            s = 0.0
            k = -1
            for i in range(len(x)):
                if x[i] < 0.0:
                    k = i
                    break
                s += x[i]
            return s, k
        """,
        """
            k = -1
            stop = len(x)
            hits = x < 0.0
            if hits.any():
                stop = int(hits.argmax())
            s = x[:stop].sum()
            if stop < len(x):
                k = stop
            return s, k
        """,
    ),
    "work before the test": (
        f"a: {F}",
        """
            x = np.ones(len(a))
            for i in range(len(a)):
                x[i] += a[i]
                if a[i] > 6.0:
                    return x, i
            return x, -1
        """,
        """
            x = np.ones(len(a))
            stop = len(a)
            hits = a > 6.0
            if hits.any():
                stop = int(hits.argmax())
            x[:stop] += a[:stop]
            if stop < len(a):
                x[stop] += a[stop]
                return x, stop
            return x, -1
        """,
    ),
    "a loop that stays ends early": (
        f"a: {F}, n: int, t: float",
        """
            for it in range(n):
                d = 0.0
                for i in range(len(a)):
                    d += abs(a[i])
                    a[i] = a[i] * 0.5
                if d < t:
                    break
            return a
        """,
        """
            for it in range(n):
                d = 0.0
                d += np.abs(a).sum()
                a *= 0.5
                if d < t:
                    break
            return a
        """,
    ),
}
