"""Rules of one's own: found by the configuration, used beside autovec's, put to the test, and never above the checker."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autovec.cli import run_command
from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Left, Rewrite
from autovec.packs.programs import function_of
from autovec.packs.skeleton import next_code, skeleton
from autovec.packs.trial import judged
from autovec.pipeline import analyse_file
from autovec.settings.packs import UnknownPack, located, pack_in

PROGRAM = """import numpy as np
from numpy.typing import NDArray


def f(p: NDArray[np.float64], q: NDArray[np.float64]):
    out = np.empty_like(p)
    for i in range(len(p)):
        out[i] = (p[i] + q[i]) * (p[i] - q[i])
    return out
"""
RULE = skeleton("squared-difference", "AVX101")
MATCHED = """

def match(expr, context):
    {body}
"""


def write(folder: Path, text: str = RULE, name: str = "rule") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(text)
    return folder


def with_match(body: str) -> str:
    head, call = RULE.split("\n\nRULE = Rule(")
    return f"{head}{MATCHED.format(body=body)}\n\nRULE = Rule(\n    match=match,{call}"


@pytest.fixture(scope="module")
def box():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text(PROGRAM)
    (tmp_path / "pyproject.toml").write_text('[tool.autovec]\nrules = ["ours"]\n')
    return tmp_path


def check(*words: str) -> int:
    return run_command(["check", "--output-format", "concise", "--no-cache", *words])


def test_a_pack_is_used_where_the_configuration_names_it(project, capfd):
    write(project / "ours")
    assert check("a.py") == 1
    assert "AVX101 squared-difference: out = np.multiply(p + q, p - q)" in capfd.readouterr().out
    assert check("--isolated", "a.py") == 1
    assert "AV101 elementwise-map" in capfd.readouterr().out
    assert run_command(["rule", "avx101"]) == 0
    assert capfd.readouterr().out.startswith("AVX101 squared-difference\n")
    assert check("--ignore", "AVX1", "a.py") == 0


def test_a_rewrite_by_a_pack_answers_all_three_questions(tmp_path, box):
    options = Options(verify=True, min_speedup=0.0, backend="numpy", packs=(pack_in(write(tmp_path / "ours")),))
    (found,) = analyse_file(PROGRAM.encode(), "a.py", options, box).findings
    assert isinstance(found, Rewrite) and found.code == "AVX101"
    assert found.evidence is not None and found.evidence.cases > 100 and found.speed is not None


def test_a_file_that_is_no_rule_is_told_and_the_others_are_used(project, capfd):
    write(project / "ours")
    write(project / "ours", "x = 1\n", "broken")
    assert check("a.py") == 1
    out, err = capfd.readouterr()
    assert "AVX101" in out
    assert "broken.py is not a rule: there is no statement `RULE = Rule(...)`" in err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (RULE.replace("AVX101", "AV201"), "the code 'AV201' is not one for packs, which is AV, letters, and three digits"),
        (RULE.replace("squared-difference", "dot-product"), "dot.py has its code or its name already"),
    ],
)
def test_what_is_taken_is_not_taken_again(project, capfd, text, why):
    write(project / "ours", text)
    assert check("a.py") == 1
    out, err = capfd.readouterr()
    assert "AV101" in out and why in err and err.count("warning: ") == 1


def test_a_pack_that_is_not_there_is_bad_configuration(project, capfd):
    assert check("a.py") == 2
    assert "`rules`: 'ours' is neither a folder beside it nor a rule pack of an installed package" in capfd.readouterr().err


def test_a_match_function_that_raises_is_named_and_the_run_goes_on(tmp_path):
    options = Options(verify=False, packs=(pack_in(write(tmp_path / "ours", with_match("return 1 / 0"))),))
    (left,) = analyse_file(PROGRAM.encode(), "a.py", options, None).findings
    assert isinstance(left, Left) and left.refusal.code == "AV007"
    assert left.refusal.message.startswith(f"the rule in {tmp_path}") and "ZeroDivisionError" in left.refusal.message


def test_a_changed_pack_is_read_anew(tmp_path):
    folder = write(tmp_path / "ours")
    before = pack_in(folder)
    write(folder, RULE.replace("np.multiply(x + y, x - y)", "np.multiply(x - y, x + y)"))
    assert pack_in(folder) != before
    (found,) = analyse_file(PROGRAM.encode(), "a.py", Options(verify=False, packs=(pack_in(folder),)), None).findings
    assert "np.multiply(p - q, p + q)" in found.edit.after


def test_an_installed_pack_is_found_without_running_its_package(tmp_path, monkeypatch):
    package = tmp_path / "acme"
    write(package).joinpath("__init__.py").write_text("raise RuntimeError('imported')\n")
    information = tmp_path / "acme-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[autovec.rules]\nacme-loops = acme\nacme-gone = acme.gone\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert located("acme-loops", tmp_path / "elsewhere") == package
    for name, why in (("acme-gone", "which is not an installed package"), ("other", "installed packs: acme-gone, acme-loops")):
        with pytest.raises(UnknownPack, match=why):
            located(name, tmp_path / "elsewhere")
    assert "acme" not in sys.modules


def test_an_untrusted_workspace_has_no_packs(project):
    from autovec.lsp.configuration import Configuration

    write(project / "ours")
    configuration = Configuration()
    configuration.take({"trusted": False})
    assert configuration.settings(project / "a.py").packs == ()
    configuration.take({"trusted": True})
    assert len(configuration.settings(project / "a.py").packs) == 1


# ------------------------------------------------------------------ `autovec rules`


def test_a_new_rule_passes_its_tests(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    assert run_command(["rules", "new", "squared-difference"]) == 0
    assert 'write `rules = ["rules"]` under [tool.autovec]' in capfd.readouterr().err
    assert run_command(["rules", "test", "rules"]) == 0
    assert capfd.readouterr().out == (
        "rules/squared_difference.py: AVX101 squared-difference: 2 kinds of elements compared, 2 broken versions caught\n"
    )
    assert run_command(["rules", "new", "squared-difference"]) == 2
    assert "cannot be written: File exists" in capfd.readouterr().err
    assert run_command(["rules", "new", "other"]) == 0
    assert 'code="AVX102"' in Path("rules/other.py").read_text()


@pytest.mark.parametrize("words", [("Bad",), ("good", "--code", "AV101")])
def test_names_and_codes_that_do_not_do(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    assert run_command(["rules", "new", *words]) == 2
    assert list(tmp_path.iterdir()) == []


WRONG = {
    "np.multiply(x + y, x - y)": ("np.multiply(x + y, y - x)", "`after` is not what `before` is, for float64"),
    'needs=[float_elements("x"), float_elements("y")]': (
        'needs=[float_elements("x"), float_elements("y")] + []',
        "`needs` must be a list",
    ),
    "(v[i] + u[i]) * (v[i] - u[i])": ("(v[i] + u[i]) * (v[i] + u[i])", "a loop in `also` is not found"),
    "(u[i] + v[i]) * (u[i] + v[i])": ("(u[i] + v[i]) * (u[i] - v[i])", "'same-signs' is found, as if it were the idiom"),
    "import numpy as np\n": ("import os\nimport numpy as np\n", "it imports os"),
    "cost=0.5,\n)": ("cost=0.5,\n)\nRULE = None", "it cannot be run: TypeError: `RULE` is not a `Rule`"),
    "cost=0.5": ("cost=0.5 if __debug__ else 0.6", "is not a rule"),
    "    return out": ("    return x", "the tool does not find the rule's own loop"),
}


@pytest.mark.parametrize("part", WRONG)
def test_what_is_wrong_with_a_rule_is_told(tmp_path, box, part):
    instead, why = WRONG[part]
    text = RULE.replace(part, instead)
    assert text != RULE
    problems = "\n".join(judged(write(tmp_path / "ours", text) / "rule.py", box).problems)
    assert why in problems


def test_an_operand_that_does_not_matter_is_told(tmp_path, box):
    text = RULE.replace("(x, y)", "(x, y, z)").replace("y[n]", "y[n] z[n]")
    text = text.replace("(x[i] - y[i])", "(x[i] - y[i]) + 0 * (z[i] > 0)").replace("x - y)", "x - y) + 0 * (z > 0)")
    text = text.replace("(v[i] - u[i])", "(v[i] - u[i]) + 0 * (q[i] > 0)")
    problems = judged(write(tmp_path / "ours", text) / "rule.py", box).problems
    assert any("with `z` replaced by ones, `after` is as good" in p for p in problems), problems


def test_a_need_that_keeps_nothing_away_is_noted(tmp_path, box):
    text = RULE.replace('float_elements("y")', 'float_elements("y"), float_elements("y")')
    assert any("keeps away" in note for note in judged(write(tmp_path / "ours", text) / "rule.py", box).notes)


def test_one_of_our_own_rules_passes(box):
    verdict = judged(Path(__file__).parents[2] / "rules" / "maps" / "maximum_by_branch.py", box)
    assert verdict.problems == [] and verdict.compared and verdict.broken


def test_programs_and_codes():
    assert function_of("t = 0.0\nfor x in u:\n    t += x\n").name == "f"
    assert next_code(("AVX101", "AVX103")) == "AVX102"
