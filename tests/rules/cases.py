"""Inputs for the tests of rules: operands of every kind, and data with the corner cases in it.

Comes in: a rule. Goes out: `Case` values, each an assignment of operands to the parameters, and data for them.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
from facts import Facts, kind_name
from raiser import Reader, raise_small, read_small

from autovec.expression import Apply, Const, Expr, Read, rebuild
from autovec.rule.book import Book, Entry, load_book
from autovec.rule.forms import merged, without_start
from autovec.rule.model import Case as Asked
from autovec.rule.model import Guard, Proposal, Refused
from autovec.rule.pattern import shapes_of

KINDS = ("float64", "float32", "float16", "int8", "uint8", "int64", "bool_", "complex128")
FEW = ("float64", "float32", "int8", "bool_")
CONSTANTS = (0, 0.0, 1, 2.5, -1)
SIZES = tuple(
    dict(zip("nkmsp", map(int, sizes), strict=True)) for sizes in ("22222", "11111", "33333", "54322", "42633", "00000")
)
SPECIAL = (np.nan, np.inf, -np.inf, -0.0, 0.0)


def book() -> Book:
    """The package's own rules, raised by the small front end."""
    return load_book(raise_template=raise_small)


@cache
def module_of(path: Path) -> ModuleType:
    """The rule file as Python runs it."""
    spec = importlib.util.spec_from_file_location(f"rule_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Operands:
    """What stands for each array parameter: a kind's name for an array, or a literal; `computed` marks `a + a` instead of `a`."""

    given: tuple[tuple[str, str | int | float], ...]
    computed: bool = False
    total: str = ""

    def subject(self, entry: Entry) -> tuple[Expr, Reader]:
        """The rule's own loop over these operands."""
        reader = read_small(entry.text.before)
        return self._put(merged(without_start(reader.result()[0]))), reader

    def _put(self, e: Expr) -> Expr:
        given = dict(self.given)
        if isinstance(e, Read) and not isinstance(given[e.array], str):
            return Const(given[e.array])
        if isinstance(e, Read):
            return Apply("+", (e, e)) if self.computed else e
        return rebuild(e, self._put)


def operands(entry: Entry) -> Iterator[Operands]:
    """Every assignment of kinds to the parameters; literals too where the rule works element by element."""
    names = list(shapes_of(entry.text.shapes))
    elementwise = entry.text.path.parent.name == "maps"
    model = entry.text.before.partition("empty_like(")[2].partition(")")[0]  # the result is an array like this operand
    kinds = KINDS if len(names) < 3 else FEW
    choices = [*kinds, *CONSTANTS] if elementwise else list(kinds)
    for chosen in product(choices, repeat=len(names)):
        given = dict(zip(names, chosen, strict=True))
        if not elementwise or isinstance(given[model], str):
            yield Operands(tuple(given.items()))


def facts_for(entry: Entry, o: Operands, extents: dict) -> Facts:
    """The facts about `o`; the total has the kind that the rule's own loop gives it."""
    total = o.total
    if not total and entry.text.path.parent.name not in ("maps", "selection"):
        with np.errstate(all="ignore"):
            value = module_of(entry.text.path).before(*data(entry, o, SIZES[1], 0))
        total = type(value).__name__ if type(value).__module__ == "builtins" else kind_name(value)
    return Facts({n: k for n, k in o.given if isinstance(k, str)}, total, extents)


def answers(entry: Entry, o: Operands) -> tuple[Proposal, list] | None:
    """How the rule reads its own loop over `o`, and what its needs answer."""
    try:
        subject, reader = o.subject(entry)
        facts = facts_for(entry, o, reader.extents)
        found = next(iter(entry.proposals(subject, facts)), None)
        if found is None:
            return None
        return found, [n.ask(Asked(subject, found.bindings, facts)) for n in entry.needs]
    except TypeError:  # the loop itself does not take such operands
        return None


def tests_of(found: Proposal, answered: list) -> list[str] | None:
    """The tests at run time, or None where a need is refused."""
    if any(isinstance(a, Refused) for a in answered):
        return None
    arrays = {n: getattr(b.expr, "array", getattr(b.expr, "id", n)) for n, b in found.bindings.items()}
    return [t.format_map(arrays) for t in [a.test for a in answered if isinstance(a, Guard)] + list(found.guards)]


def data(entry: Entry, o: Operands, sizes: dict[str, int], seed: int) -> list:
    """An argument for each parameter: seeded numbers, with special values among the floats at odd seeds."""
    rng = np.random.default_rng(seed)
    shapes = shapes_of(entry.text.shapes)
    given = dict(o.given)
    out = []
    for name, axes in shapes.items():
        shape = tuple(sizes.get(a, 2) for a in axes)
        out.append(draw(rng, given[name], shape, seed % 2 == 1))
    return out


def draw(rng: np.random.Generator, kind: str | int | float, shape: tuple[int, ...], special: bool) -> object:
    """An array of this kind, or a list of one literal."""
    if not isinstance(kind, str):
        return [kind] * shape[0]
    if kind == "bool_":
        return rng.random(shape) < 0.5
    dtype = np.dtype(kind)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        near = rng.integers(max(info.min, -9), 9, shape, endpoint=True).astype(dtype)
        return np.where(rng.random(shape) < 0.2, rng.choice([info.min, info.max], shape), near).astype(dtype) if special else near
    values = rng.uniform(-3, 3, shape) + (1j * rng.uniform(-3, 3, shape) if dtype.kind == "c" else 0)
    if special:
        values = np.where(rng.random(shape) < 0.25, rng.choice(SPECIAL, shape), values)
    return values.astype(dtype)


def literals(entry: Entry, o: Operands, args: list) -> list:
    """The arguments of the rewrite: literals stay literals."""
    return [k if not isinstance(k, str) else a for (_, k), a in zip(o.given, args, strict=True)]
