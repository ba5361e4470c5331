"""Configuration files: whatever is wrong is one sentence; what is right arrives whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autovec.settings.model import Settings, show_settings
from autovec.settings.reader import SettingsError, read_settings
from autovec.settings.resolver import Resolver


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tool.autovec = 3", "`tool.autovec` must be a table"),
        ("[tool.autovec]\nspeed = 3", "unknown key `tool.autovec.speed`; did you mean `min-speedup`?"),
        ("[tool.autovec]\nmin_speedup = 3", "unknown key `tool.autovec.min_speedup`; did you mean `min-speedup`?"),
        ("[tool.autovec]\nmin-speedup = '3'", "`tool.autovec.min-speedup` must be a number of at least 0, not '3'"),
        ("[tool.autovec]\nmin-speedup = -1", "`tool.autovec.min-speedup` must be a number of at least 0, not -1"),
        ("[tool.autovec]\nmin-speedup = inf", "`tool.autovec.min-speedup` must be a number of at least 0, not inf"),
        ("[tool.autovec]\nmin-speedup = true", "`tool.autovec.min-speedup` must be a number of at least 0, not True"),
        ("[tool.autovec]\nguards = 1", "`tool.autovec.guards` must be true or false, not 1"),
        ("[tool.autovec]\nignore = [1]", "`tool.autovec.ignore` must be a list of strings, not [1]"),
        ("[tool.autovec]\nrounding = 'loose'", '`tool.autovec.rounding` must be "bounded" or "exact", not \'loose\''),
        (
            "[tool.autovec]\nmax-temporary = 1.5",
            '`tool.autovec.max-temporary` must be a number of bytes or a text such as "256MB", not 1.5',
        ),
        (
            "[tool.autovec]\nper-file-ignores = 1",
            "`tool.autovec.per-file-ignores` must be a table from file patterns to lists of codes, not 1",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(caught.value) == f"{path}: {message}"


@pytest.mark.parametrize(("data", "message"), [(b"x = '\xff'", "not UTF-8"), (b"x = ", "not valid TOML: Invalid value")])
def test_what_is_no_toml(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert str(caught.value).startswith(f"{path}: {message}")


def test_every_key(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    wanted = Settings(
        select=("AV1",), extend_select=("AV2",), ignore=("AV101",), per_file_ignores=(("t/*", ("AV1", "AV2")),),
        fixable=("AV1", "AV2"), unfixable=("AV104",), min_speedup=2.0, rounding="exact",
        guards=False, max_temporary=2 * 1024**3, exclude=("a",), extend_exclude=("b",), force_exclude=True,
        respect_gitignore=False, output_format="json", show_refusals=True, origin=path,
    )  # fmt: skip
    path.write_text(show_settings(wanted).replace(f"{2 * 1024**3}", '"2GB"'))
    assert read_settings(path) == wanted


def test_a_file_of_another_name_holds_the_keys_at_its_top(tmp_path: Path) -> None:
    path = tmp_path / "strict.toml"
    path.write_text('rounding = "exact"')
    assert read_settings(path) == Settings(rounding="exact", origin=path)


def test_the_nearest_file_with_the_table_holds(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.autovec]\nguards = false")
    (tmp_path / "a" / "pyproject.toml").write_text("[project]\nname = 'a'")
    resolver = Resolver(lambda settings: replace(settings, min_speedup=3.0))
    assert resolver.of(inner) == Settings(guards=False, min_speedup=3.0, origin=tmp_path / "pyproject.toml")


def test_options_for_one_file(tmp_path: Path) -> None:
    settings = Settings(
        select=("AV2",),
        extend_select=("AV101",),
        ignore=("AV20",),
        per_file_ignores=(("tests/", ("AV1",)), ("__init__.py", ("AV2",))),
        origin=tmp_path / "pyproject.toml",
    )
    options = settings.options(tmp_path / "tests" / "m.py", verify=False)
    assert (options.select, options.ignore) == (("AV2", "AV101"), ("AV20", "AV1"))
    assert [code for code in ("AV101", "AV201", "AV211", "AV301") if options.allows(code)] == ["AV101", "AV211"]
    assert settings.options(tmp_path / "src" / "__init__.py", verify=False).ignore == ("AV20", "AV2")
    assert settings.options(Path("/elsewhere/m.py"), verify=False).ignore == ("AV20",)
