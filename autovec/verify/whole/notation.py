"""Contracts in words: "x: float64[n, m], k: int in 0..n, w: float, names: str[n]".

Comes in: the text of `--contract`. Goes out: a `Contract`, or a Refusal that quotes what cannot be read. A NumPy dtype with sizes
in brackets is an array (`float32|float64[n]` one of either, `any[n]` one of any numeric dtype); a Python type with sizes is a
list, nested where there are several sizes (`bool_[n]` is an array, `bool[n]` a list); without brackets each is a scalar. Sizes
are names, numbers, or expressions.
`in LOW..HIGH` limits integers (HIGH is not reached), `= SIZE` fixes them. `written` puts a contract back into words.
"""

from __future__ import annotations

import ast
import re
from dataclasses import field

from autovec.outcome import ArrayInput, Contract, Refusal, ScalarInput, Symbol
from autovec.record import dataclass
from autovec.verify.whole.forms import NUMERIC, PYTHON

_ITEM = re.compile(
    r"(?P<name>[\w.]+)\s*:\s*(?P<kinds>\w+(?:\s*\|\s*\w+)*)\s*(?:\[(?P<shape>[^\]]*)\])?"
    r"\s*(?:in\s+(?P<low>[^.]*)\.\.(?P<high>.+)|=\s*(?P<value>.+))?"
)


_DTYPES = frozenset({*NUMERIC, "bool_"} - {"bool"})


@dataclass(slots=True)
class _Reader:
    symbols: dict[str, None] = field(default_factory=dict[str, None])

    def expression(self, text: str | None) -> str:
        """A size, whose names become symbols."""
        text = (text or "").strip()
        for node in ast.walk(ast.parse(text, mode="eval")) if text else ():
            if isinstance(node, ast.Name) and node.id not in ("min", "max", "len", "abs"):
                self.symbols.setdefault(node.id)
        return text

    def item(self, text: str) -> ArrayInput | ScalarInput | None:
        """One input; None where it cannot be read."""
        found = _ITEM.fullmatch(text.strip())
        if found is None:
            return None
        kinds = tuple(k.strip() for k in found["kinds"].split("|"))
        kinds = NUMERIC if kinds == ("any",) else kinds
        of_numpy = kinds == NUMERIC or all(k in _DTYPES for k in kinds)
        if not of_numpy and not all(k in PYTHON for k in kinds):
            return None
        low, high, value = (self.expression(found[part]) for part in ("low", "high", "value"))
        if found["shape"] is None:
            return ScalarInput(found["name"], kinds, value, low, high)
        shape = tuple(self.expression(s) for s in found["shape"].split(",") if s.strip())
        dtypes = tuple(k.removesuffix("_") for k in kinds)
        return ArrayInput(found["name"], "ndarray" if of_numpy else "list", dtypes, shape, low, high)


def written_contract(text: str, outputs: tuple[str, ...], prelude: str, wanted: tuple[str, ...]) -> Contract | Refusal:
    """The contract that `text` says, for a function that takes `wanted`."""
    reader = _Reader()
    inputs: list[ArrayInput | ScalarInput] = []
    for item in split(text):
        try:
            made = reader.item(item)
        except SyntaxError:
            made = None
        if made is None:
            hint = 'it looks like "x: float64[n, m], k: int in 0..n"'
            return Refusal("AV092", f"`{item.strip()}` is not read as NAME: TYPE[SIZES]", hint)
        inputs.append(made)
    roots = dict.fromkeys(x.name.partition(".")[0] for x in inputs)
    missing = [name for name in wanted if name not in roots]
    if missing:
        return Refusal("AV092", f"the contract does not say what `{missing[0]}` is")
    unknown = [name for name in roots if name not in wanted]
    if unknown:
        return Refusal("AV092", f"the contract names `{unknown[0]}`, which the function does not take")
    ordered = tuple(sorted(inputs, key=lambda x: wanted.index(x.name.partition(".")[0])))
    return Contract(tuple(Symbol(s) for s in reader.symbols), ordered, outputs, prelude=prelude)


def split(text: str) -> list[str]:
    """The items of a contract: commas inside brackets belong to an item."""
    items, depth = [""], 0
    for c in text:
        depth += (c == "[") - (c == "]")
        if c == "," and not depth:
            items.append("")
        else:
            items[-1] += c
    return [item for item in items if item.strip()]


def written(contract: Contract) -> str:
    """The contract in words."""
    return ", ".join(map(_word, contract.inputs))


def _word(x: ArrayInput | ScalarInput) -> str:
    if isinstance(x, ArrayInput):
        dtypes = ("bool_" if t == "bool" and x.container == "ndarray" else t for t in x.dtypes)
        kinds = "any" if x.dtypes == NUMERIC else "|".join(dtypes)
        return f"{x.name}: {kinds}[{', '.join(x.shape)}]{_limits(x)}"
    return f"{x.name}: {'|'.join(x.kinds)}{f' = {x.value}' if x.value else _limits(x)}"


def _limits(x: ArrayInput | ScalarInput) -> str:
    return f" in {x.low}..{x.high}" if x.low or x.high else ""
