"""`init`, `doctor`, `completion`, `clean` and `bench`: what a project needs once."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import MODEL, RECURRENCE, Run

from autovec.settings.model import CACHE_DIRECTORY

RUFF = '[tool.ruff.lint] # mine\nselect = ["ALL"]\n'


def test_init_in_an_empty_directory(run: Run) -> None:
    ran = run("init")
    assert (ran.code, ran.out) == (0, "pyproject.toml: added [tool.autovec]\n.pre-commit-config.yaml: added the hook\n")
    assert tomllib.loads(Path("pyproject.toml").read_text()) == {"tool": {"autovec": {"min-speedup": 1.5}}}
    assert Path(".pre-commit-config.yaml").read_text().startswith("repos:\n  - repo: local\n    hooks:\n      - id: autovec\n")
    again = run("init")
    assert again.out == "pyproject.toml: has [tool.autovec] already\n.pre-commit-config.yaml: has a hook already\n"


@pytest.mark.parametrize(
    ("before", "external"),
    [
        (RUFF, RUFF.replace("mine\n", 'mine\nexternal = ["AV"]  # keep `# noqa: AV101`\n')),
        ("[tool.ruff]\nline-length = 9\n", None),
    ],
)
def test_init_keeps_ruff_from_deleting_our_codes(run: Run, before: str, external: str | None) -> None:
    Path("pyproject.toml").write_text(before)
    assert run("init", "--no-pre-commit").code == 0
    text = Path("pyproject.toml").read_text()
    assert text.startswith((external or before).rstrip())
    assert tomllib.loads(text)["tool"]["ruff"]["lint"]["external"] == ["AV"]
    assert not Path(".pre-commit-config.yaml").exists()


def test_init_says_what_it_cannot_write(run: Run) -> None:
    Path("pyproject.toml").write_text('tool.ruff.lint.select = ["ALL"]\n')
    Path(".pre-commit-config.yaml").write_text("repos: []\n")
    ran = run("init")
    assert ran.code == 1
    assert 'pyproject.toml: add by hand to Ruff\'s lint table: external = ["AV"]' in ran.out
    assert ".pre-commit-config.yaml: add by hand below `repos:`:\n  - repo: local\n" in ran.out
    assert Path(".pre-commit-config.yaml").read_text() == "repos: []\n"


def test_init_adds_its_hook_as_the_others_are_indented(run: Run) -> None:
    Path(".pre-commit-config.yaml").write_text("repos:\n- repo: a\n  hooks:\n  - id: b\n")
    assert run("init").code == 0
    assert (
        Path(".pre-commit-config.yaml")
        .read_text()
        .startswith("repos:\n- repo: a\n  hooks:\n  - id: b\n- repo: local\n  hooks:\n    - id: autovec\n")
    )


def test_init_leaves_a_broken_file_alone(run: Run) -> None:
    Path("pyproject.toml").write_text("[tool")
    ran = run("init")
    assert (ran.code, "pyproject.toml: not valid TOML" in ran.err) == (2, True)
    assert Path("pyproject.toml").read_text() == "[tool"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert (ran.code, f"_AUTOVEC_COMPLETE={shell}_complete" in ran.out) == (0, True)


def test_doctor_in_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.autovec]\n")
    ran = subprocess.run([sys.executable, "-m", "autovec", "doctor"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "ok   worker: runs loops, " in ran.stdout
    assert f"ok   configuration: {tmp_path / 'pyproject.toml'}\n" in ran.stdout


def test_clean_deletes_what_is_remembered_and_nothing_else(run: Run) -> None:
    Path("m.py").write_text(MODEL)
    home = Path(CACHE_DIRECTORY)
    assert run("clean").err.endswith(": there is nothing to clean\n")
    run("check", "m.py")
    assert home.is_dir()
    ran = run("clean")
    assert (ran.code, ran.err.endswith(f"{CACHE_DIRECTORY}: cleaned\n"), home.exists()) == (0, True, False)
    run("check", "m.py")
    (home / "trace.json").write_text("{}")
    assert run("clean", "--cache-dir", str(home)).code == 0
    assert {path.name for path in home.iterdir()} == {"trace.json", "CACHEDIR.TAG", ".gitignore"}


def test_bench_times_what_can_be_rewritten(run: Run) -> None:
    Path("m.py").write_text(MODEL)
    Path("r.py").write_text(RECURRENCE)
    (finding,) = json.loads(run("bench", "m.py::f", "--output-format", "json").out)
    assert [t["size"] for t in finding["speed"]["timings"]] == [10, 10_000]
    assert "n = 10,000: 2.05 ms -> 50.0 µs (41x)\n" in run("bench", "m.py").out
    left = run("bench", "r.py::f")
    assert (left.code, "AV020 loop-carried-dependence" in left.out) == (1, True)
    assert run("bench", "m.py::nothing").err == "error: m.py: no loop over numbers in nothing\n"
    assert run("bench", "gone.py").code == 2


def test_the_page_is_written(run: Run) -> None:
    Path("m.py").write_text(MODEL)
    assert run("rewrite", "--diff", "--report", "out.html", "m.py").code == 1
    assert "AV101 elementwise-map" in Path("out.html").read_text(encoding="utf-8")
