"""A rule to start from: a file that is right as it stands, to be changed into what one needs.

Comes in: a name with hyphens, a code. Goes out: the text of a rule file.
"""

from __future__ import annotations

import re

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TEXT = '''"""{title}: say in one line what the loop computes.

Say here what a user should know: when both sides are equal, and what the NumPy function does otherwise.
"""

import numpy as np

from autovec.rule import Rule, float_elements


def before(x, y):
    out = np.empty_like(x)
    for i in range(len(x)):
        out[i] = (x[i] + y[i]) * (x[i] - y[i])
    return out


def after(x, y):
    return np.multiply(x + y, x - y)


RULE = Rule(
    code="{code}",
    name="{name}",
    shapes="x[n] y[n]",
    before=before,
    after=after,
    needs=[float_elements("x"), float_elements("y")],
    rounding="exact",
    also=["for i in range(len(u)):\\n    w[i] = (v[i] + u[i]) * (v[i] - u[i])\\n"],
    refuses={{"same-signs": "for i in range(len(u)):\\n    w[i] = (u[i] + v[i]) * (u[i] + v[i])\\n"}},
    cost=0.5,
)
'''


def skeleton(name: str, code: str) -> str:
    """The text of a new rule."""
    return _TEXT.format(title=name.replace("-", " ").capitalize(), name=name, code=code)


def next_code(codes: tuple[str, ...]) -> str:
    """A code for a pack that none of `codes` is."""
    known = set(codes)
    return next(code for k in range(101, 1000) if (code := f"AVX{k}") not in known)
