"""`rewrite` and `check`: what lands, what is printed where, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import MODEL, RECURRENCE, REWRITTEN, Run

HEADLINE = "m.py:5:5: AV101 elementwise-map: 41x faster at n = 10,000, pays from n = 4; 1,204 cases equal bit for bit\n"
DIFF = (
    "--- m.py\n+++ m.py\n@@ -2,6 +2,5 @@\n \n \n def f(a, out):\n"
    "-    for i in range(len(a)):\n-        out[i] = a[i] * 2\n+    out[:] = a * 2\n     return out\n"
)


@pytest.fixture(autouse=True)
def model(run: Run) -> None:
    """The file that all these tests are about."""
    Path("m.py").write_text(MODEL)


def test_rewrite_writes_in_place_and_a_second_run_has_nothing_to_say(run: Run) -> None:
    ran = run("rewrite", "--output-format", "concise", "m.py")
    assert (ran.code, ran.out, ran.err) == (0, HEADLINE, "1 loop rewritten in 1 file (geometric mean 41x)\n")
    assert Path("m.py").read_text() == REWRITTEN
    again = run("rewrite", "m.py")
    assert (again.code, again.out, again.err) == (0, "", "no loops rewritten\n")


def test_diff_writes_nothing(run: Run) -> None:
    ran = run("rewrite", "--diff", "m.py")
    assert (ran.code, ran.out) == (1, DIFF)
    assert ran.err == HEADLINE + "1 loop would be rewritten in 1 file (geometric mean 41x)\n"
    assert Path("m.py").read_text() == MODEL
    assert run("rewrite", "--diff", "--quiet", "m.py").err == ""


def test_check_runs_nothing(run: Run) -> None:
    ran = run("check", "--output-format", "concise", "m.py")
    assert (ran.code, ran.out) == (1, "m.py:5:5: AV101 elementwise-map: out[:] = a * 2\n")
    assert ran.err == "1 loop can be rewritten in 1 file\n"
    assert Path("m.py").read_text() == MODEL


def test_check_looks_here_by_default(run: Run) -> None:
    assert run("check").out.startswith("m.py:5:5: AV101 ")


def test_loops_left_alone_are_counted_and_shown_on_request(run: Run) -> None:
    Path("m.py").write_text(RECURRENCE)
    ran = run("rewrite", "m.py")
    assert (ran.code, ran.out, ran.err) == (0, "", "no loops rewritten, 1 left alone (run with -v to see why)\n")
    shown = run("rewrite", "-v", "--output-format", "concise", "m.py")
    assert shown.out == "m.py:3:5: AV020 loop-carried-dependence: `y[i - 1]` reads what the previous iteration wrote\n"
    assert shown.err == "no loops rewritten, 1 left alone\n"
    assert run("rewrite", "-v", "--ignore", "AV02", "m.py").err == "no loops rewritten\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["rewrite", "--exit-non-zero-on-fix"], 1),
        (["rewrite", "--exit-non-zero-on-fix", "--exit-zero"], 0),
        (["rewrite", "--diff", "--exit-zero"], 0),
        (["check", "--exit-zero"], 0),
        (["check", "--select", "AV2"], 0),
        (["check", "--select", "AV2", "--extend-select", "AV101"], 1),
        (["check", "--ignore", "AV1"], 0),
        (["check", "--select", "AV101", "--ignore", "AV1"], 1),
    ],
)
def test_exit_codes(run: Run, words: list[str], code: int) -> None:
    assert run(*words, "m.py").code == code


def test_json_holds_everything(run: Run) -> None:
    ran = run("rewrite", "--output-format", "json", "m.py")
    document = json.loads(ran.out)
    (file,) = document["files"]
    assert (document["schema"], document["command"], file["path"], file["written"]) == (1, "rewrite", "m.py", True)
    assert file["diff"] == DIFF
    assert file["findings"][0]["speed"]["pays_from"] == 4
    assert document["summary"]["rewrites"] == 1


def test_json_with_diff_is_a_dry_run(run: Run) -> None:
    ran = run("rewrite", "--diff", "--output-format", "json", "m.py")
    (file,) = json.loads(ran.out)["files"]
    assert (ran.code, file["written"], file["diff"]) == (1, False, DIFF)
    assert Path("m.py").read_text() == MODEL


def test_output_file_and_statistics(run: Run) -> None:
    ran = run("check", "-o", "found.txt", "--output-format", "concise", "m.py")
    assert ran.out == ""
    assert Path("found.txt").read_text() == "m.py:5:5: AV101 elementwise-map: out[:] = a * 2\n"
    assert run("rewrite", "--statistics", "m.py").out == "     1  AV101  elementwise-map (41x)\n"


def test_bytes_outside_the_edit_survive(run: Run) -> None:
    text = "# -*- coding: latin-1 -*-\n# caf\xe9\n" + MODEL + "\n\x0c# the end"
    Path("m.py").write_bytes(text.replace("\n", "\r\n").encode("latin-1"))
    assert run("rewrite", "m.py").code == 0
    expected = text.replace(MODEL, REWRITTEN).replace("\n", "\r\n")
    assert Path("m.py").read_bytes() == expected.encode("latin-1")


def test_configuration_of_the_nearest_directory_and_of_one_file(run: Run) -> None:
    Path("pyproject.toml").write_text('[tool.autovec]\nper-file-ignores = { "quiet/*" = ["AV1"] }\n')
    for name in ("quiet", "other"):
        Path(name).mkdir()
        Path(name, "m.py").write_text(MODEL)
    Path("other", "pyproject.toml").write_text('[tool.autovec]\nselect = ["AV2"]\n')
    assert [line.split(":")[0] for line in run("check", "--output-format", "concise").out.splitlines()] == ["m.py"]


def test_the_order_is_that_of_the_files_however_many_work(run: Run) -> None:
    for number in range(9):
        Path(f"m{number}.py").write_text(MODEL)
    outputs = {run("check", f"-j{jobs}", "--output-format", "concise", ".").out for jobs in (1, 3, 20)}
    (output,) = outputs
    assert [line.split(":")[0] for line in output.splitlines()] == ["m.py", *(f"m{number}.py" for number in range(9))]


def test_colours_on_request(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("check", "m.py").out
    assert "\x1b[31m" in run("check", "--color", "always", "m.py").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("check", "m.py").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("check", "m.py").out


def test_show_settings(run: Run) -> None:
    ran = run("rewrite", "--show-settings", "--min-speedup", "2", "m.py")
    assert ran.code == 0
    assert "min-speedup = 2.0\n" in ran.out
    assert Path("m.py").read_text() == MODEL


def test_tests_are_written_for_what_lands_only(run: Run, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(MODEL)
    for words in (("--diff", "m.py"), ("--patch", "p.diff", "m.py"), ("-",)):
        ran = run("rewrite", "--write-tests", "checks", *words)
        assert (ran.code, "--write-tests is for rewrites that land" in ran.err) == (2, True)
    assert run("rewrite", "--write-tests", "checks", "m.py").code == 0  # the stand-in's evidence is of no trial
    assert not (tmp_path / "checks").exists()
