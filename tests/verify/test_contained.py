"""A rewrite that misbehaves is contained and named in the verdict, and the next verdict is as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from planted import array, of, size

from autovec.harness import sandbox
from autovec.harness.sandbox import Sandbox
from autovec.outcome import Counterexample, Evidence, Refusal, Rounding
from autovec.report.verdict import evidence_text
from autovec.verify.check import verify
from autovec.verify.task import Budget

LOOP = "for i in range(n):\n    out[i] = x[i] * 2.0"
CONTRACT = of(array("x"), array("out"), size("n"))

ATTACKS = {
    "starts a process": ("import os\nos.fork()", "it tried to start a process (os.fork)"),
    "starts a program": ("import subprocess\nsubprocess.run(['true'])", "it tried to start a program (subprocess.Popen)"),
    "kills its parent": ("import os\nos.kill(os.getppid(), 9)", "it tried to send a signal (os.kill)"),
    "opens a socket": (
        "import socket\nsocket.create_connection(('127.0.0.1', 9))",
        "it tried to use the network (socket.getaddrinfo)",
    ),
    "sends a datagram": (
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "it tried to use the network (socket.sendto)",
    ),
    "allocates 40 GiB": ("import numpy\nnumpy.ones(5 << 30)", "MemoryError"),
    "recurses for ever": ("def f(): return f()\nf()", "RecursionError"),
    "loops for ever": ("while True:\n    pass", "did not come to an end"),
    "crashes the interpreter": ("import ctypes\nctypes.string_at(0)", "killed by SIGSEGV"),
    "leaves": ("import os\nos._exit(3)", "exit status 3"),
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(("autovec.verify.trial",)) as sandbox:
        yield sandbox


def ask(box: Sandbox, new: str) -> Evidence | Counterexample | Refusal:
    budget = Budget(seconds=0.05, table_seconds=0.2, case_seconds=0.1, wall_seconds=20.0)
    return verify(LOOP, new, CONTRACT, rounding=Rounding.EXACT, sandbox=box, budget=budget)


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_contained_and_named(box: Sandbox, attack: str) -> None:
    text, name = ATTACKS[attack]
    answer = ask(box, text)
    assert isinstance(answer, Counterexample | Refusal) and name in answer.message
    assert isinstance(ask(box, "out[:n] = x[:n] * 2.0"), Evidence)


def test_a_file_is_not_written(box: Sandbox, tmp_path: Path) -> None:
    answer = ask(box, f"open({str(tmp_path / 'f')!r}, 'w').write('x' * 100000)")
    assert isinstance(answer, Counterexample) and "it tried to write a file (open)" in answer.message
    assert not (tmp_path / "f").exists()


def test_without_landlock_it_holds_still_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lame = "from autovec.harness import landlock; landlock.restrict = lambda: False; "
    monkeypatch.setattr(sandbox, "_ENTRY", sandbox._ENTRY.replace("from autovec", f"{lame}from autovec", 1))
    with Sandbox(("autovec.verify.trial",)) as bare:
        answer = ask(bare, "out[:n] = x[:n] * 2.0")
        assert isinstance(answer, Evidence) and not answer.sandboxed
        assert "files and network could not be taken away" in evidence_text("a", "b", answer, "", False)
        for attack in ATTACKS:
            text, name = ATTACKS[attack]
            met = ask(bare, text)
            assert isinstance(met, Counterexample | Refusal) and name in met.message
        answer = ask(bare, f"open({str(tmp_path / 'f')!r}, 'w')")
        assert isinstance(answer, Counterexample) and "it tried to write a file (open)" in answer.message
        assert not (tmp_path / "f").exists()
