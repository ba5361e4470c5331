"""What `check` offers is what `rewrite` would try: both refuse a loop of which it is not known what it takes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autovec import check
from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file

HEAD = "def f(x: np.ndarray) -> np.ndarray:\n    out = np.empty(len(x))\n"
LOOP = "    for i in range(len(x)):\n        out[i] = x[i] * {}\n    return out\n"
MAP = HEAD + LOOP
LOCAL = HEAD + "    value = float({})\n" + LOOP.format("value")



def program(line: str, function: str) -> str:
    return f"import numpy as np\n{line}\n\n\n{function}"


def reasons(report: FileReport) -> list[str]:
    assert not report.error
    return [f.refusal.message if isinstance(f, Left) else f.code for f in report.findings]


@pytest.mark.parametrize(
    ("line", "value", "reason"),
    [
        ("from settings_here import SCALE", "SCALE", "it is not known what `SCALE` is: autovec does not import `settings_here`"),
        ("from .a import SCALE as S", "S", "it is not known what `S` is: autovec does not import `.a`"),
        ("import settings_here as c", "c.SCALE",
         "it is not known what the loop takes from `c`: autovec does not import `settings_here`"),
        ("SCALE = object()", "SCALE", "it is not known what `SCALE` is: it is not defined in this function"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_without_running_anything(line: str, value: str, reason: str) -> None:
    text = program(line, MAP.format(value))
    assert reasons(check(text)) == reasons(check(text, options=Options(verify=False, backend="numpy"))) == [reason]
    assert isinstance(check(text, options=Options(verify=False, backend="numba")).findings[0], Left)


@pytest.mark.parametrize("line", ["from math import tau as SCALE", "from scipy.constants import c as SCALE"])
def test_modules_that_are_known_are_imported(line: str) -> None:
    assert isinstance(check(program(line, MAP.format("SCALE"))).findings[0], Rewrite)


def test_the_hint_helps() -> None:
    assert isinstance(check(program("from settings_here import SCALE", LOCAL.format("SCALE"))).findings[0], Rewrite)
    assert isinstance(check(program("import settings_here as c", LOCAL.format("c.SCALE"))).findings[0], Rewrite)


def test_a_module_of_the_users_is_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings_here.py").write_text("SCALE = 2.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    text = program("from settings_here import SCALE", MAP.format("SCALE"))
    with Sandbox() as sandbox:
        report = analyse_file(text.encode(), "m.py", Options(verify=True), sandbox)
    assert reasons(report) == ["it is not known what `SCALE` is: autovec does not import `settings_here`"]


def test_a_star_that_may_hide_range_is_named() -> None:
    report = check(program("from not_there import *", MAP.format("2.0")))
    assert reasons(report) == ["`range` may not be Python's own: it is not known what `from not_there import *` binds"]
