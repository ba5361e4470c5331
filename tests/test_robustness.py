"""Real files: whatever is in them, nothing crashes, and what would be written is Python with all comments, changed nowhere else.

The tests take a few modules of the standard library; `benchmarks/sweep.py` does the same with whole trees.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest
from sweep import looked_at

LIBRARY = Path(sysconfig.get_path("stdlib"))
FEW = ("statistics.py", "colorsys.py", "gettext.py", "fractions.py", "random.py", "base64.py", "bisect.py", "wave.py")


@pytest.mark.parametrize("name", [name for name in FEW if (LIBRARY / name).exists()])
def test_a_real_file(name: str) -> None:
    found = looked_at(str(LIBRARY / name))
    assert (found.skipped, found.problems) == ("", ())
    assert found.lines > 100
