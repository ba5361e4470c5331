"""Recognises the loop that an earlier rewrite kept as its fallback.

Comes in: a loop's site, and the text that it would become. Goes out: whether the loop stands in the else-arm of a test whose
other arm ends in that very text; a second run over a file must not rewrite it again.
"""

from __future__ import annotations

import ast

from autovec.source.find import Site


def is_fallback(site: Site, fast: str) -> bool:
    """Whether the statements of `fast` end the other arm of the test around a site."""
    around = site.chain[-1] if site.chain else None
    if not isinstance(around, ast.If) or site.block is not around.orelse:
        return False
    wanted = ast.parse(fast).body
    return [ast.dump(s) for s in wanted] == [ast.dump(s) for s in around.body[-len(wanted) :]]
