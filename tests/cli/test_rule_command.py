"""`rule`: documentation without a network and without a file."""

from __future__ import annotations

import json

import pytest

from autovec.cli import run_command


def test_an_unknown_code_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["rule", "AV02O"]) == 2
    error = capfd.readouterr().err
    assert error.startswith("error: no rule or refusal is called 'AV02O'; did you mean AV") and error.count("\n") == 1


@pytest.mark.parametrize("word", ["AV020", "av020", "loop-carried-dependence"])
def test_a_refusal_by_code_or_name(word: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["rule", word]) == 0
    assert capfd.readouterr().out.startswith("AV020 loop-carried-dependence\n\nAn iteration reads")


def test_all_of_them_as_text_and_json(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(["rule", "--all"]) == 0
    text = capfd.readouterr().out
    assert run_command(["rule", "--all", "--output-format", "json"]) == 0
    records = json.loads(capfd.readouterr().out)
    codes = [record["code"] for record in records]
    assert codes == sorted(set(codes)) and "AV094" in codes
    assert all(record["documentation"].rstrip("\n") in text for record in records)
