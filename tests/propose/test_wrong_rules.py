"""A rule of a pack that is wrong, planted on purpose: the checker sees texts only, so none of these ever lands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autovec.harness.sandbox import Sandbox
from autovec.options import Options
from autovec.outcome import Rewrite
from autovec.pipeline import analyse_file
from autovec.rule import load_book
from autovec.settings.packs import pack_in

FOLD = "    t = 0.0\n    for i in range(len(a)):\n        {step}\n    return t\n"
MAP = "    out = np.empty_like(a)\n    for i in range(len(a)):\n        out[i] = {value}\n    return out\n"
RULE = '''"""{title}: wrong."""

import numpy as np

from autovec.rule import Rule


def before({parameters}):
{before}

def after({parameters}):
    return {after}


RULE = Rule(
    code="AVX999",
    name="planted",
    shapes="{shapes}",
    before=before,
    after=after,
    needs=[],
    rounding="reassociates",
    also=["t = 0.0\\nfor x in u:\\n    t += x\\n"],
    refuses={{"other": "t = 1.0\\nfor x in u:\\n    t -= x\\n"}},
    cost=0.001,
)
'''

WRONG = {
    "drops the first": ("a", FOLD.format(step="t += a[i]"), "a[1:].sum()"),
    "wrong operation": ("a", FOLD.format(step="t += a[i]"), "a.mean()"),
    "narrow accumulator": ("a", FOLD.format(step="t += a[i]"), "a.sum(dtype=np.float32)"),
    "wrong initial value": ("a", FOLD.format(step="t += a[i]"), "a.sum(initial=1.0)"),
    "wrong sign": ("a", FOLD.format(step="t += a[i] * a[i]"), "-np.dot(a, a)"),
    "swapped operands": ("a, b", MAP.format(value="a[i] - b[i]"), "np.subtract(b, a)"),
    "NaN handling": ("a, b", MAP.format(value="a[i] if a[i] > b[i] else b[i]"), "np.maximum(a, b)"),
    "wrong dtype": ("a, b", MAP.format(value="a[i] * b[i]"), 'np.multiply(a, b).astype("float32")'),
    "dropped branch": ("a, b", MAP.format(value="a[i] if a[i] > 0.0 else b[i]"), "np.positive(a)"),
    "reversed": ("a, b", MAP.format(value="a[i] + b[i]"), "(a + b)[::-1]"),
}


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_rule_never_lands(kind: str, box: Sandbox, tmp_path: Path) -> None:
    parameters, loop, after = WRONG[kind]
    shapes = " ".join(f"{name}[n]" for name in parameters.split(", "))
    rule = RULE.format(title=kind, parameters=parameters, before=loop, after=after, shapes=shapes)
    (tmp_path / "planted.py").write_text(rule)
    packs = (pack_in(tmp_path),)
    assert load_book(packs).problems == ()
    typed = ", ".join(f"{name}: NDArray[np.float64]" for name in parameters.split(", "))
    text = f"import numpy as np\nfrom numpy.typing import NDArray\n\n\ndef f({typed}):\n{loop}"

    proposed = analyse_file(text.encode(), "f.py", Options(verify=False, packs=packs), None).findings
    assert any(isinstance(f, Rewrite) and f.code == "AVX999" for f in proposed), "the rule does not even match"
    for finding in analyse_file(text.encode(), "f.py", Options(verify=True, min_speedup=0.0, packs=packs), box).findings:
        assert not (isinstance(finding, Rewrite) and finding.code == "AVX999"), finding.edit.after
