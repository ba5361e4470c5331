"""A stand-in for `autovec.pipeline`: it knows a few lines by heart, so that these tests are about the command line alone.

`out[i] = a[i] * 2` in a loop is rewritten, `y[i - 1]` is left alone, and words in comments play the accidents.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from autovec.options import Options
from autovec.outcome import (
    Counterexample,
    Edit,
    Evidence,
    FileReport,
    Finding,
    Left,
    Refusal,
    Rewrite,
    Rounding,
    Span,
    Speed,
    Timing,
)
from autovec.source.text import decode

HEADER = "    for i in range(len(a)):"
BODY = "        out[i] = a[i] * 2"
NEW = "    out[:] = a * 2"

EVIDENCE = Evidence(1204, 3, ("a: float64",), Rounding.EXACT, sandboxed=True)
SPEED = Speed((Timing(10, 2e-6, 1e-6), Timing(10_000, 2.05e-3, 5e-5)), pays_from=4)


def analyse_file(data: bytes, path: str, options: Options, sandbox: object) -> FileReport:
    """The interface of the real one."""
    assert (sandbox is not None) == options.verify
    source = decode(data)
    if isinstance(source, Refusal):
        return FileReport(path, error=source.message)
    _accidents(source.text, path)
    if "def broken(" in source.text:
        return FileReport(path, before=source.text, after=source.text, error="does not parse: line 1")
    findings = tuple(_findings(source.text, options))
    old = f"{HEADER}{source.newline}{BODY}"
    changes = any(isinstance(f, Rewrite) and f.fixable for f in findings)
    after = source.text.replace(old, NEW) if changes else source.text
    return FileReport(path, source.text, after, findings)


def _accidents(text: str, path: str) -> None:
    if "# die" in text:
        os._exit(9)
    if "# meddle" in text:
        Path(path).write_text(text + "# by another program\n")
    if "# dawdle" in text:
        time.sleep(60)


def _findings(text: str, options: Options) -> Iterator[Finding]:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        span = Span(number, 4, number + 1, len(BODY))
        asked = options.lines is None or any(first <= number <= last for first, last in options.lines)
        if line == BODY and asked and options.allows("AV101"):
            edit = Edit(Span(number - 1, 4, number, len(BODY)), f"{HEADER}\n{BODY}".strip(), NEW.strip())
            evidence, speed = (EVIDENCE, SPEED) if options.verify else (None, None)
            yield Rewrite(
                "AV101", "elementwise-map", "the loop is an elementwise map", "f", edit, Rounding.EXACT, (), evidence, speed,
                options.fixes("AV101"),
            )  # fmt: skip
        if "y[i - 1]" in line:
            yield Left(Refusal("AV020", "`y[i - 1]` reads what the previous iteration wrote", "read from a copy"), "f", span)
        if "# lie" in line:
            example = Counterexample("the versions differ for a = [1]", "import numpy as np\nf(np.array([1]))", "a: uint8")
            yield Left(Refusal("AV090", "the versions differ"), "f", span, example)
