"""A function that asks whether something is an array does not show, by the attributes that it reads then, that it is one."""

from __future__ import annotations

import pytest

from autovec.options import Options
from autovec.outcome import FileReport, Rewrite
from autovec.pipeline import analyse_file

ASKED = """\
import numpy as np


def f(a, k: float):
    if isinstance(a, np.ndarray) and a.ndim == 1:
        k = k + 1.0
    for i in range(len(a)):
        a[i] = a[i] * k
    return a
"""
IN_ALL = """\
import numpy as np


def f(a, b):
    if all(isinstance(v, np.ndarray) for v in (a, b)) and a.ndim == b.ndim == 1:
        b = b + 1.0
    for i in range(len(a)):
        a[i] = a[i] * 2.0
    return a
"""
SECOND_LOOP = """\
import numpy as np


def f(a, n: int, out: np.ndarray):
    for i in range(1, len(out)):
        out[i] = out[i - 1] * a[i]
    for i in range(n):
        a[i] = a[i] * 2.0
    return out
"""
INSISTING = ("assert isinstance(a, np.ndarray)", "if not isinstance(a, np.ndarray):\n        raise TypeError")


def found(text: str) -> FileReport:
    return analyse_file(text.encode(), "m.py", Options(verify=False), None)


@pytest.mark.parametrize("text", [ASKED, IN_ALL])
def test_what_is_asked_for_is_not_known(text: str) -> None:
    report = found(text)
    assert all("isinstance" in f.conditions[0] for f in report.findings if isinstance(f, Rewrite))
    space: dict[str, object] = {}
    exec(compile(report.after, "m.py", "exec"), space)
    f = space["f"]
    assert callable(f)
    assert f([1.0, 2.0], 2.0) == [2.0, 4.0]  # a list has no ndim


@pytest.mark.parametrize("line", INSISTING)
def test_what_is_insisted_on_is_known(line: str) -> None:
    text = ASKED.replace("if isinstance(a, np.ndarray) and a.ndim == 1:\n        k = k + 1.0", f"{line}\n    k = k + a.shape[0]")
    (rewrite,) = (f for f in found(text).findings if isinstance(f, Rewrite))
    assert not any("isinstance" in c for c in rewrite.conditions)


def test_the_tests_that_were_put_in_front_of_one_loop_say_nothing_of_the_next() -> None:
    first = found(SECOND_LOOP)
    assert any(isinstance(f, Rewrite) for f in first.findings)
    assert not any(isinstance(f, Rewrite) for f in found(first.after).findings)


def test_a_fallback_is_known_though_a_name_in_front_of_it_is_taken() -> None:
    text = """\
import numpy as np


def f(sorts: list[bool]):
    same = all(sorts[0] == sort for sort in sorts[1:])
    return same
"""
    first = found(text)
    assert "sorts_array" in first.after and "else:" in first.after
    assert not any(isinstance(f, Rewrite) for f in found(first.after).findings)
