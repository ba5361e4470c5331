"""A difference as a test for pytest: it loads both files, makes the inputs, and asserts that both versions do the same.

Comes in: both functions and a `Counterexample`. Goes out: the text of a test file that fails until the difference is gone. Floats
may differ by a tenth of what was found (where nothing else differs), so that it also accepts a repair that rounds otherwise.
"""

from __future__ import annotations

from autovec.outcome import Contract, Counterexample
from autovec.verify.whole.subject import Subject

_TEXT = '''"""{title}

{message}
"""

import importlib.util
import math
from math import inf, nan
from types import SimpleNamespace

import numpy as np

OLD, NEW = {old!r}, {new!r}


def function(file, name):
    spec = importlib.util.spec_from_file_location("tried", file)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def inputs():
{inputs}
    return [{roots}]


def outcome(file, name):
    given = inputs()
    try:
        with np.errstate(all="ignore"):
            result = {call}
        return result, given, [shares(result, x) for x in given]
    except Exception as error:
        return type(error).__name__, given, []


def shares(a, b):
    return a is b or (isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and np.may_share_memory(a, b))


def same(a, b):
    if isinstance(a, np.ndarray):
        alike = isinstance(b, np.ndarray) and a.dtype == b.dtype and a.shape == b.shape
        return alike and all(same(x, y) for x, y in zip(a.ravel().tolist(), b.ravel().tolist()))
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return type(a) is type(b) and list(a) == list(b) and all(map(same, a.values(), b.values()))
    if isinstance(a, SimpleNamespace):
        return isinstance(b, SimpleNamespace) and same(numbers(a), numbers(b))
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol={tolerance!r}) or (a != a and b != b)
    kinds = {{np.float64: float, np.complex128: complex}}
    return kinds.get(type(a), type(a)) is kinds.get(type(b), type(b)) and (a == b or (a != a and b != b))


def numbers(x):
    return {{name: value for name, value in vars(x).items() if not callable(value)}}


def test_both_do_the_same():
    old, new = outcome(OLD, {old_name!r}), outcome(NEW, {new_name!r})
    assert same(old, new), f"{{old}} became {{new}}"
'''


def test_text(old: Subject, new: Subject, found: Counterexample, contract: Contract) -> str:
    """The test file."""
    call = "function(file, name)(*given)"
    return _TEXT.format(
        title=f"{old.path.name}:{old.name} and {new.path.name}:{new.name} differ.",
        message=found.message.replace("\\", "\\\\").replace('"""', "'''"),
        old=str(old.path.resolve()),
        new=str(new.path.resolve()),
        inputs="\n".join(f"    {line}" for line in found.inputs),
        roots=", ".join(contract.roots),
        call=f"list({call})" if old.is_generator else call,
        tolerance=_tolerance(found),
        old_name=old.name,
        new_name=new.name,
    )


def _tolerance(found: Counterexample) -> float:
    """A tenth of the difference between floats that was found; nothing where it was another."""
    return found.gap / 10 if 0.0 < found.gap < 1.0 else 1e-9
