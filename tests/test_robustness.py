"""Real files: whatever is in them, nothing crashes, and what would be written is Python with all comments, changed nowhere else.

The tests take a few modules of the standard library. `AUTOVEC_TREES` names directories with more of them, as the whole standard
library and the packages of an environment; `AUTOVEC_TREES=/usr/lib/python3:/some/site-packages pytest tests/test_robustness.py`.
"""

from __future__ import annotations

import ast
import os
import sysconfig
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from autovec.options import Options
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file

LIBRARY = Path(sysconfig.get_path("stdlib"))
FEW = ("statistics.py", "colorsys.py", "gettext.py", "fractions.py", "random.py", "base64.py", "bisect.py", "wave.py")
TREES = [Path(tree) for tree in os.environ.get("AUTOVEC_TREES", "").split(os.pathsep) if tree]
QUIET = Options(verify=False)


def files() -> list[Path]:
    """The files to look at."""
    few = [LIBRARY / name for name in FEW if (LIBRARY / name).exists()]
    return few + [path for tree in TREES for path in sorted(tree.rglob("*.py")) if path.is_file()]


def comments(data: bytes) -> Counter[str]:
    """The comments of a file."""
    return Counter(t.string for t in tokenize.tokenize(BytesIO(data).readline) if t.type == tokenize.COMMENT)


def kept_lines(report: FileReport) -> Iterator[str]:
    """The lines of a file that no edit touches, as they are."""
    touched = {n for f in report.findings if isinstance(f, Rewrite) for n in range(f.edit.span.line, f.edit.span.end_line + 1)}
    lines = report.before.splitlines(keepends=True) if "\x0c" not in report.before else report.before.split("\n")
    yield from (line for number, line in enumerate(lines, 1) if number not in touched)


def is_in_order(lines: Iterator[str], text: str) -> bool:
    """Whether the lines are all in the text, in their order."""
    at = 0
    for line in lines:
        found = text.find(line, at)
        if found < 0:
            return False
        at = found + len(line)
    return True


def problems(path: Path) -> Iterator[str]:
    """What is wrong with what would be written for a file."""
    data = path.read_bytes()
    report = analyse_file(data, str(path), QUIET, None)
    yield from (f"{f.span}: {f.refusal.message}" for f in report.findings if isinstance(f, Left) and f.refusal.code == "AV007")
    if report.after == report.before:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(report.after)
    after = report.after.encode()
    if comments(report.before.encode()) - comments(after):
        yield "a comment is gone"
    if not is_in_order(kept_lines(report), report.after):
        yield "a line outside the edits changed"
    again = analyse_file(after, str(path), QUIET, None)
    yield from (f"a second run would change line {f.edit.span.line}" for f in again.findings if isinstance(f, Rewrite))


@pytest.mark.parametrize("path", files(), ids=str)
def test_a_real_file(path: Path) -> None:
    assert list(problems(path)) == []
