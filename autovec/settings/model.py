"""All that can be configured, as plain data.

Nothing comes in but values that were checked before; `Options` for one file go out. What is not handled here: where the
values come from (`reader`) and which of several configuration files holds for a file (`resolver`).
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Literal, cast

from autovec.options import DEFAULT_MAX_TEMPORARY, DEFAULT_MIN_SPEEDUP, Backend, Options, Pack, RoundingLimit
from autovec.record import dataclass
from autovec.settings.packs import pack_in
from autovec.settings.patterns import matches, relative_to

OutputFormat = Literal["full", "concise", "json", "json-lines", "github", "gitlab", "junit", "sarif"]
OUTPUT_FORMATS: tuple[OutputFormat, ...] = ("full", "concise", "json", "json-lines", "github", "gitlab", "junit", "sarif")
WHOLE_FORMATS: tuple[OutputFormat, ...] = OUTPUT_FORMATS[2:]  # documents for programs, which need all files
ROUNDINGS: tuple[RoundingLimit, ...] = ("bounded", "exact")
BACKENDS: tuple[Backend, ...] = ("auto", "numpy", "numba")

DEFAULT_EXCLUDE = (
    ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv",
    ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pypackages__", "_build", "buck-out",
    "build", "dist", "node_modules", "site-packages", "venv",
)  # fmt: skip

CACHE_DIRECTORY = ".autovec_cache"
PerFileIgnores = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one directory; field names are the keys with hyphens as underscores."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_file_ignores: PerFileIgnores = ()
    fixable: tuple[str, ...] = ()  # what `rewrite` may write; () for everything
    unfixable: tuple[str, ...] = ()
    min_speedup: float = DEFAULT_MIN_SPEEDUP
    rounding: RoundingLimit = "bounded"
    backend: Backend = "auto"
    parallel: bool = False
    strict: bool = False
    guards: bool = True
    max_temporary: int = DEFAULT_MAX_TEMPORARY
    exclude: tuple[str, ...] = DEFAULT_EXCLUDE
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    output_format: OutputFormat = "full"
    show_refusals: bool = False
    baseline: str = ""  # the file of accepted findings, beside the configuration; "" for none
    cache_dir: str = ""  # where `check` keeps what it found; "" for .autovec_cache beside the configuration
    rules: tuple[str, ...] = ()  # rule packs: folders beside the configuration, or names of installed ones
    folders: tuple[Path, ...] = ()  # where those lie
    origin: Path | None = None  # the file that they were read from; its directory anchors the patterns

    @property
    def root(self) -> Path:
        """The directory that `exclude` and `per-file-ignores` are relative to."""
        return self.origin.parent if self.origin else Path.cwd()

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The rule packs as they are now."""
        return tuple(map(pack_in, self.folders))

    def options(self, path: Path, *, verify: bool) -> Options:
        """What the pipeline is asked for on one file."""
        return Options(
            verify=verify,
            min_speedup=self.min_speedup,
            select=(*self.select, *self.extend_select) if self.select else (),
            ignore=(*self.ignore, *self._ignored_in(path)),
            fixable=self.fixable,
            unfixable=self.unfixable,
            rounding=self.rounding,
            backend=self.backend,
            parallel=self.parallel,
            strict=self.strict,
            guards=self.guards,
            max_temporary=self.max_temporary,
            packs=self.packs,
        )

    def excludes(self) -> tuple[str, ...]:
        """Every pattern of files and directories to leave out."""
        return (*self.exclude, *self.extend_exclude)

    def codes(self) -> tuple[str, ...]:
        """Every code prefix that is mentioned, so that unknown ones can be pointed out."""
        per_file = (code for _, codes in self.per_file_ignores for code in codes)
        fixes = (*self.fixable, *self.unfixable)
        return tuple(dict.fromkeys((*self.select, *self.extend_select, *self.ignore, *per_file, *fixes)))

    def _ignored_in(self, path: Path) -> tuple[str, ...]:
        if not self.per_file_ignores:
            return ()
        relative = relative_to(path, self.root) or path.name
        hits = (codes for pattern, codes in self.per_file_ignores if matches(relative, (pattern,)))
        return tuple(code for codes in hits for code in codes)


def show_settings(settings: Settings) -> str:
    """One TOML line a setting, as `--show-settings` prints them."""
    shown = {item.name.replace("_", "-"): getattr(settings, item.name) for item in fields(settings)}
    del shown["origin"], shown["folders"], shown["per-file-ignores"]
    table = ", ".join(f"{_toml(pattern)} = {_toml(codes)}" for pattern, codes in settings.per_file_ignores)
    lines = [f"# {settings.origin or 'defaults: no configuration file was found'}", "[tool.autovec]"]
    lines += [f"{key} = {_toml(value)}" for key, value in shown.items()]
    return "\n".join([*lines, f"per-file-ignores = {{ {table} }}" if table else "per-file-ignores = {}"]) + "\n"


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case tuple():
            return f"[{', '.join(_toml(item) for item in cast('tuple[object, ...]', value))}]"
        case _:
            return str(value)
