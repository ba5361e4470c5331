"""All codes there are, rules and refusals: which exist, and their documentation. The one door to the rule book."""

from __future__ import annotations

from collections.abc import Sequence

from autovec.options import Pack
from autovec.report.refusals import REFUSALS


def all_codes(packs: tuple[Pack, ...] = ()) -> tuple[str, ...]:
    """Every code, sorted."""
    from autovec.rule import codes

    return tuple(sorted({*REFUSALS, *codes(packs)}))


def documentation(code: str, packs: tuple[Pack, ...] = ()) -> str | None:
    """What `autovec rule` prints for a code or a refusal's name; None where there is no such thing."""
    from autovec.rule import documentation as rule_documentation

    wanted = code.strip().lower()
    refusal = next((kind for kind in REFUSALS.values() if wanted in (kind.code.lower(), kind.name)), None)
    return refusal.document() if refusal else rule_documentation(code.strip().upper(), packs)


def unknown_prefix(prefixes: Sequence[str], packs: tuple[Pack, ...] = ()) -> str | None:
    """The first of `prefixes` that no code starts with."""
    known = all_codes(packs) if prefixes else ()
    return next((p for p in prefixes if not any(code.startswith(p) for code in known)), None)


def pack_problems(packs: tuple[Pack, ...]) -> tuple[str, ...]:
    """What is wrong with the files of packs; such a file is not used, and the others are."""
    if not packs:
        return ()
    from autovec.rule import load_book

    return tuple(problem.message for problem in load_book(packs).problems)
