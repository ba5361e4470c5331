"""What the editor and the project configure.

The client's own table comes in, at the start or whenever it changes, with the keys of `[tool.autovec]` (in camel case too, as
VS Code's settings are) and a few of the server's own. Out go the settings of a file: those of the nearest pyproject.toml with the
client's on top. A configuration that cannot be used is a problem of one line, and the defaults hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path

from autovec.files.seen import Traced, traced
from autovec.options import Seen
from autovec.record import dataclass
from autovec.settings.model import Settings
from autovec.settings.patterns import matches, relative_to
from autovec.settings.reader import SettingsError, read_values, with_values
from autovec.settings.resolver import Resolver

_OF_THE_EXTENSION = frozenset({"path", "interpreter", "trace", "enable"})  # it reads them itself
_OF_THE_SERVER = frozenset({"trusted", "verify"})


@dataclass(slots=True)
class Configuration:
    """`trusted`: may the loops of this workspace be run at all; `verify`: does the user want that before an edit."""

    trusted: bool = True
    verify: bool = True
    problems: list[str] = field(default_factory=list[str])
    _first: dict[str, object] = field(default_factory=dict[str, object])
    _table: dict[str, object] = field(default_factory=dict[str, object])
    _resolver: Resolver | None = None
    _traced: dict[tuple[Path, str], Traced] = field(default_factory=dict[tuple[Path, str], Traced])

    @property
    def runs(self) -> bool:
        """Whether loops may be run."""
        return self.trusted and self.verify

    def take(self, given: Mapping[str, object]) -> None:
        """The client's table; what it does not say is as at the start."""
        table = {**self._first, **_kebab(given)}
        self._first = self._first or table
        self.trusted = table.get("trusted", True) is True
        self.verify = table.get("verify", "onAction") != "off"
        self._table = {k: v for k, v in table.items() if k not in _OF_THE_EXTENSION | _OF_THE_SERVER and v is not None}
        self.forget()

    def forget(self) -> None:
        """Read the project's files again before the next answer."""
        self._resolver = None
        self._traced.clear()

    def settings(self, path: Path) -> Settings:
        """What holds for a file."""
        if self._resolver is None:
            self._resolver = Resolver(self._changed)
            self.problems.clear()
        try:
            return self._resolver.of(path.absolute().parent)
        except SettingsError as error:
            if str(error) not in self.problems:
                self.problems.append(str(error))
            return Settings()

    def seen(self, path: Path) -> tuple[Seen, ...]:
        """What `autovec trace` noted of the parameters in a file."""
        settings = self.settings(path)
        where = settings.root, settings.cache_dir
        if where not in self._traced:
            self._traced[where] = traced(settings)
        return self._traced[where].of(str(path))

    def excludes(self, path: Path) -> bool:
        """Whether the project leaves a file out."""
        settings = self.settings(path)
        relative = relative_to(path, settings.root)
        return relative is not None and matches(relative, settings.excludes())

    def _changed(self, settings: Settings) -> Settings:
        changed = with_values(settings, read_values(self._table, "the editor's settings", ""))
        return changed if self.trusted else replace(changed, rules=())  # a pack is code


def _kebab(given: Mapping[str, object]) -> dict[str, object]:
    return {re.sub(r"(?<=[a-z])([A-Z])", r"-\1", key).lower(): value for key, value in given.items()}
