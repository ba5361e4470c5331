"""Paths from the command line come in, the Python files to look at go out, each with the settings that hold for it.

A directory is walked in the order of names, less what `exclude` and .gitignore leave out; a file that is named itself is
taken whatever it is called, unless `force-exclude` is set (as pre-commit needs it). Links inside a directory are not
followed: what they point to is either found itself or lies elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autovec.settings.model import Settings
from autovec.settings.patterns import matches, relative_to, verdict
from autovec.settings.resolver import Resolver

SUFFIXES = (".py", ".pyw", ".ipynb")


@dataclass(frozen=True, slots=True)
class Target:
    """A file to look at."""

    path: Path  # as typed, or below the directory that was typed
    settings: Settings


@dataclass(frozen=True, slots=True)
class Discovery:
    """What the paths of the command line came to."""

    targets: tuple[Target, ...]
    notices: tuple[str, ...]  # directories without Python files or that cannot be read


def discover(paths: Sequence[Path], resolver: Resolver) -> Discovery:
    """Every file once, in the order of `paths`. The paths exist."""
    notices: list[str] = []
    found: dict[str, Target] = {}
    for path in paths:
        targets = list(_walk(path, resolver, notices)) if path.is_dir() else list(_named(path, resolver))
        if path.is_dir() and not targets:
            notices.append(f"{path}: no Python files found in this directory")
        for target in targets:
            found.setdefault(os.path.realpath(target.path), target)
    return Discovery(tuple(found.values()), tuple(notices))


def _named(path: Path, resolver: Resolver) -> Iterator[Target]:
    settings = resolver.of(path.absolute().parent)
    if not is_excluded(path, settings):
        yield Target(path, settings)


def is_excluded(path: Path, settings: Settings) -> bool:
    """Whether `force-exclude` leaves out a file that the user named."""
    return settings.force_exclude and matches(relative_to(path, settings.root) or path.name, settings.excludes())


# ------------------------------------------------------------------ directories


@dataclass(frozen=True, slots=True)
class _Walk:
    """What stays the same while one directory of the command line is walked."""

    top: Path
    resolver: Resolver
    notices: list[str]
    ignores: dict[Path, tuple[str, ...]] = field(default_factory=dict[Path, tuple[str, ...]])  # .gitignore lines by directory

    def split(self, root: Path, patterns: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The patterns of `root` that hold below `top`, and those that leave out `top` itself: naming a directory beats them."""
        top = relative_to(self.top, root)
        if top in (None, "."):
            return patterns, ()
        beaten = tuple(p for p in patterns if matches(f"{top}/", (p,)))
        return tuple(p for p in patterns if p not in beaten), beaten

    def leaves_out(self, path: Path, is_directory: bool) -> bool:
        """Whether `exclude` or a .gitignore names `path`."""
        settings = self.resolver.of(path.absolute().parent)
        slash = "/" if is_directory else ""
        patterns, beaten = self.split(settings.root, settings.excludes())
        below_top = (relative_to(path, self.top.absolute()) or path.name) + slash
        below_root = (relative_to(path, settings.root) or below_top.rstrip("/")) + slash
        excluded = matches(below_root, patterns) or matches(below_top, beaten)
        return excluded or (settings.respect_gitignore and self.git_ignores(path, slash))

    def git_ignores(self, path: Path, slash: str) -> bool:
        """Whether .gitignore leaves `path` out: the deepest file with an opinion decides."""
        for directory in path.absolute().parents:
            patterns, _ = self.split(directory, self.ignore_lines(directory))
            answer = verdict(path.absolute().relative_to(directory).as_posix() + slash, patterns)
            if answer is not None:
                return answer
            if (directory / ".git").exists():
                return False
        return False

    def ignore_lines(self, directory: Path) -> tuple[str, ...]:
        """The lines of the directory's .gitignore, none where it cannot be read."""
        if directory not in self.ignores:
            self.ignores[directory] = _lines(directory / ".gitignore")
        return self.ignores[directory]


def _lines(path: Path) -> tuple[str, ...]:
    try:
        return tuple(path.read_text("utf-8", errors="replace").splitlines())
    except OSError:
        return ()


def _walk(top: Path, resolver: Resolver, notices: list[str]) -> Iterator[Target]:
    walk = _Walk(top, resolver, notices)
    pending = [top]
    while pending:
        directory = pending.pop()
        subdirectories, files = _entries(directory, notices)
        settings = resolver.of(directory.absolute())
        yield from (Target(path, settings) for path in files if not walk.leaves_out(path, is_directory=False))
        pending += reversed([path for path in subdirectories if not walk.leaves_out(path, is_directory=True)])


def _entries(directory: Path, notices: list[str]) -> tuple[list[Path], list[Path]]:
    """The subdirectories and the Python files, by name; links are neither."""
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError as error:
        notices.append(f"{directory}: this directory cannot be read: {error.strerror}")
        return [], []
    subdirectories = [directory / e.name for e in entries if e.is_dir(follow_symlinks=False)]
    files = [directory / e.name for e in entries if e.name.endswith(SUFFIXES) and e.is_file(follow_symlinks=False)]
    return subdirectories, files
