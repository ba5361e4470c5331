"""A compiler that is warm: to import this module compiles a trivial function.

Numba needs a second for its first function and a quarter for others. The sandbox's worker imports this once, so that the children
that it forks start from there.
"""

from __future__ import annotations

from typing import Any, cast

import numba
import numpy as np
from numpy.typing import NDArray


def _total(x: NDArray[np.float64], n: int) -> float:
    found = 0.0
    for i in range(n):
        found += x[i]
    return found


compiled = cast(Any, numba).njit(error_model="numpy", boundscheck=True)(_total)
compiled(np.zeros(1), 1)
