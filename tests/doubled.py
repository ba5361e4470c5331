"""The file that clients of the language server and pre-commit are shown, and what becomes of it."""

TEXT = """\
import numpy as np


def doubled(n: int):
    x = np.ones(n)
    for i in range(n):
        x[i] = x[i] * 2.0
    return x
"""
LOOP, NEW = "    for i in range(n):\n        x[i] = x[i] * 2.0\n", "    x *= 2.0\n"
REWRITTEN = TEXT.replace(LOOP, NEW)
