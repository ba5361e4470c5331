"""Every fenced block of the README and of CONTRIBUTING is run or read as what it is, and what it promises is compared.

Installing is replaced by the environment that runs the tests; `.ci/run` does those very steps on a fresh one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from autovec.options import Pack
from autovec.rule import load_book

ROOT = Path(__file__).parent.parent
ENTRY = "import sys; from autovec.cli import main; sys.exit(main())"
BLOCK = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
FIGURE = r"(?<!\w)\d[\d,.]*(?: +(?:ns|µs|ms|s)\b)?"
A_SIZE = re.compile(r" +n = .* -> ")
EVIDENCE = r"^examples/\S+: AV\d+ .* faster at .*, pays from .* equal "
SETS_UP = ("python -m venv .venv", ".venv/bin/")
TAKES_LONG = re.compile(r"\.venv/bin/pytest|loopbank/run\.py")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the page, its language and its text without the page's indentation."""

    page: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A line after `$ ` and what the page shows below it."""

    line: str
    shown: str


def blocks() -> list[Block]:
    """All fenced blocks of both pages."""
    pages = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}
    return [Block(name, m["language"], textwrap.dedent(m["text"])) for name, text in pages.items() for m in BLOCK.finditer(text)]


def texts(language: str) -> list[str]:
    """The blocks of one language."""
    return [block.text for block in blocks() if block.language == language]


def commands() -> list[Command]:
    """All commands of all console blocks."""
    found = [part for text in texts("console") for part in re.split(r"^\$ ", text, flags=re.MULTILINE) if part]
    return [Command(line, shown) for line, _, shown in (part.partition("\n") for part in found)]


def steps(command: Command) -> list[str]:
    """What a command line does one after another."""
    return command.line.split(" && ")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the checkout's files that commands may change, with an `autovec` to call."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    script = tmp_path / ".venv" / "bin" / "autovec"
    script.parent.mkdir(parents=True)
    script.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -c "{ENTRY}" "$@"\n')
    script.chmod(0o755)
    return tmp_path


def run(line: str, checkout: Path) -> subprocess.CompletedProcess[str]:
    """A command line as a shell runs it, without colours."""
    path = f"{checkout / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "NO_COLOR": "1", "COLUMNS": "140"}
    return subprocess.run(["sh", "-c", line], cwd=checkout, env=environment, capture_output=True, text=True, timeout=600)


def as_shown(printed: str, shown: str) -> bool:
    """Whether a page shows what was printed; a line `...` stands for any lines, and figures differ from machine to machine.

    So do the number of sizes that a machine has the time to measure, and whether it has a sandbox.
    """
    return re.fullmatch("".join(line_pattern(line) for line in shown.splitlines()), printed) is not None


def line_pattern(line: str) -> str:
    """A regular expression for what a line of a page may stand for."""
    if line == "...":
        return r"(?:.*\n)*?"
    words = (re.sub(r"(?:\\ )+", " +", re.escape(part)) for part in re.split(FIGURE, line))
    pattern = FIGURE.join(words).replace("sandboxed", "(?:not )?sandboxed.*") + r"\n"
    return f"(?:{pattern})*" if A_SIZE.match(line) else pattern


def test_no_block_is_left_out() -> None:
    assert {block.language for block in blocks()} <= {"console", "toml", "yaml", "python", "diff"}
    assert len(commands()) >= 4


def test_figures_and_omissions_are_the_only_freedom_of_what_is_shown() -> None:
    assert not as_shown("41x faster\n", "41x slower\n")
    assert not as_shown("a\nb\nc\n", "a\nc\n")
    assert as_shown("41x faster at n = 10,000: 3.1 ms\n", "9.5x faster at n = 800: 12 µs\n")
    assert as_shown("a\nb\nc\n", "a\n...\nc\n")


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("command", commands(), ids=lambda command: command.line)
def test_a_command_does_what_is_shown(command: Command, checkout: Path) -> None:
    for step in steps(command):
        if step.startswith(SETS_UP) or TAKES_LONG.search(step):
            continue  # the tests below take these
        done = run(step, checkout)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
        assert as_shown(done.stdout, command.shown or "..."), done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")
def test_the_first_command_shows_twenty_rewrites_and_leaves_the_checkout_alone(checkout: Path) -> None:
    (main_job,) = (step for command in commands() for step in steps(command) if step.startswith(".venv/bin/autovec "))
    before = {path.name: path.read_bytes() for path in (checkout / "examples").glob("*.py")}
    done = run(main_job, checkout)
    rewrites = re.search(r"(\d+) loops would be rewritten", done.stdout + done.stderr)
    assert rewrites is not None, done.stderr
    assert done.returncode == 0
    assert int(rewrites[1]) >= 20
    assert len(re.findall(EVIDENCE, done.stdout + done.stderr, re.MULTILINE)) >= 20
    assert {path.name: path.read_bytes() for path in (checkout / "examples").glob("*.py")} == before


def test_ci_takes_the_same_steps() -> None:
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    mine = (".venv/bin/pip install -q -e ", ".venv/bin/pytest ")
    taken = [step for command in commands() for step in steps(command) if step.startswith(mine)]
    assert len(taken) >= 2
    assert [step for step in taken if step.removeprefix(".venv/bin/") not in ci] == []


def test_what_takes_long_names_what_exists() -> None:
    lines = [command.line for command in commands() if TAKES_LONG.search(command.line)]
    tests = {path for line in lines for path in re.findall(r"tests/\S+", line)}
    counts = {"tests/test_random_programs.py": "AUTOVEC_PROGRAMS", "tests/test_random_kernels.py": "AUTOVEC_KERNELS"}
    assert sorted(tests) == sorted(counts)
    assert all(variable in (ROOT / path).read_text(encoding="utf-8") for path, variable in counts.items())
    assert [path for line in lines for path in re.findall(r"\.\./(shared/\S+)/run", line)] == ["shared/loopbank"]
    assert "../shared/loopbank" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")
def test_the_configuration_is_accepted(checkout: Path) -> None:
    for text in texts("toml"):
        assert "autovec" in tomllib.loads(text)["tool"]
        (checkout / "pyproject.toml").write_text(text)
        done = run("autovec check examples/train_step.py", checkout)
        assert done.returncode in (0, 1), done.stderr
        assert "Traceback" not in done.stderr


def test_the_hook_exists() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    wanted = [name for text in texts("yaml") for name in re.findall(r"- id: (\S+)", text)]
    assert wanted != []
    assert [name for name in wanted if f"id: {name}\n" not in hooks] == []


def test_the_rule_of_ten_minutes_is_a_rule(tmp_path: Path) -> None:
    (code,) = texts("python")
    (tmp_path / "reciprocal.py").write_text(code.replace("AV199", "AVX199"))  # in a pack, whose codes these are
    own = load_book()
    with_it = load_book((Pack(str(tmp_path)),))
    assert with_it.problems == own.problems
    assert [entry.text.name for entry in with_it.entries if own.find(entry.text.code) is None] == ["reciprocal"]
