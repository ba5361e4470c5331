"""The command line in an empty directory, with a stand-in for the pipeline."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import fake_pipeline
import pytest

import autovec.report.edits  # noqa: F401  # takes the real pipeline's functions before the stand-in is in its place
from autovec.cli import run_command

Run = Callable[..., "Ran"]

MODEL = """import numpy as np


def f(a, out):
    for i in range(len(a)):
        out[i] = a[i] * 2
    return out
"""
REWRITTEN = MODEL.replace(f"{fake_pipeline.HEADER}\n{fake_pipeline.BODY}", fake_pipeline.NEW)
RECURRENCE = "def g(y):\n    for i in range(1, len(y)):\n        y[i] = y[i - 1]\n"
LIE = "def h(x):\n    x += 1  # lie\n"


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str


class NoSandbox:
    """Stands for the process that would run code."""

    def __init__(self, *_: object, **__: object) -> None:
        return None

    def __enter__(self) -> NoSandbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `autovec` with these words in an empty directory and gives exit code and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "autovec.pipeline", fake_pipeline)
    monkeypatch.setattr("autovec.harness.sandbox.Sandbox", NoSandbox)
    monkeypatch.setattr("autovec.rule.codes", lambda packs=(): ("AV101", "AV201"))
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = run_command(words)
        sys.stdout.flush()
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return command
