"""A configuration file comes in, `Settings` go out; whatever is wrong in it is one `SettingsError` that names file and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from autovec.settings.model import BACKENDS, OUTPUT_FORMATS, ROUNDINGS, PerFileIgnores, Settings


class SettingsError(Exception):
    """A configuration that cannot be used, as one line."""


class WrongValue(ValueError):
    """The value is not what the key takes; the text says what it takes."""


# ------------------------------------------------------------------ one value


def _texts(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [None]
    if not all(isinstance(item, str) for item in items):
        raise WrongValue("a list of strings")
    return tuple(cast("list[str]", items))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValue("a string")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise WrongValue("true or false")
    return value


def _factor(value: object) -> float:
    return parse_factor("" if isinstance(value, bool | str) else str(value))


def parse_factor(text: str) -> float:
    """A finite factor of at least 0, as in "1.5"."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise WrongValue("a number of at least 0")
    return value


def _bytes(value: object) -> int:
    return parse_bytes("" if isinstance(value, bool) else str(value))


def parse_bytes(text: str) -> int:
    """The bytes in "1000", "64kB", "256MB" or "2GB"; a kilobyte has 1,024."""
    number = text.strip().upper().removesuffix("B")
    power = {"K": 1, "M": 2, "G": 3}.get(number[-1:], 0)
    digits = number[:-1].strip() if power else number
    if not (digits.isascii() and digits.isdigit()):
        raise WrongValue('a number of bytes or a text such as "256MB"')
    return int(digits) * 1024**power


def _choice(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            raise WrongValue(" or ".join(f'"{choice}"' for choice in choices))
        return str(value)

    return read


def _table_of_codes(value: object) -> PerFileIgnores:
    if not isinstance(value, dict):
        raise WrongValue("a table from file patterns to lists of codes")
    table = cast("dict[str, object]", value)
    return tuple((pattern, _texts(codes)) for pattern, codes in table.items())


_READERS: Mapping[str, Callable[[object], object]] = {
    "select": _texts,
    "extend-select": _texts,
    "ignore": _texts,
    "per-file-ignores": _table_of_codes,
    "fixable": _texts,
    "unfixable": _texts,
    "min-speedup": _factor,
    "rounding": _choice(*ROUNDINGS),
    "backend": _choice(*BACKENDS),
    "parallel": _flag,
    "guards": _flag,
    "strict": _flag,
    "max-temporary": _bytes,
    "exclude": _texts,
    "extend-exclude": _texts,
    "force-exclude": _flag,
    "respect-gitignore": _flag,
    "output-format": _choice(*OUTPUT_FORMATS),
    "show-refusals": _flag,
    "baseline": _text,
    "cache-dir": _text,
    "rules": _texts,
}


# ------------------------------------------------------------------ one file


def read_settings(path: Path) -> Settings | None:
    """The settings in `path`; None where it is a pyproject.toml without `[tool.autovec]`.

    A file of any other name holds the keys at its top level.
    """
    document = _parse(path)
    if path.name != "pyproject.toml":
        return _settings(document, path, where="")
    tool = document.get("tool")
    table = cast("dict[str, object]", tool).get("autovec") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise SettingsError(f"{path}: `tool.autovec` must be a table")
    return _settings(cast("dict[str, object]", table), path, where="tool.autovec.")


def _parse(path: Path) -> dict[str, object]:
    import tomllib  # not every directory has a configuration

    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None


def _settings(table: Mapping[str, object], path: Path, where: str) -> Settings:
    return with_values(Settings(origin=path.absolute()), read_values(table, str(path), where))


def with_values(settings: Settings, values: Mapping[str, object]) -> Settings:
    """The settings with what a reader gave on top."""
    return replace(settings, **values)  # pyright: ignore[reportArgumentType]  # each reader gives its field's type


def read_option(text: str) -> dict[str, object]:
    """The values in a `--config` that is no file, as `min-speedup = 2`."""
    import tomllib

    try:
        return read_values(tomllib.loads(text), f"--config {text!r}", "")
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"--config {text!r}: neither a file nor KEY=VALUE in TOML: {error}") from None


def read_values(table: Mapping[str, object], place: str, where: str) -> dict[str, object]:
    """The values in a table that stands at `place`; `where` is what its keys are written after."""
    values: dict[str, object] = {}
    for key, value in table.items():
        reader = _READERS.get(key)
        if reader is None:
            raise SettingsError(f"{place}: unknown key `{where}{key}`{_suggestion(key)}")
        try:
            values[key.replace("-", "_")] = reader(value)
        except WrongValue as error:
            raise SettingsError(f"{place}: `{where}{key}` must be {error}, not {value!r}") from None
    return values


def _suggestion(key: str) -> str:
    import difflib

    close = difflib.get_close_matches(key.replace("_", "-"), _READERS, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
