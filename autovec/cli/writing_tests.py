"""`rewrite --write-tests DIR`: a file of property tests for each file that was rewritten.

Comes in: the report of a file that has landed. Goes out: a line that says what was written; an existing file of tests is never
written over, since the loops that it is about stand in no file any more.
"""

from __future__ import annotations

import re
from pathlib import Path

from autovec.files.content import NOTEBOOK, FileProblem
from autovec.outcome import FileReport
from autovec.report.figures import count
from autovec.report.property_tests import property_tests


def write_tests(report: FileReport, folder: Path) -> str:
    """Write the tests of one file; what is said of it, "" where there are none. Raises `FileProblem`."""
    if report.path.endswith(NOTEBOOK):
        return f"{report.path}: no tests were written for loops in notebooks"
    text = property_tests(report, folder)
    if not text:
        return ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(folder, text, _stem(Path(report.path)))
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileProblem(f"{folder}: the tests cannot be written: {error.strerror}") from None
    return f"{count(text.count('@given('), 'property test')} written to {target}"


def _stem(path: Path) -> str:
    """A module's name for tests: file names repeat, and pytest wants each once."""
    below = path.absolute()
    parts = below.relative_to(Path.cwd()).with_suffix("").parts if below.is_relative_to(Path.cwd()) else (path.stem,)
    return re.sub(r"\W", "_", "_".join(parts))


def _free(folder: Path, text: str, stem: str) -> Path:
    """A file that is not there yet, or that holds just this."""
    names = (f"test_{stem}_loops{f'_{k}' if k > 1 else ''}.py" for k in range(1, 10_000))
    paths = (folder / name for name in names)
    return next(p for p in paths if not p.exists() or p.read_text(encoding="utf-8") == text)
