"""The file that every client of the language server is shown, and what becomes of it."""

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
