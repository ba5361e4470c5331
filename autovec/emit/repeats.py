"""The positions of a loop get its variable's name back where a statement needs them more than once.

Comes in: the lines of one statement, those in front of it in its block, and which text stands for the positions of which loop.
Goes out: the lines, with `i = np.arange(n)` in front, unless that still holds, and `i` in all other places. Not handled: lines
of a block, whose statements were looked at before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORD = re.compile(r"[^\W\d]\w*")
_ASSIGNED = re.compile(r"\s*([^\W\d]\w*) (?:[-+*/%&|^@]|//|\*\*|<<|>>)?= |\s*for ([^\W\d]\w*) in ")


def name_repeats(lines: list[str], in_front: list[str], positions: Mapping[str, str]) -> list[str]:
    """`positions` maps a text such as `np.arange(n)` to the name that the loop's variable has in the text, free to be used."""
    for text, name in sorted(positions.items(), key=lambda item: -len(item[0])):
        whole = "\n".join(lines)
        if whole.count(text) < 2 or "\n    " in whole:
            continue
        first = next(k for k, line in enumerate(lines) if text in line)
        binding = f"{name} = {text}"
        bound = [] if _holds(binding, [*in_front, *lines[:first]]) else [binding]
        lines = [*lines[:first], *bound, *(line.replace(text, name) for line in lines[first:])]
    return lines


def _holds(binding: str, lines: list[str]) -> bool:
    """Whether one of the lines is this assignment, and no later one changes a name in it."""
    names = set(_WORD.findall(binding))
    for line in reversed(lines):
        if line == binding:
            return True
        assigned = _ASSIGNED.match(line)
        if assigned and names & set(assigned.groups()):
            return False
    return False
