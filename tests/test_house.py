"""The walls of the house and the sizes of its rooms: who may import whom, how long things are, and what nothing may hold."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
FLOORS = [
    {"outcome", "expression", "affine", "options", "precomputed", "record", "versions"},
    {"loops", "tensor"},
    {"source", "facts", "depend"},
    {"lift", "rule", "harness"},
    {"emit", "verify", "measure"},
    {"pipeline", "judge", "explain", "kernel", "propose", "report", "settings", "files", "testing", "trace", "packs"},
    {"cli", "lsp", "__init__", "__main__"},
]
FLOOR = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}
COMPILER_FREE = {"verify", "measure", "harness", "testing"}  # they judge the compiler's work, so they may not share its mistakes
SHARED_WORDS = {"outcome", "options", "record"}
SYNTAX = {"ast", "tokenize", "libcst", "symtable"}
# user code; templates; what is built; what moves as it is; what is run and judged; templates once more
READS_SYNTAX = {"source", "rule", "emit", "kernel", "harness", "verify", "packs"}
NUMPY_METHODS = frozenset({*dir(np.ndarray), *dir(np.float64)})
HEAVY = {"numpy", "islpy", "rich", "numba", "mpmath"}
VAGUE_NAMES = {"utils", "util", "common", "helpers", "helper", "misc"}
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "XX" + "X")  # spelt so that this file may be searched too

SOURCES = sorted((ROOT / "autovec").rglob("*.py"))
RULES = sorted((ROOT / "rules").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TREES = {path: ast.parse(path.read_bytes(), str(path)) for path in [*SOURCES, *RULES, *TESTS]}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def part_of(path: Path) -> str:
    """The room that a file of autovec/ is in: `lift` for autovec/lift/walk.py, `cli` for autovec/cli.py."""
    return path.relative_to(ROOT / "autovec").with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """The dotted name of everything that a file imports, at its top or inside a function."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(TREES[path]):
        match node:
            case ast.Import():
                yield from (alias.name for alias in node.names)
            case ast.ImportFrom():
                base = [*package[: len(package) - node.level + 1]] if node.level else []
                base += node.module.split(".") if node.module else []
                yield from (".".join([*base, alias.name]) for alias in node.names)
            case _:
                pass


def rooms_used(path: Path) -> set[str]:
    """The parts of autovec that a file imports; `from autovec import __version__` is none."""
    names = (name.split(".") for name in imports(path))
    return {name[1] for name in names if name[0] == "autovec" and name[1:] and name[1] != "__version__"}


def functions(path: Path) -> Iterator[Function]:
    """All functions and methods of a file, however deep."""
    return (node for node in ast.walk(TREES[path]) if isinstance(node, Function))


def public(body: list[ast.stmt], known: frozenset[str] = frozenset()) -> Iterator[Function | ast.ClassDef]:
    """The functions, classes and methods that other files may use, without the methods that mean what they mean in NumPy."""
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_") and node.name not in known:
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, NUMPY_METHODS)


def line_count(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_bytes().splitlines())


def where(path: Path, what: object) -> str:
    """A violation as a line of the failure."""
    return f"{path.relative_to(ROOT)}: {what}"


def none(violations: list[str]) -> None:
    """Fails with all violations, one a line."""
    if violations:
        pytest.fail("\n".join(violations), pytrace=False)


def test_every_part_has_a_floor() -> None:
    none(sorted({part_of(path) for path in SOURCES} - FLOOR.keys()))


def test_imports_point_only_downwards() -> None:
    upwards = [
        where(path, f"{part} is above it")
        for path in SOURCES
        for part in sorted(rooms_used(path))
        if FLOOR.get(part, len(FLOORS)) > FLOOR[part_of(path)]
    ]
    none(upwards)


def test_no_two_parts_import_each_other() -> None:
    graph: dict[str, set[str]] = {part: set() for part in FLOOR}
    for path in SOURCES:
        graph[part_of(path)] |= rooms_used(path) - {part_of(path)}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_only_the_front_end_reads_syntax() -> None:
    trespassers = [
        where(path, name)
        for path in SOURCES
        if part_of(path) not in READS_SYNTAX
        for name in imports(path)
        if name.split(".")[0] in SYNTAX
    ]
    none(trespassers)


def test_the_checker_and_the_clock_know_nothing_of_the_compiler() -> None:
    allowed = COMPILER_FREE | SHARED_WORDS
    shared = [where(path, part) for path in SOURCES if part_of(path) in COMPILER_FREE for part in rooms_used(path) - allowed]
    none(shared)


def test_rules_import_only_what_a_rule_is_made_of() -> None:
    foreign = [
        where(path, name)
        for path in RULES
        for name in imports(path)
        if name.split(".")[0] != "numpy" and not name.startswith(("autovec.rule.", "__future__."))
    ]
    none(foreign)


def test_no_name_says_nothing() -> None:
    vague = [where(path, "says nothing") for path in TREES if VAGUE_NAMES & set(path.relative_to(ROOT).with_suffix("").parts)]
    none(vague)


def test_files_are_short() -> None:
    limits = [(SOURCES, 400), (TESTS, 400), (RULES, 80)]
    long = [where(path, lines) for paths, limit in limits for path in paths if (lines := line_count(path)) > limit]
    none(long)


def test_functions_are_short() -> None:
    long = [
        where(path, f"{node.name} has {lines} lines")
        for path in [*SOURCES, *RULES]  # a test may hold a long text to compare with
        for node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > 40
    ]
    none(long)


def test_every_module_says_what_it_is_for() -> None:
    none([where(path, "no docstring") for path in TREES if path.stat().st_size > 1 and not ast.get_docstring(TREES[path])])


def test_everything_public_has_a_docstring() -> None:
    silent = [where(path, node.name) for path in SOURCES for node in public(TREES[path].body) if not ast.get_docstring(node)]
    none(silent)


def test_nothing_is_left_for_later() -> None:
    unfinished = [
        where(path, token.string)
        for path in TREES
        for token in tokenize.tokenize(io.BytesIO(path.read_bytes()).readline)
        if token.type == tokenize.COMMENT and any(word in token.string for word in UNFINISHED)
    ]
    none(unfinished)


def test_only_the_pipeline_catches_everything() -> None:
    broad = [
        where(path, f"line {node.lineno}")
        for path in SOURCES
        if part_of(path) not in COMPILER_FREE | {"pipeline"}  # who runs user code must expect any exception from it
        for node in ast.walk(TREES[path])
        if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    none(broad)


def test_the_command_line_starts_without_anything_heavy() -> None:
    code = f"import sys, autovec.cli; print(sorted({HEAVY!r} & sys.modules.keys()))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("[]\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="reads the child's CPU time by os.wait4")
def test_the_version_takes_less_than_100_ms_of_cpu() -> None:
    assert min(version_cpu_seconds() for _ in range(5)) < 0.100


def version_cpu_seconds() -> float:
    """CPU time of one `autovec --version`, from the start of the interpreter to its end."""
    code = "import sys; from autovec.cli import main; sys.exit(main())"
    child = subprocess.Popen([sys.executable, "-c", code, "--version"], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return usage.ru_utime + usage.ru_stime
