"""File patterns in the grammar of .gitignore, the same for `exclude`, `per-file-ignores` and .gitignore itself.

A path relative to the place that the patterns belong to comes in, an answer goes out. pathspec costs 33 ms to import and
most runs on single files need no pattern: it is imported where the first one is compiled.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


@lru_cache(maxsize=512)
def _compiled(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def verdict(relative: str, patterns: tuple[str, ...]) -> bool | None:
    """True where the last pattern that fits includes `relative`, False where it excludes it (`!`), None where none fits.

    Directories end in a slash.
    """
    return _compiled(patterns).check_file(relative).include if patterns else None


def matches(relative: str, patterns: tuple[str, ...]) -> bool:
    """Whether the patterns take `relative` in."""
    return verdict(relative, patterns) is True


def relative_to(path: Path, root: Path) -> str | None:
    """`path` below `root` with slashes, None where it lies elsewhere."""
    absolute = path.absolute()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else None
