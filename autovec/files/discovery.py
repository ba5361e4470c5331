"""Paths from the command line come in, the Python files to look at go out, each with the settings that hold for it.

A directory is walked in the order of names, less what `exclude` and .gitignore leave out; a file that is named itself is
taken whatever it is called, unless `force-exclude` is set (as pre-commit needs it). Links inside a directory are not
followed: what they point to is either found itself or lies elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import field
from pathlib import Path

from autovec.record import dataclass
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
class _Here:
    """What decides on the entries of one directory; a prefix makes of an entry's name its path below a place of patterns."""

    excluded: tuple[tuple[str, tuple[str, ...]], ...]  # prefixes and patterns, of which one that fits is enough
    ignored: tuple[tuple[str, tuple[str, ...]], ...]  # those of .gitignore: the deepest file with an opinion decides

    def leaves_out(self, name: str) -> bool:
        """Whether `exclude` or a .gitignore names the entry; directories end in a slash."""
        if any(matches(prefix + name, patterns) for prefix, patterns in self.excluded):
            return True
        verdicts = (verdict(prefix + name, patterns) for prefix, patterns in self.ignored)
        return next((answer for answer in verdicts if answer is not None), False)


@dataclass(frozen=True, slots=True)
class _Walk:
    """What stays the same while one directory of the command line is walked."""

    top: Path
    resolver: Resolver
    notices: list[str]
    ignores: dict[Path, tuple[str, ...]] = field(default_factory=dict[Path, tuple[str, ...]])  # .gitignore lines by directory

    def here(self, directory: Path) -> _Here:
        """What decides in `directory`."""
        settings, absolute = self.resolver.of(directory.absolute()), directory.absolute()
        patterns, beaten = self.split(settings.root, settings.excludes())
        below_top = _prefix(absolute, self.top.absolute())
        below_root = _prefix(absolute, settings.root)
        places = ((below_top if below_root is None else below_root, patterns), (below_top, beaten))
        excluded = tuple((prefix or "", own) for prefix, own in places if own)
        return _Here(excluded, tuple(self.git_ignores(absolute)) if settings.respect_gitignore else ())

    def split(self, root: Path, patterns: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The patterns of `root` that hold below `top`, and those that leave out `top` itself: naming a directory beats them."""
        top = relative_to(self.top, root) if patterns else None
        if top in (None, "."):
            return patterns, ()
        beaten = tuple(p for p in patterns if matches(f"{top}/", (p,)))
        return tuple(p for p in patterns if p not in beaten), beaten

    def git_ignores(self, absolute: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The patterns of the .gitignore files around, the deepest first, up to the repository's own."""
        for directory in (absolute, *absolute.parents):
            patterns = self.ignore_lines(directory)
            if patterns:
                yield _prefix(absolute, directory) or "", patterns
            if (directory / ".git").exists():
                return

    def ignore_lines(self, directory: Path) -> tuple[str, ...]:
        """The lines of the directory's .gitignore that hold below `top`, none where it cannot be read."""
        if directory not in self.ignores:
            self.ignores[directory], _ = self.split(directory, _lines(directory / ".gitignore"))
        return self.ignores[directory]


def _prefix(directory: Path, root: Path) -> str | None:
    """What stands before the names of a directory's entries in their paths below `root`; None where it lies elsewhere."""
    below = relative_to(directory, root)
    return below if below is None else "" if below == "." else f"{below}/"


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
        settings, here = resolver.of(directory.absolute()), walk.here(directory)
        yield from (Target(directory / name, settings) for name in files if not here.leaves_out(name))
        pending += [directory / name for name in reversed(subdirectories) if not here.leaves_out(f"{name}/")]


def _entries(directory: Path, notices: list[str]) -> tuple[list[str], list[str]]:
    """The names of the subdirectories and of the Python files, sorted; links are neither."""
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError as error:
        notices.append(f"{directory}: this directory cannot be read: {error.strerror}")
        return [], []
    subdirectories = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
    files = [e.name for e in entries if e.name.endswith(SUFFIXES) and e.is_file(follow_symlinks=False)]
    return subdirectories, files
