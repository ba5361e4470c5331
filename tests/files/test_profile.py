"""Profiles of other tools, and which lines of which files are hot in them."""

from __future__ import annotations

import cProfile
import json
import marshal
from pathlib import Path

import pytest

from autovec.files.content import FileProblem
from autovec.files.profile import Hot, hot_lines

PROGRAM = """def slow(n):
    total = 0.0
    for i in range(n):
        total += i * i
    return total


def quick(n):
    total = 0.0
    for i in range(n):
        total += i
    return total


slow(200_000)
quick(3)
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program with a slow function and a quick one."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


def written(program: Path, content: object) -> Path:
    path = program.with_suffix(".profile")
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_cprofile_knows_functions(program: Path) -> None:
    times = {(str(program), 1, "slow"): 0.9, (str(program), 8, "quick"): 0.001, ("~", 0, "<built-in>"): 0.099}
    table = {place: (1, 1, own, own, {}) for place, own in times.items()}
    profile = program.with_suffix(".profile")
    profile.write_bytes(marshal.dumps(table))
    assert hot_lines(profile, [program, program.with_name("other.py")]) == {program: Hot(0.9, ((1, 5),))}


def test_a_real_profile_is_read(program: Path) -> None:
    profiler = cProfile.Profile()
    profiler.runcall(exec, compile(PROGRAM, str(program), "exec"), {})
    profiler.dump_stats(program.with_suffix(".profile"))
    assert (1, 5) in hot_lines(program.with_suffix(".profile"), [program])[program].lines


def test_scalene_knows_lines(program: Path) -> None:
    percent = ((3, 30.0), (4, 60.0), (10, 0.5), (15, 9))
    lines = [{"lineno": line, "n_cpu_percent_python": p, "n_cpu_percent_c": 0.0} for line, p in percent]
    profile = written(program, {"files": {str(program): {"lines": lines}}})
    assert hot_lines(profile, [program])[program].lines == ((3, 3), (4, 4))


def test_speedscope_counts_the_innermost_frame(program: Path) -> None:
    frames = [{"name": "<module>", "file": str(program), "line": 15}, {"name": "slow", "file": str(program), "line": 4}]
    profile = {"shared": {"frames": frames}, "profiles": [{"type": "sampled", "samples": [[0, 1], [0]], "weights": [0.75, 0.25]}]}
    assert hot_lines(written(program, profile), [program]) == {program: Hot(0.75, ((4, 4),))}


def test_raw_stacks_count_the_innermost_frame(program: Path) -> None:
    raw = f"<module> ({program}:15);slow ({program}:4) 98\n<module> ({program}:16);quick ({program}:10) 1\n<module> (x.py:1) 1\n"
    assert hot_lines(written(program, raw), [program]) == {program: Hot(0.99, ((4, 4), (10, 10)))}
    assert hot_lines(written(program, raw.replace(" 1\n", "00 0\n")), [program]) == {program: Hot(1.0, ((4, 4),))}


@pytest.mark.parametrize("content", ["", "nonsense", "{", "[1]", '{"files": {"a": 1}}', '{"shared": {}}', "a;b (c:1) many\n"])
def test_what_is_no_profile_is_said(content: str, program: Path) -> None:
    with pytest.raises(FileProblem, match="not a profile"):
        hot_lines(written(program, content), [program])


def test_a_profile_without_time(program: Path) -> None:
    with pytest.raises(FileProblem, match="no time was spent"):
        hot_lines(written(program, {"files": {}}), [program])
