"""One call of `rewrite` or `check` as plain data, and what its words change in the settings.

An option that was not given is None and changes nothing.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autovec.options import Backend, RoundingLimit
from autovec.record import dataclass
from autovec.settings.model import OutputFormat, PerFileIgnores, Settings


@dataclass(frozen=True, slots=True)
class Arguments:
    """One call of `rewrite` or `check`, as typed."""

    paths: tuple[Path, ...]
    select: tuple[str, ...] | None
    ignore: tuple[str, ...] | None
    extend_select: tuple[str, ...] | None
    fixable: tuple[str, ...] | None
    unfixable: tuple[str, ...] | None
    exclude: tuple[str, ...] | None
    extend_exclude: tuple[str, ...] | None
    per_file_ignores: PerFileIgnores | None
    force_exclude: bool | None
    respect_gitignore: bool | None
    rounding: RoundingLimit | None
    backend: Backend | None
    parallel: bool | None
    guards: bool | None
    strict: bool | None
    max_temporary: int | None
    output_format: OutputFormat | None
    output_file: Path | None
    statistics: bool
    show_refusals: bool | None
    quiet: bool
    color: str
    config: tuple[str, ...]
    isolated: bool
    show_settings: bool
    stdin_filename: Path | None
    jobs: int | None
    exit_zero: bool
    since: str | None
    profile: Path | None
    report: Path | None
    min_speedup: float | None = None
    diff: bool = False
    interactive: bool = False
    patch: Path | None = None
    write_tests: Path | None = None
    exit_non_zero_on_fix: bool = False
    baseline: Path | None = None
    write_baseline: Path | None = None
    add_ignore: str | None = None
    cache: bool = False
    cache_dir: Path | None = None
    watch: bool = False

    def change(self, settings: Settings) -> Settings:
        """The settings with this call's words on top: `--select` and `--fixable` start afresh, other lists add to the file's."""
        given = {name: getattr(self, name) for name in _REPLACED if getattr(self, name) is not None}
        return replace(
            settings,
            **given,
            ignore=(*(() if self.select else settings.ignore), *(self.ignore or ())),
            extend_select=(*(() if self.select else settings.extend_select), *(self.extend_select or ())),
            unfixable=(*(() if self.fixable else settings.unfixable), *(self.unfixable or ())),
            extend_exclude=(*settings.extend_exclude, *(self.extend_exclude or ())),
            per_file_ignores=(*settings.per_file_ignores, *(self.per_file_ignores or ())),
        )


_REPLACED = (
    "select", "fixable", "exclude", "force_exclude", "respect_gitignore", "rounding", "backend", "parallel", "guards", "strict",
    "max_temporary", "output_format", "show_refusals", "min_speedup",
)  # fmt: skip
