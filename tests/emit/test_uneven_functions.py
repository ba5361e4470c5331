"""NumPy's functions of floats that have other last bits for arrays that lie otherwise in memory: never said to be exact."""

from __future__ import annotations

import pytest

from autovec import check
from autovec.options import Options
from autovec.outcome import Left, Rewrite

MAP = """\
import numpy as np
from numpy.typing import NDArray


def f(x: NDArray[np.float64], out: NDArray[np.float64]):
    for i in range(len(x)):
        out[i] = np.{name}(x[i])
"""


@pytest.mark.parametrize(
    ("name", "rounding"),
    [("exp", "approximates"), ("sinh", "approximates"), ("cbrt", "approximates"), ("sqrt", "exact"), ("floor", "exact")],
)
def test_what_hangs_on_the_layout_is_approximate(name: str, rounding: str) -> None:
    (found,) = check(MAP.format(name=name), options=Options(verify=False, backend="numpy")).findings
    assert isinstance(found, Rewrite)
    assert found.rounding == rounding
    (found,) = check(MAP.format(name=name), options=Options(verify=False, backend="numpy", rounding="exact")).findings
    assert isinstance(found, Left if rounding == "approximates" else Rewrite)
