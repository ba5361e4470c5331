"""When an operation on error-free numbers has no rounding error, so that ties and whole numbers can be decided on."""

from __future__ import annotations

import math

import numpy as np

from autovec.verify.tracked_format import INF, Scalar, format_of, is_complex, is_whole


def is_near_difference(a: Scalar, b: Scalar, v: Scalar) -> bool:
    """Sterbenz: a difference `v` that is no larger than either term is exact."""
    return not is_complex(v) and abs(v) <= abs(a) and abs(v) <= abs(b)


def is_power_of_two(v: Scalar) -> bool:
    """Multiplying or dividing by it only moves the exponent."""
    return not is_complex(v) and abs(math.frexp(v)[0]) == 0.5


def is_exact_power(a: Scalar, b: Scalar, v: Scalar) -> bool:
    """a ** b == v, for a whole number `a` whose power still fits."""
    if is_complex(v) or not is_whole(b) or b < 0 or not abs(a) < INF or a != np.rint(a):
        return False
    return float(abs(v)) * format_of(v).unit < 0.5


def is_even_root(a: Scalar, v: Scalar) -> bool:
    """`v` is a whole square root of `a`. One is left out: it is also what many other functions give."""
    return bool(v == np.rint(v) and v * v == a and v != 1)
