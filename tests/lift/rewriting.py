"""What the tests of loops share: programs of one function, what becomes of them unchecked, and why they are left alone."""

from __future__ import annotations

import textwrap

from autovec.options import Options
from autovec.outcome import Left
from autovec.pipeline import analyse_file

HEAD = "import math\nimport numpy as np\nfrom numpy.typing import NDArray\n\n\n"
NUMPY = Options(verify=False, backend="numpy")


def function(parameters: str, text: str) -> str:
    """A module with one function."""
    return f"{HEAD}def f({parameters}):\n{textwrap.indent(textwrap.dedent(text).strip(), '    ')}\n"


def rewrite(source: str, options: Options = NUMPY) -> str:
    """The module after a run that checks nothing."""
    return analyse_file(source.encode(), "f.py", options, None).after


def reasons(source: str, options: Options = NUMPY) -> list[tuple[str, str]]:
    """Why its loops are left alone, code and message of each; fails where one is not."""
    report = analyse_file(source.encode(), "f.py", options, None)
    assert report.after == report.before
    return [(f.refusal.code, f.refusal.message) for f in report.findings if isinstance(f, Left)]
