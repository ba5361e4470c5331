"""Writes `# autovec: ignore[CODE] reason` beside loops.

Comes in: a file's text, and the span and code of each finding. Goes out: the text with a comment at the end of the first line of
each loop (where its header ends), and the number of loops marked. A loop whose line cannot take a comment, because it ends in a
backslash or inside a string, is left as it is; the whole text must parse to the same tree.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autovec.outcome import Refusal, Span
from autovec.source.find import Site, parse, walk_sites
from autovec.source.position import span
from autovec.source.suppress import header_end, suppressions
from autovec.source.text import SourceText, from_text
from autovec.source.tree import parse_tree


def with_ignores(text: SourceText, found: Sequence[tuple[Span, str]], reason: str) -> tuple[str, int]:
    """The new text, and how many of the findings are marked in it."""
    module = parse(text)
    if isinstance(module, Refusal):
        return text.text, 0
    sites = [site for function in module.functions for site in walk_sites(function.sites)]
    result, marked = text, 0
    for where, code in sorted(found, reverse=True):  # from below, so that lines above keep their numbers
        site = next((s for s in sites if _is_within(s, where, text)), None)
        new = _with_comment(result, site, _last_line(site, text), code, reason) if site else None
        result, marked = (new, marked + 1) if new else (result, marked)
    return result.text, marked


def _is_within(site: Site, where: Span, text: SourceText) -> bool:
    own = span(site.node, text)
    start, end = (where.line, where.column), (where.end_line, where.end_column)
    return start <= (own.line, own.column) and (own.end_line, own.end_column) <= end


def _last_line(site: Site, text: SourceText) -> int:
    where = span(site.node, text)
    return header_end(where, text) if site.is_loop else where.end_line


def _with_comment(text: SourceText, site: Site, line: int, code: str, reason: str) -> SourceText | None:
    """The text with the comment, if it means the same and the loop is silent now."""
    old = text.line(line)
    body = old.rstrip("\r\n")
    comment = f"# autovec: ignore[{code}] {reason}".rstrip()
    at = text.starts[line - 1]
    new = from_text(f"{text.text[:at]}{body.rstrip()}  {comment}{old[len(body) :]}{text.text[at + len(old) :]}")
    if isinstance(new, Refusal):
        return None
    before, after = parse_tree(text.text), parse_tree(new.text)
    if isinstance(before, Refusal) or isinstance(after, Refusal) or ast.dump(before) != ast.dump(after):
        return None
    return new if suppressions(new).silences(site.node, code) else None
