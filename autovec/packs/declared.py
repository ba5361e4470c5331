"""A rule file as Python runs it, inside the sandbox: what its `RULE` says.

Comes in: the file's path. Goes out: plain values, to be compared with what was read off the file's text.
"""

from __future__ import annotations

import importlib.util

from autovec.rule.model import Rule
from autovec.rule.text import RuleText


def run(path: str) -> tuple[object, ...]:
    """The rule's fields. Raises what the file raises."""
    spec = importlib.util.spec_from_file_location("rule_on_trial", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rule = module.RULE
    if not isinstance(rule, Rule):
        raise TypeError("`RULE` is not a `Rule`")
    needs = tuple(need.sentence for need in rule.needs)
    return rule.code, rule.name, rule.shapes, rule.rounding, rule.cost, tuple(rule.also), dict(rule.refuses), needs


def read(text: RuleText) -> tuple[object, ...]:
    """The same fields, read off the text."""
    needs = tuple(need.sentence for need in text.needs)
    return text.code, text.name, text.shapes, text.rounding.value, text.cost, text.also, dict(text.refuses), needs
