"""Which lines changed since a commit, as git knows it.

A revision and the files of the run come in; for each file that changed the ranges of its new lines go out, everything for a file
that git does not track or that is a notebook (its JSON lines are not lines of code). Changes count from where the revision and
the current commit parted, so that what others did meanwhile is not counted. Not handled: files outside any repository, which
are an error rather than silence.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autovec.files.content import NOTEBOOK, FileProblem

Lines = tuple[tuple[int, int], ...]
EVERYTHING: Lines = ((1, 1 << 30),)
_FILE = re.compile(r'^\+\+\+ (?:"?b/(?P<path>.*?)"?|/dev/null)\t?$')
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_DIFF = ("diff", "--unified=0", "--no-color", "--no-ext-diff", "--no-renames", "--src-prefix=a/", "--dst-prefix=b/")


def changed_lines(revision: str, paths: Sequence[Path]) -> dict[Path, Lines]:
    """The changed lines of those of `paths` that changed; a `FileProblem` where git cannot tell."""
    by_root: dict[Path, list[Path]] = {}
    for path in paths:
        by_root.setdefault(_root(path), []).append(path)
    return {path: lines for root, own in by_root.items() for path, lines in _changed(root, revision, own).items()}


def _changed(root: Path, revision: str, paths: Sequence[Path]) -> dict[Path, Lines]:
    base = _git(root, "merge-base", revision, "HEAD").strip()
    hunks = _hunks(_git(root, *_DIFF, base, "--"))
    new = set(_git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0"))
    names = {path: Path(os.path.realpath(path)).relative_to(root).as_posix() for path in paths}
    known = {path: EVERYTHING if name in new else hunks.get(name) for path, name in names.items()}
    return {path: EVERYTHING if path.suffix == NOTEBOOK else lines for path, lines in known.items() if lines}


def _hunks(diff: str) -> Mapping[str, Lines]:
    found: dict[str, list[tuple[int, int]]] = {}
    for name, first, length in _headers(diff):
        last = first + max(length, 1) - 1  # where lines only went, the line above stands for them
        found.setdefault(name, []).append((first, last))
    return {name: tuple(lines) for name, lines in found.items()}


def _headers(diff: str) -> Iterator[tuple[str, int, int]]:
    name = ""
    for line in diff.split("\n"):
        if match := _FILE.match(line):
            name = match["path"] or ""
        elif match := _HUNK.match(line):
            yield name, int(match[1]), int(match[2] or 1)


def _root(path: Path) -> Path:
    directory = Path(os.path.realpath(path)).parent
    root = next((d for d in (directory, *directory.parents) if (d / ".git").exists()), None)
    if root is None:
        raise FileProblem(f"{path}: not in a git repository, so nothing is known of its changes")
    return root


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise FileProblem(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[0]
        raise FileProblem(f"git {words[0]}: {reason or 'the revision has no commit in common with the current one'}")
    return done.stdout.decode("utf-8", "replace")
