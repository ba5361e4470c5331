"""A directory comes in, the settings that hold for its files go out.

Every file of a run is judged by the configuration nearest to it, as Ruff does it; a pyproject.toml without
`[tool.autovec]` does not count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from pathlib import Path

from autovec.record import dataclass
from autovec.settings.model import Settings
from autovec.settings.packs import UnknownPack, located
from autovec.settings.reader import SettingsError, read_settings


@dataclass(frozen=True, slots=True)
class Resolver:
    """The settings of every directory: the nearest file's, or fixed ones, with the command line's changes on top."""

    change: Callable[[Settings], Settings]
    fixed: Settings | None = None  # from --config or --isolated
    _found: dict[Path, Settings] = field(default_factory=dict[Path, Settings])

    def of(self, directory: Path) -> Settings:
        """The settings for the files of `directory`, an absolute path."""
        if directory not in self._found:
            self._found[directory] = self._look(directory)
        return self._found[directory]

    def _look(self, directory: Path) -> Settings:
        if self.fixed is not None:
            return self._changed(self.fixed)
        candidate = directory / "pyproject.toml"
        settings = read_settings(candidate) if candidate.is_file() else None
        if settings is not None:
            return self._changed(settings)
        if directory.parent == directory:
            return self._changed(Settings())
        return self.of(directory.parent)

    def _changed(self, settings: Settings) -> Settings:
        """With what the command line or the editor says on top, and the packs that it then names."""
        changed = self.change(settings)
        try:
            return replace(changed, folders=tuple(located(name, changed.root) for name in changed.rules))
        except UnknownPack as error:
            raise SettingsError(f"{changed.origin or 'the configuration'}: `rules`: {error}") from None

    def seen(self) -> tuple[Settings, ...]:
        """Every distinct set of settings that was handed out."""
        return tuple(dict.fromkeys(self._found.values()))
