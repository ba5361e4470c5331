"""Every Python file of some folders, as `autovec check` sees it: nothing crashes, and what would be written is sound as text.

    python benchmarks/sweep.py /usr/lib/python3.11 .venv/lib/python3.11/site-packages

For each file in which loops could be rewritten: the new text parses, all comments are there, each line outside the edits is as it
was, and a second run changes nothing. Prints what is wrong, and how much was looked at; exits with 1 if anything is wrong. With
`--limit` seconds a file that takes longer is named, too. With `--rewrite` loops are run, compared and timed as `autovec rewrite`
does, which takes seconds a loop: `--most` takes so many of the files in which something could be rewritten, from all folders.
"""

from __future__ import annotations

import argparse
import ast
import gc
import multiprocessing
import os
import sys
import time
import tokenize
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import FileReport, Left, Rewrite
from autovec.pipeline import analyse_file

QUIET = Options(verify=False)
RUNNING = Options(verify=True)


@dataclass(frozen=True)
class Looked:
    """What one file came to."""

    path: str
    lines: int
    loops: int
    rewrites: int
    skipped: str
    problems: tuple[str, ...]


def comments(text: str) -> Counter[str]:
    """The comments of a text."""
    return Counter(t.string for t in tokenize.tokenize(BytesIO(text.encode()).readline) if t.type == tokenize.COMMENT)


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


@cache
def sandbox() -> Sandbox:
    """Where this process runs loops."""
    return Sandbox()


def analysed(data: bytes, path: str, running: bool) -> FileReport:
    """What is found in a file; `running` asks all three questions."""
    return analyse_file(data, path, RUNNING if running else QUIET, sandbox() if running else None)


def problems(report: FileReport, running: bool) -> Iterator[str]:
    """What is wrong with what would be written for a file."""
    left = [f for f in report.findings if isinstance(f, Left)]
    yield from (f"{f.span}: {f.refusal.message}" for f in left if f.refusal.code in ("AV005", "AV007", "AV090"))
    if report.after == report.before:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(report.after)
    if comments(report.before) - comments(report.after):
        yield "a comment is gone"
    if not is_in_order(kept_lines(report), report.after):
        yield "a line outside the edits changed"
    again = analysed(report.after.encode(), report.path, running)
    if again.error:
        yield f"a second run fails: {again.error}"
    fresh = [f for f in again.findings if isinstance(f, Rewrite)]
    if running:  # a loop that paid the second time only was not written by the first run
        fresh = [f for f in fresh if f.edit.before not in report.before]
    yield from (f"a second run would change line {f.edit.span.line}" for f in fresh)


def looked_at(path: str, limit: float = 0.0, running: bool = False) -> Looked:
    """One file."""
    began = time.process_time()
    data = Path(path).read_bytes()
    try:
        report = analysed(data, path, running)
        wrong = tuple(problems(report, running))
    except Exception as error:  # what must not be
        return Looked(path, 0, 0, 0, "", (f"{type(error).__name__}: {error}",))
    took = time.process_time() - began
    wrong += (f"it took {took:.1f} s",) if limit and took > limit else ()
    rewrites = sum(isinstance(f, Rewrite) for f in report.findings)
    return Looked(path, data.count(b"\n"), len(report.findings), rewrites, report.error, wrong)


def main() -> int:
    """Look at all files, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--limit", type=float, default=0.0, help="seconds of CPU time that a file may take")
    parser.add_argument("--rewrite", action="store_true", help="run, compare and time the loops")
    parser.add_argument("--most", type=int, default=0, help="how many of the files with loops to rewrite")
    given = parser.parse_args()
    files = sorted(str(path) for folder in given.folders for path in folder.rglob("*.py") if path.is_file())
    gc.set_threshold(200_000, 20, 50)
    found = sweep(files, partial(looked_at, limit=given.limit))
    if given.rewrite:
        promising = [one.path for one in found if one.rewrites]
        step = max(1, len(promising) // given.most) if given.most else 1
        found = sweep(promising[::step], partial(looked_at, limit=given.limit, running=True))
    return summary(found)


def sweep(files: list[str], look: Callable[[str], Looked]) -> list[Looked]:
    """What all files came to; what is wrong is printed at once."""
    found: list[Looked] = []
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for one in pool.imap_unordered(look, files, chunksize=8 if len(files) > 1000 else 1):
            found.append(one)
            for problem in one.problems:
                print(f"{one.path}: {problem}", flush=True)
    return sorted(found, key=lambda one: one.path)


def summary(found: list[Looked]) -> int:
    """Say how much it was; the exit code."""
    skipped = Counter(one.skipped.split(" ")[0] for one in found if one.skipped)
    print(
        f"{len(found):,} files, {sum(f.lines for f in found):,} lines, {sum(f.loops for f in found):,} loops over numbers, ",
        end="",
    )
    print(f"{sum(f.rewrites for f in found):,} would be rewritten, {dict(skipped)} skipped, ", end="")
    print(f"{sum(bool(f.problems) for f in found)} files with something wrong")
    return int(any(one.problems for one in found))


if __name__ == "__main__":
    sys.exit(main())
