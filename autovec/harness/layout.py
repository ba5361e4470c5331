"""How an array lies in memory: the same values, contiguous or not, forwards or backwards, writeable or not.

Comes in: a C-contiguous array and the name of a layout. Goes out: an array of equal values that lies so; where the layout
needs a second dimension that is not there, the plain one. Not handled: foreign byte orders, unaligned data, broadcast rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LAYOUTS = ("C", "F", "reversed", "stepped", "middle", "read-only", "last reversed")


def arranged(x: NDArray[Any], layout: str) -> NDArray[Any]:
    """`x` laid out anew; the memory around it holds other values, so that reading past it shows."""
    if x.ndim == 0:
        return x
    match layout:
        case "F":
            return np.asfortranarray(x)
        case "reversed":
            return np.ascontiguousarray(x[::-1])[::-1]
        case "last reversed":
            return np.ascontiguousarray(x[..., ::-1])[..., ::-1]
        case "stepped":
            wide = np.ones(tuple(2 * n for n in x.shape), x.dtype)
            inner = wide[(slice(None, None, 2),) * x.ndim]
            inner[...] = x
            return inner
        case "middle":
            long = np.ones((len(x) + 3, *x.shape[1:]), x.dtype)
            long[2 : 2 + len(x)] = x
            return long[2 : 2 + len(x)]
        case "read-only":
            x.flags.writeable = False
            return x
        case _:
            return x
