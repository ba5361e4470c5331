"""autovec rewrites scalar loops over numbers into NumPy where that is legal, the same, and faster.

`check`, `rewrite` and `verify` are what the commands of these names do, for programs. Importing this package loads nothing
heavy: each of the three imports what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autovec import verify

if TYPE_CHECKING:
    from autovec.options import Options
    from autovec.outcome import FileReport

__version__ = "0.1.0"
__all__ = ["check", "rewrite", "verify"]


def check(text: str, *, path: str = "<text>", options: Options | None = None) -> FileReport:
    """What could be rewritten in the text of a file, and why the other loops are left alone. Runs none of its code.

    The report's `findings` are rewrites (with their edits) and refusals; `after` is the text with all rewrites in it.
    """
    from dataclasses import replace

    from autovec.options import Options
    from autovec.pipeline import analyse_file

    return analyse_file(text.encode(), path, replace(options or Options(verify=False), verify=False), None)


def rewrite(text: str, *, path: str = "<text>", options: Options | None = None) -> FileReport:
    """The text of a file with each loop rewritten that stood the comparison with the original and was measured to be faster.

    The loops are run for that, in a sandbox, and nothing else of the file. The new text is the report's `after`.
    """
    from dataclasses import replace

    from autovec.harness.sandbox import Sandbox
    from autovec.options import Options
    from autovec.pipeline import analyse_file

    with Sandbox() as sandbox:
        return analyse_file(text.encode(), path, replace(options or Options(verify=True), verify=True), sandbox)
