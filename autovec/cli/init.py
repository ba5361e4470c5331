"""`autovec init`: the configuration, the pre-commit entry, and the line that keeps Ruff from deleting our codes.

Files are only added to, as text, so that nothing in them is laid out anew; what is there already stays as it is. A file
that would not be read as before, or whose layout is not understood, is left alone, and what to add is printed instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import click

from autovec import __version__
from autovec.cli.errors import SUCCESS, SUGGESTIONS, BadInput
from autovec.cli.grouping import GroupedCommand
from autovec.files.content import FileProblem, replace_file
from autovec.record import dataclass

_CONFIGURATION = '[tool.autovec]\n# select = ["AV1"]  # only these codes; `autovec rule --all` lists them\nmin-speedup = 1.5\n'
_RUFF = 'external = ["AV"]  # keep `# noqa: AV101`'
_HOOK = f"""\
- repo: local
  hooks:
    - id: autovec
      name: autovec check
      entry: autovec check --force-exclude
      language: python
      additional_dependencies: [autovec=={__version__}]
      types_or: [python, jupyter]
      require_serial: true
"""
_LINT_TABLE = re.compile(r"^\[tool\.ruff\.lint\][ \t]*(?:#.*)?\r?\n", re.MULTILINE)
_REPOSITORY = re.compile(r"^([ \t]*)- repo:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one file: `text` is what it should hold, None where nothing has to be done."""

    path: Path
    text: str | None
    words: str


@click.command("init", cls=GroupedCommand, short_help="Write the configuration and the pre-commit entry.")
@click.option("--pre-commit/--no-pre-commit", default=True, help="Add a hook to .pre-commit-config.yaml. [default: add]")
@click.pass_context
def command(context: click.Context, pre_commit: bool) -> None:
    """Add [tool.autovec] to pyproject.toml, Ruff's lint.external where Ruff is configured there, and a pre-commit hook.

    \b
    Exit codes: 0 done, 1 something has to be added by hand (it is printed), 2 a file cannot be read or written.
    """
    try:
        pyproject = _pyproject(Path("pyproject.toml"))
        steps = [*pyproject, *([_hooks(Path(".pre-commit-config.yaml"))] if pre_commit else [])]
        by_hand = [step for step in steps if not _taken(step)]
    except FileProblem as problem:
        raise BadInput(str(problem)) from None
    context.exit(SUGGESTIONS if by_hand else SUCCESS)


def _taken(step: Step) -> bool:
    """Do it and say so; False where the user has to."""
    click.echo(f"{step.path}: {step.words}")
    if step.text is None:
        return "by hand" not in step.words
    before = _read(step.path)
    if before is None:
        step.path.write_text(step.text, encoding="utf-8")
    else:
        replace_file(step.path, before.encode(), step.text.encode())
    return True


def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise FileProblem(f"{path}: cannot be read: {error}") from None


def _pyproject(path: Path) -> list[Step]:
    before = _read(path) or ""
    tool = _tables(_parsed(path, before)).get("tool")
    text = before if "autovec" in _tables(tool) else _appended(before, _CONFIGURATION)
    ruff = _tables(_tables(tool).get("ruff"))
    done = [Step(path, None, "has [tool.autovec] already")] if text == before else []
    if not ruff or "external" in _tables(ruff.get("lint")):
        return done or [Step(path, text, "added [tool.autovec]")]
    with_ruff = _with_external(text, "lint" in ruff)
    if _parsed(path, with_ruff) == _parsed(path, text):
        by_hand = Step(path, None, f"add by hand to Ruff's lint table: {_RUFF}")
        return [*(done or [Step(path, text, "added [tool.autovec]")]), by_hand]
    return [Step(path, with_ruff, "added Ruff's lint.external" if done else "added [tool.autovec] and Ruff's lint.external")]


def _with_external(text: str, has_lint: bool) -> str:
    """With the line in Ruff's lint table, or with a new table; as it was where the table is written in another way."""
    if not has_lint:
        return _appended(text, f"[tool.ruff.lint]\n{_RUFF}\n")
    return _LINT_TABLE.sub(lambda match: match[0] + _RUFF + "\n", text, count=1)


def _appended(text: str, table: str) -> str:
    return f"{text.rstrip()}\n\n{table}" if text.strip() else table


def _parsed(path: Path, text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileProblem(f"{path}: not valid TOML: {error}") from None


def _tables(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _hooks(path: Path) -> Step:
    before = _read(path)
    if before is None:
        return Step(path, "repos:\n" + _indented("  "), "added the hook")
    if "autovec" in before:
        return Step(path, None, "has a hook already")
    match = _REPOSITORY.search(before)
    if match is None or not before.rstrip().splitlines()[-1].startswith((" ", "-")):
        return Step(path, None, f"add by hand below `repos:`:\n{_indented('  ')}")
    return Step(path, before.rstrip() + "\n" + _indented(match[1]), "added the hook")


def _indented(margin: str) -> str:
    return "".join(f"{margin}{line}\n" for line in _HOOK.splitlines())
