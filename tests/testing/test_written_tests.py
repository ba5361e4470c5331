"""`rewrite --write-tests`: the tests pass on what landed, and fail on each rewrite that is then broken by hand."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from autovec.cli import run_command

SOURCE = """import numpy as np
from numpy.typing import NDArray


def scale(x: NDArray[np.float64], out: NDArray[np.float64], factor: float):
    \"\"\"Aliased, into what is given.\"\"\"
    for i in range(min(len(x), len(out))):
        out[i] = factor * x[i] + 0.5


def total(x: NDArray[np.float64]) -> float:
    s = 0.0
    for i in range(len(x)):
        s += x[i]
    return s


def capped(x: NDArray[np.float64]):
    out = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 12.5:
            out[i] = 12.5
        elif x[i] < -1.0:
            out[i] = -1.0
        else:
            out[i] = x[i]
    return out


def gather(table: NDArray[np.float64], index: NDArray[np.int64]):
    out = np.zeros((len(index), table.shape[1]))
    for i in range(len(index)):
        for k in range(table.shape[1]):
            out[i, k] = table[index[i], k]
    return out


def norm(x: NDArray[np.float64]) -> float:
    return sum(v * v for v in x) + 1.0
"""
FILTER = """import numpy as np
from numpy.typing import NDArray


def smooth(x: NDArray[np.float64], a: float):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = a * x[i] + (1.0 - a) * y[i - 1]
    return y
"""
BROKEN = {  # by function: what somebody writes in the place of what
    "scale": ("x[", "1.0 + x["),
    "total": (".sum()", "[1:].sum()"),
    "capped": ("-1.0", "-2.0"),
    "gather": ("table[index]", "table[index[::-1]]"),
    "norm": ("np.dot(x, x)", "np.dot(x, x) * 2.0"),
    "smooth": ("1.0 - a", "1.0 + a"),
}
FILES = {"smooth": "filter"}


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in which `model.py` was rewritten, with its tests."""
    folder = tmp_path_factory.mktemp("written")
    (folder / "model.py").write_text(SOURCE)
    (folder / "filter.py").write_text(FILTER)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        common = ["rewrite", "-q", "--min-speedup", "0", "--write-tests", "checks"]
        assert run_command([*common, "--backend", "numpy", "model.py"]) == 0
        assert run_command([*common, "filter.py"]) == 0
    yield folder


def written(folder: Path, file: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("written", folder / "checks" / f"test_{file}_loops.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def property_of(folder: Path, function: str) -> Callable[[], None]:
    module = written(folder, FILES.get(function, "model"))
    (name,) = (name for name in dir(module) if name.startswith(f"test_{function}_"))
    return getattr(module, name)


@pytest.mark.parametrize("function", BROKEN)
def test_they_pass_on_what_landed_and_fail_on_what_is_broken_by_hand(function: str, rewritten: Path) -> None:
    property_of(rewritten, function)()
    file = rewritten / f"{FILES.get(function, 'model')}.py"
    landed = file.read_text()
    start = landed.index(f"def {function}(") if function not in FILES else 0
    old, new = BROKEN[function]
    assert old in landed[start:], landed[start:]
    try:
        file.write_text(landed[:start] + landed[start:].replace(old, new, 1))
        with pytest.raises(AssertionError):
            property_of(rewritten, function)()
    finally:
        file.write_text(landed)


def test_a_rewrite_is_found_again_when_the_file_changes_around_it(rewritten: Path) -> None:
    landed = (rewritten / "model.py").read_text()
    try:
        changed = landed.replace("    return s\n", "    print(s)\n    return s\n").replace("    if x", "    y = len(x)\n    if x")
        (rewritten / "model.py").write_text(changed)
        property_of(rewritten, "total")()
    finally:
        (rewritten / "model.py").write_text(landed)
