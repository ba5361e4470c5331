"""Colours for a terminal. Text comes in, the same text with or without escape sequences goes out."""

from __future__ import annotations

from autovec.record import dataclass


@dataclass(frozen=True, slots=True)
class Ink:
    """Paints where `colour` is set."""

    colour: bool

    def bold(self, text: str) -> str:
        """For what a reader looks for first."""
        return self._paint("1", text)

    def code(self, text: str) -> str:
        """For rule and refusal codes."""
        return self._paint("1;36", text)

    def error(self, text: str) -> str:
        """For what went wrong."""
        return self._paint("1;31", text)

    def added(self, text: str) -> str:
        """For new lines."""
        return self._paint("32", text)

    def removed(self, text: str) -> str:
        """For old lines."""
        return self._paint("31", text)

    def faint(self, text: str) -> str:
        """For what frames the rest."""
        return self._paint("2", text)

    def _paint(self, attributes: str, text: str) -> str:
        return f"\x1b[{attributes}m{text}\x1b[0m" if self.colour and text else text
