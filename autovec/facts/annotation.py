"""Read annotations: what a parameter is declared to be.

Comes in: the annotation as an `ast`-free text such as "NDArray[np.float64]". Goes out: a `Fact`.
`list[float]` held ints in three of four observed cases, so its elements may be either; `float` admits an int by PEP 484.
"""

from __future__ import annotations

import re
from dataclasses import replace

from autovec.expression import Length
from autovec.facts.kinds import EVERY_ARRAY, INTEGERS, Kinds
from autovec.facts.value import ArrayFact, Fact, ScalarFact, Trust, UnknownFact

SCALARS: dict[str, Kinds] = {
    "float": frozenset(("float", "int")), "int": frozenset(("int",)), "bool": frozenset(("bool",)),
    "complex": frozenset(("complex", "float", "int")),
}  # fmt: skip
ALIASES = {"bool": "bool_", "bool_": "bool_", "float": "float64", "int": "int64", "complex": "complex128", "double": "float64",
           "single": "float32", "half": "float16", "int_": "int64", "intp": "int64", "uint": "uint64"}  # fmt: skip
ABSTRACT: dict[str, Kinds] = {
    "floating": frozenset(("float32", "float64")), "integer": frozenset(("int8", "uint8", "int32", "int64")),
    "number": EVERY_ARRAY, "Any": EVERY_ARRAY, "generic": EVERY_ARRAY,
}  # fmt: skip
DTYPES = frozenset(("complex64", "complex128", "float16", "float32", "float64", "bool_")) | INTEGERS
_NO_ARRAYS = frozenset((
    "list", "List", "tuple", "Tuple", "dict", "Dict", "set", "Set", "frozenset", "str", "bytes", "bytearray", "Sequence",
    "MutableSequence", "Iterable", "Iterator", "Generator", "Mapping", "MutableMapping", "Callable", "deque",
    "defaultdict", "Counter", "DataFrame", "Series", "Tensor", "Path", "Decimal", "Fraction",
))  # fmt: skip


def dtype_kinds(text: str) -> Kinds | None:
    """The kinds that a dtype's text admits: "np.float64", "float", "numpy.uint8", "np.floating"."""
    name = text.strip("\"' ").rsplit(".", 1)[-1]
    name = ALIASES.get(name, name)
    return frozenset((name,)) if name in DTYPES else ABSTRACT.get(name)


def annotated(name: str, text: str, rank: int | None) -> Fact:
    """The fact that the annotation `text` declares about the parameter `name`, used with `rank` subscripts."""
    text = text.strip("\"' ").replace(" ", "")
    if text.endswith("|None"):
        return _optional(annotated(name, text.removesuffix("|None"), rank), text)
    if text in SCALARS:
        return ScalarFact(SCALARS[text], None, Trust.DECLARED)
    if match := re.fullmatch(r"(?:[\w.]+\.)?(?:float|int|uint|complex|bool)(?:\d+|_)", text):
        kinds = dtype_kinds(match.group())
        return ScalarFact(kinds, None, Trust.DECLARED) if kinds else UnknownFact(f"annotated {text}")
    if re.fullmatch(r"(?:[\w.]+\.)?ndarray", text):
        return array(name, EVERY_ARRAY, rank)
    if match := re.fullmatch(r"(?:[\w.]+\.)?NDArray\[(.+)\]", text):
        return array(name, dtype_kinds(match.group(1)) or EVERY_ARRAY, rank)
    if match := re.fullmatch(r"(?:[\w.]+\.)?ndarray\[.+,(?:[\w.]+\.)?dtype\[(.+)\]\]", text):
        return array(name, dtype_kinds(match.group(1)) or EVERY_ARRAY, rank)
    return _list(name, text)


def _optional(fact: Fact, text: str) -> Fact:
    """What may be None, too: an array or number that has to be asked for."""
    match fact:
        case ArrayFact(container="ndarray"):
            return replace(fact, trust=Trust.OPTIONAL)
        case ScalarFact():
            return replace(fact, trust=Trust.HINTED)
        case _:
            return UnknownFact(f"annotated {text}")


def is_something_else(text: str) -> bool:
    """Whether an annotation names a type that is no array of numbers and no number, however the value is used."""
    return text.strip("\"' ").partition("[")[0].rsplit(".", 1)[-1] in _NO_ARRAYS and "|" not in text.partition("[")[0]


def array(name: str, kinds: Kinds, rank: int | None, trust: Trust = Trust.DECLARED) -> ArrayFact:
    """An array parameter whose extents are its own lengths."""
    return ArrayFact("ndarray", kinds, None if rank is None else tuple(Length(name, k) for k in range(rank)), trust)


def _list(name: str, text: str) -> Fact:
    depth, inner = 0, text
    while match := re.fullmatch(r"(?:[\w.]+\.)?[Ll]ist\[(.+)\]", inner):
        depth, inner = depth + 1, match.group(1)
    if depth and inner in SCALARS:
        shape = (Length(name, 0), *([None] * (depth - 1)))  # rows may differ in length
        return ArrayFact("list", SCALARS[inner], shape, Trust.DECLARED)
    return UnknownFact(f"annotated {text}")
