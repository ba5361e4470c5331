"""A page about one loop, as a file that an editor can open.

A finding comes in; out goes the path of a Markdown file: the hover's text, and what `autovec rule` says of its code. A later page
about the same loop replaces it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from autovec.lsp.wording import page
from autovec.outcome import Finding
from autovec.report.refusals import REFUSALS
from autovec.report.sentence import identity, place
from autovec.rule.documentation import documentation


def explanation_file(folder: Path, text: str, finding: Finding) -> Path:
    """The file in `folder` with everything about a finding of `text`."""
    code = identity(finding)[0]
    refusal = REFUSALS.get(code)
    rule = refusal.document() if refusal else documentation(code)
    name = hashlib.blake2b(repr((text, place(finding))).encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    file = folder / f"explanation-{name}.md"
    file.write_text(f"{page(text, finding)}\n---\n\n```text\n{rule or ''}```\n", encoding="utf-8")
    return file
