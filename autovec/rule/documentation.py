"""What `autovec rule CODE` prints.

Comes in: a code. Goes out: the rule's own words, both sides, what it needs and how it rounds; nothing is run.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import indent

from autovec.options import Pack
from autovec.outcome import Rounding
from autovec.rule.book import OWN_RULES, rule_files
from autovec.rule.generic import GENERIC, Generic
from autovec.rule.text import RuleText, read_rule

_ROUNDING = {
    Rounding.EXACT: "bit for bit the loop's result",
    Rounding.REASSOCIATES: "the same operations in another order, so the last bits of floats and the sign of a zero may differ",
    Rounding.APPROXIMATES: "other functions for the same values, so the last bits of floats may differ",
}


def codes(packs: tuple[Pack, ...] = ()) -> tuple[str, ...]:
    """Every code that has documentation here, in order."""
    return tuple(sorted(_pages(packs)))


def documentation(code: str, packs: tuple[Pack, ...] = ()) -> str | None:
    """The page of `code`, or None where there is no such rule."""
    return _pages(packs).get(code)


@cache
def _pages(packs: tuple[Pack, ...]) -> dict[str, str]:
    read = map(read_rule, rule_files((*(Path(p.folder) for p in packs), OWN_RULES)))
    pages = {r.code: _page(r) for r in read if isinstance(r, RuleText)}
    return pages | {g.code: _generic_page(g) for g in GENERIC}


def _page(r: RuleText) -> str:
    why = r.why.partition("\n")[2].strip()
    needs = "\n".join(f"  - {n.sentence}" for n in r.needs)
    return _laid_out(f"{r.code} {r.name}", r.title, why, r.before, r.after, needs, r.rounding)


def _generic_page(g: Generic) -> str:
    return _laid_out(f"{g.code} {g.name}", g.title, g.why, g.before, g.after, "", g.rounding)


def _laid_out(head: str, title: str, why: str, before: str, after: str, needs: str, rounding: Rounding) -> str:
    parts = [
        head,
        f"{title}.",
        why,
        f"Before:\n\n{indent(before, '    ')}",
        f"After:\n\n{indent(after, '    ')}",
        f"It needs:\n\n{needs}" if needs else "",
        f"Rounding: {_ROUNDING[rounding]}.",
    ]
    return "\n\n".join(p for p in parts if p) + "\n"
